"""Problems of a flow by the names that a panel uses: the step by its title, the value by its question."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from runtime.contracts import Problem
from runtime.documents.wording import alternatives
from runtime.i18n import message, text_in


def config_place(flow: Mapping[str, Any], pointer: str) -> tuple[Mapping[str, Any], str]:
    """The node and the config value that a pointer leads into; {} and "" for what it does not lead into."""
    steps, part = pointer.split("/")[1:], flow
    while len(steps) > 1 and steps[0] == "nodes" and steps[1].isdecimal() and int(steps[1]) < len(part["nodes"]):
        part, steps = part["nodes"][int(steps[1])], steps[2:]
        if steps[:1] != ["nodes"]:
            return part, steps[1] if steps[:1] == ["config"] and len(steps) > 1 else ""
    return {}, ""


def worded(problem: Problem, flow: Mapping[str, Any], types: Mapping[str, Any], lang: str) -> Problem:
    """The problem; what is missing or too much is called as the panel calls it, not by its name in the document."""
    node, name = config_place(flow, problem.pointer)
    if not name:
        return problem
    schema: Mapping[str, Any] = getattr(types.get(node["type"]), "config_schema", {})
    names = alternatives(schema)
    if problem.keyword == "oneOf" and name in names:
        titles = " / ".join(_title(schema, one, lang) for one in names)
        many = len([one for one in names if one in node["config"]]) > 1
        why = message("Fill in only one of these: %(titles)s.", titles=titles)
        return replace(problem, message=why if many else message("Fill in one of these: %(titles)s.", titles=titles))
    if problem.keyword != "required":
        return problem
    return replace(problem, message=message("Fill in “%(title)s”.", title=_title(schema, name, lang)))


def _title(schema: Mapping[str, Any], name: str, lang: str) -> str:
    return text_in(lang, (schema.get("properties") or {}).get(name) or {}, "title") or name


def title_of(node: Mapping[str, Any], types: Mapping[str, Any], lang: str) -> str:
    """How a step is called: its own title, else that of its kind."""
    return str(node.get("title") or text_in(lang, getattr(types.get(node["type"]), "label", {}), "title"))
