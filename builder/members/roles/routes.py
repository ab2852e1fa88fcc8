"""Pages of an app's roles: make one, say what it may do, take it out."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from builder.drafts import service as drafts
from builder.drafts.access import accesses, unknown, without_unknown
from builder.drafts.parts import key_for
from builder.drafts.roles import FOLLOWS, blank
from builder.members.roles.grants import ACTS, granted, grants, marked
from runtime.contracts import LostRace, NotFound
from runtime.documents import fields_of
from runtime.http.language import in_words
from runtime.http.pages import page_lang
from runtime.i18n import message, text_in
from runtime.permissions import ADMIN
from runtime.releases import service as releases
from runtime.security.access import builder

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
    marks = {int(place): (form.getlist(f"read.{place}"), form.getlist(f"write.{place}"))
             for place in form.getlist("policies")}  # fmt: skip
    fields = _fields(drafts.whole(found))
    changed = granted(without_unknown(marked(draft.document, fields, marks), fields), wanted) | {
        "title": form.get("title", "").strip()[:200] or draft.document["title"]
    }
    changed[FOLLOWS] = "follows" in form
    try:
        drafts.save(found, "roles", role, changed, form.get("rev", 0, int), g.actor)
    except LostRace as raced:
        return _page(app, role, [{"target": "", "message": in_words(raced.why)}]), 412
    flash(_("Saved in the draft. It holds once you publish."), "success")
    return redirect(url_for("roles.show", tenant=tenant, app=app, role=role), 303)


@blueprint.get("/<role>/fields")
@builder
def fields(tenant: str, app: str, role: str) -> str:
    """Which questions of a form the role's holders see and change, for the role's page."""
    found, key = releases.find_app(app), request.args.get("form", "")
    document, whole = drafts.find(found, "roles", role).document, drafts.whole(found)
    form = next((form for form in whole["forms"] if form["key"] == key), None)
    if form is None:
        raise NotFound(message("There is no such page."))
    by_field = [[(name, text_in(page_lang(), schema, "title") or name, line) for line in accesses(document, key, name)]
                for name, schema in fields_of(form).items()]  # fmt: skip
    tables = [(rows[0][2], rows) for rows in zip(*by_field, strict=True)]
    return render_template("builder/members/roles/fields.html", tables=tables)


def _fields(app: Mapping[str, Any]) -> dict[str, Any]:
    return {form["key"]: fields_of(form) for form in app.get("forms") or ()}


def _page(app: str, role: str, problems: Any = ()) -> str:
    found = releases.find_app(app)
    draft = drafts.find(found, "roles", role)
    whole = drafts.whole(found)
    forms = whole.get("forms") or ()
    return render_template(
        "builder/members/roles/role.html", app=found, role=draft.document, rev=draft.rev, problems=problems,
        grants=grants(draft.document, forms, page_lang()), acts=ACTS, follows=draft.document.get(FOLLOWS) is True,
        gone=unknown(draft.document, _fields(whole)),
    )  # fmt: skip
