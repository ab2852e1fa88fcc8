"""The page of invitations: by mail, by a link for a group, and who has not come yet."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from builder.members import service as members
from builder.members.inviting import addresses, qr, service
from builder.members.tree import tree
from runtime.contracts import Conflict, Problem, Refused
from runtime.db import utc_now
from runtime.http.language import in_words
from runtime.http.pages import page_lang
from runtime.i18n import message
from runtime.identity import service as identity
from runtime.identity.departments import service as departments
from runtime.identity.invitations import service as invitations
from runtime.security.access import power
from runtime.security.addresses import public_url
from runtime.security.limits import limiter

blueprint = Blueprint("inviting", __name__, template_folder="templates", url_prefix="/t/<tenant>/invitations")

Answer = str | tuple[str, int] | BaseResponse

LIVES = {"1": 1, "7": 7, "30": 30, "90": 90}
"""How long a group's link may live, in days."""

WRONG_SHOWN = 20


@blueprint.get("")
@power("admin")
def show(tenant: str) -> Answer:
    """Invite, and see who has not come yet."""
    return _page()


@blueprint.post("")
@limiter.limit("30 per hour", key_func=lambda: g.actor.tenant_id, scope="invitations")
@power("admin")
def send(tenant: str) -> Answer:
    """A mail to each address; with one wrong address nothing is sent and everything typed stays."""
    found = addresses.read(request.form.get("addresses", ""))
    problems = _address_problems(found)
    if problems:
        return _page(problems), 422
    new, known = service.invite_all(found.names, _place(), g.actor)
    if new:
        said = ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", len(new))
        flash(said, "success")
    if known:
        flash(_("Already members or invited: %(mails)s", mails=", ".join(known)), "info")
    return redirect(url_for("inviting.show", tenant=tenant), 303)


@blueprint.post("/<uuid:member>/<any(again, withdraw):act>")
@limiter.limit("200 per hour", key_func=lambda: g.actor.tenant_id, scope="invitations-again")
@power("admin")
def change(tenant: str, member: UUID, act: str) -> Answer:
    """Send once more, or take back."""
    identity.find_member(str(member))
    done: Callable[[str, Any], None] = service.send_again if act == "again" else service.take_back
    try:
        done(str(member), g.actor)
    except Conflict as conflict:
        return _page([Problem("", "conflict", conflict.why)]), 409
    flash(_("The invitation is sent again.") if act == "again" else _("The invitation is withdrawn."), "success")
    return redirect(url_for("inviting.show", tenant=tenant), 303)


@blueprint.post("/links")
@power("admin")
def add_link(tenant: str) -> Answer:
    """One more link for a group."""
    form = request.form
    try:
        made = service.add_link(
            form.get("title", ""), LIVES.get(form.get("life", ""), 7), _most(form.get("most", "")), _place(), g.actor
        )
    except Refused as refused:
        return _page(refused.problems), 422
    return redirect(url_for("inviting.show", tenant=tenant, _anchor=f"link-{made.id}"), 303)


@blueprint.post("/links/<uuid:link>/revoke")
@power("admin")
def revoke_link(tenant: str, link: UUID) -> Answer:
    """End a link at once."""
    service.revoke_link(str(link), g.actor)
    flash(_("The link is revoked."), "success")
    return redirect(url_for("inviting.show", tenant=tenant), 303)


def _address_problems(found: addresses.Addresses) -> list[Problem]:
    why = [message("“%(text)s” is no mail address.", text=text) for text in found.wrong[:WRONG_SHOWN]]
    if not found.names and not why:
        why = [message("Write down at least one address.")]
    if len(found.names) > addresses.MOST:
        why = [message("At most %(most)s at a time.", most=addresses.MOST)]
    return [Problem("/addresses", "format", one) for one in why]


def _place() -> service.Place:
    form = request.form
    roles = (value.partition(":") for value in form.getlist("roles"))
    powers = frozenset(form.getlist("powers")) & set(identity.POWERS)
    return service.Place(form.get("department") or None, powers, frozenset((app, role) for app, _colon, role in roles))


def _most(text: str) -> int | None:
    if not text.strip():
        return None
    return int(text) if text.strip().isdecimal() and len(text) < 10 else 0


def _page(problems: Any = ()) -> str:
    shown = [{"target": one.pointer.strip("/"), "message": in_words(one.message)} for one in problems]
    links = [(link, public_url(f"/join/{invitations.secret_of(link.id)}")) for link in invitations.links()]
    page = {"waiting": invitations.waiting(), "links": [(link, url, qr.path(url)) for link, url in links]}
    page |= {"departments": tree(departments.ordered()), "now": utc_now(), "lives": list(LIVES), "problems": shown}
    apps = members.role_choices(page_lang(), _("Admin of this app"))
    return render_template("builder/members/invitations.html", apps=apps, form=request.form, **page)
