"""Many records changed at once: by rights, row by row, with what was refused, and back again."""

import re
from typing import Any

import pytest
from flask import Flask

from runtime.contracts import Actor
from runtime.exchange.bulk import service as bulk
from runtime.exchange.bulk import wishes
from runtime.flows.draining import service as draining
from runtime.records import service as records
from runtime.releases import service as releases
from tests.client import PageClient
from tests.runtime.views.conftest import *  # noqa: F403
from tests.runtime.views.conftest import AT, Make

BULK = f"{AT}f/deal/bulk"
EN = {"Accept-Language": "en"}
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def start(page: PageClient, *ids: str, act: str = "update", **sent: Any) -> Any:
    return page.post(f"{BULK}/start", data={"record": list(ids), "act": act} | sent)


def carried_out(app: Flask, page: PageClient, answer: Any) -> str:
    """The page of the work, once workers have done it."""
    assert answer.status_code == 303, answer.text
    draining.drain(app.config)
    return re.sub(r"\s+", " ", page.get(answer.location, headers=EN).text)


def data(actor: Actor, id: str) -> dict[str, Any]:
    return dict(records.read(releases.find_app("crm").id, "deal", id, actor).data)


STAGE = {"fields": "stage", "f.stage": "quote"}


def test_fields_and_owner_of_the_chosen_are_changed_and_put_back(
    app: Flask, boss: Actor, rep: Actor, owner: PageClient, make: Make
) -> None:
    one, two, other = make("一", stage="lead", hot=True), make("二", stage="quote", hot=True), make("三", stage="lead")
    sent = {"fields": ["stage", "amount", "owner"], "f.stage": "quote", "f.amount": "12.50", "f.owner": rep.member_id}
    answer = start(owner, one.id, two.id, **sent)
    assert "2 records were changed" in carried_out(app, owner, answer)
    assert [data(boss, saved.id).get("stage") for saved in (one, two, other)] == ["quote", "quote", "lead"]
    read = records.read(releases.find_app("crm").id, "deal", one.id, boss)
    assert (read.data["amount"], read.owner_id) == (12.5, rep.member_id)
    assert "李雷" in owner.get(f"{AT}f/deal/{one.id}?tab=history").text
    owner.post(f"{answer.location}/undo")
    draining.drain(app.config)
    assert "2 records are as they were before" in re.sub(r"\s+", " ", owner.get(answer.location, headers=EN).text)
    again = records.read(releases.find_app("crm").id, "deal", one.id, boss)
    assert (again.data, again.owner_id) == ({"name": "一", "stage": "lead", "hot": True}, boss.member_id)


@sqlite
def test_what_is_refused_is_named_with_its_reason_and_stops_no_other(
    app: Flask, boss: Actor, owner: PageClient, make: Make
) -> None:
    bare, told = make("没写原因", stage="lead"), make("写了", stage="lost", why="贵")
    page = carried_out(app, owner, start(owner, bare.id, told.id, fields="stage", **{"f.stage": "lost"}))
    assert "1 record was refused" in page
    assert "输单原因" in page
    assert f'{bare.id}/edit">没写原因' in page
    assert "1 was so already" in page
    assert data(boss, bare.id)["stage"] == "lead"


@sqlite
def test_all_that_match_are_changed_also_when_the_change_takes_them_out_of_the_filter(
    app: Flask, boss: Actor, owner: PageClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 2)
    made = [make(f"单{number}", stage="lead") for number in range(5)]
    other = make("别的", stage="won")
    sent = {"all": "1", "filter": '{"field":"stage","op":"eq","value":"lead"}', **STAGE}
    assert "5 records were changed" in carried_out(app, owner, start(owner, **sent))
    assert {data(boss, one.id)["stage"] for one in made} == {"quote"}
    assert data(boss, other.id)["stage"] == "won"


@sqlite
def test_t44_no_act_changes_more_than_the_most_and_the_page_says_so(
    app: Flask, owner: PageClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (bulk, wishes):
        monkeypatch.setattr(module, "MOST", 2)
    monkeypatch.setattr("runtime.exchange.bulk.routes.MOST", 2)
    for number in range(4):
        make(f"单{number}", stage="lead")
    assert "the first 2 are taken" in owner.post(BULK, data={"all": "1", "act": "update"}, headers=EN).text
    assert "2 records were changed" in carried_out(app, owner, start(owner, all="1", **STAGE))
    assert owner.post(f"{BULK}/start", data={"act": "update", **STAGE}).status_code == 400
    ids = [f"00000000-0000-0000-0000-{number:012}" for number in range(1_001)]
    assert start(owner, *ids, **STAGE).status_code == 400


@sqlite
def test_t06_rights_hold_row_by_row_and_field_by_field(
    app: Flask, boss: Actor, rep: Actor, rep_page: PageClient, make: Make
) -> None:
    own, hot, hidden = make("己", actor=rep, stage="lead"), make("热", hot=True, stage="lead"), make("别", stage="lead")
    asked = rep_page.post(BULK, data={"record": [own.id, hot.id, hidden.id], "act": "update"}, headers=EN).text
    assert "2 records are chosen" in asked
    assert "1 of them" in asked
    assert 'value="margin"' not in asked
    page = carried_out(app, rep_page, start(rep_page, own.id, hot.id, hidden.id, **STAGE))
    assert "1 record was changed" in page
    assert "1 record was refused" in page
    assert [data(boss, one.id)["stage"] for one in (own, hot, hidden)] == ["quote", "lead", "lead"]
    assert start(rep_page, own.id, fields="margin", **{"f.margin": "5"}).status_code == 400
    assert "margin" not in data(boss, own.id)


@sqlite
def test_t09_only_fields_of_the_form_and_the_owner_are_given(boss: Actor, owner: PageClient, make: Make) -> None:
    one = make("一")
    for name in ("id", "rev", "created_by", "tenant_id", "nothing"):
        assert start(owner, one.id, fields=name, **{f"f.{name}": "x"}).status_code == 400
    assert start(owner, one.id, act="publish").status_code == 400
    assert start(owner, "x", one.id[:-1]).status_code == 400


@sqlite
def test_t11_nobody_chooses_by_a_hidden_field(rep_page: PageClient, boss: Actor) -> None:
    sent = {"all": "1", "filter": '{"field":"margin","op":"gt","value":1}', "act": "update"}
    assert rep_page.post(BULK, data=sent).status_code == 400
    assert rep_page.post(f"{BULK}/start", data=sent | STAGE).status_code == 400


@sqlite
def test_chosen_records_are_deleted_where_that_is_granted(
    app: Flask, boss: Actor, rep: Actor, rep_page: PageClient, make: Make
) -> None:
    own, hot = make("己", actor=rep), make("热", hot=True)
    asked = {"record": [own.id, hot.id], "act": "delete"}
    assert "cannot be undone" in rep_page.post(BULK, data=asked, headers=EN).text
    page = carried_out(app, rep_page, start(rep_page, own.id, hot.id, act="delete"))
    assert "1 record was deleted" in page
    assert "/undo" not in page
    assert rep_page.get(f"{AT}f/deal/{own.id}").status_code == 404
    assert rep_page.get(f"{AT}f/deal/{hot.id}").status_code == 200


@sqlite
def test_t41_who_changes_a_record_meanwhile_is_not_overwritten_by_the_way_back(
    app: Flask, boss: Actor, owner: PageClient, make: Make
) -> None:
    one, two = make("一", stage="lead"), make("二", stage="lead")
    answer = start(owner, one.id, two.id, **STAGE)
    carried_out(app, owner, answer)
    owner.post(f"{AT}v/board/move", json={"record": one.id, "rev": 2, "to": '"won"'})
    owner.post(f"{answer.location}/undo")
    assert owner.post(f"{answer.location}/undo").status_code == 409
    draining.drain(app.config)
    assert [data(boss, saved.id)["stage"] for saved in (one, two)] == ["won", "lead"]
    assert "1 was changed again since" in re.sub(r"\s+", " ", owner.get(answer.location, headers=EN).text)


@sqlite
def test_a_question_is_added_without_losing_what_was_typed(owner: PageClient, make: Make) -> None:
    one = make("一")
    sent = {"record": one.id, "act": "update", "fields": "amount", "f.amount": "7", "field": "hot"}
    part = owner.post(BULK, data=sent, headers=EN | {"HX-Request": "true"}).text
    assert "<html" not in part
    assert re.search(r'name="f.amount"[^>]*value="7"', part)
    assert 'name="f.hot"' in part


@sqlite
def test_only_who_asked_and_admins_see_the_work(owner: PageClient, rep_page: PageClient, make: Make) -> None:
    one = make("一", hot=True)
    there = start(owner, one.id, **STAGE).location
    assert rep_page.get(there).status_code == 404
    assert owner.get(there.replace("/deal/", "/nothing/")).status_code == 404
