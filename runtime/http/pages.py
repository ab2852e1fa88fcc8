"""What every page has: the layout's context, assets and icons, times in the reader's manner, calm error pages."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from flask import Blueprint, Flask, Response, g, make_response, render_template, request
from flask_babel import format_timedelta, get_locale, to_user_timezone
from markupsafe import Markup

from runtime.contracts import NotFound
from runtime.http.assets import Assets, is_script
from runtime.http.frame import frame
from runtime.http.language import in_words
from runtime.i18n import Message, message, text_in, title_in
from runtime.security.headers import KEPT_FOR_GOOD, STATIC
from widgets.datetime import show_moment

Nav = Mapping[str, Any]

blueprint = Blueprint("pages", __name__, template_folder="templates")


def install(app: Flask, nav: Callable[[], Nav] | None = None) -> None:
    """Give `app` the layout and its parts; `nav` says where the reader is and may go (see `empty_nav`)."""
    assets = Assets(Path(str(app.static_folder)))
    app.register_blueprint(blueprint)
    serve(app, assets)
    app.jinja_env.globals.update(asset=assets, icon=assets.icon, frame=frame, page_lang=page_lang, theme=theme)
    app.jinja_env.filters.update(ago=ago, exact=exact, said=said, month=month, month_day=month_day, weekday=weekday)
    app.jinja_env.filters.update(whole_day=whole_day)
    app.jinja_env.filters["called"] = lambda one: title_in(page_lang(), one)
    app.jinja_env.filters["titled"] = lambda part: text_in(page_lang(), part, "title") or part["key"]
    app.context_processor(lambda: {"nav": LazyNav(nav or dict)})
    app.before_request(speak_as_page)


def serve(app: Flask, assets: Assets) -> None:
    """Let `app` serve scripts below a folder that names their version too; of the one here, they are kept for good."""

    def static(filename: str, version: str = "") -> Response:
        if version and not is_script(filename):
            raise NotFound(message("There is no such page."))
        answer = app.send_static_file(filename)
        if version == assets.scripts_version():
            answer.headers["Cache-Control"] = KEPT_FOR_GOOD
        return answer

    app.view_functions[STATIC] = static
    app.add_url_rule("/static/~<version>/<path:filename>", STATIC)


def speak_as_page() -> None:
    """Whoever acts is told what is wrong in the language of the page, titles of questions too."""
    actor = g.get("actor")
    if actor is not None and actor.lang != (lang := page_lang()):
        g.actor = replace(actor, lang=lang)


class LazyNav(Mapping[str, Any]):
    """The layout's context, asked for only when a template reads it: a part of a page needs none."""

    def __init__(self, load: Callable[[], Nav]) -> None:
        self._load = load

    @cached_property
    def _loaded(self) -> dict[str, Any]:
        return empty_nav() | dict(self._load()) | dict(g.get("nav") or {})

    def __getitem__(self, name: str) -> Any:
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded)

    def __len__(self) -> int:
        return len(self._loaded)


def empty_nav() -> dict[str, Any]:
    """What the layout reads, with nothing in it.

    `tenant` {key, title, accent, logo}, `person` {name, email}, `apps` and `forms` and `boards` and `creates`
    [{title, url, icon}], `app` {title, url, icon}, `build_url`, `runs_url`, `admin` [{title, url, icon}],
    `unread` and `waiting` numbers. What is missing is not drawn.
    """
    lists: dict[str, Any] = {name: [] for name in ("apps", "forms", "boards", "creates", "admin")}
    return lists | {
        "tenant": None, "person": None, "app": None, "build_url": "", "runs_url": "", "unread": 0, "waiting": 0
    }  # fmt: skip


def page_lang() -> str:
    """The language of the page as HTML says it."""
    locale = get_locale()
    return "zh-CN" if locale is None or locale.language == "zh" else str(locale).replace("_", "-")


def theme() -> str:
    """The look the reader chose ("light" or "dark"), or "" for the system's."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in ("light", "dark") else ""


def ago(moment: datetime | None) -> Markup:
    """A moment as "3 minutes ago", the exact time on hover."""
    if moment is None:
        return Markup("")
    words = format_timedelta(moment - datetime.now(UTC), granularity="second", add_direction=True)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), exact(moment), words)


def exact(moment: datetime | None) -> str:
    """A moment in the reader's zone and manner, to the minute."""
    return show_moment(to_user_timezone(moment), page_lang()) if moment else ""


def month(day: date) -> str:
    """The month of a day as "November 2026"."""
    return format_skeleton("yMMMM", day, locale=_manner())


def month_day(day: date) -> str:
    """A day without its year."""
    return format_skeleton("MMMMd", day, locale=_manner())


def weekday(day: date) -> str:
    """The name of a day of the week, short."""
    return format_skeleton("E", day, locale=_manner())


def whole_day(day: date) -> str:
    """A day with its year and its day of the week."""
    return format_date(day, "full", locale=_manner())


def _manner() -> Locale:
    """The locale by which days are said: English puts the day first here, as `show_day` does."""
    locale = get_locale() or Locale("zh", "CN")
    return Locale("en", "GB") if locale.language == "en" else locale


def said(text: Message | str | None) -> str:
    """A message in the reader's language; plain text stays as it is."""
    return in_words(text or "")


def wants_part() -> bool:
    """Whether htmx asked for a part of a page, not for a whole one."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


ERRORS = {400, 401, 403, 404, 405, 409, 412, 413, 429, 500, 503}


def error_page(status: int, why: Message | str | None = None) -> Response:
    """A refusal in words: a page of its own, or a toast where htmx asked for a part."""
    known = status if status in ERRORS else (500 if status >= 500 else 400)
    name = "errors/toast.html" if wants_part() else "errors/page.html"
    response = make_response(render_template(name, status=known, why=said(why)), status)
    if wants_part():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#toasts", "beforeend"
    return response
