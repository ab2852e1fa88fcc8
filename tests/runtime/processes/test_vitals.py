"""What /metrics tells of the whole installation."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from runtime.db import db, new_id, tenant, utc_now
from runtime.events import Dispatch
from runtime.flows.models import Incident
from runtime.identity import service as identity
from runtime.processes.vitals import vitals


def told(app: Flask) -> dict[str, float]:
    """Each sample of /metrics by name and labels."""
    lines = app.test_client().get("/metrics").text.splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def wait(kind: str, seconds: float) -> None:
    due = utc_now() - timedelta(seconds=seconds)
    db.session.add(Dispatch(tenant_id=new_id(), id=new_id(), kind=kind, due=due))
    db.session.commit()


def trouble(key: str, *, open: int, closed: int = 0) -> None:
    """A tenant with incidents."""
    with tenant(identity.create_tenant(key, key).id):
        from_then = {"app_id": new_id(), "flow": "f", "kind": "step", "error": {}, "gist": ""}
        made = identity.tenant_id_of(key)
        for number in range(open + closed):
            resolved = utc_now() if number < closed else None
            db.session.add(Incident(tenant_id=made, resolved_at=resolved, **from_then))
        db.session.commit()


def test_it_says_what_is_due_and_since_when_by_kind(app: Flask) -> None:
    for kind, seconds in (("run", 5), ("run", 90), ("mail", 7), ("run", -60)):
        wait(kind, seconds)
    found = told(app)
    assert [found[f'trellis_ready{{kind="{kind}"}}'] for kind in ("run", "mail", "event", "import")] == [2, 1, 0, 0]
    assert 90 <= found['trellis_ready_seconds{kind="run"}'] < 200
    assert found['trellis_ready_seconds{kind="event"}'] == 0


def test_it_counts_the_open_incidents_of_all_tenants(app: Flask) -> None:
    trouble("acme", open=2, closed=1)
    trouble("beta", open=1)
    assert told(app)["trellis_incidents_open"] == 3


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_without_the_queue_and_the_database_it_still_answers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(app)["trellis_queue_up"] == 0
    db.session.execute(db.text("DROP TABLE dispatch"))
    db.session.commit()
    found = told(app)
    assert found["trellis_database_up"] == 0
    assert not [name for name in found if re.match("trellis_(ready|workers|incidents)", name)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_counts_workers_that_live(app: Flask, valkey: str) -> None:
    app.config["REDIS_URL"] = f"{valkey}?db=9"  # other tests' workers stand in the first
    assert [metric.samples[0][2] for metric in vitals() if metric.name == "trellis_workers"] == [0]
