from typing import Any

import pytest

from runtime.expressions import COMMON_NAMES, Type, compile_expression, record_scope

FIELDS: dict[str, Any] = {
    "name": {"type": "string"}, "amount": {"type": "number"}, "vip": {"type": "boolean"},
    "stage": {"type": "string", "oneOf": [{"const": "won"}, {"const": "lost"}]},
    "due": {"type": "string", "format": "date"}, "seen": {"type": "string", "format": "date-time"},
    "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
    "lines": {"type": "array", "items": {"type": "object", "properties": {"amount": {"type": "number"}}}},
    "manager": {"type": "string", "x-ref": {"person": True}},
    "customer": {"type": "string", "x-ref": {"form": "customer"}},
}  # fmt: skip
SCOPE = {
    **COMMON_NAMES,
    "record": record_scope(FIELDS),
    "linked": Type("object", fields={"customer": record_scope({"grade": {"type": "string"}})}),
    "steps": Type("object", fields={"find": Type("any")}),
}


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("record.amount * 2", "number"), ("record.name + 'x'", "text"), ("record.due - today", "duration"),
        ("record.seen + HOURS_OF(1)", "datetime"), ("record.amount > 1 and record.vip", "boolean"), ("null", "null"),
        ("record.manager.department", "text"), ("linked.customer.grade", "text"), ("steps.find.items", "any"),
        ("record.owner.name", "text"), ("sum(x.amount for x in record.lines)", "number"), ("record.tags", "list"),
        ("IF(record.vip, 1, 2)", "number"), ("IF(record.vip, 1, 'a')", "any"), ("COALESCE(record.due, today)", "date"),
        ("record.stage in ['won', 'lost']", "boolean"), ("'a' in record.tags", "boolean"),
        ("MAX(record.due, null)", "date"),
        ("record.seen >= today", "boolean"), ("[x.amount for x in record.lines]", "list"),
        ("-record.amount", "number"),
        ("record.lines[0].amount", "number"), ("record.amount + null", "null"), ("me.name == record.name", "boolean"),
        ("ADD_DAYS(today, 1)", "date"), ("ADD_DAYS(now, 1)", "datetime"), ("SUM([])", "number"),
        ("1 if null else 2", "number"),
    ],
)  # fmt: skip
def test_what_goes_together_has_a_type(source: str, kind: str) -> None:
    found, problems = compile_expression(source).check(SCOPE)
    assert (found.kind, problems) == (kind, [])


@pytest.mark.parametrize(
    ("source", "position", "says"),
    [
        ("record.nowhere == 1", 0, "nowhere"), ("1 + nowhere", 4, "nowhere"),
        ("record.name + 1", 0, "a text and a number"),
        ("record.amount > 'x'", 0, "a number and a text"), ("record.stage == 'wno'", 16, "wno"),
        ("record.stage in ['won', 'lots']", 24, "lots"), ("'lots' != record.stage", 0, "lots"),
        ("record.amount in ['a']", 0, "a number and a text"),
        ("not record.name", 4, "a condition"), ("record.name and record.vip", 0, "a condition"),
        ("1 if record.amount else 2", 5, "a condition"), ("ROUND(record.name)", 6, "ROUND"),
        ("ROUND(1, record.due)", 9, "value 2"),
        ("[x for x in record.name]", 12, "a list"),
        ("[x.nowhere for x in record.lines]", 1, "nowhere"), ("-record.name", 0, "a number"),
        ("[x for x in record.lines if x.amount]", 28, "a condition"), ("record.name.x", 0, "x"),
        ("record.name[0]", 0, "0"),
        ("record.customer.name", 0, "name"), ("IF(record.name, 1, 2)", 3, "IF"), ("record.vip < true", 0, "yes or no"),
        ("today + 1", 0, "a date and a number"),
    ],
)  # fmt: skip
def test_what_would_go_wrong_is_told_at_its_place(source: str, position: int, says: str) -> None:
    _, problems = compile_expression(source).check(SCOPE)
    assert [problem.position for problem in problems] == [position]
    assert says in str(problems[0].message)


def test_all_problems_are_told_at_once_in_order() -> None:
    _, problems = compile_expression("record.a + record.b > record.name and record.c").check(SCOPE)
    assert [problem.position for problem in problems] == [0, 11, 38]
