"""The list of next steps ticks itself off by what stands in the database."""

import re

import pytest
from flask import Flask

from builder.gallery import service as gallery
from builder.gallery.guide import service as guide
from builder.gallery.guide.steps import Facts, steps
from runtime.contracts import Actor, Change
from runtime.db import db
from runtime.identity import service as identity
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.releases import service as releases
from tests.client import PageClient
from tests.conftest import Home
from tests.together import at_once

NOTHING = Facts((), False, "customer", False, 1, ("销售",), False, 0)


@pytest.fixture
def boss(home: Home) -> Actor:
    found = doors.actor_of(home.member_id)
    assert found
    return found[0]


def open_steps(owner: PageClient) -> list[str]:
    """The titles that are not ticked off."""
    page = owner.get("/t/home/a/sales/build/guide").text
    return [text.strip() for text in re.findall(r'class="guide-link"[^>]*>([^<]+)<', page)]


def test_nothing_is_done_at_first_and_an_app_without_forms_has_nothing_to_fill_in() -> None:
    assert [step.key for step in steps(NOTHING)] == ["look", "publish", "record", "invite", "roles", "import"]
    assert not any(step.done for step in steps(NOTHING))
    empty = Facts((), False, "", False, 1, (), False, 0)
    assert [step.key for step in steps(empty)] == ["look", "publish", "invite", "roles"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_step_ticks_itself_off(owner: PageClient, boss: Actor) -> None:
    app = gallery.take(gallery.find("sales", "en"), boss)
    assert open_steps(owner) == [
        "Look through the forms", "Fill in a first record", "Invite colleagues", "Give out the roles",
        "Bring in your data", "Remove the sample records",
    ]  # fmt: skip
    assert owner.post("/t/home/a/sales/build/guide/look").headers["Location"] == "/t/home/a/sales/build/"
    records.change(Change(app.id, "customer", "create", {"name": "A", "industry": "factory", "region": "east"}), boss)
    rep = identity.add_member("王强")
    for role in releases.current(app.id).all("roles"):
        identity.give_role(app.id, role, rep.id)
    owner.post("/t/home/a/sales/build/samples/remove")
    assert open_steps(owner) == ["Bring in your data"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_says_which_roles_nobody_holds_and_can_be_put_away(owner: PageClient, boss: Actor) -> None:
    gallery.take(gallery.find("sales", "en"), boss, sample=False)
    assert (
        "Still without anybody: Sales, Manager, Director, Legal, Finance"
        in owner.get("/t/home/a/sales/build/guide").text
    )
    assert 'hx-get="/t/home/a/sales/build/guide"' in owner.get("/t/home/a/sales/").text
    owner.post("/t/home/a/sales/build/guide/close")
    assert owner.get("/t/home/a/sales/build/guide").text == ""


def test_two_steps_that_are_looked_at_at_once_are_both_noted(app: Flask, home: Home, boss: Actor) -> None:
    made = gallery.take(gallery.find("sales", "en"), boss, sample=False)
    looks = [lambda step=step: guide.see(made, step) for step in ("look", "roles")]
    assert at_once(app, home.tenant_id, *looks) == [None, None]
    db.session.rollback()
    facts = guide.facts_of(made, "en")
    assert facts is not None
    assert sorted(facts.seen) == ["look", "roles"]
