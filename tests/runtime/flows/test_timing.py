"""Triggers that the clock pulls, on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from runtime.db import db, transaction
from runtime.events import Dispatch
from runtime.flows.incidents import service as incidents
from runtime.flows.models import FlowRun, FlowTimer
from runtime.flows.timing import service as timing

from .conftest import Workshop, flow

MONDAY = datetime(2026, 8, 31, 1, 0, tzinfo=UTC)
"""Nine o'clock in Shanghai."""

SEEN = {"type": "set", "config": {"values": {"seen": "record.name", "at": "steps.n0.at"}}}


def clock(**config: Any) -> dict[str, Any]:
    return {"type": "trigger.schedule", "config": {"plan": {"cron": "0 9 * * *"}, **config}}


def due(**config: Any) -> dict[str, Any]:
    given = {"form": "customer", "field": "closes", "days": 1, "side": "after", "at": "09:00"}
    return {"type": "trigger.date", "config": given | config}


Turn = Callable[[datetime], None]


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Turn:
    """Turn the clock of timers and of the list of what is due."""

    def to(moment: datetime) -> None:
        for name in ("timing", "dispatching", "starting", "draining"):
            monkeypatch.setattr(f"runtime.flows.{name}.service.utc_now", lambda: moment)

    return to


def timer() -> FlowTimer:
    return db.session.scalars(select(FlowTimer).execution_options(populate_existing=True)).one()


def started() -> list[str]:
    return list(db.session.scalars(select(FlowRun.dedupe_key).order_by(FlowRun.dedupe_key)))


def test_a_release_arms_a_schedule_and_the_next_one_without_it_disarms_it(crm: Workshop, turn: Turn) -> None:
    turn(MONDAY - timedelta(hours=1))
    crm.publish(flow(clock(), SEEN))
    assert (timer().due, db.session.scalars(select(Dispatch.due)).all()) == (MONDAY, [MONDAY])
    crm.publish(flow(clock(plan={"cron": "30 9 * * *"}), SEEN))
    assert timer().due == MONDAY + timedelta(minutes=30)
    crm.publish()
    assert db.session.scalars(select(FlowTimer)).all() == []
    assert db.session.scalars(select(Dispatch)).all() == []


def test_a_release_that_leaves_the_plan_alone_does_not_put_off_what_is_due(crm: Workshop, turn: Turn) -> None:
    turn(MONDAY - timedelta(minutes=1))
    crm.publish(flow(clock(), SEEN))
    turn(MONDAY + timedelta(minutes=1))
    crm.publish(flow(clock(), {"type": "set", "config": {"values": {"newer": "1"}}}))
    crm.drain()
    run = db.session.scalars(select(FlowRun)).one()
    assert (run.dedupe_key, run.release, run.state) == (MONDAY.isoformat(), 2, "done")
    assert run.data["outputs"] == {"n0": {"at": MONDAY.isoformat()}, "n1": {"newer": 1}}
    assert timer().due == MONDAY + timedelta(days=1)


def test_one_run_for_each_record_that_fits(crm: Workshop, turn: Turn) -> None:
    turn(MONDAY - timedelta(hours=1))
    where = [{"field": "amount", "op": "gt", "value": "10 * 10"}]
    crm.publish(flow(clock(form="customer", where=where, when="record.grade == null"), SEEN))
    saved = [crm.create(name=name, amount=amount) for name, amount in (("华兴", 500), ("仁和", 100), ("同济", 101))]
    crm.create(name="小店", amount=900, grade="low")
    crm.drain()
    assert started() == []
    turn(MONDAY + timedelta(seconds=1))
    crm.drain()
    assert started() == sorted(f"{MONDAY.isoformat()}:{saved[place].id}" for place in (0, 2))
    given = [run.data["outputs"]["n1"]["seen"] for run in db.session.scalars(select(FlowRun).order_by(FlowRun.id))]
    assert given == ["华兴", "同济"]


@pytest.mark.parametrize(
    ("missed", "days"), [("latest", [3]), ("all", [0, 1, 2, 3]), ("none", [])], ids=["latest", "all", "none"]
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_was_missed_is_made_up_for_by_policy(crm: Workshop, turn: Turn, missed: str, days: list[int]) -> None:
    turn(MONDAY - timedelta(hours=1))
    crm.publish(flow(clock(missed=missed), SEEN))
    turn(MONDAY + timedelta(days=3, hours=2))
    crm.drain()
    assert started() == [(MONDAY + timedelta(days=day)).isoformat() for day in days]
    assert timer().due == MONDAY + timedelta(days=4)


def test_a_date_that_has_passed_starts_a_run_for_its_record_also_for_days_that_were_missed(
    crm: Workshop, turn: Turn
) -> None:
    turn(MONDAY - timedelta(hours=1))
    crm.publish(flow(due(when="record.grade == null"), SEEN))
    for name, day in (("前天", 29), ("昨天", 30), ("今天", 31)):
        crm.create(name=name, closes=f"2026-08-{day}")
    crm.create(name="已收款", closes="2026-08-30", grade="paid")
    turn(MONDAY + timedelta(days=1, hours=2))
    crm.drain()
    runs = db.session.scalars(select(FlowRun).order_by(FlowRun.dedupe_key)).all()
    assert [run.data["outputs"]["n1"]["seen"] for run in runs] == ["昨天", "今天"]


def test_who_takes_over_in_the_middle_of_a_moment_goes_on_there(
    crm: Workshop, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "BATCH", 2)
    turn(MONDAY - timedelta(hours=1))
    crm.publish(flow(clock(form="customer"), SEEN))
    for number in range(5):
        crm.create(name=f"客户 {number}")
    turn(MONDAY)
    fire = timing._fire_some
    seen: list[str | None] = []

    def die(row: FlowTimer, *given: Any) -> str | None:
        seen.append(row.cursor)
        if len(seen) == 2:
            fire(row, *given)
            raise RuntimeError("killed")
        return fire(row, *given)

    monkeypatch.setattr(timing, "_fire_some", die)
    crm.drain()
    assert (len(started()), timer().doing, timer().count) == (2, [MONDAY.isoformat()], 2)
    turn(MONDAY + timedelta(minutes=30))
    crm.drain()
    assert (len(started()), timer().doing) == (5, [])
    assert seen[1] == seen[2] is not None


def test_a_moment_that_is_fired_twice_starts_nothing_twice(crm: Workshop, turn: Turn) -> None:
    turn(MONDAY - timedelta(hours=1))
    crm.publish(flow(clock(form="customer"), SEEN))
    crm.create(name="华兴")
    turn(MONDAY)
    crm.drain()
    with transaction():
        timer().due = MONDAY
        db.session.scalars(select(Dispatch).where(Dispatch.kind == "timer")).one().due = MONDAY
    crm.drain()
    assert len(started()) == 1


def test_t33_a_moment_starts_no_more_runs_than_its_bound_and_says_so(
    crm: Workshop, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "BATCH", 2)
    monkeypatch.setattr(timing, "MOST_RECORDS", 4)
    turn(MONDAY - timedelta(hours=1))
    crm.publish(flow(clock(form="customer"), SEEN))
    for number in range(6):
        crm.create(name=f"客户 {number}")
    turn(MONDAY)
    crm.drain()
    assert db.session.scalar(select(func.count()).select_from(FlowRun)) == 4
    (group,) = incidents.groups([crm.id])
    assert str(group.error) == "More than 4 records at once; the rest were left out."
    assert timer().doing == []


def test_a_condition_that_cannot_be_told_is_an_incident_and_the_clock_goes_on(crm: Workshop, turn: Turn) -> None:
    turn(MONDAY - timedelta(hours=1))
    crm.publish(flow(clock(form="customer", when="1 / (record.amount - record.amount) > 1"), SEEN))
    crm.create(name="华兴", amount=1)
    turn(MONDAY)
    crm.drain()
    assert (started(), len(incidents.groups([crm.id]))) == ([], 1)
    assert timer().due == MONDAY + timedelta(days=1)
