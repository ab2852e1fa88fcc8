"""One golden flow per control-flow pattern, gone through without a database."""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runtime.contracts import Done, Each, Stop, TooMuch, Wait
from runtime.flows import engine, items
from runtime.flows.compiled import Flow, compile_flow
from runtime.flows.engine import Begun, Failed, Run, new_run, next_step, record, state_of
from runtime.i18n import message

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def flow(*edges: str, **settings: Any) -> Flow:
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


def go(pattern: Flow, run: Run, now: datetime = NOW, **outcomes: Any) -> tuple[list[str], Run]:
    """Take every step there is, each with the outcome given for its node (else done); gives the order and the end."""
    order = []
    while step := next_step(pattern, run, now):
        order.append(step.node.id)
        outcome = outcomes.get(step.node.id, Done())
        outcome = outcome(step) if callable(outcome) else outcome
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


# --- joins -------------------------------------------------------------------------------------


def joined(mode: str, **config: Any) -> Flow:
    """Three branches, of which a and b end at once and c waits, that meet in a join."""
    ways = ("a:out>j", "b:out>j", "c:out>late", "late:out>j", "j:out>end", "j:else>short")
    pattern = flow("t:out>a", "t:out>b", "t:out>c", *ways)
    document = copy.deepcopy(pattern.part)
    node = next(node for node in document["nodes"] if node["id"] == "j")
    node |= {"type": "join", "config": {"mode": mode, **config}}
    return compile_flow(document)


def met(step: engine.Step) -> Done:
    """What the join does."""
    return Done(port="out" if step.given["arrived"] >= step.given["needed"] else "else")


@pytest.mark.parametrize(
    ("config", "at_once", "later"),
    [
        ({"mode": "all"}, ["a", "b", "c"], ["c", "late", "j", "end"]),
        ({"mode": "any"}, ["a", "b", "j", "c", "end"], ["c", "late"]),
        ({"mode": "count", "count": 2}, ["a", "b", "j", "c", "end"], ["c", "late"]),
        ({"mode": "count", "count": 2, "rest": "cancel"}, ["a", "b", "c", "j", "end"], []),
        ({"mode": "count", "count": 9}, ["a", "b", "c"], ["c", "late", "j", "end"]),
    ],
    ids=str,
)
def test_a_join_goes_on_as_soon_as_enough_branches_have_come(
    config: dict[str, Any], at_once: list[str], later: list[str]
) -> None:
    pattern = joined(**config)
    order, run = go(pattern, new_run(pattern, "t"), j=met, c=Wait(LATER))
    assert sorted(order) == sorted(at_once)
    more, run = go(pattern, run, LATER, j=met)
    assert (more, state_of(pattern, run, LATER)) == (later, "done")


def test_a_join_that_can_not_be_reached_often_enough_takes_its_other_way() -> None:
    pattern = joined("all")
    order, run = go(pattern, new_run(pattern, "t"), j=met, c=Done(port="nowhere"))
    assert order == ["a", "b", "c", "j", "short"]
    assert state_of(pattern, run, NOW) == "done"


# --- loops -------------------------------------------------------------------------------------


def looped(*edges: str, inside: tuple[str, ...] = ("x:out>y",), **config: Any) -> Flow:
    """A flow with a loop "each" in it, whose own nodes and edges are `inside`."""
    document = copy.deepcopy(flow(*edges).part)
    inner = copy.deepcopy(flow(*inside).part)
    node = next(node for node in document["nodes"] if node["id"] == "each")
    node |= {"type": "foreach", "config": config, "nodes": inner["nodes"], "edges": inner["edges"]}
    return compile_flow(document)


def test_a_loop_takes_its_steps_for_one_item_after_the_other_then_goes_on() -> None:
    pattern = looped("t:out>each", "each:out>b", collect=True)
    order, run = go(pattern, new_run(pattern, "t"), each=Each(["1", "2"]), y=lambda step: Done({"n": step.node.id}))
    assert order == ["each", "x", "y", "x", "y", "b"]
    assert run.outputs["each"] == {"count": 2, "failed": 0, "errors": [], "items": [{"n": "y"}, {"n": "y"}]}
    assert state_of(pattern, run, NOW) == "done"


def test_a_loop_over_nothing_goes_on_at_once() -> None:
    pattern = looped("t:out>each", "each:out>b")
    assert go(pattern, new_run(pattern, "t"), each=Each([]))[0] == ["each", "b"]


def test_steps_inside_a_loop_begin_anew_with_each_item() -> None:
    pattern = looped("t:out>each", inside=("x:true>y", "x:false>z"))
    ports = iter(["true", "false"])
    seen: list[Any] = []

    def x(step: engine.Step) -> Done:
        return Done(port=next(ports))

    def z(step: engine.Step) -> Done:
        seen.append("z")
        return Done()

    order, run = go(pattern, new_run(pattern, "t"), each=Each([1, 2]), x=x, z=z)
    assert (order, seen) == (["each", "x", "y", "x", "z"], ["z"])
    assert "y" not in run.outputs


def test_a_loop_sleeps_where_a_step_inside_sleeps_and_knows_its_item() -> None:
    pattern = looped("t:out>each", "each:out>b")
    order, run = go(pattern, new_run(pattern, "t"), each=Each(["甲", "乙"]), x=Wait(LATER))
    assert (order, state_of(pattern, run, NOW)) == (["each", "x"], "waiting")
    assert items.at_hand(engine.items_around(pattern, run, "x")["each"]) == "甲"
    assert engine.items_around(pattern, run, "b") == {}


def test_a_failure_inside_a_loop_stands_still_and_a_retry_goes_on_with_that_item() -> None:
    pattern = looped("t:out>each", "each:out>b")
    order, run = go(pattern, new_run(pattern, "t"), each=Each([1, 2]), x=Failed(message("no")))
    assert (order, state_of(pattern, run, NOW)) == (["each", "x"], "failed")
    assert go(pattern, engine.retry(run, "x"))[0] == ["x", "y", "x", "y", "b"]


def test_a_loop_may_note_a_failure_and_go_on_with_the_next_item() -> None:
    pattern = looped("t:out>each", "each:out>b", inside=("x:out>y", "x:out>z"), on_error="next")
    outcomes = iter([Failed(message("no")), Done()])
    order, run = go(pattern, new_run(pattern, "t"), each=Each([1, 2]), y=lambda step: next(outcomes))
    assert order == ["each", "x", "y", "x", "y", "z", "b"]
    assert run.outputs["each"] == {"count": 2, "failed": 1, "errors": [{"index": 0, "error": "no"}], "items": []}
    assert (engine.is_caught(pattern, "y"), engine.is_caught(pattern, "b")) == (True, False)


def test_a_loop_inside_a_loop_goes_through_its_items_for_each_of_the_outer_one() -> None:
    inner = looped("each:out>last").part
    document = copy.deepcopy(flow("t:out>outer").part)
    document["nodes"][1] |= {"type": "foreach", "nodes": inner["nodes"], "edges": inner["edges"]}
    pattern = compile_flow(document)
    places: list[Any] = []

    def y(step: engine.Step) -> Done:
        places.append("y")
        return Done()

    given = {"outer": Each(["a", "b"]), "each": Each([1, 2]), "y": y}
    order, run = go(pattern, new_run(pattern, "t"), **given)
    assert order == ["outer", *(["each", "x", "y", "x", "y", "last"] * 2)]
    assert (run.turns, state_of(pattern, run, NOW), len(places)) == (6, "done", 4)


def test_t33_the_loops_of_a_run_have_no_more_items_than_their_bound() -> None:
    pattern = looped("t:out>each")
    with pytest.raises(TooMuch):
        go(pattern, new_run(pattern, "t"), each=Each(range(engine.MOST_TURNS + 1)))


def test_what_a_loop_collects_is_bounded() -> None:
    state = items.begin([1, 2, 3])
    for gave in ("x" * 60_000, "y" * 60_000, "z"):
        state = items.next_item(state, gave)
    assert [one[0] for one in items.result(state)["items"]] == ["x", "z"]
    assert items.is_over(state)


def test_a_stop_inside_a_loop_ends_the_run_and_skipping_a_failed_one_does_not_raise() -> None:
    pattern = looped("t:out>each", "each:out>b")
    order, run = go(pattern, new_run(pattern, "t"), each=Each([1, 2]), x=Stop("no", failed=True))
    assert (order, state_of(pattern, run, NOW)) == (["each", "x"], "failed")
    assert go(pattern, engine.decide(pattern, run, "x", Done()))[0] == ["y"]


def test_what_was_given_up_with_a_branch_is_known() -> None:
    pattern = joined("any", rest="cancel")
    _, before = go(pattern, new_run(pattern, "t"), j=Wait(None), a=Wait(None), b=Wait(None), c=Wait(LATER))
    after = engine.decide(pattern, before, "a", Done())
    _, after = go(pattern, after, j=met)
    assert sorted(engine.dropped(before, after, "j")) == ["b", "c"]


def test_every_state_is_explained() -> None:
    pattern = flow("t:out>a")
    run = new_run(pattern, "t")
    step = next_step(pattern, run, NOW)
    assert step is not None
    ends = [run, *(record(pattern, run, step, outcome) for outcome in (Done(), Wait(None), Failed(message("x"))))]
    assert {state_of(pattern, end, NOW) for end in ends} | {"cancelled", "queued"} == engine.RUN_STATES.keys()
    rest = {"retrying", "calling", "looping"}
    assert {mark.state for end in ends for mark in end.marks.values()} | rest == engine.MARKS.keys()
