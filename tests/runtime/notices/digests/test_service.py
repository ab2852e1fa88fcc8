"""Many notices in one mail, at the time that is wanted, under a turned clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from runtime import queue
from runtime.db import db
from runtime.events import Dispatch
from runtime.flows.draining import service as draining
from runtime.identity import service as identity
from runtime.notices import service
from runtime.notices.digests import service as digests
from tests.client import PageClient
from tests.conftest import Home
from tests.post import mail_server

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DAILY = {"bundle": "daily", "at": "09:00", "quiet": None, "work": False}
EVENING = datetime(2026, 11, 25, 20, tzinfo=ZoneInfo("Asia/Shanghai"))

Turn = Callable[[datetime], None]


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Turn:
    """Turns every clock that this is about."""
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)
    places = ("notices.service", "notices.digests.service", "flows.dispatching.service", "flows.draining.service")

    def to(moment: datetime) -> None:
        for place in places:
            monkeypatch.setattr(f"runtime.{place}.utc_now", lambda: moment)

    to(EVENING)
    return to


def test_what_is_told_in_a_day_comes_as_one_mail_in_the_morning(app: Flask, home: Home, turn: Turn) -> None:
    service.choose_habit(home.member_id, DAILY)
    for number in range(3):
        service.send([home.member_id], f"新客户 {number}", "华兴")
    assert service.unread(home.member_id) == 0
    with mail_server() as (inbox, url):
        settings = app.config | {"SMTP_URL": url, "PUBLIC_URL": "https://crm.example"}
        draining.drain(settings)
        assert inbox.mails == []
        turn(EVENING + timedelta(hours=13, seconds=1))
        draining.drain(settings)
        draining.drain(settings)
    (mail,) = inbox.mails
    told = [f"· 新客户 {number}\r\n华兴" for number in range(3)]
    assert mail["Subject"] == "3 notices from Home"
    assert mail.get_content().strip().split("\r\n\r\n") == [*told, "https://crm.example/t/home/notices"]
    assert service.unread(home.member_id) == 3
    db.session.expire_all()
    assert db.session.scalars(select(Dispatch)).all() == []


@SQLITE
def test_what_is_urgent_passes(app: Flask, home: Home, turn: Turn) -> None:
    service.choose_habit(home.member_id, DAILY)
    service.tell([home.member_id], {"title": "着火了"}, urgent=True)
    assert service.unread(home.member_id) == 1
    with mail_server() as (inbox, url):
        draining.drain(app.config | {"SMTP_URL": url})
    assert [mail["Subject"] for mail in inbox.mails] == ["着火了"]


@SQLITE
def test_a_worker_that_dies_before_or_after_the_handing_over_sends_one_mail_of_one_name(
    app: Flask, home: Home, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.choose_habit(home.member_id, DAILY)
    service.send([home.member_id], "一")
    service.send([home.member_id], "二")
    turn(EVENING + timedelta(hours=13, seconds=1))
    with mail_server() as (inbox, url):
        settings = app.config | {"SMTP_URL": url}
        with monkeypatch.context() as dying:
            dying.setattr(digests, "post", lambda letter, settings: 1 // 0)
            with pytest.raises(ZeroDivisionError):
                digests.deliver(home.member_id, settings, lambda: None)
        service.tell([home.member_id], {"title": "三"}, urgent=False)
        real = digests.post
        with monkeypatch.context() as dying:
            dying.setattr(digests, "post", lambda letter, settings: (real(letter, settings), 1 // 0))
            with pytest.raises(ZeroDivisionError):
                digests.deliver(home.member_id, settings, lambda: None)
        draining.drain(settings)
    first, second = inbox.mails
    assert (first["Message-ID"], first.get_content()) == (second["Message-ID"], second.get_content())
    assert [word in first.get_content() for word in "一二三"] == [True, True, False]


@SQLITE
def test_the_workspace_says_it_for_those_who_have_said_nothing(home: Home, turn: Turn, owner: PageClient) -> None:
    form = {"bundle": "daily", "at": "09:00", "quiet_from": "22:00", "quiet_to": "08:00"}
    assert owner.post("/t/home/settings/notices", data=form | {"bundle": "x"}).status_code == 422
    assert owner.post("/t/home/settings/notices", data=form).status_code == 303
    service.send([home.member_id], "später")
    assert service.unread(home.member_id) == 0
    assert owner.post("/t/home/notices/settings", data=form | {"own": "on", "bundle": "now"}).status_code == 303
    service.send([home.member_id], "gleich")
    assert service.unread(home.member_id) == 1
    assert owner.post("/t/home/notices/settings", data=form | {"own": "on", "at": "9"}).status_code == 422
    owner.post("/t/home/notices/settings", data=form)
    assert identity.find_member(home.member_id).notices is None


@SQLITE
def test_the_next_bundle_waits_for_its_own_time(app: Flask, home: Home, turn: Turn) -> None:
    service.choose_habit(home.member_id, DAILY)
    service.send([home.member_id], "heute")
    db.session.execute(update(Dispatch).values(due=EVENING))  # woken too early
    db.session.commit()
    with mail_server() as (inbox, url):
        draining.drain(app.config | {"SMTP_URL": url})
        assert inbox.mails == []
    db.session.expire_all()
    (row,) = db.session.scalars(select(Dispatch)).all()
    assert row.due == EVENING + timedelta(hours=13)
