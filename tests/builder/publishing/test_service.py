"""Taking apps in, publishing them, and what must not be published."""

from copy import deepcopy
from typing import Any

import pytest

from builder.drafts import service as drafts
from builder.publishing import service
from runtime.contracts import Actor, Conflict, LostRace, NotFound, Refused
from runtime.db import new_id, tenant
from runtime.releases import service as releases

APP: dict[str, Any] = {
    "format": "app/1",
    "key": "crm",
    "title": "客户管理",
    "lang": "zh-CN",
    "x-mine": {"kept": [1, 2]},
    "forms": [
        {
            "format": "form/1",
            "key": "customer",
            "title": "客户",
            "schema": {
                "type": "object",
                "properties": {
                    "zname": {"type": "string", "title": "名称"},
                    "amount": {"type": "number", "title": "采购额"},
                    "grade": {"type": "string", "title": "等级"},
                },
                "required": ["zname"],
            },
        }
    ],
    "flows": [
        {
            "format": "flow/1",
            "key": "grade",
            "title": "分级",
            "nodes": [
                {"id": "t", "type": "trigger.record", "config": {"form": "customer", "on": ["created"]}},
                {
                    "id": "u",
                    "type": "record.update",
                    "config": {"record": "record.id", "set": {"grade": "'A'"}},
                },
            ],
            "edges": [{"id": "e1", "source": "t", "port": "out", "target": "u"}],
            "layout": {"t": [80, 120], "u": [320, 120]},
        }
    ],
}


def with_field(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    form = deepcopy(APP["forms"][0])
    form["schema"]["properties"][name] = schema
    return form


def test_an_app_goes_out_as_it_came_in(admin: Actor) -> None:
    app, number = service.take_in(APP, admin, live=True)
    assert drafts.whole(app) == APP
    assert list(drafts.whole(app)["forms"][0]["schema"]["properties"]) == ["zname", "amount", "grade"]
    assert releases.current(app.id).number == number == 1


def test_a_draft_is_not_live_before_it_is_published(admin: Actor) -> None:
    app, number = service.take_in(APP, admin)
    assert number is None
    with pytest.raises(NotFound):
        releases.current(app.id)


def test_nothing_is_kept_of_an_app_that_cannot_go_live(admin: Actor) -> None:
    broken = deepcopy(APP)
    broken["flows"][0]["nodes"][1]["config"]["set"] = {"no_such_field": "'A'"}
    with pytest.raises(Refused) as refused:
        service.take_in(broken, admin, live=True)
    assert [problem.pointer for problem in refused.value.problems] == ["/flows/0/nodes/1/config/set/no_such_field"]
    assert releases.apps() == []


def test_a_key_that_is_taken_is_a_conflict(admin: Actor) -> None:
    service.take_in(APP, admin)
    with pytest.raises(Conflict):
        service.take_in(APP, admin)


def test_a_release_never_changes_when_the_draft_does(admin: Actor) -> None:
    app, _ = service.take_in(APP, admin, live=True)
    drafts.save(app, "forms", "customer", with_field("note", {"type": "string", "title": "备注"}), None, admin)
    service.publish(app, "", admin)
    assert "note" not in releases.at(app.id, 1).one("forms", "customer")["schema"]["properties"]
    assert "note" in releases.at(app.id, 2).one("forms", "customer")["schema"]["properties"]


def test_the_type_of_a_released_field_cannot_change(admin: Actor) -> None:
    app, _ = service.take_in(APP, admin, live=True)
    drafts.save(app, "forms", "customer", with_field("amount", {"type": "string", "title": "采购额"}), None, admin)
    with pytest.raises(Refused) as refused:
        service.publish(app, "", admin)
    assert [problem.keyword for problem in refused.value.problems] == ["type"]


def test_t13_a_name_that_was_removed_is_refused_for_a_new_field(admin: Actor) -> None:
    app, _ = service.take_in(APP, admin, live=True)
    gone = deepcopy(APP["forms"][0])
    del gone["schema"]["properties"]["amount"]
    drafts.save(app, "forms", "customer", gone, None, admin)
    service.publish(app, "", admin)
    drafts.save(app, "forms", "customer", with_field("amount", {"type": "number"}), None, admin)
    with pytest.raises(Refused) as refused:
        service.publish(app, "", admin)
    assert "amount" in str(refused.value)


def test_what_changes_for_stored_records_is_said_before_publishing(admin: Actor) -> None:
    app, _ = service.take_in(APP, admin, live=True)
    form = with_field("amount", {"type": "number", "title": "采购额"})
    form["schema"]["required"] = ["zname", "amount"]
    drafts.save(app, "forms", "customer", form, None, admin)
    findings = service.look(app)
    assert findings.problems == ()
    assert [(one.change, one.field) for one in findings.differences] == [("required", "amount")]


def test_of_two_who_save_the_same_draft_the_second_is_told(admin: Actor) -> None:
    app, _ = service.take_in(APP, admin)
    first = drafts.save(app, "forms", "customer", with_field("a", {"type": "string"}), 1, admin)
    assert first.rev == 2
    with pytest.raises(LostRace):
        drafts.save(app, "forms", "customer", with_field("b", {"type": "string"}), 1, admin)


def test_a_broken_document_is_refused_whole(admin: Actor) -> None:
    app, _ = service.take_in(APP, admin)
    with pytest.raises(Refused):
        drafts.save(app, "forms", "customer", with_field("x", {"$ref": "http://127.0.0.1/x"}), None, admin)
    assert drafts.find(app, "forms", "customer").document == APP["forms"][0]


def test_a_clone_has_the_documents_and_another_key(admin: Actor) -> None:
    app, _ = service.take_in(APP, admin, live=True)
    copy = service.clone(app, "crm_2", "副本", admin)
    assert drafts.whole(copy) == APP | {"key": "crm_2", "title": "副本"}
    assert copy.release is None


def test_t07_a_draft_of_another_tenant_is_not_found(admin: Actor) -> None:
    app, _ = service.take_in(APP, admin)
    with tenant(new_id()), pytest.raises(NotFound):
        drafts.find(app, "forms", "customer")


def test_a_part_that_was_removed_meanwhile_is_not_brought_back_by_who_saw_it(admin: Actor) -> None:
    app, _ = service.take_in(APP, admin)
    form = drafts.find(app, "forms", "customer")
    drafts.remove(app, "forms", "customer", admin)
    with pytest.raises(LostRace):
        drafts.save(app, "forms", "customer", APP["forms"][0], form.rev, admin)
    assert drafts.whole(app)["forms"] == []
