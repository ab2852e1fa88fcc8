"""Which column fills which field, and how an import is to be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from runtime.answers import Form
from runtime.contracts import Problem, Refused
from runtime.documents.bounds import pointer
from runtime.i18n import message

Mode = Literal["insert", "update", "upsert"]
MODES = ("insert", "update", "upsert")


@dataclass(frozen=True)
class Column:
    """One column: the field it fills; for a link, the field of the linked form that its cells name (or its label)."""

    header: str
    field: str
    by: str | None = None


@dataclass(frozen=True)
class Options:
    """How an import is to be done. `key` is the field that finds existing records; `lenient` keeps a row without
    the values that are wrong and marks it incomplete."""

    columns: tuple[Column, ...]
    mode: Mode = "insert"
    key: str | None = None
    lenient: bool = False
    flows: bool = False
    dry_run: bool = False
    sheet: str = ""


def read_options(asked: Mapping[str, Any], form: Form, header: Sequence[str]) -> Options:
    """The options as asked, a missing mapping guessed from the header; raises Refused with all problems."""
    problems: list[Problem] = []
    mapping = asked.get("mapping")
    if mapping is not None and not isinstance(mapping, Mapping):
        raise Refused([Problem("/mapping", "type", message("The mapping must be an object."))])
    columns = guess(form, header) if mapping is None else _columns(mapping, form, header, problems)
    mode, key = asked.get("mode") or "insert", asked.get("key") or None
    if mode not in MODES:
        problems.append(Problem("/mode", "enum", message("Choose insert, update or upsert.")))
    if mode != "insert" and key not in {column.field for column in columns}:
        problems.append(Problem("/key", "required", message("Name a mapped field that finds existing records.")))
    if not columns:
        problems.append(Problem("/mapping", "minItems", message("No column fits a field of the form.")))
    if problems:
        raise Refused(problems)
    flags = {name: asked.get(name) is True for name in ("lenient", "flows", "dry_run")}
    return Options(tuple(columns), cast(Mode, mode), key, sheet=str(asked.get("sheet") or ""), **flags)


def guess(form: Form, header: Sequence[str]) -> list[Column]:
    """Columns whose header is a field's name or title in any language, each field at most once."""
    spelled: dict[str, str] = {}
    for name, field in form.fields.items():
        if field.is_computed:
            continue
        translated = (texts.get("title") for texts in (field.schema.get("x-texts") or {}).values())
        for word in (name, field.schema.get("title"), *translated):
            if word:
                spelled.setdefault(_folded(str(word)), name)
    found: dict[str, Column] = {}
    for column in header:
        fits = spelled.get(_folded(column))
        if fits and fits not in found:
            found[fits] = Column(column, fits)
    return list(found.values())


def as_json(options: Options) -> dict[str, Any]:
    """The options as they are kept with the import."""
    mapping = {column.header: {"field": column.field, "by": column.by} for column in options.columns}
    rest = {name: getattr(options, name) for name in ("mode", "key", "lenient", "flows", "dry_run", "sheet")}
    return {"mapping": mapping, **rest}


def _columns(mapping: Mapping[str, Any], form: Form, header: Sequence[str], problems: list[Problem]) -> list[Column]:
    columns: list[Column] = []
    taken: set[str] = set()
    for name, target in mapping.items():
        wanted = target if isinstance(target, Mapping) else {"field": target}
        field, by = wanted.get("field"), wanted.get("by")
        where = "/mapping" + pointer(str(name))
        if name not in header:
            problems.append(Problem(where, "unknown", message("The file has no column “%(column)s”.", column=name)))
        elif field not in form.fields:
            problems.append(Problem(where, "unknown", message("The form has no field “%(field)s”.", field=field)))
        elif form.fields[field].is_computed:
            problems.append(Problem(where, "readOnly", message("“%(field)s” is worked out, not filled.", field=field)))
        elif field in taken:
            problems.append(Problem(where, "uniqueItems", message("Two columns fill “%(field)s”.", field=field)))
        else:
            taken.add(field)
            columns.append(Column(str(name), str(field), by if by is None else str(by)))
    return columns


def _folded(text: str) -> str:
    return "".join(text.casefold().replace("_", " ").split())
