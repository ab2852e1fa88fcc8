"""A flow as the canvas draws it: nodes with words, ports and marks, and the lines between them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from runtime.contracts import Problem
from runtime.flows.layout import auto_layout
from runtime.flows.picture.outline import outline
from runtime.flows.picture.words import Words, summary
from runtime.i18n import Message, message, text_in

WordsAt = Callable[[str], Words]
"""How things are called at a node, by its id: what it may name differs from node to node."""

PORTS: Mapping[str, Message] = {
    "true": message("yes"), "false": message("no"), "error": message("on error"), "else": message("otherwise"),
    "found": message("found"), "none": message("none"),
}  # fmt: skip
STYLES = ("'sha256-gJ1D2aPO2W/RQzYB8532Lu3TzwRamxRlorOk0ZhcH48='",)
"""What the canvas library writes into a page as style blocks, by hash: allowed where a flow is drawn, nowhere else."""

UNKNOWN = {"title": "?", "summary": "", "x-texts": {}}


def drawn(
    flow: Mapping[str, Any],
    types: Mapping[str, Any],
    words_at: WordsAt,
    problems: Iterable[Problem] = (),
    warnings: Iterable[Problem] = (),
) -> dict[str, Any]:
    """What the canvas and the list need, as JSON; positions that the flow lacks are laid out."""
    marks = [*_marks(flow, problems, "error"), *_marks(flow, warnings, "warning")]
    places = auto_layout(flow) | dict(flow.get("layout") or {})
    nodes = [
        _node(node, types, words_at(node["id"]), places) | {"inside": str(body.get("id", ""))}
        for body in bodies(flow)
        for node in body["nodes"]
    ]
    for node in nodes:
        node["marks"] = [mark for mark in marks if mark["node"] == node["id"]]
    return {
        "nodes": nodes,
        "edges": [dict(edge) for body in bodies(flow) for edge in body["edges"]],
        "marks": marks,
        "outline": [asdict(row) for row in outline(flow)],
        "groups": list(flow.get("groups") or ()),
        "notes": list(flow.get("notes") or ()),
    }


def bodies(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Whatever holds nodes and edges: the flow itself, then the loops in it."""
    yield part
    for node in part["nodes"]:
        if isinstance(node.get("nodes"), list):
            yield from bodies(node)


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
        "loop": isinstance(node.get("nodes"), list),
        "ports": [{"name": port, "title": port_title(port, node, words)} for port in ports_of(node, types)],
        "at": list(places.get(node["id"], [80, 160])),
    }


def port_title(port: str, node: Mapping[str, Any], words: Words) -> str:
    """What a way on is called; "" for the only one."""
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
    """The id of the node a JSON Pointer leads into, the innermost; for a line, of the node it leaves; else ""."""
    found, part = "", flow
    steps = pointer.split("/")[1:]
    for kind, number in zip(steps[::2], steps[1::2], strict=False):
        listed = part.get(kind) or []
        if kind not in ("nodes", "edges") or not number.isdecimal() or int(number) >= len(listed):
            break
        part = listed[int(number)]
        found = str(part.get("id" if kind == "nodes" else "source") or "")
    return found
