"""The pages of records."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import event

from runtime.contracts import Actor, Change
from runtime.db import db, dumps, loads, new_id, tenant
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.records import service
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import PASSWORD, Home
from tests.runtime.records.documents import APP

VISITS = "/t/home/a/crm/f/visit/"
CUSTOMERS = "/t/home/a/crm/f/customer/"


@pytest.fixture
def boss(home: Home) -> Actor:
    """The tenant's owner, with the app published."""
    actor, _ = doors.actor_of(home.member_id)  # type: ignore[misc]
    view = {
        "format": "view/1", "key": "won", "title": "赢单", "kind": "table", "form": "visit",
        "columns": ["subject", "amount"],
        "filter": {"field": "stage", "op": "eq", "value": "won"}, "sort": ["-amount"],
    }  # fmt: skip
    releases.add_release(releases.create_app("crm", "客户管理", "zh-CN", actor), APP | {"views": [view]}, "", actor)
    return actor


def make(actor: Actor, form: str = "visit", **answers: Any) -> str:
    return service.change(Change(releases.find_app("crm").id, form, "create", answers), actor).id


def a_browser(app: Flask, *roles: str) -> PageClient:
    account = accounts.create_account(f"{new_id()}@example.com", PASSWORD)
    member = identity.add_member("李雷", account.id)
    for role in roles:
        identity.give_role(releases.find_app("crm").id, role, member.id)
    client: Any = app.test_client()
    client.sign_in(doors.open_session(account))
    client.member_id = member.id
    return client  # type: ignore[no-any-return]


def cells(text: str) -> list[str]:
    """The first cell of each row."""
    return re.findall(r'class="record-link" href="[^"]*">([^<]*)<', text)


def test_an_empty_table_says_what_it_is_for(boss: Actor, owner: PageClient) -> None:
    text = owner.get(VISITS).text
    assert 'class="nothing"' in text
    assert f'href="{VISITS}new"' in text


def test_a_table_shows_values_as_their_widgets_do(boss: Actor, owner: PageClient) -> None:
    customer = make(boss, "customer", name="甲<b>公司")
    make(
        boss,
        subject="<script>x</script>",
        customer=customer,
        amount=1234567,
        stage="won",
        topics=["price"],
        companion=boss.member_id,
    )
    text = owner.get(VISITS).text
    assert "&lt;script&gt;x&lt;/script&gt;" in text
    for shown in ("甲&lt;b&gt;公司", "¥1,234,567.00", "赢单", "李娜"):
        assert shown in text


def test_filter_sort_and_words_are_in_the_address(boss: Actor, owner: PageClient) -> None:
    for subject, amount in (("一", 1), ("二", 3), ("三", 2)):
        make(boss, subject=subject, amount=amount)
    filter = dumps({"and": [{"field": "amount", "op": "gte", "value": 2}]})
    text = owner.get(f"{VISITS}?{urlencode({'filter': filter, 'sort': '-amount'})}").text
    assert cells(text) == ["二", "三"]
    assert 'aria-sort="descending"' in text
    assert cells(owner.get(f"{VISITS}?q=三").text) == ["三"]
    assert cells(owner.get(f"{VISITS}?q=nowhere").text) == []


def test_words_are_found_in_what_is_shown_and_in_what_linked_records_are_called(boss: Actor, owner: PageClient) -> None:
    acme, other = make(boss, "customer", name="Acme 华东"), make(boss, "customer", name="别家")
    make(boss, subject="一", customer=acme)
    make(boss, subject="二", customer=other)
    make(boss, subject="三 acme")
    make(boss, subject="四", stage="won")
    for words, found in (("ACME", ["三 acme", "一"]), ("华东", ["一"]), ("别家", ["二"]), ("won", []), ("四", ["四"])):
        assert sorted(cells(owner.get(f"{VISITS}?q={words}").text)) == sorted(found), words
    assert cells(owner.get(f"{VISITS}?q=华东&columns=subject").text) == [], "the customer is not shown"


def test_conditions_are_added_one_by_one_and_shown_as_chips(boss: Actor, owner: PageClient) -> None:
    make(
        boss,
        subject="a",
        stage="won",
        joins=True,
        day="2026-01-05",
        topics=["price"],
        companion=boss.member_id,
        amount=5,
    )
    make(boss, subject="b", stage="lead", joins=False, day="2025-01-05", topics=["product"], amount=4)
    address = VISITS
    asked = [
        {"field": "stage", "op": "in", "value": "won"}, {"field": "joins", "op": "eq", "value": "true"},
        {"field": "day", "op": "gte", "value": ["2026-01-01", ""]},
        {"field": "topics", "op": "in", "value": ["price", "product"]},
        {"field": "companion", "op": "me"}, {"field": "amount", "op": "lte", "value": "1,000"},
        {"field": "created_at", "op": "last", "value": ["", "7"]}, {"field": "subject", "op": "nempty"},
        {"field": "owner", "op": "eq", "value": boss.member_id},
    ]  # fmt: skip
    for condition in asked:
        part = owner.get(f"{VISITS}condition?field={condition['field']}")
        assert part.status_code == 200
        kept = parse_qs(urlsplit(address).query)
        answer = owner.get(f"{VISITS}?{urlencode(kept | condition, doseq=True)}")
        assert answer.status_code == 303, condition
        address = answer.location
    text = owner.get(address).text
    assert cells(text) == ["a"]
    assert text.count('class="chip"') == len(asked)
    assert "¥1,000.00" in text
    assert len(loads(parse_qs(urlsplit(address).query)["filter"][0])["and"]) == len(asked)


def test_a_condition_that_makes_no_sense_is_refused_calmly(boss: Actor, owner: PageClient) -> None:
    for asked in (
        "field=amount&op=gte&value=many",
        "field=nope&op=eq&value=1",
        "field=day&op=last&value=x",
        "field=amount&op=gte",
    ):
        assert owner.get(f"{VISITS}?{asked}").status_code == 400
    assert owner.get(f"{VISITS}?filter=x").status_code == 400


def test_a_view_brings_its_columns_filter_and_order(boss: Actor, owner: PageClient) -> None:
    for subject, stage, amount in (("一", "won", 1), ("二", "lead", 3), ("三", "won", 2)):
        make(boss, subject=subject, stage=stage, amount=amount)
    text = owner.get(f"{VISITS}?view=won").text
    assert cells(text) == ["三", "一"]
    assert text.count("<th scope") == 2


def test_pages_lead_forth_and_back(boss: Actor, owner: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.records.listing.ROWS", 2)
    for number in range(5):
        make(boss, subject=f"v{number}")
    text, seen = owner.get(VISITS).text, []
    for _ in range(3):
        seen += cells(text)
        following = re.search(r'rel="next" href="([^"]*)"', text)
        text = owner.get(following.group(1).replace("&amp;", "&")).text if following else text
    assert seen == ["v4", "v3", "v2", "v1", "v0"]
    before = re.search(r'rel="prev" href="([^"]*)"', text)
    assert before
    assert cells(owner.get(before.group(1).replace("&amp;", "&")).text) == ["v2", "v1"]


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL that runs, as it runs."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_more_rows_need_no_more_queries(boss: Actor, owner: PageClient, statements: list[str]) -> None:
    def asked() -> list[str]:
        statements.clear()
        assert owner.get(VISITS).status_code == 200
        asking = (one for one in statements if one.startswith("SELECT") and "set_config('app.tenant'" not in one)
        return [statement[:60] for statement in asking]

    def add() -> None:
        make(boss, subject="v", customer=make(boss, "customer", name="甲"), companion=boss.member_id)

    add()
    asked()
    add()
    few = asked()
    for _ in range(10):
        add()
    assert asked() == few


def test_a_record_page_shows_facts_story_and_what_links_here(boss: Actor, owner: PageClient) -> None:
    customer = make(boss, "customer", name="甲公司")
    visit = make(boss, subject="初访", customer=customer, amount=5)
    change = Change(releases.find_app("crm").id, "visit", "update", {"amount": 7}, record_id=visit)
    service.change(change, boss)
    text = owner.get(VISITS + visit).text
    assert f'href="{CUSTOMERS}{customer}"' in text
    assert "¥7.00" in text
    story = owner.get(f"{VISITS}{visit}?tab=history").text
    assert "<del>¥5.00</del>" in story
    assert "<ins>¥7.00</ins>" in story
    assert "李娜" in story
    assert f'href="{VISITS}{visit}"' in owner.get(f"{CUSTOMERS}{customer}?tab=related").text


def test_deleting_asks_by_name_and_what_links_there_says_so(boss: Actor, owner: PageClient) -> None:
    customer = make(boss, "customer", name="甲公司")
    visit = make(boss, subject="初访", customer=customer)
    assert "甲公司" in re.search(r'data-confirm="([^"]*)"', owner.get(CUSTOMERS + customer).text).group(1)  # type: ignore[union-attr]
    assert owner.post(f"{CUSTOMERS}{customer}/delete").location == CUSTOMERS
    assert owner.get(CUSTOMERS + customer).status_code == 404
    page = owner.get(VISITS + visit).text
    assert "甲公司" not in page
    assert customer not in page


def test_t11_a_hidden_field_is_on_no_page(app: Flask, boss: Actor) -> None:
    customer = make(boss, "customer", name="甲公司", secret="底价九折")
    rep = a_browser(app, "rep")
    for address in (CUSTOMERS, CUSTOMERS + customer, f"{CUSTOMERS}{customer}?tab=history"):
        text = rep.get(address).text
        assert "甲公司" in text
        assert "九折" not in text
        assert "底价" not in text
    for asked in ("sort=secret", "field=secret&op=nempty", 'filter={"field":"secret","op":"nempty"}'):
        assert rep.get(f"{CUSTOMERS}?{asked}").status_code == 400
    assert rep.get(f"{CUSTOMERS}condition?field=secret").status_code == 400
    assert [cells(rep.get(f"{CUSTOMERS}?q={words}&columns=name,secret").text) for words in ("甲", "九折")] == [
        ["甲公司"],
        [],
    ]
    assert cells(a_browser(app, "admin").get(f"{CUSTOMERS}?q=九折&columns=name,secret").text) == ["甲公司"]


def test_rights_decide_who_sees_edits_and_deletes(app: Flask, boss: Actor) -> None:
    theirs = make(boss, subject="not mine")
    customer = make(boss, "customer", name="甲")
    rep = a_browser(app, "rep")
    assert rep.get(VISITS + theirs).status_code == 404
    assert rep.post(f"{VISITS}{theirs}/delete").status_code == 404
    assert "not mine" not in rep.get(VISITS).text
    page = rep.get(CUSTOMERS + customer).text
    assert "/edit" in page
    assert "/delete" not in page
    assert rep.post(f"{CUSTOMERS}{customer}/delete").status_code == 403
    assert a_browser(app).get(VISITS).status_code == 403


def test_t10_the_label_of_a_record_one_may_not_see_is_not_shown(app: Flask, boss: Actor) -> None:
    rep = a_browser(app, "rep")
    hidden = make(boss, subject="秘密拜访")
    assert "秘密拜访" not in rep.get("/t/home/a/crm/search/visit?_q=秘密").text
    assert service.names(releases.find_app("crm").id, {"visit": [hidden]}, doors.actor_of(rep.member_id)[0]) == {}  # type: ignore[attr-defined, index]


def test_t07_another_tenants_ids_are_404_on_every_page(app: Flask, boss: Actor, owner: PageClient) -> None:
    with tenant(identity.create_tenant("other", "Other").id):
        actor, _ = doors.actor_of(identity.add_member("陌生人").id)  # type: ignore[misc]
        releases.add_release(releases.create_app("secret", "别家", "zh-CN", actor), APP, "", actor)
        change = Change(releases.find_app("secret").id, "visit", "create", {"subject": "x"})
        theirs = service.change(change, replace(actor, powers=frozenset({"admin"}))).id
    for address in (f"{VISITS}{theirs}", f"/t/home/a/secret/f/visit/{theirs}", f"/t/other/a/secret/f/visit/{theirs}"):
        assert owner.get(address).status_code == 404
    assert owner.post(f"{VISITS}{theirs}/delete").status_code == 404


@pytest.mark.usefixtures("much_is_asked", "boss")
def test_t44_a_page_that_asks_too_much_at_once_says_calmly_that_it_comes_in_a_moment(owner: PageClient) -> None:
    chinese = {"Accept-Language": "zh"}
    page = owner.get(VISITS, headers=chinese)
    assert (page.status_code, page.headers["Retry-After"]) == (429, "2")
    assert "这里正忙，请稍后再试。" in page.text
    assert f'href="{VISITS}?"' in page.text  # to be tried once more
    part = owner.get(VISITS, headers=chinese | {"HX-Request": "true"})
    assert part.headers["HX-Retarget"] == "#toasts"
    assert "这里正忙" in part.text
