"""The tree of departments: moved, bounded, never tied into a knot."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from flask import Flask

from runtime.contracts import Conflict, Refused
from runtime.db import db
from runtime.identity import service as identity
from runtime.identity.departments import service as departments
from tests.conftest import Home
from tests.together import at_once


def test_a_department_moves_with_all_below_it(home) -> None:
    top, sales = departments.add("总部"), departments.add("销售")
    east = departments.add("华东", sales.id)
    departments.change(sales.id, "销售", top.id, None)
    assert departments.find(east.id).path == f"{top.id}/{sales.id}/{east.id}/"
    with pytest.raises(Conflict):
        departments.change(top.id, "总部", east.id, None)


def test_departments_are_ten_deep_at_most(home) -> None:
    above = None
    for _ in range(10):
        above = departments.add("部门", above).id
    with pytest.raises(Refused):
        departments.add("部门", above)


def test_only_an_empty_department_is_removed(home) -> None:
    sales = departments.add("销售")
    member = identity.add_member("王五", department_id=sales.id)
    with pytest.raises(Conflict):
        departments.remove(sales.id)
    identity.change_member(member.id, "王五", None)
    departments.remove(sales.id)
    assert departments.ordered() == []


def test_a_move_takes_nothing_deeper_than_ten(home: Home) -> None:
    chain = [departments.add("部门").id]
    for _ in range(6):
        chain.append(departments.add("部门", chain[-1]).id)
    top, below = departments.add("总部"), departments.add("华东").id
    for _ in range(3):
        below = departments.add("部门", below).id
    with pytest.raises(Refused):
        departments.change(chain[0], "部门", below, None)
    assert departments.find(chain[0]).path == f"{chain[0]}/"
    assert departments.change(chain[0], "部门", top.id, None) == [(f"{chain[0]}/", f"{top.id}/{chain[0]}/")]
    assert departments.find(chain[-1]).path.count("/") == 8


def test_of_two_that_are_put_under_each_other_at_once_one_stays_where_it_was(
    app: Flask, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    east, west = departments.add("华东").id, departments.add("华西").id
    looked, bound = Barrier(2), departments._bound_depth

    def meet(*about: Any) -> None:
        bound(*about)
        with suppress(BrokenBarrierError):
            looked.wait(1)  # where both could look at the tree before either has changed it

    def put(id: str, under: str) -> bool:
        known = departments.ordered()
        db.session.commit()
        return departments.change(id, "部门", under, None) != [] and len(known) == 2

    monkeypatch.setattr(departments, "_bound_depth", meet)
    came = at_once(app, home.tenant_id, lambda: put(east, west), lambda: put(west, east))
    assert sorted(type(one).__name__ for one in came) == ["Conflict", "bool"]
    db.session.rollback()
    db.session.expire_all()
    assert sorted(one.path.count("/") for one in departments.ordered()) == [1, 2]
