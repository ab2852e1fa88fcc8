"""The audit trail in the database."""

from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import create_engine, delete, text, update
from sqlalchemy.exc import DBAPIError

from runtime.audit import service
from runtime.audit.models import audit
from runtime.db import db, new_id, tenant, transaction
from runtime.identity.service import create_tenant
from tests.lending import Database


@pytest.fixture
def trail(tenant_id: str) -> str:
    """Four acts of a tenant; its id."""
    for number in range(4):
        service.note("role given", {"role": "rep", "n": number}, new_id())
    return tenant_id


def test_acts_are_numbered_and_chained(trail: str) -> None:
    assert [entry.number for entry in service.entries()] == [4, 3, 2, 1]
    assert service.check() is None


def test_t43_no_entry_can_be_changed_or_removed_through_the_app(trail: str) -> None:
    for statement in (update(audit).values(act="nothing"), delete(audit), delete(audit).where(audit.c.number == 4)):
        with pytest.raises(DBAPIError, match=r"append-only|policy"):
            db.session.execute(statement.where(audit.c.tenant_id == trail))
        db.session.rollback()
    assert len(service.entries()) == 4


OFF = {
    "sqlite": ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
    "postgresql": ["ALTER TABLE audit DISABLE TRIGGER USER", "ALTER TABLE audit NO FORCE ROW LEVEL SECURITY"],
}


@pytest.mark.parametrize(
    "tampering", ["UPDATE audit SET act = 'x' WHERE number = 3", "DELETE FROM audit WHERE number = 3"]
)
def test_t43_what_the_owner_of_the_database_does_is_found(
    trail: str, app: Flask, database: Database, tampering: str
) -> None:
    db.session.rollback()
    engine = create_engine(database.admin_url)
    with engine.begin() as owner:
        for statement in (*OFF[database.kind], tampering):
            owner.execute(text(statement))
    engine.dispose()
    assert service.check() == 3


def test_the_command_says_whether_all_is_as_it_was(app: Flask) -> None:
    with tenant(create_tenant("home", "Home").id):
        service.note("signed in", {})
    answer = app.test_cli_runner().invoke(args=["audit", "check", "--tenant", "home"])
    assert (answer.exit_code, "1 entries" in answer.output) == (0, True)


def test_an_act_goes_with_the_transaction_it_belongs_to(tenant_id: str) -> None:
    def failing() -> None:
        with transaction():
            service.note("role given", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert service.entries() == []


def test_writers_at_the_same_time_leave_no_gap(app: Flask, tenant_id: str) -> None:
    def write() -> None:
        with app.app_context(), tenant(tenant_id):
            for _ in range(5):
                service.note("signed in", {})

    writers = [Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [entry.number for entry in service.entries()] == list(range(20, 0, -1))
    assert service.check() is None
