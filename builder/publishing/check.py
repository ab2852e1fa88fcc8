"""Everything that stands in the way of a release of a draft app, and what a release would change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runtime import documents
from runtime.answers import FormError, compile_form
from runtime.contracts import Problem
from runtime.flows.check import check_flows
from runtime.permissions import role_problems


@dataclass(frozen=True)
class Findings:
    """`problems` refuse a release; `warnings` are odd but can run; `differences` change stored records."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    differences: tuple[documents.Difference, ...]


def check(app: Mapping[str, Any], released: Sequence[Mapping[str, Any]], types: Mapping[str, Any]) -> Findings:
    """All findings about a draft app/1 beside all that was released, oldest first; pointers into the draft."""
    problems = list(documents.check("app", app)) or list(documents.check_app(app))
    if not problems:
        flow_problems, warnings = check_flows(app, types)
        problems = [*_form_problems(app), *flow_problems, *_role_problems(app)]
    if problems:
        return Findings(tuple(problems), (), ())
    differences = (
        documents.compare(released[-1], app, documents.retired_fields(released, released[-1])) if released else []
    )
    accepted = tuple(one for one in differences if not one.refused)
    return Findings(tuple(documents.refusals(differences)), tuple(warnings), accepted)


def _form_problems(app: Mapping[str, Any]) -> Iterator[Problem]:
    for place, form in enumerate(app.get("forms") or ()):
        try:
            compile_form(form)
        except FormError as error:
            yield from _inside(f"/forms/{place}", error.problems)


def _role_problems(app: Mapping[str, Any]) -> Iterator[Problem]:
    forms = {form["key"]: form for form in app.get("forms") or ()}
    for place, role in enumerate(app.get("roles") or ()):
        yield from role_problems(role, forms, f"/roles/{place}")


def _inside(place: str, problems: Any) -> Iterator[Problem]:
    for problem in problems:
        yield replace(problem, pointer=place + problem.pointer)
