"""Pages of an app as a whole: what it is made of, checking and publishing it, taking it out."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from builder.drafts import service as drafts
from builder.drafts.parts import KINDS, key_for
from builder.flows import edit as flow_edit
from builder.flows import naming
from builder.forms import edit as form_edit
from builder.publishing import service
from builder.publishing.titles import titled
from runtime.contracts import Problem, Refused
from runtime.db import dumps
from runtime.http.language import LANGUAGES
from runtime.http.pages import page_lang
from runtime.i18n import title_in
from runtime.releases import service as releases
from runtime.security.access import builder

blueprint = Blueprint("publishing", __name__, template_folder="templates", url_prefix="/t/<tenant>")

BUILD = "/a/<app>/build/"
DESIGNERS = {"forms": "form_designer.show", "flows": "flow_designer.show"}


@blueprint.get(BUILD)
@builder
def show(tenant: str, app: str) -> str:
    """What an app is made of."""
    found = releases.find_app(app)
    document = drafts.whole(found)
    return render_template(
        "builder/publishing/app.html", app=found, document=document,
        changed=_is_changed(service.live_document(found), document),
        others={lang: (name, _in_other(found, lang)) for lang, name in LANGUAGES.items() if not _is_own(found, lang)},
    )  # fmt: skip


def _is_own(app: Any, lang: str) -> bool:
    return str(app.lang).partition("-")[0] == lang.partition("-")[0]


def _in_other(app: Any, lang: str) -> str:
    title = title_in(lang, app)
    return "" if title == app.title else title


@blueprint.post(BUILD + "name")
@builder
def rename(tenant: str, app: str) -> BaseResponse:
    """Call the app otherwise, in each language; it holds at once."""
    found, form = releases.find_app(app), request.form
    others = {lang: _title(form.get(f"title.{lang}", "")) for lang in LANGUAGES if f"title.{lang}" in form}
    drafts.rename(found, _title(form.get("title", "")) or found.title, others, g.actor)
    flash(_("Saved."), "success")
    return redirect(url_for("publishing.show", tenant=tenant, app=app), 303)


def _title(text: str) -> str:
    return text.strip()[:200]


@blueprint.post(BUILD + "<any(forms,flows):kind>/")
@builder
def add(tenant: str, app: str, kind: str) -> BaseResponse:
    """A new form or flow of that title; the designer opens."""
    found = releases.find_app(app)
    title = request.form.get("title", "").strip()[:200] or (_("New form") if kind == "forms" else _("New flow"))
    document = drafts.whole(found)
    key = key_for(title, [part["key"] for part in document.get(kind) or ()], KINDS[kind])
    if kind == "forms":
        drafts.add_form(found, form_edit.blank(key, title), g.actor)
    else:
        forms = [form["key"] for form in document["forms"]] or [""]
        drafts.save(found, kind, key, flow_edit.blank(key, title, form=forms[0]), None, g.actor)
    return redirect(url_for(DESIGNERS[kind], tenant=tenant, app=app, **{KINDS[kind]: key}), 303)


@blueprint.post(BUILD + "<any(forms,flows,views,roles,reports,calendars):kind>/<key>/remove")
@builder
def remove(tenant: str, app: str, kind: str, key: str) -> BaseResponse:
    """Take a part out of the draft."""
    drafts.remove(releases.find_app(app), kind, key, g.actor)
    flash(_("Removed from the draft. It stays live until you publish."))
    return redirect(url_for("publishing.show", tenant=tenant, app=app), 303)


@blueprint.get(BUILD + "publish")
@builder
def check(tenant: str, app: str) -> str:
    """What stands in the way of publishing, and what it would change."""
    return _checked(releases.find_app(app))


@blueprint.post(BUILD + "publish")
@builder
def publish(tenant: str, app: str) -> Any:
    """Make the draft live."""
    found = releases.find_app(app)
    try:
        published = service.publish(found, request.form.get("note", "").strip()[:500], g.actor)
    except Refused:
        return _checked(found), 422
    flash(_("Release %(number)s is live.", number=published.number), "success")
    return redirect(url_for("publishing.show", tenant=tenant, app=app), 303)


def _checked(app: Any) -> str:
    findings = service.look(app)
    document, live = drafts.whole(app), service.live_document(app)
    where = [_shown(document, problem) for problem in findings.problems]
    warned = [_shown(document, problem) for problem in findings.warnings]
    return render_template(
        "builder/publishing/publish.html", app=app, problems=where, warnings=warned,
        changed=_is_changed(live, document), note=request.values.get("note", "")[:500],
        changes=[titled(one, (document, live or {}), page_lang()) for one in findings.differences],
    )  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where something is to be mended: a part of the app, and in a flow the id of the step."""

    kind: str
    key: str
    title: str
    step: str = ""


def _shown(document: dict[str, Any], problem: Problem) -> tuple[Place, Problem]:
    """A problem and where it is; in a flow by the names that the designer uses."""
    place = _place(document, problem.pointer)
    if place.kind != "flows":
        return place, problem
    number, inside = problem.pointer.split("/")[2], "/" + "/".join(problem.pointer.split("/")[3:])
    flow, lang = document["flows"][int(number)], page_lang()
    node, _name = naming.config_place(flow, inside)
    if node:
        title = f"{place.title} › {naming.title_of(node, service.TYPES, lang)}"
        place = replace(place, title=title, step=str(node["id"]))
    return place, naming.worded(replace(problem, pointer=inside), flow, service.TYPES, lang)


def _place(document: dict[str, Any], pointer: str) -> Place:
    """The part a pointer leads into."""
    parts = pointer.split("/")
    if len(parts) < 3 or parts[1] not in KINDS or not parts[2].isdecimal():
        return Place("", "", str(document.get("title") or ""))
    part = document[parts[1]][int(parts[2])]
    return Place(parts[1], str(part.get("key") or ""), str(part.get("title") or part.get("key") or ""))


def _is_changed(live: dict[str, Any] | None, document: dict[str, Any]) -> bool:
    return live is None or dumps(live) != dumps(document)


@blueprint.get(BUILD + "export")
@builder
def export(tenant: str, app: str) -> Response:
    """The draft as a file."""
    found = releases.find_app(app)
    answer = Response(dumps(drafts.whole(found)), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.key}.app.json"'
    return answer
