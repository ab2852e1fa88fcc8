"""A view's document as the questions of a panel, and back; conditions added to its filter and taken away."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from runtime.documents import SYSTEM_FIELDS, fields_of
from runtime.i18n import Message, message, text_in
from runtime.records.filterbar import parts_of, together
from runtime.records.table import TITLES

View = dict[str, Any]
Form = Mapping[str, Any]
Choices = list[dict[str, str]]

KINDS: Mapping[str, Message] = {
    "kanban": message("Board"),
    "calendar": message("Calendar"),
    "table": message("Table"),
}
"""The kinds that are made here."""

_OF_KIND = {
    "kanban": ("group", "card", "sum"),
    "calendar": ("start", "end", "card"),
    "table": ("columns",),
}
_SHARED = ("group", "start")
_OWN_WIDGETS = ("title", "kind", "card", "columns", "waiting")
_DATES = ("date", "date-time")


def blank(key: str, title: str, forms: Sequence[Form]) -> View:
    """A new view: a board of the first form that can make columns, else a table of the first form."""
    view: View = {"format": "view/1", "key": key, "title": title}
    for form in forms:
        columns = _names(form, _makes_columns)
        if columns:
            return {**view, "kind": "kanban", "form": form["key"], "group": columns[0]}
    return {**view, "kind": "table", "form": forms[0]["key"] if forms else "form"}


def panel(view: View, forms: Sequence[Form], lang: str, translate: Callable[[str], str]) -> dict[str, Any]:
    """The questions about a view, as a form/1."""
    form = _form(view, forms)
    kind = view["kind"] if view["kind"] in KINDS else "table"
    asked: dict[str, dict[str, Any]] = {
        "title": {"type": "string", "title": translate("Name"), "maxLength": 200},
        "kind": _choice(
            translate("Kind of view"), [_option(key, said.translated(translate)) for key, said in KINDS.items()]
        ),
        "form": _choice(translate("Records of"), [_option(one["key"], _title(one, lang)) for one in forms]),
    }
    sorts = _choice(translate("Order"), [
        _option(sign + name, f"{title} {arrow}")
        for name, title in _fields(form, lang, translate, _sortable) for sign, arrow in (("", "↑"), ("-", "↓"))
    ])  # fmt: skip
    asked |= _KIND_QUESTIONS[kind](form, lang, translate) | {"sort": sorts}
    required = ["title", "kind", "form", *(name for name in _SHARED if name in asked)]
    ui = {name: {"ui:widget": "select"} for name in asked if name not in _OWN_WIDGETS}
    schema = {"type": "object", "properties": asked, "required": required}
    return {
        "format": "form/1",
        "key": "view",
        "title": "view",
        "schema": schema,
        "ui": ui | {"kind": {"ui:widget": "radio"}},
    }


def answers(view: View) -> dict[str, Any]:
    """What the view says already, as answers of its panel."""
    found = {
        name: view[name]
        for name in ("title", "kind", "form", "group", "sum", "start", "end", "card", "columns", "waiting")
        if name in view
    }
    return found | ({"sort": view["sort"][0]} if view.get("sort") else {})


def applied(view: View, given: Mapping[str, Any], forms: Sequence[Form]) -> View:
    """The view after its panel was answered: what is left empty is not said; what another form or kind had goes."""
    kept = {name: value for name, value in view.items() if name not in (*_all_kinds(), "sort", "waiting")}
    kept |= {name: given[name] for name in ("title", "kind", "form") if given.get(name)}
    if kept["form"] != view["form"]:
        kept.pop("filter", None)
    of_kind = {name: given[name] for name in _OF_KIND.get(kept["kind"], ()) if given.get(name)}
    fields = {**fields_of(_form(kept, forms)), **SYSTEM_FIELDS}
    kept |= {name: _fitting(name, value, view, fields) for name, value in of_kind.items()}
    kept |= {"waiting": True} if kept["kind"] == "table" and given.get("waiting") is True else {}
    sort = given.get("sort")
    kept |= {"sort": [sort]} if sort and str(sort).removeprefix("-") in fields else {}
    return _with_what_it_needs(kept, _form(kept, forms))


def _with_what_it_needs(view: View, form: Form) -> View:
    """A board needs a field for its columns, a calendar one for its days: the first that fits, until one is chosen."""
    wanted = {"kanban": ("group", _makes_columns), "calendar": ("start", _is_day)}.get(view["kind"])
    if wanted is None or view.get(wanted[0]) in fields_of(form):
        return {name: value for name, value in view.items() if value not in (None, [])}
    first = next(iter(_names(form, wanted[1])), None)
    return {name: value for name, value in {**view, wanted[0]: first or "…"}.items() if value not in (None, [])}


def _fitting(name: str, value: Any, view: View, fields: Mapping[str, Any]) -> Any:
    """A chosen field where the form has it; of several those it has, in the order they had, new ones behind."""
    if not isinstance(value, list):
        return value if value in fields else None
    before = [one for one in view.get(name) or () if one in value]
    return [one for one in dict.fromkeys([*before, *value]) if one in fields]


def narrowed(view: View, condition: Mapping[str, Any]) -> View:
    """The view with one condition more."""
    return {**view, "filter": together(view.get("filter"), condition)}


def widened(view: View, place: int) -> View:
    """The view without one of its conditions."""
    parts = [part for at, part in enumerate(parts_of(view.get("filter"))) if at != place]
    rest = {name: value for name, value in view.items() if name != "filter"}
    return {**rest, **({"filter": together(*parts)} if parts else {})}


# --- what a form offers --------------------------------------------------------------------------------


def _form(view: Mapping[str, Any], forms: Sequence[Form]) -> Form:
    return next((form for form in forms if form["key"] == view.get("form")), {"key": "", "schema": {"type": "object"}})


def _title(part: Mapping[str, Any], lang: str) -> str:
    return text_in(lang, part, "title") or str(part.get("key"))


def _makes_columns(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "boolean" or any(word in schema for word in ("oneOf", "enum", "x-ref"))


def _is_day(schema: Mapping[str, Any]) -> bool:
    return schema.get("format") in _DATES


def _is_number(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") in ("number", "integer")


def _sortable(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") != "array"


def _any(schema: Mapping[str, Any]) -> bool:
    return True


def _names(form: Form, fits: Callable[[Mapping[str, Any]], bool]) -> list[str]:
    return [name for name, schema in fields_of(form).items() if fits(schema)]


def _fields(
    form: Form, lang: str, translate: Callable[[str], str], fits: Callable[[Mapping[str, Any]], bool]
) -> Iterable[tuple[str, str]]:
    """The form's own fields that fit, then the owner and the moments every record has."""
    own = [(name, text_in(lang, schema, "title") or name) for name, schema in fields_of(form).items() if fits(schema)]
    system = ("owner", "created_at", "updated_at")
    return [*own, *((name, TITLES[name].translated(translate)) for name in system if fits(SYSTEM_FIELDS[name]))]


def _option(const: str, title: str) -> dict[str, str]:
    return {"const": const, "title": title}


def _choice(title: str, options: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    return {"type": "string", "title": title, "oneOf": list(options) or [_option("…", "…")]}


def _several(title: str, options: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    return {"type": "array", "title": title, "uniqueItems": True, "items": _choice("", options)}


def _offered(
    form: Form, lang: str, translate: Callable[[str], str], fits: Callable[[Mapping[str, Any]], bool]
) -> Choices:
    return [_option(name, title) for name, title in _fields(form, lang, translate, fits)]


def _board_questions(form: Form, lang: str, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        "group": _choice(translate("A column for each"), _offered(form, lang, translate, _makes_columns)),
        "card": _several(translate("On the cards"), _offered(form, lang, translate, _any)),
        "sum": _choice(translate("Sum in each column"), _offered(form, lang, translate, _is_number)),
    }


def _calendar_questions(form: Form, lang: str, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        "start": _choice(translate("Begins on"), _offered(form, lang, translate, _is_day)),
        "end": _choice(translate("Ends on"), _offered(form, lang, translate, _is_day)),
        "card": _several(translate("Shown beside it"), _offered(form, lang, translate, _any)),
    }


def _table_questions(form: Form, lang: str, translate: Callable[[str], str]) -> dict[str, Any]:
    home = {"type": "boolean", "title": translate("On the home page, as what waits for its reader")}
    columns = _several(translate("Columns of the table"), _offered(form, lang, translate, _any))
    return {"columns": columns, "waiting": home}


_KIND_QUESTIONS = {"kanban": _board_questions, "calendar": _calendar_questions, "table": _table_questions}


def _all_kinds() -> set[str]:
    return {name for names in _OF_KIND.values() for name in names}
