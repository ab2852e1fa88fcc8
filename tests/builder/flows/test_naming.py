"""Problems of a flow by the names that a panel uses."""

from typing import Any

import pytest

from builder.flows import naming
from builder.flows.edit import add, blank
from runtime.contracts import Problem
from runtime.documents.kinds import value_problems
from runtime.flows.showing.service import TYPES
from runtime.i18n import message

FLOW: dict[str, Any] = {
    "nodes": [{"id": "t", "type": "trigger.record", "config": {}}, {"id": "n", "type": "notify", "config": {}}]
}


def test_a_missing_value_is_called_as_its_question() -> None:
    problem = Problem("/nodes/1/config/to", "required", message("“%(name)s” is missing.", name="to"))
    assert str(naming.worded(problem, FLOW, TYPES, "zh-CN").message) == "Fill in “通知谁”."
    assert str(naming.worded(problem, FLOW, TYPES, "en").message) == "Fill in “Whom”."


@pytest.mark.parametrize(
    ("type", "config", "at", "said"),
    [
        ("wait", {}, "duration", "Fill in one of these: 时长 / 直到."),
        ("wait", {"duration": "P1D", "until": "today"}, "until", "Fill in only one of these: 时长 / 直到."),
        ("foreach", {}, "form", "Fill in one of these: 哪个表单的记录 / 或者一个列表."),
    ],
)
def test_a_choice_that_was_not_made_is_told_at_its_question(
    type: str, config: dict[str, Any], at: str, said: str
) -> None:
    flow = {"nodes": [{"id": "n", "type": type, "config": config}]}
    (problem,) = value_problems(TYPES[type].config_schema, config, "/nodes/0/config")
    assert problem.pointer == f"/nodes/0/config/{at}"
    assert str(naming.worded(problem, flow, TYPES, "zh-CN").message) == said


def test_a_choice_of_values_names_them() -> None:
    schema = {"oneOf": [{"const": "stop", "title": "停下"}, {"const": "next", "title": "继续"}]}
    (problem,) = value_problems(schema, "go")
    assert str(problem.message) == "This must be one of: stop, next."


def test_what_is_not_in_a_config_stays_as_it_is() -> None:
    for pointer in ("", "/nodes/9/config/to", "/nodes/1", "/edges/0"):
        problem = Problem(pointer, "required", message("x"))
        assert naming.worded(problem, FLOW, TYPES, "en") == problem


def test_a_step_without_a_title_is_called_by_its_kind() -> None:
    assert naming.title_of(FLOW["nodes"][1], TYPES, "en") == "Notify"
    assert naming.title_of({**FLOW["nodes"][1], "title": "告诉经理"}, TYPES, "en") == "告诉经理"


def test_a_step_that_hangs_on_nothing_hides_nothing() -> None:
    flow, made = add(blank("f", "F"), {"type": "notify", "config": {}})
    flow, again = add(flow, {"type": "notify", "config": {}})
    assert [flow["layout"][id] for id in ("start", made, again)] == [[80, 160], [80, 290], [80, 420]]
