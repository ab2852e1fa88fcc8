"""What a release says is unique, and the records that were there before it; on both databases."""

from typing import Any

import pytest
from sqlalchemy import select

from runtime.contracts import Actor, Change, Refused
from runtime.db import db
from runtime.events import Dispatch
from runtime.flows.draining import service as draining
from runtime.records import service
from runtime.records.models import record_unique
from runtime.records.uniqueness import service as uniqueness
from runtime.releases import service as releases


def contact(*, unique: bool) -> dict[str, Any]:
    phone = {"type": "string", "title": "电话", **({"x-unique": True} if unique else {})}
    properties = {"name": {"type": "string", "title": "姓名"}, "phone": phone}
    return {"format": "form/1", "key": "contact", "title": "联系人", "schema": {"properties": properties}}


@pytest.fixture
def app_id(admin: Actor) -> str:
    """A form in which nothing is unique yet; its app's id."""
    app = releases.create_app("crm", "CRM", "zh-CN", admin)
    release(admin, unique=False)
    return app.id


def release(admin: Actor, *, unique: bool) -> None:
    document = {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": [contact(unique=unique)]}
    releases.add_release(releases.find_app("crm"), document, "", admin)


class Book:
    """The contacts, by phone."""

    def __init__(self, app_id: str, admin: Actor) -> None:
        self._app_id = app_id
        self._admin = admin

    def add(self, phone: str) -> str:
        return service.change(Change(self._app_id, "contact", "create", {"phone": phone}), self._admin).id

    def change(self, id: str, **answers: Any) -> None:
        service.change(Change(self._app_id, "contact", "update", answers, record_id=id), self._admin)

    def is_taken(self, phone: str) -> bool:
        try:
            id = self.add(phone)
        except Refused as why:
            return [(one.pointer, one.keyword) for one in why.problems] == [("/phone", "x-unique")]
        service.change(Change(self._app_id, "contact", "delete", record_id=id), self._admin)
        return False


@pytest.fixture
def book(app_id: str, admin: Actor) -> Book:
    return Book(app_id, admin)


def test_a_value_that_was_there_before_it_had_to_be_unique_is_taken(book: Book, admin: Actor) -> None:
    book.add("138")
    assert not book.is_taken("138")
    release(admin, unique=True)
    assert book.is_taken("138")
    assert not book.is_taken("139")


def test_of_several_alike_the_oldest_has_the_key_and_the_others_can_still_be_changed(book: Book, admin: Actor) -> None:
    first, second = book.add("138"), book.add("138")
    release(admin, unique=True)
    book.change(second, name="乙")
    book.change(second, phone="138")
    assert list(db.session.scalars(select(record_unique.c.record_id))) == [first]
    book.change(second, phone="139")
    assert (book.is_taken("138"), book.is_taken("139")) == (True, True)


def test_a_value_is_free_once_it_has_to_be_unique_no_more(book: Book, admin: Actor) -> None:
    release(admin, unique=True)
    first = book.add("138")
    release(admin, unique=False)
    assert not book.is_taken("138")
    book.change(first, phone="139")
    release(admin, unique=True)
    assert (book.is_taken("138"), book.is_taken("139")) == (False, True), "a key stayed that nobody holds"


def test_deleted_records_hold_no_key(book: Book, app_id: str, admin: Actor) -> None:
    service.change(Change(app_id, "contact", "delete", record_id=book.add("138")), admin)
    release(admin, unique=True)
    assert not book.is_taken("138")


def test_a_large_form_gets_its_keys_from_a_worker(
    book: Book, app_id: str, admin: Actor, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uniqueness, "AT_ONCE", 2)
    monkeypatch.setattr(uniqueness, "BATCH", 2)
    for number in range(5):
        book.add(f"13{number}")
    release(admin, unique=True)
    assert not book.is_taken("134")
    release(admin, unique=True)
    draining.drain(settings)
    assert all(book.is_taken(f"13{number}") for number in range(5))
    assert db.session.scalars(select(Dispatch.kind).where(Dispatch.kind == "rebuild")).all() == []


def test_who_is_at_work_already_loses_it_to_a_newer_release(
    book: Book, app_id: str, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uniqueness, "AT_ONCE", 0)
    book.add("138")
    for fence in (0, 1):
        release(admin, unique=True)
        assert db.session.scalars(select(Dispatch.fence).where(Dispatch.id == app_id)).one() == fence
        release(admin, unique=False)
