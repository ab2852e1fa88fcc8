"""Which column fills which field, and how an import is to be done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from runtime.answers import Field, Form
from runtime.contracts import Problem, Refused
from runtime.documents import SYSTEM_FIELDS
from runtime.documents.bounds import pointer
from runtime.i18n import Message, message

Mode = Literal["insert", "update", "upsert"]
MODES = ("insert", "update", "upsert")
FLAGS = ("lenient", "flows", "dry_run")


OWNER = "owner"
_OWNER = Field(OWNER, SYSTEM_FIELDS[OWNER], {})


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
    problems = _strays(asked)
    columns = _columns(asked.get("mapping"), form, header, problems)
    mode, key = asked.get("mode") or "insert", asked.get("key") or None
    if mode not in MODES:
        problems.append(Problem("/mode", "enum", message("Choose insert, update or upsert.")))
    if mode != "insert" and key not in [column.field for column in columns]:
        problems.append(Problem("/key", "required", message("Name a mapped field that finds existing records.")))
    if not columns:
        problems.append(Problem("/mapping", "minItems", message("No column fits a field of the form.")))
    if problems:
        raise Refused(problems)
    flags = {name: bool(asked.get(name)) for name in FLAGS}
    return Options(tuple(columns), cast(Mode, mode), key, sheet=str(asked.get("sheet") or ""), **flags)


def _strays(asked: Mapping[str, Any]) -> list[Problem]:
    """Options there are not, and values of a wrong kind."""
    known: dict[str, type | tuple[type, ...]] = {"mapping": Mapping, "mode": str, "key": str, "sheet": str}
    known |= dict.fromkeys(FLAGS, bool)
    problems = []
    for name, value in asked.items():
        if name not in known:
            problems.append(Problem(pointer(name), "unknown", message("There is no such option.")))
        elif value is not None and not isinstance(value, known[name]):
            problems.append(Problem(pointer(name), "type", message("This option takes another kind of value.")))
    return problems


def guess(form: Form, header: Sequence[str]) -> list[Column]:
    """Columns whose header is a field's name or title in any language, else ends in one as `deal_stage` in “Stage”;
    each field at most once."""
    spelled = _spelled(form)
    found: dict[str, Column] = {}
    for column in header:
        fits = spelled.get(_folded(column))
        if fits and fits not in found:
            found[fits] = Column(column, fits)
    for fits, columns in _by_last_word(spelled, header, {column.header for column in found.values()}).items():
        if fits not in found and len(columns) == 1:
            found[fits] = Column(columns[0], fits)
    return sorted(found.values(), key=lambda column: header.index(column.header))


def _spelled(form: Form) -> dict[str, str]:
    """The names of the fields that can be filled, by all that they are called."""
    spelled: dict[str, str] = {}
    for name, field in form.fields.items():
        if field.is_computed:
            continue
        translated = (texts.get("title") for texts in (field.schema.get("x-texts") or {}).values())
        for word in (name, field.schema.get("title"), *translated):
            if word:
                spelled.setdefault(_folded(str(word)), name)
    return spelled


def _by_last_word(spelled: Mapping[str, str], header: Sequence[str], taken: Collection[str]) -> dict[str, list[str]]:
    """The columns of several words whose last one is what a field is called, by that field."""
    found: dict[str, list[str]] = {}
    for column in header:
        words = column.replace("_", " ").split()
        fits = spelled.get(_folded(words[-1])) if len(words) > 1 and column not in taken else None
        if fits:
            found.setdefault(fits, []).append(column)
    return found


def as_json(options: Options) -> dict[str, Any]:
    """The options as they are kept with the import."""
    mapping = {column.header: {"field": column.field, "by": column.by} for column in options.columns}
    rest = {name: getattr(options, name) for name in ("mode", "key", "lenient", "flows", "dry_run", "sheet")}
    return {"mapping": mapping, **rest}


def _columns(mapping: Any, form: Form, header: Sequence[str], problems: list[Problem]) -> list[Column]:
    if mapping is None:
        return guess(form, header)
    columns: list[Column] = []
    for name, target in mapping.items() if isinstance(mapping, Mapping) else ():
        wanted = target if isinstance(target, Mapping) else {"field": target}
        column = Column(str(name), wanted.get("field"), wanted.get("by"))  # type: ignore[arg-type]  # checked below
        problem = _misfit(column, form, header, [one.field for one in columns])
        if problem is None:
            columns.append(column)
        else:
            problems.append(Problem("/mapping" + pointer(str(name)), *problem))
    return columns


def _misfit(column: Column, form: Form, header: Sequence[str], taken: Sequence[str]) -> tuple[str, Message] | None:
    """What is wrong with a column as it was asked for: the rule and the words; None when nothing is."""
    field = field_of(form, column.field) if isinstance(column.field, str) else None
    if column.header not in header:
        return "unknown", message("The file has no column “%(column)s”.", column=column.header)
    if field is None:
        return "unknown", message("The form has no field “%(field)s”.", field=column.field)
    if field.is_computed:
        return "readOnly", message("“%(field)s” is worked out, not filled.", field=column.field)
    if column.field in taken:
        return "uniqueItems", message("Two columns fill “%(field)s”.", field=column.field)
    if column.by is not None and not isinstance(column.by, str):
        return "type", message("This option takes another kind of value.")
    if column.by is not None and not (field.schema.get("x-ref") or {}).get("form"):
        return "x-ref", message("“%(field)s” is no link to a form.", field=column.field)
    return None


def field_of(form: Form, name: str) -> Field | None:
    """A field of the form, or who owns the record."""
    return form.fields.get(name) or (_OWNER if name == OWNER else None)


def _folded(text: str) -> str:
    return "".join(text.casefold().replace("_", " ").split())
