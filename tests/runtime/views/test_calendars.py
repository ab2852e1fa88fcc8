"""Calendars: what lies on the days of a month by rights, and records moved to another day."""

import re
from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from runtime.contracts import Actor
from runtime.records import service as records
from runtime.records.desks.service import At
from runtime.releases import service as releases
from runtime.views import service as views
from runtime.views.calendars import service as calendars
from runtime.views.calendars.service import Calendar
from tests.client import PageClient
from tests.runtime.views.conftest import AT, Make

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def entries(actor: Actor, key: str, month: str, **args: str) -> list[tuple[str, date, date, str]]:
    desk, view = views.open_view("crm", key, At(actor, "home", "zh-CN", str))
    calendar = Calendar(desk, desk.listing_in(view, "/", MultiDict({"month": month, **args})))
    found, _more = calendars.entries(calendar)
    return [(one.title, one.first, one.last, one.time) for one in found]


def put(page: PageClient, id: str, day: Any, rev: int | None = 1, view: str = "closing") -> Any:
    return page.post(f"{AT}v/{view}/day", json={"record": id, "rev": rev, "day": day})


def test_a_month_holds_what_begins_ends_or_lasts_in_it(boss: Actor, make: Make) -> None:
    make("开始", close="2026-11-30", until="2026-12-20")
    make("结束", close="2026-10-01", until="2026-11-01")
    make("一直", close="2026-01-01", until="2027-01-01")
    make("一天", close="2026-11-11")
    make("过去", close="2026-10-01")
    make("没有")
    make("倒着", close="2026-11-12", until="2026-11-02")
    found = entries(boss, "closing", "2026-11")
    assert [title for title, *_ in found] == ["一直", "结束", "一天", "倒着", "开始"]
    assert found[3][1:3] == (date(2026, 11, 12), date(2026, 11, 12))


def test_moments_lie_on_the_tenants_days(boss: Actor, make: Make) -> None:
    make("跨日", visit="2026-10-25T16:30:00Z")
    make("前一日", visit="2026-10-25T15:59:00Z")
    assert entries(boss, "visits", "2026-11") == [("跨日", date(2026, 10, 26), date(2026, 10, 26), "00:30")]


@sqlite
def test_t11_a_calendar_shows_only_what_its_reader_may_see(boss: Actor, rep: Actor, make: Make) -> None:
    make("别人的", close="2026-11-11")
    make("自己的", close="2026-11-11", actor=rep)
    assert [title for title, *_ in entries(rep, "closing", "2026-11")] == ["自己的"]


@sqlite
def test_t44_a_month_with_too_much_in_it_is_cut_and_says_so(
    monkeypatch: pytest.MonkeyPatch, owner: PageClient, make: Make
) -> None:
    monkeypatch.setattr(calendars, "MOST", 2)
    for number in range(3):
        make(f"单{number}", close="2026-11-11")
    text = owner.get(f"{AT}v/closing?month=2026-11").text
    assert "Only the first 2 records" in text
    assert "单1" in text
    assert "单2" not in text


@sqlite
def test_a_day_leads_to_a_form_that_knows_it_and_comes_back(boss: Actor, owner: PageClient) -> None:
    text = owner.get(f"{AT}v/closing?month=2026-11").text
    url = re.search(r'href="([^"]*new\?f\.close=2026-11-09[^"]*)"', text).group(1).replace("&amp;", "&")  # type: ignore[union-attr]
    page = owner.get(url).text
    assert 'value="2026-11-09"' in page
    assert f'name="_back" value="{AT}v/closing?month=2026-11"' in page
    assert "f.visit=2026-11-09T09%3A00" in owner.get(f"{AT}v/visits?month=2026-11").text


def test_a_record_is_put_on_another_day_through_the_one_door(boss: Actor, owner: PageClient, make: Make) -> None:
    one = make("一", close="2026-11-11", until="2026-11-13")
    assert put(owner, one.id, "2026-12-01").status_code == 200
    data = records.read(releases.find_app("crm").id, "deal", one.id, boss).data
    assert (data["close"], data["until"]) == ("2026-12-01", "2026-12-03")
    assert put(owner, one.id, "2026-12-02", rev=1).status_code == 412


@sqlite
def test_t05_t06_what_is_no_day_or_not_ones_own_to_move_is_refused(
    rep_page: PageClient, owner: PageClient, make: Make
) -> None:
    one, hot = make("一", close="2026-11-11"), make("热", close="2026-11-11", hot=True)
    for day in (None, "", "x", 5, [], {}, "2026-02-30", "0001-01-01", "9999-12-31"):
        assert put(owner, one.id, day).status_code == 400
    assert put(owner, make("空").id, "2026-11-11").status_code == 400
    assert put(owner, one.id, "2026-11-12", view="board").status_code == 404
    assert put(rep_page, one.id, "2026-11-12").status_code == 404
    assert put(rep_page, hot.id, "2026-11-12").status_code == 403
