"""The page on which somebody who was invited becomes a member."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from runtime.contracts import Conflict, Problem, Refused
from runtime.db import tenant
from runtime.identity import credentials
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.identity.invitations import service
from runtime.identity.problems import listed
from runtime.security.access import public
from runtime.security.limits import limiter
from runtime.security.sessions import begin_session, whereabouts

blueprint = Blueprint("invitations", __name__, template_folder="templates")

Answer = str | tuple[str, int] | BaseResponse


@blueprint.get("/join/<secret>")
@public
def join(secret: str) -> Answer:
    """Who invites, and the ways to say yes."""
    return _join_form(secret)


@blueprint.post("/join/<secret>")
@limiter.limit("30 per hour", scope="join")
@public
def accept(secret: str) -> Answer:
    """Yes, with the account that is signed in, or with a new one."""
    form = request.form
    with _tenant_of(secret):
        service.offered(secret)
    try:
        account_id, name = (g.visitor.account_id, g.visitor.name) if g.visitor else _new_account()
        with _tenant_of(secret):
            home = service.accept(secret, account_id, form.get("name", "") or name)
    except Refused as refused:
        return _join_form(secret, refused.problems), 422
    except Conflict as conflict:
        return _join_form(secret, [Problem("", "unique", conflict.why)]), 409
    return redirect(f"/t/{home.key}/", 303)


def _new_account() -> tuple[str, str]:
    """The id and name of a new account, signed in from now on."""
    form = request.form
    account = accounts.sign_up(form.get("name", ""), form.get("sign_in", ""), form.get("password", ""))
    begin_session(doors.open_session(account, *whereabouts()))
    return account.id, account.name


def _tenant_of(secret: str) -> AbstractContextManager[None]:
    tenant_id = credentials.tenant_of_token(secret)
    if tenant_id is None:
        raise service.no_longer()
    return tenant(tenant_id)


def _join_form(secret: str, problems: Iterable[Problem] = ()) -> str:
    with _tenant_of(secret):
        offer = service.offered(secret)
    page = {"offer": offer, "secret": secret, "form": request.form}
    return render_template("invitations/join.html", problems=listed(problems, _), **page)
