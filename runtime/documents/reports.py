"""What a report names: forms, fields, and expressions in its texts."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents.compiling import text_problems
from runtime.documents.naming import Names, form_problem, list_problems, query_problems
from runtime.documents.scopes import form_scope
from runtime.documents.texts import texts_of
from runtime.expressions import COMMON_NAMES


def report_problems(report: Mapping[str, Any], names: Names) -> Iterator[Problem]:
    """All that does not fit the app's forms, pointers into the report."""
    own = report.get("form")
    if own is not None and own not in names.forms:
        yield form_problem("/form", own)
        return
    scope = form_scope(names.forms[own], names.forms) if own is not None else COMMON_NAMES
    for index, block in enumerate(report.get("blocks") or ()):
        at = f"/blocks/{index}"
        for place, text in texts_of(block, "text"):
            yield from text_problems(at + place, text, scope)
        if "form" not in block:
            yield from list_problems(block.get("fields") or (), names.of(own), at + "/fields")
        elif block["form"] not in names.forms:
            yield form_problem(at + "/form", block["form"])
        else:
            yield from query_problems(block, names.of(block["form"]), at)
