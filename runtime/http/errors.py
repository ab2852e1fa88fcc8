"""Refusals as answers: problem+json (RFC 9457) for the API, calm pages for people."""

import logging
from collections.abc import Iterable
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from runtime.contracts import Busy, Fault, Problem, Refused
from runtime.db import dumps
from runtime.http.language import in_words
from runtime.http.pages import error_page
from runtime.i18n import Message, message

log = logging.getLogger("trellis")

TITLES = {
    400: message("The request cannot be understood."),
    401: message("A valid API token is needed."),
    403: message("That is not allowed."),
    404: message("There is no such page."),
    405: message("That cannot be done here."),
    409: message("That is already done."),
    412: message("Somebody else wrote first."),
    413: message("That is too large."),
    415: message("The body must be application/json."),
    422: message("What was sent breaks rules."),
    429: message("Too many tries. Wait a moment."),
    500: message("Something went wrong on our side."),
    503: message("The service is not ready."),
}


def install(app: Flask) -> None:
    """Turn every error into an answer that says what is wrong."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(Fault, fault)
    app.register_error_handler(HTTPException, refused_by_http)


def is_api() -> bool:
    """Whether the answer is read by a program: through the API, or by a page's own script that asks for JSON."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def refused(error: Refused) -> Response:
    """All problems at once; a page that can show them at their fields catches this before."""
    if is_api():
        return problem(422, errors=error.problems)
    return error_page(422, error.problems[0].message if error.problems else None)


def fault(error: Fault) -> Response:
    """One sentence with its status."""
    if error.status >= 500:
        log.error("%s", error)
    answer = problem(error.status, error.why) if is_api() else error_page(error.status, error.why)
    if isinstance(error, Busy):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def refused_by_http(error: HTTPException) -> Any:
    """What Flask, Werkzeug and the limiter refuse; redirects pass."""
    status = error.code or 500
    if status < 400:
        return error
    if status == 429:
        log.warning("Too many tries from %s on %s", request.remote_addr, request.endpoint)
    answer = problem(status) if is_api() else error_page(status)
    if status == 429:
        answer.headers["Retry-After"] = "60"
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def problem(status: int, detail: Message | None = None, errors: Iterable[Problem] = ()) -> Response:
    """An application/problem+json answer in the reader's language."""
    said: dict[str, Any] = {"type": "about:blank", "status": status}
    said["title"] = in_words(TITLES.get(status, message("The request was refused.")))
    if detail is not None:
        said["detail"] = in_words(detail)
    listed = [{"pointer": p.pointer, "keyword": p.keyword, "message": in_words(p.message)} for p in errors]
    if listed:
        said["errors"] = listed
    text = dumps(said).encode(errors="replace")  # half a sign that was sent may stand in a pointer
    answer = Response(text, status, mimetype="application/problem+json")
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
