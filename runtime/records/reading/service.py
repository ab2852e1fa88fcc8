"""Reading records; row rights are part of every query, field rights of every answer."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, and_, func, literal, select, true, union_all
from sqlalchemy.exc import DBAPIError

from runtime.answers import Form, live_values
from runtime.contracts import Actor, Forbidden, NotFound, TooMuch, as_id
from runtime.db import db, driven, dumps, in_transaction, limit_statements, limited, utc_now
from runtime.db.turns import await_turn
from runtime.i18n import message
from runtime.permissions import Rights
from runtime.records.access import columns_of, facts_of, names_for, rights_of
from runtime.records.compiled import form_of
from runtime.records.counting import service as counting
from runtime.records.cursors import pack, unpack
from runtime.records.filters import Columns, Filter, Reader, filter_of
from runtime.records.models import record
from runtime.records.query import Query, Sort, fields_of, limit_of, sort_of
from runtime.records.record import Page, Record
from runtime.records.slotting.service import slots_of
from runtime.records.sql import Compiler, Condition, of_form
from runtime.records.sql_keyset import Position, Walk, walk_of
from runtime.releases import service as releases
from runtime.releases.published import Published

SECONDS = 8
"""How long one query may take."""

_LIVE = ("now", "today", "me")


@dataclass(frozen=True)
class Reading:
    """One form, read by one actor; for an `act` beside reading, only what that is granted on."""

    published: Published
    form: Form
    rights: Rights
    actor: Actor
    act: str = "read"

    @property
    def where(self) -> Condition:
        """The living records of the form that the actor may see, and act on."""
        return and_(of_form(self.published.app_id, self.form.key), *map(self.acting, dict.fromkeys(("read", self.act))))

    def acting(self, act: str) -> Condition:
        """The records on which an act is granted."""
        rows = self.rights.rows(act=act)
        return true() if rows is None else self.compiler(everything=True).condition(self._filter(rows, True))

    def compiler(self, everything: bool = False) -> Compiler:
        """What turns filters into SQL; `everything` lets the rights themselves ask about hidden fields."""
        slots = slots_of(self.published, self.form.key)
        return Compiler(self.columns(everything), slots, db.engine.dialect.name)

    def columns(self, everything: bool = False) -> Columns:
        """The fields that may be asked about."""
        return columns_of(self.form, self.rights, everything)

    def matching(self, filter: Mapping[str, Any] | None) -> Condition:
        """The visible records a filter takes; BadRequest for a filter that cannot be asked."""
        return self.where if not filter else and_(self.where, self.compiler().condition(self._filter(filter, False)))

    def _filter(self, filter: Mapping[str, Any], everything: bool) -> Filter:
        reader = Reader(utc_now(), self.actor.timezone, self.actor.member_id)
        return filter_of(filter, self.columns(everything), reader)

    @cached_property
    def _readable_alike(self) -> frozenset[str] | None:
        return self.rights.readable_alike()

    def record(self, row: Any, fields: tuple[str, ...] | None = None) -> Record:
        """A row as the actor may see it."""
        data = row.data
        if any(path[0] in _LIVE for path in self.form.computing.reads):
            data = {**data, **live_values(self.form, data, names_for(self.actor, utc_now()))}
        alike = self._readable_alike
        readable = self.rights.readable(facts_of(row)) if alike is None else alike
        shown = readable if fields is None else readable & frozenset(fields)
        return Record(
            id=row.id,
            rev=row.rev,
            data={name: value for name, value in data.items() if name in shown},
            owner_id=row.owner_id,
            dept_path=row.dept_path,
            incomplete=row.incomplete,
            release=row.release,
            created_at=row.created_at,
            updated_at=row.updated_at,
            created_by=row.created_by,
            updated_by=row.updated_by,
        )


def begin(app_id: str, form: str, actor: Actor, act: str = "read") -> Reading:
    """A form of the app's live release, for one actor; NotFound, or Forbidden where nothing may be read or acted on."""
    published = releases.current(app_id)
    reading = Reading(published, form_of(published, form), rights_of(published, actor, form), actor, act)
    if not reading.rights.may("read"):
        raise Forbidden(message("You may not see these records."))
    if not reading.rights.may(act):
        raise Forbidden(message("You may not do this with these records."))
    return reading


_SHOWN = tuple(
    record.c[name]
    for name in (
        "id", "rev", "data", "owner_id", "dept_path", "incomplete", "release", "created_at", "updated_at",
        "created_by", "updated_by",
    )
)  # fmt: skip


def read(app_id: str, form: str, record_id: str, actor: Actor) -> Record:
    """One record; NotFound alike for missing, hidden and another tenant's."""
    return read_in(begin(app_id, form, actor), record_id)


def read_in(reading: Reading, record_id: str) -> Record:
    """One record of a form that is open already, with what the actor may do with it."""
    row = find(reading, record_id)
    facts = facts_of(row)
    acts = frozenset(act for act in ("update", "delete") if reading.rights.allows(act, facts))
    return reading.record(row)._replace(acts=acts)


def read_all(app_id: str, form: str, ids: Iterable[str], actor: Actor) -> dict[str, Record]:
    """Those of the records that are there for the actor, by id."""
    reading, wanted = begin(app_id, form, actor), [id for id in ids if as_id(id)]
    mine = select(*_SHOWN).where(of_form(app_id, reading.form.key), record.c.id.in_(wanted))
    rows = db.session.connection().execute(mine) if wanted else ()
    return {row.id: reading.record(row) for row in rows if reading.rights.allows("read", facts_of(row))}


def find(reading: Reading, record_id: str) -> Any:
    """The row of a record the actor may see; raises NotFound."""
    mine = of_form(reading.published.app_id, reading.form.key)
    row = None
    if as_id(record_id) is not None:
        row = db.session.execute(select(*_SHOWN).where(mine, record.c.id == record_id)).one_or_none()
    if row is None or not reading.rights.allows("read", facts_of(row)):
        raise NotFound(message("There is no such record."))
    return row


# --- a page ------------------------------------------------------------------------------------------


def page(app_id: str, form: str, query: Query, actor: Actor) -> Page:
    """A page of the records a query takes; BadRequest for what cannot be asked, TooMuch for what takes too long."""
    return page_of(begin(app_id, form, actor), query)


def page_of(reading: Reading, query: Query) -> Page:
    """A page of a form that is open already."""
    columns = reading.columns()
    sorts, limit, fields = sort_of(query.sort, columns), limit_of(query.limit), fields_of(query.fields, columns)
    scope = _scope(reading.form.key, sorts)
    where, compiler = reading.matching(query.filter), reading.compiler()
    with time_limit():
        rows, more, backward = _rows(compiler, where, sorts, limit, query.cursor, scope)
        count = _count(reading, query.filter, where) if query.count else None
    forth, back = (bool(query.cursor), more) if backward else (more, bool(query.cursor))
    return Page(
        items=tuple(reading.record(row, fields) for row in rows),
        next=_cursor(scope, rows[-1], False) if rows and forth else None,
        previous=_cursor(scope, rows[0], True) if rows and back else None,
        count=None if count is None else min(count, counting.COUNTED),
        capped=count is not None and count > counting.COUNTED,
    )


def first_pages(
    reading: Reading, filters: Sequence[Mapping[str, Any] | None], sort: Sequence[str], limit: int
) -> list[Page]:
    """The first page of each filter, in one query; the next ones are for `page_of` with the same filter and order."""
    sorts = sort_of(sort, reading.columns())
    walk, scope = walk_of(reading.compiler(), sorts), _scope(reading.form.key, sorts)
    marks = _marks(walk)
    legs = [
        _numbered(marks, (place, number), and_(where, leg.where), leg.order, limit)
        for place, where in enumerate(map(reading.matching, filters))
        for number, leg in enumerate(walk.legs(None))
    ]
    found: list[list[Any]] = [[] for _ in filters]
    with time_limit():
        for row in _united(legs):
            found[row.place].append(row)
    return [_first_page(reading, scope, rows, limit) for rows in found]


def _numbered(
    marks: list[Any], at: tuple[int, int], where: Condition, order: tuple[Any, ...], limit: int
) -> Select[Any]:
    """A leg whose rows say which page and leg they are of, and their number in it: a union keeps no order."""
    place, leg = (literal(number).label(name) for number, name in zip(at, ("place", "leg"), strict=True))
    number = func.row_number().over(order_by=order).label("number")
    return _leg([place, leg, number, *marks], where, order, limit + 1)


def _united(legs: Sequence[Select[Any]]) -> Sequence[Any]:
    if not legs:
        return ()
    rows = db.session.execute(union_all(*(select(leg.subquery()) for leg in legs))).all()
    return sorted(rows, key=attrgetter("place", "leg", "number"))


def _first_page(reading: Reading, scope: str, rows: Sequence[Any], limit: int) -> Page:
    shown = rows[:limit]
    more = _cursor(scope, shown[-1], False) if len(rows) > limit else None
    return Page(tuple(reading.record(row) for row in shown), more, None, None)


def _rows(
    compiler: Compiler, where: Condition, sorts: tuple[Sort, ...], limit: int, cursor: str | None, scope: str
) -> tuple[list[Any], bool, bool]:
    """The rows of a page, whether there are more in the direction walked, and whether that is backward."""
    families = [compiler.order_family(sort.field) for sort in sorts if sort.field != "id"]
    values, id, backward = unpack(scope, families, cursor) if cursor else ((), "", False)
    walk = walk_of(compiler, sorts, backward)
    marks = _marks(walk)
    rows: list[Any] = []
    connection = db.session.connection()
    for leg in walk.legs(Position(values, id) if cursor else None):
        wanted = limit + 1 - len(rows)
        rows += connection.execute(_leg(marks, and_(where, leg.where), leg.order, wanted)).all() if wanted > 0 else []
    found = rows[:limit]
    return found[::-1] if backward else found, len(rows) > limit, backward


def _marks(walk: Walk) -> list[Any]:
    return [column.label(f"mark{index}") for index, (column, _) in enumerate(walk.columns)]


def _leg(marks: list[Any], where: Condition, order: tuple[Any, ...], limit: int) -> Select[Any]:
    return select(*_SHOWN, *marks).where(where).order_by(*order).limit(limit)


def _cursor(scope: str, row: Any, backward: bool) -> str:
    values = [value for name, value in row._mapping.items() if name.startswith("mark")]
    return pack(scope, values, row.id, backward)


def _scope(form: str, sorts: tuple[Sort, ...]) -> str:
    return " ".join([form, *(f"-{sort.field}" if sort.down else sort.field for sort in sorts)])


def _count(reading: Reading, filter: Mapping[str, Any] | None, where: Condition) -> int:
    published, actor = reading.published, reading.actor
    rows = [reading.rights.rows(act=act) for act in ("read", reading.act)]
    asked = dumps([published.number, filter, rows, actor.member_id, actor.timezone])
    return counting.count(published.app_id, reading.form.key, asked, where)


@contextmanager
def time_limit(seconds: int = SECONDS) -> Iterator[None]:
    """Let each query inside take so long at most, when it is this tenant's turn; raises TooMuch, or Busy."""
    await_turn()
    limit = _limit_postgres if db.engine.dialect.name == "postgresql" else _limit_sqlite
    try:
        with limit(seconds):
            yield
    except DBAPIError as error:
        if "statement timeout" not in str(error) and "interrupted" not in str(error):
            raise
        if not in_transaction():
            db.session.rollback()
        why = message("This question takes too long. Ask for fewer records by one more condition.")
        raise TooMuch(why) from error


@contextmanager
def _limit_postgres(seconds: int) -> Iterator[None]:
    if db.session().in_transaction():
        _set_timeout(seconds * 1000)
    else:
        with limited(seconds * 1000):
            db.session.connection()
    yield
    if in_transaction():  # a read ends with its own transaction, and the limit with it
        _set_timeout(0)


def _set_timeout(milliseconds: int) -> None:
    with driven(db.session.connection().connection) as raw:
        limit_statements(raw, milliseconds)


@contextmanager
def _limit_sqlite(seconds: int) -> Iterator[None]:
    raw: Any = db.session.connection().connection.driver_connection
    end = time.monotonic() + seconds
    raw.set_progress_handler(lambda: time.monotonic() > end, 50_000)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)
