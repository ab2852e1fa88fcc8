"""Writers at the same moment: exactly one wins, and nobody's change is lost unsaid."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from runtime.contracts import Actor, Change, LostRace, Refused, Saved
from runtime.db import db
from runtime.records import service
from runtime.records.models import record, record_unique
from tests.runtime.records.conftest import Save
from tests.together import at_once

WRITERS = 6


def all_at_once(app: Flask, tenant_id: str, act: Callable[[int], Saved]) -> list[Any]:
    """What each of several writers gets when all begin together: what was saved, or the refusal."""
    results = at_once(app, tenant_id, *(partial(act, number) for number in range(WRITERS)))
    db.session.rollback()
    return results


def winners(results: list[Any]) -> list[Saved]:
    assert len(results) == WRITERS
    return [result for result in results if isinstance(result, Saved)]


def test_t41_one_of_several_gets_a_unique_key(
    app: Flask, tenant_id: str, app_id: str, admin: Actor, save: Save
) -> None:
    save("customer", name="warm", code="0")
    change = Change(app_id, "customer", "create", {"name": "甲", "code": "A1"})
    results = all_at_once(app, tenant_id, lambda _: service.change(change, admin))
    assert len(winners(results)) == 1
    refusals = [result for result in results if isinstance(result, Refused)]
    assert {(p.pointer, p.keyword) for r in refusals for p in r.problems} == {("/code", "x-unique")}
    assert len(refusals) == WRITERS - 1
    for table in (record, record_unique):
        assert db.session.scalar(select(func.count()).select_from(table)) == 2


def test_t41_one_of_several_changes_the_rev_all_saw(
    app: Flask, tenant_id: str, app_id: str, admin: Actor, save: Save
) -> None:
    first = save("visit", subject="a")

    def drag(number: int) -> Saved:
        answers = {"subject": f"v{number}"}
        return service.change(Change(app_id, "visit", "update", answers, record_id=first.id, rev=1), admin)

    results = all_at_once(app, tenant_id, drag)
    [won] = winners(results)
    assert sum(isinstance(result, LostRace) for result in results) == WRITERS - 1
    assert service.read(app_id, "visit", first.id, admin).data == won.data


def test_changes_that_name_no_rev_all_arrive(app: Flask, tenant_id: str, app_id: str, admin: Actor, save: Save) -> None:
    first = save("visit", subject="a")
    fields = ["amount", "stage", "day", "joins", "topics", "subject"]
    values: dict[str, Any] = dict(zip(fields, [5, "won", "2026-01-01", True, ["price"], "b"], strict=True))

    def change(number: int) -> Saved:
        name = fields[number]
        return service.change(Change(app_id, "visit", "update", {name: values[name]}, record_id=first.id), admin)

    assert len(winners(all_at_once(app, tenant_id, change))) == WRITERS
    found = service.read(app_id, "visit", first.id, admin)
    assert (found.data, found.rev) == (values, WRITERS + 1)


def test_a_request_sent_several_times_at_once_makes_one_record(
    app: Flask, tenant_id: str, app_id: str, admin: Actor, save: Save
) -> None:
    save("visit", subject="warm")
    change = Change(app_id, "visit", "create", {"subject": "a"}, idempotency_key="k")
    saved = winners(all_at_once(app, tenant_id, lambda _: service.change(change, admin)))
    assert len({one.id for one in saved}) == 1
    assert len(saved) == WRITERS
    assert db.session.scalar(select(func.count()).select_from(record)) == 2
