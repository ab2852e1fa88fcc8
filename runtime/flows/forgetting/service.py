"""What is not kept for ever goes, a tenant at a time.

Events after ninety days, in which they can be replayed; files that nobody needs, sessions and reset links when they are
over.
"""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select

from runtime import queue
from runtime.db import current_tenant, db, tenant, transaction, utc_now
from runtime.events import EventRow
from runtime.exchange.spools import SPOOLS, forget_spools
from runtime.flows.ages import first_id_at
from runtime.flows.forgetting.files.service import forget_files
from runtime.identity.doors import service as doors
from runtime.identity.models import Door
from runtime.identity.resets import service as resets

KEPT = timedelta(days=90)
WAITING = timedelta(days=7)
"""Rows that an import has laid ready on the disk: whoever goes on with it after all lays them ready again."""

AT_ONCE = 5_000


def forget_old(now: datetime | None = None) -> int:
    """Delete what is older than it is kept, in every tenant; says how many rows went."""
    resets.forget_old()
    doors.forget_old()
    moment = now or utc_now()
    home = Path(str(queue.settings()["TRELLIS_HOME"]))
    forget_spools(home / SPOOLS, moment - WAITING)
    tenants = db.session.scalars(select(Door.tenant_id)).all()
    db.session.commit()
    return sum(_forget(tenant_id, home, moment) for tenant_id in tenants)


def _forget(tenant_id: str, home: Path, now: datetime) -> int:
    gone, before = 0, first_id_at(now - KEPT)
    with tenant(tenant_id):
        forget_files(home, now)
        while (some := _forget_some(before)) == AT_ONCE:
            gone += some
    return gone + some


def _forget_some(before: str) -> int:
    """A share of them, so that no transaction grows long."""
    mine = (EventRow.tenant_id == current_tenant(), EventRow.id < before)
    oldest = select(EventRow.id).where(*mine).order_by(EventRow.id).limit(AT_ONCE)
    with transaction() as session:
        found = session.execute(delete(EventRow).where(*mine, EventRow.id.in_(oldest)))
        return int(found.rowcount)  # type: ignore[attr-defined]
