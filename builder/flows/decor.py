"""What an admin draws around the steps: frames with a title, and notes. Neither changes what the flow does."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

Flow = dict[str, Any]

LEAST, MOST = 40, 10_000
"""How small and how large a frame or note may be drawn, in canvas units."""


def group(flow: Flow, nodes: Iterable[str], title: str = "") -> tuple[Flow, str]:
    """A flow with a frame around these steps, and the frame's id; a step stands in one frame at most."""
    wanted = list(dict.fromkeys(nodes))
    flow = deepcopy(flow)
    others = [_without(one, wanted) for one in flow.get("groups") or ()]
    id = _free_id(flow, "g")
    flow["groups"] = [*(one for one in others if one["nodes"]), {"id": id, "title": title, "nodes": wanted}]
    return flow, id


def name_group(flow: Flow, id: str, title: str) -> Flow:
    """A flow with another title on a frame; raises KeyError for one that is not there."""
    return _changed(flow, "groups", id, {"title": title})


def add_note(flow: Flow, at: Sequence[float], text: str = "") -> tuple[Flow, str]:
    """A flow with a note at a place, and the note's id."""
    id = _free_id(flow, "note")
    note = {"id": id, "text": text, "at": [round(at[0]), round(at[1])]}
    return {**deepcopy(flow), "notes": [*(flow.get("notes") or ()), note]}, id


def write_note(flow: Flow, id: str, text: str) -> Flow:
    """A flow with another text on a note; raises KeyError for one that is not there."""
    return _changed(flow, "notes", id, {"text": text})


def place_notes(flow: Flow, places: Mapping[str, Sequence[float]]) -> Flow:
    """A flow with notes moved on the canvas."""
    flow = deepcopy(flow)
    for note in flow.get("notes") or ():
        if note["id"] in places:
            note["at"] = [round(part) for part in places[note["id"]]]
    return flow


def resize(flow: Flow, id: str, size: Sequence[float] | None) -> Flow:
    """A flow with a frame or note drawn that wide and high, None for as large as what is in it.

    Raises KeyError for one that is not there. A frame is never drawn smaller than its steps need.
    """
    kind = "groups" if any(one["id"] == id for one in flow.get("groups") or ()) else "notes"
    flow = _changed(flow, kind, id, {})
    (one,) = (one for one in flow[kind] if one["id"] == id)
    one.pop("size", None)
    if size is not None:
        width, height = size
        one["size"] = [min(max(round(part), LEAST), MOST) for part in (width, height)]
    return flow


def remove(flow: Flow, ids: Collection[str]) -> Flow:
    """A flow without these frames and notes; the steps in a frame stay."""
    kept = deepcopy(flow)
    for kind in ("groups", "notes"):
        if kind in kept:
            kept[kind] = [one for one in kept[kind] if one["id"] not in ids]
    return kept


def without_lost(flow: Flow, nodes: Collection[str]) -> Flow:
    """A flow whose frames hold only steps that are there; an empty frame goes."""
    if not flow.get("groups"):
        return flow
    groups = [{**one, "nodes": [id for id in one["nodes"] if id in nodes]} for one in flow["groups"]]
    return {**flow, "groups": [one for one in groups if one["nodes"]]}


def _without(one: Mapping[str, Any], nodes: Collection[str]) -> dict[str, Any]:
    return {**one, "nodes": [id for id in one["nodes"] if id not in nodes]}


def _changed(flow: Flow, kind: str, id: str, values: Mapping[str, Any]) -> Flow:
    if all(one["id"] != id for one in flow.get(kind) or ()):
        raise KeyError(id)
    return {**deepcopy(flow), kind: [{**one, **values} if one["id"] == id else one for one in flow[kind]]}


def _free_id(flow: Flow, stem: str) -> str:
    taken = {one["id"] for kind in ("groups", "notes") for one in flow.get(kind) or ()}
    return next(id for number in range(1, len(taken) + 2) if (id := f"{stem}{number}") not in taken)
