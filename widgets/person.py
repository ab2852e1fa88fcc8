"""A person of the tenant: found by typing, kept by member id."""

from collections.abc import Mapping
from typing import Any, ClassVar

from widgets.base import PERSON, described
from widgets.link import Link


class Person(Link):
    """The id of one member."""

    name = "person"
    title = "Person"
    icon = "user"
    options: ClassVar[Mapping[str, Any]] = {}

    def target(self, schema: Mapping[str, Any]) -> str:
        return PERSON

    def claims(self, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> bool:
        return schema.get("type") == "string" and bool((schema.get("x-ref") or {}).get("person"))

    def value_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", **described(schema, ()), "x-ref": {"person": True}}


widget = Person()
