"""A flow's graph: what keeps it from running, what may be read where, how it is drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

import networkx as nx
import pytest

from runtime.flows.graph import MAX_NODES, Upstream, next_nodes, order, problems, warnings
from runtime.flows.layout import auto_layout

PORTS = {"condition": ("true", "false"), "record.find": ("found", "none")}


def ports_of(node: Mapping[str, Any]) -> Sequence[str]:
    return PORTS.get(node["type"], ("out",))


def flow(nodes: str, edges: str) -> dict[str, Any]:
    """A flow from "t:trigger.manual a:set" and "t.out>a a.out>b"."""
    parts = [part.partition(":") for part in nodes.split()]
    ends = [part.partition(">") for part in edges.split()]
    return {
        "nodes": [{"id": id, "type": type, "config": {}} for id, _, type in parts],
        "edges": [
            {"id": f"e{n}", "source": start.partition(".")[0], "port": start.partition(".")[2], "target": target}
            for n, (start, _, target) in enumerate(ends)
        ],
    }


DIAMOND = flow(
    "t:trigger.record c:condition yes:set no:set end:notify",
    "t.out>c c.true>yes c.false>no yes.out>end no.out>end",
)


def found(nodes: str, edges: str) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.keyword) for problem in problems(flow(nodes, edges), ports_of)]


def test_a_diamond_runs() -> None:
    assert problems(DIAMOND, ports_of) == []
    assert warnings(DIAMOND, ports_of) == []


@pytest.mark.parametrize(
    ("nodes", "edges", "expected"),
    [
        ("a:set", "", ("/nodes", "trigger")),
        ("t:trigger.manual u:trigger.record", "", ("/nodes/1", "trigger")),
        ("t:trigger.manual a:set a:set", "t.out>a", ("/nodes/2/id", "unique")),
        ("t:trigger.manual a:set", "t.out>b", ("/edges/0/target", "node")),
        ("t:trigger.manual a:set", "t.out>a b.out>a", ("/edges/1/source", "node")),
        ("t:trigger.manual a:set", "t.out>a a.out>t", ("/edges/1/target", "trigger")),
        ("t:trigger.manual a:condition b:set", "t.out>a a.maybe>b", ("/edges/1/port", "port")),
        ("t:trigger.manual a:set b:set", "t.out>a", ("/nodes/2", "unreachable")),
        ("t:trigger.manual a:set b:set", "t.out>a a.out>b b.out>a", ("/nodes/1", "cycle")),
        ("t:trigger.manual a:set", "t.out>a a.out>a", ("/nodes/1", "cycle")),
    ],
)
def test_a_flow_that_cannot_run_is_told_why_and_where(nodes: str, edges: str, expected: tuple[str, str]) -> None:
    assert expected in found(nodes, edges)


def test_an_edge_that_is_there_twice_by_id_is_refused() -> None:
    twice = flow("t:trigger.manual a:set b:set", "t.out>a a.out>b")
    twice["edges"][1]["id"] = "e0"
    assert [problem.pointer for problem in problems(twice, ports_of)] == ["/edges/1/id"]


def test_the_way_out_for_errors_is_there_on_every_node_but_the_trigger() -> None:
    assert found("t:trigger.manual a:set b:set", "t.out>a a.error>b") == []
    assert found("t:trigger.manual a:set", "t.error>a") == [("/edges/0/port", "port")]


def test_too_many_nodes_and_too_long_a_way_are_refused() -> None:
    row = " ".join(f"n{n}:set" for n in range(150))
    ways = " ".join(f"n{n}.out>n{n + 1}" for n in range(149))
    assert found(f"t:trigger.manual {row}", f"t.out>n0 {ways}") == [("/nodes/100", "depth")]
    many = " ".join(f"n{n}:set" for n in range(MAX_NODES))
    assert ("/nodes", "maxItems") in found(f"t:trigger.manual {many}", "")


def test_a_node_whose_ways_out_lead_nowhere_is_a_warning() -> None:
    lonely = flow("t:trigger.manual c:condition", "t.out>c")
    assert [(warning.pointer, warning.keyword) for warning in warnings(lonely, ports_of)] == [("/nodes/1", "dangling")]


def test_a_broken_flow_is_answered_not_raised() -> None:
    for broken in ({}, {"nodes": 3}, {"nodes": [3, {"id": []}], "edges": [{"source": 1}, None]}):
        assert [problem.keyword for problem in problems(broken, ports_of)] == ["trigger"]
        assert auto_layout(broken) == {}


def test_a_port_leads_to_its_nodes_in_the_order_of_the_edges() -> None:
    fork = flow("t:trigger.manual a:set b:set", "t.out>b t.out>a")
    assert next_nodes(fork, "t", "out") == ["b", "a"]
    assert next_nodes(fork, "t", "error") == []
    assert next_nodes(fork, "nobody", "out") == []


def test_nodes_come_behind_those_that_lead_to_them() -> None:
    assert order(DIAMOND) == ["t", "c", "yes", "no", "end"]
    with pytest.raises(nx.NetworkXUnfeasible):
        order(flow("t:trigger.manual a:set", "a.out>a"))


def test_a_step_on_one_of_two_ways_may_be_missing_further_on() -> None:
    assert Upstream(DIAMOND).of("end") == ({"t", "c"}, {"yes", "no"})
    assert Upstream(DIAMOND).of("yes") == ({"t", "c"}, frozenset())
    assert Upstream(DIAMOND).of("t") == (frozenset(), frozenset())


def test_a_flow_without_places_is_laid_out_in_columns() -> None:
    places = auto_layout(DIAMOND)
    assert [places[id][0] for id in ("t", "c", "yes", "no", "end")] == [80, 380, 680, 680, 980]
    assert places["yes"][1] != places["no"][1]


def test_a_cycle_is_laid_out_too_so_that_it_can_be_mended() -> None:
    places = auto_layout(flow("t:trigger.manual a:set b:set", "t.out>a a.out>b b.out>a"))
    assert len({tuple(place) for place in places.values()}) == 3
