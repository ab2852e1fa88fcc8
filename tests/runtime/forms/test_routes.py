"""A rep fills forms: what is refused comes back, what is saved is saved once, what was typed is never lost."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from runtime.contracts import Change
from runtime.db import db, new_id
from runtime.forms.models import FormDraft
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.models import record
from runtime.releases import service as releases
from tests.client import PageClient
from tests.runtime.forms.conftest import Sales
from tests.runtime.forms.documents import APP

VISIT = "/t/home/a/crm/f/visit"
ON = ["subject", "customer", "companion", "kind", "visited_on", "visited_at", "price", "total", "topics"]
ON += ["photos", "note"]
HOSPITAL = {"f.subject": "CT 续保", "f.kind": "hospital"}
WHOLE = {**HOSPITAL, "f.ct_age": "6", "f.tender": "false"}


def page(on: list[str] | None = None, **answers: Any) -> dict[str, Any]:
    """What a page sends that shows these questions."""
    return {"_on": [*ON, "ct_age", "tender"] if on is None else on, "_once": new_id(), **answers}


def count(form: str = "visit") -> int:
    statement = select(func.count()).select_from(record).where(record.c.form == form, record.c.deleted_at.is_(None))
    return int(db.session.execute(statement).scalar_one())


def only_record() -> Any:
    db.session.rollback()
    return db.session.execute(select(record).where(record.c.form == "visit")).one()


def test_an_empty_form_asks_what_matters_with_its_defaults(rep: PageClient) -> None:
    text = rep.get(f"{VISIT}/new").text
    assert "拜访记录" in text
    assert 'name="f.ct_age"' not in text
    assert re.search(r'name="f.visited_on" value="\d{4}-\d\d-\d\d"', text)


def test_a_form_that_is_whole_makes_a_record_and_shows_it(rep: PageClient) -> None:
    answer = rep.post(f"{VISIT}/new", data=page(**WHOLE))
    saved = only_record()
    assert answer.status_code == 303
    assert answer.location == f"{VISIT}/{saved.id}"
    assert saved.data["ct_age"] == 6
    assert saved.data["tender"] is False


def test_a_conditional_question_that_was_not_answered_refuses_with_what_was_typed(rep: PageClient) -> None:
    answer = rep.post(f"{VISIT}/new", data=page(**HOSPITAL, **{"f.note": "下周再约"}))
    assert answer.status_code == 422
    assert count() == 0
    assert "下周再约" in answer.text
    assert 'value="CT 续保"' in answer.text
    links = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', answer.text)
    assert len(links) == 2
    for target, words in links:
        assert f'id="{target}"' in answer.text
        assert answer.text.count(words) == 2
    assert re.search(r"<title>\s*(Error|错误|出错)", answer.text)


def test_what_is_wrong_is_said_in_the_language_of_the_page_with_the_questions_name_in_it(rep: PageClient) -> None:
    for lang, said in (("en", "Choose Tenders."), ("zh-CN", "请选择“是否参与集采”。")):
        answer = rep.post(f"{VISIT}/new", data=page(**HOSPITAL), headers={"Accept-Language": lang})
        assert answer.text.count(said) == 2  # at the question and above all


def test_a_number_that_is_none_is_refused_and_stays_as_typed(rep: PageClient) -> None:
    answer = rep.post(f"{VISIT}/new", data=page(**WHOLE | {"f.ct_age": "six"}))
    assert answer.status_code == 422
    assert 'value="six"' in answer.text


def test_the_same_page_sent_twice_makes_one_record(rep: PageClient) -> None:
    sent = page(**WHOLE)
    first, second = (rep.post(f"{VISIT}/new", data=sent) for _ in range(2))
    assert first.location == second.location
    assert count() == 1


def test_a_page_sent_again_with_other_answers_asks_before_it_adds_another(rep: PageClient) -> None:
    sent = page(**WHOLE)
    rep.post(f"{VISIT}/new", data=sent)
    answer = rep.post(f"{VISIT}/new", data=sent | {"f.subject": "另一次"})
    assert answer.status_code == 409
    assert 'value="另一次"' in answer.text
    once = re.search(r'name="_once" value="([^"]+)"', answer.text)
    assert once
    assert once[1] != sent["_once"]
    assert count() == 1


def test_a_deciding_answer_unfolds_its_questions_alone(rep: PageClient) -> None:
    answer = rep.post(f"{VISIT}/unfold", data=page(on=ON, **HOSPITAL))
    assert re.findall(r'name="_on" value="([^"]+)"', answer.text) == ["ct_age", "tender"]
    assert 'name="f.subject"' not in answer.text


def test_a_formula_follows_what_is_typed(rep: PageClient) -> None:
    assert "¥24.00" in rep.post(f"{VISIT}/unfold", data=page(on=ON, **{"f.price": "12"})).text


def test_what_was_typed_is_offered_again_and_gone_once_it_is_sent(rep: PageClient) -> None:
    assert rep.post(f"{VISIT}/draft", data=page(**HOSPITAL)).status_code == 204
    text = rep.get(f"{VISIT}/new").text
    assert 'value="CT 续保"' in text
    assert "draft-note" in text
    assert 'name="f.ct_age"' in text
    rep.post(f"{VISIT}/new", data=page(**WHOLE))
    assert "draft-note" not in rep.get(f"{VISIT}/new").text


def test_what_was_refused_is_a_draft_too(rep: PageClient) -> None:
    rep.post(f"{VISIT}/new", data=page(**HOSPITAL))
    assert 'value="CT 续保"' in rep.get(f"{VISIT}/new").text


def test_an_answer_to_a_question_that_a_newer_release_dropped_is_named_before_it_goes(rep: PageClient) -> None:
    sent = page(on=[*ON, "ct_age", "tender", "budget"], **WHOLE, **{"f.budget": "五十万"})
    answer = rep.post(f"{VISIT}/new", data=sent)
    assert answer.status_code == 422
    assert "五十万" in answer.text
    assert count() == 0
    assert 'value="budget"' not in answer.text


def test_a_draft_can_be_given_up(rep: PageClient) -> None:
    rep.post(f"{VISIT}/draft", data=page(**HOSPITAL))
    assert rep.post(f"{VISIT}/draft", data={"_drop": "1"}).location == f"{VISIT}/new"
    assert "draft-note" not in rep.get(f"{VISIT}/new").text


def test_a_draft_is_seen_by_its_writer_alone(app: Flask, sales: Sales, rep: PageClient) -> None:
    rep.post(f"{VISIT}/draft", data=page(**HOSPITAL))
    other = sales.person(app, "other@example.com", "rep")
    assert "CT 续保" not in other.get(f"{VISIT}/new").text


def test_typing_on_keeps_one_draft(rep: PageClient) -> None:
    for subject in ("一", "一二"):
        rep.post(f"{VISIT}/draft", data=page(**{"f.subject": subject}))
    db.session.rollback()
    assert [draft.answers["subject"] for draft in db.session.scalars(select(FormDraft))] == ["一二"]


def test_an_edit_sends_only_what_changed(rep: PageClient) -> None:
    rep.post(f"{VISIT}/new", data=page(**WHOLE, **{"f.note": "旧"}))
    saved = only_record()
    address = f"{VISIT}/{saved.id}/edit"
    text = rep.get(address).text
    assert 'value="CT 续保"' in text
    assert f'name="_rev" value="{saved.rev}"' in text
    answer = rep.post(address, data=page(**WHOLE, **{"f.note": "", "_rev": str(saved.rev)}))
    assert answer.status_code == 303
    assert "note" not in only_record().data
    assert only_record().rev == saved.rev + 1


def test_an_edit_that_changes_nothing_writes_nothing(rep: PageClient) -> None:
    rep.post(f"{VISIT}/new", data=page(**WHOLE))
    saved = only_record()
    again = rep.post(f"{VISIT}/{saved.id}/edit", data=page(**WHOLE, **{"_rev": str(saved.rev)}))
    assert again.status_code == 303
    assert only_record().rev == saved.rev


def test_an_edit_that_lost_the_race_keeps_what_was_typed(sales: Sales, rep: PageClient) -> None:
    rep.post(f"{VISIT}/new", data=page(**WHOLE))
    saved = only_record()
    boss, _ = doors.actor_of(sales.home.member_id)
    change = Change(sales.app_id, "visit", "update", {"note": "主管改了"}, record_id=saved.id)
    records.change(change, boss)
    answer = rep.post(f"{VISIT}/{saved.id}/edit", data=page(**WHOLE | {"f.subject": "我改的", "_rev": str(saved.rev)}))
    assert answer.status_code == 412
    assert 'value="我改的"' in answer.text
    assert f'name="_rev" value="{saved.rev + 1}"' in answer.text


def test_another_persons_record_is_not_there(app: Flask, sales: Sales, rep: PageClient) -> None:
    rep.post(f"{VISIT}/new", data=page(**WHOLE))
    id = only_record().id
    other = sales.person(app, "other@example.com", "rep")
    for verb, path in (("get", "edit"), ("post", "edit")):
        assert getattr(other, verb)(f"{VISIT}/{id}/{path}").status_code == 404
    assert other.post(f"{VISIT}/unfold?record={id}").status_code == 404
    assert other.post(f"{VISIT}/draft?record={id}").status_code == 404


def test_somebody_without_a_role_may_not_open_the_form(app: Flask, sales: Sales) -> None:
    nobody = sales.person(app, "nobody@example.com")
    assert nobody.get(f"{VISIT}/new").status_code == 403
    assert nobody.post(f"{VISIT}/new", data=page(**WHOLE)).status_code == 403
    assert nobody.post(f"{VISIT}/draft", data=page(**WHOLE)).status_code == 403


def test_a_field_that_may_not_be_written_is_not_asked_and_not_taken(rep: PageClient) -> None:
    address = "/t/home/a/crm/f/customer/new"
    assert "底价" not in rep.get(address).text
    rep.post(address, data={"_on": ["name", "floor_price"], "f.name": "一院", "f.floor_price": "1"})
    saved = db.session.execute(select(record.c.data).where(record.c.form == "customer")).scalar_one()
    assert saved == {"name": "一院"}


def test_a_customer_is_found_by_typing_and_shown_by_name(rep: PageClient) -> None:
    rep.post("/t/home/a/crm/f/customer/new", data={"_on": ["name"], "f.name": "上海第一医院"})
    found = rep.get("/t/home/a/crm/search/customer?_q=第一").text
    offered = re.search(r'data-id="([^"]+)" data-label="上海第一医院"', found)
    assert offered
    answer = rep.post(f"{VISIT}/new", data=page(**HOSPITAL, **{"f.customer": offered[1]}))
    assert 'value="上海第一医院"' in answer.text
    assert "Nothing" not in found


def test_a_customer_who_may_be_there_already_is_shown_while_one_types(rep: PageClient) -> None:
    rep.post("/t/home/a/crm/f/customer/new", data={"_on": ["name"], "f.name": "华兴科技<b>有限公司"})
    page_ = rep.get("/t/home/a/crm/f/customer/new").text
    assert "data-similar-names=" in page_
    asked = "/t/home/a/crm/f/customer/similar"
    shown = rep.get(f"{asked}?field=name&value=华兴科技（深圳）").text
    assert "华兴科技&lt;b&gt;有限公司" in shown
    id = db.session.execute(select(record.c.id).where(record.c.form == "customer")).scalar_one()
    assert rep.get(f"{asked}?field=name&value=华兴科技&record={id}").text.strip() == ""
    assert rep.get(f"{asked}?field=name&value=北方").text.strip() == ""


def test_t11_what_may_be_the_same_is_asked_of_visible_names_only(app: Flask, sales: Sales, rep: PageClient) -> None:
    rep.post(f"{VISIT}/new", data=page(**WHOLE))
    other = sales.person(app, "other@example.com", "rep")
    for field, value in (("subject", "CT 续保"), ("floor_price", "1"), ("nothing", "CT"), ("", "")):
        for form in ("visit", "customer"):
            asked = f"/t/home/a/crm/f/{form}/similar?field={field}&value={value}"
            assert other.get(asked).text.strip() == ""


def test_a_record_of_somebody_else_is_not_named_by_its_id(app: Flask, sales: Sales, rep: PageClient) -> None:
    rep.post(f"{VISIT}/new", data=page(**WHOLE))
    id = only_record().id
    other = sales.person(app, "other@example.com", "rep")
    assert "CT 续保" not in other.get(f"{VISIT}/new?f.customer={id}").text
    assert "CT 续保" not in other.get("/t/home/a/crm/search/visit?_q=CT").text


def test_a_person_is_found_by_name(rep: PageClient) -> None:
    assert "李娜" in rep.get("/t/home/a/crm/search/@person?_q=李").text


def test_text_typed_where_a_record_is_wanted_is_refused_and_stays(rep: PageClient) -> None:
    answer = rep.post(f"{VISIT}/new", data=page(**WHOLE, **{"f.customer": "没有这家"}))
    assert answer.status_code == 422
    assert 'value="没有这家"' in answer.text


def test_a_first_answer_may_come_with_the_address(rep: PageClient) -> None:
    assert 'value="回访"' in rep.get(f"{VISIT}/new?f.subject=回访").text


def test_what_a_first_answer_asks_for_is_said_in_the_language_of_the_page(rep: PageClient) -> None:
    rep.post(f"{VISIT}/new", data=page(**{"f.subject": "CT 续保", "f.kind": "dealer"}))
    address = f"{VISIT}/{only_record().id}/edit?f.kind=hospital"
    for lang, said in (("en", "Choose Tenders."), ("zh-CN", "请选择“是否参与集采”。")):
        shown = rep.get(address, headers={"Accept-Language": lang})
        assert shown.text.count(said) == 2  # at the question and above all


def test_t23_what_was_typed_comes_back_as_text(rep: PageClient) -> None:
    evil = '"><img src=x onerror=alert(1)><b hx-get="/x">'
    answer = rep.post(
        f"{VISIT}/new", data=page(**{"f.subject": evil, "f.note": evil, "f.customer": evil, "f.kind": evil})
    )
    assert "<img src=x" not in answer.text
    assert "<b hx-get" not in answer.text


def test_t34_a_form_without_its_token_changes_nothing(rep: PageClient) -> None:
    rep.honest = False
    assert rep.post(f"{VISIT}/new", data=page(**WHOLE)).status_code == 403
    assert count() == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_t11_what_is_worked_out_and_hidden_is_not_shown_while_a_new_record_is_typed(app: Flask, sales: Sales) -> None:
    boss, _ = doors.actor_of(sales.home.member_id)  # type: ignore[misc]
    hides = {
        name: value for kind in ("read", "write") for name, value in ((kind, ["*"]), (f"{kind}_except", ["total"]))
    }
    hides |= {"form": "visit", "acts": ["create"]}
    role = {"format": "role/1", "key": "helper", "title": "助理", "policies": [hides]}
    releases.add_release(releases.find_app("crm"), APP | {"roles": [*APP["roles"], role]}, "", boss)
    typed = {"_on": ["price", "total"], "f.price": "21"}
    shown = {name: sales.person(app, f"{name}@example.com", name) for name in ("rep", "helper")}
    for name, client in shown.items():
        pages = (
            client.get("/t/home/a/crm/f/visit/new").text,
            client.post("/t/home/a/crm/f/visit/unfold", data=typed).text,
        )
        assert [("合计" in pages[0]), ("42" in pages[1])] == [name == "rep"] * 2
