"""The check of a whole flow against its app: its graph, its nodes' configs, every expression in them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from runtime.contracts import Action, Problem, Trigger
from runtime.documents.bounds import MAX_PROBLEMS
from runtime.documents.compiling import expression_problems
from runtime.documents.kinds import shape_problems, value_problems
from runtime.documents.naming import Names
from runtime.documents.scopes import Forms, forms_of
from runtime.flows import graph, loops
from runtime.flows.configs import Place, config_problems
from runtime.flows.graph import Flow, Node, PortsOf
from runtime.flows.scope import Scopes, form_at, own_form
from runtime.flows.unfinished import unfinished
from runtime.i18n import message

Registry = Mapping[str, Action | Trigger]
"""Every action and trigger by its name."""


def check_flow(flow: Flow, app_forms: Forms, registry: Registry, roles: Collection[str] | None = None) -> list[Problem]:
    """Why a flow cannot run in an app with these forms, pointers into the flow, at most MAX_PROBLEMS.

    `registry` holds actions and triggers. Roles that people are sought by must be among `roles`, where those are given.
    """
    problems = shape_problems("flow", flow)
    if problems:
        return problems
    problems = graph.problems(flow, ports_of(flow, registry))
    names, scopes = Names(app_forms), Scopes(flow, app_forms)
    own = own_form(flow)
    for at, node, _ in graph.every_node(flow):
        form = form_at(node, own)
        about = scopes.form_around(node["id"])
        place = Place(names, scopes.at(node["id"]), about, form if form in names.forms else None, roles)
        problems += _below(at, _node_problems(node, registry, place))
    problems += _settings_problems(flow, scopes, registry)
    missing = {problem.pointer: problem for problem in _open_ends(flow, registry)}
    return [missing.get(problem.pointer, problem) for problem in problems[:MAX_PROBLEMS]]


def flow_warnings(flow: Flow, registry: Registry) -> list[Problem]:
    """What is probably not meant in a flow that can run: it sets itself off, ends early, or compares with nothing."""
    if shape_problems("flow", flow):
        return []
    return [*graph.warnings(flow, ports_of(flow, registry)), *loops.loop_warnings(flow), *_open_ends(flow, registry)]


def check_flows(app: Mapping[str, Any], registry: Registry) -> tuple[list[Problem], list[Problem]]:
    """The problems and the warnings of all flows of a checked app/1, pointers into the app."""
    forms, roles = forms_of(app), [role["key"] for role in app.get("roles") or ()]
    problems: list[Problem] = []
    warned: list[Problem] = []
    for index, flow in enumerate(app.get("flows") or ()):
        at = f"/flows/{index}"
        found = check_flow(flow, forms, registry, roles)
        problems += _below(at, found)
        warned += _below(at, [one for one in flow_warnings(flow, registry) if one not in found])
    keys = [flow["key"] for flow in app.get("flows") or ()]
    for ring in loops.rings({flow["key"]: flow for flow in app.get("flows") or ()}):
        why = message("These flows may set each other off without end: %(flows)s.", flows=", ".join(ring))
        warned.append(Problem(f"/flows/{keys.index(ring[0])}", "loop", why))
    return problems, warned


def ports_of(flow: Flow, registry: Registry) -> PortsOf:
    """Which ways out a node has; one of an unknown type or with a broken config has all that its edges use."""

    used: dict[str, list[str]] = {}
    for _, body, _ in graph.bodies(flow):
        for edge in body["edges"]:
            used.setdefault(edge["source"], []).append(edge["port"])

    def ports(node: Node) -> Sequence[str]:
        kind = registry.get(node["type"])
        if kind is not None and not hasattr(kind, "ports"):
            return ("out",)
        if kind is None or value_problems(kind.config_schema, _written(node)):
            return used.get(node["id"], [])
        return kind.ports(node["config"])

    return ports


def _node_problems(node: Node, registry: Registry, place: Place) -> list[Problem]:
    kind = registry.get(node["type"])
    if kind is None:
        return [Problem("/type", "type", message("There is no kind of step “%(name)s”.", name=node["type"]))]
    return _below("/config", config_problems(kind.config_schema, node["config"], place))


def _settings_problems(flow: Flow, scopes: Scopes, registry: Registry) -> list[Problem]:
    trigger, settings = graph.trigger_of(flow), flow.get("settings") or {}
    if trigger is None:
        return []
    key = (settings.get("concurrency") or {}).get("key")
    problems = expression_problems("/settings/concurrency/key", key, scopes.at(trigger["id"]))
    if hasattr(registry.get(trigger["type"]), "plan") and settings.get("run_as") == "actor":
        why = message("Nobody sets off a flow that the clock starts: it cannot act as whoever did.")
        problems.append(Problem("/settings/run_as", "run_as", why))
    return problems


def _open_ends(flow: Flow, registry: Registry) -> list[Problem]:
    """Values that are missing: where one cannot be compared with nothing, this says better why than its type does."""
    schemas = {name: kind.config_schema for name, kind in registry.items()}
    return unfinished(flow, lambda kind: schemas.get(kind, {}))


def _written(node: Node) -> dict[str, Any]:
    return {key: part for key, part in node["config"].items() if key != "x-texts"}


def _below(at: str, problems: list[Problem]) -> list[Problem]:
    return [Problem(at + problem.pointer, problem.keyword, problem.message) for problem in problems]
