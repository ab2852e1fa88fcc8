"""Uploading and fetching files; a browser is never let to run one."""

from pathlib import Path

from flask import Blueprint, Response, current_app, g, jsonify, request, send_file

from runtime.contracts import BadRequest
from runtime.files import service
from runtime.files.naming import picture
from runtime.i18n import message
from runtime.security.access import member

blueprint = Blueprint("files", __name__)

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
"""A browser may keep a file, and asks each time whether it may still show it: rights end, and people sign out."""


@blueprint.post("/t/<tenant>/files/")
@member
def upload(tenant: str) -> tuple[Response, int]:
    """Keep one file, sent as `file` of a multipart form; gives what an answer holds of it."""
    sent = request.files.get("file")
    if sent is None:
        raise BadRequest(message("No file was sent."))
    return jsonify(service.as_json(service.keep(sent.stream, sent.filename or "", g.actor, home()))), 201


@blueprint.get("/t/<tenant>/files/<uuid:file>")
@member
def fetch(tenant: str, file: str) -> Response:
    """The bytes, as a download; only a real picture is shown in place, when `?thumb=1` asks for it."""
    found = service.find(str(file), g.actor)
    path = service.path_of(home(), found.id)
    shown = "thumb" in request.args and _is_picture(path)
    response = send_file(
        path, mimetype=found.type if shown else "application/octet-stream", as_attachment=not shown,
        download_name=found.name, etag=found.sha256,
    )  # fmt: skip
    response.headers.update(SAFE)
    return response


def _is_picture(path: Path) -> bool:
    with path.open("rb") as file:
        return picture(file.read(64)) is not None


def home() -> Path:
    """The data folder."""
    return Path(current_app.config["TRELLIS_HOME"])
