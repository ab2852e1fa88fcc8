"""A link to a record of a form: found by typing, kept by id."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from widgets.base import Field, Json, Reader, Ref, Widget, described, given

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Link(Widget):
    """The id of one record. Text that was typed without picking is kept, and refused by who saves it."""

    name = "link"
    title = "Linked record"
    icon = "link"
    rank = 40
    slot = "ref"
    options: ClassVar[Mapping[str, Any]] = {
        "x-ref": {"type": "object", "properties": {"form": {"type": "string", "title": "Form"}}}
    }

    def target(self, schema: Mapping[str, Any]) -> str:
        """Whom it refers to: a form's key."""
        return str((schema.get("x-ref") or {}).get("form", ""))

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return schema.get("type") == "string" and "form" in (schema.get("x-ref") or {})

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", "x-ref": {"form": ""}, **described(schema, ("x-ref",))}

    def parse(self, raw: Sequence[str], field: Field, reader: Reader) -> Json:
        return given(raw) or None

    def display(self, value: Json, field: Field, reader: Reader) -> str:
        if value is None:
            return ""
        label = reader.labels.get((self.target(field.schema), str(value)))
        if label is None and ID.fullmatch(str(value)):
            return reader.translate("(not visible to you)")
        return label or str(value)

    def fill(self, value: Json, field: Field, reader: Reader) -> Mapping[str, str]:
        return {"value": "" if value is None else str(value), "label": self.display(value, field, reader)}

    def refs(self, value: Json, field: Field) -> Iterable[Ref]:
        return [(self.target(field.schema), value)] if isinstance(value, str) and value else []


widget = Link()
