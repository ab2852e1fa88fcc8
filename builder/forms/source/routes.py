"""The form as text: shown, and checked as it is typed. It is kept by the act `replace`, like any other act."""

from collections.abc import Iterable, Iterator
from typing import Any

import simplejson
from flask import Blueprint, Response, render_template

from builder.forms.service import open_form
from builder.forms.source.places import place_of
from runtime import documents
from runtime.answers import FormError, compile_form
from runtime.contracts import Problem, Refused
from runtime.http.language import in_words
from runtime.http.reply import body, reply
from runtime.i18n import message
from runtime.security.access import builder

blueprint = Blueprint(
    "form_source", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build/forms/<form>"
)


@blueprint.get("/source")
@builder
def show(tenant: str, app: str, form: str) -> str:
    """The text of the form."""
    text = simplejson.dumps(open_form(app, form).form, use_decimal=True, ensure_ascii=False, indent=2)
    return render_template("builder/forms/source/source.html", text=text)


@blueprint.post("/source")
@builder
def check(tenant: str, app: str, form: str) -> Response:
    """What is wrong with a text, each at its line and column; nothing is kept."""
    key = open_form(app, form).draft.key
    text = str(body(2 * documents.MAX_BYTES).get("text") or "")
    return reply({"problems": list(_placed(text, _problems(text, key)))})


def _problems(text: str, key: str) -> Iterable[Problem]:
    try:
        document = documents.parse(text)
    except Refused as refused:
        return refused.problems
    problems = documents.check("form", document)
    if problems:
        return problems
    if document["key"] != key:
        return [Problem("/key", "const", message("The key of a form stays: it must be “%(key)s”.", key=key))]
    try:
        compile_form(document)
    except FormError as error:
        return error.problems
    return ()


_NO_JSON = message("From here on this is no JSON.")


def _placed(text: str, problems: Iterable[Problem]) -> Iterator[dict[str, Any]]:
    for problem in problems:
        line, column = place_of(text, problem.pointer, problem.keyword, problem.message.values)
        said = _NO_JSON if problem.keyword == "json" else problem.message
        yield {"line": line, "column": column, "pointer": problem.pointer, "message": in_words(said)}
