"""Reading records: pages, rights, groups, history, what is around a record."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event, text

from runtime.contracts import Actor, BadRequest, Change, Forbidden, NotFound, TooMuch
from runtime.db import db, new_id, tenant
from runtime.records import service
from runtime.records.cursors import pack
from runtime.records.query import Query
from runtime.records.reading.service import time_limit
from runtime.releases import service as releases
from tests.runtime.records.conftest import Save, a_rep
from tests.runtime.records.documents import APP

AMOUNTS = [5, None, 3, 3, None, Decimal("1.5"), 9, None, 3, 7]


@pytest.fixture
def visits(save: Save) -> list[Any]:
    """Ten visits, some without an amount, some with the same."""
    made = []
    for index, amount in enumerate(AMOUNTS):
        answers = {"subject": f"第{index}次", "stage": "won" if index % 3 else "lead"}
        made.append(save("visit", **answers, **({} if amount is None else {"amount": amount})))
    return made


def walk(app_id: str, actor: Actor, forward: bool = True, **query: Any) -> list[str]:
    """The subjects of all pages of three, walked from the first on, and if asked all the way back."""
    pages = [service.page(app_id, "visit", Query(limit=3, **query), actor)]
    while pages[-1].next:
        pages.append(service.page(app_id, "visit", Query(limit=3, cursor=pages[-1].next, **query), actor))
    if not forward:
        back = [pages[-1]]
        while back[0].previous:
            back.insert(0, service.page(app_id, "visit", Query(limit=3, cursor=back[0].previous, **query), actor))
        pages = back
    return [item.id for page in pages for item in page.items]


def expected(visits: list[Any], down: bool) -> list[str]:
    """Filled ones by amount, then empty ones; equal ones by id, in the same direction."""
    filled = [visit for visit in visits if "amount" in visit.data]
    empty = [visit for visit in visits if "amount" not in visit.data]
    filled.sort(key=lambda visit: (visit.data["amount"], visit.id), reverse=down)
    empty.sort(key=lambda visit: visit.id, reverse=down)
    return [visit.id for visit in (*filled, *empty)]


def test_pages_give_every_record_once_in_order_the_empty_ones_last(
    app_id: str, admin: Actor, visits: list[Any]
) -> None:
    for down, forward in product((False, True), repeat=2):
        sort = ("-amount",) if down else ("amount",)
        assert walk(app_id, admin, forward, sort=sort) == expected(visits, down)
    newest = [visit.id for visit in reversed(visits)]
    assert walk(app_id, admin) == walk(app_id, admin, False, sort=("-created_at",)) == newest


def test_several_sorts_in_different_directions(app_id: str, admin: Actor, visits: list[Any]) -> None:
    found = walk(app_id, admin, sort=("stage", "-amount"))
    assert walk(app_id, admin, False, sort=("stage", "-amount")) == found
    groups = [[v for v in visits if v.data["stage"] == stage] for stage in ("lead", "won")]
    by_id = [sorted(group, key=lambda visit: visit.id) for group in groups]
    assert found == [
        visit.id for group in by_id for visit in sorted(group, key=lambda one: -one.data.get("amount", Decimal("-1")))
    ]


def test_a_page_says_how_many_there_are(app_id: str, admin: Actor, visits: list[Any], monkeypatch: Any) -> None:
    query = Query(filter={"field": "amount", "op": "gte", "value": 3}, limit=2)
    page = service.page(app_id, "visit", query, admin)
    assert (len(page.items), page.count, page.capped) == (2, 6, False)
    monkeypatch.setattr("runtime.records.counting.service.COUNTED", 4)
    page = service.page(app_id, "visit", query, admin)
    assert (page.count, page.capped) == (4, True)


def test_a_count_is_kept_until_a_record_of_the_form_changes(app_id: str, admin: Actor, rep: Actor, save: Save) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    def counted(actor: Actor, **query: Any) -> tuple[int | None, int]:
        asked.clear()
        found = service.page(app_id, "visit", Query(**query), actor).count
        return found, sum("count(" in one for one in asked)

    mine = save("visit", actor=rep, subject="mine", amount=5)
    assert counted(admin) == (1, 1)
    assert counted(admin, sort=("-amount",)) == (1, 0)
    assert counted(admin, filter={"field": "amount", "op": "gt", "value": 9}) == (0, 1)
    other = save("visit", subject="other")
    assert (counted(admin), counted(rep), counted(rep)) == ((2, 1), (1, 1), (1, 0))
    save("visit", mine.id, amount=10)
    assert counted(admin, filter={"field": "amount", "op": "gt", "value": 9}) == (1, 1)
    service.change(Change(app_id, "visit", "delete", record_id=other.id), admin)
    assert counted(admin) == (1, 1)


def test_a_deleted_record_is_on_no_page(app_id: str, admin: Actor, visits: list[Any]) -> None:
    service.change(Change(app_id, "visit", "delete", record_id=visits[0].id), admin)
    assert visits[0].id not in walk(app_id, admin)
    with pytest.raises(NotFound):
        service.read(app_id, "visit", visits[0].id, admin)


def test_a_cursor_of_another_order_or_made_up_is_refused(app_id: str, admin: Actor, visits: list[Any]) -> None:
    cursor = service.page(app_id, "visit", Query(limit=3), admin).next
    for made_up, sort in (
        (cursor, ("amount",)),
        ("x", ()),
        ("W10", ()),
        ("é", ()),
        ("WyJ2aXNpdCAtaWQiLFtdLCJ4IixmYWxzZV0", ()),
    ):
        with pytest.raises(BadRequest):
            service.page(app_id, "visit", Query(cursor=made_up, sort=sort), admin)


NAMES = ['x"; DROP TABLE record; --', "nope", "data->>'a'", "s1", "tenant_id", "record.subject", "", "$.subject"]


def test_t04_a_name_the_form_does_not_have_is_refused_everywhere(app_id: str, admin: Actor) -> None:
    for name in NAMES:
        refused_everywhere(app_id, admin, name)


def refused_everywhere(app_id: str, admin: Actor, name: str) -> None:
    queries = [
        Query(filter={"field": name, "op": "eq", "value": "x"}),
        Query(filter={"and": [{"or": [{"not": {"field": name, "op": "empty"}}]}]}),
        Query(sort=(name,)),
        Query(sort=("-" + name,)),
        Query(fields=(name,)),
    ]
    for query in queries:
        with pytest.raises(BadRequest):
            service.page(app_id, "visit", query, admin)
    for group, metric in (([name], ["count"]), ([], [f"sum:{name}"]), ([], [name])):
        with pytest.raises(BadRequest):
            service.aggregate(app_id, "visit", group, metric, None, admin)


BAD_VALUES = [
    ("subject", "eq", ["x"]), ("subject", "eq", {"$ne": 1}), ("subject", "eq", 5), ("subject", "contains", None),
    ("subject", "eq", "a\x00b"), ("subject", "in", "abc"), ("amount", "gt", "1"), ("amount", "gt", True),
    ("amount", "between", [1]), ("amount", "like", 1), ("day", "eq", "tomorrow"), ("day", "eq", {"days": "x"}),
    ("day", "eq", {"days": 10**9}), ("visited_at", "eq", 5), ("joins", "eq", "true"), ("topics", "eq", "price"),
    ("photos", "contains", "x"), ("stage", None, "x"), ("stage", {}, "x"), ("subject", "in", ["x"] * 1001),
]  # fmt: skip


def test_t05_a_value_of_the_wrong_type_is_refused(app_id: str, admin: Actor) -> None:
    for field, op, value in BAD_VALUES:
        with pytest.raises(BadRequest):
            service.page(app_id, "visit", Query(filter={"field": field, "op": op, "value": value}), admin)


SPECIAL = ["'", '"', "%", "_", "\\", "%_\\", "'; DELETE FROM record; --", "{}", "\x01", "\U0010ffff"]


def test_t05_text_that_means_something_in_sql_is_plain_text(app_id: str, admin: Actor, save: Save) -> None:
    save("visit", subject="nothing special")
    made = {value: save("visit", subject=f"a{value}b").id for value in SPECIAL}
    for value, id in made.items():
        for op, wanted in (
            ("contains", f"a{value}b"),
            ("eq", f"a{value}b"),
            ("starts", f"a{value}b"),
            ("in", [f"a{value}b"]),
        ):
            page = service.page(app_id, "visit", Query(filter={"field": "subject", "op": op, "value": wanted}), admin)
            assert [item.id for item in page.items] == [id]


def test_t05_huge_numbers_are_compared_not_crashed_on(app_id: str, admin: Actor, visits: list[Any]) -> None:
    for value in (10**400, -(10**400), Decimal("1e5000")):
        page = service.page(app_id, "visit", Query(filter={"field": "amount", "op": "lt", "value": value}), admin)
        assert page.count == (0 if value < 0 else 7)


def test_t05_the_edges_of_time_and_of_numbers_crash_nothing(app_id: str, admin: Actor, visits: list[Any]) -> None:
    for value in ("0001-01-01", "9999-12-31"):
        for name in ("visited_at", "created_at", "day"):
            try:
                service.page(app_id, "visit", Query(filter={"field": name, "op": "eq", "value": value}), admin)
            except BadRequest:
                assert name != "day"
    for value in (10**400, Decimal("1.5"), -1):
        assert not service.page(app_id, "visit", Query({"field": "rev", "op": "eq", "value": value}), admin).items
    huge = (
        pack("visit amount", [10**400], new_id()),
        pack("visit rev", [1e300], new_id()),
        pack("visit rev", [1], new_id()),
    )
    for cursor, sort in zip(huge, ("amount", "rev", "rev"), strict=True):
        try:
            service.page(app_id, "visit", Query(cursor=cursor, sort=(sort,)), admin)
        except BadRequest:
            assert sort == "amount"


def test_t05_a_filter_too_deep_or_too_wide_is_refused(app_id: str, admin: Actor) -> None:
    deep: Any = {"field": "subject", "op": "empty"}
    for _ in range(50):
        deep = {"not": deep}
    for filter in (deep, {"or": [{"field": "subject", "op": "empty"}] * 101}, {"and": "x"}, [], {"and": [], "or": []}):
        with pytest.raises(BadRequest):
            service.page(app_id, "visit", Query(filter=filter or {"x": 1}), admin)  # type: ignore[dict-item, arg-type]


def test_t44_a_question_that_takes_too_long_is_ended(app_id: str, visits: list[Any]) -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT max(i) FROM n"
    with pytest.raises(TooMuch), time_limit(1):
        db.session.execute(text(many)).all()
    assert db.session.scalar(text("SELECT 1")) == 1


# --- rights ---


def test_row_rights_are_in_every_query(app_id: str, admin: Actor, rep: Actor, save: Save) -> None:
    mine, other = save("visit", actor=rep, subject="mine", amount=1), save("visit", subject="other", amount=2)
    assert walk(app_id, rep) == [mine.id]
    groups, _ = service.aggregate(app_id, "visit", [], ["count", "sum:amount"], None, rep)
    assert groups[0].metrics == {"count": 1, "sum:amount": 1}
    assert [id for id, _ in service.search(app_id, "visit", "", rep)] == [mine.id]
    assert service.labels(app_id, "visit", [mine.id, other.id], rep) == {mine.id: "mine"}
    for look in (service.read, service.history, service.related):
        with pytest.raises(NotFound):
            look(app_id, "visit", other.id, rep)


def test_t11_a_hidden_field_is_neither_shown_nor_asked_about(app_id: str, rep: Actor, save: Save) -> None:
    hidden = save("customer", name="甲", code="A1", secret="底价")
    save("customer", hidden.id, secret="新底价")
    shown = service.read(app_id, "customer", hidden.id, rep)
    assert shown.data == {"name": "甲", "code": "A1"}
    assert "底价" not in str(service.page(app_id, "customer", Query(), rep))
    assert "底价" not in str(service.history(app_id, "customer", hidden.id, rep))
    asked = [
        Query(filter={"field": "secret", "op": "starts", "value": "底"}),
        Query(filter={"not": {"field": "secret", "op": "empty"}}),
        Query(sort=("secret",)),
        Query(fields=("name", "secret")),
    ]
    for query in asked:
        with pytest.raises(BadRequest):
            service.page(app_id, "customer", query, rep)
    for group, metric in ((["secret"], ["count"]), ([], ["min:secret"])):
        with pytest.raises(BadRequest):
            service.aggregate(app_id, "customer", group, metric, None, rep)


def test_t12_each_row_shows_the_fields_of_the_policies_that_take_it(
    app_id: str, admin: Actor, tenant_id: str, save: Save
) -> None:
    two = {
        "format": "role/1", "key": "two", "title": "两条", "policies": [
            {"form": "visit", "rows": "record.stage == 'lead'", "read": ["subject", "amount"], "write": [], "acts": []},
            {"form": "visit", "rows": "record.stage == 'won'", "read": ["subject", "joins"], "write": [], "acts": []},
        ],
    }  # fmt: skip
    releases.add_release(releases.find_app("crm"), APP | {"roles": [two]}, "", admin)
    lead = save("visit", subject="a", stage="lead", amount=1, joins=True)
    won = save("visit", subject="b", stage="won", amount=1, joins=True)
    reader = a_rep(app_id, tenant_id, "two")
    found = {item.id: set(item.data) for item in service.page(app_id, "visit", Query(), reader).items}
    assert found == {lead.id: {"subject", "amount"}, won.id: {"subject", "joins"}}
    for name in ("amount", "joins", "stage"):
        with pytest.raises(BadRequest):
            service.page(app_id, "visit", Query(sort=(name,)), reader)


def test_nothing_may_be_read_without_a_role(app_id: str, tenant_id: str, visits: list[Any]) -> None:
    nobody = a_rep(app_id, tenant_id, "none")
    for look in (
        lambda: service.page(app_id, "visit", Query(), nobody),
        lambda: service.search(app_id, "visit", "", nobody),
    ):
        with pytest.raises(Forbidden):
            look()


def test_t07_another_tenant_finds_neither_app_nor_record(app_id: str, visits: list[Any]) -> None:
    other = new_id()
    stranger = Actor(other, member_id=new_id(), powers=frozenset({"owner", "admin"}))
    with tenant(other):
        for look in (
            lambda: service.page(app_id, "visit", Query(), stranger),
            lambda: service.read(app_id, "visit", visits[0].id, stranger),
            lambda: service.labels(app_id, "visit", [visits[0].id]),
            lambda: service.history(app_id, "visit", visits[0].id, stranger),
        ):
            with pytest.raises(NotFound):
                look()


# --- around a record ---


def test_groups_with_counts_and_sums(app_id: str, admin: Actor, visits: list[Any]) -> None:
    groups, more = service.aggregate(app_id, "visit", ["stage"], ["count", "sum:amount", "max:amount"], None, admin)
    assert more is False
    assert [(g.keys["stage"], *g.metrics.values()) for g in groups] == [
        ("lead", 4, 24, 9), ("won", 6, Decimal("7.5"), 3),
    ]  # fmt: skip


def test_groups_are_counted_with_those_that_have_no_value(app_id: str, admin: Actor, rep: Actor, save: Save) -> None:
    def counted(actor: Actor) -> dict[Any, int]:
        groups, more = service.aggregate(app_id, "visit", ["stage"], ["count"], None, actor)
        assert not more
        return {group.keys["stage"]: group.metrics["count"] for group in groups}

    assert counted(admin) == {}
    for stage in ("won", "lead", "lead"):
        gone = save("visit", subject="a", stage=stage)
    assert counted(admin) == {"lead": 2, "won": 1}
    save("visit", actor=rep, subject="without a stage")
    save("visit", subject="without a stage")
    service.change(Change(app_id, "visit", "delete", record_id=gone.id), admin)
    assert counted(admin) == {"lead": 1, "won": 1, None: 2}
    assert counted(rep) == {None: 1}


def test_the_history_says_who_changed_what(app_id: str, admin: Actor, save: Save) -> None:
    visit = save("visit", subject="a")
    save("visit", visit.id, subject="b", stage="lead")
    last, first = service.history(app_id, "visit", visit.id, admin)
    assert (last.type, last.rev, last.actor_id, last.old) == ("updated", 2, admin.member_id, {"subject": "a"})
    assert (first.type, first.new) == ("created", {"subject": "a"})


def test_records_that_link_here_are_found_by_form(app_id: str, admin: Actor, rep: Actor, save: Save) -> None:
    customer = save("customer", name="甲")
    mine = save("visit", actor=rep, subject="mine", customer=customer.id)
    other = save("visit", subject="other", customer=customer.id)
    assert [item.id for item in service.related(app_id, "customer", customer.id, admin)["visit"]] == [other.id, mine.id]
    assert [item.id for item in service.related(app_id, "customer", customer.id, rep)["visit"]] == [mine.id]


def test_records_are_found_by_part_of_their_name_and_by_its_reading(app_id: str, admin: Actor, save: Save) -> None:
    zhang, alice = save("customer", name="张三医院"), save("customer", name="Alice")
    assert service.search(app_id, "customer", "三医", admin) == [(zhang.id, "张三医院")]
    assert service.search(app_id, "customer", "zhangs", admin) == [(zhang.id, "张三医院")]
    assert service.search(app_id, "customer", "ALI", admin) == [(alice.id, "Alice")]
    assert [id for id, _ in service.search(app_id, "customer", "", admin)] == [alice.id, zhang.id]


def test_t13_a_field_of_a_new_release_is_asked_about_once_it_is_rebuilt(app_id: str, admin: Actor, save: Save) -> None:
    visit = {**APP["forms"][1], "schema": {"type": "object", "properties": {
        "first": {"type": "string"}, **APP["forms"][1]["schema"]["properties"]}}}  # fmt: skip
    made = save("visit", subject="a", amount=5)
    releases.add_release(releases.find_app("crm"), APP | {"forms": [APP["forms"][0], visit]}, "", admin)
    for name, value, found in (("amount", 5, [made.id]), ("first", "a", []), ("subject", "a", [made.id])):
        page = service.page(app_id, "visit", Query(filter={"field": name, "op": "eq", "value": value}), admin)
        assert [item.id for item in page.items] == found
