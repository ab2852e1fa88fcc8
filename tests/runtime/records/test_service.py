"""The one door for records, on either database."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from runtime.contracts import Actor, Change, Conflict, Forbidden, LostRace, NotFound, Problem, Refused
from runtime.db import db, new_id, tenant, transaction
from runtime.events import Dispatch, EventRow
from runtime.records import service
from runtime.records.models import record, record_rev
from tests.runtime.records.conftest import Save, a_rep


def row(id: str) -> object:
    return db.session.execute(select(record).where(record.c.id == id)).one()


def refusal(save: Save, *args: object, **answers: object) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        save(*args, **answers)
    return [(problem.pointer, problem.keyword) for problem in caught.value.problems]


def test_a_record_is_made_with_history_event_and_a_hint(save: Save, quiet: list[int]) -> None:
    saved = save("visit", subject="初访", amount=Decimal("620000.505"))
    assert saved.rev == 1
    assert saved.data == {"subject": "初访", "amount": Decimal("620000.51")}
    assert row(saved.id).n1 == 620000.51
    for table in (record_rev, EventRow.__table__, Dispatch.__table__):
        assert db.session.scalar(select(func.count()).select_from(table)) == 1
    assert quiet == [1]


def test_a_merge_patch_changes_what_it_names_and_null_clears(save: Save) -> None:
    first = save("visit", subject="初访", stage="lead", topics=["price"])
    second = save("visit", first.id, stage=None, topics=["product"])
    assert second.rev == 2
    assert second.data == {"subject": "初访", "topics": ["product"]}
    event = second.event
    assert event
    assert set(event.changed) == {"stage", "topics"}
    assert (event.old["stage"], event.new.get("stage")) == ("lead", None)


def test_a_patch_that_changes_nothing_writes_nothing(save: Save) -> None:
    first = save("visit", subject="初访")
    again = save("visit", first.id, subject="初访")
    assert (again.rev, again.event) == (1, None)


def test_all_problems_are_said_at_once_and_nothing_is_kept(save: Save) -> None:
    assert refusal(save, "visit", stage="nope", amount="x") == [
        ("/subject", "required"), ("/stage", "oneOf"), ("/amount", "type"),
    ]  # fmt: skip
    assert db.session.scalar(select(func.count()).select_from(record)) == 0


def test_t09_protected_and_unknown_names_are_refused(app_id: str, admin: Actor) -> None:
    for name in ("tenant_id", "owner_id", "role", "created_by", "id", "rev", "owner", "nonsense"):
        with pytest.raises(Refused) as caught:
            service.change(Change(app_id, "visit", "create", {"subject": "x", name: "y"}), admin)
        [problem] = caught.value.problems
        assert problem.pointer == f"/{name}"
        assert problem.keyword == ("unknown" if name == "nonsense" else "protected")


def test_t05_text_a_database_cannot_keep_is_refused_at_its_field(save: Save) -> None:
    for text in ("a\x00b", "a\ud800b"):
        assert {pointer for pointer, _ in refusal(save, "visit", subject=text)} == {"/subject"}


def test_t05_quotes_percents_and_huge_numbers_are_plain_values(save: Save) -> None:
    saved = save("visit", subject="'; DROP TABLE record; --%_\\\"", amount=10**30)
    assert row(saved.id).data["subject"] == "'; DROP TABLE record; --%_\\\""


def test_a_taken_unique_value_is_refused_at_its_field(save: Save) -> None:
    save("customer", name="甲", code="A1")
    other = save("customer", name="乙", code="A2")
    assert refusal(save, "customer", name="丙", code="A1") == [("/code", "x-unique")]
    assert refusal(save, "customer", other.id, code="A1") == [("/code", "x-unique")]


def test_a_unique_value_is_free_again_when_it_is_changed_or_its_record_deleted(
    save: Save, app_id: str, admin: Actor
) -> None:
    first = save("customer", name="甲", code="A1")
    save("customer", first.id, code="B1")
    second = save("customer", name="乙", code="A1")
    service.change(Change(app_id, "customer", "delete", record_id=second.id), admin)
    save("customer", name="丙", code="A1")


def test_t41_an_old_rev_is_a_lost_race(save: Save) -> None:
    first = save("visit", subject="a")
    save("visit", first.id, rev=1, subject="b")
    with pytest.raises(LostRace):
        save("visit", first.id, rev=1, subject="c")
    assert row(first.id).data == {"subject": "b"}


def test_a_deleted_record_is_gone_for_all_and_its_event_tells(save: Save, app_id: str, admin: Actor) -> None:
    first = save("visit", subject="a")
    gone = service.change(Change(app_id, "visit", "delete", record_id=first.id), admin)
    assert gone.event
    assert (gone.event.type, gone.event.old) == ("deleted", {"subject": "a"})
    with pytest.raises(NotFound):
        save("visit", first.id, subject="b")


def test_a_request_repeated_under_its_key_is_carried_out_once(app_id: str, admin: Actor) -> None:
    def ask(subject: str) -> service.Saved:
        return service.change(Change(app_id, "visit", "create", {"subject": subject}, idempotency_key="k1"), admin)

    assert ask("a").id == ask("a").id
    with pytest.raises(Conflict):
        ask("b")


def test_a_guard_can_refuse_inside_the_transaction(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def locked(change: Change, before: object, actor: Actor) -> list[Problem]:
        asked.append((change.act, before))
        return [Problem("", "locked", service.message("An approval is under way."))] if before else []

    monkeypatch.setattr(service, "guards", [locked])
    first = save("visit", subject="a")
    assert refusal(save, "visit", first.id, subject="b") == [("", "locked")]
    assert asked == [("create", None), ("update", {"subject": "a"})]


def test_inside_an_outer_transaction_the_change_goes_with_it(save: Save) -> None:
    def failing() -> None:
        with transaction():
            save("visit", subject="a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert db.session.scalar(select(func.count()).select_from(record)) == 0


def test_t07_another_tenant_finds_no_record(save: Save, app_id: str, admin: Actor) -> None:
    first = save("visit", subject="a")
    other = new_id()
    stranger = Actor(other, member_id=new_id(), powers=frozenset({"owner"}))
    with tenant(other), pytest.raises(NotFound):
        service.change(Change(app_id, "visit", "update", {"subject": "b"}, record_id=first.id), stranger)
    assert row(first.id).data == {"subject": "a"}


def test_t09_rights_are_asked_of_the_row_as_it_is_and_as_it_becomes(
    save: Save, app_id: str, rep: Actor, tenant_id: str
) -> None:
    mine = save("visit", actor=rep, subject="a")
    other = a_rep(app_id, tenant_id)
    with pytest.raises(NotFound):
        save("visit", mine.id, actor=other, subject="b")
    give_away = Change(app_id, "visit", "update", {"subject": "b"}, record_id=mine.id, owner_id=other.member_id)
    for answers in (give_away.answers, {}):
        with pytest.raises(Refused) as caught:
            service.change(replace(give_away, answers=answers), rep)
        assert [(one.pointer, one.keyword) for one in caught.value.problems] == [("/owner", "protected")]


def test_t09_who_may_write_one_field_takes_no_record_for_himself(save: Save, app_id: str, rep: Actor) -> None:
    theirs = save("customer", name="甲")
    change = Change(app_id, "customer", "update", {"name": "乙"}, record_id=theirs.id)
    with pytest.raises(Refused) as caught:
        service.change(replace(change, owner_id=rep.member_id), rep)
    assert [(one.pointer, one.keyword) for one in caught.value.problems] == [("/owner", "protected")]
    assert service.change(change, rep).data["name"] == "乙"


def test_a_field_that_may_not_be_written_is_refused(save: Save, rep: Actor) -> None:
    assert refusal(save, "customer", actor=rep, name="甲", secret="x") == [("/secret", "protected")]
    assert save("customer", actor=rep, name="甲").data == {"name": "甲"}


def test_what_is_not_granted_is_forbidden(save: Save, app_id: str, rep: Actor, tenant_id: str) -> None:
    made = save("customer", name="甲")
    with pytest.raises(Forbidden):
        service.change(Change(app_id, "customer", "delete", record_id=made.id), rep)
    with pytest.raises(Forbidden):
        save("visit", actor=a_rep(app_id, tenant_id, "nobody"), subject="a")


def test_t10_links_to_what_is_missing_hidden_or_another_tenants_are_refused(
    save: Save, app_id: str, rep: Actor
) -> None:
    visit = save("visit", subject="a")
    for id in (new_id(), visit.id, "no id"):
        assert refusal(save, "visit", subject="x", customer=id) == [("/customer", "x-ref")]
    assert refusal(save, "visit", subject="x", companion=new_id()) == [("/companion", "x-ref")]
    assert refusal(save, "visit", subject="x", photos=[{"id": new_id()}]) == [("/photos", "x-file")]
    customer = save("customer", name="甲")
    linked = save("visit", actor=rep, subject="x", customer=customer.id, companion=rep.member_id)
    assert linked.data["customer"] == customer.id
