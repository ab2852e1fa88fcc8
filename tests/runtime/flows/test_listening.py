"""What sets nothing off is told at once and is not put on the list of what is due."""

from typing import Any

import pytest
from sqlalchemy import select

from runtime.contracts import Event
from runtime.db import db, utc_now
from runtime.events import Dispatch, EventRow
from runtime.flows.listening import may_hear
from runtime.flows.models import FlowRun
from runtime.releases.published import Published

from .conftest import CUSTOMER, GRADING, Workshop, flow, on_created

SET = {"type": "set", "config": {"values": {"a": "record.amount"}}}


def published(*flows: dict[str, Any]) -> Published:
    return Published("0198", 1, {"key": "crm", "forms": [CUSTOMER], "flows": list(flows)})


def event(type: Any = "created", changed: tuple[str, ...] = ("name", "amount"), **new: Any) -> Event:
    about = {"id": "1", "tenant_id": "2", "app_id": "0198", "form": "customer", "record_id": "3", "rev": 1}
    return Event(**about, release=1, type=type, actor_id=None, at=utc_now(), changed=changed, new=new)


@pytest.mark.parametrize(
    ("condition", "answers", "heard"),
    [
        (None, {}, True),
        ("record.amount > 5", {"amount": 6}, True),
        ("record.amount > 5", {"amount": 5}, False),
        ("record.amount > 5", {}, False),
        ("YEAR(record.closes) == 2026", {"closes": "2025-12-31"}, False),
        ("record.amount > 5 and old.amount == null", {"amount": 1}, True),  # asks of what was before
        ("record.owner == me.id", {"amount": 1}, True),  # asks of people
        ("record.contact.name == '张'", {"contact": "0198"}, True),
        ("record.amount > today", {"amount": 1}, True),
        ("record.name + 1 > 2", {"name": "华兴"}, True),  # breaks down: the worker says so
        ("record.", {"amount": 1}, True),
        (7, {"amount": 1}, True),
    ],
)
def test_only_what_a_condition_rules_out_by_the_answers_alone_is_not_heard(
    condition: Any, answers: dict[str, Any], heard: bool
) -> None:
    asked = {} if condition is None else {"when": condition}
    assert may_hear(published(flow(on_created(**asked), SET)), event(**answers), answers) is heard


def test_nobody_hears_of_another_form_another_act_or_other_fields() -> None:
    of_amounts = published(GRADING)
    assert may_hear(of_amounts, event("updated", ("amount",)), {})
    assert not may_hear(of_amounts, event("updated", ("name",)), {})
    assert not may_hear(of_amounts, event("deleted"), {})
    assert not may_hear(published(), event(), {})


def test_one_flow_that_may_be_set_off_is_enough() -> None:
    never, always = flow(on_created(when="record.amount > 5"), SET), flow(on_created(), SET)
    assert may_hear(published(never, always | {"key": "always"}), event(amount=1), {"amount": 1})


def test_a_deletion_is_heard_whatever_the_answers_were() -> None:
    trigger = {"id": "t", "type": "trigger.record", "config": {"form": "customer", "on": ["deleted"]}}
    trigger["config"] |= {"when": "record.amount > 5"}
    assert may_hear(published(flow(trigger, SET)), event("deleted"), {})


def test_an_event_that_sets_nothing_off_is_kept_but_due_for_nobody(crm: Workshop) -> None:
    crm.publish(flow(on_created(when="record.amount > 5"), SET))
    crm.create(name="小", amount=5)
    assert db.session.scalars(select(Dispatch.id)).all() == []
    assert db.session.scalars(select(EventRow.type)).all() == ["created"]
    crm.create(name="大", amount=6)
    crm.drain()
    assert db.session.scalars(select(FlowRun.state)).all() == ["done"]
