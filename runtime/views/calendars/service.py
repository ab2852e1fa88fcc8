"""A month of a calendar view for one reader, and a record moved to another day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from runtime.contracts import BadRequest, Change, Saved
from runtime.db import utc_now
from runtime.i18n import message
from runtime.records import service as records
from runtime.records.desks.service import Desk
from runtime.records.filterbar import together
from runtime.records.listing import Listing
from runtime.views.boards.columns import Card
from runtime.views.boards.service import card_fields, cards
from runtime.views.calendars.month import LONGEST, Entry, grid, local, month_in, moved, within

MOST = 1_000
"""Records of a month at most; the page says when there are more."""


@dataclass(frozen=True)
class Calendar:
    """A calendar view opened for one reader at one month."""

    desk: Desk
    listing: Listing

    @property
    def zone(self) -> ZoneInfo:
        """Where the reader's days begin."""
        return ZoneInfo(self.desk.actor.timezone)

    @property
    def today(self) -> date:
        """The reader's day."""
        return utc_now().astimezone(self.zone).date()

    @property
    def first(self) -> date:
        """The first day of the month that is shown."""
        return month_in(self.listing.extra.get("month"), self.today)

    @property
    def start(self) -> str:
        """The field that says on which day a record begins."""
        return str(self.listing.said["start"])

    @property
    def end(self) -> str | None:
        """The field that says on which day it ends."""
        return self.listing.said.get("end")

    @property
    def is_timed(self) -> bool:
        """Whether records begin at a time of day."""
        return self.desk.kinds[self.start] == "datetime"


def entries(calendar: Calendar) -> tuple[list[Entry], bool]:
    """What lies on the days of the month's grid, in one query, and whether there is more than is shown."""
    days, listing = grid(calendar.first), calendar.listing
    filter = together(listing.whole_filter, within(calendar.start, calendar.end, days[0], days[-1]))
    [page] = records.first_pages(calendar.desk.reading, [filter], [calendar.start], MOST)
    drawn = cards(calendar.desk, page.items, *card_fields(calendar.desk, listing.said))
    found = (_entry(calendar, drawn[record.id], record.data) for record in page.items)
    return [entry for entry in found if entry is not None], page.next is not None


def _entry(calendar: Calendar, card: Card, data: Mapping[str, Any]) -> Entry | None:
    begun = local(data.get(calendar.start), calendar.zone)
    if begun is None:
        return None  # on this very record its day is hidden
    ended = local(data.get(calendar.end or ""), calendar.zone) or begun
    last = min(max(begun[0], ended[0]), begun[0] + LONGEST) if begun[0] < date.max - LONGEST else begun[0]
    return Entry(card.id, card.rev, card.title, card.url, begun[0], last, begun[1], card.facts)


def move(calendar: Calendar, record_id: str, rev: int | None, day: date) -> Saved:
    """Put a record on another day, through the one door; raises what `records.change` raises."""
    change = Change(
        calendar.desk.app.id, calendar.desk.form.key, "update", answers_for(calendar, record_id, day),
        record_id=record_id, rev=rev,
    )  # fmt: skip
    return records.change(change, calendar.desk.actor)


def answers_for(calendar: Calendar, record_id: str, day: date) -> dict[str, Any]:
    """The answers that put a record on a day; raises NotFound, or BadRequest where it has no day or no such day is."""
    found = records.read_in(calendar.desk.reading, record_id)
    names = [calendar.start, *([calendar.end] if calendar.end else [])]
    try:
        answers = moved(found.data, names, day, calendar.zone)
    except OverflowError:
        answers = {}
    if not answers:
        raise BadRequest(message("This record cannot be put on that day."))
    return answers


def day_in(text: Any) -> date:
    """The day a page names as "2026-11-24"; raises BadRequest."""
    try:
        day = date.fromisoformat(text)
    except (TypeError, ValueError):
        raise BadRequest(message("There is no such day.")) from None
    if not date(1900, 1, 1) <= day <= date(9000, 1, 1):
        raise BadRequest(message("There is no such day."))
    return day
