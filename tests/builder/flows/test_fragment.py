"""Steps copied from one flow into another."""

from typing import Any

from builder.flows.fragment import paste
from runtime.flows.showing.service import TYPES

SCHEMAS = {name: kind.config_schema for name, kind in TYPES.items()}
WHEN = "steps.find1.count > 0 and record.steps.find1 == 'steps.find1'"
BOSS = {"role": "boss", "in": "steps.find1.first.department", "else": [{"manager_of": "steps['find1'].x"}]}
PART: dict[str, Any] = {
    "nodes": [
        {"id": "t", "type": "trigger.manual", "config": {}},
        {"id": "find1", "type": "record.find", "config": {"form": "task"}, "x-mine": 1},
        {"id": "if1", "type": "condition", "config": {"when": WHEN}},
        {
            "id": "tell",
            "type": "notify",
            "config": {
                "to": [BOSS],
                "title": "steps.find1 {{ steps.find1.count }} 个，{{ 'steps.find1' }}",
                "x-texts": {"en": {"title": "{{ steps.find1.count }} found"}},
            },
        },
    ],
    "edges": [
        {"id": "e1", "source": "t", "port": "out", "target": "find1"},
        {"id": "e2", "source": "find1", "port": "out", "target": "if1"},
    ],
    "layout": {"find1": [100, 100], "if1": [400, 200]},
}  # fmt: skip
FLOW: dict[str, Any] = {
    "nodes": [{"id": "t", "type": "trigger.manual", "config": {}}, {"id": "find1", "type": "set", "config": {}}],
    "edges": [],
    "layout": {"t": [0, 0]},
}


def test_ids_are_made_anew_and_all_that_reads_a_step_follows() -> None:
    flow, made = paste(FLOW, PART, SCHEMAS)
    assert made == ["find2", "if1", "tell"]
    configs = {node["id"]: node["config"] for node in flow["nodes"]}
    assert configs["if1"]["when"] == "steps.find2.count > 0 and record.steps.find1 == 'steps.find1'"
    told = configs["tell"]
    assert told["to"][0] == {
        "role": "boss", "in": "steps.find2.first.department", "else": [{"manager_of": "steps['find2'].x"}]
    }  # fmt: skip
    assert told["title"] == "steps.find1 {{ steps.find2.count }} 个，{{ 'steps.find1' }}"
    assert told["x-texts"] == {"en": {"title": "{{ steps.find2.count }} found"}}
    assert flow["nodes"][2]["x-mine"] == 1


def test_a_second_trigger_is_left_out_with_its_lines() -> None:
    flow, _ = paste(FLOW, PART, SCHEMAS)
    assert [(edge["source"], edge["target"]) for edge in flow["edges"]] == [("find2", "if1")]
    empty, made = paste({"nodes": [], "edges": []}, PART, SCHEMAS)
    assert made[0] == "t"
    assert len(empty["edges"]) == 2


def test_steps_keep_their_places_to_each_other() -> None:
    assert paste(FLOW, PART, SCHEMAS)[0]["layout"] == {"t": [0, 0], "find2": [140, 140], "if1": [440, 240]}
    assert paste(FLOW, PART, SCHEMAS, [0, 500])[0]["layout"]["if1"] == [300, 600]


def test_a_loop_is_copied_with_what_stands_in_it() -> None:
    inner = {"id": "s", "type": "set", "config": {"values": {"a": "steps.s.b"}}}
    part = {"nodes": [{"id": "each", "type": "foreach", "config": {}, "nodes": [inner], "edges": []}], "edges": []}
    flow, _ = paste({"nodes": [{"id": "s", "type": "set", "config": {}}], "edges": []}, part, SCHEMAS)
    assert flow["nodes"][1]["nodes"][0] == {"id": "s1", "type": "set", "config": {"values": {"a": "steps.s1.b"}}}
