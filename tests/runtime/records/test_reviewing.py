"""What a release says another way, in the records that were there before it; on both databases."""

from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from runtime.contracts import Actor, Change, Refused
from runtime.db import db
from runtime.events import Dispatch, EventRow
from runtime.flows.draining import service as draining
from runtime.identity.doors import service as doors
from runtime.records import service
from runtime.records.models import record_rev
from runtime.records.query import Query
from runtime.records.reviewing import service as reviewing
from runtime.releases import service as releases
from tests.conftest import Home

NUMBER = {"type": "number", "title": "数"}
ACCOUNT = {"format": "form/1", "key": "account", "title": "客户", "schema": {"properties": {"rate": NUMBER}}}


def deal(formula: str | None, required: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    worth = {"worth": {**NUMBER, "x-formula": formula, **more}} if formula else {}
    account = {"type": "string", "title": "客户", "x-ref": {"form": "account"}}
    properties = {"amount": NUMBER, "chance": NUMBER, "account": account, **worth}
    schema = {"properties": properties, "required": list(required)}
    return {"format": "form/1", "key": "deal", "title": "商机", "schema": schema}


class Book:
    """An app whose deals are worked out by one formula after the other."""

    def __init__(self, admin: Actor) -> None:
        self.admin = admin
        self.id = releases.create_app("crm", "CRM", "zh-CN", admin).id
        self.release(None)

    def release(self, formula: str | None, **more: Any) -> None:
        forms = [ACCOUNT, deal(formula, **more)]
        document = {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": forms}
        releases.add_release(releases.find_app("crm"), document, "", self.admin)

    def add(self, form: str = "deal", **answers: Any) -> str:
        return service.change(Change(self.id, form, "create", answers), self.admin).id

    def worth(self, id: str) -> Any:
        db.session.expire_all()
        return service.read(self.id, "deal", id, self.admin).data.get("worth")

    def is_incomplete(self, id: str) -> bool:
        db.session.expire_all()
        return service.read(self.id, "deal", id, self.admin).incomplete

    def count(self, worth: Any) -> int | None:
        query = Query({"field": "worth", "op": "eq", "value": worth})
        return service.page(self.id, "deal", query, self.admin).count


@pytest.fixture
def book(app: Flask, home: Home) -> Book:
    return Book(doors.actor_of(home.member_id)[0])


def test_a_new_formula_is_worked_out_in_what_is_there(book: Book) -> None:
    id = book.add(amount=200, chance=50)
    book.release("record.amount * record.chance / 100")
    assert (book.worth(id), book.count(100)) == (100, 1)


def test_a_formula_said_another_way_is_worked_out_anew_and_found_by_its_new_value(book: Book) -> None:
    book.release("record.amount * 2")
    id = book.add(amount=200)
    assert (book.worth(id), book.count(400)) == (400, 1)
    book.release("record.amount * 3")
    assert (book.worth(id), book.count(400), book.count(600)) == (600, 0, 1)


def test_what_cannot_be_worked_out_is_left_empty_and_holds_up_no_other(book: Book) -> None:
    broken, sound = book.add(amount=1, chance=0), book.add(amount=1, chance=4)
    book.release("record.amount / record.chance")
    assert (book.worth(broken), str(book.worth(sound))) == (None, "0.25")


def test_a_formula_reads_what_is_linked(book: Book) -> None:
    account = book.add("account", rate=3)
    ids = [book.add(amount=amount, account=account) for amount in (1, 2)]
    book.release("record.amount * linked.account.rate")
    assert [book.worth(id) for id in ids] == [3, 6]


def test_it_is_nobodys_change(book: Book) -> None:
    id = book.add(amount=1)
    revs, events = select(record_rev.c.rev), select(EventRow.id)
    before = [db.session.scalars(one).all() for one in (revs, events)]
    book.release("record.amount * 2")
    assert book.worth(id) == 2
    assert service.read(book.id, "deal", id, book.admin).rev == 1
    assert [db.session.scalars(one).all() for one in (revs, events)] == before


def test_a_unique_formula_holds_the_keys_of_its_new_values(book: Book) -> None:
    book.add(amount=1)
    book.release("record.amount + 1", **{"x-unique": True})
    book.release("record.amount + 2", **{"x-unique": True})
    with pytest.raises(Refused):
        book.add(amount=1)
    book.add(amount=0)


def test_a_unique_formula_made_of_another_follows_it(book: Book) -> None:
    def release(base: str) -> None:
        form = deal("record.base + 1", **{"x-unique": True})
        form["schema"]["properties"]["base"] = {**NUMBER, "x-formula": base}
        document = {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": [ACCOUNT, form]}
        releases.add_release(releases.find_app("crm"), document, "", book.admin)

    release("record.amount")
    id = book.add(amount=10)
    release("record.amount * 2")
    assert book.worth(id) == 21
    with pytest.raises(Refused):
        book.add(amount=10)
    book.add(amount=5)


def test_what_lacks_a_new_answer_is_incomplete_until_it_is_not_asked_for_any_more(book: Book) -> None:
    lacking, whole = book.add(amount=1), book.add(amount=1, chance=2)
    book.release(None, required=["chance"])
    assert [book.is_incomplete(id) for id in (lacking, whole)] == [True, False]
    book.release(None)
    assert not book.is_incomplete(lacking)


def test_other_words_in_a_form_touch_no_record(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book.release("record.amount + 1")
    book.add(amount=1)

    def touched(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(reviewing, "review", touched)
    book.release("record.amount + 1", title="价值")
    with pytest.raises(AssertionError):
        book.release("record.amount + 2")


def test_a_large_form_is_worked_out_by_a_worker(
    book: Book, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviewing, "AT_ONCE", 2)
    monkeypatch.setattr(reviewing, "BATCH", 2)
    ids = [book.add(amount=amount) for amount in range(5)]
    book.release("record.amount + 1")
    assert [book.worth(id) for id in ids] == [None] * 5
    draining.drain(settings)
    assert [book.worth(id) for id in ids] == [1, 2, 3, 4, 5]
    assert db.session.scalars(select(Dispatch.kind).where(Dispatch.kind == "rebuild")).all() == []
