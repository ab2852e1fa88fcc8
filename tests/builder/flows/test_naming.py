"""Problems of a flow by the names that a panel uses."""

from typing import Any

from builder.flows import naming
from builder.flows.edit import add, blank
from runtime.contracts import Problem
from runtime.flows.showing.service import TYPES
from runtime.i18n import message

FLOW: dict[str, Any] = {
    "nodes": [{"id": "t", "type": "trigger.record", "config": {}}, {"id": "n", "type": "notify", "config": {}}]
}


def test_a_missing_value_is_called_as_its_question() -> None:
    problem = Problem("/nodes/1/config/to", "required", message("“%(name)s” is missing.", name="to"))
    assert str(naming.worded(problem, FLOW, TYPES, "zh-CN").message) == "Fill in “通知谁”."
    assert str(naming.worded(problem, FLOW, TYPES, "en").message) == "Fill in “Whom”."


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
