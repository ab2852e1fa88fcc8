"""The page of the tree of departments."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from builder.members.departments import service
from builder.members.tree import Way, nested, steps, tree
from runtime.contracts import Conflict, Refused
from runtime.http.language import in_words
from runtime.identity import service as identity
from runtime.identity.departments import service as departments
from runtime.security.access import power

blueprint = Blueprint("departments", __name__, template_folder="templates", url_prefix="/t/<tenant>/departments")

Answer = str | tuple[str, int] | BaseResponse
INSIDE = 100
MANAGERS = 500


@blueprint.get("")
@power("admin")
def show(tenant: str) -> Answer:
    """The tree; `at` is the department that is looked at."""
    return _page(request.args.get("at"))


@blueprint.post("")
@power("admin")
def add(tenant: str) -> Answer:
    """One more, at the top or under another."""
    return _kept(lambda: service.add(*_sent(), g.actor).id)


@blueprint.post("/<uuid:department>")
@power("admin")
def change(tenant: str, department: UUID) -> Answer:
    """Keep name, place and manager."""
    return _kept(lambda: service.change(str(department), *_sent(), g.actor).id, str(department))


@blueprint.post("/<uuid:department>/move")
@power("admin")
def move(tenant: str, department: UUID) -> Answer:
    """Put it under another, as dragging does."""
    parent = request.form.get("parent") or None
    return _kept(lambda: service.move(str(department), parent, g.actor).id, str(department))


@blueprint.post("/<uuid:department>/<any(up, down, in, out):way>")
@power("admin")
def step(tenant: str, department: UUID, way: Way) -> Answer:
    """Move it by one step."""
    return _kept(lambda: service.step(str(department), way, g.actor).id, str(department))


@blueprint.post("/<uuid:department>/remove")
@power("admin")
def remove(tenant: str, department: UUID) -> Answer:
    """Remove it; `to` takes what is in it."""
    to = request.form.get("to") or None
    return _kept(lambda: service.remove(str(department), to, g.actor) or to, str(department))


def _sent() -> tuple[str, str | None, str | None]:
    form = request.form
    return form.get("title", ""), form.get("parent") or None, form.get("manager") or None


def _kept(act: Callable[[], str | None], at: str | None = None) -> Answer:
    try:
        found = act()
    except Refused as refused:
        problems = [{"target": p.pointer.strip("/"), "message": in_words(p.message)} for p in refused.problems]
        return _page(at, problems), 422
    except Conflict as conflict:
        return _page(at, [{"target": "", "message": in_words(conflict.why)}]), 409
    flash(_("Saved."), "success")
    return redirect(url_for("departments.show", tenant=g.tenant.key, at=found), 303)


def _page(at: str | None, problems: Any = ()) -> str:
    every, sizes = departments.ordered(), departments.sizes()
    chosen = next((one for one in every if one.id == at), None)
    page: dict[str, Any] = {"roots": nested(every, sizes), "flat": tree(every), "chosen": chosen}
    page["managers"] = identity.member_names(one.manager_id for one in every if one.manager_id)
    if chosen is not None:
        page |= {"inside": departments.members_of(chosen.id, INSIDE), "sizes": sizes}
        page["ways"] = steps(every, chosen.id)
        page["people"] = identity.search_members("", MANAGERS)
        page["is_full"] = bool(sizes.get(chosen.id)) or any(one.parent_id == chosen.id for one in every)
    return render_template("builder/members/departments.html", problems=problems, form=request.form, **page)
