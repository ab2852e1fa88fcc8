"""Flows over REST: start runs, look at them, mend them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request

from runtime.contracts import BadRequest, Forbidden
from runtime.flows import service
from runtime.flows.pressing import service as pressing
from runtime.flows.shown import run_json, step_json
from runtime.http.paging import limit_of
from runtime.http.parameters import takes
from runtime.http.reply import body, reply
from runtime.i18n import message
from runtime.records.asking import request_key
from runtime.releases.service import apps, find_live
from runtime.security.access import scoped

blueprint = Blueprint("flows_api", __name__, url_prefix="/api/v1")


@blueprint.post("/apps/<app>/flows/<flow>/runs")
@scoped("flows:run")
@takes("Idempotency-Key")
def start(app: str, flow: str) -> Response:
    """Start a flow by its button, for a record where it wants one; an Idempotency-Key starts one run only."""
    sent = _sent()
    record = sent.get("record")
    if record is not None and not isinstance(record, str):
        raise BadRequest(message("“record” must be the id of a record."))
    once = request_key(request.headers.get("Idempotency-Key"))
    return reply({"run": pressing.press(find_live(app).id, flow, record, g.actor, once)}, 202)


@blueprint.get("/runs")
@scoped("flows:read")
@takes("app", "flow", "state", "record", "limit", "cursor")
def runs() -> Response:
    """Runs of the apps that the token's holder may build, the newest first."""
    args = request.args
    chosen = [find_live(args["app"]).id] if args.get("app") else [app.id for app in apps()]
    mine = [app_id for app_id in chosen if service.is_builder(g.actor, app_id)]
    if not mine and (chosen or not g.actor.powers):
        raise Forbidden(message("Only those who build this app may do this."))
    asked = {name: args.get(name) or None for name in ("flow", "state")}
    query = service.RunQuery(mine, **asked, record_id=_id("record"), before=_id("cursor"), limit=limit_of(args))
    items, more = service.runs(query)
    return reply({"items": [run_json(run) for run in items], "next": more})


@blueprint.get("/runs/<uuid:run>")
@scoped("flows:read")
def one(run: UUID) -> Response:
    """One run with its steps: input, output, time, error."""
    found = service.find_run(str(run))
    service.permit(g.actor, found.app_id)
    return reply(run_json(found) | {"steps": [step_json(step) for step in service.steps(found.id)]})


@blueprint.post("/runs/<uuid:run>/retry")
@scoped("flows:run")
def retry(run: UUID) -> Response:
    """Take up the failed steps again; `{"newer": true}` on the live version of the flow."""
    service.retry(str(run), g.actor, newer=_sent().get("newer") is True)
    return _state(run)


@blueprint.post("/runs/<uuid:run>/skip")
@scoped("flows:run")
def skip(run: UUID) -> Response:
    """Let the run go on behind its failed steps."""
    service.skip(str(run), g.actor)
    return _state(run)


@blueprint.post("/runs/<uuid:run>/cancel")
@scoped("flows:run")
def cancel(run: UUID) -> Response:
    """Stop the run."""
    service.cancel(str(run), g.actor)
    return _state(run)


def _state(run: UUID) -> Response:
    return reply(run_json(service.find_run(str(run))), 202)


def _sent() -> dict[str, Any]:
    return body() if request.content_length else {}


def _id(name: str) -> str | None:
    """An id from the address; BadRequest for what is none."""
    text = request.args.get(name)
    if not text:
        return None
    try:
        return str(UUID(text))
    except ValueError:
        raise BadRequest(message("“%(name)s” must be an id.", name=name)) from None
