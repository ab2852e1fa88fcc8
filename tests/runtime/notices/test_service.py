"""Notices, and the mails that follow them."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from runtime import queue
from runtime.db import db, new_id
from runtime.events import Dispatch
from runtime.flows.draining import service as draining
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.notices import service
from runtime.notices.models import Notice
from tests.client import PageClient
from tests.conftest import Home
from tests.post import mail_server


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)


def test_a_notice_is_counted_read_and_read_away(home: Home) -> None:
    other = identity.add_member("韩梅梅")
    assert service.send([home.member_id, other.id, home.member_id], "新客户", "华兴") == 2
    assert (service.unread(home.member_id), service.unread(other.id)) == (1, 1)
    (notice,), more = service.page(home.member_id)
    assert (notice.title, notice.body, more) == ("新客户", "华兴", None)
    service.mark_read(home.member_id, notice.id)
    assert (service.unread(home.member_id), service.unread(other.id)) == (0, 1)


def test_a_mail_lies_in_the_outbox_where_no_server_is_set(app: Flask, home: Home) -> None:
    service.send([home.member_id], "新客户 {{ 1 }}", "华兴", service.About("a/crm/"))
    draining.drain(app.config | {"PUBLIC_URL": "https://crm.example", "SMTP_URL": ""})
    (path,) = (Path(app.config["TRELLIS_HOME"]) / "outbox").iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (mail["To"], mail["Subject"]) == ("李娜 <li@example.com>", "新客户 {{ 1 }}")
    assert mail.get_content().splitlines()[-1] == "https://crm.example/t/home/a/crm/"
    assert db.session.scalars(select(Dispatch)).all() == []


def test_a_mail_is_handed_over_and_tried_again_when_refused(app: Flask, home: Home) -> None:
    with mail_server(refusals=1) as (inbox, url):
        settings = app.config | {"SMTP_URL": url, "MAIL_FROM": "crm@example.com"}
        service.send([home.member_id], "新客户")
        draining.drain(settings)
        (waiting,) = db.session.scalars(select(Dispatch)).all()
        assert inbox.mails == []
        waiting.due = waiting.due.replace(year=2020)
        db.session.commit()
        draining.drain(settings)
    assert len(inbox.mails) == 1
    assert db.session.scalars(select(Dispatch).execution_options(populate_existing=True)).all() == []


def test_somebody_without_an_address_gets_the_notice_only(app: Flask, home: Home) -> None:
    service.send([identity.add_member("韩梅梅").id], "新客户")
    assert db.session.scalars(select(Dispatch)).all() == []


def test_the_page_shows_text_as_text_and_leads_on(app: Flask, home: Home, owner: PageClient) -> None:
    service.send([home.member_id], "<script>alert(1)</script>", "<b>", service.About("a/crm/"))
    assert "1" in owner.get("/t/home/notices/unread").text
    page = owner.get("/t/home/notices").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    (notice,), _ = service.page(home.member_id)
    answer = owner.post(f"/t/home/notices/{notice.id}")
    assert answer.headers["Location"] == "/t/home/a/crm/"
    assert "count-badge" not in owner.get("/t/home/notices/unread").text


def test_t07_nobody_reads_what_another_was_told(app: Flask, home: Home, owner: PageClient) -> None:
    service.send([identity.add_member("韩梅梅").id], "geheim")
    assert "geheim" not in owner.get("/t/home/notices").text
    assert owner.post(f"/t/home/notices/{new_id()}").status_code == 404
    token = doors.issue_token(home.member_id, ("records:read",))
    listed = app.test_client().get("/api/v1/notices", headers={"Authorization": f"Bearer {token}"})
    assert listed.json == {"items": [], "next": None, "unread": 0}


def test_everybody_is_told_in_the_own_language(home: Home) -> None:
    accounts.change_account(home.account_id, "李娜", "en", None)
    other = identity.add_member("韩梅梅")
    text = {"title": "新客户", "body": "华兴", "x-texts": {"en": {"title": "New customer"}}}
    service.tell([home.member_id, other.id], text)
    told = {one.member_id: (one.title, one.body) for one in db.session.scalars(select(Notice))}
    assert told == {home.member_id: ("New customer", "华兴"), other.id: ("新客户", "华兴")}


def test_who_has_chosen_no_language_is_told_in_the_one_of_the_workspace(home: Home) -> None:
    text = {"title": "请审核合同", "body": "", "x-texts": {"en": {"title": "Contract to review"}}}
    service.tell([home.member_id], text)
    assert db.session.scalars(select(Notice.title)).all() == ["Contract to review"]
