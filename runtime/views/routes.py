"""Pages: the apps of a tenant, the home of an app, its views."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runtime.contracts import NotFound, Refused
from runtime.forms.menu.service import may_build, may_enter
from runtime.http.language import in_words, translator
from runtime.http.pages import page_lang
from runtime.http.reply import body, reply
from runtime.i18n import message
from runtime.records.desks.service import At, Desk
from runtime.releases import service as releases
from runtime.security.access import member
from runtime.views import service
from runtime.views.boards import service as boards
from runtime.views.boards.service import Board, BoardPage
from runtime.views.calendars import service as calendars
from runtime.views.calendars.month import agenda, next_month, weeks
from runtime.views.calendars.service import Calendar
from runtime.views.waiting import service as waiting
from widgets.base import input_name

blueprint = Blueprint("views", __name__, template_folder="templates", url_prefix="/t/<tenant>")


@blueprint.get("/")
@member
def apps(tenant: str) -> str | Response:
    """The tenant's apps; one who cannot build and has only one goes straight in, one who can builds the first."""
    builds = bool(g.actor.powers & {"owner", "admin"})
    entered = [app for app in releases.apps() if may_enter(g.actor, app)]
    shown = [app for app in entered if app.release or may_build(g.actor, app)]
    if len(shown) == 1 and not builds and shown[0].release:
        return redirect(url_for("views.home", tenant=tenant, app=shown[0].key))
    if builds and not shown:
        return redirect(f"/t/{tenant}/new-app")
    return render_template("views/apps.html", apps=shown, builds=builds)


@blueprint.get("/a/<app>/")
@member
def home(tenant: str, app: str) -> str:
    """What waits, what can be made, what can be looked at."""
    found = releases.find_live(app)
    if not may_enter(g.actor, found):
        raise NotFound(message("There is no such page."))
    builds = may_build(g.actor, found)
    tiles, boards = service.home(found.id, g.actor, page_lang()) if found.release else ([], [])
    queues = waiting.queues(found.id, here()) if found.release else []
    return render_template("views/home.html", app=found, tiles=tiles, boards=boards, queues=queues, builds=builds)


@blueprint.get("/a/<app>/v/<view>")
@member
def show(tenant: str, app: str, view: str) -> str | Response:
    """A view on the page of its kind; of one that has none yet the page says what it is."""
    desk, found = service.open_view(app, view, here())
    if found.kind == "table":
        return redirect(f"{desk.url}?view={found.key}")
    listing = desk.listing_in(found, f"{desk.app_url}v/{view}", request.args)
    if "op" in request.args:
        return redirect(desk.narrowed(listing, request.args), 303)
    if found.kind == "kanban":
        return board_page(Board(desk, listing))
    if found.kind == "calendar":
        return calendar_page(Calendar(desk, listing))
    return render_template("views/other.html", desk=desk, view=found)


# --- boards ------------------------------------------------------------------------------------------


def board_page(board: Board) -> str:
    """A board with the first cards of every column."""
    desk, listing = board.desk, board.listing
    chips = desk.chips(listing, desk.reader_for(listing, (), ()))
    drawn = BoardPage(board, *boards.fill(board))
    return render_template("views/board.html", desk=desk, listing=listing, view=listing.view, chips=chips, board=drawn)


@blueprint.get("/a/<app>/v/<view>/columns")
@member
def columns(tenant: str, app: str, view: str) -> str | tuple[str, int]:
    """All columns anew, or nothing when the board is as the page that asks has it (`mark`)."""
    board = open_board(app, view)
    _heads, mark = boards.heads(board)
    if mark == request.args.get("mark"):
        return "", 204
    return render_template("views/columns.html", board=BoardPage(board, *boards.fill(board)))


@blueprint.get("/a/<app>/v/<view>/cards")
@member
def cards(tenant: str, app: str, view: str) -> str:
    """More cards of one column."""
    board = open_board(app, view)
    column = boards.more(board, request.args.get("column", ""), request.args.get("cursor", ""))
    return render_template("views/more.html", board=BoardPage(board, [], ""), column=column)


@blueprint.post("/a/<app>/v/<view>/move")
@member
def move(tenant: str, app: str, view: str) -> Response:
    """Put a card into another column; a refusal says why, and where the missing answers can be given."""
    board, asked = open_board(app, view), body()
    record, key = str(asked.get("record")), str(asked.get("to"))
    try:
        saved = boards.move(board, record, rev_in(asked), key)
    except Refused as refused:
        back = str(asked.get("back") or board.listing.address())
        return refusal(refused, fill_in(board.desk, board.group, record, key, back))
    heads, mark = boards.heads(board)
    counted = {place.key: [f"{place.count:,}", place.total] for place in heads}
    return reply({"rev": saved.rev, "columns": counted, "mark": mark})


# --- calendars ---------------------------------------------------------------------------------------


def calendar_page(calendar: Calendar) -> str:
    """A month as a grid, and as a list for the phone or who asks for it."""
    desk, listing, first = calendar.desk, calendar.listing, calendar.first
    found, more = calendars.entries(calendar)
    return render_template(
        "views/calendar.html", desk=desk, listing=listing, view=listing.view, calendar=calendar, more=more,
        chips=desk.chips(listing, desk.reader_for(listing, (), ())), moves=desk.reading.rights.may("update"),
        weeks=weeks(first, calendar.today, found), agenda=agenda(first, found), entries=found, most=calendars.MOST,
        around={step: f"{next_month(first, step):%Y-%m}" for step in (-1, 1)}, new_url=partial(new_url, calendar),
    )  # fmt: skip


@blueprint.post("/a/<app>/v/<view>/day")
@member
def to_day(tenant: str, app: str, view: str) -> Response:
    """Put a record on another day; a refusal says why."""
    desk, found = service.open_view(app, view, here())
    if found.kind != "calendar":
        raise NotFound(message("There is no such page."))
    calendar, asked = Calendar(desk, desk.listing_in(found, f"{desk.app_url}v/{view}", request.args)), body()
    try:
        saved = calendars.move(calendar, str(asked.get("record")), rev_in(asked), calendars.day_in(asked.get("day")))
    except Refused as refused:
        return refusal(refused, f"{desk.url}{asked.get('record')}/edit")
    return reply({"rev": saved.rev})


def new_url(calendar: Calendar, day: date) -> str:
    """The form of a new record on a day."""
    typed = f"{day}T09:00" if calendar.is_timed else str(day)
    asked = {input_name(calendar.start): typed, "_back": calendar.listing.address()}
    return f"{calendar.desk.url}new?{urlencode(asked)}"


# --- shared ------------------------------------------------------------------------------------------


def open_board(app: str, view: str) -> Board:
    """The board of this request; NotFound for a view of another kind."""
    desk, found = service.open_view(app, view, here())
    if found.kind != "kanban":
        raise NotFound(message("There is no such page."))
    return Board(desk, desk.listing_in(found, f"{desk.app_url}v/{view}", request.args))


def rev_in(asked: Mapping[str, Any]) -> int | None:
    """The rev that a page saw."""
    rev = asked.get("rev")
    return rev if isinstance(rev, int) and not isinstance(rev, bool) else None


def refusal(refused: Refused, url: str) -> Response:
    """Why a card was not moved, in words, with the form where that can be mended."""
    said = list(dict.fromkeys(in_words(problem.message) for problem in refused.problems))
    missing = any(problem.keyword == "required" for problem in refused.problems)
    return reply({"why": said[:3], "fill": url if missing else ""}, 422)


def fill_in(desk: Desk, group: str, record: str, key: str, back: str) -> str:
    """The form of a record with the wished value in it, from which the way leads back."""
    asked = {input_name(group): boards.place_of(key).typed, "_back": back}
    return f"{desk.url}{record}/edit?{urlencode(asked)}"


def here() -> At:
    """Where this page is read."""
    return At(g.actor, g.tenant.key, page_lang(), translator())
