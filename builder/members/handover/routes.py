"""The pages of a hand-over: choose successors, say who gets what, watch it, take it back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from builder.members.handover import service
from runtime.contracts import Conflict, Refused, as_id
from runtime.http.language import in_words
from runtime.http.pages import page_lang
from runtime.identity import service as identity
from runtime.records.handover import service as handover
from runtime.security.access import power

blueprint = Blueprint(
    "handover", __name__, template_folder="templates", url_prefix="/t/<tenant>/members/<uuid:member>/handover"
)

Answer = str | tuple[str, int] | BaseResponse
SUCCESSORS = 10
FOUND = 8


@blueprint.get("")
@power("admin")
def show(tenant: str, member: UUID) -> Answer:
    """What the member has, and who shall get it; how a hand-over stands."""
    return _page(member)


@blueprint.get("/progress")
@power("admin")
def progress(tenant: str, member: UUID) -> Answer:
    """How the last hand-over stands, for a page that looks again and again."""
    identity.find_member(str(member))
    made = handover.latest(str(member))
    return render_template("builder/members/progress.html", made=made, here=_here(member))


@blueprint.post("")
@power("admin")
def start(tenant: str, member: UUID) -> Answer:
    """Shut out and hand over."""
    form = request.form
    to = {name.removeprefix("to."): value for name, value in form.items() if name.startswith("to.") and as_id(value)}
    try:
        service.hand_over(str(member), to, "flows" in form, g.actor)
    except Refused as refused:
        return _page(member, [in_words(one.message) for one in refused.problems]), 422
    except Conflict as conflict:
        return _page(member, [in_words(conflict.why)]), 409
    flash(_("%(name)s is shut out; the records follow now.", name=identity.find_member(str(member)).name), "success")
    return redirect(_here(member), 303)


@blueprint.post("/undo")
@power("admin")
def undo(tenant: str, member: UUID) -> Answer:
    """Give the records back."""
    identity.find_member(str(member))
    made = handover.latest(str(member))
    try:
        if made is not None:
            service.take_back(made.id, g.actor)
    except Conflict as conflict:
        return _page(member, [in_words(conflict.why)]), 409
    return redirect(_here(member), 303)


def _here(member: UUID) -> str:
    return url_for("handover.show", tenant=request.view_args["tenant"], member=member)  # type: ignore[index]


def _page(member: UUID, problems: list[str] | None = None) -> str:
    who = identity.find_member(str(member))
    asked = request.values
    chosen = [id for id in dict.fromkeys(asked.getlist("with")) if as_id(id) and id != who.id][:SUCCESSORS]
    names = identity.member_names(chosen)
    text = asked.get("q", "").strip()
    has = service.belongings(who.id, page_lang(), _("Admin of this app"), g.actor)
    page: dict[str, Any] = {
        "member": who, "has": has, "made": handover.latest(who.id),
        "chosen": [(id, names[id]) for id in chosen if id in names], "q": text, "here": _here(member),
        "found": [one for one in identity.search_members(text, FOUND) if one.id not in {who.id, *chosen}],
        "problems": [{"target": "", "message": why} for why in problems or ()],
    }  # fmt: skip
    return render_template("builder/members/handover.html", form=request.form, **page)
