"""The role a blank app starts with, and roles that follow its forms."""

from builder.drafts import roles, service
from builder.forms.edit import blank
from runtime.contracts import Actor


def test_the_first_role_fills_in_every_new_form_and_sees_its_own() -> None:
    role = roles.with_form(roles.standard("成员"), "visit")
    assert role["policies"] == [
        {"form": "visit", "rows": "record.owner == me.id", "read": ["*"], "write": ["*"], "acts": ["create", "update"]}
    ]
    assert roles.with_form(role, "visit") == role


def test_a_role_that_does_not_follow_new_forms_stays_as_it_is() -> None:
    role = {"key": "member", "title": "成员", "policies": []}
    assert roles.with_form(role, "visit") == role


def test_a_form_that_goes_leaves_the_roles_too(admin: Actor) -> None:
    app = service.start("sales", "销售", "zh-CN", "成员", admin)
    service.add_form(app, blank("visit", "拜访"), admin)
    assert [policy["form"] for policy in service.whole(app)["roles"][0]["policies"]] == ["visit"]
    service.remove(app, "forms", "visit", admin)
    assert service.whole(app)["roles"][0]["policies"] == []
