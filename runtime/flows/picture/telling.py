"""The way of a run or a trial over its flow: what the canvas colours, and each step with its values to read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

from runtime.documents import fields_of
from runtime.flows.picture.drawing import bodies, port_title
from runtime.flows.picture.scenery import Scenery
from runtime.flows.picture.values import Speech
from runtime.flows.scope import form_at, own_form
from runtime.flows.shown import STEP_WORDS
from runtime.i18n import Message, message, text_in
from widgets.base import Field, Reader, Ref, widget_of


@dataclass(frozen=True)
class Told:
    """One step of a run or a trial. `state` is one of `shown.STEP_WORDS`; `would` is what it would have done."""

    node: str
    state: str
    port: str | None = None
    input: Any = None
    output: Any = None
    error: Message | None = None
    would: tuple[Message, ...] = ()
    milliseconds: int | None = None
    at: datetime | None = None
    item: str | None = None
    """For which item of the loops around it: "3", or "3.12"."""


@dataclass(frozen=True)
class Telling:
    """A flow's scenery, and for whom values are shown; `labels` are what records and people are called."""

    scenery: Scenery
    timezone: str
    labels: Mapping[Ref, str] = field(default_factory=dict)

    def told(self, trigger: str, steps: Sequence[Told], standing: Iterable[str] = ()) -> dict[str, Any]:
        """`{"trigger", "steps": […], "states": {node: state}, "words": {node: text}, "taken": [edge id]}`.

        `standing` are the nodes at which a run waits; `trigger` is "" where nothing began. Texts are for the reader.
        """
        went = [*([Told(trigger, "done", "out")] if trigger else []), *steps]
        bars = _bars(steps)
        said = [self._step(step) | {"at": step.at, "bar": bar} for step, bar in zip(steps, bars, strict=True)]
        return {
            "trigger": trigger,
            "steps": said,
            "words": {one["node"]: self._brief(one) for one in said},
            "states": dict.fromkeys(standing, "waiting") | {step.node: step.state for step in went},
            "taken": taken(self.scenery.flow, went),
        }

    def _brief(self, step: Mapping[str, Any]) -> str:
        """What stands at the step on the canvas: how it went on or what became of it, and how long it took."""
        took = (
            ""
            if step["milliseconds"] is None
            else self.scenery.said(message("%(count)s ms", count=step["milliseconds"]))
        )
        result = step["way"] if step["state"] == "done" and step["way"] else step["said"]
        return " · ".join(part for part in (result, took) if part)

    def refs(self, steps: Iterable[Told]) -> dict[str, set[str]]:
        """The records and people that the steps' values refer to, ids by target."""
        found: dict[str, set[str]] = {}
        for step in steps:
            fields = self._fields(step.node)
            for name, value in (*_pairs(step.input), *_pairs(step.output)):
                if name in fields:
                    for target, id in widget_of(fields[name]).refs(value, Field(name, fields[name])):
                        found.setdefault(target, set()).add(id)
        return found

    @cached_property
    def _nodes(self) -> Mapping[str, Mapping[str, Any]]:
        return {node["id"]: node for body in bodies(self.scenery.flow) for node in body["nodes"]}

    def _fields(self, node: str) -> Mapping[str, Mapping[str, Any]]:
        form = form_at(self._nodes.get(node) or {}, own_form(self.scenery.flow))
        return fields_of(self.scenery.forms.get(form or "") or {})

    def _step(self, step: Told) -> dict[str, Any]:
        scenery, node = self.scenery, self._nodes.get(step.node) or {}
        kind = scenery.types.get(node.get("type", ""))
        label, schema = getattr(kind, "label", {}), getattr(kind, "config_schema", {})
        words = scenery.words_at(step.node)
        reader = Reader(scenery.lang, self.timezone, self.labels, "", partial(text_in, scenery.lang), scenery.translate)
        speech = Speech(words, reader, self._fields(step.node))
        return {
            "node": step.node,
            "title": str(node.get("title") or text_in(scenery.lang, label, "title") or step.node),
            "icon": getattr(kind, "icon", "point"),
            "state": step.state,
            "said": scenery.said(STEP_WORDS[step.state]),
            "way": port_title(step.port, node, words) if step.port else "",
            "milliseconds": step.milliseconds,
            "item": scenery.said(message("item %(number)s", number=step.item)) if step.item else "",
            "error": scenery.said(step.error) if step.error else "",
            "would": [scenery.said(one) for one in step.would],
            "input": speech.given(step.input, schema),
            "output": speech.gave(step.output),
        }


def _bars(steps: Sequence[Told]) -> list[tuple[float, float] | None]:
    """Where each step lies on a time line of 100, and how long it is; None without times."""
    spans = [(step.at, step.at + timedelta(milliseconds=step.milliseconds or 0)) for step in steps if step.at]
    if len(spans) < max(len(steps), 1):
        return [None for _ in steps]
    first, last = min(begun for begun, _ in spans), max(ended for _, ended in spans)
    whole = max((last - first).total_seconds(), 0.001)
    return [
        (
            round((begun - first).total_seconds() / whole * 99, 2),
            round((ended - begun).total_seconds() / whole * 99 + 1, 2),
        )
        for begun, ended in spans
    ]


def taken(flow: Mapping[str, Any], went: Iterable[Told]) -> list[str]:
    """The ids of the lines that were gone along."""
    ways = {(step.node, step.port) for step in went if step.port}
    return [
        str(edge["id"]) for body in bodies(flow) for edge in body["edges"] if (edge["source"], edge["port"]) in ways
    ]


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Every named value inside a value."""
    for name, part in value.items() if isinstance(value, Mapping) else ():
        yield name, part
        yield from _pairs(part)
    for part in value if isinstance(value, list) else ():
        yield from _pairs(part)
