"""The acts of the designer on a flow: each as JSON from the page, answered with the flow after it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.flows import decor, edit, fragment
from builder.flows.desk import Desk, Flow
from runtime import documents
from runtime.contracts import BadRequest, Refused
from runtime.flows.graph import trigger_of
from runtime.flows.layout import auto_layout
from runtime.flows.picture import names
from runtime.flows.picture.drawing import ports_of
from runtime.i18n import message

Act = Mapping[str, Any]


@dataclass(frozen=True)
class Edited:
    """A flow after an act, and the ids of what it made, to be chosen next: `kind` is "node", "group" or "note"."""

    flow: Flow
    made: Sequence[str] = ()
    kind: str = "node"


def edited(desk: Desk, act: Act) -> Edited:
    """The flow after one act of the canvas or the list; raises BadRequest, Refused."""
    try:
        return _ACTS[act["op"]](desk, act)
    except edit.ApartByLoop:
        raise BadRequest(message("A line cannot lead into a loop or out of it.")) from None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, edit.NoSuchNode):
        raise BadRequest(message("This does not fit the flow as it is now. Load the page again.")) from None


def _add(desk: Desk, act: Act) -> Edited:
    """One more step; a trigger takes the place of the one that is there."""
    kind = desk.types[act["type"]]
    config = _first_config(kind, desk)
    if act["type"].startswith("trigger.") and (now := trigger_of(desk.flow)):
        return Edited(edit.retype(desk.flow, now["id"], act["type"], config), [str(now["id"])])
    part = {"type": act["type"], "config": config}
    if getattr(kind, "container", False):
        part |= {"nodes": [], "edges": []}
    flow, made = edit.add(desk.flow, part, _spot(desk, act), _own_port(desk, part))
    return Edited(flow, [made])


def _spot(desk: Desk, act: Act) -> edit.Spot:
    """Where the page wants it: at a place, or behind a step by a port it names, else by its first free one."""
    after, named, at = act.get("after"), act.get("port"), act.get("at")
    port = (named or _free_port(desk, after)) if after else None
    hung = (str(after), str(port)) if port else None
    place = [float(part) for part in at] if at else None
    return edit.Spot(place, hung, str(act.get("inside") or ""), between=bool(named))


def _free_port(desk: Desk, node_id: str) -> str | None:
    """The first port of a node that leads nowhere yet, else its first; None behind a node that ends the run."""
    ports = ports_of(edit.node_of(desk.flow, node_id), desk.types)
    taken = {edge["port"] for edge in edit.body_of(desk.flow, node_id)["edges"] if edge["source"] == node_id}
    return next((port for port in ports if port not in taken), ports[0] if ports else None)


def _own_port(desk: Desk, part: Mapping[str, Any]) -> str:
    return next(iter(ports_of(part, desk.types)), "out")


def _first_config(kind: Any, desk: Desk) -> dict[str, Any]:
    """What a new node starts with: the defaults of its schema, the record at hand or the form where it wants one."""
    properties: Mapping[str, Any] = kind.config_schema.get("properties") or {}
    config = {name: schema["default"] for name, schema in properties.items() if "default" in schema}
    if "record" in properties:
        config["record"] = "record.id"
    needed = kind.config_schema.get("required") or ()
    if kind.group == "trigger" and "form" in needed and (form := names.form_of(desk.flow)):
        config["form"] = form
    return config


def _move(desk: Desk, act: Act) -> Edited:
    node, after = edit.node_of(desk.flow, act["node"]), str(act["after"])
    port = str(act.get("port") or ports_of(edit.node_of(desk.flow, after), desk.types)[0])
    return Edited(edit.move(desk.flow, node["id"], (after, port), _own_port(desk, node)), [node["id"]])


def _paste(desk: Desk, act: Act) -> Edited:
    """Steps from the clipboard; they must be a sound flow/1 but for the trigger. Raises Refused."""
    part = documents.parse(act["document"])
    problems = documents.check("flow", part)
    if problems:
        raise Refused(problems)
    schemas = {name: kind.config_schema for name, kind in desk.types.items()}
    flow, made = fragment.paste(desk.flow, part, schemas, act.get("at"))
    return Edited(flow, made)


def _place(desk: Desk, act: Act) -> Edited:
    return Edited(decor.place_notes(edit.place(desk.flow, dict(act["layout"])), dict(act.get("notes") or {})))


def _remove(desk: Desk, act: Act) -> Edited:
    nodes, lost = list(act.get("nodes") or ()), list(act.get("decor") or ())
    if not nodes + lost:
        raise ValueError
    return Edited(decor.remove(edit.remove(desk.flow, *nodes), lost))


def _group(desk: Desk, act: Act) -> Edited:
    nodes = [edit.node_of(desk.flow, str(id))["id"] for id in act["nodes"]]
    flow, made = decor.group(desk.flow, nodes, str(act.get("title") or ""))
    return Edited(flow, [made], "group")


def _add_note(desk: Desk, act: Act) -> Edited:
    flow, made = decor.add_note(desk.flow, [float(part) for part in act["at"]], str(act.get("text") or ""))
    return Edited(flow, [made], "note")


def _resize(desk: Desk, act: Act) -> Edited:
    size = act.get("size")
    return Edited(decor.resize(desk.flow, act["decor"], None if size is None else [float(part) for part in size]))


_ACTS: Mapping[str, Callable[[Desk, Act], Edited]] = {
    "add": _add,
    "arrange": lambda desk, act: Edited(edit.place(desk.flow, auto_layout(desk.flow))),
    "connect": lambda desk, act: Edited(
        edit.connect(desk.flow, str(act["source"]), str(act["port"]), str(act["target"]))
    ),
    "disconnect": lambda desk, act: Edited(edit.disconnect(desk.flow, act["edge"])),
    "group": _group,
    "move": _move,
    "name_group": lambda desk, act: Edited(decor.name_group(desk.flow, act["group"], str(act["title"]))),
    "note": _add_note,
    "paste": _paste,
    "place": _place,
    "remove": _remove,
    "resize": _resize,
    "restore": lambda desk, act: Edited(documents.parse(act["document"])),
    "write_note": lambda desk, act: Edited(decor.write_note(desk.flow, act["note"], str(act["text"]))),
}
