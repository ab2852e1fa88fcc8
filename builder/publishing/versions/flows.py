"""What changed in a flow, in words: its steps, the lines between them, its settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from builder.publishing.versions.wording import Words
from runtime.i18n import Message, message, text_in

Flow = Mapping[str, Any]
Node = Mapping[str, Any]


def lines(old: Flow, new: Flow, words: Words) -> Iterator[Message]:
    """Every change but that of places on the canvas, steps first."""
    before, after = ({node["id"]: node for node in flow["nodes"]} for flow in (old, new))
    for id, node in after.items():
        if id not in before:
            yield message("New step: “%(step)s”.", step=_called(node, words))
    for id, node in before.items():
        if id not in after:
            yield message("Step removed: “%(step)s”.", step=_called(node, words))
    for id, node in after.items():
        if id in before and before[id] != node:
            yield from _step(before[id], node, words)
    if _lines(old, before.keys() & after.keys()) != _lines(new, before.keys() & after.keys()):
        yield message("Steps follow each other otherwise.")
    if old.get("settings") != new.get("settings"):
        yield message("The settings of the flow changed.")
    if old.get("layout") != new.get("layout"):
        yield message("Steps were moved on the canvas.")


def _step(old: Node, new: Node, words: Words) -> Iterator[Message]:
    called = _called(new, words)
    if _called(old, words) != called:
        yield message("The step “%(old)s” is called “%(step)s” now.", old=_called(old, words), step=called)
    if old["type"] != new["type"]:
        yield message("The step “%(step)s” does something else now.", step=called)
    if changed := _settings(old, new, words):
        yield message("The step “%(step)s” has another: %(settings)s.", step=called, settings=words.listed(changed))


def _settings(old: Node, new: Node, words: Words) -> list[str]:
    """The names of the settings that differ, as the panel calls them."""
    before, after = old.get("config") or {}, new.get("config") or {}
    schema = getattr(words.types.get(new["type"]), "config_schema", {}).get("properties") or {}
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [text_in(words.lang, schema.get(name) or {}, "title") or name for name in names]


def _lines(flow: Flow, steps: Any) -> set[tuple[str, str, str]]:
    """The lines between steps that both versions have."""
    return {(edge["source"], edge["port"], edge["target"]) for edge in flow["edges"]
            if edge["source"] in steps and edge["target"] in steps}  # fmt: skip


def _called(node: Node, words: Words) -> str:
    label = getattr(words.types.get(node["type"]), "label", {})
    return text_in(words.lang, node, "title") or text_in(words.lang, label, "title") or str(node["id"])
