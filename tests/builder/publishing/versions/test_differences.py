"""What one version of an app changed against another, in words."""

from copy import deepcopy
from typing import Any

import pytest

from builder.publishing.service import TYPES
from builder.publishing.versions.differences import differences
from builder.publishing.versions.wording import Words

WORDS = Words("en", str, TYPES)
OPTIONS = [{"const": "a", "title": "A"}, {"const": "b", "title": "B"}]
TOLD = {"to": [{"field": "owner"}], "title": "Hi"}
DAY = {"type": "string", "format": "date", "title": "Day"}
APP: dict[str, Any] = {
    "format": "app/1",
    "key": "crm",
    "title": "CRM",
    "forms": [
        {
            "format": "form/1",
            "key": "visit",
            "title": "Visits",
            "schema": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "title": "Kind", "oneOf": OPTIONS},
                    "note": {"type": "string", "title": "Note"},
                },
                "required": ["kind"],
                "allOf": [
                    {
                        "if": {"properties": {"kind": {"const": "a"}}, "required": ["kind"]},
                        "then": {"properties": {"age": {"type": "integer", "title": "Age"}}},
                    }
                ],
            },
            "ui": {},
        }
    ],
    "flows": [
        {
            "format": "flow/1",
            "key": "grade",
            "title": "Grade",
            "nodes": [
                {"id": "t", "type": "trigger.record", "config": {"form": "visit", "on": ["created"]}},
                {"id": "tell", "type": "notify", "title": "Tell", "config": TOLD},
            ],
            "edges": [{"id": "e", "source": "t", "port": "out", "target": "tell"}],
        }
    ],
    "roles": [{"key": "rep", "title": "Rep", "policies": [{"form": "visit", "read": ["*"], "acts": ["create"]}]}],
    "views": [{"key": "all", "title": "All", "kind": "table", "form": "visit", "columns": ["kind"]}],
}  # fmt: skip
FORM = "/forms/0/schema"


def changed(at: str, value: Any = None) -> dict[str, Any]:
    """The app with another value at a place; without a value what stood there goes."""
    app = deepcopy(APP)
    *way, last = [int(part) if part.isdecimal() else part for part in at.split("/")[1:]]
    part: Any = app
    for step in way:
        part = part[step]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return app


def said(new: dict[str, Any], old: dict[str, Any] = APP) -> list[str]:
    return [str(line) for one in differences(old, new, WORDS) for line in one.lines]


def test_the_same_app_differs_in_nothing() -> None:
    assert differences(APP, deepcopy(APP), WORDS) == []


def test_parts_that_come_and_go_are_told_by_their_names() -> None:
    found = differences(APP, {**APP, "flows": [], "views": [*APP["views"], {"key": "b", "title": "Board"}]}, WORDS)
    assert [(one.kind, one.title, one.change) for one in found] == [
        ("flows", "Grade", "removed"),
        ("views", "Board", "added"),
    ]


KIND, TELL = f"{FORM}/properties/kind", "/flows/0/nodes/1"


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        (changed("/title", "Sales"), ["It is called “Sales” instead of “CRM”."]),
        (changed("/sample", {"visit": [{}]}), ["The sample records changed."]),
        (changed(f"{FORM}/properties/date", DAY), ["New: “Day” (Date)."]),
        (changed(f"{FORM}/properties/note"), ["Removed: “Note”."]),
        (changed(f"{KIND}/title", "Sort"), ["“Kind” is called “Sort” now.", "New rule: when Sort is A.",
                                            "Rule removed: when Kind is A."]),
        (changed(f"{FORM}/required", ["kind", "note"]), ["“Note” must be answered now."]),
        (changed(f"{FORM}/required", []), ["“Kind” need not be answered any more."]),
        (changed(f"{KIND}/oneOf", [{"const": "a", "title": "A"}, {"const": "c", "title": "C"}]),
         ["“Kind” offers in addition: “C”.", "“Kind” no longer offers: “B”."]),
        (changed(f"{KIND}/oneOf/1/title", "Bee"), ["“Kind” has options with another name: “Bee”."]),
        (changed(f"{KIND}/description", "Choose"), ["“Kind” has another help text."]),
        (changed(f"{FORM}/properties/note/maxLength", 9), ["“Note” has other limits."]),
        (changed(f"{FORM}/properties/note/x-mine", 1), ["“Note” changed in its details."]),
        (changed(f"{FORM}/allOf"), ["Removed: “Age”.", "Rule removed: when Kind is A."]),
        (changed(f"{TELL}/config/title", "Hello"), ["The step “Tell” has another: “Title”."]),
        (changed(f"{TELL}/title", "Say"), ["The step “Tell” is called “Say” now."]),
        (changed("/flows/0/edges", []), ["Steps follow each other otherwise."]),
        (changed("/flows/0/layout", {"t": [1, 2]}), ["Steps were moved on the canvas."]),
        (changed("/roles/0/policies/0/acts", ["update"]), ["“Visits”: may now change records.",
                                                           "“Visits”: may no longer add records."]),
        (changed("/roles/0/policies/0/rows", "record.owner == me.id"), ["“Visits”: it sees other records."]),
        (changed("/roles/0/policies/0/read", ["kind"]), ["“Visits”: it sees other fields."]),
        (changed("/roles/0/policies", []), ["It no longer reaches “Visits”.", "“Visits”: may no longer add records."]),
        (changed("/views/0/columns", []), ["It has another: “columns”."]),
        (changed("/views/0/x-mine", 1), ["It has another: “x-mine”."]),
    ],
)  # fmt: skip
def test_a_change_is_said_in_words(new: dict[str, Any], lines: list[str]) -> None:
    assert said(new) == lines


def test_another_order_of_the_questions_is_a_change() -> None:
    fields = dict(reversed(APP["forms"][0]["schema"]["properties"].items()))
    assert said(changed(f"{FORM}/properties", fields)) == ["The questions come in another order."]


def test_no_change_is_left_unsaid() -> None:
    for one in differences(APP, changed("/forms/0/x-mine", 1), WORDS):
        assert one.lines
