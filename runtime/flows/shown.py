"""Runs and steps as people and programs read them. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from runtime.flows import words
from runtime.flows.compiled import Flow
from runtime.i18n import Message, message, text_in

RUN_WORDS: Mapping[str, Message] = {
    "queued": message("In the queue"),
    "ready": message("Running"),
    "waiting": message("Waiting"),
    "failed": message("Failed"),
    "done": message("Done"),
    "cancelled": message("Cancelled"),
}
STEP_WORDS: Mapping[str, Message] = {
    "started": message("Under way"),
    "waiting": message("Waiting"),
    "done": message("Done"),
    "retrying": message("To be tried again"),
    "failed": message("Failed"),
    "skipped": message("Skipped"),
}
COLOURS: Mapping[str, str] = {
    **{"queued": "secondary", "ready": "blue", "started": "blue", "waiting": "yellow", "retrying": "yellow"},
    **{"failed": "red", "done": "green", "cancelled": "secondary", "skipped": "secondary"},
}


class Node(Protocol):
    """A node type, as far as it is shown."""

    label: Mapping[str, Any]
    icon: str


class Run(Protocol):
    """A run's row, as far as it is shown."""

    id: str
    flow: str
    release: int
    state: str
    form: str | None
    record_id: str | None
    depth: int
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None


class Step(Protocol):
    """A step's row."""

    id: str
    node: str
    type: str
    tries: int
    state: str
    port: str | None
    input: Any
    output: Any
    error: dict[str, Any] | None
    started_at: datetime
    ended_at: datetime | None


def run_json(run: Run) -> dict[str, Any]:
    """A run for programs."""
    names = ("id", "flow", "release", "state", "form", "record_id", "depth", "created_at", "updated_at", "ended_at")
    return {name.removesuffix("_id"): _plain(getattr(run, name)) for name in names}


def step_json(step: Step) -> dict[str, Any]:
    """A step for programs; its error in English."""
    names = ("id", "node", "type", "tries", "state", "port", "input", "output", "started_at", "ended_at")
    plain = {name: _plain(getattr(step, name)) for name in names}
    return plain | {"error": str(words.from_json(step.error)) if step.error else None}


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def error_of(step: Step) -> Message | None:
    """What went wrong in a step."""
    return words.from_json(step.error) if step.error else None


def node_title(flow: Flow, node: str, kinds: Mapping[str, Node], lang: str) -> str:
    """What a node is called: its own title, else that of its kind."""
    found = flow.nodes.get(node)
    if found is None:
        return node
    own = text_in(lang, found.part, "title")
    kind = kinds.get(found.type)
    return own or (text_in(lang, kind.label, "title") if kind else found.type)


def milliseconds(started: datetime, ended: datetime | None) -> int | None:
    """How long something took."""
    return None if ended is None else round((ended - started).total_seconds() * 1000)
