"""Buttons at records and in lists: pressed for one or many, once, by those who may."""

from typing import Any

import pytest
from sqlalchemy import select

from runtime.contracts import BadRequest, TooMuch
from runtime.db import db, new_id
from runtime.flows.models import FlowRun
from runtime.flows.pressing import service as pressing
from runtime.releases import service as releases

from .conftest import CUSTOMER, TASK, Workshop, flow
from .test_pages import ROLES, TAG, Desk, desk

__all__ = ["desk"]

BUTTON: dict[str, Any] = {
    "type": "trigger.manual",
    "config": {
        "form": "customer",
        "title": "提交",
        "icon": "send",
        "confirm": "确定提交吗？",
        "places": ["list"],
        "when": "record.amount > 0",
        "x-texts": {"en": {"title": "Send", "confirm": "Send it?"}},
    },
}
SENT = flow(BUTTON, TAG, key="sent")

only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def runs() -> list[str | None]:
    return list(db.session.scalars(select(FlowRun.record_id).order_by(FlowRun.id)))


def test_a_run_each_for_the_chosen_records_to_which_it_applies_and_none_twice(crm: Workshop) -> None:
    crm.publish(SENT)
    ids = [crm.create(name=f"客户 {number}", amount=number).id for number in range(4)]
    for _ in range(2):
        pressed = pressing.press_all(crm.id, "sent", [*ids, ids[1], new_id(), "x' OR 1=1"], crm.admin, "page-1")
    assert pressed == pressing.Pressed(3, 4)
    assert sorted(filter(None, runs())) == sorted(ids[1:])
    crm.drain()
    assert set(db.session.scalars(select(FlowRun.state))) == {"done"}


@only_sqlite
def test_a_button_stands_where_it_says_with_its_words_in_the_readers_language(crm: Workshop) -> None:
    crm.publish(SENT, flow({"type": "trigger.manual", "config": {"form": "customer", "title": "旧"}}, TAG, key="old"))
    saved = crm.create(name="华兴", amount=1)
    (button,) = pressing.at_list(crm.id, "customer", crm.admin, "en")
    assert (button.title, button.icon, button.confirm) == ("Send", "send", "Send it?")
    assert [one.title for one in pressing.at_record(crm.id, "customer", saved.id, crm.admin, "zh-CN")] == ["旧"]
    with pytest.raises(BadRequest):
        pressing.press_all(crm.id, "old", [saved.id], crm.admin, "page-1")


@only_sqlite
def test_t33_no_more_records_than_a_page_can_hold_are_taken_at_once(crm: Workshop) -> None:
    crm.publish(SENT)
    with pytest.raises(TooMuch):
        pressing.press_all(crm.id, "sent", [new_id() for _ in range(201)], crm.admin, "page-1")


@only_sqlite
def test_t15_a_reader_sees_no_button_in_the_list_and_starts_nothing_by_its_address(desk: Desk) -> None:
    document = {"format": "app/1", "key": "crm", "title": "CRM", "forms": [CUSTOMER, TASK], "roles": ROLES}
    named = flow({**BUTTON, "config": {**BUTTON["config"], "roles": ["rep"], "when": ""}}, TAG, key="named")
    free = flow({**BUTTON, "config": {**BUTTON["config"], "when": ""}}, TAG, key="free")
    releases.add_release(desk.app, {**document, "flows": [named, free]}, "", desk.owner)
    rep, reader = (desk.browser(desk.someone(role)[0]) for role in ("rep", "reader"))
    assert "flows/named/start-all" in rep.get(f"{desk.url}/f/customer/buttons").text
    assert "start-all" not in reader.get(f"{desk.url}/f/customer/buttons").text
    for key in ("named", "free"):
        sent = {"record": [desk.record.id], "once": "page-1"}
        assert reader.post(f"{desk.url}/flows/{key}/start-all", data=sent).status_code == 303
    assert desk.record.id not in db.session.scalars(select(FlowRun.record_id).where(FlowRun.flow != "bad")).all()
    assert rep.post(f"{desk.url}/flows/named/start-all", data=sent).status_code == 303
    assert db.session.scalars(select(FlowRun.flow).where(FlowRun.flow != "bad")).all() == ["named"]
