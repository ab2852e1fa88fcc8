"""Pages before any tenant: signing in, up and out, choosing a workspace."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, session
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from runtime.contracts import Problem, Refused
from runtime.db import tenant
from runtime.i18n import message
from runtime.identity import credentials, names, service
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.identity.problems import listed
from runtime.security.access import public, signed_in
from runtime.security.addresses import local_path
from runtime.security.limits import is_first, limiter
from runtime.security.sessions import COOKIE, KNOWN, begin_session, whereabouts

blueprint = Blueprint("doors", __name__, template_folder="templates")

Answer = str | tuple[str, int] | BaseResponse
A_YEAR = 365 * 24 * 3600


def name_tried() -> str:
    """The name that somebody tries to come in with."""
    return names.folded(request.form.get("sign_in", ""))[:200]


def tries_together() -> str:
    """Whose tries count together: those of all browsers in which nobody came in by this name before, whatever their
    address; and each other browser's by themselves, so that nobody's guesses shut out who is at home there."""
    name, sign = session.get(KNOWN) or ("", "")
    return f"{name_tried()} {sign if name == credentials.digest(name_tried()) else ''}"


def known_from_now() -> tuple[str, str]:
    """What a browser is known by to whoever comes in by the name: its hash, and a sign no other browser has."""
    return credentials.digest(name_tried()), credentials.new_secret()


def failed(response: BaseResponse) -> bool:
    """Only a refusal counts as a try."""
    return response.status_code >= 400


def note_slowed(limit: object) -> None:
    """One entry in the trail for many guesses, or guessing would fill it."""
    if is_first(f"slowed {tries_together()}"):
        doors.note_slowed(name_tried(), request.remote_addr or "")


# --- in and out --------------------------------------------------------------------------------


@blueprint.get("/sign-in")
@public
def sign_in() -> Answer:
    """The form; whoever is in goes on."""
    after = local_path(request.args.get("next"), "/tenants")
    return redirect(after) if g.visitor else _sign_in_form(after)


@blueprint.get("/sign-in/<key>")
@public
def own_sign_in(key: str) -> Answer:
    """The same under a tenant's own name and colour, where it wants that; the plain form for any other key."""
    return redirect("/tenants") if g.visitor else _sign_in_form("/tenants", home=service.door_settings(key))


@blueprint.post("/sign-in")
@limiter.limit(
    "10 per 15 minutes", key_func=tries_together, deduct_when=failed, scope="sign-in-account", on_breach=note_slowed
)
@limiter.limit("60 per 15 minutes", deduct_when=failed, scope="sign-in-address")
@public
def enter() -> Answer:
    """A new session, or the same words for a wrong name and a wrong password."""
    form = request.form
    secret = doors.sign_in(form.get("sign_in", ""), form.get("password", ""), *whereabouts())
    after = local_path(form.get("next"), "/tenants")
    if secret is None:
        return _sign_in_form(after, _("This name and password do not go together.")), 401
    begin_session(secret, known_from_now())
    visitor = doors.identify(secret)
    answer = redirect(after, 303)
    if visitor and visitor.theme:
        answer.set_cookie("theme", visitor.theme, A_YEAR, samesite="Lax")
    return answer


@blueprint.post("/sign-out")
@public
def leave() -> Answer:
    """The session ends here and on the server."""
    doors.sign_out(str(session.get(COOKIE) or ""))
    known = session.get(KNOWN)
    session.clear()
    session[KNOWN], session.permanent = known, True
    return redirect("/sign-in", 303)


def _sign_in_form(after: str, problem: str = "", home: Any = None) -> str:
    problems = [{"target": "sign_in", "message": problem}] if problem else []
    return render_template(
        "doors/sign_in.html",
        after=after,
        problems=problems,
        name=request.form.get("sign_in", ""),
        may_sign_up=_is_open(),
        home=home or service.door_settings(request.form.get("home", "")),
    )


# --- up ----------------------------------------------------------------------------------------


@blueprint.get("/sign-up")
@public
def sign_up() -> Answer:
    """The form for a new account with a workspace of its own."""
    if g.visitor:
        return redirect("/tenants")
    return _sign_up_form()


@blueprint.post("/sign-up")
@limiter.limit("20 per hour", scope="sign-up")
@public
def create() -> Answer:
    """An account and its workspace; all problems at once."""
    if not _is_open():
        return _sign_up_form(), 403
    title = request.form.get("title", "").strip()
    try:
        account = accounts.sign_up(*_sent(), _title_problems(title))
    except Refused as refused:
        return _sign_up_form(refused.problems), 422
    begin_session(doors.open_session(account, *whereabouts()), known_from_now())
    return redirect(f"/t/{_new_tenant(title, account.id, account.name)}/", 303)


def _is_open() -> bool:
    return bool(current_app.config["TRELLIS_SIGNUP"] == "open")


def _sent() -> tuple[str, str, str]:
    form = request.form
    return form.get("name", ""), form.get("sign_in", ""), form.get("password", "")


def _title_problems(title: str) -> list[Problem]:
    return [] if title else [Problem("/title", "required", message("Your workspace needs a name."))]


def _new_tenant(title: str, account_id: str, name: str) -> str:
    """The key of a new workspace, whose owner the account is."""
    key = names.tenant_key_for(title, service.is_taken)
    lang = "zh-CN" if str(get_locale()).startswith("zh") else "en"
    made = service.create_tenant(key, title, lang)
    with tenant(made.id):
        member = service.add_member(name, account_id)
        service.give_power("owner", member.id)
    return key


def _sign_up_form(problems: Iterable[Problem] = ()) -> str:
    return render_template("doors/sign_up.html", may=_is_open(), form=request.form, problems=listed(problems, _))


# --- workspaces --------------------------------------------------------------------------------


@blueprint.get("/tenants")
@signed_in
def tenants() -> Answer:
    """The workspaces of the account; with one only, straight in."""
    mine = doors.tenants_of(g.visitor.account_id)
    if len(mine) == 1 and "all" not in request.args:
        return redirect(f"/t/{mine[0].key}/")
    return render_template("doors/tenants.html", tenants=mine, form=request.form, problems=[], may_create=_is_open())


@blueprint.post("/tenants")
@limiter.limit("20 per hour", scope="sign-up")
@signed_in
def create_tenant() -> Answer:
    """One more workspace."""
    title = request.form.get("title", "").strip()
    problems = _title_problems(title)
    if problems or not _is_open():
        mine = doors.tenants_of(g.visitor.account_id)
        page = {"form": request.form, "problems": listed(problems, _), "may_create": _is_open()}
        return render_template("doors/tenants.html", tenants=mine, **page), 422
    return redirect(f"/t/{_new_tenant(title, g.visitor.account_id, g.visitor.name)}/", 303)
