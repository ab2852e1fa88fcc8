"""Where steps stand that nobody has placed."""

from typing import Any

from runtime.flows.layout import HEIGHT, WIDTH, auto_layout


def flow(ways: str, **loops: dict[str, Any]) -> dict[str, Any]:
    """A flow of "t>a a>b"; a node in `loops` holds that flow."""
    pairs = [way.split(">") for way in ways.split()]
    ids = dict.fromkeys(id for pair in pairs for id in pair)
    nodes = [
        {"id": id, "type": "trigger.manual" if id == "t" else "set", "config": {}, **loops.get(id, {})} for id in ids
    ]
    edges = [
        {"id": f"{a}{b}", "source": a, "port": "out", "target": b} for a, b in (pair for pair in pairs if len(pair) > 1)
    ]
    return {"nodes": nodes, "edges": edges}  # fmt: skip


def touch(one: list[int], other: list[int]) -> bool:
    return abs(one[0] - other[0]) < WIDTH and abs(one[1] - other[1]) < HEIGHT


def test_a_chain_is_a_straight_line() -> None:
    places = auto_layout(flow("t>a a>b b>c"))
    assert len({y for _, y in places.values()}) == 1
    assert [x for x, _ in places.values()] == sorted(x for x, _ in places.values())


def test_no_two_steps_touch_and_a_fork_stands_around_its_middle() -> None:
    places = auto_layout(flow("t>a t>b t>c a>d b>d c>e"))
    ids = list(places)
    assert not [(a, b) for a in ids for b in ids if a < b and touch(places[a], places[b])]
    assert places["a"][1] < places["t"][1] < places["c"][1]


def test_lines_of_a_fork_do_not_cross() -> None:
    places = auto_layout(flow("t>a t>b b>y a>x"))
    assert (places["a"][1] < places["b"][1]) == (places["x"][1] < places["y"][1])


def test_a_loop_stands_around_its_own_steps_and_what_follows_stands_right_of_it() -> None:
    places = auto_layout(flow("t>each each>z", each=flow("a>b")))
    assert places["each"][0] < places["a"][0] < places["b"][0] < places["z"][0]
    assert places["each"][1] < places["a"][1]
    assert places["z"][0] >= places["b"][0] + WIDTH
