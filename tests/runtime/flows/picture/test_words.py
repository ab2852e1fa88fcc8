"""What a step does, in words: fields and options by what people call them, in the form that the step is about."""

from typing import Any

from runtime.actions.record_create import action as create
from runtime.actions.record_find import action as find
from runtime.flows.picture.scenery import Scenery
from runtime.flows.picture.words import summary
from runtime.triggers.record import trigger as record

STAGES = [{"const": "offer", "title": "报价"}, {"const": "contract", "title": "合同"}]
DEAL = {
    "key": "deal",
    "title": "商机",
    "schema": {"properties": {"stage": {"type": "string", "title": "阶段", "oneOf": STAGES}}},
}
BILL = {"key": "bill", "title": "应收", "schema": {"properties": {"deal": {"type": "string", "title": "所属商机"}}}}
START = {"id": "start", "type": "trigger.record", "config": {"form": "deal", "on": ["updated"]}}


def said(kind: Any, config: dict[str, Any]) -> str:
    flow = {"key": "f", "title": "f", "nodes": [START, {"id": "x", "type": "x", "config": {}}], "edges": []}
    scenery = Scenery(flow, {"deal": DEAL, "bill": BILL}, [], {}, "zh-CN", str)
    return summary(kind.label, kind.config_schema, config, scenery.words_at("x"))


def test_a_step_names_the_fields_of_the_form_that_it_looks_into() -> None:
    assert (
        said(find, {"form": "bill", "where": [{"field": "deal", "op": "empty"}]}) == "在 应收 中查找 所属商机 is empty"
    )
    assert said(create, {"form": "bill", "values": {"deal": "record.id"}}).startswith("在 应收 中新增")


def test_a_trigger_says_from_what_to_what_its_field_goes() -> None:
    change = {"field": "stage", "from": "offer", "to": "contract"}
    assert said(record, START["config"] | {"change": change}).endswith("阶段 from 报价 to 合同")
    assert said(record, START["config"] | {"change": {"field": "stage"}}).endswith("修改 阶段 from … to")
