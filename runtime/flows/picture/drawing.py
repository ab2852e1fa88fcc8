"""A flow as the canvas draws it: nodes with words, ports and marks, and the lines between them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from runtime.contracts import Problem
from runtime.flows.layout import auto_layout
from runtime.flows.picture.words import Words, summary
from runtime.i18n import Message, message, text_in

WordsAt = Callable[[str], Words]
"""How things are called at a node, by its id: what it may name differs from node to node."""

PORTS: Mapping[str, Message] = {
    "true": message("yes"), "false": message("no"), "error": message("on error"), "else": message("otherwise"),
    "found": message("found"), "none": message("none"),
}  # fmt: skip
UNKNOWN = {"title": "?", "summary": "", "x-texts": {}}


def drawn(
    flow: Mapping[str, Any],
    types: Mapping[str, Any],
    words_at: WordsAt,
    problems: Iterable[Problem] = (),
    warnings: Iterable[Problem] = (),
) -> dict[str, Any]:
    """What the canvas needs, as JSON; positions that the flow lacks are laid out."""
    marks = [*_marks(flow, problems, "error"), *_marks(flow, warnings, "warning")]
    places = auto_layout(flow) | dict(flow.get("layout") or {})
    nodes = [_node(node, types, words_at(node["id"]), places) for node in flow["nodes"]]
    for node in nodes:
        node["marks"] = [mark for mark in marks if mark["node"] == node["id"]]
    return {"nodes": nodes, "edges": [dict(edge) for edge in flow["edges"]], "marks": marks}


def ports_of(node: Mapping[str, Any], types: Mapping[str, Any]) -> Sequence[str]:
    """The names of the ports a node goes on by; a trigger has one."""
    kind = types.get(node["type"])
    if kind is None:
        return ()
    return tuple(kind.ports(node.get("config") or {})) if hasattr(kind, "ports") else ("out",)


def _node(node: Mapping[str, Any], types: Mapping[str, Any], words: Words, places: Mapping[str, Any]) -> dict[str, Any]:
    kind = types.get(node["type"])
    label = getattr(kind, "label", UNKNOWN)
    schema = getattr(kind, "config_schema", {})
    return {
        "id": node["id"],
        "type": node["type"],
        "title": str(node.get("title") or text_in(words.lang, label, "title")),
        "words": summary(label, schema, node.get("config") or {}, words),
        "icon": getattr(kind, "icon", "question-mark"),
        "group": getattr(kind, "group", ""),
        "trigger": node["type"].startswith("trigger."),
        "ports": [{"name": port, "title": _port(port, node, words)} for port in ports_of(node, types)],
        "at": list(places.get(node["id"], [80, 160])),
    }


def _port(port: str, node: Mapping[str, Any], words: Words) -> str:
    if port in PORTS:
        return PORTS[port].translated(words.translate)
    cases = (node.get("config") or {}).get("cases") or ()
    return (
        "" if port == "out" else next((str(one.get("title") or port) for one in cases if one.get("key") == port), port)
    )


def _marks(flow: Mapping[str, Any], problems: Iterable[Problem], severity: str) -> list[dict[str, Any]]:
    return [
        {
            "node": _place(flow, problem.pointer),
            "severity": severity,
            "message": problem.message,
            "pointer": problem.pointer,
        }
        for problem in problems
    ]


def _place(flow: Mapping[str, Any], pointer: str) -> str:
    """The id of the node a JSON Pointer leads into; for a line, of the node it leaves; else ""."""
    parts = pointer.split("/")
    if len(parts) < 3 or parts[1] not in ("nodes", "edges") or not parts[2].isdecimal():
        return ""
    listed = flow.get(parts[1]) or []
    thing = listed[int(parts[2])] if int(parts[2]) < len(listed) else {}
    return str(thing.get("id" if parts[1] == "nodes" else "source") or "")
