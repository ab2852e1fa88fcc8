"""Pages of the form designer: the sheet, its acts, and the panels beside it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from builder.drafts import panels
from builder.drafts import service as drafts
from builder.forms import acts, edit, properties, rulepanel, sheet
from builder.forms.palette import KINDS
from builder.forms.rules import rules_of
from builder.forms.service import Opened, open_form
from runtime.contracts import NotFound, Problem, Refused
from runtime.db import dumps
from runtime.http.language import in_words
from runtime.http.pages import page_lang
from runtime.http.reply import body, reply
from runtime.i18n import message, text_in
from runtime.security import builder
from widgets.base import Reader

blueprint = Blueprint(
    "form_designer", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build/forms/<form>"
)


@blueprint.get("")
@builder
def show(tenant: str, app: str, form: str) -> str:
    """The designer."""
    opened = open_form(app, form)
    return render_template(
        "builder/forms/designer.html", app=opened.app, form=opened.form, rev=opened.draft.rev,
        kinds=KINDS.values(), sheet=_sheet(opened.form), panel=Markup(_panel(opened, "")),
    )  # fmt: skip


@blueprint.post("/edit")
@builder
def act(tenant: str, app: str, form: str) -> Response:
    """One act on the sheet."""
    opened = open_form(app, form)
    asked = body()
    document, selected = acts.carry_out(opened.form, asked, gettext)
    return _saved(opened, document, int(asked.get("rev") or 0), selected)


@blueprint.get("/sheet")
@builder
def sheet_now(tenant: str, app: str, form: str) -> Response:
    """The sheet as it is now, for a page that somebody else overtook."""
    opened = open_form(app, form)
    return reply({"rev": opened.draft.rev, "sheet": _sheet(opened.form)})


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


def _sent_back(
    opened: Opened, kind: str, name: str, raw: dict[str, list[str]], problems: Sequence[Problem]
) -> dict[str, Any]:
    errors = [{"pointer": problem.pointer, "message": in_words(problem.message)} for problem in problems]
    if kind != "field":
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


_KEEP = {"field": _keep_field, "rule": _keep_rule}


def _saved(opened: Opened, document: dict[str, Any], rev: int, selected: str) -> Response:
    before = dumps(opened.form)
    draft = drafts.save(opened.app, "forms", opened.draft.key, document, rev, g.actor)
    fresh = open_form(opened.app.key, draft.key)
    return reply(
        {
            "rev": draft.rev,
            "before": before if before != dumps(fresh.form) else None,
            "sheet": _sheet(fresh.form),
            "panel": _panel(fresh, selected),
            "selected": selected,
        }
    )


def _sheet(form: dict[str, Any]) -> Markup:
    icon: Any = current_app.jinja_env.globals["icon"]
    return Markup(render_template("builder/forms/sheet.html", groups=sheet.groups(form, reader(), icon), form=form))


def _panel(opened: Opened, selected: str) -> str:
    kind, _, name = selected.partition(":")
    try:
        if kind == "field":
            return _field_panel(opened, name)
        if kind == "rule":
            return _rule_panel(opened, int(name))
    except (edit.NoSuchField, IndexError, ValueError):
        raise NotFound(message("This question is no longer in the form.")) from None
    return _form_panel(opened)


def _properties(opened: Opened, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    lang = page_lang()
    names = [{"source": f"record.{one}", "title": text_in(lang, edit.schema_of(opened.form, one), "title") or one}
             for one in edit.names(opened.form) if one.isidentifier()]  # fmt: skip
    around = properties.Panel(gettext, lang, opened.document.get("forms") or (), names)
    return properties.panel(opened.form, name, around)


def _field_panel(opened: Opened, name: str) -> str:
    return _field_page(opened, name, _drawn(*_properties(opened, name)))


def _field_page(opened: Opened, name: str, questions: Any) -> str:
    kind = KINDS.get(properties.kind_of(opened.form, name))
    return render_template(
        "builder/forms/field.html", name=name, kind=kind, selected=f"field:{name}", questions=questions
    )


def _rule_panel(opened: Opened, place: int) -> str:
    rule = rules_of(opened.form)[place]
    questions = None
    if rule["when"] is not None:
        questions = _drawn(*rulepanel.panel(opened.form, place, page_lang(), gettext))
    return render_template(
        "builder/forms/rule.html", rule=rule, place=place, selected=f"rule:{place}", questions=questions
    )


def _form_panel(opened: Opened) -> str:
    rules = [(place, sheet.said(rule["when"], opened.form, reader()), rule)
             for place, rule in enumerate(rules_of(opened.form))]  # fmt: skip
    can_rule = bool(opened.form["schema"].get("properties"))
    return render_template("builder/forms/form.html", form=opened.form, rules=rules, can_rule=can_rule)


def _drawn(document: dict[str, Any], answers: dict[str, Any], problems: Sequence[Problem] = ()) -> Any:
    icon: Any = current_app.jinja_env.globals["icon"]
    return panels.drawn(document, answers, reader(), icon, problems)


def reader() -> Reader:
    """For whom a panel is drawn."""
    lang = page_lang()
    return Reader(lang, g.actor.timezone, text=lambda part, key: text_in(lang, part, key), translate=gettext)
