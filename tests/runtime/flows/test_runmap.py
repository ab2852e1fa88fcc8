"""A run drawn on its flow."""

from runtime.contracts import Done
from runtime.flows import engine
from runtime.flows.runmap import HEIGHT, MARGIN, WIDTH, draw

from .test_engine import NOW, flow


def test_what_was_taken_is_told_from_what_was_not() -> None:
    choice = flow("t:out>c", "c:true>yes", "c:false>no")
    run = engine.new_run(choice, "t")
    step = engine.next_step(choice, run, NOW)
    assert step is not None
    run = engine.record(choice, run, step, Done(port="true"))
    picture = draw(choice, run, [("c", "done", "true")], "t")
    assert {box.id: box.state for box in picture.boxes} == {"t": "done", "c": "done", "yes": "waiting", "no": ""}
    assert [line.taken for line in picture.lines] == [True, True, False]


def test_nodes_stand_where_they_were_put_moved_to_the_margin() -> None:
    placed = engine.compile_flow(dict(flow("t:out>a").part) | {"layout": {"t": [80, 120], "a": [-200.5, 300]}})
    picture = draw(placed, engine.new_run(placed, "t"), [], "t")
    assert [(box.x, box.y) for box in picture.boxes] == [(280 + MARGIN, MARGIN), (MARGIN, 180 + MARGIN)]
    assert (picture.width, picture.height) == (280 + 2 * MARGIN + WIDTH, 180 + 2 * MARGIN + HEIGHT)
