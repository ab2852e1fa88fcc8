"""What stands in a flow that can run but was probably left unfinished: conditions that compare with nothing. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents.bounds import pointer
from runtime.expressions import ExpressionError, draw
from runtime.flows.graph import Flow, every_node
from runtime.i18n import message

Schema = Mapping[str, Any]
NOTHING = (None, "")
VALUELESS = ("empty", "nempty")


def unfinished(flow: Flow, schema_of: Callable[[str], Schema]) -> list[Problem]:
    """Each condition of a flow with a comparison whose value is missing; `schema_of` a kind of step is its config's."""
    why = message("A condition compares with nothing: fill in the value, or choose “is empty”.")
    return [
        Problem(f"{at}/config{pointer(name)}", "unfinished", why)
        for at, node, _ in every_node(flow)
        for name, part in (schema_of(node["type"]).get("properties") or {}).items()
        if any(test.get("value") in NOTHING for test in _tests(part, node["config"].get(name)))
    ]


def _tests(schema: Schema, value: Any) -> Iterator[Mapping[str, Any]]:
    """The comparisons that need a value, in an expression that holds or not, or in rows of them."""
    if isinstance(value, list):
        rows = (row for row in value if isinstance(row, dict) and "op" in row)
        yield from ({**row, "value": _meant(row.get("value"))} for row in rows if row["op"] not in VALUELESS)
    elif schema.get("x-type") == "boolean" and isinstance(value, str):
        yield from _leaves(_drawn(value))


def _meant(source: Any) -> Any:
    return "" if source == '""' else source


def _drawn(source: str) -> Mapping[str, Any]:
    try:
        return draw(source) or {}
    except ExpressionError:
        return {}


def _leaves(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    parts = tree.get("all") or tree.get("any") or ([tree["not"]] if "not" in tree else ())
    for part in parts:
        yield from _leaves(part)
    if "op" in tree and tree["op"] not in VALUELESS:
        yield tree
