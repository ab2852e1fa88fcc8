"""What the API says of itself: OpenAPI, and the schema of each kind of document."""

from flask import Blueprint, Response, current_app

from runtime.contracts import NotFound
from runtime.documents import KINDS, schema_of
from runtime.http.openapi import describe
from runtime.http.reply import reply
from runtime.i18n import message
from runtime.security.access import public, scoped
from runtime.security.addresses import public_url

blueprint = Blueprint("http_api", __name__, url_prefix="/api/v1")


@blueprint.get("/openapi.json")
@scoped("")
def openapi() -> Response:
    """This description, with the published forms that the token's holder may read."""
    return reply(describe(current_app, current_app.extensions["trellis.forms"](), public_url("")))


@blueprint.get("/schemas/<kind>.json")
@public
def schema(kind: str) -> Response:
    """The JSON Schema of one kind of document."""
    if kind not in KINDS:
        raise NotFound(message("There is no such page."))
    return reply(schema_of(kind))
