"""Connections kept, and used by the flows of the apps they were given to."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from runtime.audit import service as audit
from runtime.connections import service
from runtime.connections.credentials import Occasion
from runtime.connections.entering import Entered
from runtime.connections.models import Connection
from runtime.contracts import Actor, BadRequest, Conflict, Forbidden, NotFound, Outgoing, Refused
from runtime.db import db, in_transaction, new_id, utc_now
from tests.together import at_once

from .conftest import Outside

APP = new_id()
ONCE = Occasion("run:step", utc_now())


def entered(outside: Outside, **other: object) -> Entered:
    plain = Entered("erp", "ERP", outside.url + "/", "bearer", {"token": "c4nary-t0ken"}, (APP,))
    return replace(plain, **other)  # type: ignore[arg-type]


@pytest.fixture
def opened(app: Flask) -> None:
    app.config["TRELLIS_CALL_NETWORKS"] = "127.0.0.1"


@pytest.mark.usefixtures("opened")
def test_a_flow_calls_with_credentials_that_no_answer_and_no_row_shows(admin: Actor, outside: Outside) -> None:
    row = service.add(entered(outside), admin)
    answer = service.call(APP, Outgoing("erp", "POST", "missing/1", {"a": "b c"}, {}, b"{}"), ONCE)
    assert answer.status == 404
    assert answer.body == "no such thing; you sent Bearer •••".encode()
    ((method, path, headers, body),) = outside.got
    assert (method, path, body) == ("POST", "/missing/1?a=b+c", b"{}")
    assert headers["authorization"] == "Bearer c4nary-t0ken"
    assert not in_transaction()
    assert "c4nary" not in str(db.session.execute(select(Connection.__table__)).all())
    assert "c4nary" not in str(audit.entries())
    assert service.shown(row) == {}


def test_t19_without_the_operators_word_an_address_inside_is_not_called(admin: Actor, outside: Outside) -> None:
    row = service.add(entered(outside), admin)
    with pytest.raises(Forbidden):
        service.call(APP, Outgoing("erp", "GET"), ONCE)
    with pytest.raises(Forbidden):
        service.test(row.id)
    assert outside.got == []


@pytest.mark.usefixtures("opened")
def test_t22_t28_only_an_app_that_was_given_a_connection_uses_it(admin: Actor, outside: Outside) -> None:
    service.add(entered(outside), admin)
    for app_id, key in ((new_id(), "erp"), (APP, "other")):
        with pytest.raises(NotFound):
            service.call(app_id, Outgoing(key, "GET"), ONCE)
    assert outside.got == []


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("path", ["/../admin", "/a/../../b", "..", "/./x", "/a b", "/x\r\n", "/ü"])
def test_t22_no_path_leads_out_of_the_address(admin: Actor, outside: Outside, path: str) -> None:
    service.add(entered(outside, address=outside.url + "/api"), admin)
    with pytest.raises(BadRequest):
        service.call(APP, Outgoing("erp", "GET", path), ONCE)
    assert outside.got == []


def test_t22_a_secret_is_entered_again_when_the_host_changes(admin: Actor, outside: Outside) -> None:
    row = service.add(entered(outside), admin)
    kept = service.change(row.id, entered(outside, title="Old ERP", secrets={}), admin)
    assert kept.title == "Old ERP"
    for other in ({"address": "https://evil.example"}, {"kind": "query", "secrets": {"name": "key"}}):
        with pytest.raises(Refused) as refused:
            service.change(row.id, entered(outside, **{"secrets": {}, **other}), admin)
        assert refused.value.problems[0].keyword == "required"
    assert service.find(row.id).address == outside.url


@pytest.mark.usefixtures("opened")
def test_a_secret_sealed_under_another_key_is_said(app: Flask, admin: Actor, outside: Outside) -> None:
    service.add(entered(outside), admin)
    app.config["SECRET_KEY"] = "another key that is long enough to be one"
    with pytest.raises(Conflict, match="Enter it again"):
        service.call(APP, Outgoing("erp", "GET"), ONCE)


def test_a_key_is_taken_once_and_what_is_wrong_is_said_all_at_once(admin: Actor, outside: Outside) -> None:
    service.add(entered(outside), admin)
    with pytest.raises(Refused) as taken:
        service.add(entered(outside), admin)
    assert [problem.pointer for problem in taken.value.problems] == ["/key"]
    with pytest.raises(Refused) as wrong:
        service.add(Entered("ERP", " ", "ftp://x", "basic", {"user": "li"}), admin)
    assert [problem.pointer for problem in wrong.value.problems] == ["/key", "/title", "/address", "/password"]


def test_of_two_that_are_added_under_one_key_at_once_one_is_refused(app: Flask, admin: Actor, outside: Outside) -> None:
    came = at_once(app, admin.tenant_id, *[lambda: service.add(entered(outside), admin)] * 2)
    assert sorted(type(one).__name__ for one in came) == ["Connection", "Refused"]


def test_a_removed_connection_is_gone(admin: Actor, outside: Outside) -> None:
    row = service.add(entered(outside), admin)
    service.remove(row.id, admin)
    with pytest.raises(NotFound):
        service.find(row.id)
    assert [entry.act for entry in audit.entries()] == ["connection.removed", "connection.added"]
