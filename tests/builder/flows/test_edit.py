"""What an admin does to a flow on the canvas."""

from copy import deepcopy

import pytest

from builder.flows.edit import (
    ApartByLoop,
    NoSuchNode,
    Spot,
    add,
    blank,
    configure,
    connect,
    disconnect,
    drop_lost_edges,
    move,
    place,
    remove,
)  # fmt: skip
from runtime import documents


def lines(flow: dict) -> set[tuple[str, str, str]]:
    return {(edge["source"], edge["port"], edge["target"]) for edge in flow["edges"]}


def chain() -> dict:
    flow, _ = add(
        blank("grade", "客户分级", form="customer"),
        {"type": "condition", "config": {"when": "true"}},
        Spot(after=("start", "out")),
    )
    flow, _ = add(flow, {"type": "notify", "config": {"to": [], "title": "x"}}, Spot(after=("condition1", "true")))
    return flow


def test_a_new_flow_has_a_trigger_and_is_a_sound_document() -> None:
    assert documents.check("flow", blank("grade", "客户分级", form="customer")) == []


def test_a_node_hung_on_a_port_stands_right_of_it_and_is_connected() -> None:
    flow = chain()
    assert lines(flow) == {("start", "out", "condition1"), ("condition1", "true", "notify1")}
    assert flow["layout"]["notify1"][0] > flow["layout"]["condition1"][0]


def test_two_nodes_hung_on_one_node_do_not_cover_each_other() -> None:
    flow, _ = add(chain(), {"type": "wait", "config": {}}, Spot(after=("condition1", "false")))
    assert abs(flow["layout"]["wait1"][1] - flow["layout"]["notify1"][1]) >= 90


def test_the_same_line_drawn_twice_is_one_line() -> None:
    flow = chain()
    assert connect(flow, "condition1", "true", "notify1") == flow


def test_removing_a_node_joins_what_was_around_it() -> None:
    assert lines(remove(chain(), "condition1")) == {("start", "out", "notify1")}


def test_removing_a_line_leaves_the_nodes() -> None:
    flow = disconnect(chain(), "e1")
    assert lines(flow) == {("condition1", "true", "notify1")}
    assert len(flow["nodes"]) == 3


def test_moving_changes_the_layout_only_and_ignores_strangers() -> None:
    flow = chain()
    moved = place(flow, {"start": [10.4, 20.6], "ghost": [0, 0]})
    assert moved["layout"]["start"] == [10, 21]
    assert "ghost" not in moved["layout"]
    assert {name: moved[name] for name in ("nodes", "edges")} == {name: flow[name] for name in ("nodes", "edges")}


def test_a_config_and_a_title_are_replaced() -> None:
    flow = configure(chain(), "notify1", {"to": [{"user": "u"}], "title": "新"}, "告诉经理")
    assert flow["nodes"][2] == {
        "id": "notify1", "type": "notify", "config": {"to": [{"user": "u"}], "title": "新"}, "title": "告诉经理"
    }  # fmt: skip
    assert "title" not in configure(flow, "notify1", {}, "")["nodes"][2]


def test_lines_from_a_port_that_is_gone_are_dropped() -> None:
    flow = drop_lost_edges(chain(), {"start": ["out"], "condition1": ["false"], "notify1": ["out"]})
    assert lines(flow) == {("start", "out", "condition1")}


@pytest.mark.parametrize("act", [lambda flow: remove(flow, "ghost"), lambda flow: connect(flow, "start", "out", "g")])
def test_a_node_that_is_gone_is_said_to_be(act) -> None:
    with pytest.raises(NoSuchNode):
        act(chain())


def test_the_flow_that_was_given_is_left_alone() -> None:
    flow = chain()
    before = deepcopy(flow)
    remove(configure(place(flow, {"start": [1, 1]}), "notify1", {}), "condition1")
    assert flow == before


def test_a_node_put_between_takes_over_the_line() -> None:
    flow, made = add(chain(), {"type": "wait", "config": {}}, Spot(after=("condition1", "true"), between=True))
    assert lines(flow) == {("start", "out", "condition1"), ("condition1", "true", made), (made, "out", "notify1")}


def test_a_moved_node_leaves_its_place_closed_and_stands_in_the_other_line() -> None:
    flow, _ = add(chain(), {"type": "wait", "config": {}}, Spot(after=("notify1", "out")))
    moved = move(flow, "wait1", ("start", "out"))
    assert lines(moved) == {
        ("start", "out", "wait1"),
        ("wait1", "out", "condition1"),
        ("condition1", "true", "notify1"),
    }


def test_several_nodes_are_removed_at_once() -> None:
    assert lines(remove(chain(), "condition1", "notify1")) == set()


def loop() -> dict:
    flow, _ = add(chain(), {"type": "foreach", "config": {}, "nodes": [], "edges": []}, Spot(after=("notify1", "out")))
    flow, _ = add(flow, {"type": "set", "config": {}}, Spot(inside="foreach1", at=[900, 300]))
    return flow


def test_what_stands_in_a_loop_is_added_connected_changed_and_removed_there() -> None:
    flow, made = add(loop(), {"type": "wait", "config": {}}, Spot(after=("set1", "out")))
    inside = flow["nodes"][-1]
    assert lines(inside) == {("set1", "out", made)}
    flow = configure(place(flow, {"set1": [1, 2]}), "set1", {"values": {}}, "变量")
    assert flow["nodes"][-1]["nodes"][0] == {"id": "set1", "type": "set", "config": {"values": {}}, "title": "变量"}
    assert lines(disconnect(flow, inside["edges"][0]["id"])["nodes"][-1]) == set()
    assert [node["id"] for node in remove(flow, "set1")["nodes"][-1]["nodes"]] == ["wait1"]
    assert "set1" not in remove(flow, "foreach1")["layout"]


@pytest.mark.parametrize(
    "act", [lambda flow: connect(flow, "notify1", "out", "set1"), lambda flow: move(flow, "set1", ("start", "out"))]
)
def test_no_line_crosses_the_border_of_a_loop(act) -> None:
    with pytest.raises(ApartByLoop):
        act(loop())
