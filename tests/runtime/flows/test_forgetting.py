"""What is not kept for ever."""

import io
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from runtime.db import db, new_id, utc_now
from runtime.events import EventRow
from runtime.exchange import service as exchange
from runtime.files import service as files
from runtime.flows.ages import first_id_at
from runtime.flows.draining import service as draining
from runtime.flows.forgetting.service import KEPT, forget_old
from runtime.identity.credentials import digest
from runtime.identity.doors import service as doors
from runtime.identity.models import Session
from runtime.records.models import record
from tests.conftest import Home

from .conftest import Workshop


@pytest.fixture
def crm(app: Flask, home: Home) -> Workshop:
    return Workshop(app, doors.actor_of(home.member_id)[0])


def test_an_id_tells_when_it_was_made() -> None:
    before = first_id_at(utc_now() - timedelta(milliseconds=5))
    assert before < new_id() < first_id_at(utc_now() + timedelta(seconds=1))


def test_events_go_after_ninety_days(crm: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    crm.publish()
    for number in range(3):
        crm.create(name=f"客户 {number}")
    assert forget_old(utc_now() + KEPT - timedelta(minutes=1)) == 0
    monkeypatch.setattr("runtime.flows.forgetting.service.AT_ONCE", 2)
    assert forget_old(utc_now() + KEPT + timedelta(minutes=1)) == 3
    assert db.session.scalars(select(EventRow.id)).all() == []


def test_sessions_go_when_they_are_over(crm: Workshop, home: Home) -> None:
    account = doors.find_account_by_id(home.account_id)
    fresh, idle, ended = (doors.open_session(account, agent=agent) for agent in ("fresh", "idle", "ended"))
    doors.sign_out(ended)
    forget_old()
    assert set(db.session.scalars(select(Session.agent))) == {"fresh", "idle", "ended"}
    for secret, column, age in ((idle, "seen_at", doors.IDLE), (ended, "revoked_at", timedelta(days=1))):
        since = {column: utc_now() - age - timedelta(minutes=1)}
        db.session.execute(update(Session).where(Session.hash == digest(secret)).values(since))
    db.session.commit()
    forget_old()
    assert db.session.scalars(select(Session.agent)).all() == ["fresh"]
    assert doors.identify(fresh)


def test_a_table_that_was_imported_goes_a_month_after_and_the_records_stay(
    app: Flask, crm: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.publish()
    home = Path(app.config["TRELLIS_HOME"])
    asked = {"mode": "insert", "flows": False}
    job = exchange.start(crm.id, "customer", io.BytesIO("name\n仁和医院\n".encode()), "a.csv", asked, crm.admin, home)
    crm.drain()
    path = files.path_of(home, job.options["file"])
    forget_old()
    assert path.exists()
    monkeypatch.setattr(exchange, "FILE_KEPT", timedelta(0))
    forget_old()
    assert not path.exists()
    assert files.described([job.options["file"]]) == {}
    assert db.session.scalars(select(record.c.form)).all() == ["customer"]


def test_a_sweep_tidies_once_an_hour(crm: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    tidied = []
    monkeypatch.setattr(draining, "forget_old", lambda: tidied.append("now"))
    sweeper = draining.Sweeper()
    sweeper.sweep()
    assert tidied == []
    later = time.monotonic() + draining.TIDY_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    sweeper.sweep()
    sweeper.sweep()
    assert tidied == ["now"]
