"""Every widget keeps the contract, and every field finds its own."""

from decimal import Decimal
from typing import Any

import pytest

from widgets.base import FOLDER, Field, Reader, registry, widget_of
from widgets.control import Control

FIELDS: dict[str, Any] = {
    "text": {"type": "string"},
    "number": {"type": "integer"},
    "money": {"type": "number", "x-currency": "CNY", "x-scale": 2},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "yes_no": {"type": "boolean"},
    "choice": {"type": "string", "oneOf": [{"const": "a", "title": "甲"}]},
    "choices": {"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": ["a", "b"]}},
    "person": {"type": "string", "x-ref": {"person": True}},
    "link": {"type": "string", "x-ref": {"form": "customer"}},
    "file": {"type": "array", "x-file": {"accept": "image/*"}, "items": {"type": "object"}},
    "formula": {"type": "number", "x-formula": "record.a * 2"},
}


TYPES = sorted(name for name, widget in registry().items() if not isinstance(widget, Control))
CONTROLS = sorted(set(registry()) - set(TYPES))


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_finds_its_widget_by_its_schema(name: str):
    assert widget_of(FIELDS[name]).name == name


def test_a_text_is_long_only_when_its_ui_says_so():
    assert widget_of({"type": "string"}, {"ui:widget": "textarea"}).name == "long_text"


def test_a_ui_cannot_name_a_widget_that_does_not_fit():
    assert widget_of({"type": "boolean"}, {"ui:widget": "money"}).name == "yes_no"


def test_a_schema_nobody_claims_is_asked_as_text():
    assert widget_of({"type": "object"}).name == "text"


@pytest.mark.parametrize("name", sorted(registry()))
def test_a_widget_has_its_template_beside_it(name: str):
    assert (FOLDER / f"{name}.html").is_file()


@pytest.mark.parametrize("name", TYPES)
def test_a_field_type_has_its_own_test(name: str):
    assert (FOLDER.parent / "tests" / "widgets" / f"test_{name}.py").is_file()


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_of_a_panel_stands_only_where_it_is_named(name: str):
    assert not any(registry()[name].claims(schema, {}) for schema in FIELDS.values())


@pytest.mark.parametrize("name", TYPES)
def test_a_new_field_of_a_widget_is_claimed_by_it(name: str):
    widget = registry()[name]
    ui = {"ui:widget": "textarea"} if name == "long_text" else {}
    assert widget_of(widget.value_schema({}), ui) is widget


@pytest.mark.parametrize("name", sorted(registry()))
def test_nothing_typed_is_nothing_and_shows_as_nothing(name: str):
    field, widget = Field("x", FIELDS.get(name, {"type": "string"})), registry()[name]
    assert widget.parse([], field, Reader()) is None
    assert widget.parse(["", " "], field, Reader()) is None
    assert widget.display(None, field, Reader()) == ""


@pytest.mark.parametrize("name", sorted(registry()))
@pytest.mark.parametrize("value", [None, True, 3, Decimal("1.5"), "<b>", ["a", 3], {"id": 1}, [{"id": "x"}, None]])
def test_a_value_of_any_kind_is_shown_without_breaking_the_page(name: str, value: Any):
    field, widget = Field("x", FIELDS.get(name, {"type": "string"})), registry()[name]
    assert isinstance(widget.display(value, field, Reader()), str)
    assert all(isinstance(text, str) for text in widget.fill(value, field, Reader()).values())
    assert all(len(ref) == 2 for ref in widget.refs(value, field))
