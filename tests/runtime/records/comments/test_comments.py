"""What people say about a record, and who hears of it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from builder.publishing import service as publishing
from runtime.contracts import Actor, Change
from runtime.db import db
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.notices.models import Notice
from runtime.records import service as records
from runtime.records.comments.models import Comment
from runtime.releases.service import find_app
from tests.client import PageClient
from tests.conftest import Home

DEAL = {
    "format": "form/1",
    "key": "deal",
    "title": "商机",
    "label": "name",
    "schema": {
        "type": "object",
        "properties": {"name": {"type": "string", "title": "名称"}, "stage": {"type": "string", "title": "阶段"}},
        "required": ["name"],
    },
}
REP = {
    "format": "role/1",
    "key": "rep",
    "title": "销售",
    "policies": [{"form": "deal", "rows": "record.owner == me.id", "read": ["*"], "write": ["*"], "acts": ["create"]}],
}
CLERK = {
    "format": "role/1",
    "key": "clerk",
    "title": "文员",
    "policies": [{"form": "deal", "read": ["stage"], "write": [], "acts": []}],
}
APP = {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": [DEAL], "roles": [REP, CLERK]}


class Talk:
    """The owner of "home" with a deal of a rep's, and the rep's own browser."""

    def __init__(self, app: Flask, home: Home, owner: PageClient) -> None:
        self.owner = owner
        boss = doors.actor_of(home.member_id)
        assert boss is not None
        publishing.take_in(APP, boss[0], live=True)
        self.app_id = find_app("crm").id
        self.rep_id, self.rep = self.person(app, "王伟", "rep")
        self.boss_id = home.member_id
        self.record = self.deal(boss[0], "华兴 <b>", self.rep_id)
        self.hidden = self.deal(boss[0], "secret", home.member_id)

    def person(self, app: Flask, name: str, *roles: str) -> tuple[str, Any]:
        account = accounts.create_account(f"p{len(doors.__dict__)}{name}@example.com", "correct horse 9", name)
        member = identity.add_member(name, account.id)
        for role in roles:
            identity.give_role(self.app_id, role, member.id)
        client = app.test_client()
        client.sign_in(doors.open_session(account))  # type: ignore[attr-defined]
        return member.id, client

    def deal(self, actor: Actor, name: str, owner_id: str) -> str:
        change = Change(self.app_id, "deal", "create", {"name": name}, owner_id=owner_id)
        return f"/t/home/a/crm/f/deal/{records.change(change, actor).id}"


@pytest.fixture
def talk(app: Flask, home: Home, owner: PageClient) -> Talk:
    return Talk(app, home, owner)


def told() -> dict[str, str]:
    """The titles of notices by member."""
    return dict(db.session.execute(select(Notice.member_id, Notice.title)).all())


def test_whoever_is_mentioned_hears_of_it_and_the_owner_too(talk: Talk) -> None:
    answer = talk.owner.post(f"{talk.record}/comments", data={"text": "@王伟请跟进 <script>"})
    assert "&lt;script&gt;" in answer.text
    assert told() == {talk.rep_id: "李娜 mentions you at “华兴 <b>”"}
    assert "@王伟请跟进" in talk.rep.get(f"{talk.record}?tab=history").text
    talk.rep.post(f"{talk.record}/comments", data={"text": "好的 @李娜"})
    assert talk.boss_id in told()


def test_the_owner_of_the_record_hears_what_others_say(talk: Talk) -> None:
    talk.owner.post(f"{talk.record}/comments", data={"text": "跟进了吗"})
    assert told() == {talk.rep_id: "李娜 says something about “华兴 <b>”"}
    talk.rep.post(f"{talk.record}/comments", data={"text": "跟进了"})
    assert len(told()) == 1


def test_t10_nobody_is_mentioned_who_may_not_see_the_record_and_what_was_typed_stays(talk: Talk) -> None:
    refused = talk.owner.post(f"{talk.hidden}/comments", data={"text": "@王伟 看这里"})
    assert refused.status_code == 422
    assert "王伟 may not see this record" in refused.text
    assert "@王伟 看这里</textarea>" in refused.text
    assert told() == {}
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0


def test_t11_whoever_hears_of_a_comment_reads_only_the_name_that_is_shown_to_him(app: Flask, talk: Talk) -> None:
    clerk_id, _ = talk.person(app, "文小员", "clerk")
    identity.take_role(talk.app_id, "rep", talk.rep_id)
    talk.owner.post(f"{talk.record}/comments", data={"text": "@文小员 请看"})
    assert told() == {clerk_id: f"李娜 mentions you at “#{talk.record[-6:]}”"}


def test_t11_who_may_not_see_a_record_says_and_removes_nothing_there(talk: Talk) -> None:
    talk.owner.post(f"{talk.hidden}/comments", data={"text": "intern"})
    id = db.session.scalar(select(Comment.id))
    assert talk.rep.post(f"{talk.hidden}/comments", data={"text": "x"}).status_code == 404
    assert talk.rep.post(f"{talk.hidden}/comments/{id}/remove").status_code == 404
    assert talk.rep.post(f"{talk.record}/comments/{id}/remove").status_code == 404


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_comment_says_something_within_bounds(talk: Talk, text: str) -> None:
    assert talk.owner.post(f"{talk.record}/comments", data={"text": text}).status_code == 422


def test_one_removes_ones_own_comment_and_who_builds_anybodys(app: Flask, talk: Talk) -> None:
    talk.rep.post(f"{talk.record}/comments", data={"text": "one"})
    talk.owner.post(f"{talk.record}/comments", data={"text": "two"})
    by_text = dict(db.session.execute(select(Comment.text, Comment.id)).all())
    assert talk.rep.post(f"{talk.record}/comments/{by_text['two']}/remove").status_code == 403
    page = talk.owner.post(f"{talk.record}/comments/{by_text['one']}/remove").text
    assert "removed a comment" in page
    assert '<p class="story-text" hx-ignore>one</p>' not in page
    assert talk.owner.post(f"{talk.record}/comments/{by_text['one']}/remove").status_code == 404
