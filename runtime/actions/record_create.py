"""Makes a record."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.contracts import Action, Change, Done, World


class CreateRecord:
    """Makes a record as a form would, with the same rules; gives its `id` and values to later steps."""

    name = "record.create"
    group = "data"
    icon = "file-plus"
    effect: Literal["inner", "outer"] = "inner"
    label: Mapping[str, Any] = {
        "title": "新增记录",
        "summary": "在 {form} 中新增",
        "x-texts": {"en": {"title": "Create a record", "summary": "Create in {form}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["form", "set"],
        "properties": {
            "form": {"type": "string", "title": "表单", "x-value": "form", "x-texts": {"en": {"title": "Form"}}},
            "set": {
                "type": "object",
                "title": "字段值",
                "additionalProperties": {"type": "string", "x-value": "expression"},
                "x-keys": "field",
                "x-texts": {"en": {"title": "Values"}},
            },
            "owner": {
                "type": "string",
                "title": "负责人",
                "default": "record.owner",
                "x-value": "expression",
                "x-texts": {"en": {"title": "Owner"}},
            },
        },
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return ("out", "error")

    def perform(self, config: Mapping[str, Any], world: World) -> Done:
        answers = {field: value for field, value in config["set"].items() if value is not None}
        saved = world.change_record(
            Change(world.app_id, config["form"], "create", answers, owner_id=config.get("owner") or None)
        )
        return Done({**saved.data, "id": saved.id})


action: Action = CreateRecord()
