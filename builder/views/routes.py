"""Pages of the view designer: a panel, the conditions, and beside them what the view shows now."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from builder.drafts import panels
from builder.drafts import service as drafts
from builder.drafts.parts import key_for
from builder.views import edit, service
from builder.views.service import Opened
from runtime.contracts import LostRace
from runtime.http.language import in_words
from runtime.http.pages import page_lang
from runtime.i18n import text_in
from runtime.records.desks.service import At
from runtime.records.filterbar import chips, choices_of, condition_of, is_choice, offered
from runtime.releases import service as releases
from runtime.security.access import builder
from widgets.base import Reader

blueprint = Blueprint(
    "view_designer", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build/views"
)


@blueprint.post("/")
@builder
def add(tenant: str, app: str) -> Response:
    """A new view of that title; the designer opens."""
    found = releases.find_app(app)
    document = drafts.whole(found)
    title = request.form.get("title", "").strip()[:200] or _("New view")
    key = key_for(title, [view["key"] for view in document.get("views") or ()], "view")
    drafts.save(found, "views", key, edit.blank(key, title, document["forms"]), None, g.actor)
    return redirect(url_for("view_designer.show", tenant=tenant, app=app, view=key), 303)


@blueprint.get("/<view>")
@builder
def show(tenant: str, app: str, view: str) -> str:
    """The designer."""
    return _page(service.open_view(releases.find_app(app), view), "builder/views/designer.html")


@blueprint.post("/<view>")
@builder
def keep(tenant: str, app: str, view: str) -> str:
    """Keep what the panel says."""
    opened = service.open_view(releases.find_app(app), view)
    asked = edit.panel(opened.view, opened.forms, page_lang(), _)
    given = panels.answered(asked, request.form.to_dict(flat=False), reader())
    return _kept(opened, edit.applied(opened.view, given, opened.forms))


@blueprint.get("/<view>/condition")
@builder
def condition(tenant: str, app: str, view: str) -> str:
    """How a chosen field may be compared, and with what."""
    opened = service.open_view(releases.find_app(app), view)
    column, kind = opened.column(request.args.get("field", ""), page_lang())
    target = (column.field.schema.get("x-ref") or {}).get("form") or "@person"
    return render_template(
        "records/condition.html",
        ops=offered(column, kind), kind=kind, choices=choices_of(column, reader()) if is_choice(column) else [],
        search_url=f"/t/{tenant}/a/{app}/search/{target}",
    )  # fmt: skip


@blueprint.post("/<view>/conditions")
@builder
def narrow(tenant: str, app: str, view: str) -> str:
    """One condition more."""
    opened = service.open_view(releases.find_app(app), view)
    column, kind = opened.column(request.form.get("field", ""), page_lang())
    return _kept(opened, edit.narrowed(opened.view, condition_of(request.form, column, kind, reader())))


@blueprint.post("/<view>/conditions/<int:place>/remove")
@builder
def widen(tenant: str, app: str, view: str, place: int) -> str:
    """One condition less."""
    opened = service.open_view(releases.find_app(app), view)
    return _kept(opened, edit.widened(opened.view, place))


def _kept(opened: Opened, document: dict[str, Any]) -> str:
    """The desk after a change; after somebody else's, with what that one has made of it."""
    try:
        drafts.save(opened.app, "views", opened.draft.key, document, request.form.get("rev", 0, int), g.actor)
        said = ""
    except LostRace as raced:
        said = in_words(raced.why)
    return _page(service.open_view(opened.app, opened.draft.key), "builder/views/desk.html", said)


def _page(opened: Opened, template: str, said: str = "") -> str:
    lang, here = page_lang(), reader()
    problems = [replace(one, pointer=one.pointer.removeprefix("/views/0")) for one in opened.problems()]
    asked = edit.panel(opened.view, opened.forms, lang, _)
    icon: Any = current_app.jinja_env.globals["icon"]
    columns = {column.name: column for column in opened.asked_fields(lang)}
    kinds = {name: opened.column(name, lang)[1] for name in columns}
    base = f"/t/{g.tenant.key}/a/{opened.app.key}"
    return render_template(
        template,
        app=opened.app, view=opened.view, rev=opened.draft.rev, said=said, problems=problems, base=base,
        here=f"{base}/build/views/{opened.draft.key}", fields=list(columns.values()),
        questions=panels.drawn(asked, edit.answers(opened.view), here, icon, problems),
        chips=chips(opened.view.get("filter"), columns.get, kinds, here),
        preview=service.preview(opened, At(g.actor, g.tenant.key, lang, _), MultiDict()),
    )  # fmt: skip


def reader() -> Reader:
    """For whom a panel is drawn."""
    lang = page_lang()
    return Reader(lang, g.actor.timezone, text=lambda part, key: text_in(lang, part, key), translate=_)
