"""Pages for people, departments, powers and roles."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from builder.members import service
from builder.members.signins.service import sign_ins
from builder.members.tree import tree
from runtime.contracts import Conflict, Refused
from runtime.db import utc_now
from runtime.http.language import in_words
from runtime.http.pages import page_lang
from runtime.identity import service as identity
from runtime.identity.agents import browser_name, is_phone
from runtime.identity.departments import service as departments
from runtime.security.access import power
from runtime.security.addresses import public_url

blueprint = Blueprint("members", __name__, template_folder="templates", url_prefix="/t/<tenant>")

Answer = str | tuple[str, int] | BaseResponse
PAGE = 50


# --- people ------------------------------------------------------------------------------------


@blueprint.get("/members")
@power("admin")
def everybody(tenant: str) -> Answer:
    """The members by name, with where they stand and what they hold."""
    return _list_page()


@blueprint.post("/members")
@power("admin")
def add(tenant: str) -> Answer:
    """A new member, and the link to hand to the person."""
    form = request.form
    roles = [_role(value) for value in form.getlist("roles")]
    try:
        member, secret = service.invite(
            form.get("name", ""), form.get("department") or None, form.getlist("powers"), roles, g.actor
        )
    except Refused as refused:
        return _list_page(problems=_shown(refused)), 422
    return _member_page(member.id, invitation=public_url(f"/join/{secret}")), 201


@blueprint.get("/members/<uuid:member>")
@power("admin")
def one(tenant: str, member: UUID) -> Answer:
    """One member."""
    return _member_page(str(member))


@blueprint.post("/members/<uuid:member>")
@power("admin")
def change(tenant: str, member: UUID) -> Answer:
    """Keep name and department."""
    form = request.form
    identity.change_member(str(member), form.get("name", "") or _("Without a name"), form.get("department") or None)
    return _saved(tenant, member)


@blueprint.post("/members/<uuid:member>/rights")
@power("admin")
def rights(tenant: str, member: UUID) -> Answer:
    """Keep powers and roles."""
    id = str(member)
    identity.find_member(id)

    def keep() -> None:
        service.keep_powers(id, set(request.form.getlist("powers")) & set(identity.POWERS), g.actor)
        service.keep_roles(id, (_role(value) for value in request.form.getlist("roles")), g.actor)

    return _tried(keep, tenant, member)


@blueprint.post("/members/<uuid:member>/<any(suspend, restore):act>")
@power("admin")
def suspend(tenant: str, member: UUID, act: str) -> Answer:
    """Shut out at once, or let in again."""
    return _tried(lambda: service.suspend(str(member), act == "restore", g.actor), tenant, member)


@blueprint.post("/members/<uuid:member>/invite")
@power("admin")
def invite(tenant: str, member: UUID) -> Answer:
    """A new link; the earlier one is void."""
    return _member_page(str(member), invitation=public_url(f"/join/{service.new_link(str(member), g.actor)}")), 201


@blueprint.post("/members/<uuid:member>/reset")
@power("admin")
def reset(tenant: str, member: UUID) -> Answer:
    """A link for a new password, shown this once."""
    try:
        secret = service.reset_link(str(member), g.actor)
    except Conflict as conflict:
        return _refused(member, conflict)
    return _member_page(str(member), reset=public_url(f"/reset/{secret}")), 201


def _role(value: str) -> tuple[str, str]:
    app_id, _colon, role = value.partition(":")
    return app_id, role


def _tried(act: Callable[[], None], tenant: str, member: UUID) -> Answer:
    try:
        act()
    except Conflict as conflict:
        return _refused(member, conflict)
    return _saved(tenant, member)


def _refused(member: UUID, conflict: Conflict) -> Answer:
    return _member_page(str(member), problems=[{"target": "", "message": in_words(conflict.why)}]), 409


def _saved(tenant: str, member: UUID) -> BaseResponse:
    flash(_("Saved."), "success")
    return redirect(url_for("members.one", tenant=tenant, member=member), 303)


def _list_page(problems: Any = ()) -> str:
    text, after = request.args.get("q", ""), request.args.get("after", "")
    found = list(identity.members(text, after, PAGE + 1))
    page: dict[str, Any] = {"q": text, "members": found[:PAGE], "after": found[PAGE - 1].id if found[PAGE:] else ""}
    page |= {"powers": identity.powers(), "departments": tree(departments.ordered()), "problems": problems}
    page["apps"] = _apps()
    return render_template("builder/members/list.html", **page)


def _member_page(id: str, **more: Any) -> str:
    """A member; `invitation` or `reset` is a link to be handed over, `problems` what was not done."""
    page: dict[str, Any] = {"problems": (), "member": identity.find_member(id), **more}
    page |= {"departments": tree(departments.ordered())}
    page |= {"powers": identity.powers().get(id, set()), "roles": identity.held_roles(id)}
    page |= {"signed": sign_ins(id), "now": utc_now(), "browser_name": browser_name, "is_phone": is_phone}
    page["apps"] = _apps()
    return render_template("builder/members/member.html", **page)


def _apps() -> list[service.AppRoles]:
    return service.role_choices(page_lang(), _("Admin of this app"))


def _shown(refused: Refused) -> list[dict[str, str]]:
    return [{"target": p.pointer.strip("/"), "message": in_words(p.message)} for p in refused.problems]
