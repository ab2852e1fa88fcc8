"""JSON in and out: what a body must look like to be read, and answers that keep every digit."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from runtime.contracts import BadRequest
from runtime.db import dumps, loads
from runtime.documents.bounds import MAX_BYTES
from runtime.documents.reading import parse
from runtime.i18n import message


class ExactJson(JSONProvider):
    """Flask's JSON with Decimal numbers, both ways."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return dumps(obj)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return loads(s)


def install(app: Flask) -> None:
    """Let Flask itself read and write JSON this way."""
    app.json = ExactJson(app)


def reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; None as body with 204 gives an empty one."""
    text = "" if status == 204 else dumps(body)
    return Response(text, status, dict(headers or {}), mimetype="application/json")


def body(most: int = MAX_BYTES) -> dict[str, Any]:
    """The request's JSON object, of at most that many bytes.

    Raises Refused or BadRequest, and 413 or 415 for what is far too large or no JSON.
    """
    if request.mimetype not in ("application/json", "application/merge-patch+json"):
        raise UnsupportedMediaType
    request.max_content_length = 2 * most  # holds for a body that comes in pieces and does not say its size too
    if (request.content_length or 0) > request.max_content_length:
        raise RequestEntityTooLarge
    try:
        read = parse(request.get_data(cache=False).decode("utf-8"), most)
    except UnicodeDecodeError:
        raise BadRequest(message("The body is not UTF-8.")) from None
    if not isinstance(read, dict):
        raise BadRequest(message("The body must be a JSON object."))
    return read


def sent_file(name: str = "file") -> bytes:
    """What was sent as the file of that name; nothing when there is none."""
    file = request.files.get(name)
    if file is None:
        return b""
    with file.stream:
        return file.read()
