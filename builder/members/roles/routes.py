"""Pages of an app's roles: make one, say what it may do, take it out."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from builder.drafts import service as drafts
from builder.drafts.parts import key_for
from builder.drafts.roles import FOLLOWS, blank
from builder.members.roles.grants import ACTS, granted, grants
from runtime.contracts import LostRace
from runtime.http.language import in_words
from runtime.http.pages import page_lang
from runtime.permissions import ADMIN
from runtime.releases import service as releases
from runtime.security import builder

blueprint = Blueprint(
    "roles", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build/roles"
)  # fmt: skip


@blueprint.post("/")
@builder
def add(tenant: str, app: str) -> BaseResponse:
    """A new role of that title, which may do nothing yet."""
    found = releases.find_app(app)
    title = request.form.get("title", "").strip()[:200] or _("New role")
    taken = [ADMIN, *(role["key"] for role in drafts.whole(found).get("roles") or ())]
    role = blank(key_for(title, taken, "role"), title)
    drafts.save(found, "roles", role["key"], role, None, g.actor)
    return redirect(url_for("roles.show", tenant=tenant, app=app, role=role["key"]), 303)


@blueprint.get("/<role>")
@builder
def show(tenant: str, app: str, role: str) -> str:
    """What the role may do, form by form."""
    return _page(app, role)


@blueprint.post("/<role>")
@builder
def keep(tenant: str, app: str, role: str) -> Any:
    """Keep its name and grants."""
    found, form = releases.find_app(app), request.form
    draft = drafts.find(found, "roles", role)
    wanted = {key: (form[f"rows.{key}"], set(form.getlist(f"acts.{key}"))) for key in form.getlist("forms")}
    changed = granted(draft.document, wanted) | {
        "title": form.get("title", "").strip()[:200] or draft.document["title"]
    }
    changed[FOLLOWS] = "follows" in form
    try:
        drafts.save(found, "roles", role, changed, form.get("rev", 0, int), g.actor)
    except LostRace as raced:
        return _page(app, role, [{"target": "", "message": in_words(raced.why)}]), 412
    flash(_("Saved in the draft. It holds once you publish."), "success")
    return redirect(url_for("roles.show", tenant=tenant, app=app, role=role), 303)


def _page(app: str, role: str, problems: Any = ()) -> str:
    found = releases.find_app(app)
    draft = drafts.find(found, "roles", role)
    forms = drafts.whole(found).get("forms") or ()
    return render_template(
        "builder/members/roles/role.html", app=found, role=draft.document, rev=draft.rev, problems=problems,
        grants=grants(draft.document, forms, page_lang()), acts=ACTS, follows=draft.document.get(FOLLOWS) is True,
    )  # fmt: skip
