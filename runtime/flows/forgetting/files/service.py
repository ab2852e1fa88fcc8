"""Files that nobody needs any more go, after a time in which somebody may come back to them.

A file is needed while a record holds it, a draft names it, an import has not ended, or it is the tenant's logo. What
was uploaded and never gone on with, what was exported or imported, what was replaced, and what a deleted record held is
marked with the moment at which nobody was found to need it. Who needs it again takes the mark away.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update

from runtime.db import current_tenant, db, transaction
from runtime.exchange.models import ImportJob
from runtime.exchange.surveys.models import Survey
from runtime.files import service as files
from runtime.files.models import File
from runtime.forms.models import FormDraft
from runtime.identity import service as identity
from runtime.records.models import record, record_link

KEPT = timedelta(days=30)
UNDER_WAY = ("waiting", "running", "undoing")
AT_ONCE = 500


def forget_files(home: Path, now: datetime) -> int:
    """Mark the tenant's files that nobody needs, and delete those marked long ago; says how many were deleted."""
    left = set(db.session.scalars(select(File.id).where(_is_held_by_no_record()))) - set(_named_elsewhere())
    marks = select(File.id, File.unneeded_since).where(_of_tenant(), File.unneeded_since.is_not(None))
    marked = dict(db.session.execute(marks).all())
    _mark(marked.keys() - left, None)
    _mark(left - marked.keys(), now)
    old = [id for id, since in marked.items() if id in left and since <= now - KEPT]
    _forget_surveys(set(old))
    return sum(_discard(id, home, now - KEPT) for id in old)


def _of_tenant() -> ColumnElement[bool]:
    return File.tenant_id == current_tenant()


def _is_held_by_no_record() -> ColumnElement[bool]:
    link = and_(record_link.c.tenant_id == File.tenant_id, record_link.c.target_id == File.id)
    holder = and_(record.c.tenant_id == record_link.c.tenant_id, record.c.id == record_link.c.record_id)
    living = select(record.c.id).select_from(record_link).join(record, holder)
    return and_(_of_tenant(), ~living.where(link, record.c.deleted_at.is_(None)).correlate(File).exists())


def _named_elsewhere() -> Iterator[str]:
    """What drafts, imports and the tenant's settings name; more than files, which does no harm."""
    for answers in db.session.scalars(select(FormDraft.answers)):
        yield from _texts_in(answers)
    for options in db.session.scalars(select(ImportJob.options).where(ImportJob.state.in_(UNDER_WAY))):
        yield options.get("file") or ""
    yield identity.this_tenant().settings.get("logo") or ""


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(part)


def _mark(ids: Iterable[str], since: datetime | None) -> None:
    waiting = sorted(ids)
    for start in range(0, len(waiting), AT_ONCE):
        with transaction() as session:
            some = update(File).where(_of_tenant(), File.id.in_(waiting[start : start + AT_ONCE]))
            session.execute(some.values(unneeded_since=since).execution_options(synchronize_session=False))


def _forget_surveys(old: set[str]) -> None:
    """Nobody goes on with a look at tables that are no longer there."""
    unused = db.session.execute(select(Survey.id, Survey.files).where(Survey.app_id.is_(None))).all()
    gone = [id for id, kept in unused if any(file["id"] in old for file in kept)]
    if gone:
        with transaction() as session:
            session.execute(delete(Survey).where(Survey.tenant_id == current_tenant(), Survey.id.in_(gone)))


def _discard(id: str, home: Path, marked_by: datetime) -> bool:
    """Delete a file unless somebody has taken the mark away or a record holds it, found out by the same statement."""
    free = delete(File).where(File.id == id, File.unneeded_since <= marked_by, _is_held_by_no_record())
    with transaction() as session:
        gone = bool(session.execute(free.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]
    if gone:
        files.path_of(home, id).unlink(missing_ok=True)
    return gone
