"""The guard of the session: no statement on a tenant's table without a tenant."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, exists, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from runtime.db import NoTenant, db, new_id
from runtime.identity.models import Account, Department, Member

OTHER = aliased(Member)
STATEMENTS = {
    "select": select(Member),
    "column": select(Member.name),
    "join": select(Member).join(Department, Department.id == Member.department_id),
    "outer join": select(Account).outerjoin(Member, Member.account_id == Account.id),
    "alias": select(OTHER),
    "subquery": select(func.count()).select_from(select(Member.id).subquery()),
    "exists": select(Account).where(exists().where(Member.account_id == Account.id)),
    "scalar": select(Account.id, select(func.count(Member.id)).scalar_subquery()),
    "union": select(Member.name).union(select(Department.title)),
    "table": select(Member.__table__),
    "update": update(Member).values(name="x"),
    "delete": delete(Member),
    "insert": insert(Member).values(tenant_id=new_id(), id=new_id(), name="x"),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_t07_no_statement_touches_a_tenants_table_without_a_tenant(app: Flask, name: str) -> None:
    with pytest.raises(NoTenant):
        db.session.execute(STATEMENTS[name])


def test_what_stands_outside_needs_no_tenant(app: Flask) -> None:
    assert db.session.scalars(select(Account)).all() == []


def test_t42_an_error_of_the_database_does_not_tell_the_values(app: Flask) -> None:
    with pytest.raises(DBAPIError) as failed:
        db.session.execute(text("SELECT * FROM nothing WHERE a = :a"), {"a": "canary-4711"})
    assert "canary-4711" not in str(failed.value)


def test_ids_made_one_after_the_other_sort_in_that_order() -> None:
    made = [new_id() for _ in range(2_000)]
    assert made == sorted(set(made))
    assert {UUID(id).version for id in made} == {7}
