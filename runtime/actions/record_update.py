"""Changes a record."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.contracts import Action, BadRequest, Change, Done, World
from runtime.i18n import message

RECORD: Mapping[str, Any] = {
    "form": {
        "type": "string",
        "title": "表单",
        "description": "不填则为触发流程的表单",
        "x-value": "form",
        "x-texts": {"en": {"title": "Form", "description": "Left empty: the form that started the flow"}},
    },
    "record": {
        "type": "string",
        "title": "记录",
        "default": "record.id",
        "x-value": "expression",
        "x-texts": {"en": {"title": "Record"}},
    },
}
"""Which record a step works on: the run's own, or another by form and id."""


class UpdateRecord:
    """Changes fields of the run's record, or of another one given by form and id; null clears a field."""

    name = "record.update"
    group = "data"
    icon = "edit"
    effect: Literal["inner", "outer"] = "inner"
    label: Mapping[str, Any] = {
        "title": "修改记录",
        "summary": "修改 {set}",
        "x-texts": {"en": {"title": "Change a record", "summary": "Change {set}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["record", "set"],
        "properties": {
            **RECORD,
            "set": {
                "type": "object",
                "title": "字段值",
                "minProperties": 1,
                "additionalProperties": {"type": "string", "x-value": "expression"},
                "x-keys": "field",
                "x-texts": {"en": {"title": "Values"}},
            },
        },
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return ("out", "error")

    def perform(self, config: Mapping[str, Any], world: World) -> Done:
        form, id = config.get("form") or world.form, config["record"]
        if not form or not isinstance(id, str):
            raise BadRequest(message("There is no record to change."))
        saved = world.change_record(Change(world.app_id, form, "update", dict(config["set"]), record_id=id))
        return Done({**saved.data, "id": saved.id})


action: Action = UpdateRecord()
