"""What workers owe to many records after a release: in slices, on both databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from runtime import events
from runtime.contracts import Actor, Change, Lost, Refused, Turn
from runtime.db import db, new_id, tenant, transaction, utc_now
from runtime.events import Dispatch
from runtime.flows.dispatching import service as dispatching
from runtime.flows.draining import service as draining
from runtime.identity.doors import service as doors
from runtime.records import service
from runtime.records.models import record, record_unique
from runtime.records.rebuilding import service as rebuilding
from runtime.records.rebuilding.models import Rebuild
from runtime.records.rebuilding.working import service as working
from runtime.records.reviewing import service as reviewing
from runtime.records.slotting import service as slotting
from runtime.records.uniqueness import service as uniqueness
from runtime.releases import service as releases
from tests.conftest import Home

NUMBER = {"type": "number", "title": "数"}
MANY = 5


def form(key: str, formula: str, **more: Any) -> dict[str, Any]:
    properties = {"amount": NUMBER, "worth": {**NUMBER, "x-formula": formula, **more}}
    return {"format": "form/1", "key": key, "title": key, "schema": {"properties": properties}}


class Book:
    """An app with many deals and many offers, each worth something by a formula."""

    def __init__(self, admin: Actor) -> None:
        self.admin = admin
        self.id = releases.create_app("crm", "CRM", "zh-CN", admin).id
        self.release()
        self.deals = [self.add("deal", amount) for amount in range(MANY)]
        self.offers = [self.add("offer", amount) for amount in range(MANY)]

    def release(self, deal: str = "record.amount", offer: str = "record.amount", **more: Any) -> None:
        document = {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN"}
        forms = [form("deal", deal, **more), form("offer", offer)]
        releases.add_release(releases.find_app("crm"), document | {"forms": forms}, "", self.admin)

    def add(self, key: str, amount: int) -> str:
        return service.change(Change(self.id, key, "create", {"amount": amount}), self.admin).id

    def worths(self, key: str = "deal") -> list[Any]:
        rows = select(record.c.data).where(record.c.form == key).order_by(record.c.id)
        with transaction() as session:
            return [data["worth"] for data in session.scalars(rows)]


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The records that were worked out, one after the other."""
    ids: list[str] = []
    at = reviewing._Look._at

    def noted(self: Any, row: Any) -> Any:
        ids.append(row.id)
        return at(self, row)

    monkeypatch.setattr(reviewing._Look, "_at", noted)
    return ids


@pytest.fixture
def book(app: Flask, home: Home, monkeypatch: pytest.MonkeyPatch) -> Book:
    for one in (reviewing, slotting, uniqueness):
        monkeypatch.setattr(one, "AT_ONCE", 2)
        monkeypatch.setattr(one, "BATCH", 2)
    made = Book(doors.actor_of(home.member_id)[0])
    draining.drain(app.config)
    return made


def take() -> Turn:
    """A worker's turn, which ends after one batch."""
    [claim] = [one for one in dispatching.take(10) if one.kind == "rebuild"]
    return dispatching.Turn(claim, {}, 0)


def step() -> None:
    events.works["rebuild"](take())


def waiting() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Dispatch.kind).where(Dispatch.kind == "rebuild")))


def plan() -> tuple[list[list[str]], str | None] | None:
    with transaction() as session:
        owed = session.scalars(select(Rebuild).execution_options(populate_existing=True)).one_or_none()
        return (owed.parts, owed.after) if owed else None


def drain(app: Flask) -> None:
    with transaction() as session:
        session.execute(update(Dispatch).values(lease=None))  # a dead worker's lease has run out
    draining.drain(app.config)


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent, with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        found.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_worker_that_is_killed_in_the_middle_loses_a_batch_and_nothing_is_done_twice(
    app: Flask, book: Book, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    book.release("record.amount + 1")
    step()
    assert (book.worths(), looked) == ([1, 2, 2, 3, 4], book.deals[:2])
    assert plan() == ([["answers", "deal"]], book.deals[1])

    class Killed(BaseException):
        pass

    def kill(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(reviewing._Look, "_write", kill)
        with pytest.raises(Killed):
            step()
    assert plan() == ([["answers", "deal"]], book.deals[1])
    del looked[:]
    drain(app)
    assert (book.worths(), looked) == ([1, 2, 3, 4, 5], book.deals[2:])
    assert (waiting(), plan()) == ([], None)


def test_a_newer_release_takes_it_from_who_is_at_work_and_begins_anew(
    app: Flask, book: Book, looked: list[str]
) -> None:
    book.release("record.amount + 1")
    step()
    turn = take()
    book.release("record.amount + 2")
    with pytest.raises(Lost):
        events.works["rebuild"](turn)
    assert plan() == ([["answers", "deal"]], None)
    drain(app)
    assert book.worths() == [2, 3, 4, 5, 6]
    assert looked == book.deals[:2] + book.deals


def test_a_release_that_lands_between_two_batches_of_a_turn_is_the_next_turns(
    app: Flask, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.release("record.amount + 1")
    numbers: list[int] = []
    done = reviewing.review_some

    def noted(published: Any, key: str, after: str) -> str | None:
        numbers.append(published.number)
        return done(published, key, after)

    class Interrupted(dispatching.Turn):
        def hold(self) -> None:
            super().hold()
            if len(numbers) == 1:
                book.release("record.amount + 1", title="值")  # says nothing else: nobody is called for

    monkeypatch.setitem(working._PARTS, "answers", noted)
    events.works["rebuild"](Interrupted(take().claim, {}, 60))
    assert numbers == [2]
    drain(app)
    assert numbers == [2, *[3] * 3]
    assert (book.worths(), plan()) == ([1, 2, 3, 4, 5], None)


def test_a_newer_release_of_another_form_leaves_what_is_done_as_it_is(
    app: Flask, book: Book, looked: list[str]
) -> None:
    book.release("record.amount + 1")
    step()
    book.release("record.amount + 1", "record.amount + 7")
    assert plan() == ([["answers", "deal"], ["answers", "offer"]], book.deals[1])
    drain(app)
    assert (book.worths(), book.worths("offer")) == ([1, 2, 3, 4, 5], [7, 8, 9, 10, 11])
    assert looked == book.deals + book.offers


def test_a_form_that_says_nothing_else_is_not_read(app: Flask, book: Book) -> None:
    book.release("record.amount + 1")
    with statements() as sent:
        drain(app)
    read = [(text, given) for text, given in sent if "FROM record " in text.replace("\n", " ") + " "]
    assert any("deal" in str(given) for _, given in read)
    assert [text for text, given in read if "offer" in str(given)] == []
    assert len([text for text, _ in read if "record.data" in text]) == 4, "three batches, and one that finds no more"


def test_a_form_that_is_gone_in_the_meantime_holds_up_nothing(app: Flask, book: Book) -> None:
    book.release("record.amount + 1", "record.amount + 1")
    document = {
        "format": "app/1",
        "key": "crm",
        "title": "CRM",
        "lang": "zh-CN",
        "forms": [form("offer", "record.amount + 1")],
    }
    releases.add_release(releases.find_app("crm"), document, "", book.admin)
    drain(app)
    assert (book.worths("offer"), waiting(), plan()) == ([1, 2, 3, 4, 5], [], None)


def test_a_small_form_waits_behind_what_is_owed_already(
    app: Flask, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.release("record.amount + 1")
    step()
    monkeypatch.setattr(reviewing, "AT_ONCE", 100)
    book.release("record.amount + 2")
    assert plan() == ([["answers", "deal"]], None)
    drain(app)
    assert book.worths() == [2, 3, 4, 5, 6]


def test_keys_are_filled_after_what_they_are_made_of(app: Flask, book: Book) -> None:
    book.release("record.amount + 1", **{"x-unique": True})
    step()
    book.release("record.amount + 2", **{"x-unique": True})
    assert plan() == ([["answers", "deal"], ["keys", "deal"]], None)
    drain(app)
    with pytest.raises(Refused):
        book.add("deal", 4)
    assert len(db.session.scalars(select(record_unique.c.record_id)).all()) == MANY


def test_what_is_called_for_without_saying_what_is_everything(app: Flask, book: Book, looked: list[str]) -> None:
    with transaction() as session:
        session.execute(update(record).where(record.c.id == book.deals[0]).values(data={"amount": 0, "worth": 9}))
        events.call_for(book.id, "rebuild")
    drain(app)
    assert (book.worths()[0], looked, waiting(), plan()) == (0, book.deals + book.offers, [], None)


def test_the_due_work_of_others_has_its_turn_between_two_slices(
    app: Flask, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    work: Callable[[Turn], None] = events.works["rebuild"]

    def one_batch(turn: Any) -> None:
        if not order:
            with transaction() as session:
                session.add(Dispatch(**events.dispatch_row(new_id(), new_id(), "mail", utc_now())))
        order.append("rebuild")
        work(replace(turn, seconds=0))

    def mail(turn: Turn) -> None:
        order.append("mail")
        turn.close(finished=True)

    monkeypatch.setitem(events.works, "rebuild", one_batch)
    monkeypatch.setitem(events.works, "mail", mail)
    book.release("record.amount + 1")
    drain(app)
    assert ("mail" in order[1:3], order.count("rebuild"), order[-1]) == (True, 4, "rebuild")
    assert book.worths() == [1, 2, 3, 4, 5]


def test_t07_what_is_owed_to_an_app_is_its_tenants(book: Book) -> None:
    book.release("record.amount + 1")
    assert rebuilding.forms_owed(book.id)
    with tenant(new_id()):
        assert not rebuilding.forms_owed(book.id)
