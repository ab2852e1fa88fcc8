"""Turns: what is due is taken up so that no tenant stands behind what another has piled up."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert

from runtime.db import db, new_id, utc_now
from runtime.events import Dispatch, dispatch_row
from runtime.flows import sql_claim
from runtime.flows.dispatching import service as dispatching

LONG_AGO = timedelta(hours=1)


def pile_up(tenant_id: str, count: int, due: datetime) -> list[str]:
    """So many events of a tenant, the first the longest due; gives their ids in that order."""
    rows: list[dict[str, Any]] = [
        dispatch_row(tenant_id, new_id(), "event", due + timedelta(milliseconds=number)) for number in range(count)
    ]
    db.session.execute(insert(Dispatch), rows)
    db.session.commit()
    return [row["id"] for row in rows]


def test_t44_a_small_tenants_event_behind_thousands_of_another_is_in_the_next_batch(app: Flask) -> None:
    large, small, now = new_id(), new_id(), utc_now()
    pile_up(large, 5_000, now - LONG_AGO)
    [mine] = pile_up(small, 1, now - timedelta(seconds=1))
    pile_up(new_id(), 1, now + LONG_AGO)
    taken = dispatching.take(50)
    assert taken[0].id == mine  # and it is begun with
    assert {claim.tenant_id for claim in taken} == {large, small}
    assert 25 < len(taken) <= 50


def test_t44_those_who_wait_share_alike_and_each_is_taken_once_in_its_own_order(app: Flask) -> None:
    now, tenants = utc_now(), [new_id() for _ in range(5)]
    piles = {id: pile_up(id, 40, now - LONG_AGO + number * timedelta(seconds=1)) for number, id in enumerate(tenants)}
    seen: dict[str, list[str]] = {id: [] for id in tenants}
    while taken := dispatching.take(50):
        assert len(taken) <= 50
        asked = Counter(claim.tenant_id for claim in taken)
        left = [id for id in tenants if len(seen[id]) < 40]
        assert all(asked[id] for id in left)
        for claim in taken:
            seen[claim.tenant_id].append(claim.id)
    assert seen == piles


def test_more_tenants_than_a_batch_holds_have_their_turns_by_and_by(app: Flask) -> None:
    now = utc_now()
    wanted = {id for _ in range(30) for id in pile_up(new_id(), 2, now - LONG_AGO)}
    seen = [claim.id for _ in range(20) for claim in dispatching.take(6)]
    assert set(seen) == wanted
    assert len(seen) == len(wanted)


def test_t44_who_goes_on_asking_does_not_keep_the_others_from_their_turns(app: Flask) -> None:
    now = utc_now()
    pile_up(new_id(), 300, now - LONG_AGO)
    waiting = {new_id() for _ in range(8)}
    for tenant_id in waiting:
        pile_up(tenant_id, 50, now)  # more than are taken: nobody comes to an end
    served = {claim.tenant_id for _ in range(40) for claim in dispatching.take(8)}
    assert waiting <= served  # by chance, which misses one once in a thousand million times


def test_what_little_is_due_is_taken_whole_and_what_is_held_is_left(app: Flask) -> None:
    tenant_id, now = new_id(), utc_now()
    ids = pile_up(tenant_id, 3, now - LONG_AGO)
    assert [claim.id for claim in dispatching.take(1)] == ids[:1]
    assert [claim.id for claim in dispatching.take(50)] == ids[1:]
    assert dispatching.take(50) == []


def test_t44_the_shares_are_read_from_the_index_of_each_tenant(app: Flask) -> None:
    now = utc_now()
    for count in (5_000, 5_000, 1):
        pile_up(new_id(), count, now - LONG_AGO)
    connection, is_sqlite = db.session.connection(), db.engine.dialect.name == "sqlite"
    if not is_sqlite:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows it would rather read whole
    compiled = sql_claim.claim_shares(db.engine.dialect.name).compile(db.engine)
    given = compiled.construct_params({"now": str(now), "until": str(now), "most": 25})
    asked = tuple(given[name] for name in compiled.positiontup or ()) if is_sqlite else given
    explained = f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{compiled}"
    plan = "\n".join(str(row) for row in connection.exec_driver_sql(explained, asked))
    assert plan.count("dispatch_tenant_due") >= 3
    assert "Seq Scan on dispatch" not in plan
    assert "SCAN dispatch'" not in plan
