"""Filters and orders turned into SQL over the slots, and over `data` for fields that have none.

A slot's test always carries `IS NOT NULL`: the partial indexes are only found with it, and every test is then true or
false, never unknown, so that `NOT` means what the pure evaluator means.
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    Float,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from runtime.contracts import as_id
from runtime.db import current_tenant
from runtime.permissions import in_small
from runtime.records.filters import All, AnyOf, Columns, Filter, Not, Test
from runtime.records.models import record, record_link, record_value
from runtime.records.slots import Family, SlotMap, as_float, family_of
from runtime.records.textkeys import is_whole, prefix_range, text_key

Column = ColumnElement[Any]
Condition = ColumnElement[bool]

_SYSTEM = {
    "id": record.c.id,
    "rev": cast(record.c.rev, Double),
    "owner": record.c.owner_id,
    "department": record.c.dept_path,
    "created_at": record.c.created_at,
    "created_by": record.c.created_by,
    "updated_at": record.c.updated_at,
    "updated_by": record.c.updated_by,
}
_PLAIN_NAME = re.compile(r'[^"\\\x00-\x1f]+')
_HIGHEST = "\U0010ffff"


@dataclass(frozen=True)
class Compiler:
    """Turns filters and sorts of one form into SQL for one dialect."""

    columns: Columns
    slots: SlotMap
    dialect: str

    def condition(self, filter: Filter) -> Condition:
        """The filter as a condition that is true or false, never unknown."""
        match filter:
            case All(parts):
                return and_(true(), *map(self.condition, parts))
            case AnyOf(parts):
                return or_(false(), *map(self.condition, parts))
            case Not(part):
                return not_(self.condition(part))
            case Test():
                return self._test(filter)

    def indexed(self, name: str) -> bool:
        """Whether a field has a column of its own."""
        return self._column(name) is not None

    def order_column(self, name: str) -> Column:
        """What a field is ordered by."""
        column = self._column(name)
        return self._in_data(name) if column is None else column

    def order_family(self, name: str) -> Family:
        """The family of what a field is ordered by."""
        column = self._column(name)
        if column is None:
            return "n" if self.columns.kinds[name] in ("number", "yes_no") else "s"
        kind = self.columns.kinds[name]
        return {"number": "n", "yes_no": "n", "date": "d", "datetime": "d", "ref": "r"}.get(kind, "s")  # type: ignore[return-value]

    def group_column(self, name: str) -> Column:
        """What a field is grouped by: exact values, so that no two texts fall together."""
        column = self._column(name)
        kind = self.columns.kinds[name]
        if kind == "text" and name not in _SYSTEM and not self.columns.schemas[name].get("oneOf"):
            column = None
        return self._in_data(name) if column is None else column

    def has_slot(self, name: str, column: Column) -> bool:
        """Whether the column by which a field is ordered or grouped is its slot, so that an index holds its values."""
        return name in self.slots and column is record.c.get(self.slots[name].column)

    def _column(self, name: str) -> Column | None:
        if name in _SYSTEM:
            return _SYSTEM[name]
        slot = self.slots.get(name)
        if slot is None or not slot.ready or family_of(self.columns.schemas[name]) != slot.column[0]:
            return None
        return record.c[slot.column]

    # --- one test ---

    def _test(self, test: Test) -> Condition:
        kind = self.columns.kinds[test.field]
        if kind == "many":
            return self._many(test)
        if kind == "files":
            return not_(self._beside(record_link, test.field))
        if kind == "department":
            return _department(test)
        column = self._column(test.field)
        if column is None:
            return self._on_data(test)
        if test.op == "empty":
            return column.is_(None)
        if kind == "text":
            return and_(column.is_not(None), self._on_key(column, test))
        if kind == "ref":
            return and_(column.is_not(None), _is_one_of(column, test.value))
        number = kind in ("number", "yes_no")
        return and_(column.is_not(None), _compare(column, test.op, _floats(test.value) if number else test.value))

    def _on_key(self, key: Column, test: Test) -> Condition:
        value = test.value
        if test.op == "in":
            keys = [text_key(one) for one in value]
            found = key.in_(keys)
            return found if all(map(is_whole, keys)) else and_(found, self._text(test.field).in_(value))
        if test.op == "eq":
            found = key == text_key(value)
            return found if is_whole(text_key(value)) else and_(found, self._text(test.field) == value)
        if test.op == "starts":
            low, high = prefix_range(value)
            return and_(key >= low, key < high, self._starts(test.field, value))
        return self._on_text(test)

    def _many(self, test: Test) -> Condition:
        if test.op == "empty":
            return not_(self._beside(record_value, test.field))
        values = list(test.value) if test.op == "in" else [test.value]
        return self._beside(record_value, test.field, record_value.c.value.in_(values))

    def _beside(self, table: Any, name: str, *more: Condition) -> Condition:
        mine = (table.c.tenant_id == record.c.tenant_id, table.c.record_id == record.c.id, table.c.field == name)
        return exists().where(*mine, *more)

    # --- on data ---

    def _on_data(self, test: Test) -> Condition:
        kind = self.columns.kinds[test.field]
        value = self._in_data(test.field)
        if test.op == "empty":
            return value.is_(None)
        if kind == "text":
            return and_(value.is_not(None), self._on_text(test))
        return and_(value.is_not(None), _compare(value, test.op, _in_data_terms(kind, test.value)))

    def _on_text(self, test: Test) -> Condition:
        text = self._text(test.field)
        position = func.strpos if self.dialect == "postgresql" else func.instr
        if test.op == "contains":
            return position(text, literal(test.value, Text)) > 0
        if test.op == "like":
            return position(func.lower(text), literal(in_small(test.value), Text)) > 0
        if test.op == "starts":
            return self._starts(test.field, test.value)
        return _compare(text, test.op, test.value)

    def _starts(self, name: str, prefix: str) -> Condition:
        return func.substr(self._text(name), 1, len(prefix)) == prefix

    def _text(self, name: str) -> Column:
        """A field's text in `data`, compared bytewise; NULL where it is not text."""
        if self.dialect != "postgresql":
            return self._json(name)
        return self._of_type(name, "string", func.jsonb_extract_path_text(record.c.data, name)).collate("C")

    def _in_data(self, name: str) -> Column:
        """A field's value in `data` as it is compared: a number, or text."""
        kind = self.columns.kinds[name]
        if kind not in ("number", "yes_no"):
            return func.substr(self._text(name), 1, 19) if kind == "datetime" else self._text(name)
        if self.dialect != "postgresql":
            return self._json(name)
        text = func.jsonb_extract_path_text(record.c.data, name)
        if kind == "yes_no":
            return self._of_type(name, "boolean", case((text == "true", 1.0), else_=0.0))
        return self._of_type(name, "number", cast(text, Float(53)))

    def _of_type(self, name: str, type: str, value: Column) -> Column:
        """PostgreSQL's value where it is of a JSON type: what is kept for an incomplete record may be of another."""
        return case((func.jsonb_typeof(func.jsonb_extract_path(record.c.data, name)) == type, value), else_=None)

    def _json(self, name: str) -> Column:
        """SQLite's value of a top-level name; its paths cannot quote every name."""
        if _PLAIN_NAME.fullmatch(name):
            return func.json_extract(record.c.data, f'$."{name}"')
        member = func.json_each(record.c.data).table_valued("key", "value")
        return select(member.c.value).where(member.c.key == name).scalar_subquery()


def _compare(column: Column, op: str, value: Any) -> Condition:
    match op:
        case "eq":
            return column == value
        case "in":
            return column.in_(list(value))
        case "gt":
            return column > value
        case "gte":
            return column >= value
        case "lt":
            return column < value
        case _:
            return column <= value


def _is_one_of(column: Column, value: Any) -> Condition:
    """An id among ids; what is no id is nobody's."""
    known = [id for one in (value if isinstance(value, tuple) else (value,)) if (id := as_id(one))]
    return column.in_(known) if known else false()


def _floats(value: Any) -> Any:
    return tuple(map(as_float, value)) if isinstance(value, tuple) else as_float(value)


def _in_data_terms(kind: str, value: Any) -> Any:
    """A typed value as `data` spells it."""
    if isinstance(value, tuple):
        return tuple(_in_data_terms(kind, one) for one in value)
    if kind in ("number", "yes_no"):
        return as_float(value)
    if kind == "date":
        return value.date().isoformat()
    return value.isoformat()[:19] if kind == "datetime" else value


def _department(test: Test) -> Condition:
    """A department by id or by path; `under` takes all below it too."""
    path = record.c.dept_path
    match test.op:
        case "empty":
            return path == ""
        case "in":
            return or_(false(), *(_in_department(path, one) for one in test.value))
        case "under":
            if not test.value:
                return false()
            return and_(path >= test.value, path < test.value + _HIGHEST, path != "")
        case _:
            return _in_department(path, test.value)


def _in_department(path: Column, value: str) -> Condition:
    """Exactly this department, said by its whole path or by its id, which ends the path."""
    if not value or "/" in value:
        return and_(path == value, path != "")
    ending = func.substr(path, func.length(path) - len(value) - 1, len(value) + 2)
    return or_(path == f"{value}/", ending == f"/{value}/")


def of_form(app_id: str, form: str) -> Condition:
    """The living records of one form of the current tenant."""
    mine = (record.c.tenant_id == current_tenant(), record.c.app_id == app_id, record.c.form == form)
    return and_(*mine, record.c.deleted_at.is_(None))
