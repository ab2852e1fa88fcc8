"""What is not kept for ever."""

import io
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from runtime.contracts import Refused
from runtime.db import db, new_id, transaction, utc_now
from runtime.events import EventRow
from runtime.exchange import service as exchange
from runtime.exchange.surveys import service as surveys
from runtime.exchange.surveys.models import Survey
from runtime.files import service as files
from runtime.flows.ages import first_id_at
from runtime.flows.draining import service as draining
from runtime.flows.forgetting.service import KEPT, forget_old
from runtime.forms.models import FormDraft
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.credentials import digest
from runtime.identity.doors import service as doors
from runtime.identity.models import Session
from runtime.records.models import record
from tests.conftest import Home

from .conftest import CUSTOMER, Workshop


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
    account = accounts.find_account_by_id(home.account_id)
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


def tidy(days: int) -> None:
    """What the scheduler does by the hour, so many days from now."""
    forget_old(utc_now() + timedelta(days=days))


class Cabinet:
    """The files of a test, by name."""

    def __init__(self, crm: Workshop) -> None:
        self.crm = crm
        self.home = Path(crm.flask.config["TRELLIS_HOME"])
        self.ids: dict[str, str] = {}

    def keep(self, name: str) -> dict[str, str]:
        """Upload a file; gives what an answer holds of it."""
        self.ids[name] = files.keep(io.BytesIO(b"name\n\xe7\x94\xb2\n"), f"{name}.csv", self.crm.admin, self.home).id
        return {"id": self.ids[name]}

    def names(self) -> set[str]:
        """Those that are there still, as a row and as bytes."""
        rows = files.described(self.ids.values())
        there = {name for name, id in self.ids.items() if files.path_of(self.home, id).exists()}
        assert there == {name for name, id in self.ids.items() if id in rows}
        return there


@pytest.fixture
def cabinet(crm: Workshop) -> Cabinet:
    photos = {"type": "array", "x-file": {}, "items": {"type": "object"}}
    form = {"key": "visit", "title": "拜访", "schema": {"type": "object", "properties": {"photos": photos}}, "ui": {}}
    crm.publish(forms=[CUSTOMER, {"format": "form/1", **form}])
    return Cabinet(crm)


def test_files_that_nobody_needs_any_more_go_after_a_month(crm: Workshop, home: Home, cabinet: Cabinet) -> None:
    kept, replaced, deleted = (crm.create("visit", photos=[cabinet.keep(n)]) for n in ("held", "replaced", "deleted"))
    crm.update(replaced, "visit", photos=[cabinet.keep("in its place")])
    crm.delete(deleted, "visit")
    cabinet.keep("never gone on with")
    place = {"tenant_id": home.tenant_id, "member_id": home.member_id, "app_id": crm.id, "form": "visit"}
    db.session.add(FormDraft(**place, answers={"photos": [cabinet.keep("in a draft")]}))
    identity.this_tenant().settings = {"logo": cabinet.keep("logo")["id"]}
    db.session.commit()
    everything = cabinet.names()
    for days in (0, 29):
        tidy(days)
        assert cabinet.names() == everything
    tidy(31)
    assert cabinet.names() == {"held", "in its place", "in a draft", "logo"}
    assert crm.read(kept, "visit").data["photos"][0]["id"] == cabinet.ids["held"]


def test_who_comes_back_to_a_file_in_time_keeps_it(crm: Workshop, cabinet: Cabinet) -> None:
    waiting = cabinet.keep("late")
    tidy(0)
    saved = crm.create("visit", photos=[waiting])
    tidy(31)
    assert cabinet.names() == {"late"}
    crm.update(saved, "visit", photos=[])
    tidy(32)  # the month begins anew
    tidy(61)
    assert cabinet.names() == {"late"}
    tidy(63)
    assert cabinet.names() == set()


def test_a_file_that_is_attached_at_the_moment_of_the_sweep_stays(crm: Workshop, home: Home, cabinet: Cabinet) -> None:
    late = cabinet.keep("late")

    def sweep() -> None:
        with crm.flask.app_context():
            tidy(31)

    sweeping = threading.Thread(target=sweep)
    with transaction():
        saved = crm.create("visit", photos=[late])
        sweeping.start()
        sweeping.join(1)  # it has seen that no record holds the file, and waits for us
    sweeping.join()
    assert cabinet.names() == {"late"}
    assert crm.read(saved, "visit").data["photos"][0]["id"] == cabinet.ids["late"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_attaches_a_file_that_is_swept_away_meanwhile_is_told(
    crm: Workshop, cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = cabinet.keep("late")
    may_read = files._may_read

    def swept(file: Any, actor: Any) -> bool:
        if threading.current_thread() is threading.main_thread():
            sweeping = threading.Thread(target=sweep)
            sweeping.start()
            sweeping.join()
        return may_read(file, actor)

    def sweep() -> None:
        with crm.flask.app_context():
            tidy(31)

    monkeypatch.setattr(files, "_may_read", swept)
    with pytest.raises(Refused):
        crm.create("visit", photos=[late])
    assert cabinet.names() == set()


def test_a_table_that_was_imported_and_one_only_looked_at_go_and_the_records_stay(
    crm: Workshop, cabinet: Cabinet
) -> None:
    crm.publish()
    sent, asked = io.BytesIO("name\n仁和医院\n".encode()), {"mode": "insert", "flows": False}
    job = exchange.start(crm.id, "customer", sent, "a.csv", asked, crm.admin, cabinet.home)
    cabinet.ids["import"] = job.options["file"]
    tidy(0)
    tidy(31)
    assert cabinet.names() == {"import"}  # it has not ended
    survey = surveys.start([(io.BytesIO(b"name\nA\n"), "b.csv")], crm.admin, cabinet.home)
    cabinet.ids["survey"] = survey.files[0]["id"]
    crm.drain()
    tidy(0)
    tidy(29)
    assert cabinet.names() == {"import", "survey"}
    tidy(31)
    assert cabinet.names() == set()
    assert db.session.scalars(select(Survey.id)).all() == []
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
