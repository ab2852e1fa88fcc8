"""The page of a role."""

import re

from builder.drafts import service as drafts
from builder.forms.edit import add, blank
from runtime.contracts import Actor
from tests.client import PageClient
from tests.conftest import Home

BASE = "/t/home/a/sales/build/roles/"


def made(home: Home) -> tuple[Actor, object]:
    actor = Actor(home.tenant_id, member_id=home.member_id, name="李娜", powers=frozenset({"owner"}))
    app = drafts.start("sales", "销售", "zh-CN", "成员", actor)
    drafts.add_form(app, blank("visit", "拜访"), actor)
    return actor, app


def test_a_role_is_made_and_given_rights(owner: PageClient, home: Home) -> None:
    _, app = made(home)
    answer = owner.post(BASE, data={"title": "主管"})
    assert answer.status_code == 303
    page = owner.get(answer.location).text
    assert "拜访" in page
    sent = {
        "rev": "1",
        "title": "经理",
        "forms": "visit",
        "rows.visit": "department",
        "acts.visit": ["update", "export"],
    }
    assert owner.post(answer.location, data=sent).status_code == 303
    role = drafts.find(app, "roles", answer.location.rpartition("/")[2]).document  # type: ignore[arg-type]
    assert role["title"] == "经理"
    assert role["policies"] == [
        {"form": "visit", "rows": "record.department == me.department", "read": ["*"], "write": ["*"],
         "acts": ["update", "export"]}
    ]  # fmt: skip
    shown = owner.get(answer.location).text
    assert re.search(r'value="department" selected', shown)


def test_a_lost_race_changes_nothing_and_says_so(owner: PageClient, home: Home) -> None:
    _, app = made(home)
    before = drafts.find(app, "roles", "member").document  # type: ignore[arg-type]
    sent = {"rev": "1", "title": "X", "forms": "visit", "rows.visit": "all"}
    assert owner.post(BASE + "member", data=sent).status_code == 412
    assert drafts.find(app, "roles", "member").document == before  # type: ignore[arg-type]


def test_which_questions_a_role_sees_and_changes_is_said_on_its_page_too(owner: PageClient, home: Home) -> None:
    actor, app = made(home)
    form, cost = add(blank("visit", "拜访"), "money", "成本")
    form, note = add(form, "text", "备注")
    drafts.save(app, "forms", "visit", form, None, actor)  # type: ignore[arg-type]
    table = owner.get(BASE + "member/fields?form=visit").text
    assert re.findall(r'name="(\S+)" value="(\S+)" aria-label="[^"]+" checked', table) == [
        (f"{kind}.0", name) for name in (cost, note) for kind in ("read", "write")
    ]
    sent = {"rev": "2", "title": "成员", "forms": "visit", "rows.visit": "own", "acts.visit": ["create", "update"],
            "policies": "0", "read.0": [cost, note], "write.0": [note]}  # fmt: skip
    assert owner.post(BASE + "member", data=sent).status_code == 303
    (policy,) = drafts.find(app, "roles", "member").document["policies"]  # type: ignore[arg-type]
    assert (policy["read"], policy["write"], policy["write_except"]) == (["*"], ["*"], [cost])
    assert owner.get(BASE + "member/fields?form=nothing").status_code == 404


def test_a_question_that_is_gone_is_told_and_goes_with_the_next_saving(owner: PageClient, home: Home) -> None:
    actor, app = made(home)
    role = dict(drafts.find(app, "roles", "member").document)  # type: ignore[arg-type]
    role["policies"] = [{**role["policies"][0], "read_except": ["gone"]}]
    rev = drafts.save(app, "roles", "member", role, None, actor).rev  # type: ignore[arg-type]
    assert "gone" in owner.get(BASE + "member").text
    assert "roles/member" in owner.get("/t/home/a/sales/build/publish").text
    assert owner.post(BASE + "member", data={"rev": str(rev), "title": "成员"}).status_code == 303
    (policy,) = drafts.find(app, "roles", "member").document["policies"]  # type: ignore[arg-type]
    assert policy["read_except"] == []
