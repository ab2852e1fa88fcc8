"""The sales template at work: its flows act, and each of its roles sees and may do what its rules say, by REST."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from builder.gallery import service
from runtime import queue
from runtime.contracts import Actor
from runtime.db import new_id, utc_now
from runtime.flows.draining.service import drain
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.departments import service as departments
from runtime.identity.doors import service as doors
from tests.conftest import PASSWORD, Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

CLOCKS = ("timing", "dispatching", "starting", "draining", "running", "steps", "handling")
"""The rooms of flows that look at the clock."""

OFFER = {"amount": 800_000, "expected_close": "2026-12-31", "payment_terms": "prepaid", "nonstandard": False}
"""What an opportunity needs from the proposal on."""

TASK = {"kind": "call", "priority": "normal", "status": "todo"}

Turn = Callable[[datetime], None]
Json = dict[str, Any]


class Person:
    """A member with roles of the app, who reads Chinese and acts by REST."""

    def __init__(self, flask: Flask, name: str, department: str | None = None) -> None:
        self.flask, self.name = flask, name
        account = accounts.create_account(f"{new_id()}@example.com", PASSWORD, name, "zh-CN")
        self.id = identity.add_member(name, account.id, department).id
        self.headers = {"Authorization": f"Bearer {doors.issue_token(self.id, ['records:read', 'records:write'])}"}

    def ask(self, verb: str, path: str, document: Json | None = None, **asked: Any) -> Any:
        """The answer; of what went well its body."""
        address = f"/api/v1/{path}"
        client = self.flask.test_client()
        return client.open(address, method=verb, json=document, headers=self.headers, query_string=asked)

    def make(self, form: str, **answers: Any) -> str:
        answer = self.ask("POST", f"apps/sales/forms/{form}/records", answers)
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    def change(self, form: str, record: str, **answers: Any) -> int:
        """The status of a change."""
        return int(self.ask("PATCH", f"apps/sales/forms/{form}/records/{record}", answers).status_code)

    def delete(self, form: str, record: str) -> int:
        """The status of a deletion."""
        return int(self.ask("DELETE", f"apps/sales/forms/{form}/records/{record}").status_code)

    def all(self, form: str) -> list[Json]:
        """The data of the records that this person sees, the oldest first; a form that is not theirs has none."""
        answer = self.ask("GET", f"apps/sales/forms/{form}/records", sort="created_at,id", limit=100)
        return [item["data"] for item in answer.json["items"]] if answer.status_code == 200 else []

    def one(self, form: str, record: str) -> Any:
        """The data of a record, or the status of the refusal."""
        answer = self.ask("GET", f"apps/sales/forms/{form}/records/{record}")
        return answer.json["data"] if answer.status_code == 200 else answer.status_code

    def told(self) -> list[str]:
        """The titles of the notices, the oldest first."""
        return [item["title"] for item in self.ask("GET", "notices").json["items"]][::-1]


class Team:
    """Two regions under one head office, each with a manager and a rep; legal, finance and the director beside them."""

    def __init__(self, flask: Flask, boss: Actor) -> None:
        self.flask, self.app = flask, service.take(service.find("sales", "zh-CN"), boss, sample=False)
        self.east, self.south = (departments.add(name).id for name in ("华东", "华南"))
        self.shanghai = departments.add("上海", self.east).id
        self.rep, self.other = self.hire("rep", "王销售", self.shanghai), self.hire("rep", "赵销售", self.south)
        self.manager = self.hire("manager", "李经理", self.east)
        self.director, self.legal, self.finance = (
            self.hire(role, name) for role, name in (("director", "钱总"), ("legal", "周法务"), ("finance", "吴财务"))
        )
        departments.change(self.shanghai, "上海", self.east, self.manager.id)
        self.people = (self.rep, self.other, self.manager, self.director, self.legal, self.finance)

    def hire(self, role: str, name: str, department: str | None = None) -> Person:
        person = Person(self.flask, name, department)
        identity.give_role(self.app.id, role, person.id)
        return person

    def work(self) -> None:
        """Let a worker look until nothing is left to do now."""
        while drain(self.flask.config):
            pass

    def customer(self, who: Person, name: str = "青山医院", **answers: Any) -> str:
        return who.make("customer", name=name, industry="factory", region="east", **answers)

    def deal(self, who: Person, name: str = "青山 MRI") -> str:
        return who.make(
            "opportunity", name=name, customer=self.customer(who, f"{name}的客户"), stage="needs", product="imaging"
        )

    def move(self, who: Person, deal: str, stage: str, **answers: Any) -> int:
        """The status of an opportunity's way to a stage, with the offer that it may ask for; the flows have acted."""
        offer = {} if stage in ("needs", "lost") else OFFER
        status = who.change("opportunity", deal, stage=stage, **offer, **answers)
        self.work()
        return status


@pytest.fixture
def team(app: Flask, home: Home, monkeypatch: pytest.MonkeyPatch) -> Team:
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)  # nobody listens: the test itself looks for work
    boss = doors.actor_of(home.member_id)
    assert boss
    return Team(app, boss[0])


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Turn:
    """Turn the clock by which flows go."""

    def to(moment: datetime) -> None:
        for room in CLOCKS:
            monkeypatch.setattr(f"runtime.flows.{room}.service.utc_now", lambda: moment)

    return to


def today(days: int = 0) -> str:
    """The day in Shanghai, so many days on."""
    return (utc_now().astimezone(ZoneInfo("Asia/Shanghai")).date() + timedelta(days)).isoformat()


# --- the flows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("industry", "purchases", "grade"),
    [("factory", 1_000_000, "a"), ("repair", 500_001, "a"), ("factory", 500_001, "b"), ("factory", 299_999, "c")],
)
def test_a_customer_is_graded_and_the_director_told_of_a_new_key_account(
    team: Team, industry: str, purchases: int, grade: str
) -> None:
    customer = team.customer(team.rep, annual_purchase=purchases)
    assert team.manager.change("customer", customer, industry=industry) == 200
    team.work()
    assert team.rep.one("customer", customer)["grade"] == grade
    assert team.director.told() == (["新的重点客户 青山医院"] if grade == "a" else [])
    assert team.rep.change("customer", customer, annual_purchase=purchases + 1) == 200
    team.work()
    assert len(team.director.told()) == (grade == "a")  # not told again of what has its grade


def test_legal_is_told_of_a_contract_and_finance_of_a_win_with_its_receivable(team: Team) -> None:
    deal = team.deal(team.rep)
    assert team.move(team.rep, deal, "contract") == 200
    assert team.legal.told() == ["请审核合同：青山 MRI"]
    assert team.move(team.rep, deal, "won") == 200
    assert team.rep.one("opportunity", deal)["signed_on"] == today()
    (receivable,) = team.finance.all("receivable")
    assert (receivable["opportunity"], receivable["amount"], receivable["due"]) == (deal, 800000, today(30))
    assert (team.director.told(), team.finance.told()) == (["赢单：青山 MRI"], ["赢单：青山 MRI"])
    assert team.legal.told() == ["请审核合同：青山 MRI"]


def test_a_deal_that_was_won_by_mistake_and_is_won_again_has_one_receivable(team: Team) -> None:
    deal = team.deal(team.rep)
    for stage in ("won", "contract", "won"):
        assert team.move(team.rep, deal, stage) == 200
    assert names(team.finance, "receivable") == ["青山 MRI"]


def test_the_manager_is_told_of_a_loss(team: Team) -> None:
    deal = team.deal(team.rep)
    assert team.move(team.rep, deal, "lost") == 422  # it must be said why
    assert team.move(team.rep, deal, "lost", lost_reason="price") == 200
    assert team.manager.told() == ["输单：青山 MRI"]
    assert team.director.told() == []


def test_who_stands_still_in_a_stage_for_two_weeks_gets_a_follow_up_and_who_moved_on_does_not(
    team: Team, turn: Turn
) -> None:
    stuck, moved = team.deal(team.rep), team.deal(team.rep, "仁和 CT")
    for deal in (stuck, moved):
        assert team.move(team.rep, deal, "proposal") == 200
    assert team.move(team.rep, moved, "needs") == 200
    turn(utc_now() + timedelta(days=13, hours=23))
    team.work()
    assert team.rep.all("task") == []
    turn(utc_now() + timedelta(days=14, minutes=1))
    team.work()
    (task,) = team.rep.all("task")
    assert (task["title"], task["opportunity"], task["priority"]) == ("青山 MRI", stuck, "high")
    assert team.rep.told() == ["停了 14 天：青山 MRI"]


def test_a_visit_with_interest_becomes_a_follow_up_of_its_day(team: Team) -> None:
    visit = {"subject": "初访", "customer": team.customer(team.rep), "visited_on": today(), "way": "onsite"}
    visit |= {"customer_type": "other", "result": "interested", "next_step": "送样机", "next_on": today(3)}
    team.rep.make("visit", **visit)
    team.work()
    assert [(task["title"], task["due"]) for task in team.rep.all("task")] == [("送样机", today(3))]


def test_a_payment_settles_a_receivable_and_a_part_of_it_does_not(team: Team) -> None:
    money = {"name": "首付", "customer": team.customer(team.rep), "kind": "prepaid", "amount": 100, "due": today(5)}
    receivable = team.finance.make("receivable", **money)
    for received, status in ((40, "partial"), (100, "paid")):
        assert team.finance.change("receivable", receivable, received=received, method="bank") == 200
        team.work()
        found = team.finance.one("receivable", receivable)
        assert (found["status"], found["outstanding"], found["paid_on"]) == (status, 100 - received, today())


def test_what_is_overdue_is_marked_at_nine_and_owner_manager_and_finance_are_told_once(team: Team, turn: Turn) -> None:
    for name in ("青山 MRI", "已付"):
        assert team.move(team.rep, team.deal(team.rep, name), "won") == 200
    rows = team.finance.ask("GET", "apps/sales/forms/receivable/records").json["items"]
    paid = next(row["id"] for row in rows if row["data"]["name"] == "已付")
    assert team.finance.change("receivable", paid, received=800_000, method="bank") == 200
    team.work()
    nine = datetime.fromisoformat(f"{today(31)}T09:00+08:00").astimezone(UTC)
    for moment, told in ((nine - timedelta(minutes=1), 0), (nine + timedelta(minutes=1), 1), (nine + timedelta(1), 1)):
        turn(moment)
        team.work()
        for person in (team.rep, team.manager, team.finance):
            assert [person.told().count(f"已逾期：{name}") for name in ("青山 MRI", "已付")] == [told, 0]
    assert {one["name"]: one["status"] for one in team.finance.all("receivable")} == {
        "青山 MRI": "overdue",
        "已付": "paid",
    }


# --- the roles ---------------------------------------------------------------------------------------


@pytest.fixture
def deals(team: Team) -> dict[str, str]:
    """One in the contract stage of each rep, and one of each that is only begun."""
    made = {}
    for who, region in ((team.rep, "华东"), (team.other, "华南")):
        made[f"{region} 初谈"] = team.deal(who, f"{region} 初谈")
        made[f"{region} 合同"] = team.deal(who, f"{region} 合同")
        assert team.move(who, made[f"{region} 合同"], "contract") == 200
    return made


def names(person: Person, form: str) -> list[str]:
    return sorted(one["name"] for one in person.all(form))


def test_each_sees_the_opportunities_of_the_role_and_no_other(team: Team, deals: dict[str, str]) -> None:
    seen = {person.name: names(person, "opportunity") for person in team.people}
    east, south = ["华东 初谈", "华东 合同"], ["华南 初谈", "华南 合同"]
    assert seen == {
        "王销售": sorted(east), "赵销售": sorted(south), "李经理": sorted(east), "钱总": sorted([*east, *south]),
        "周法务": ["华东 合同", "华南 合同"], "吴财务": ["华东 合同", "华南 合同"],
    }  # fmt: skip
    for person in (team.rep, team.manager, team.legal):
        assert person.one("opportunity", deals["华南 初谈"]) == 404


def test_nobody_changes_or_deletes_more_than_the_role_says(team: Team, deals: dict[str, str]) -> None:
    ours, begun = deals["华东 合同"], deals["华东 初谈"]
    assert team.rep.change("opportunity", ours, next_step="签字") == 200
    assert team.rep.change("opportunity", ours, legal_result="reject", legal_notes="x") == 422  # legal's alone
    assert "legal_result" not in team.rep.one("opportunity", ours)
    assert team.rep.change("opportunity", deals["华南 初谈"], next_step="抢单") == 404
    assert team.rep.delete("opportunity", ours) == 403
    assert team.legal.change("opportunity", ours, legal_result="pass") == 200
    assert team.legal.change("opportunity", ours, amount=1) == 422
    assert team.legal.change("opportunity", begun, legal_result="pass") == 404
    assert team.finance.change("opportunity", ours, amount=1) == 403
    kept = team.director.one("opportunity", ours)
    assert (kept["next_step"], kept["legal_result"], kept["amount"]) == ("签字", "pass", OFFER["amount"])
    assert team.manager.change("opportunity", begun, stage="lost", lost_reason="budget") == 200
    assert team.manager.delete("opportunity", deals["华南 初谈"]) == 404
    assert team.manager.delete("opportunity", begun) == 204
    assert team.director.delete("opportunity", deals["华南 初谈"]) == 204


def test_finance_reads_of_a_deal_what_it_bills_and_legal_who_the_customer_is(team: Team, deals: dict[str, str]) -> None:
    billed = {"name", "customer", "stage", "product", "amount", "payment_terms"}
    assert set(team.finance.one("opportunity", deals["华东 合同"])) == billed
    assert team.rep.one("opportunity", deals["华东 合同"]).keys() > billed
    for person in (team.legal, team.finance):
        assert set(person.all("customer")[0]) == {"name", "industry", "region"}
        assert (person.all("contact"), person.all("visit")) == ([], [])


def test_receivables_are_written_by_finance_and_read_by_whose_they_are(team: Team, deals: dict[str, str]) -> None:
    for deal, who in (("华东 合同", team.rep), ("华南 合同", team.other)):
        assert team.move(who, deals[deal], "won") == 200
    seen = {person.name: names(person, "receivable") for person in team.people}
    both = ["华东 合同", "华南 合同"]
    assert seen == {
        "王销售": ["华东 合同"], "赵销售": ["华南 合同"], "李经理": ["华东 合同"],
        "钱总": both, "周法务": [], "吴财务": both,
    }  # fmt: skip
    items = team.finance.ask("GET", "apps/sales/forms/receivable/records", sort="name").json["items"]
    ours, theirs = (item["id"] for item in items)
    assert team.rep.change("receivable", ours, received=1) == 403
    assert team.manager.change("receivable", ours, due=today(60)) == 200
    assert team.manager.change("receivable", ours, received=1, method="bank") == 422
    assert team.manager.change("receivable", theirs, due=today(60)) == 404
    assert team.finance.change("receivable", theirs, received=1, method="bank") == 200
    new = {"name": "x", "customer": team.rep.all("opportunity")[0]["customer"], "kind": "final", "amount": 1}
    assert team.rep.ask("POST", "apps/sales/forms/receivable/records", new | {"due": today()}).status_code == 403


def test_visits_are_the_teams_alone_and_nobody_else_reads_them(team: Team) -> None:
    visit = {"visited_on": today(), "way": "onsite", "customer_type": "other", "result": "later"}
    made = {}
    for who, region in ((team.rep, "华东"), (team.other, "华南")):
        made[region] = who.make("visit", subject=region, customer=team.customer(who, region), **visit)
    seen = {person.name: sorted(one["subject"] for one in person.all("visit")) for person in team.people}
    assert seen == {
        "王销售": ["华东"], "赵销售": ["华南"], "李经理": ["华东"],
        "钱总": ["华东", "华南"], "周法务": [], "吴财务": [],
    }  # fmt: skip
    assert team.rep.change("visit", made["华东"], summary="再访") == 200
    assert team.rep.delete("visit", made["华东"]) == 403
    assert team.rep.change("visit", made["华南"], summary="x") == 404
    assert team.manager.change("visit", made["华东"], summary="同去") == 200
    assert team.manager.change("visit", made["华南"], summary="x") == 404
    for person in (team.legal, team.finance):
        assert person.one("visit", made["华东"]) in (403, 404)
        assert person.change("visit", made["华东"], summary="x") in (403, 404)
    assert team.manager.delete("visit", made["华东"]) == 204
    assert team.director.delete("visit", made["华南"]) == 204


def test_each_has_tasks_of_their_own_and_heads_see_those_of_their_people(team: Team) -> None:
    made = {who.name: who.make("task", title=who.name, due=today(1), **TASK) for who in team.people}
    seen = {person.name: {one["title"] for one in person.all("task")} for person in team.people}
    own = {person.name: {person.name} for person in team.people}
    assert seen == own | {"李经理": {"王销售", "李经理"}, "钱总": set(own)}
    for person in (team.rep, team.legal, team.finance):
        assert person.change("task", made[person.name], status="done") == 200
        assert person.delete("task", made[person.name]) == 403
        assert person.change("task", made["赵销售"], status="done") == 404
    assert team.manager.change("task", made["王销售"], due=today(2)) == 200
    assert team.manager.change("task", made["赵销售"], due=today(2)) == 404
    assert team.manager.delete("task", made["王销售"]) == 204
    assert team.director.delete("task", made["赵销售"]) == 204


def test_whoever_has_no_role_sees_nothing(team: Team, deals: dict[str, str]) -> None:
    stranger = Person(team.flask, "路人", team.east)
    assert [stranger.all(form) for form in ("customer", "opportunity", "receivable", "task")] == [[]] * 4
    assert stranger.one("opportunity", deals["华东 合同"]) in (403, 404)
