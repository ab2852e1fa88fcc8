"""The test run in the designer: what to try the flow on, the form of a typed record, and what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, g, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from builder.drafts import panels
from builder.flows import service as flows
from builder.flows.desk import Desk
from builder.flows.trying import sending, service
from builder.flows.trying.asking import Asked
from runtime.contracts import BadRequest, Problem, Refused
from runtime.db import utc_now
from runtime.flows.trying.trial import Subject
from runtime.forms.render import Page
from runtime.http.pages import page_lang, said
from runtime.http.reply import reply
from runtime.i18n import message
from runtime.records.access import names_for
from runtime.releases import service as releases
from runtime.security.access import builder
from widgets.base import Reader

blueprint = Blueprint(
    "flow_trial", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build/flows/<flow>/try"
)

TYPED, REAL = "typed", "record"


@blueprint.get("")
@builder
def show(tenant: str, app: str, flow: str) -> str:
    """What to try the flow on; `?record=` begins with that record."""
    found, desk = _open(app, flow)
    record = _id(request.args.get("record", ""))
    form = service.form_at_hand(desk)
    chosen = (record, service.label(found, form["key"], record, g.actor)) if record and form else None
    return _panel(found, desk, chosen=chosen)


@blueprint.get("/records")
@builder
def records(tenant: str, app: str, flow: str) -> str:
    """Records to choose from."""
    found, desk = _open(app, flow)
    return render_template("builder/flows/trying/records.html", records=_records(found, desk), chosen=None)


@blueprint.post("/form")
@builder
def unfold(tenant: str, app: str, flow: str) -> str:
    """The form of a typed record as its answers unfold it."""
    found, desk = _open(app, flow)
    return _questions(found, desk)


@blueprint.post("")
@builder
def attempt(tenant: str, app: str, flow: str) -> Response:
    """Try it; what it would have done, step by step. Answers that the form would not take are a 422 with the form."""
    found, desk = _open(app, flow)
    try:
        trial, told = service.attempt(found, desk, _subject(found, desk), g.actor)
    except Refused as refused:
        return reply({"questions": str(_questions(found, desk, list(refused.problems)))}, 422)
    banner = {"starts": trial.starts, "failed": trial.failed, "why": said(trial.why), "went": bool(trial.steps)}
    html = render_template("builder/flows/trying/result.html", trial=banner, told=told)
    return reply({"told": told, "html": html})


def _open(app: str, flow: str) -> tuple[Any, Desk]:
    found = releases.find_app(app)
    _draft, desk = flows.open_desk(found, flow, page_lang(), lambda text: gettext(text))
    return found, desk


def _subject(app: Any, desk: Desk) -> Subject:
    if (config := service.webhook_of(desk)) is not None:
        return Subject(content=sending.read(_sent(config)))
    anyway, chosen = request.form.get("anyway") == "yes", request.form.get("on", "")
    if service.form_at_hand(desk) is None:
        return Subject(anyway=anyway)
    if chosen == TYPED:
        return Subject(answers=_asked(app, desk).answers(request.form.getlist), anyway=anyway)
    record = _id(request.form.get("record", ""))
    if not record:
        raise BadRequest(message("Choose a record to try the flow on, or type one."))
    return Subject(record_id=record, anyway=anyway)


def _panel(app: Any, desk: Desk, chosen: tuple[str, str] | None = None) -> str:
    form = service.form_at_hand(desk)
    listed = _records(app, desk) if form else []
    return render_template(
        "builder/flows/trying/panel.html",
        form_title=desk.form_titles[form["key"]] if form else "",
        records=listed if chosen is None else [chosen, *(one for one in listed if one[0] != chosen[0])],
        chosen=chosen and chosen[0],
        typed=form is not None and not listed and chosen is None,
        sent=service.webhook_of(desk) is not None,
        questions=_questions(app, desk) if form or service.webhook_of(desk) is not None else "",
    )


def _records(app: Any, desk: Desk) -> Any:
    form = service.form_at_hand(desk)
    return service.records(app, form["key"], request.args.get("q", "").strip()[:100], g.actor) if form else []


def _questions(app: Any, desk: Desk, problems: list[Problem] | None = None) -> Markup:
    if (config := service.webhook_of(desk)) is not None:
        return _content(config, problems or ())
    asked, actor = _asked(app, desk), g.actor
    names = names_for(actor, utc_now()) | {"linked": {}}
    return asked.drawn(asked.answers(request.form.getlist), names, problems or ())


def _content(config: Mapping[str, Any], problems: Sequence[Problem]) -> Markup:
    written = _sent(config) if request.method == "POST" else sending.blank(config)
    document, icon = sending.question(config, gettext), current_app.jinja_env.globals["icon"]
    return panels.drawn(document, {sending.CONTENT: written}, _reader(), icon, sending.placed(problems))


def _sent(config: Mapping[str, Any]) -> str:
    found = panels.answered(sending.question(config, gettext), request.form.to_dict(flat=False), _reader())
    return str(found.get(sending.CONTENT, ""))


def _reader() -> Reader:
    return panels.reader_for(g.actor, page_lang(), gettext)


def _asked(app: Any, desk: Desk) -> Asked:
    form = service.form_at_hand(desk)
    if form is None:
        raise BadRequest(message("This flow is about no record."))
    place = Page(_reader(), search_url=f"/t/{g.tenant.key}/a/{app.key}/search/")
    return Asked(form, place, current_app.jinja_env.globals["icon"])


def _id(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        return ""
