"""Pages of the flow designer: the canvas, its acts, and the panel of a node."""

from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request
from flask_babel import gettext

from builder.drafts import panels
from builder.drafts import service as drafts
from builder.flows import edit
from builder.flows import service as flows
from builder.flows.acts import edited
from builder.flows.desk import Desk
from runtime.contracts import Actor, NotFound
from runtime.db import dumps
from runtime.flows.picture.drawing import STYLES
from runtime.http.language import in_words
from runtime.http.pages import page_lang
from runtime.http.reply import body, reply
from runtime.i18n import message, text_in
from runtime.releases import service as releases
from runtime.security.access import builder
from widgets.base import Reader

blueprint = Blueprint(
    "flow_designer", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build/flows/<flow>"
)


@blueprint.get("")
@builder
def show(tenant: str, app: str, flow: str) -> str:
    """The designer."""
    found, draft, desk = _open(app, flow)
    g.extra_styles = STYLES
    return render_template(
        "builder/flows/designer.html",
        app=found,
        flow=draft.document,
        rev=draft.rev,
        groups=_palette(desk),
        icons=sorted({kind.icon for kind in desk.types.values()} | {"x", "arrow-narrow-right", "box-multiple", "note"}),
        words=_words(),
    )


@blueprint.get("/drawing")
@builder
def drawing(tenant: str, app: str, flow: str) -> Response:
    """The canvas as JSON."""
    _, draft, desk = _open(app, flow)
    return reply({"rev": draft.rev, "document": desk.flow, "drawing": desk.checked_drawing()})


@blueprint.post("/edit")
@builder
def act(tenant: str, app: str, flow: str) -> Response:
    """One act of the canvas; the new drawing."""
    found, _, desk = _open(app, flow)
    asked = body()
    after = edited(desk, asked)
    saved = _saved(found, flow, after.flow, int(asked.get("rev") or 0), desk)
    return reply(saved | {"made": after.made, "kind": after.kind})


@blueprint.get("/export")
@builder
def export(tenant: str, app: str, flow: str) -> Response:
    """The draft flow as a file."""
    _, draft, _ = _open(app, flow)
    answer = Response(dumps(draft.document), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{draft.key}.flow.json"'
    return answer


@blueprint.get("/nodes/<node>")
@builder
def node(tenant: str, app: str, flow: str, node: str) -> str:
    """The panel of a node."""
    _, _, desk = _open(app, flow)
    return _panel(desk, node)


@blueprint.post("/nodes/<node>")
@builder
def configure(tenant: str, app: str, flow: str, node: str) -> Response:
    """Keep a node's panel; the panel comes back where it asks other things now."""
    found, _, desk = _open(app, flow)
    before, _ = _node_panel(desk, node)
    answers = panels.answered(before, request.form.to_dict(flat=False), reader())
    document = desk.configured(node, answers, request.form.get("title", "").strip())
    saved = _saved(found, flow, document, request.form.get("rev", 0, int), desk)
    _, _, fresh = _open(app, flow)
    after, _ = _node_panel(fresh, node)
    asks_else = after != before or fresh.problems_in(node) != desk.problems_in(node)
    return reply(saved | {"panel": _panel(fresh, node) if asks_else else None})


def _open(app: str, flow: str) -> tuple[Any, Any, Desk]:
    found = releases.find_app(app)
    draft, desk = flows.open_desk(found, flow, page_lang(), lambda text: gettext(text))
    return found, draft, desk


def _saved(app: Any, flow: str, document: dict[str, Any], rev: int, desk: Desk) -> dict[str, Any]:
    actor: Actor = g.actor
    before = dumps(desk.flow)
    draft = drafts.save(app, "flows", flow, document, rev, actor)
    _, fresh = flows.open_desk(app, flow, desk.lang, desk.translate)
    changed = before != dumps(fresh.flow)
    return {
        "rev": draft.rev,
        "before": before if changed else None,
        "document": fresh.flow,
        "drawing": fresh.checked_drawing(),
    }


def _node_panel(desk: Desk, node: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        return desk.panel(node)
    except edit.NoSuchNode:
        raise NotFound(message("This step is no longer in the flow.")) from None


def _panel(desk: Desk, node: str) -> str:
    document, answers = _node_panel(desk, node)
    found = edit.node_of(desk.flow, node)
    kind = desk.types.get(found["type"])
    label = getattr(kind, "label", {})
    inside = desk.problems_in(node)
    said = {in_words(problem.message) for problem in inside}
    marks = desk.checked_drawing()["marks"]
    return render_template(
        "builder/flows/panel.html",
        node=found,
        icon_name=getattr(kind, "icon", "question-mark"),
        kind_title=text_in(desk.lang, label, "title") or found["type"],
        questions=panels.drawn(document, answers, reader(), current_app.jinja_env.globals["icon"], inside),
        marks=[mark for mark in marks if mark["node"] == node and mark["message"] not in said],
    )


def _palette(desk: Desk) -> list[tuple[str, list[dict[str, str]]]]:
    """Node types by group, in the order an admin looks for them: what starts it, who is told, when, what is written."""
    titles = {
        "trigger": gettext("Start"),
        "people": gettext("People"),
        "decide": gettext("Decide"),
        "data": gettext("Data"),
        "outside": gettext("Outside"),
        "time": gettext("Time"),
    }
    return [(title, [_item(name, kind, desk.lang) for name, kind in desk.types.items() if kind.group == group])
            for group, title in titles.items()]  # fmt: skip


def _words() -> dict[str, str]:
    """What the page's own script says."""
    _ = gettext
    return {
        "saving": _("Saving…"), "saved": _("Draft saved"), "refused": _("Not saved"),
        "raced": _("Somebody else works on this flow too; both changes are kept"),
        "offline": _("No connection; not saved"),
        "choose": _("Choose a step to see and change what it does. Drag a step from the left to add one."),
        "line": _("A line between two steps."), "remove": _("Remove"), "copy": _("Copy"), "paste": _("Paste steps"),
        "several": _("{count} steps chosen"), "frame": _("Put a frame around them"),
        "group": _("Frame"), "note": _("Note"), "groupTitle": _("Title of the frame"),
        "noteText": _("Text of the note"), "next": _("then"), "fit": _("As large as what is in it"),
        "decor": _("Frames and notes"),
        "decorKeys": _("Pull its corner to size it. In the list: Alt and arrows move it, Shift and arrows size it."),
        "addAfter": _("Add after"), "addInside": _("Add inside"), "connectTo": _("Connect to"),
        "do": _("OK"), "cancel": _("Cancel"), "trying": _("Trying…"),
        "notTried": _("Look at the marked answers first."),
    }  # fmt: skip


def _item(name: str, kind: Any, lang: str) -> dict[str, str]:
    return {"type": name, "title": text_in(lang, kind.label, "title"), "icon": kind.icon}


def reader() -> Reader:
    """For whom a panel is drawn."""
    return panels.reader_for(g.actor, page_lang(), lambda text: gettext(text))
