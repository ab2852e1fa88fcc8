"""How the documents of one app fit together."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents.bounds import MAX_PROBLEMS, pointer
from runtime.documents.check import PARTS
from runtime.documents.compiling import expression_problems
from runtime.documents.fields import declarations
from runtime.documents.formulas import KEYWORDS
from runtime.documents.kinds import shape_problems
from runtime.documents.naming import Names, field_problem, form_problem
from runtime.documents.reports import report_problems
from runtime.documents.samples import sample_problems
from runtime.documents.scopes import Forms, form_scope, forms_of, link_of
from runtime.documents.views import view_problems
from runtime.expressions import BOOLEAN, type_of
from runtime.i18n import message

App = Mapping[str, Any]


def check_app(app: App) -> list[Problem]:
    """What does not fit together in an app/1, pointers into it, at most MAX_PROBLEMS; empty if it all does.

    Each document alone is asked of `check`, and flows of `runtime.flows.check`. Of an app that is no app/1 only that
    is told.
    """
    misshapen = shape_problems("app", app)
    if misshapen:
        return misshapen
    forms = forms_of(app)
    names = Names(forms)
    problems = list(_key_problems(app))
    for index, form in _parts(app, "forms"):
        problems += _below(f"/forms/{index}", _form_problems(form, forms))
    for index, view in _parts(app, "views"):
        problems += _below(f"/views/{index}", view_problems(view, names))
    for index, role in _parts(app, "roles"):
        problems += _below(f"/roles/{index}", _role_problems(role, names))
    for index, report in _parts(app, "reports"):
        problems += _below(f"/reports/{index}", report_problems(report, names))
    problems += sample_problems(app, forms)
    return problems[:MAX_PROBLEMS]


def _parts(app: App, key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    parts = app.get(key)
    yield from (
        (index, part) for index, part in enumerate(parts if isinstance(parts, list) else ()) if isinstance(part, dict)
    )


def _below(at: str, problems: Iterator[Problem]) -> Iterator[Problem]:
    return (Problem(at + problem.pointer, problem.keyword, problem.message) for problem in problems)


def _key_problems(app: App) -> Iterator[Problem]:
    for kind in PARTS:
        seen: set[str] = set()
        for index, part in _parts(app, kind):
            key = str(part.get("key")).casefold()
            if key in seen:
                why = message("“%(name)s” is there twice.", name=str(part.get("key")))
                yield Problem(f"/{kind}/{index}/key", "unique", why)
            seen.add(key)


def _form_problems(form: Mapping[str, Any], forms: Forms) -> Iterator[Problem]:
    scope = form_scope(form, forms)
    for at, _, field in declarations(form):
        target = link_of(field)
        if target and target not in forms:
            yield form_problem(at + "/x-ref/form", target)
        for keyword in KEYWORDS:
            expected = BOOLEAN if keyword == "x-check" else type_of(field)
            yield from expression_problems(at + pointer(keyword), field.get(keyword), scope, expected)


def _role_problems(role: Mapping[str, Any], names: Names) -> Iterator[Problem]:
    policies = role.get("policies")
    for index, policy in enumerate(policies if isinstance(policies, list) else ()):
        at, form = f"/policies/{index}", policy.get("form")
        if form not in names.forms:
            yield form_problem(at + "/form", form)
            continue
        for right in ("read", "write"):
            for place, name in enumerate(policy.get(right) or ()):
                if name != "*" and name not in names.of(form):
                    yield field_problem(f"{at}/{right}/{place}", name)
        scope = form_scope(names.forms[form], names.forms)
        yield from expression_problems(at + "/rows", policy.get("rows"), scope, BOOLEAN)
