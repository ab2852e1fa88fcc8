"""Steps taken out of one flow and put into another: new ids, and whatever speaks of the old ones speaks of the new."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from builder.flows.edit import Flow, bodies, free_id, ids_of
from runtime.expressions import rename_steps, rename_steps_in_text
from runtime.flows.graph import is_trigger, trigger_of

NUDGE = 40
"""How far from where they were copied steps are put, in canvas units, where no place is said."""


def paste(
    flow: Flow, fragment: Mapping[str, Any], schemas: Mapping[str, Any], at: Sequence[float] | None = None
) -> tuple[Flow, list[str]]:
    """A flow with the fragment's steps in it, and their new ids. A second trigger is left out.

    `schemas` are the config schemas by node type: they say which values are expressions and texts.
    """
    flow, part = deepcopy(flow), deepcopy(dict(fragment))
    if trigger_of(flow) is not None:
        _drop_triggers(part)
    names = _new_names(flow, part)
    _rename(part, names, schemas)
    flow["nodes"] += part["nodes"]
    flow["edges"] += part["edges"]
    places = _moved(part.get("layout") or {}, at)
    flow["layout"] = {**(flow.get("layout") or {}), **{names[id]: place for id, place in places.items() if id in names}}
    return flow, [node["id"] for node in part["nodes"]]


def _drop_triggers(part: Flow) -> None:
    gone = {node["id"] for node in part["nodes"] if is_trigger(node)}
    part["nodes"] = [node for node in part["nodes"] if node["id"] not in gone]
    part["edges"] = [edge for edge in part["edges"] if not gone & {edge["source"], edge["target"]}]


def _new_names(flow: Flow, part: Flow) -> dict[str, str]:
    """By each id of the fragment an id that is free in the flow: its own where it can be."""
    taken, names = ids_of(flow), dict[str, str]()
    for id in sorted(ids_of(part)):
        names[id] = free_id(taken, id.rstrip("0123456789") or "step") if id in taken else id
        taken.add(names[id])
    return names


def _rename(part: Flow, names: Mapping[str, str], schemas: Mapping[str, Any]) -> None:
    for body in bodies(part):
        for node in body["nodes"]:
            node["config"] = renamed_in(node.get("config") or {}, schemas.get(node["type"]) or {}, names)
        for edge in body["edges"]:
            edge["source"], edge["target"] = names[edge["source"]], names[edge["target"]]
    for body in bodies(part):
        for node in body["nodes"]:
            node["id"] = names[node["id"]]


def renamed_in(value: Any, schema: Mapping[str, Any], names: Mapping[str, str]) -> Any:
    """A config value with the steps called by their new names, wherever its schema says that it is read."""
    kind = schema.get("x-value")
    if isinstance(value, str):
        renames = {"expression": rename_steps, "text": rename_steps_in_text}
        return renames[kind](value, names) if kind in renames else value
    if isinstance(value, Mapping):
        known, other = schema.get("properties") or {}, schema.get("additionalProperties")
        rest = other if isinstance(other, Mapping) else {}
        if "x-texts" in value:
            known = {**known, "x-texts": {"additionalProperties": {"properties": known}}}
        return {key: renamed_in(part, known.get(key, rest), names) for key, part in value.items()}
    if isinstance(value, list):
        inner = _PEOPLE if kind == "people" else schema.get("items") or {}
        return [renamed_in(part, inner, names) for part in value]
    return value


_PEOPLE: dict[str, Any] = {"properties": {name: {"x-value": "expression"} for name in ("in", "manager_of")}}
_PEOPLE["properties"]["else"] = {"items": _PEOPLE}


def _moved(layout: Mapping[str, Sequence[float]], at: Sequence[float] | None) -> dict[str, list[int]]:
    """The places of a layout, its left upper corner at `at`, or all a little further on."""
    if not layout:
        return {}
    left, top = (min(place[axis] for place in layout.values()) for axis in (0, 1))
    x, y = at or (left + NUDGE, top + NUDGE)
    return {id: [round(place[0] - left + x), round(place[1] - top + y)] for id, place in layout.items()}
