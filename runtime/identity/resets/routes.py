"""Pages on the way to a new password."""

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from runtime.contracts import Problem, Refused
from runtime.i18n import message
from runtime.identity import names
from runtime.identity.doors import service as doors
from runtime.identity.problems import listed
from runtime.identity.resets import service
from runtime.security.access import public
from runtime.security.limits import limiter
from runtime.security.sessions import begin_session, whereabouts

blueprint = Blueprint("resets", __name__, template_folder="templates")

Answer = str | tuple[str, int] | BaseResponse


def account_asked() -> str:
    """The name that was asked for, so that one mailbox is not flooded from many addresses."""
    return names.folded(request.form.get("sign_in", ""))[:200]


@blueprint.get("/forgot")
@public
def forgot() -> Answer:
    """Which account?"""
    return render_template("resets/forgot.html", name=request.args.get("name", ""), problems=[])


@blueprint.post("/forgot")
@limiter.limit("5 per hour", key_func=account_asked, scope="forgot-account")
@limiter.limit("30 per hour", scope="forgot-address")
@public
def ask() -> Answer:
    """The same page for every name."""
    name = request.form.get("sign_in", "").strip()
    if not name:
        missing = [Problem("/sign_in", "required", message("Say which account it is."))]
        return render_template("resets/forgot.html", name="", problems=listed(missing, _)), 422
    service.ask(name, str(get_locale()))
    return render_template("resets/asked.html", name=name, minutes=service.MINUTES)


@blueprint.get("/reset/<secret>")
@public
def choose(secret: str) -> Answer:
    """The new password."""
    return _form(secret)


@blueprint.post("/reset/<secret>")
@limiter.limit("30 per hour", scope="reset")
@public
def redeem(secret: str) -> Answer:
    """Keep it, and go in."""
    try:
        account = service.redeem(secret, request.form.get("new", ""))
    except Refused as refused:
        return _form(secret, refused.problems), 422
    begin_session(doors.open_session(account, *whereabouts()))
    flash(_("Your password is changed. You are signed out everywhere else, and your API tokens are void."), "success")
    return redirect("/tenants", 303)


def _form(secret: str, problems: Iterable[Problem] = ()) -> str:
    account = service.find(secret)
    return render_template("resets/reset.html", account=account, secret=secret, problems=listed(problems, _))
