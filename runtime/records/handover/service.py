"""The records of somebody who leaves, and the fields that name the person, go to others and back again.

A batch at a time, each through the one door.

Where it stands is committed together with what was moved: a worker that takes over goes on and moves nothing twice.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, literal, select, union_all, update

from runtime.answers import person_fields
from runtime.contracts import Actor, BadRequest, Change, Conflict, Forbidden, NotFound, as_id
from runtime.db import after_commit, current_tenant, db, new_id, transaction, utc_now
from runtime.events import Dispatch, dispatch_row, wake
from runtime.i18n import message
from runtime.identity.doors.service import actor_of
from runtime.identity.models import Member
from runtime.records.handover.models import Handover
from runtime.records.models import record
from runtime.records.reading.service import Reading, begin
from runtime.records.references.service import naming
from runtime.records.undoing.service import backwards, carry_out
from runtime.releases import service as releases

AT_ONCE = 100

Hold = Callable[[], None]
"""Makes sure the work is still ours; called in every transaction."""


Key = tuple[str, str, str]
"""App id, form, and the field in which a member is named; "" for the owner."""


@dataclass(frozen=True)
class Share:
    """How many living records of a form a member owns, or is named in by a `field` of theirs."""

    app_id: str
    form: str
    count: int
    field: str = ""

    @property
    def key(self) -> Key:
        """What it is called in a plan."""
        return self.app_id, self.form, self.field


def owned(member_id: str) -> list[Share]:
    """What a member owns, by app and form."""
    keys = record.c.app_id, record.c.form
    rows = select(*keys, func.count()).where(*_living(member_id)).group_by(*keys).order_by(*keys)
    return [Share(app, form, count) for app, form, count in db.session.execute(rows)]


def named(member_id: str, actor: Actor) -> list[Share]:
    """In how many records a member is named by a person field, by app, form and field; as far as the actor sees."""
    asked = [
        (app.id, form, field, where)
        for app in releases.apps()
        for form, field, where in _naming(app.id, member_id, actor)
    ]
    legs = [
        select(literal(place).label("place"), func.count().label("count")).select_from(record).where(where)
        for place, (_, _, _, where) in enumerate(asked)
    ]
    counts = dict(db.session.execute(union_all(*legs)).all()) if legs else {}
    shares = (Share(app, form, counts[place], field) for place, (app, form, field, _) in enumerate(asked))
    return [share for share in shares if share.count]


def _naming(app_id: str, member_id: str, actor: Actor) -> Iterator[tuple[str, str, Any]]:
    try:
        forms = releases.current(app_id).all("forms")
    except NotFound:
        return  # never published
    for form in forms:
        reading = begin(app_id, form, actor)
        for field in person_fields(reading.form):
            yield form, field, _is_named(reading, field, member_id)


def _is_named(reading: Reading, field: str, member_id: str) -> Any:
    return reading.matching({"field": field, "op": "in", "value": [member_id]})


def start(member_id: str, to: Mapping[Key, str], flows: bool, actor: Actor) -> Handover:
    """Ask the workers to move a member's records, and the records' fields that name the member, to other members.

    Conflict while an earlier hand-over of that member is under way.
    """
    with transaction() as session:
        session.execute(select(Member.id).where(Member.id == member_id).with_for_update())  # of two who ask one waits
        known = latest(member_id)
        if known is not None and known.is_running:
            raise Conflict(message("A hand-over of this person is under way already."))
        shares = [share for share in (*owned(member_id), *named(member_id, actor)) if share.key in to]
        plan = [{"app": one.app_id, "form": one.form, "field": one.field, "to": to[one.key]} for one in shares]
        made = Handover(
            tenant_id=current_tenant(), id=new_id(), member_id=member_id, created_by=actor.member_id,
            plan={"records": plan, "flows": flows}, total=sum(share.count for share in shares),
        )  # fmt: skip
        session.add(made)
        session.flush()
        _call_for(made)
    return made


def find(id: str) -> Handover:
    """A hand-over of the tenant; raises NotFound."""
    found = db.session.scalar(select(Handover).where(Handover.id == id)) if as_id(id) else None
    if found is None:
        raise NotFound(message("There is no such page."))
    return found


def latest(member_id: str) -> Handover | None:
    """The last hand-over of a member."""
    mine = select(Handover).where(Handover.member_id == member_id).order_by(Handover.id.desc()).limit(1)
    return db.session.scalar(mine)


def undo(id: str, actor: Actor) -> None:
    """Ask the workers to give the records back; what somebody has changed since stays. Conflict while it runs."""
    with transaction() as session:
        made = find(id)
        mine = Handover.tenant_id == current_tenant(), Handover.id == id, Handover.state == "done"
        taken = update(Handover).where(*mine).values(state="undoing", undone_by=actor.member_id)
        if session.execute(taken).rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict(message("This hand-over is still running, or was taken back already."))
        _call_for(made)


def work(id: str, hold: Hold, seconds: float) -> bool:
    """Go on with a hand-over, or with taking it back, for so long; says whether nothing is left."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with transaction() as session:
            hold()
            made = session.scalars(select(Handover).where(Handover.id == id).execution_options(populate_existing=True))
            if not _go_on(made.one()):
                return True
    return False


def _go_on(made: Handover) -> bool:
    """The next batch; says whether there may be more."""
    by = made.undone_by if made.state == "undoing" else made.created_by
    found = actor_of(by) if by else None
    if made.state == "working" and found:
        return _move_some(made, found[0])
    if made.state == "undoing" and found:
        return _take_some_back(made, found[0])
    if made.is_running:  # whoever asked for it is not there any more
        made.state = "stopped"
    return False


def _move_some(made: Handover, actor: Actor) -> bool:
    parts = made.plan["records"]
    if made.place == len(parts):
        made.state = "done"
        return False
    part = parts[made.place]
    rows = _next(made, part, actor)
    for row in rows:
        change = Change(
            part["app"], part["form"], "update", record_id=row.id, lenient=True, flows=bool(made.plan["flows"]),
            batch=made.id, **_given(made.member_id, part, row),
        )  # fmt: skip
        done = carry_out(change, actor)
        made.moved, made.kept = made.moved + done, made.kept + (not done)
    if len(rows) == AT_ONCE:
        made.after = rows[-1].id
    else:
        made.place, made.after = made.place + 1, None
    return True


def _take_some_back(made: Handover, actor: Actor) -> bool:
    changes = backwards(made.id, made.taken_to)
    with naming(made.member_id):
        for change in changes:
            made.undone += carry_out(change, actor)
    if changes:
        made.taken_to = changes[-1].record_id
    else:
        made.state = "undone"
    return bool(changes)


def _given(member_id: str, part: Mapping[str, Any], row: Any) -> dict[str, Any]:
    """What of a change puts the other member in the place of the one who leaves."""
    field, to = part.get("field"), part["to"]
    if not field:
        return {"owner_id": to}
    value = row.data.get(field)
    if isinstance(value, list):  # whoever was added to it or taken from it since must not be lost
        named = list(dict.fromkeys(to if one == member_id else one for one in value))
        return {"answers": {field: named}, "rev": row.rev}
    return {"answers": {field: to}}


def _next(made: Handover, part: Mapping[str, Any], actor: Actor) -> Sequence[Any]:
    try:
        where = [*_of_part(made.member_id, part, actor)]
    except (BadRequest, Forbidden, NotFound):
        return ()  # a release since has taken the form or the field away, or its right
    if made.after:
        where.append(record.c.id > made.after)
    some = select(record.c.id, record.c.rev, record.c.data).where(*where).order_by(record.c.id).limit(AT_ONCE)
    return db.session.execute(some).all()


def _of_part(member_id: str, part: Mapping[str, Any], actor: Actor) -> Iterable[Any]:
    field, app_id, form = part.get("field"), part["app"], part["form"]
    if field:
        return [_is_named(begin(app_id, form, actor), field, member_id)]
    return [*_living(member_id), record.c.app_id == app_id, record.c.form == form]


def _living(member_id: str) -> Iterable[Any]:
    return record.c.tenant_id == current_tenant(), record.c.owner_id == member_id, record.c.deleted_at.is_(None)


def _call_for(made: Handover) -> None:
    """Put it on the list of what is due, once."""
    mine = Dispatch.tenant_id == made.tenant_id, Dispatch.id == made.id
    again = update(Dispatch).where(*mine).values(due=utc_now(), lease=None, fence=Dispatch.fence + 1)
    if not db.session.execute(again.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        db.session.execute(insert(Dispatch), dispatch_row(made.tenant_id, made.id, "handover", utc_now()))
    after_commit(wake)
