"""One golden flow per control-flow pattern, gone through without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runtime.contracts import Done, Stop, Wait
from runtime.flows import engine
from runtime.flows.engine import Begun, Failed, Run, compile_flow, new_run, next_step, record, state_of
from runtime.i18n import message

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def flow(*edges: str, **settings: Any) -> engine.Flow:
    """A flow of edges written "source:port>target"; its nodes are what they name, in that order."""
    parts = [edge.replace(">", ":").split(":") for edge in edges]
    ids = dict.fromkeys(id for source, _, target in parts for id in (source, target))
    return compile_flow(
        {
            "format": "flow/1",
            "key": "pattern",
            "settings": settings,
            "nodes": [{"id": id, "type": "trigger.manual" if id == "t" else "set", "config": {}} for id in ids],
            "edges": [
                {"id": f"e{number}", "source": source, "port": port, "target": target}
                for number, (source, port, target) in enumerate(parts)
            ],
        }
    )


def go(pattern: engine.Flow, run: Run, now: datetime = NOW, **outcomes: Any) -> tuple[list[str], Run]:
    """Take every step there is, each with the outcome given for its node (else done); gives the order and the end."""
    order = []
    while step := next_step(pattern, run, now):
        order.append(step.node.id)
        outcome = outcomes.get(step.node.id, Done())
        run = record(pattern, run, step, Done(step.output) if step.resumed else outcome)
        run = engine.from_json(engine.to_json(run))
        assert len(order) < 50
    return order, run


def test_a_sequence_is_taken_step_by_step() -> None:
    pattern = flow("t:out>a", "a:out>b")
    order, run = go(pattern, new_run(pattern, "t"), a=Done({"n": 1}))
    assert order == ["a", "b"]
    assert run.outputs == {"t": None, "a": {"n": 1}, "b": None}
    assert state_of(pattern, run, NOW) == "done"


def test_a_condition_takes_one_port_only() -> None:
    pattern = flow("t:out>c", "c:true>yes", "c:false>no")
    assert go(pattern, new_run(pattern, "t"), c=Done(port="false"))[0] == ["c", "no"]


def test_a_port_without_an_edge_ends_its_branch() -> None:
    pattern = flow("t:out>c", "c:true>yes")
    order, run = go(pattern, new_run(pattern, "t"), c=Done(port="false"))
    assert (order, state_of(pattern, run, NOW)) == (["c"], "done")


def test_branches_that_meet_again_run_what_follows_once() -> None:
    pattern = flow("t:out>a", "t:out>b", "a:out>join", "b:out>more", "more:out>join")
    assert go(pattern, new_run(pattern, "t"))[0] == ["a", "b", "more", "join"]


def test_where_a_choice_meets_again_nobody_waits_for_the_branch_not_taken() -> None:
    pattern = flow("t:out>c", "c:true>yes", "c:false>no", "yes:out>join", "no:out>join")
    assert go(pattern, new_run(pattern, "t"), c=Done(port="true"))[0] == ["c", "yes", "join"]


def test_a_join_waits_for_a_branch_that_sleeps_and_others_go_on() -> None:
    pattern = flow("t:out>a", "t:out>sleep", "a:out>join", "sleep:out>join", "a:out>side")
    order, run = go(pattern, new_run(pattern, "t"), sleep=Wait(LATER, {"since": "eight"}))
    assert order == ["a", "sleep", "side"]
    assert state_of(pattern, run, NOW) == "waiting"
    assert engine.next_due(run) == LATER
    order, run = go(pattern, run, LATER)
    assert order == ["sleep", "join"]
    assert run.outputs["sleep"] == {"since": "eight"}
    assert state_of(pattern, run, LATER) == "done"


def test_a_wait_for_a_decision_has_no_due_moment_and_goes_on_when_decided() -> None:
    pattern = flow("t:out>ask", "ask:approved>a", "ask:refused>b")
    _, run = go(pattern, new_run(pattern, "t"), ask=Wait(None))
    assert (state_of(pattern, run, LATER), engine.next_due(run)) == ("waiting", None)
    run = engine.decide(pattern, run, "ask", Done({"by": "li"}, "refused"))
    assert go(pattern, run)[0] == ["b"]


def test_a_failed_step_stops_its_branch_and_no_other() -> None:
    pattern = flow("t:out>a", "t:out>b", "a:out>x", "b:out>y", "x:out>join", "y:out>join")
    order, run = go(pattern, new_run(pattern, "t"), a=Failed(message("no")))
    assert order == ["a", "b", "y"]
    assert state_of(pattern, run, NOW) == "failed"


def test_a_retry_takes_up_the_failed_step_and_what_has_waited_for_it() -> None:
    pattern = flow("t:out>a", "t:out>b", "a:out>join", "b:out>join")
    _, run = go(pattern, new_run(pattern, "t"), a=Failed(message("no")))
    order, run = go(pattern, engine.retry(run, "a"))
    assert (order, state_of(pattern, run, NOW)) == (["a", "join"], "done")


def test_a_skipped_step_counts_as_gone_through() -> None:
    pattern = flow("t:out>a", "a:out>b")
    _, run = go(pattern, new_run(pattern, "t"), a=Failed(message("no")))
    assert go(pattern, engine.decide(pattern, run, "a", Done()))[0] == ["b"]


def test_a_passing_failure_is_tried_again_at_its_moment() -> None:
    pattern = flow("t:out>a", "a:out>b")
    order, run = go(pattern, new_run(pattern, "t"), a=Failed(message("busy"), LATER))
    assert (order, state_of(pattern, run, NOW)) == (["a"], "waiting")
    step = next_step(pattern, run, LATER)
    assert step is not None
    assert (step.tries, step.resumed) == (1, False)
    assert go(pattern, run, LATER)[0] == ["a", "b"]


def test_a_call_that_was_begun_is_known_as_such_by_whoever_comes_next() -> None:
    pattern = flow("t:out>a", "a:out>b")
    run = new_run(pattern, "t")
    step = next_step(pattern, run, NOW)
    assert step is not None
    run = record(pattern, run, step, Begun())
    again = next_step(pattern, run, NOW)
    assert again is not None
    assert again.calling
    assert next_step(pattern, record(pattern, run, again, Done()), NOW).node.id == "b"


def test_an_edge_from_the_error_port_catches_a_failure() -> None:
    pattern = flow("t:out>a", "a:out>b", "a:error>mend")
    order, run = go(pattern, new_run(pattern, "t"), a=Failed(message("no")))
    assert order == ["a", "mend"]
    assert run.outputs["a"] == {"error": "no"}


@pytest.mark.parametrize(
    ("on_error", "order", "state"),
    [("incident", ["a", "b"], "failed"), ("continue", ["a", "x", "b"], "done"), ("stop", ["a"], "failed")],
)
def test_a_flow_says_what_a_failure_does(on_error: str, order: list[str], state: str) -> None:
    pattern = flow("t:out>a", "a:out>x", "t:out>b", on_error=on_error)
    taken, run = go(pattern, new_run(pattern, "t"), a=Failed(message("no")))
    assert (taken, state_of(pattern, run, NOW)) == (order, state)


def test_a_cancelled_run_takes_no_further_step() -> None:
    pattern = flow("t:out>a", "a:out>b")
    run = engine.cancel(new_run(pattern, "t"))
    assert (go(pattern, run)[0], state_of(pattern, run, NOW)) == ([], "cancelled")


def test_a_run_says_where_it_stands_but_a_newer_version_has_nothing() -> None:
    _, run = go(flow("t:out>a"), new_run(flow("t:out>a"), "t"), a=Failed(message("no")))
    assert engine.missing_nodes(flow("t:out>b"), run) == {"a"}


def test_a_stop_drops_what_other_branches_wait_for() -> None:
    pattern = flow("t:out>wait", "wait:out>late", "t:out>end")
    order, run = go(pattern, new_run(pattern, "t"), wait=Wait(LATER), end=Stop("enough"))
    assert (order, state_of(pattern, run, NOW)) == (["wait", "end"], "done")
    assert run.outputs["end"] == {"text": "enough"}


@pytest.mark.parametrize("on_error", ["incident", "continue", "stop"])
def test_a_stop_that_fails_is_not_caught_and_can_be_skipped(on_error: str) -> None:
    pattern = flow("t:out>wait", "t:out>end", "end:error>mend", on_error=on_error)
    order, run = go(pattern, new_run(pattern, "t"), wait=Wait(LATER), end=Stop("no stock", failed=True))
    assert (order, state_of(pattern, run, NOW)) == (["wait", "end"], "failed")
    assert state_of(pattern, engine.decide(pattern, run, "end", Done()), NOW) == "done"


def test_every_state_is_explained() -> None:
    pattern = flow("t:out>a")
    run = new_run(pattern, "t")
    step = next_step(pattern, run, NOW)
    assert step is not None
    ends = [run, *(record(pattern, run, step, outcome) for outcome in (Done(), Wait(None), Failed(message("x"))))]
    assert {state_of(pattern, end, NOW) for end in ends} | {"cancelled", "queued"} == engine.RUN_STATES.keys()
    assert {mark.state for end in ends for mark in end.marks.values()} | {"retrying", "calling"} == engine.MARKS.keys()
