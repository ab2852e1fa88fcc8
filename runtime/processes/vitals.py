"""How the installation is, for who watches over it: what waits and since when, what is open, who works."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from runtime import queue
from runtime.db import db, tenant, utc_now
from runtime.events import Dispatch, works
from runtime.flows.models import Incident
from runtime.http.metrics import Metric, gauge, gauges
from runtime.identity.models import Door


def vitals() -> list[Metric]:
    """Each as a metric, numbers only; what cannot be asked now is left out."""
    found = [*_of_the_queue()]
    try:
        found += [*_of_the_database(), gauge("trellis_database_up", "Whether the database answers.", 1)]
    except SQLAlchemyError:
        db.session.rollback()
        found.append(gauge("trellis_database_up", "Whether the database answers.", 0))
    return found


def _of_the_queue() -> Iterator[Metric]:
    workers = queue.workers()
    yield gauge("trellis_queue_up", "Whether the queue answers.", workers is not None)
    if workers is not None:
        yield gauge("trellis_workers", "Workers that lived a short while ago.", workers)


def _of_the_database() -> Iterator[Metric]:
    now = utc_now()
    ready = (
        select(Dispatch.kind, func.count(), func.min(Dispatch.due)).where(Dispatch.due <= now).group_by(Dispatch.kind)
    )
    rows = {kind: (count, max(0.0, (now - since).total_seconds())) for kind, count, since in db.session.execute(ready)}
    counts, ages = ([(kind, rows.get(kind, (0, 0))[part]) for kind in works] for part in (0, 1))
    yield gauges("trellis_ready", "What is due and not yet done, by kind.", "kind", counts)
    yield gauges("trellis_ready_seconds", "How long the oldest of it has been due.", "kind", ages)
    yield gauge("trellis_incidents_open", "Incidents that wait for somebody, in all tenants.", _incidents())


def _incidents() -> int:
    """Counted tenant by tenant, as nobody sees the rows of two."""
    tenants, found = db.session.scalars(select(Door.tenant_id)).all(), 0
    for id in tenants:
        with tenant(id):
            found += db.session.scalar(select(func.count(Incident.id)).where(Incident.resolved_at.is_(None))) or 0
    return found
