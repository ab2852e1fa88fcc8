"""Incidents: opened with what went wrong, listed by cause, resolved by people or by the run itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from runtime.contracts import NotFound
from runtime.db import current_tenant, db, new_id, utc_now
from runtime.flows import words
from runtime.flows.models import FlowRun, Incident
from runtime.i18n import Message, message


@dataclass(frozen=True)
class Place:
    """Where something went wrong."""

    app_id: str
    flow: str
    node: str | None = None
    run_id: str | None = None
    form: str | None = None
    record_id: str | None = None


def place_of(row: FlowRun, node: str | None) -> Place:
    """A node of a run."""
    return Place(row.app_id, row.flow, node, row.id, row.form, row.record_id)


def open_at(place: Place, kind: str, error: Message) -> None:
    """Open an incident, inside the caller's transaction; a second one for the same is left out."""
    gist = str(error)[:500].replace("\0", "")
    if _is_open(place, kind, gist):
        return
    db.session.execute(
        insert(Incident).values(
            tenant_id=current_tenant(),
            id=new_id(),
            app_id=place.app_id,
            flow=place.flow,
            node=place.node,
            run_id=place.run_id,
            form=place.form,
            record_id=place.record_id,
            kind=kind,
            error=words.to_json(error),
            gist=gist,
            created_at=utc_now(),
        )
    )


def _is_open(place: Place, kind: str, gist: str) -> bool:
    same = (
        Incident.app_id == place.app_id,
        Incident.flow == place.flow,
        Incident.resolved_at.is_(None),
        Incident.kind == kind,
        Incident.run_id == place.run_id,
        Incident.record_id == place.record_id,
        Incident.node == place.node,
        Incident.gist == gist,
    )
    return db.session.execute(select(Incident.id).where(*same).limit(1)).first() is not None


def resolve(run_id: str, resolution: str, node: str | None = None, by: str | None = None) -> None:
    """Close a run's open incidents (of one node), inside the caller's transaction."""
    mine = [Incident.tenant_id == current_tenant(), Incident.run_id == run_id, Incident.resolved_at.is_(None)]
    if node is not None:
        mine.append(Incident.node == node)
    told = {"resolved_at": utc_now(), "resolution": resolution, "resolved_by": by}
    db.session.execute(update(Incident).where(*mine).values(told))


def recovered(run_id: str) -> None:
    """Close what was said of a run's breaking down: it came through after all."""
    mine = (Incident.tenant_id == current_tenant(), Incident.run_id == run_id, Incident.resolved_at.is_(None))
    told = {"resolved_at": utc_now(), "resolution": "recovered"}
    db.session.execute(update(Incident).where(*mine, Incident.kind == "crash").values(told))


def dismiss(incident_id: str, by: str | None) -> None:
    """Close one incident that no run stands behind."""
    mine = (Incident.tenant_id == current_tenant(), Incident.id == incident_id, Incident.resolved_at.is_(None))
    told = {"resolved_at": utc_now(), "resolution": "skipped", "resolved_by": by}
    db.session.execute(update(Incident).where(*mine).values(told))


# --- reading -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Open incidents with one cause: how many, since when, the newest of them."""

    app_id: str
    flow: str
    node: str | None
    kind: str
    error: Message
    count: int
    since: datetime
    last: datetime
    newest: str


def groups(app_ids: Sequence[str], limit: int = 100) -> list[Group]:
    """The open incidents of apps by cause, the most recent cause first."""
    keys = (Incident.app_id, Incident.flow, Incident.node, Incident.kind, Incident.gist)
    counted = (
        select(
            *keys,
            func.count().label("count"),
            func.min(Incident.created_at).label("since"),
            func.max(Incident.created_at).label("last"),
        )
        .where(Incident.resolved_at.is_(None), Incident.app_id.in_(app_ids))
        .group_by(*keys)
        .order_by(func.max(Incident.created_at).desc())
        .limit(limit)
    )
    return [_group(row) for row in db.session.execute(counted).all()]


def _group(row: Any) -> Group:
    one = of_group(row.app_id, row.flow, row.node, row.gist, limit=1)[0]
    return Group(
        *(row.app_id, row.flow, row.node, row.kind, words.from_json(one.error), row.count, row.since, row.last, one.id)
    )


def of_group(app_id: str, flow: str, node: str | None, gist: str, limit: int = 100) -> Sequence[Incident]:
    """The open incidents with the same cause, the newest first."""
    same = (Incident.app_id == app_id, Incident.flow == flow, Incident.node == node, Incident.gist == gist)
    query = select(Incident).where(*same, Incident.resolved_at.is_(None)).order_by(Incident.id.desc()).limit(limit)
    return db.session.scalars(query).all()


def find(incident_id: str) -> Incident:
    """One incident of the tenant; raises NotFound."""
    found = db.session.scalar(select(Incident).where(Incident.id == incident_id))
    if found is None:
        raise NotFound(message("There is no such incident."))
    return found


def of_run(run_id: str) -> Sequence[Incident]:
    """A run's open incidents."""
    query = select(Incident).where(Incident.run_id == run_id, Incident.resolved_at.is_(None)).order_by(Incident.id)
    return db.session.scalars(query).all()


def count_open(app_ids: Sequence[str]) -> int:
    """How many incidents are open in these apps."""
    query = select(func.count()).select_from(Incident)
    return db.session.scalar(query.where(Incident.resolved_at.is_(None), Incident.app_id.in_(app_ids))) or 0
