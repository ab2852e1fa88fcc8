"""Pages of the form designer: the sheet, its acts, and the panels beside it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from builder.drafts import access, panels
from builder.drafts import service as drafts
from builder.forms import acts, edit, formpanel, fragments, properties, rulepanel, sheet
from builder.forms.palette import KINDS, Kind
from builder.forms.rules import rules_of
from builder.forms.service import Opened, open_form
from runtime.contracts import LostRace, NotFound, Problem, Refused
from runtime.db import dumps
from runtime.documents import MAX_BYTES
from runtime.http.language import in_words
from runtime.http.pages import page_lang
from runtime.http.reply import body, reply
from runtime.i18n import message, text_in
from runtime.security.access import builder
from runtime.security.headers import FRAMES_OURS
from widgets.base import Reader

blueprint = Blueprint(
    "form_designer", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build/forms/<form>"
)


@blueprint.get("")
@builder
def show(tenant: str, app: str, form: str) -> str:
    """The designer."""
    opened = open_form(app, form)
    g.policy = FRAMES_OURS
    return render_template(
        "builder/forms/designer.html", app=opened.app, form=opened.form, rev=opened.draft.rev, here=opened.here,
        kinds=[(kind, _findable(kind)) for kind in KINDS.values()], sheet=_sheet(opened),
        panel=Markup(_panel(opened, "")),
    )  # fmt: skip


def _findable(kind: Kind) -> str:
    return sheet.findable(kind.title.translated(gettext), kind.name)


@blueprint.post("/edit")
@builder
def act(tenant: str, app: str, form: str) -> Response:
    """One act on the sheet."""
    opened = open_form(app, form)
    asked = body(3 * MAX_BYTES)  # undo sends two documents
    around = acts.Around(gettext, opened.here, opened.app.lang, opened.released)
    document, selected = acts.carry_out(opened.form, asked, around)
    return _saved(opened, document, int(asked.get("rev") or 0), selected)


@blueprint.get("/sheet")
@builder
def sheet_now(tenant: str, app: str, form: str) -> Response:
    """The sheet as it is now, for a page that somebody else overtook."""
    opened = open_form(app, form)
    return reply({"rev": opened.draft.rev, "sheet": _sheet(opened)})


@blueprint.post("/fragment")
@builder
def fragment(tenant: str, app: str, form: str) -> Response:
    """Some of the form's questions as text for the clipboard."""
    asked = body().get("names")
    names = [name for name in asked if isinstance(name, str)] if isinstance(asked, list) else []
    return reply(fragments.cut_out(open_form(app, form).form, names))


@blueprint.get("/panel")
@builder
def panel(tenant: str, app: str, form: str) -> str:
    """The panel of what is selected: a field, a rule, or the form itself."""
    return _panel(open_form(app, form), request.args.get("selected", ""))


@blueprint.post("/panel")
@builder
def keep(tenant: str, app: str, form: str) -> Response:
    """Keep a panel; refused, it comes back as it was sent, with what is wrong."""
    opened = open_form(app, form)
    selected = request.form.get("selected", "")
    kind, _, name = selected.partition(":")
    raw = request.form.to_dict(flat=False)
    document = _KEEP[kind](opened, name, raw) if kind in _KEEP else opened.form
    try:
        return _saved(opened, document, request.form.get("rev", 0, int), selected)
    except Refused as refused:
        return reply(_sent_back(opened, kind, name, raw, refused.problems), 422)


@blueprint.post("/access")
@builder
def allow(tenant: str, app: str, form: str) -> Response:
    """One mark of who may see or change a question, or the way back; the roles are kept, the form stays."""
    opened, asked = open_form(app, form), body(3 * MAX_BYTES)
    if int(asked.get("rev") or 0) != opened.draft.rev:  # the sheet is drawn beside what the asking page shows
        raise LostRace(message("Somebody else changed this meanwhile. Load it again to see the newer version."))
    role = drafts.find(opened.app, "roles", str(asked.get("role") or ""))
    before = dumps(role.document)
    document = acts.marked(role.document, form, asked)
    after = dumps(drafts.save(opened.app, "roles", role.key, document, role.rev, g.actor).document)
    change = {"role": role.key, "from": before, "to": after} if before != after else None
    return _drawn_anew(opened, opened.form, change, f"field:{asked.get('field', '')}")


def _sent_back(
    opened: Opened, kind: str, name: str, raw: dict[str, list[str]], problems: Sequence[Problem]
) -> dict[str, Any]:
    errors = [{"pointer": problem.pointer, "message": in_words(problem.message)} for problem in problems]
    if kind != "field":  # a rule or the form itself: said above the panel
        return {"errors": errors}
    asked, _ = _properties(opened, name)
    placed = [properties.placed(problem) for problem in problems]
    questions = _drawn(asked, panels.answered(asked, raw, reader()), placed)
    return {"errors": errors, "panel": _field_page(opened, name, questions)}


def _keep_field(opened: Opened, name: str, raw: dict[str, list[str]]) -> dict[str, Any]:
    asked, _ = _properties(opened, name)
    return properties.apply(opened.form, name, panels.answered(asked, raw, reader()))


def _keep_rule(opened: Opened, name: str, raw: dict[str, list[str]]) -> dict[str, Any]:
    asked, _ = rulepanel.panel(opened.form, int(name), page_lang(), gettext)
    return rulepanel.apply(opened.form, int(name), panels.answered(asked, raw, reader()))


def _keep_form(opened: Opened, name: str, raw: dict[str, list[str]]) -> dict[str, Any]:
    asked, _ = formpanel.panel(opened.form, page_lang(), gettext)
    return formpanel.apply(opened.form, panels.answered(asked, raw, reader()))


_KEEP = {"field": _keep_field, "rule": _keep_rule, "": _keep_form}


def _saved(opened: Opened, document: dict[str, Any], rev: int, selected: str) -> Response:
    known, before = opened.form, dumps(opened.form)
    draft = drafts.save(opened.app, "forms", opened.draft.key, document, rev, g.actor)
    after = dumps(draft.document)
    return _drawn_anew(opened, known, {"from": before, "to": after} if before != after else None, selected)


def _drawn_anew(opened: Opened, known: Mapping[str, Any], change: Mapping[str, Any] | None, selected: str) -> Response:
    """What the page needs after an act: the sheet beside the form that it shows, the panel, and the way back."""
    fresh = open_form(opened.app.key, opened.draft.key)
    selected = selected if _is_there(fresh.form, selected) else ""
    drawn = {"sheet": _sheet(fresh, known), "panel": _panel(fresh, selected), "selected": selected}
    return reply({"rev": fresh.draft.rev, "title": fresh.form["title"], "change": change, **drawn})


def _is_there(form: dict[str, Any], selected: str) -> bool:
    kind, _, name = selected.partition(":")
    if kind == "rule":
        return name.isdecimal() and int(name) < len(rules_of(form))
    return kind != "field" or name in edit.declared(form)


def _sheet(opened: Opened, known: Mapping[str, Any] | None = None) -> Markup:
    """The sheet; of fields that look as in `known`, which the asking page shows, only their places."""
    icon: Any = current_app.jinja_env.globals["icon"]
    groups = sheet.groups(opened.form, known or {}, reader())
    fresh = [field for group in groups for field in group.fields if not field.same]
    faces = sheet.faces(fresh, reader(), icon, f"s{opened.draft.rev}-")
    find = {field.name: sheet.findable(field.title(page_lang()), field.name) for field in fresh}
    return Markup(render_template("builder/forms/sheet.html", groups=groups, faces=faces, find=find, lang=page_lang()))


def _panel(opened: Opened, selected: str) -> str:
    kind, _, name = selected.partition(":")
    try:
        return _PANELS.get(kind, _form_panel)(opened, name)
    except (edit.NoSuchField, IndexError, ValueError):
        raise NotFound(message("This question is no longer in the form.")) from None


def _properties(opened: Opened, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    lang = page_lang()
    names = [{"source": f"record.{one}", "title": text_in(lang, schema, "title") or one}
             for one, (_, schema) in edit.declared(opened.form).items() if one.isidentifier()]  # fmt: skip
    around = properties.Panel(gettext, lang, opened.document.get("forms") or (), names)
    return properties.panel(opened.form, name, around)


def _field_panel(opened: Opened, name: str) -> str:
    return _field_page(opened, name, _drawn(*_properties(opened, name)))


def _field_page(opened: Opened, name: str, questions: Any) -> str:
    kind = KINDS.get(properties.kind_of(opened.form, name))
    return render_template(
        "builder/forms/field.html", name=name, kind=kind, selected=f"field:{name}", questions=questions,
        lines=list(_lines(opened, name)), roles_url=f"{request.path.partition('/forms/')[0]}/roles/",
    )  # fmt: skip


def _lines(opened: Opened, name: str) -> Iterator[tuple[str, str, access.Access | None]]:
    """Of every role what each of its policies says of a field; None for a role that does not reach the form."""
    for role in opened.document.get("roles") or ():
        title = text_in(page_lang(), role, "title") or role["key"]
        lines = list(access.accesses(role, opened.draft.key, name))
        yield from ((role["key"], title, line) for line in lines or [None])


def _rule_panel(opened: Opened, name: str) -> str:
    place, rule, questions = int(name), rules_of(opened.form)[int(name)], None
    if rule["when"] is not None:
        questions = _drawn(*rulepanel.panel(opened.form, place, page_lang(), gettext))
    return render_template(
        "builder/forms/rule.html", rule=rule, place=place, selected=f"rule:{place}", questions=questions
    )


def _rules_panel(opened: Opened, name: str) -> str:
    rules = [(place, sheet.said(rule["when"], opened.form, reader()), len(rule["ask"]))
             for place, rule in enumerate(rules_of(opened.form))]  # fmt: skip
    can_rule = bool(opened.form["schema"].get("properties"))
    return render_template("builder/forms/rules.html", rules=rules, can_rule=can_rule)


def _form_panel(opened: Opened, name: str) -> str:
    questions = _drawn(*formpanel.panel(opened.form, page_lang(), gettext))
    return render_template("builder/forms/form.html", form=opened.form, questions=questions)


_PANELS = {"field": _field_panel, "rule": _rule_panel, "rules": _rules_panel, "": _form_panel}


def _drawn(document: dict[str, Any], answers: dict[str, Any], problems: Sequence[Problem] = ()) -> Any:
    icon: Any = current_app.jinja_env.globals["icon"]
    return panels.drawn(document, answers, reader(), icon, problems)


def reader() -> Reader:
    """For whom a panel is drawn."""
    lang = page_lang()
    return Reader(lang, g.actor.timezone, text=lambda part, key: text_in(lang, part, key), translate=gettext)
