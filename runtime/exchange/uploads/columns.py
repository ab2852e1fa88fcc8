"""What the columns of a table may fill, as a page offers it, and what was chosen there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.answers import Field, Form
from runtime.exchange.cells import text_of
from runtime.exchange.mapping import FLAGS, OWNER, Column, guess
from runtime.exchange.sheets import Cell
from runtime.i18n import Message, message, text_in

Forms = Mapping[str, Form]
SAMPLES = 3
_BY = "\t"
"""Between the field and the field of the linked form by which it is found, in the value of a choice.

No name of a field holds it, and a browser sends it back as it is (a line break it would send as two characters).
"""


@dataclass(frozen=True)
class Choice:
    """One thing a column may fill; `value` is what the page sends back."""

    value: str
    title: str | Message

    @property
    def is_link(self) -> bool:
        """Whether its cells name a record of another form."""
        return _BY in self.value


@dataclass(frozen=True)
class Shown:
    """A column of the file: its header, some of its cells, and what it fills (the value of a choice, or "")."""

    header: str
    samples: tuple[str, ...]
    fills: str


def choices(form: Form, forms: Forms, lang: str) -> list[Choice]:
    """Every field that can be filled; a link once for each field by which its record can be named."""
    found = []
    for name, field in form.fields.items():
        title = text_in(lang, field.schema, "title") or name
        target = forms.get(str((field.schema.get("x-ref") or {}).get("form")))
        if field.is_computed or "x-file" in field.schema:
            continue
        if target is None:
            found.append(Choice(name, title))
        else:
            found += [_link(name, title, by, target, lang) for by in _names(target)]
    return [*found, Choice(OWNER, message("Owner"))] if OWNER not in form.fields else found


def _link(name: str, title: str, by: str, target: Form, lang: str) -> Choice:
    said = text_in(lang, target.fields[by].schema, "title") or by
    return Choice(name + _BY + by, message("%(link)s, named by %(field)s", link=title, field=said))


def _names(target: Form) -> list[str]:
    """The fields by which a record can be named: what it is called, then what is unique, then short texts of all."""
    always = target.unfold({}).asked
    texts = [name for name, field in target.fields.items() if name in always and _is_name(field)]
    first = [target.label] if target.label in target.fields else []
    unique = [name for name in texts if target.fields[name].schema.get("x-unique")]
    return list(dict.fromkeys([*first, *unique, *texts]))[:6]


def _is_name(field: Field) -> bool:
    schema = field.schema
    short = schema.get("type") == "string" and field.ui.get("ui:widget") != "textarea"
    return short and not field.is_computed and not {"oneOf", "x-ref", "format"} & schema.keys()


def shown(
    form: Form, forms: Forms, header: Sequence[str], rows: Iterable[Sequence[Cell]], chosen: Sequence[Column] | None
) -> list[Shown]:
    """The columns of a file with what they fill: as chosen, else as guessed."""
    columns = guess(form, header) if chosen is None else chosen
    fills = {column.header: _value(column, form, forms) for column in columns}
    cells = list(rows)
    return [Shown(name, tuple(_samples(cells, place)), fills.get(name, "")) for place, name in enumerate(header)]


def _value(column: Column, form: Form, forms: Forms) -> str:
    field = form.fields.get(column.field)
    target = forms.get(str((field.schema.get("x-ref") or {}).get("form"))) if field else None
    if target is None:
        return column.field
    return column.field + _BY + (column.by or next(iter(_names(target)), ""))


def _samples(rows: Iterable[Sequence[Cell]], place: int) -> list[str]:
    texts = (text_of(row[place]) for row in rows if place < len(row))
    return list(dict.fromkeys(text[:40] for text in texts if text))[:SAMPLES]


def asked_in(header: Sequence[str], fills: Sequence[str], said: Mapping[str, str]) -> dict[str, Any]:
    """The options of an import as they were chosen: `fills` says for each column what it fills."""
    pairs = ((name, value.partition(_BY)) for name, value in zip(header, fills, strict=False) if value)
    mapping = {name: {"field": field, "by": by or None} for name, (field, _, by) in pairs}
    mode = said.get("mode", "insert")
    key = said.get("key") if mode != "insert" else None
    flags = {name: bool(said.get(name)) for name in FLAGS}
    return {"mapping": mapping, "mode": mode, "key": key or None, "sheet": said.get("sheet", ""), **flags}
