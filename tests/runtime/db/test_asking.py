"""Questions in one round trip: for the tenant of the context, and for nobody else."""

import os
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import bindparam, event, select
from sqlalchemy.exc import DBAPIError

from runtime.db import NoTenant, db, new_id, tenant, transaction
from runtime.db.asking import Question, alone, ask
from runtime.identity import service
from runtime.identity.models import Account, Member

MEMBERS = select(Member.name).where(Member.tenant_id == bindparam("tenant_id")).order_by(Member.name)
NAMED = MEMBERS.where(Member.name == bindparam("name"))


def test_each_question_has_its_own_rows(home) -> None:
    service.add_member("张三")
    members, named = ask(Question(MEMBERS, {}), Question(NAMED, {"name": "张三"}))
    assert [list(row) for row in members] == [["张三"], ["李娜"]]
    assert [list(row) for row in named] == [["张三"]]


def test_t07_no_question_sees_another_tenant_whatever_was_asked_on_the_connection_before(home) -> None:
    assert len(ask(Question(MEMBERS, {}))[0]) == 1
    with tenant(service.create_tenant("other", "Other").id):
        assert ask(Question(MEMBERS, {})) == [[]]
    with tenant(new_id()):
        assert ask(Question(MEMBERS, {"tenant_id": home.tenant_id})) == [[]]


def test_t07_a_question_about_a_tenants_table_needs_a_tenant_and_says_so(app: Flask) -> None:
    with pytest.raises(NoTenant):
        ask(Question(MEMBERS, {}))
    with tenant(new_id()), pytest.raises(NoTenant):
        ask(Question(select(Member.name), {}))
    assert ask(Question(select(Account.name), {})) == [[]]


def test_inside_a_transaction_a_question_sees_what_was_written_there(home) -> None:
    with transaction():
        service.add_member("张三")
        assert len(ask(Question(MEMBERS, {}))[0]) == 2


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_tenant_and_all_questions_are_one_round_trip(home, tmp_path: Path) -> None:
    db.session.remove()
    db.engine.dispose()
    said = tmp_path / "said"
    with alone() as raw:  # the pool's only connection from now on
        file = os.open(said, os.O_WRONLY | os.O_CREAT)
        raw.pgconn.trace(file)
    ask(Question(MEMBERS, {}), Question(NAMED, {"name": "张三"}))
    raw.pgconn.untrace()
    os.close(file)
    told = said.read_text()
    assert (told.count("\tExecute"), told.count("\tSync")) == (3, 1)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_lost_connection_is_told_as_sqlalchemy_tells_it_and_the_next_one_works(home) -> None:
    ask(Question(MEMBERS, {}))
    with pytest.raises(DBAPIError) as lost, alone() as raw:
        raw.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert lost.value.hide_parameters
    assert len(ask(Question(MEMBERS, {}))[0]) == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_session_whose_connection_was_lost_at_its_beginning_can_go_on(home) -> None:
    db.session.remove()
    ask(Question(MEMBERS, {}))
    with alone() as raw:
        pid = raw.info.backend_pid
    with psycopg.connect(db.engine.url.set(drivername="postgresql").render_as_string(False), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 60000)", (pid,))
    with pytest.raises(DBAPIError):
        db.session.execute(select(Member.id))
    db.session.rollback()
    assert db.session.scalars(select(Member.id)).all()


def test_a_connection_that_was_asked_alone_works_in_transactions_again(home) -> None:
    ask(Question(MEMBERS, {}))
    begun: list[Any] = []
    event.listen(db.engine, "commit", begun.append, once=True)
    with transaction():
        service.add_member("张三")
    assert begun
    assert len(ask(Question(MEMBERS, {}))[0]) == 2
