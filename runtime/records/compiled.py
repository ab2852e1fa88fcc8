"""What records need to know of a release: forms, fields that queries use, fields that triggers read."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.answers import Form, compile_form
from runtime.expressions import ExpressionError, compile_expression
from runtime.releases.published import Published

_QUERIED = ("group", "sum", "start", "end")
_LISTED = ("rows", "cols", "columns", "card")


def form_of(published: Published, form: str) -> Form:
    """A form of the release, compiled once; raises NotFound."""
    return published.derived(compile_form, "forms", form)


def wanted(published: Published, form: str) -> list[str]:
    """The fields that views, roles and flows of the release ask about, those of filters and orders first."""
    names = [name for view in published.all("views").values() for name in _of_view(view, form)]
    for flow in published.all("flows").values():
        names += [name for node in flow.get("nodes", ()) for name in _of_node(node, form)]
    return list(dict.fromkeys(names))


def _of_view(view: Mapping[str, Any], form: str) -> Iterator[str]:
    for part in (view, *view.get("tiles", ())):
        if part.get("form") != form:
            continue
        yield from fields_of_filter(part.get("filter"))
        yield from (str(name).removeprefix("-") for name in part.get("sort", ()))
        yield from (part[key] for key in _QUERIED if isinstance(part.get(key), str))
        yield from (name for key in _LISTED for name in part.get(key, ()))


def _of_node(node: Mapping[str, Any], form: str) -> Iterator[str]:
    config = node.get("config") or {}
    if config.get("form") == form:
        yield from fields_of_filter(config.get("where"))
        yield from (str(name).removeprefix("-") for name in config.get("sort") or ())


def fields_of_filter(filter: Any) -> Iterator[str]:
    """The names of the fields a filter asks about."""
    if isinstance(filter, Mapping):
        if isinstance(filter.get("field"), str):
            yield filter["field"]
        for key in ("and", "or", "not"):
            yield from fields_of_filter(filter.get(key))
    elif isinstance(filter, list):
        for part in filter:
            yield from fields_of_filter(part)


def watched(published: Published) -> Mapping[str, frozenset[str]]:
    """By form, the fields that triggers of the release read; events carry them whether they changed or not."""
    found: dict[str, set[str]] = {}
    for flow in published.all("flows").values():
        for node in flow.get("nodes", ()):
            config = node.get("config") or {}
            if str(node.get("type", "")).startswith("trigger.") and config.get("form"):
                found.setdefault(config["form"], set()).update(_of_trigger(config))
    return {form: frozenset(names) for form, names in found.items()}


def _of_trigger(config: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(name) for name in config.get("fields") or ())
    try:
        reads = compile_expression(config["when"]).reads if config.get("when") else ()
    except (ExpressionError, TypeError):
        return
    yield from (path[1] for path in reads if len(path) > 1 and path[0] in ("record", "old", "event"))
