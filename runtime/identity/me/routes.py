"""Pages of one's own settings and API tokens."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from runtime.contracts import Problem, Refused
from runtime.db import utc_now
from runtime.identity.accounts import service as accounts
from runtime.identity.agents import browser_name, is_phone
from runtime.identity.doors import service as doors
from runtime.identity.problems import listed
from runtime.security.access import member
from runtime.security.limits import limiter
from runtime.security.sessions import begin_session, whereabouts

blueprint = Blueprint("me", __name__, template_folder="templates", url_prefix="/t/<tenant>")

Answer = str | tuple[str, int] | BaseResponse

LANGS = ("zh-CN", "en")
THEMES = ("light", "dark")
LIVES = {"30": 30, "90": 90, "365": 365, "never": None}
"""How long a token may live, in days."""

A_YEAR = 365 * 24 * 3600


# --- settings ----------------------------------------------------------------------------------


@blueprint.get("/me")
@member
def settings(tenant: str) -> Answer:
    """Name, language, look, password, and where one is signed in."""
    return _settings_page()


@blueprint.post("/me")
@member
def change(tenant: str) -> Answer:
    """Keep name, language and look."""
    form = request.form
    lang = form.get("lang") if form.get("lang") in LANGS else None
    theme = form.get("theme") if form.get("theme") in THEMES else None
    accounts.change_account(g.visitor.account_id, form.get("name", ""), lang, theme)
    flash(_("Saved."), "success")
    answer = redirect(url_for("me.settings", tenant=tenant), 303)
    if theme:
        answer.set_cookie("theme", theme, A_YEAR, samesite="Lax")
    else:
        answer.delete_cookie("theme")
    return answer


@blueprint.post("/me/password")
@limiter.limit("10 per 15 minutes", key_func=lambda: g.visitor.account_id, scope="password")
@member
def password(tenant: str) -> Answer:
    """A new password; everywhere else one is signed out and tokens are void."""
    form = request.form
    try:
        accounts.change_password(g.visitor.account_id, form.get("old", ""), form.get("new", ""))
    except Refused as refused:
        return _settings_page(refused.problems), 422
    account = accounts.find_account_by_id(g.visitor.account_id)
    begin_session(doors.open_session(account, *whereabouts()))
    flash(_("Your password is changed. You are signed out everywhere else, and your API tokens are void."), "success")
    return redirect(url_for("me.settings", tenant=tenant), 303)


@blueprint.post("/me/sessions/<uuid:session>/revoke")
@member
def revoke_session(tenant: str, session: UUID) -> Answer:
    """Sign out one browser."""
    doors.revoke(g.visitor.account_id, str(session))
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("me.settings", tenant=tenant), 303)


def _settings_page(problems: Iterable[Problem] = ()) -> str:
    account = accounts.find_account_by_id(g.visitor.account_id)
    open_ones = doors.sessions(account.id)
    page = {"account": account, "sessions": open_ones, "browser_name": browser_name, "is_phone": is_phone}
    return render_template("me/settings.html", problems=listed(problems, _), **page)


# --- tokens ------------------------------------------------------------------------------------


@blueprint.get("/tokens")
@member
def tokens(tenant: str) -> Answer:
    """One's API tokens and the form for a new one."""
    return _tokens_page()


@blueprint.post("/tokens")
@limiter.limit("30 per hour", key_func=lambda: g.actor.member_id, scope="tokens")
@member
def issue(tenant: str) -> Answer:
    """A new token; its text is on this one answer and nowhere else."""
    form = request.form
    days = LIVES.get(form.get("life", ""), 90)
    until = utc_now() + timedelta(days=days) if days else None
    try:
        text = doors.issue_token(g.actor.member_id, form.getlist("scopes"), until, form.get("title", ""))
    except Refused as refused:
        return _tokens_page(problems=listed(refused.problems, _)), 422
    return _tokens_page(text=text), 201


@blueprint.post("/tokens/<uuid:token>/revoke")
@member
def revoke_token(tenant: str, token: UUID) -> Answer:
    """End a token at once."""
    doors.revoke_token(g.actor.member_id, str(token))
    flash(_("The token is revoked."), "success")
    return redirect(url_for("me.tokens", tenant=tenant), 303)


def _tokens_page(**page: Any) -> str:
    said = {
        "records:read": _("Read records"),
        "records:write": _("Write records"),
        "app:read": _("Read what apps are made of"),
        "app:write": _("Change drafts of apps"),
        "app:publish": _("Publish apps"),
        "flows:run": _("Start flows"),
        "flows:read": _("See runs of flows"),
        "tasks:write": _("Decide tasks"),
        "admin": _("Administer the workspace"),
    }
    mine = doors.tokens(g.actor.member_id)
    return render_template("me/tokens.html", tokens=mine, scopes=said, now=utc_now(), **({"problems": []} | page))
