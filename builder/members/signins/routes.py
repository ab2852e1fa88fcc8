"""Ending a single sign-in or token of a member."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from builder.members.signins import service
from runtime.contracts import Conflict
from runtime.http.language import in_words
from runtime.security.access import power

blueprint = Blueprint("signins", __name__, url_prefix="/t/<tenant>/members/<uuid:member>")


@blueprint.post("/sessions/<uuid:session>/revoke")
@power("admin")
def end_session(tenant: str, member: UUID, session: UUID) -> BaseResponse:
    """Sign out one browser."""
    return _ended(
        lambda: service.end_session(str(member), str(session), g.actor), _("That browser is signed out."), member
    )


@blueprint.post("/tokens/<uuid:token>/revoke")
@power("admin")
def end_token(tenant: str, member: UUID, token: UUID) -> BaseResponse:
    """End one token."""
    return _ended(lambda: service.end_token(str(member), str(token), g.actor), _("The token is revoked."), member)


def _ended(act: Callable[[], None], done: str, member: UUID) -> BaseResponse:
    try:
        act()
        flash(done, "success")
    except Conflict as conflict:
        flash(in_words(conflict.why), "danger")
    return redirect(url_for("members.one", tenant=g.tenant.key, member=member), 303)
