"""Taking rows of the dispatch list, holding them, letting them go."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update

from runtime.contracts import Claim, Lost
from runtime.db import current_tenant, db, transaction, utc_now
from runtime.db.asking import Question, ask
from runtime.events import dispatch_row
from runtime.flows import sql, sql_claim

LEASE = timedelta(seconds=60)
"""How long a worker may be silent before its work is given to another."""

MARGIN = 0.5
"""Work is begun only while this part of the lease is still to come."""


@dataclass(frozen=True)
class Turn:
    """`contracts.Turn` at a row of the dispatch list."""

    claim: Claim
    settings: Mapping[str, Any]
    seconds: float

    def hold(self) -> None:
        hold(self.claim)

    def finish(self) -> None:
        finish(self.claim)

    def release(self, due: datetime) -> None:
        release(self.claim, due)

    def close(self, *, finished: bool) -> None:
        with transaction():
            self.finish() if finished else self.release(utc_now())


def take(limit: int) -> list[Claim]:
    """Take up to `limit` things that are due and that nobody holds, tenant by tenant, those who ask for least first.

    Half of them are the longest due. Where more is due than that, the other half is shared out over all the tenants
    that wait, so that none stands behind what another has piled up.
    """
    half = -(-limit // 2)
    taken = _take(sql_claim.claim_longest_due(), half)
    if len(taken) == half and limit > half:
        taken += _take(sql_claim.claim_shares(db.engine.dialect.name), limit - half)
    asked = Counter(claim.tenant_id for claim, _ in taken)
    taken.sort(key=lambda one: (asked[one[0].tenant_id], one[0].tenant_id, one[1]))
    return [claim for claim, _ in taken]


def _take(statement: Update, most: int) -> list[tuple[Claim, datetime]]:
    """What a statement takes, each with the moment it was due."""
    now = utc_now()
    until = now + LEASE
    taking = Question(statement, {"now": now, "until": until, "most": most})
    alone = db.engine.dialect.name == "postgresql"  # there a statement is a transaction, and one round trip
    with nullcontext() if alone else transaction():
        [rows] = ask(taking)
    return [(Claim(*claim, until), due) for *claim, due in rows]


def is_fresh(claim: Claim) -> bool:
    """Whether there is time enough to begin with it."""
    return utc_now() < claim.until - MARGIN * LEASE


def anything_due() -> bool:
    """Whether something can be taken now."""
    found = db.session.execute(sql.any_due(utc_now())).first()
    db.session.commit()
    return found is not None


def hold(claim: Claim) -> None:
    """Make sure that the claim is still ours, and renew it; raises Lost.

    On PostgreSQL the row stays locked until the transaction ends, so that nobody takes it from under us.
    """
    _one(sql.hold(claim.tenant_id, claim.id, claim.fence, utc_now() + LEASE))


def release(claim: Claim, due: datetime) -> None:
    """Let go until `due`; raises Lost."""
    _one(sql.release(claim.tenant_id, claim.id, claim.fence, due))


def finish(claim: Claim) -> None:
    """Strike it off the list; raises Lost."""
    _one(sql.finish(claim.tenant_id, claim.id, claim.fence))


def finish_all(claims: Sequence[Claim]) -> None:
    """Strike rows of one tenant off the list, all or none; raises Lost."""
    held = [(claim.id, claim.fence) for claim in claims]
    if db.session.connection().execute(sql.finish_all(claims[0].tenant_id, held)).rowcount != len(held):
        raise Lost


def seize(id: str, due: datetime) -> None:
    """Make a row of the tenant due at `due` for whoever comes, and take it from whoever holds it."""
    db.session.execute(sql.seize(current_tenant(), id, due))


def nudge(id: str, due: datetime) -> None:
    """Make a row of the tenant due that nobody works on. Waits for nobody: whoever does will look by itself."""
    db.session.execute(sql.nudge(current_tenant(), id, due))


def strike(id: str) -> None:
    """Strike a row of the tenant off the list, whoever holds it."""
    db.session.execute(sql.strike(current_tenant(), id))


def add(id: str, due: datetime, until: datetime | None = None, kind: str = "run") -> Claim:
    """Put a run or timer of the tenant on the list; with `until`, in the caller's own hands until then."""
    row = dispatch_row(current_tenant(), id, kind, due)
    fence = 1 if until else 0
    db.session.execute(sql.add_dispatch({**row, "lease": until, "fence": fence}))
    return Claim(row["tenant_id"], id, kind, fence, until or due)


def _one(statement: Any) -> None:
    if db.session.connection().execute(statement).rowcount != 1:
        raise Lost
