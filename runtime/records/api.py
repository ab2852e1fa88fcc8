"""Records over REST."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, request

from runtime.contracts import Change, Saved
from runtime.http.parameters import takes
from runtime.http.reply import body, reply
from runtime.records import service
from runtime.records.asking import filter_in, names_of, query_of, request_key, rev_of
from runtime.records.record import Record
from runtime.releases.service import find_live
from runtime.security.access import scoped

blueprint = Blueprint("records_api", __name__, url_prefix="/api/v1/apps/<app>/forms/<form>/records")


@blueprint.post("")
@scoped("records:write")
@takes("Idempotency-Key")
def create(app: str, form: str) -> Response:
    """Make a record; repeat with the same Idempotency-Key to be sure that there is one."""
    key = request_key(request.headers.get("Idempotency-Key"))
    change = Change(find_live(app).id, form, "create", body(), idempotency_key=key)
    return _saved(service.change(change, g.actor), 201)


@blueprint.get("")
@scoped("records:read")
@takes("filter", "sort", "fields", "limit", "cursor")
def page(app: str, form: str) -> Response:
    """Records by filter, in order, page by page."""
    found = service.page(find_live(app).id, form, query_of(request.args), g.actor)
    items = [_json(item) for item in found.items]
    return reply({"items": items, "next": found.next, "count": found.count, "capped": found.capped})


@blueprint.get("/aggregate")
@scoped("records:read")
@takes("group", "metric", "filter")
def aggregate(app: str, form: str) -> Response:
    """Groups of records with counts, sums, averages, least and greatest values."""
    group, metrics = names_of(request.args.getlist("group")), names_of(request.args.getlist("metric")) or ["count"]
    filter = filter_in(request.args.get("filter"))
    groups, more = service.aggregate(find_live(app).id, form, group, metrics, filter, g.actor)
    return reply({"groups": [{"keys": one.keys, "metrics": one.metrics} for one in groups], "capped": more})


@blueprint.get("/<uuid:record>")
@scoped("records:read")
def read(app: str, form: str, record: str) -> Response:
    """One record."""
    found = service.read(find_live(app).id, form, str(record), g.actor)
    return reply(_json(found), headers={"ETag": f'"{found.rev}"'})


@blueprint.patch("/<uuid:record>")
@scoped("records:write")
@takes("If-Match", "Idempotency-Key")
def update(app: str, form: str, record: str) -> Response:
    """Change a record by a JSON merge patch; If-Match names the rev that was seen."""
    rev, key = rev_of(request.headers.get("If-Match")), request_key(request.headers.get("Idempotency-Key"))
    change = Change(find_live(app).id, form, "update", body(), record_id=str(record), rev=rev, idempotency_key=key)
    return _saved(service.change(change, g.actor), 200)


@blueprint.delete("/<uuid:record>")
@scoped("records:write")
@takes("If-Match")
def delete(app: str, form: str, record: str) -> Response:
    """Delete a record; If-Match names the rev that was seen."""
    rev = rev_of(request.headers.get("If-Match"))
    service.change(Change(find_live(app).id, form, "delete", record_id=str(record), rev=rev), g.actor)
    return reply(None, 204)


@blueprint.get("/<uuid:record>/history")
@scoped("records:read")
def history(app: str, form: str, record: str) -> Response:
    """What was changed in a record, by whom and when, the last first."""
    entries = service.history(find_live(app).id, form, str(record), g.actor)
    return reply({"items": [_entry(entry) for entry in entries]})


def _saved(saved: Saved, status: int) -> Response:
    return reply({"id": saved.id, "rev": saved.rev, "data": saved.data}, status, {"ETag": f'"{saved.rev}"'})


def _json(record: Record) -> dict[str, Any]:
    moments = {"created_at": _stamp(record.created_at), "updated_at": _stamp(record.updated_at)}
    return record.system | moments | {"incomplete": record.incomplete, "data": record.data}


def _entry(entry: service.Entry) -> dict[str, Any]:
    return {
        "rev": entry.rev, "type": entry.type, "at": _stamp(entry.at), "actor": entry.actor_id, "run": entry.run_id,
        "old": entry.old, "new": entry.new,
    }  # fmt: skip


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
