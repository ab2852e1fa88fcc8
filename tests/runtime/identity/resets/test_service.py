"""A lost password: the link in the mail, what ends it, and who can have one made."""

import re
import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from runtime import queue
from runtime.audit import service as audit
from runtime.contracts import Conflict, NotFound, Refused
from runtime.db import db, tenant, utc_now
from runtime.events import Dispatch
from runtime.flows.draining import service as draining
from runtime.identity import credentials
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.identity.models import Account, Reset
from runtime.identity.resets import service
from runtime.notices.letters import service as letters
from tests.conftest import PASSWORD, Home
from tests.post import mail_server

NEW = "battery staple 7"
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)


def asked(name: str = "li@example.com") -> str:
    """The secret of the link that a wish for this name leads to."""
    service.ask(name, "en")
    newest = select(Reset.id).order_by(Reset.id.desc()).limit(1)
    return service.secret_of(str(db.session.scalar(newest)))


def dead(secret: str) -> bool:
    try:
        service.redeem(secret, NEW)
    except NotFound:
        return True
    return False


def test_t35_t36_a_real_mail_carries_a_link_of_ours_that_works_once(app: Flask, home: Home) -> None:
    before = doors.open_session(accounts.find_account_by_id(home.account_id))
    token = doors.issue_token(home.member_id, ["admin"])
    with mail_server() as (inbox, url):
        service.ask("LI@example.com", "zh")
        draining.drain(app.config | {"PUBLIC_URL": "https://crm.example/", "SMTP_URL": url})
    (mail,) = inbox.mails
    assert (mail["To"], mail["Subject"]) == ("李娜 <li@example.com>", "设置新密码")
    (secret,) = re.findall(r"^https://crm\.example/reset/([\w-]{43})$", mail.get_content(), re.MULTILINE)
    assert service.redeem(secret, NEW).id == home.account_id
    assert (doors.sign_in("li@example.com", PASSWORD), bool(doors.sign_in("li@example.com", NEW))) == (None, True)
    assert (doors.identify(before), doors.identify_token(token), dead(secret)) == (None, None, True)
    assert [entry.act for entry in audit.entries()] == ["password.reset", "token.issued"]
    assert db.session.scalars(select(Dispatch)).all() == []


@SQLITE
def test_t36_a_mail_sent_twice_carries_the_same_link(app: Flask, home: Home) -> None:
    with mail_server() as (inbox, url):
        settings = app.config | {"SMTP_URL": url}
        service.ask("li@example.com", "en")
        (waiting,) = db.session.scalars(select(Dispatch)).all()
        for _ in range(2):  # a worker died between handing over and striking off
            letters.send_reset(waiting.id, settings)
    first, second = inbox.mails
    assert (first.get_content(), first["Message-ID"]) == (second.get_content(), second["Message-ID"])


@SQLITE
def test_t36_a_link_ends_with_time_and_with_whatever_changes_about_the_account(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, moved, other, overtaken = asked(), asked(), asked("nobody@example.com"), asked()
    later = utc_now() + service.VALID_FOR + timedelta(seconds=1)
    with monkeypatch.context() as turned:
        turned.setattr("runtime.identity.resets.service.utc_now", lambda: later)
        assert dead(late)
    db.session.execute(update(Account).values(mail="new@example.com"))
    assert (dead(moved), dead(other), dead("x"), dead("")) == (True, True, True, True)
    db.session.execute(update(Account).values(mail="li@example.com"))
    accounts.set_password(home.account_id, "another one 55")
    assert dead(overtaken)


@SQLITE
def test_t36_a_weak_password_leaves_the_link_good_and_one_link_ends_the_others(home: Home) -> None:
    first, second = asked(), asked()
    with pytest.raises(Refused):
        service.redeem(first, "12345678")
    service.redeem(first, NEW)
    assert dead(second)


@SQLITE
def test_t36_the_table_holds_no_link_and_another_key_makes_another_one(app: Flask, home: Home) -> None:
    secret = asked()
    rows = repr(db.session.execute(select(Reset.__table__)).all())
    assert secret not in rows
    assert credentials.digest(secret) in rows
    id = str(db.session.scalar(select(Reset.id)))
    assert credentials.derived_secret("another key", "reset", id) != secret
    assert credentials.derived_secret(app.config["SECRET_KEY"], "invite", id) != secret


@SQLITE
def test_t36_the_same_is_written_for_a_name_that_nobody_has(app: Flask, home: Home) -> None:
    for name in ("li@example.com", "nobody@example.com", "13800138000", "a b"):
        service.ask(name, "en")
    assert len(db.session.scalars(select(Reset)).all()) == len(db.session.scalars(select(Dispatch)).all()) == 4
    with mail_server() as (inbox, url):
        draining.drain(app.config | {"SMTP_URL": url})
    assert [mail["To"] for mail in inbox.mails] == ["李娜 <li@example.com>"]
    assert db.session.scalars(select(Dispatch)).all() == []


def test_t36_t41_of_several_who_use_one_accounts_links_at_once_one_comes_through(app: Flask, home: Home) -> None:
    links = [asked(), asked()]
    outcomes: list[bool] = []
    start = threading.Barrier(4)

    def use(secret: str) -> None:
        with app.app_context():
            start.wait()
            outcomes.append(not dead(secret))
            db.session.remove()

    threads = [threading.Thread(target=use, args=(links[number % 2],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]


@SQLITE
def test_t07_a_link_from_an_admins_hands_opens_nobody_who_belongs_elsewhere_too(home: Home) -> None:
    account = accounts.create_account("13800138000", PASSWORD)
    member = identity.add_member("张三", account.id)
    first, second = service.issue(member.id), service.issue(member.id)
    assert service.redeem(first, NEW).id == account.id
    assert dead(second)
    third, other = service.issue(member.id), identity.create_tenant("other", "Other")
    with tenant(other.id):
        identity.add_member("张三", account.id)
    assert dead(third)
    with pytest.raises(Conflict):
        service.issue(member.id)
    with pytest.raises(Conflict):
        service.issue(identity.add_member("没来").id)


@SQLITE
def test_what_is_over_for_a_day_is_forgotten(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked()
    service.forget_old()
    assert len(db.session.scalars(select(Reset)).all()) == 1
    later = utc_now() + service.VALID_FOR + service.KEPT + timedelta(seconds=1)
    monkeypatch.setattr("runtime.identity.resets.service.utc_now", lambda: later)
    service.forget_old()
    assert db.session.scalars(select(Reset)).all() == []
