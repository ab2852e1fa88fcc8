"""Views that people save of a table: their own, and those that all share."""

import re
from typing import Any

import pytest
from flask import Flask

from runtime.contracts import Actor
from runtime.records.saving import service as saving
from runtime.releases import service as releases
from tests.client import PageClient
from tests.runtime.views.conftest import AT, Make, a_member, actor_of, browser_of
from tests.runtime.views.documents import APP, OPEN

TABLE = f"{AT}f/deal/"
FILTER = '{"and":[{"field":"stage","op":"in","value":["won"]}]}'
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def save(page: PageClient, title: str = "赢的", **more: str) -> Any:
    sent = {"title": title, "filter": FILTER, "sort": "-amount", "columns": "name,stage"}
    return page.post(f"{TABLE}views", data=sent | more)


def tabs(page: PageClient) -> list[str]:
    nav = re.search(r'<nav class="table-views".*?</nav>', page.get(TABLE).text, re.S)
    return re.findall(r"<span hx-ignore>([^<]*)</span>", nav.group()) if nav else []


def heads(text: str) -> list[str]:
    return [re.sub(r"<[^>]*>", "", head) for head in re.findall(r"<th scope[^>]*>(.*?)</th>", text, re.S)]


def test_what_is_listed_is_kept_with_filter_order_and_columns(rep_page: PageClient, rep: Actor, make: Make) -> None:
    for number, stage in enumerate(("won", "lead", "won")):
        make(f"单{number}", actor=rep, stage=stage, amount=number)
    saved = save(rep_page).location
    text = rep_page.get(saved).text
    assert [name for name in ("单2", "单0") if name in text] == ["单2", "单0"]
    assert text.index("单2") < text.index("单0")
    assert "单1" not in text
    assert heads(text) == ["名称", "阶段"]
    assert 'aria-current="page"><span hx-ignore>赢的' in text


def test_a_view_of_ones_own_is_nobody_elses(app: Flask, rep_page: PageClient) -> None:
    saved = save(rep_page).location
    other = browser_of(app, actor_of(a_member("rep")[0]))
    assert (tabs(rep_page), tabs(other)) == (["big", "赢的"], ["big"])
    assert "somebody else" in other.get(saved, headers={"Accept-Language": "en"}).text
    id = saved.rpartition("=")[2]
    assert other.post(f"{TABLE}views/{id}", data={}).status_code == 404
    assert other.post(f"{TABLE}views/{id}/delete").status_code == 404
    assert rep_page.post(f"{TABLE}views/{id}/delete").location == TABLE
    assert tabs(rep_page) == ["big"]


def test_who_may_share_shares_and_mends_what_is_shared(
    app: Flask, boss: Actor, rep_page: PageClient, make: Make
) -> None:
    make("热", stage="won", hot=True)
    lead = {
        "format": "role/1",
        "key": "lead",
        "title": "组长",
        "policies": [{"form": "deal", "read": OPEN, "acts": ["share"]}],
    }
    releases.add_release(releases.find_app("crm"), APP | {"roles": [*APP["roles"], lead]}, "", boss)
    leader = browser_of(app, actor_of(a_member("lead")[0]))
    assert 'name="shared"' not in rep_page.get(TABLE).text
    assert save(rep_page, shared="on").status_code == 403
    id = save(leader, "团队", shared="on").location.rpartition("=")[2]
    assert tabs(rep_page) == ["big", "团队"]
    assert rep_page.post(f"{TABLE}views/{id}/delete").status_code == 404
    assert leader.post(f"{TABLE}views/{id}", data={"view": id, "columns": "amount"}).status_code == 303
    assert heads(rep_page.get(f"{TABLE}?view={id}").text) == ["金额"]


def test_t11_a_shared_view_that_asks_about_a_hidden_field_is_not_offered_and_hidden_columns_are_not_shown(
    owner: PageClient, rep_page: PageClient, rep: Actor, make: Make
) -> None:
    make("一", actor=rep, amount=1)
    save(owner, "毛利大", shared="on", filter='{"field":"margin","op":"gt","value":1}')
    save(owner, "按毛利", shared="on", filter="", sort="-margin")
    id = save(owner, "带毛利", shared="on", filter="", columns="name,margin").location.rpartition("=")[2]
    assert tabs(rep_page) == ["big", "带毛利"]
    assert heads(rep_page.get(f"{TABLE}?view={id}").text) == ["名称"]
    assert heads(rep_page.get(f"{TABLE}?columns=name&columns=margin").text) == ["名称"]
    assert save(rep_page, filter='{"field":"margin","op":"gt","value":1}').status_code == 400
    assert save(rep_page, sort="margin").status_code == 400


def test_an_address_with_all_that_a_view_says_shows_the_same_to_another(
    rep_page: PageClient, owner: PageClient, make: Make
) -> None:
    make("热", stage="won", hot=True)
    address = f"{TABLE}?filter={FILTER}&sort=-amount&columns=name&columns=stage"
    for page in (rep_page, owner):
        assert heads(page.get(address).text) == ["名称", "阶段"]


def test_a_view_without_a_name_or_one_too_many_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, rep_page: PageClient
) -> None:
    assert "view=" not in save(rep_page, "  ").location
    monkeypatch.setattr(saving, "MOST", 1)
    save(rep_page)
    assert "view=" not in save(rep_page, "二").location
    assert tabs(rep_page) == ["big", "赢的"]
