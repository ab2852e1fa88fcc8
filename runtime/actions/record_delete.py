"""Deletes a record."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.actions.record_update import RECORD
from runtime.contracts import Action, BadRequest, Change, Done, World
from runtime.i18n import message


class DeleteRecord:
    """Deletes the run's record, or another one given by form and id."""

    name = "record.delete"
    group = "data"
    icon = "trash"
    effect: Literal["inner", "outer"] = "inner"
    label: Mapping[str, Any] = {
        "title": "删除记录",
        "summary": "删除 {record}",
        "x-texts": {"en": {"title": "Delete a record", "summary": "Delete {record}"}},
    }
    config_schema: Mapping[str, Any] = {
        "type": "object",
        "required": ["record"],
        "properties": RECORD,
    }

    def ports(self, config: Mapping[str, Any]) -> Sequence[str]:
        return ("out", "error")

    def perform(self, config: Mapping[str, Any], world: World) -> Done:
        form, id = config.get("form") or world.form, config["record"]
        if not form or not isinstance(id, str):
            raise BadRequest(message("There is no record to delete."))
        world.change_record(Change(world.app_id, form, "delete", record_id=id))
        return Done({"id": id})


action: Action = DeleteRecord()
