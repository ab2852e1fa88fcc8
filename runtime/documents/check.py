"""The check of one document before it is saved."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents.bounds import MAX_APP_BYTES, MAX_BYTES, MAX_PROBLEMS, bound_problems
from runtime.documents.forms import form_problems
from runtime.documents.kinds import KINDS, shape_problems
from runtime.documents.roles import role_problems
from runtime.documents.texts import flow_problems, report_problems

Rules = Callable[[Mapping[str, Any]], Iterable[Problem]]

PARTS = {
    "forms": "form", "flows": "flow", "views": "view", "roles": "role", "reports": "report", "calendars": "calendar",
}  # fmt: skip
"""Under which key an app holds the documents of a kind."""

_RULES: Mapping[str, tuple[Rules, ...]] = {
    "form": (form_problems,),
    "flow": (flow_problems,),
    "role": (role_problems,),
    "report": (report_problems,),
}


def check(kind: str, document: Any) -> list[Problem]:
    """All problems of one document, at most MAX_PROBLEMS, in the order of its parts; empty if it may be saved.

    Never raises for any JSON value. An app is checked with all its documents, each alone; how they fit together
    is asked of `check_app`. Raises KeyError for what is no kind.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    problems = bound_problems(document, MAX_APP_BYTES if kind == "app" else MAX_BYTES)
    if problems:
        return problems
    problems = shape_problems(kind, document)
    problems += rule_problems(kind, document)
    return _distinct(problems)[:MAX_PROBLEMS]


def rule_problems(kind: str, document: Any) -> list[Problem]:
    """What a document breaks of the rules that JSON Schema cannot say."""
    if not isinstance(document, dict):
        return []
    problems = [problem for rule in _RULES.get(kind, ()) for problem in rule(document)]
    if kind == "app":
        for key, part_kind in PARTS.items():
            parts = document.get(key)
            for index, part in enumerate(parts if isinstance(parts, list) else ()):
                problems += [_below(f"/{key}/{index}", problem) for problem in rule_problems(part_kind, part)]
    return problems


def _below(at: str, problem: Problem) -> Problem:
    return Problem(at + problem.pointer, problem.keyword, problem.message)


def _distinct(problems: Iterable[Problem]) -> list[Problem]:
    return list({(problem.pointer, problem.keyword): problem for problem in problems}.values())
