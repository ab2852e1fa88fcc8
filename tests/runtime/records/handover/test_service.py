"""The records of somebody who leaves go to others, a batch at a time, and back."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from runtime import queue
from runtime.contracts import Actor, Change, Conflict, Lost
from runtime.db import db
from runtime.events import Dispatch, EventRow
from runtime.flows.draining import service as draining
from runtime.identity import service as identity
from runtime.identity.departments import service as departments
from runtime.records import service as records
from runtime.records.handover import service
from runtime.records.handover.models import Handover
from runtime.records.models import record
from runtime.records.undoing import service as undoing
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import Home
from tests.together import at_once

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PERSON = {"type": "string", "x-ref": {"person": True}}
SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "title": "名称"},
        "legal": PERSON | {"title": "负责法务"},
        "team": {"type": "array", "title": "同行", "items": PERSON},
    },
    "required": ["name"],
}


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)
    monkeypatch.setattr(service, "AT_ONCE", 10)
    monkeypatch.setattr(undoing, "AT_ONCE", 10)


class Sales:
    """An app with two forms, somebody who leaves, somebody who stays."""

    def __init__(self, home: Home) -> None:
        self.actor = Actor(home.tenant_id, member_id=home.member_id, powers=frozenset({"owner"}))
        east = departments.add("华东")
        self.leaver = identity.add_member("张三", department_id=departments.add("华南").id)
        self.heir = identity.add_member("王五", department_id=east.id)
        self.path = east.path
        forms = [{"key": key, "title": key, "schema": SCHEMA} for key in ("customer", "visit")]
        self.app = releases.create_app("crm", "客户", "zh-CN", self.actor)
        releases.add_release(self.app, {"key": "crm", "title": "客户", "forms": forms}, "", self.actor)

    def make(self, form: str, count: int) -> list[str]:
        changes = [
            Change(self.app.id, form, "create", {"name": f"{form} {number}"}, owner_id=self.leaver.id)
            for number in range(count)
        ]
        return [saved.id for saved in records.change_all(changes, self.actor)]  # type: ignore[union-attr]

    def start(self, *forms: str) -> Handover:
        return service.start(
            self.leaver.id,
            {(self.app.id, form, field): self.heir.id for form, _, field in (one.partition(".") for one in forms)},
            False,
            self.actor,
        )

    def owners(self) -> dict[str, int]:
        db.session.rollback()
        rows = select(record.c.owner_id, func.count()).where(record.c.deleted_at.is_(None)).group_by(record.c.owner_id)
        names = {self.leaver.id: "张三", self.heir.id: "王五"}
        return {names.get(id, id): count for id, count in db.session.execute(rows)}


@pytest.fixture
def sales(home: Home) -> Sales:
    return Sales(home)


def test_records_go_to_the_heir_with_the_department_and_their_history_says_so(
    app: Flask, sales: Sales, owner: PageClient
) -> None:
    first = sales.make("customer", 25)[0]
    sales.make("visit", 3)
    assert [(share.form, share.count) for share in service.owned(sales.leaver.id)] == [("customer", 25), ("visit", 3)]
    before = db.session.scalar(select(func.count()).select_from(Dispatch))
    made = sales.start("customer")
    draining.drain(app.config)
    assert sales.owners() == {"张三": 3, "王五": 25}
    db.session.refresh(made)
    assert (made.state, made.total, made.moved, made.kept) == ("done", 25, 25, 0)
    assert db.session.scalar(select(record.c.dept_path).where(record.c.id == first)) == sales.path
    entry = records.history(sales.app.id, "customer", first, sales.actor)[0]
    assert (entry.old, entry.new) == ({"owner": sales.leaver.id}, {"owner": sales.heir.id})
    page = owner.get(f"/t/home/a/crm/f/customer/{first}?tab=history").text
    assert ("张三" in page, "王五" in page) == (True, True)
    assert db.session.scalar(select(func.count()).select_from(Dispatch)) == before  # no flow hears of it
    assert [share.form for share in service.owned(sales.leaver.id)] == ["visit"]


@SQLITE
def test_a_worker_that_is_killed_in_the_middle_moves_nothing_twice(app: Flask, sales: Sales) -> None:
    sales.make("customer", 25)
    made = sales.start("customer")
    calls = 0

    def dies() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise Lost

    with pytest.raises(Lost):
        service.work(made.id, dies, 60)
    db.session.expire_all()
    assert (sales.owners(), service.find(made.id).moved) == ({"张三": 5, "王五": 20}, 20)
    assert service.work(made.id, lambda: None, 60)
    assert (sales.owners(), service.find(made.id).moved) == ({"王五": 25}, 25)
    assert db.session.scalar(select(func.max(record.c.rev))) == 2


@SQLITE
def test_what_cannot_be_moved_stays_and_is_counted(app: Flask, sales: Sales, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = sales.make("customer", 3)
    guard = lambda change, before, actor: [records.Problem("", "locked", "x")] if change.record_id == ids[1] else []  # noqa: E731
    monkeypatch.setattr(records, "guards", [guard])
    made = sales.start("customer")
    draining.drain(app.config)
    db.session.expire_all()
    found = service.find(made.id)
    assert (found.state, found.moved, found.kept) == ("done", 2, 1)
    assert service.owned(sales.leaver.id)[0].count == 1


@SQLITE
def test_taken_back_all_belongs_to_the_leaver_again_but_what_was_changed_since(app: Flask, sales: Sales) -> None:
    first, *_ = sales.make("customer", 12)
    made = sales.start("customer")
    with pytest.raises(Conflict):
        service.undo(made.id, sales.actor)
    draining.drain(app.config)
    records.change(Change(sales.app.id, "customer", "update", {"name": "neu"}, record_id=first), sales.actor)
    db.session.expire_all()
    service.undo(made.id, sales.actor)
    draining.drain(app.config)
    db.session.expire_all()
    assert (sales.owners(), service.find(made.id).state) == ({"张三": 11, "王五": 1}, "undone")
    with pytest.raises(Conflict):
        service.undo(made.id, sales.actor)


@SQLITE
def test_of_two_hand_overs_of_one_person_one_is_under_way(sales: Sales) -> None:
    sales.make("customer", 1)
    sales.start("customer")
    with pytest.raises(Conflict):
        sales.start("customer")


def test_of_two_admins_who_ask_at_the_same_time_one_is_told_so(app: Flask, sales: Sales) -> None:
    sales.make("customer", 3)
    came = at_once(app, sales.actor.tenant_id, *[lambda: sales.start("customer")] * 2)
    assert sorted(type(one).__name__ for one in came) == ["Conflict", "Handover"]


@SQLITE
def test_flows_hear_of_it_only_where_that_was_wanted(app: Flask, sales: Sales) -> None:
    sales.make("visit", 1)
    service.start(sales.leaver.id, {(sales.app.id, "visit", ""): sales.heir.id}, True, sales.actor)
    draining.drain(app.config)
    (event,) = db.session.scalars(select(EventRow).where(EventRow.type == "updated"))
    assert event.batch


@SQLITE
def test_without_whoever_asked_for_it_it_stops_and_says_so(app: Flask, home: Home, sales: Sales) -> None:
    sales.make("visit", 1)
    made = sales.start("visit")
    db.session.execute(update(Handover).values(created_by=sales.leaver.id))
    db.session.commit()
    identity.suspend_member(sales.leaver.id)
    draining.drain(app.config)
    db.session.expire_all()
    assert (service.find(made.id).state, sales.owners()) == ("stopped", {"张三": 1})


def test_fields_that_name_who_leaves_name_the_heir_where_chosen_and_are_given_back(app: Flask, sales: Sales) -> None:
    leaver, heir, boss = sales.leaver.id, sales.heir.id, str(sales.actor.member_id)

    def visit(**answers: object) -> str:
        change = Change(sales.app.id, "visit", "create", {"name": "x", **answers}, owner_id=boss)
        return records.change(change, sales.actor).id

    only, other = visit(legal=leaver), visit(legal=boss, team=[boss, leaver, heir])
    shares = service.named(leaver, sales.actor)
    assert [(share.form, share.field, share.count) for share in shares] == [("visit", "legal", 1), ("visit", "team", 1)]
    made = sales.start("visit.legal", "visit.team")

    def says(id: str) -> dict[str, object]:
        db.session.expire_all()
        return {k: v for k, v in records.read(sales.app.id, "visit", id, sales.actor).data.items() if k != "name"}

    draining.drain(app.config)
    assert (says(only), says(other)) == ({"legal": heir}, {"legal": boss, "team": [boss, heir]})
    assert (service.find(made.id).state, service.find(made.id).moved, service.named(leaver, sales.actor)) == (
        "done",
        2,
        [],
    )
    entry = records.history(sales.app.id, "visit", only, sales.actor)[0]
    assert (entry.old, entry.new) == ({"legal": leaver}, {"legal": heir})
    identity.suspend_member(leaver)
    service.undo(made.id, sales.actor)
    draining.drain(app.config)
    assert (says(only), says(other)) == ({"legal": leaver}, {"legal": boss, "team": [boss, leaver, heir]})


@SQLITE
def test_a_field_that_was_not_chosen_goes_on_naming_who_left(app: Flask, sales: Sales) -> None:
    made = Change(sales.app.id, "visit", "create", {"name": "x", "legal": sales.leaver.id}, owner_id=sales.leaver.id)
    id = records.change(made, sales.actor).id
    sales.start("visit")
    draining.drain(app.config)
    found = records.read(sales.app.id, "visit", id, sales.actor)
    assert (found.owner_id, found.data["legal"]) == (sales.heir.id, sales.leaver.id)


@SQLITE
def test_a_field_that_a_new_release_took_away_holds_nothing_up(app: Flask, sales: Sales) -> None:
    visit = Change(sales.app.id, "visit", "create", {"name": "x", "legal": sales.leaver.id}, owner_id=sales.leaver.id)
    records.change(visit, sales.actor)
    sales.make("customer", 2)
    made = sales.start("visit.legal", "customer")
    less = {**SCHEMA, "properties": {"name": SCHEMA["properties"]["name"]}}
    forms = [{"key": key, "title": key, "schema": less} for key in ("customer", "visit")]
    releases.add_release(sales.app, {"key": "crm", "title": "客户", "forms": forms}, "", sales.actor)
    draining.drain(app.config)
    db.session.expire_all()
    assert (service.find(made.id).state, service.find(made.id).moved) == ("done", 2)


@SQLITE
def test_somebody_who_is_added_to_a_list_at_the_same_time_stays_in_it(
    sales: Sales, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaver, heir, boss = sales.leaver.id, sales.heir.id, str(sales.actor.member_id)
    visit = Change(sales.app.id, "visit", "create", {"name": "x", "team": [leaver]}, owner_id=boss)
    id = records.change(visit, sales.actor).id
    made, meet = sales.start("visit.team"), service._next

    def edited_meanwhile(*about: Any) -> Any:
        met = meet(*about)
        team = {"team": [leaver, boss]}
        if met and records.read(sales.app.id, "visit", id, sales.actor).data["team"] == [leaver]:
            records.change(Change(sales.app.id, "visit", "update", team, record_id=id), sales.actor)
        return met

    monkeypatch.setattr(service, "_next", edited_meanwhile)
    service.work(made.id, lambda: None, 60)
    assert boss in records.read(sales.app.id, "visit", id, sales.actor).data["team"]
    assert (service.find(made.id).state, service.find(made.id).kept, heir != boss) == ("done", 1, True)
