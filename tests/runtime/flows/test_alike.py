"""An import that tells somebody of each record makes one notice that counts."""

import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select

from runtime import queue
from runtime.db import db, new_id, utc_now
from runtime.events import Dispatch
from runtime.exchange import service as exchange
from runtime.identity import service as identity
from runtime.identity.doors import service as doors
from runtime.notices import service as notices
from runtime.notices.models import Notice
from tests.conftest import Home

from .conftest import Workshop, flow, on_created


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)


def test_an_import_that_tells_somebody_of_each_record_makes_one_notice_that_counts(app: Flask, home: Home) -> None:
    crm = Workshop(app, doors.actor_of(home.member_id)[0])
    told = {"to": [{"user": home.member_id}], "title": "新客户 {{ record.name }}"}
    crm.publish(flow(on_created(), {"type": "notify", "config": told}))
    sent = io.BytesIO("name\n甲\n乙\n丙\n".encode())
    asked = {"mode": "insert", "flows": True}
    exchange.start(crm.id, "customer", sent, "a.csv", asked, crm.admin, Path(app.config["TRELLIS_HOME"]))
    crm.drain()
    crm.create(name="丁")
    crm.drain()
    single, gathered = notices.page(home.member_id)[0]
    assert (single.heading, gathered.alike) == ("新客户 丁", 3)
    assert gathered.heading == f"{gathered.title} × 3"
    assert notices.unread(home.member_id) == 2
    (mail,) = db.session.scalars(select(Dispatch).where(Dispatch.kind == "mail"))
    assert (mail.id, mail.due > utc_now()) == (gathered.id, True)  # it says how many once all are told


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_was_read_counts_no_more(home: Home) -> None:
    about = notices.About(occasion="an import")
    for _ in range(2):
        notices.tell([home.member_id], {"title": "新"}, about)
    notices.mark_read(home.member_id)
    notices.tell([home.member_id], {"title": "新"}, about)
    assert [one.heading for one in notices.page(home.member_id)[0]] == ["新", "新 × 2"]


def test_of_two_notices_made_at_the_same_time_one_goes_on_counting(home: Home) -> None:
    about, others = notices.About(occasion="an import"), [identity.add_member(name).id for name in "甲乙"]
    notices.tell([home.member_id], {"title": "新"}, about)
    first = notices.page(home.member_id)[0][0]
    twin = {column.name: getattr(first, column.name) for column in Notice.__table__.columns}
    db.session.execute(insert(Notice).values(twin | {"id": new_id()}))
    db.session.commit()
    for _ in range(3):
        notices.tell([home.member_id, *others], {"title": "新"}, about)
    db.session.expire_all()
    assert [one.alike for one in notices.page(home.member_id)[0]] == [1, 4]
    assert [[one.alike for one in notices.page(id)[0]] for id in others] == [[3], [3]]
