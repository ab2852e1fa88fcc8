"""Where a loop stands: its items, the one at hand, what came of those before; plain JSON, kept with the run. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import simplejson

State = Mapping[str, Any]

MOST_ERRORS = 20
MOST_KEPT = 100_000
"""Characters that the outputs of a loop may take together; those that come later are left out."""


_FOUND = re.compile(r"\s*steps\.(\w+)\.items\s*")


def form_of(config: Mapping[str, Any], found_in: Callable[[str], str | None]) -> str | None:
    """The form whose records a loop goes through, where that can be told; `found_in` gives that of a finding step."""
    if config.get("form"):
        return str(config["form"])
    step = _FOUND.fullmatch(str(config.get("list") or ""))
    return found_in(step[1]) if step else None


def begin(things: Sequence[Any]) -> dict[str, Any]:
    """A loop at its first item."""
    return {"items": list(things), "index": 0, "failed": 0, "errors": [], "gave": [], "kept": 0}


def is_over(state: State) -> bool:
    """Whether no item is left."""
    return bool(state["index"] >= len(state["items"]))


def at_hand(state: State) -> Any:
    """The item that the loop is at; None when it is over."""
    return None if is_over(state) else state["items"][state["index"]]


def place_of(loops: Iterable[State]) -> str | None:
    """Which turn of which loop, the outermost first, counted from 1: "3", "3.12"; None outside of any."""
    return ".".join(str(state["index"] + 1) for state in loops) or None


def next_item(state: State, gave: Any = None, error: str | None = None) -> dict[str, Any]:
    """The loop at its next item; what this one gave, or why it failed, is kept as far as there is room."""
    size = len(simplejson.dumps(gave, use_decimal=True, default=str)) if gave is not None else 0
    fits = gave is not None and state["kept"] + size <= MOST_KEPT
    told = [{"index": state["index"], "error": error}] if error is not None else []
    return {
        **state,
        "index": state["index"] + 1,
        "failed": state["failed"] + len(told),
        "errors": [*state["errors"], *told][:MOST_ERRORS],
        "gave": [*state["gave"], gave] if fits else state["gave"],
        "kept": state["kept"] + size if fits else state["kept"],
    }


def result(state: State) -> dict[str, Any]:
    """What a loop gives to later steps."""
    return {
        "count": len(state["items"]),
        "failed": state["failed"],
        "errors": state["errors"],
        "items": state["gave"],
    }
