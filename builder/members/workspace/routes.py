"""The page of the tenant's settings, and its logo."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from builder.members.workspace import reading, service
from runtime.contracts import NotFound, Problem, Refused
from runtime.files import service as files
from runtime.files.naming import picture
from runtime.http.language import LANGUAGES
from runtime.i18n import message
from runtime.identity import service as identity
from runtime.identity.hours import USUAL, WEEKDAYS
from runtime.identity.problems import listed
from runtime.notices import habits
from runtime.security.access import member, power, public
from runtime.security.addresses import public_url

blueprint = Blueprint("workspace", __name__, template_folder="templates")

Answer = str | tuple[str, int] | BaseResponse

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=86400",
}


@blueprint.get("/t/<tenant>/settings")
@power("admin")
def show(tenant: str) -> Answer:
    """Name, look, working time."""
    return _page()


@blueprint.post("/t/<tenant>/settings/look")
@power("admin")
def keep_look(tenant: str) -> Answer:
    """Keep name, language, time zone, colour, and a new logo if one came along."""
    form = request.form
    problems = reading.look_problems(form)
    if problems:
        return _page(problems, look=form), 422
    service.keep_look(form, "own_door" in form, g.actor)
    try:
        _take_logo()
    except Refused as refused:
        return _page(refused.problems, look=form), 422
    return _saved(tenant)


@blueprint.post("/t/<tenant>/settings/calendar")
@power("admin")
def keep_calendar(tenant: str) -> Answer:
    """Keep working days and hours, holidays, and days worked instead."""
    form = request.form
    clocks = [(form.get(f"from{part}", ""), form.get(f"to{part}", "")) for part in (1, 2)]
    days = form.getlist("days")
    calendar, problems = reading.calendar_from(days, clocks, form.get("holidays", ""), form.get("workdays", ""))
    if problems:
        typed = {"days": days, "clocks": clocks, "holidays": form["holidays"], "workdays": form["workdays"]}
        return _page(problems, calendar=typed), 422
    service.keep_calendar(calendar, g.actor)
    return _saved(tenant)


@blueprint.post("/t/<tenant>/settings/notices")
@power("admin")
def keep_notices(tenant: str) -> Answer:
    """Keep when people are told who have chosen nothing else."""
    kept, problems = habits.read(request.form)
    if problems:
        return _page(problems, habit=request.form), 422
    service.keep_notices(kept, g.actor)
    return _saved(tenant)


@blueprint.get("/t/<tenant>/logo")
@member
def logo(tenant: str) -> BaseResponse:
    """The picture in the side bar."""
    return _logo(g.tenant.settings)


@blueprint.get("/logo/<key>")
@public
def door_logo(key: str) -> BaseResponse:
    """The picture on the tenant's own sign-in page, while it has one."""
    return _logo(identity.door_settings(key))


def _logo(settings: Any) -> BaseResponse:
    id = settings.get("logo")
    if not id:
        raise NotFound(message("There is no such page."))
    data = files.path_of(_home(), id).read_bytes()
    return Response(data, mimetype=picture(data[:64]), headers=SAFE)


def _take_logo() -> None:
    sent = request.files.get("logo")
    if sent is not None and sent.filename:
        with sent.stream as stream:
            data = stream.read(service.LOGO_BYTES + 1)
        service.keep_logo(data, sent.filename, g.actor, _home())
    elif "no_logo" in request.form:
        service.drop_logo(g.actor, _home())


def _home() -> Path:
    return Path(current_app.config["TRELLIS_HOME"])


def _saved(tenant: str) -> BaseResponse:
    flash(_("Saved."), "success")
    return redirect(url_for("workspace.show", tenant=tenant), 303)


def _page(problems: Iterable[Problem] = (), **typed: Any) -> str:
    home = identity.this_tenant()
    look = {"title": home.title, "lang": home.lang, "timezone": home.timezone, **home.settings}
    calendar = reading.shown(home.settings.get("calendar") or USUAL)
    habit = habits.as_form(home.settings.get("notices") or {})
    page = {"habit": habit, "look": look, "calendar": calendar, **typed}
    page |= {"has_logo": bool(home.settings.get("logo")), "door": public_url(f"/sign-in/{home.key}")}
    page |= {"accents": reading.ACCENTS, "languages": LANGUAGES, "zones": sorted(available_timezones())}
    page |= {"weekdays": dict(zip(WEEKDAYS, _weekday_names(), strict=True)), "problems": listed(problems, _)}
    return render_template("builder/members/settings.html", home=home, **page)


def _weekday_names() -> list[str]:
    return [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
