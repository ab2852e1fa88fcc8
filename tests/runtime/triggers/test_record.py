"""Which events start a run."""

from datetime import UTC, datetime
from typing import Any

import pytest

from runtime.contracts import Event
from runtime.triggers.manual import trigger as manual
from runtime.triggers.record import trigger


def happened(type: str = "updated", **given: Any) -> Event:
    return Event(
        **{
            **{"id": "e", "tenant_id": "t", "app_id": "a", "form": "deal", "record_id": "r", "rev": 2, "release": 1},
            **{"type": type, "actor_id": None, "at": datetime(2026, 9, 1, tzinfo=UTC), "changed": ("stage",)},
            **{"old": {"stage": "lead"}, "new": {"stage": "won"}},
            **given,
        }
    )


@pytest.mark.parametrize(
    ("config", "event", "matches"),
    [
        ({"form": "deal", "on": ["updated"]}, happened(), True),
        ({"form": "visit", "on": ["updated"]}, happened(), False),
        ({"form": "deal", "on": ["created", "deleted"]}, happened(), False),
        ({"form": "deal", "on": ["updated"], "fields": ["stage", "amount"]}, happened(), True),
        ({"form": "deal", "on": ["updated"], "fields": ["amount"]}, happened(), False),
        ({"form": "deal", "on": ["created"], "fields": ["amount"]}, happened("created"), True),
        ({"form": "deal", "on": ["updated"], "change": {"field": "stage"}}, happened(), True),
        ({"form": "deal", "on": ["updated"], "change": {"field": "stage", "to": "won"}}, happened(), True),
        ({"form": "deal", "on": ["updated"], "change": {"field": "stage", "from": "quote"}}, happened(), False),
        (
            {"form": "deal", "on": ["updated"], "change": {"field": "stage", "from": "lead", "to": "x"}},
            happened(),
            False,
        ),
        ({"form": "deal", "on": ["updated"], "change": {"field": "amount", "to": None}}, happened(), False),
    ],
)
def test_an_event_is_held_against_form_act_fields_and_change(config: dict, event: Event, matches: bool) -> None:
    assert trigger.matches(event, config) is matches


def test_no_event_presses_a_button() -> None:
    assert not manual.matches(happened(), {"form": "deal"})
