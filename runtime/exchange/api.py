"""Imports over REST."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import UnsupportedMediaType

from runtime.contracts import BadRequest
from runtime.documents import parse
from runtime.exchange import service
from runtime.http.language import in_words
from runtime.http.parameters import takes
from runtime.http.reply import reply
from runtime.i18n import Message, message
from runtime.releases.service import find_live
from runtime.security.access import scoped

blueprint = Blueprint("imports_api", __name__, url_prefix="/api/v1")


@blueprint.post("/apps/<app>/forms/<form>/imports")
@scoped("records:write")
def start(app: str, form: str) -> Response:
    """Import a CSV, XLSX or XLS file: multipart with `file` and `options`, a JSON object
    `{"mapping", "mode", "key", "lenient", "flows", "dry_run", "sheet"}`."""
    file = request.files.get("file")
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    if file is None:
        raise BadRequest(message("Send the file as “file” of a multipart form."))
    home = Path(current_app.config["TRELLIS_HOME"])
    job = service.start(find_live(app).id, form, file.stream, file.filename or "", _options(), g.actor, home)
    return reply(_json(job), 202, {"Location": f"/api/v1/imports/{job.id}"})


@blueprint.get("/imports/<uuid:job>")
@scoped("records:read")
@takes("after")
def read(job: str) -> Response:
    """How far an import is, its counts, and what was wrong by row (`?after=ROW` goes on)."""
    found = service.find(str(job), g.actor)
    after = request.args.get("after", 0, int)
    errors = [
        {
            "row": note.row,
            "field": note.field,
            "keyword": note.keyword,
            "value": note.value,
            "message": _said(note.message),
        }
        for note in service.notes(found.id, after)
    ]
    return reply(_json(found) | {"errors": errors, "rows_by_field": service.note_counts(found.id)})


@blueprint.delete("/imports/<uuid:job>")
@scoped("records:write")
def undo(job: str) -> Response:
    """Ask for an import to be taken back; its address says how far that is."""
    return reply(_json(service.undo(str(job), g.actor)), 202, {"Location": f"/api/v1/imports/{job}"})


def _options() -> dict[str, Any]:
    asked = parse(request.form.get("options") or "{}")
    if not isinstance(asked, dict):
        raise BadRequest(message("The options must be an object."))
    return asked


def _json(job: Any) -> dict[str, Any]:
    counts = {name: getattr(job, name) for name in ("done", "created", "updated", "unchanged", "incomplete", "refused")}
    why = _said(job.why) if job.why else None
    counts |= {name: job.options[name] for name in ("undone", "kept") if name in job.options}
    return {"import": job.id, "form": job.form, "file": job.file_name, "state": job.state, "why": why, **counts}


def _said(kept: dict[str, Any]) -> str:
    return in_words(Message(kept["id"], kept["values"]))
