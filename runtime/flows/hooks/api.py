"""The door for other systems: what is sent to an address, signed, starts a flow."""

from uuid import UUID

from flask import Blueprint, Response, request

from runtime.contracts import TooMuch
from runtime.db import tenant
from runtime.flows.deliveries import MOST_BYTES
from runtime.flows.hooks import service
from runtime.http.parameters import takes
from runtime.http.reply import reply
from runtime.i18n import message
from runtime.security.access import signed
from runtime.security.guard import Unauthenticated
from runtime.security.limits import count_bad_token, limiter

blueprint = Blueprint("hooks_api", __name__, url_prefix="/api/v1")


@blueprint.post("/hooks/<uuid:hook>")
@limiter.limit("600 per minute", key_func=lambda: str((request.view_args or {}).get("hook")), scope="hook")
@signed
@takes("webhook-id", "webhook-timestamp", "webhook-signature")
def receive(hook: UUID) -> Response:
    """Send something to a flow, signed as standardwebhooks.com says; 409 says that this delivery was there before."""
    if (request.content_length or 0) > MOST_BYTES:
        raise TooMuch(message("At most %(most)s KB can be sent at once.", most=MOST_BYTES >> 10))
    tenant_id = service.tenant_of(str(hook))
    headers = {name.casefold(): value for name, value in request.headers.items()}
    try:
        if tenant_id is None:
            raise Unauthenticated(message("This is not signed as this address wants it."))
        with tenant(tenant_id):
            return reply({"run": service.receive(str(hook), headers, request.get_data())}, 202)
    except Unauthenticated:
        count_bad_token()
        raise
