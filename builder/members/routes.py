"""Pages for people, departments, powers and roles."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from builder.members import service
from builder.members.tree import tree
from runtime.contracts import Conflict, Refused
from runtime.http.language import in_words
from runtime.http.pages import page_lang
from runtime.identity import service as identity
from runtime.security import power, public_url

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
    try:
        member, secret = service.invite(
            form.get("name", ""), form.get("department") or None, form.getlist("powers"), g.actor
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
    page |= {"powers": identity.powers(), "departments": tree(identity.departments()), "problems": problems}
    return render_template("builder/members/list.html", **page)


def _member_page(id: str, **more: Any) -> str:
    """A member; `invitation` or `reset` is a link to be handed over, `problems` what was not done."""
    page: dict[str, Any] = {"problems": (), "member": identity.find_member(id), **more}
    page |= {"departments": tree(identity.departments())}
    page |= {"powers": identity.powers().get(id, set()), "roles": service.held_roles(id)}
    page["apps"] = service.role_choices(page_lang(), _("Admin of this app"))
    return render_template("builder/members/member.html", **page)


# --- departments -------------------------------------------------------------------------------


@blueprint.get("/departments")
@power("admin")
def departments(tenant: str) -> Answer:
    """The tree with its managers."""
    return _departments_page()


@blueprint.post("/departments")
@power("admin")
def add_department(tenant: str) -> Answer:
    """One more, at the top or under another."""
    return _kept(lambda: identity.add_department(*_department_sent()), tenant)


@blueprint.post("/departments/<uuid:department>")
@power("admin")
def change_department(tenant: str, department: UUID) -> Answer:
    """Keep name, place and manager."""
    return _kept(lambda: identity.change_department(str(department), *_department_sent()), tenant)


@blueprint.post("/departments/<uuid:department>/remove")
@power("admin")
def remove_department(tenant: str, department: UUID) -> Answer:
    """Remove an empty one."""
    return _kept(lambda: identity.remove_department(str(department)), tenant)


def _department_sent() -> tuple[str, str | None, str | None]:
    form = request.form
    return form.get("title", ""), form.get("parent") or None, form.get("manager") or None


def _kept(act: Callable[[], Any], tenant: str) -> Answer:
    try:
        act()
    except Refused as refused:
        return _departments_page(_shown(refused)), 422
    except Conflict as conflict:
        return _departments_page([{"target": "", "message": in_words(conflict.why)}]), 409
    flash(_("Saved."), "success")
    return redirect(url_for("members.departments", tenant=tenant), 303)


def _departments_page(problems: Any = ()) -> str:
    people = identity.search_members("", 500)
    page = {"departments": tree(identity.departments()), "people": people, "problems": problems}
    page["counts"] = identity.department_sizes()
    return render_template("builder/members/departments.html", **page)


def _shown(refused: Refused) -> list[dict[str, str]]:
    return [{"target": p.pointer.strip("/"), "message": in_words(p.message)} for p in refused.problems]
