"""A flow on the desk: panels there and back, words, drawing, acts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from builder.flows.acts import edited
from builder.flows.desk import Desk
from runtime.contracts import BadRequest
from runtime.flows.showing.service import TYPES

FORM = {
    "format": "form/1",
    "key": "customer",
    "title": "客户",
    "schema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "名称"},
            "industry": {"type": "string", "title": "行业", "oneOf": [{"const": "car", "title": "汽车维修"}]},
            "amount": {"type": "number", "title": "采购额"},
            "grade": {"type": "string", "title": "等级"},
        },
    },
}
FLOW: dict[str, Any] = {
    "format": "flow/1",
    "key": "grade",
    "title": "分级",
    "nodes": [
        {"id": "t", "type": "trigger.record", "config": {"form": "customer", "on": ["created"]}},
        {"id": "c", "type": "condition", "config": {"when": "record.industry == 'car' and record.amount > 500000"}},
        {"id": "u", "type": "record.update", "config": {"record": "record.id", "set": {"grade": "'A'"}}},
        {
            "id": "n",
            "type": "notify",
            "config": {"to": [{"role": "boss"}], "title": "新 {{ record.name }}", "x-mine": 1},
        },
    ],
    "edges": [
        {"id": "e1", "source": "t", "port": "out", "target": "c"},
        {"id": "e2", "source": "c", "port": "true", "target": "u"},
        {"id": "e3", "source": "u", "port": "out", "target": "n"},
    ],
    "layout": {"t": [0, 0], "c": [200, 0], "u": [400, 0], "n": [600, 0]},
}


def desk(flow: dict[str, Any] = FLOW) -> Desk:
    return Desk(flow, {"customer": FORM}, [{"key": "boss", "title": "总监"}], TYPES, "zh-CN", str)


@pytest.mark.parametrize("node", [node["id"] for node in FLOW["nodes"]])
def test_keeping_a_panel_untouched_keeps_the_flow(node: str) -> None:
    document, answers = desk().panel(node)
    assert set(answers) <= set(document["schema"]["properties"])
    assert desk().configured(node, answers, None) == FLOW


def test_a_condition_is_shown_as_chips_over_the_forms_own_fields() -> None:
    document, answers = desk().panel("c")
    assert answers["when"]["tree"] == {
        "all": [
            {"field": ["record", "industry"], "op": "eq", "value": "car"},
            {"field": ["record", "amount"], "op": "gt", "value": 500000},
        ]
    }
    fields = document["ui"]["when"]["ui:options"]["fields"]
    assert fields[1] == {
        "field": ["record", "industry"],
        "source": "record.industry",
        "title": "行业",
        "kind": "choice",
        "choices": [{"value": "car", "title": "汽车维修"}],
    }


def test_a_node_says_in_words_what_it_does() -> None:
    words = {node["id"]: node["words"] for node in desk().checked_drawing()["nodes"]}
    assert words["c"] == "当 行业 is 汽车维修 and 采购额 is more than 500000"
    assert words["u"].endswith("等级 = A")
    assert "总监" in words["n"]
    assert "新 {名称}" in words["n"]


def test_what_is_wrong_is_marked_at_its_node() -> None:
    broken = {**FLOW["nodes"][2], "config": {"record": "record.id", "set": {"nope": "1"}}}
    flow = {**FLOW, "nodes": [*FLOW["nodes"][:2], broken, FLOW["nodes"][3]]}
    marked = [node["id"] for node in desk(flow).checked_drawing()["nodes"] if node["marks"]]
    assert marked == ["u"]


def test_a_step_added_after_another_hangs_on_its_free_port() -> None:
    after = edited(desk(), {"op": "add", "type": "notify", "after": "c"})
    flow, made = after.flow, after.made[0]
    edge = next(edge for edge in flow["edges"] if edge["target"] == made)
    assert (edge["source"], edge["port"]) == ("c", "false")


@pytest.mark.parametrize(
    "act",
    [
        {},
        {"op": "explode"},
        {"op": "add", "type": "shell.run"},
        {"op": "add", "type": "notify", "at": ["x"]},
        {"op": "connect", "source": "t", "port": "out", "target": "ghost"},
        {"op": "place", "layout": {"t": None}},
        {"op": "remove"},
        {"op": "note", "at": [float("inf"), 0]},
        {"op": "group", "nodes": ["ghost"]},
        {"op": "write_note", "note": "ghost", "text": "x"},
        {"op": "paste", "document": 5},
        {"op": "move", "node": "u", "after": "ghost"},
    ],
)
def test_an_act_that_does_not_fit_is_a_bad_request(act: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        edited(desk(), act)


SCHEDULED: dict[str, Any] = {
    **FLOW,
    "nodes": [{"id": "t", "type": "trigger.schedule", "config": {"plan": {"cron": "0 9 * * 1"}}}, *FLOW["nodes"][1:]],
}


def test_a_plan_is_asked_as_people_say_it_and_shows_when_it_is_due_next() -> None:
    given = Desk(SCHEDULED, {}, [], TYPES, "en", str, now=datetime(2026, 9, 1, tzinfo=UTC))
    document, answers = given.panel("t")
    assert answers == {"plan": {"kind": "week", "days": [1], "at": "09:00"}}
    assert document["ui"]["plan"]["ui:options"]["next"] == [
        *("2026-09-07 Monday 09:00", "2026-09-14 Monday 09:00", "2026-09-21 Monday 09:00")
    ]
    assert given.drawing()["nodes"][0]["words"] == "every Monday at 09:00"
    changed = given.configured("t", {"plan": {"kind": "month", "day": "L", "at": "18:00"}}, None)
    assert changed["nodes"][0]["config"] == {"plan": {"cron": "0 18 L * *"}}


def test_another_trigger_takes_the_place_of_the_one_there_is() -> None:
    after = edited(desk(), {"op": "add", "type": "trigger.date"})
    flow = after.flow
    assert list(after.made) == ["t"]
    given = {"form": "customer", "days": 1, "side": "after", "at": "09:00"}
    assert (flow["nodes"][0], flow["edges"]) == ({"id": "t", "type": "trigger.date", "config": given}, FLOW["edges"])


def test_a_step_inside_a_loop_reads_its_item_by_the_titles_of_the_form() -> None:
    loop = {
        "id": "each",
        "type": "foreach",
        "config": {"form": "customer"},
        "nodes": [{"id": "in", "type": "condition", "config": {"when": "item.amount > 5"}}],
        "edges": [],
    }
    given = desk({**FLOW, "nodes": [*FLOW["nodes"], loop]})
    named = {name["source"]: name["title"] for name in given.names_at("in")}
    assert named["item.amount"] == "客户 › 采购额"
    assert "item.amount" not in {name["source"] for name in given.names_at("n")}
    assert "steps.each.index" in named


def test_a_loop_is_added_with_room_for_its_own_steps_and_they_are_drawn_inside() -> None:
    loop = edited(desk(), {"op": "add", "type": "foreach", "at": [700, 100]})
    after = edited(desk(dict(loop.flow)), {"op": "add", "type": "set", "inside": loop.made[0], "at": [740, 180]})
    drawn = {node["id"]: node for node in desk(after.flow).drawing()["nodes"]}
    assert (drawn[loop.made[0]]["loop"], drawn[after.made[0]]["inside"]) == (True, loop.made[0])
    rows = desk(after.flow).drawing()["outline"]
    assert [row["depth"] for row in rows if row["node"] in (loop.made[0], after.made[0])] == [0, 1]


def test_a_flow_of_two_hundred_steps_is_drawn_without_asking_a_form_again_for_each() -> None:
    asked = []

    class Counted(dict):  # type: ignore[type-arg]
        def get(self, key: str, *other: Any) -> Any:
            asked.append(key)
            return super().get(key, *other)

    finds = [{"id": f"f{at}", "type": "record.find", "config": {"form": "customer"}} for at in range(198)]
    lines = [{"id": f"e{at}", "source": f"f{at}", "port": "out", "target": f"f{at + 1}"} for at in range(197)]
    flow = {**FLOW, "nodes": [FLOW["nodes"][0], *finds], "edges": lines}
    Desk(flow, Counted(customer=FORM), [], TYPES, "zh-CN", str).drawing()
    assert len(asked) <= 2
