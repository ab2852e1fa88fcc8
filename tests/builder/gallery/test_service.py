"""Ready-made apps can go live as they are, bring their samples along, and belong to who takes them."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from builder.gallery import service
from builder.gallery.documents import catalog
from builder.publishing import service as publishing
from builder.publishing.check import check
from builder.publishing.service import TYPES
from runtime.contracts import Actor, Change, Conflict
from runtime.identity import service as identity
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.query import Query
from runtime.releases import service as releases
from tests.conftest import Home

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def boss(home: Home) -> Actor:
    found = doors.actor_of(home.member_id)
    assert found
    return found[0]


@pytest.mark.parametrize("key", catalog())
def test_nothing_keeps_a_ready_made_app_from_going_live(key: str) -> None:
    findings = check(catalog()[key], [], TYPES)
    assert list(findings.problems) == []
    assert list(findings.warnings) == []


@sqlite
@pytest.mark.parametrize("key", catalog())
def test_it_is_taken_with_its_samples_and_they_are_removed_again(key: str, boss: Actor) -> None:
    app = service.take(service.find(key, "zh-CN"), boss)
    assert app.release == 1
    for form, samples in catalog()[key]["sample"].items():
        page = records.page(app.id, form, Query(limit=200), boss)
        assert len(page.items) == len(samples)
        assert not any(item.incomplete for item in page.items)
    own = records.change(Change(app.id, form, "create", {"title": "自己的"}, lenient=True), boss)
    assert publishing.forget_samples(app, boss) == sum(map(len, catalog()[key]["sample"].values()))
    assert [item.id for item in records.page(app.id, form, Query(), boss).items] == [own.id]


@sqlite
def test_a_sample_record_is_as_old_as_it_says_on_the_day_it_is_made(boss: Actor) -> None:
    sales = catalog()["sales"]
    row = next(row for row in sales["sample"]["visit"] if isinstance(row["visited_on"], dict))
    app = service.take(service.find("sales", "zh-CN"), boss)
    days = {item.data["visited_on"] for item in records.page(app.id, "visit", Query(limit=200), boss).items}
    today = datetime.now(UTC).astimezone(ZoneInfo(boss.timezone)).date()
    assert (today + timedelta(days=row["visited_on"]["days"])).isoformat() in days


@sqlite
def test_whoever_takes_it_is_its_admin_and_the_other_roles_are_empty(boss: Actor) -> None:
    app = service.take(service.find("sales", "zh-CN"), boss, sample=False)
    assert identity.role_holders(app.id) == {"admin": [boss.member_id]}
    titles = [role["title"] for role in catalog()["sales"]["roles"]]
    assert service.empty_roles(app, "zh-CN") == titles


@sqlite
def test_it_is_taken_in_the_language_of_its_reader(boss: Actor) -> None:
    before = deepcopy(catalog()["sales"])
    app = service.take(service.find("sales", "en"), boss, sample=False)
    document = releases.current(app.id).document
    assert document["lang"] == "en"
    assert document["title"] == before["x-texts"]["en"]["title"]
    assert document["x-texts"]["zh-CN"]["title"] == before["title"]
    assert catalog()["sales"] == before


@sqlite
def test_a_second_one_gets_a_key_of_its_own_and_a_key_that_is_taken_is_a_conflict(boss: Actor) -> None:
    offer = service.find("sales", "zh-CN")
    keys = [service.take(offer, boss, sample=False, title=title).key for title in ("", "", "北区销售")]
    assert keys == ["sales", "sales_2", "beiquxiaoshou"]
    with pytest.raises(Conflict):
        service.take(offer, boss, key="sales", sample=False)
    assert len(releases.apps()) == 3


@sqlite
def test_a_second_one_is_called_by_the_next_number_in_every_language_and_so_is_a_copy(boss: Actor) -> None:
    first, second = (service.take(service.find("sales", lang), boss, sample=False) for lang in ("zh-CN", "en"))
    assert service.next_name(releases.current(first.id).document, "en") == "Sales 3"
    third = service.clone(first, "", "", boss)
    named = [(app.title, [said["title"] for said in app.texts.values()]) for app in (first, second, third)]
    assert named == [("销售管理", ["Sales"]), ("Sales 2", ["销售管理 2"]), ("销售管理 3", ["Sales 3"])]
