"""What is not kept for ever."""

import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from runtime.db import db, new_id, utc_now
from runtime.events import EventRow
from runtime.flows.ages import first_id_at
from runtime.flows.draining import service as draining
from runtime.flows.forgetting.service import KEPT, forget_old
from runtime.identity.doors import service as doors
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
