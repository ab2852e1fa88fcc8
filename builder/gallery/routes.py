"""Pages on which an app begins: the three ways to start, the gallery, and what is inside a template."""

from functools import partial
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from builder.drafts import panels
from builder.drafts import service as drafts
from builder.drafts.parts import key_for
from builder.gallery import service
from builder.gallery.previews import Preview, preview_of
from builder.publishing import service as publishing
from builder.publishing.samples import today_of
from runtime import documents
from runtime.contracts import BadRequest, Conflict, NotFound, Refused
from runtime.db import utc_now
from runtime.documents.bounds import MAX_APP_BYTES
from runtime.http.frame import stand_among_apps
from runtime.http.language import in_words
from runtime.http.pages import page_lang
from runtime.http.reply import sent_file
from runtime.i18n import text_in
from runtime.releases import service as releases
from runtime.security.access import builder, power
from widgets.base import Reader

blueprint = Blueprint("gallery", __name__, template_folder="templates", url_prefix="/t/<tenant>")
blueprint.before_request(stand_among_apps)

MAX_TITLE = 200


# --- the three ways ----------------------------------------------------------------------------


@blueprint.get("/new-app")
@power("admin")
def new(tenant: str) -> str:
    """The choice: from a template, from a table, from nothing, or from a file that was exported."""
    return _start_page()


@blueprint.post("/new-app")
@power("admin")
def start(tenant: str) -> Any:
    """A blank app of that title."""
    title = request.form.get("title", "").strip()
    if not title:
        return _start_page("title", [_("Enter a name for the app.")]), 422
    key = key_for(title, [app.key for app in releases.apps()], "app")
    app = drafts.start(key, title[:MAX_TITLE], page_lang(), _("Member"), g.actor)
    return redirect(url_for("publishing.show", tenant=tenant, app=app.key), 303)


@blueprint.post("/import-app")
@power("admin")
def take_in(tenant: str) -> Any:
    """An app from an exported file, as a draft."""
    try:
        document = documents.parse(sent_file().decode("utf-8"), MAX_APP_BYTES)
        app, _number = publishing.take_in(document, g.actor)
    except UnicodeDecodeError:
        return _start_page("", [_("This is not an app file. Choose the .json file that was exported.")]), 422
    except Refused as refused:
        told = [f"{problem.pointer or '/'} {in_words(problem.message)}" for problem in refused.problems]
        return _start_page("", told), 422
    except (BadRequest, Conflict) as fault:
        return _start_page("", [in_words(fault.why)]), 422
    return redirect(url_for("publishing.show", tenant=tenant, app=app.key), 303)


def _start_page(target: str = "", problems: list[str] | None = None) -> str:
    shown = [{"target": target, "message": text} for text in problems or ()]
    return render_template(
        "builder/gallery/start.html", title=request.form.get("title", ""), problems=shown,
        offers=service.offers(page_lang()), first=not releases.apps(),
    )  # fmt: skip


# --- the gallery -------------------------------------------------------------------------------


@blueprint.get("/templates/")
@power("admin")
def offers(tenant: str) -> str:
    """Everything that can be taken, with pictures."""
    return render_template("builder/gallery/offers.html", offers=service.offers(page_lang()))


@blueprint.get("/templates/<key>")
@power("admin")
def offer(tenant: str, key: str) -> str:
    """What is inside a template, and taking it."""
    return _offer_page(key, request.args.get("form", ""))


@blueprint.post("/templates/<key>")
@power("admin")
def take(tenant: str, key: str) -> Any:
    """Take it: a live app of one's own."""
    found, form = service.find(key, page_lang()), request.form
    title, wanted = form.get("title", "").strip()[:MAX_TITLE], form.get("key", "").strip()
    try:
        app = service.take(found, g.actor, title=title, key=wanted, sample="sample" in form)
    except Refused as refused:
        return _offer_page(key, "", [in_words(problem.message) for problem in refused.problems]), 422
    except Conflict as conflict:
        return _offer_page(key, "", [in_words(conflict.why)]), 409
    flash(_("“%(title)s” is yours. Change whatever you like.", title=app.title), "success")
    return redirect(url_for("views.home", tenant=tenant, app=app.key), 303)


def _offer_page(key: str, form: str, problems: list[str] | None = None) -> str:
    found = service.find(key, page_lang())
    preview = preview_of(found.document, form, found.lang, today_of(utc_now(), g.actor.timezone))
    shown = [{"target": "key", "message": text} for text in problems or ()]
    return render_template(
        "builder/gallery/offer.html", offer=found, preview=preview, face=_face(preview), asked=request.form,
        problems=shown, name=service.next_name(found.document, found.lang),
    )  # fmt: skip


def _face(preview: Preview | None) -> Any:
    """A form as those who fill it in will see it."""
    if preview is None:
        return ""
    lang = page_lang()
    reader = Reader(lang, g.actor.timezone, preview.labels, "", partial(text_in, lang), _)
    return panels.drawn(preview.form, preview.answers, reader, current_app.jinja_env.globals["icon"])


# --- sample records ----------------------------------------------------------------------------


@blueprint.post("/a/<app>/build/samples/remove")
@builder
def forget_samples(tenant: str, app: str) -> BaseResponse:
    """Delete the sample records."""
    gone = publishing.forget_samples(releases.find_app(app), g.actor)
    flash(ngettext("%(num)s sample record was removed.", "%(num)s sample records were removed.", gone), "success")
    return redirect(url_for("views.home", tenant=tenant, app=app), 303)


# --- an app of one's own, once more ------------------------------------------------------------


@blueprint.get("/a/<app>/build/share")
@builder
def share(tenant: str, app: str) -> str:
    """Copying an app, and offering it as a template."""
    return _share_page(releases.find_app(app))


@blueprint.post("/a/<app>/build/copy")
@power("admin")
def copy(tenant: str, app: str) -> BaseResponse:
    """A copy of the app's documents, as a draft."""
    title = request.form.get("title", "").strip()[:MAX_TITLE]
    made = service.clone(releases.find_app(app), "", title, g.actor)
    flash(_("“%(title)s” is a draft. Publish it when it is ready.", title=made.title), "success")
    return redirect(url_for("publishing.show", tenant=tenant, app=made.key), 303)


@blueprint.post("/a/<app>/build/template")
@builder
def offer_own(tenant: str, app: str) -> Any:
    """Offer the live app as a template of the tenant."""
    found, form = releases.find_app(app), request.form
    title, version = form.get("title", "").strip()[:MAX_TITLE], form.get("version", "").strip()[:40]
    try:
        service.offer_own(found, title, form.get("description", "").strip()[:2_000], version, g.actor)
    except Refused as refused:
        return _share_page(found, [in_words(problem.message) for problem in refused.problems]), 422
    except NotFound as missing:
        return _share_page(found, [in_words(missing.why)]), 409
    flash(_("“%(title)s” is among the templates now.", title=title or found.title), "success")
    return redirect(url_for("gallery.share", tenant=tenant, app=app), 303)


@blueprint.post("/templates/<key>/withdraw")
@power("admin")
def withdraw(tenant: str, key: str) -> BaseResponse:
    """Offer a template of the tenant no longer."""
    service.withdraw(key)
    flash(_("The template was taken down. Apps made of it stay."), "success")
    return redirect(url_for("gallery.offers", tenant=tenant), 303)


def _share_page(app: Any, problems: list[str] | None = None) -> str:
    shown = [{"target": "", "message": text} for text in problems or ()]
    return render_template(
        "builder/gallery/share.html", app=app, template=service.own_template(app), problems=shown, asked=request.form,
        copy=service.next_name(drafts.whole(app), page_lang()),
    )  # fmt: skip
