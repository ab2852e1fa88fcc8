"""A flow as a list."""

from itertools import pairwise
from typing import Any

from runtime.flows.picture.outline import outline


def flow(nodes: str, lines: str, **loops: dict[str, Any]) -> dict[str, Any]:
    """A flow of "t a b" and "t.out>a a.true>b"."""
    kinds = {"t": "trigger.manual"}
    parts = [{"id": id, "type": kinds.get(id, "set"), "config": {}, **loops.get(id, {})} for id in nodes.split()]
    edges = [(*way.partition(">")[0].split("."), way.partition(">")[2]) for way in lines.split()]
    return {
        "nodes": parts,
        "edges": [{"id": f"e{at}", "source": a, "port": port, "target": b} for at, (a, port, b) in enumerate(edges)],
    }


def shape(part: dict[str, Any]) -> list[str]:
    return ["  " * row.depth + row.port + ("!" if row.again else ".") + row.node for row in outline(part)]


def test_a_single_way_stays_level_and_a_fork_goes_in() -> None:
    fork = flow("c b t a d", "t.out>a a.true>b a.false>c c.out>d")
    assert shape(fork) == [".t", "out.a", "  true.b", "  false.c", "  out.d"]


def test_what_is_reached_twice_stands_once_and_is_said_again() -> None:
    joined = flow("t a b c", "t.out>a t.out>b a.out>c b.out>c")
    assert shape(joined) == [".t", "  out.a", "  out.c", "  out.b", "  out!c"]


def test_what_no_way_leads_to_comes_last_a_ring_too() -> None:
    assert shape(flow("x t a b", "a.out>b b.out>a")) == [".t", ".x", ".a", "out.b", "out!a"]


def test_a_loop_holds_its_steps_further_in() -> None:
    looped = flow("t each z", "t.out>each each.out>z", each=flow("a b", "a.out>b"))
    assert shape(looped) == [".t", "out.each", "  .a", "  out.b", "out.z"]


def test_a_long_chain_is_no_trouble() -> None:
    ids = ["t", *(f"n{number}" for number in range(2000))]
    ways = " ".join(f"{a}.out>{b}" for a, b in pairwise(ids))
    assert len(outline(flow(" ".join(ids), ways))) == 2001
