"""The expressions of a form: that they can be read, name fields there are, and do not lead back to themselves."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from runtime.contracts import Problem
from runtime.documents.bounds import pointer
from runtime.documents.compiling import compiled, reads_from
from runtime.documents.fields import SYSTEM_FIELDS, declarations
from runtime.expressions import Expression
from runtime.i18n import message

KEYWORDS = ("x-formula", "x-default", "x-check")


def formula_problems(form: Mapping[str, Any]) -> Iterator[Problem]:
    """All problems of a form's expressions, pointers into the form."""
    fields = list(declarations(form))
    known = {name for _, name, _ in fields} | SYSTEM_FIELDS.keys()
    formulas: dict[str, Expression] = {}
    places: dict[str, str] = {}
    for at, name, field in fields:
        for keyword in KEYWORDS:
            expression, problems = compiled(at + pointer(keyword), field.get(keyword))
            yield from problems
            if expression is not None:
                yield from _unknown(at + pointer(keyword), expression, known)
                if keyword == "x-formula":
                    formulas[name], places[name] = expression, at + pointer(keyword)
    yield from _circles(formulas, places)


def _unknown(at: str, expression: Expression, known: set[str]) -> Iterator[Problem]:
    for name in sorted(reads_from([expression], "record") - known):
        yield Problem(at, "field", message("There is no field “%(name)s”.", name=name))


def _circles(formulas: Mapping[str, Expression], places: Mapping[str, str]) -> Iterator[Problem]:
    reads = {name: reads_from([formula], "record") & formulas.keys() for name, formula in formulas.items()}
    try:
        TopologicalSorter(reads).prepare()
    except CycleError as circle:
        names = circle.args[1]
        why = message("These formulas lead back to themselves: %(names)s.", names=", ".join(names))
        yield Problem(places[names[0]], "cycle", why)
