"""A flow against its app: every value of every node is checked by what its schema says it is."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime import actions, triggers
from runtime.documents import parse
from runtime.flows.check import check_flow, check_flows, flow_warnings

APP = parse((Path(__file__).parents[2] / "documents" / "app.json").read_bytes())
FORMS = {form["key"]: form for form in APP["forms"]}
REGISTRY = {**actions.registry, **triggers.registry}
Flow = dict[str, Any]


def told(change: Callable[[Flow], object]) -> list[tuple[str, str]]:
    """What is told about the golden flow after a change."""
    flow = copy.deepcopy(APP["flows"][0])
    change(flow)
    return [(problem.pointer, problem.keyword) for problem in check_flow(flow, FORMS, REGISTRY, ["manager"])]


def config(flow: Flow, node: int) -> dict[str, Any]:
    found: dict[str, Any] = flow["nodes"][node]["config"]
    return found


def add(flow: Flow, type: str, **values: Any) -> None:
    """One more node, behind the first condition."""
    flow["nodes"].append({"id": "more", "type": type, "config": values})
    flow["edges"].append({"id": "more", "source": "rich", "port": "true", "target": "more"})


def test_the_golden_flow_runs_without_a_warning() -> None:
    assert check_flows(APP, REGISTRY) == ([], [])


def test_a_missing_value_is_told_once_and_as_that_not_as_a_wrong_type() -> None:
    app = copy.deepcopy(APP)
    add(app["flows"][0], "condition", when='record.annual_purchase > ""')
    problems, warned = check_flows(app, REGISTRY)
    assert [(one.pointer[-12:], one.keyword) for one in problems] == [("/config/when", "unfinished")]
    assert "unfinished" not in [one.keyword for one in warned]
    app["flows"][0]["nodes"][-1]["config"]["when"] = 'record.name == ""'
    problems, warned = check_flows(app, REGISTRY)
    assert (problems, "unfinished" in [one.keyword for one in warned]) == ([], True)


CASES: list[tuple[Callable[[Flow], object], tuple[str, str]]] = [
    (lambda flow: flow["nodes"][1].update(type="dance"), ("/nodes/1/type", "type")),
    (lambda flow: flow["edges"][1].update(port="maybe"), ("/edges/1/port", "port")),
    (lambda flow: config(flow, 0).update(form="client"), ("/nodes/0/config/form", "form")),
    (lambda flow: config(flow, 0).update(fields=["nmae"]), ("/nodes/0/config/fields/0", "field")),
    (lambda flow: config(flow, 0).update(when="record.nmae == 'x'"), ("/nodes/0/config/when", "expression")),
    (lambda flow: config(flow, 1).pop("when"), ("/nodes/1/config/when", "required")),
    (lambda flow: config(flow, 1).update(when="record.name"), ("/nodes/1/config/when", "type")),
    (lambda flow: config(flow, 1).update(when="record.name > 3"), ("/nodes/1/config/when", "expression")),
    (lambda flow: config(flow, 1).update(when="record."), ("/nodes/1/config/when", "expression")),
    (lambda flow: config(flow, 2).update(set={"nmae": "1"}), ("/nodes/2/config/set/nmae", "field")),
    (lambda flow: config(flow, 2).update(set={"owner": "me.id"}), ("/nodes/2/config/set/owner", "field")),
    (lambda flow: config(flow, 2).update(set={"key_account": "1"}), ("/nodes/2/config/set/key_account", "type")),
    (lambda flow: config(flow, 2).update(set={"grade": "'高'"}), ("/nodes/2/config/set/grade", "type")),
    (
        lambda flow: config(flow, 2).update(set={"monthly_purchase": "1"}),
        ("/nodes/2/config/set/monthly_purchase", "readOnly"),
    ),
    (lambda flow: config(flow, 2).update(form="visit"), ("/nodes/2/config/set/grade", "field")),
    (lambda flow: config(flow, 3).update(title="{{ record.nmae }}"), ("/nodes/3/config/title", "expression")),
    (
        lambda flow: config(flow, 3).update({"x-texts": {"en": {"title": "{{ record.nmae }}"}}}),
        ("/nodes/3/config/x-texts/en/title", "expression"),
    ),
    (lambda flow: config(flow, 3).update(to=[{"role": "boss"}]), ("/nodes/3/config/to/0/role", "role")),
    (lambda flow: config(flow, 3).update(to=[]), ("/nodes/3/config/to", "minItems")),
    (lambda flow: config(flow, 3).update(to=[{"field": "name"}]), ("/nodes/3/config/to/0/field", "type")),
    (
        lambda flow: config(flow, 3).update(to=[{"role": "manager", "in": "record.nmae"}]),
        ("/nodes/3/config/to/0/in", "expression"),
    ),
    (
        lambda flow: flow["settings"]["concurrency"].update(key="record.nmae"),
        ("/settings/concurrency/key", "expression"),
    ),
    (lambda flow: add(flow, "set", values={"a": "steps.regular.id"}), ("/nodes/5/config/values/a", "expression")),
    (lambda flow: add(flow, "set", values={"a": "steps.rich."}), ("/nodes/5/config/values/a", "expression")),
    (lambda flow: add(flow, "wait", until="record.name"), ("/nodes/5/config/until", "type")),
    (lambda flow: add(flow, "record.find", form="client"), ("/nodes/5/config/form", "form")),
    (
        lambda flow: add(flow, "record.find", form="visit", where=[{"field": "x", "op": "empty"}]),
        ("/nodes/5/config/where/0/field", "field"),
    ),
    (lambda flow: flow.update(nodes=7), ("/nodes", "type")),
]


@pytest.mark.parametrize(("change", "expected"), CASES, ids=[f"{place} {keyword}" for _, (place, keyword) in CASES])
def test_what_cannot_work_is_told_with_its_place(change: Callable[[Flow], object], expected: tuple[str, str]) -> None:
    assert expected in told(change)


def chained(**values: str) -> Callable[[Flow], None]:
    """The golden flow with a search and, behind it, a node that keeps values."""

    def change(flow: Flow) -> None:
        add(flow, "record.find", form="visit", sort=["-visited_at"], limit=1)
        flow["nodes"].append({"id": "kept", "type": "set", "config": {"values": values}})
        flow["edges"].append({"id": "kept", "source": "more", "port": "out", "target": "kept"})

    return change


def test_what_a_step_before_has_given_can_be_read() -> None:
    assert told(chained(a="steps.more.count + 1", b="steps.more.first.visited_at", c="linked", d="old.grade")) == []
    assert told(chained(a="steps.more.first.nmae")) == [("/nodes/6/config/values/a", "expression")]
    assert told(chained(a="steps.kept.a")) == [("/nodes/6/config/values/a", "expression")]


def test_a_moment_may_be_a_date_and_a_date_may_be_written_as_text() -> None:
    assert told(lambda flow: add(flow, "wait", until="record.since")) == []
    assert told(lambda flow: config(flow, 2).update(set={"since": "'2026-09-01'"})) == []
    assert told(lambda flow: config(flow, 2).update(set={"since": "'soon'"})) == [("/nodes/2/config/set/since", "type")]


def test_a_flow_about_no_record_cannot_read_one() -> None:
    flow = {
        "format": "flow/1",
        "key": "f",
        "title": "F",
        "nodes": [
            {"id": "t", "type": "trigger.manual", "config": {}},
            {"id": "a", "type": "set", "config": {"values": {"x": "record.name", "y": "today"}}},
        ],
        "edges": [{"id": "e", "source": "t", "port": "out", "target": "a"}],
    }
    assert [problem.pointer for problem in check_flow(flow, FORMS, REGISTRY)] == ["/nodes/1/config/values/x"]


def test_t33_a_flow_that_sets_itself_off_and_flows_that_set_each_other_off_are_warned_about() -> None:
    app = copy.deepcopy(APP)
    config(app["flows"][0], 0)["fields"] = ["grade"]
    assert [warning.pointer for warning in flow_warnings(app["flows"][0], REGISTRY)] == ["/nodes/2", "/nodes/4"]
    other = copy.deepcopy(app["flows"][0])
    other["key"] = "other"
    warnings = check_flows({**app, "flows": [*app["flows"], other]}, REGISTRY)[1]
    assert ("/flows/0", "loop") in [(warning.pointer, warning.keyword) for warning in warnings]


def test_a_node_with_a_broken_config_is_told_once() -> None:
    assert told(lambda flow: config(flow, 1).update(when=7)) == [("/nodes/1/config/when", "type")]
    assert told(lambda flow: config(flow, 2).update(form=[])) == [("/nodes/2/config/form", "type")]


def on_the_clock(flow: Flow, **given: Any) -> None:
    flow["nodes"] = [{"id": "t", "type": "trigger.schedule", "config": {"plan": {"cron": "0 9 * * *"}, **given}}]
    flow["edges"] = []


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"plan": {"cron": "* * * * * *"}}, ("/nodes/0/config/plan", "plan")),
        ({"plan": {"every": "PT1S"}}, ("/nodes/0/config/plan", "plan")),
        ({"timezone": "Asia/Nowhere"}, ("/nodes/0/config/timezone", "timezone")),
        ({"form": "customer", "where": [{"field": "name", "op": "eq", "value": "record.name"}]},
         ("/nodes/0/config/where/0/value", "expression")),
    ],
)  # fmt: skip
def test_t33_a_schedule_says_when_within_bounds_and_asks_about_no_record(
    given: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert told(lambda flow: on_the_clock(flow, **given))[0] == problem


def test_a_flow_that_the_clock_starts_acts_as_nobody_who_set_it_off() -> None:
    def change(flow: Flow) -> None:
        on_the_clock(flow)
        flow["settings"] = {"run_as": "actor"}

    assert told(change) == [("/settings/run_as", "run_as")]


def test_a_reminder_needs_a_date() -> None:
    def change(flow: Flow) -> None:
        asked = {"form": "customer", "field": "name", "days": 1, "side": "after", "at": "09:00"}
        flow["nodes"] = [{"id": "t", "type": "trigger.date", "config": asked}]
        flow["edges"] = []

    assert told(change) == [("/nodes/0/config/field", "type")]


LOOP = parse((Path(__file__).parents[2] / "documents" / "flow_foreach.json").read_bytes())


def loop_told(change: Callable[[Flow], object] = lambda flow: None) -> list[tuple[str, str]]:
    """What is told about the golden flow with a loop after a change to the loop."""
    flow = copy.deepcopy(LOOP)
    change(next(node for node in flow["nodes"] if node["id"] == "each"))
    return [(problem.pointer, problem.keyword) for problem in check_flow(flow, FORMS, REGISTRY, ["manager"])]


def test_the_golden_loop_runs_and_what_is_read_behind_it_is_known() -> None:
    assert loop_told() == []
    assert flow_warnings(LOOP, REGISTRY) == []


def nested(loop: Flow, depth: int) -> None:
    for number in range(depth):
        inner = {name: loop.pop(name) for name in ("nodes", "edges")}
        loop |= {"nodes": [{"id": f"d{number}", "type": "foreach", "config": {"list": "[1]"}, **inner}], "edges": []}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda loop: loop["nodes"][0]["config"].update(when="item.nothing == 1"),
         ("/nodes/1/nodes/0/config/when", "expression")),
        (lambda loop: loop["nodes"][1]["config"]["set"].update(nothing="1"),
         ("/nodes/1/nodes/1/config/set/nothing", "field")),
        (lambda loop: loop["edges"][0].update(target="some"), ("/nodes/1/edges/0/target", "node")),
        (lambda loop: loop["edges"].append({"id": "back", "source": "tell", "port": "out", "target": "known"}),
         ("/nodes/1/nodes/0", "cycle")),
        (lambda loop: loop["nodes"][0].update(id="end"), ("/nodes/3/id", "unique")),
        (lambda loop: loop.update(nodes=[], edges=[]), ("/nodes/1", "minItems")),
        (lambda loop: nested(loop, 3), ("/nodes/1/nodes/0/nodes/0/nodes/0", "depth")),
        (lambda loop: loop["nodes"].append({"id": "t2", "type": "trigger.manual", "config": {}}),
         ("/nodes/1/nodes/3", "trigger")),
    ],
)  # fmt: skip
def test_a_loop_is_checked_inside_as_a_flow_is(change: Callable[[Flow], object], problem: tuple[str, str]) -> None:
    assert problem in loop_told(change)


def test_only_what_stands_in_a_loop_knows_its_item() -> None:
    flow = copy.deepcopy(LOOP)
    flow["nodes"][2]["config"]["when"] = "item.name == 'a'"
    assert [problem.pointer for problem in check_flow(flow, FORMS, REGISTRY)] == ["/nodes/2/config/when"]
