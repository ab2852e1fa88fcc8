"""What every node type promises."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runtime.actions import registry as actions
from runtime.http import assets
from runtime.triggers import registry as triggers

ICONS = (Path(__file__).parents[3] / "static" / assets.ICONS).read_text()
KINDS = [*triggers.values(), *actions.values()]


def parts(schema: Any) -> Any:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_node_type_is_named_placed_and_described(kind) -> None:
    Draft202012Validator.check_schema(kind.config_schema)
    assert kind.group in {"trigger", "decide", "data", "people", "outside", "time"}
    assert f'id="{kind.icon}"' in ICONS
    assert kind.label["title"]
    assert kind.label["x-texts"]["en"].keys() == {"title", "summary"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_title_has_its_english(kind) -> None:
    properties = [
        value for part in parts(kind.config_schema) if "properties" in part for value in part["properties"].values()
    ]
    assert all(value["x-texts"]["en"]["title"] for value in properties)


def test_all_of_them_are_found() -> None:
    assert set(triggers) == {"trigger.record", "trigger.manual", "trigger.schedule", "trigger.date", "trigger.webhook"}
    assert set(actions) == {
        *("condition", "switch", "set", "notify", "wait", "stop", "call", "join", "foreach"),
        *("record.find", "record.create", "record.update", "record.delete"),
    }
