"""The preview: the draft of a form drawn by what draws the live one. It unfolds and checks, and keeps nothing."""

from functools import lru_cache, partial
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request, url_for
from flask_babel import gettext as _

from builder.forms.preview import service
from builder.forms.service import open_form
from runtime.answers import FormError, compile_form
from runtime.contracts import Problem, Refused
from runtime.db import dumps, loads
from runtime.forms.posted import MUST, ON, typed
from runtime.forms.render import FormPage, Page, compile_page, render_form, render_unfold, summary, visible
from runtime.forms.service import considered
from runtime.http.pages import page_lang
from runtime.i18n import message, text_in
from runtime.security.access import builder
from runtime.security.headers import FRAMED_BY_US
from widgets.base import Reader

blueprint = Blueprint(
    "form_preview", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build/forms/<form>/preview"
)


@blueprint.get("")
@builder
def show(tenant: str, app: str, form: str) -> str:
    """The page for a frame, with nothing answered."""
    g.policy = FRAMED_BY_US
    return _shown("builder/forms/preview/page.html", app, form)


@blueprint.post("")
@builder
def send(tenant: str, app: str, form: str) -> Any:
    """What sending it would say."""
    return _shown("builder/forms/preview/questions.html", app, form, is_sent=True)


@blueprint.post("/now")
@builder
def now(tenant: str, app: str, form: str) -> str:
    """The form as it is drafted by now, with what is answered so far."""
    return _shown("builder/forms/preview/questions.html", app, form)


@blueprint.post("/unfold")
@builder
def unfold(tenant: str, app: str, form: str) -> Response:
    """What turns the page as it stands into the one its answers ask for."""
    page, place = _page(app, form), _place()
    reading, data = considered(page, _typed(page, place), g.actor, None)
    on, must = request.form.getlist(ON), frozenset(request.form.getlist(MUST))
    return Response(render_unfold(page, on, must, data, reading.unfolded, place), mimetype="text/html")


@blueprint.get("/search/<target>")
@builder
def find(tenant: str, app: str, form: str, target: str) -> str:
    """What a search box offers."""
    offered = service.found(app, target, request.args.get("_q", "")[:100], g.actor)
    return render_template("forms/found.html", found=offered)


@blueprint.post("/files/")
@builder
def upload(tenant: str, app: str, form: str) -> Response:
    """No file is taken."""
    raise Refused([Problem("", "preview", message("The preview keeps no files."))])


@blueprint.errorhandler(FormError)
def broken(error: FormError) -> tuple[str, int]:
    """Nothing unfolds in a form that cannot be compiled; the page says so when it is drawn anew."""
    return "", 204


def _shown(template: str, app: str, form: str, is_sent: bool = False) -> str:
    try:
        page = _page(app, form)
    except FormError:
        return render_template(template, broken=True, form_title="", here=_here())
    answers = _typed(page, _place())
    reading, data = considered(page, answers, g.actor, None)
    place = _place(service.labels(page, data))
    problems = reading.problems if is_sent else ()
    return render_template(
        template,
        form_title=text_in(place.reader.lang, page.form.document, "title"),
        form_help=text_in(place.reader.lang, page.form.document, "description"),
        summary=summary(page, problems, place, visible(reading.unfolded, place)),
        questions=render_form(page, data, reading.unfolded, problems, place),
        is_fine=is_sent and not problems,
        here=_here(),
    )


def _typed(page: FormPage, place: Page) -> dict[str, Any]:
    return typed(page, request.form.getlist, request.form.getlist(ON), place)


def _here() -> str:
    names = {name: value for name, value in (request.view_args or {}).items() if name in ("tenant", "app", "form")}
    return url_for("form_preview.show", **names)


def _place(labels: Any = None) -> Page:
    lang = page_lang()
    reader = Reader(lang, g.actor.timezone, labels or {}, "", partial(text_in, lang), _)
    here = _here()
    return Page(reader, f"{here}/unfold", f"{here}/search/", f"{here}/files/")


def _page(app: str, form: str) -> FormPage:
    return _compiled(dumps(open_form(app, form).form), page_lang())


@lru_cache(maxsize=16)
def _compiled(text: str, lang: str) -> FormPage:
    """Compiled once for each state of the draft: each answer that decides something asks again."""
    icon: Any = current_app.jinja_env.globals["icon"]
    return compile_page(compile_form(loads(text)), lang, _, icon)
