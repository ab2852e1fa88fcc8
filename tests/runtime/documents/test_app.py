"""How the documents of an app fit together."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.documents import check_app, parse

GOLDEN = parse((Path(__file__).parents[2] / "documents" / "app.json").read_bytes())
App = dict[str, Any]


def broken(change: Callable[[App], object]) -> list[tuple[str, str]]:
    """What is told about the golden app after a change."""
    app = copy.deepcopy(GOLDEN)
    change(app)
    return [(problem.pointer, problem.keyword) for problem in check_app(app)]


def field(app: App, form: int, name: str) -> dict[str, Any]:
    found: dict[str, Any] = app["forms"][form]["schema"]["properties"][name]
    return found


def test_the_golden_app_fits_together() -> None:
    assert broken(lambda app: None) == []


def test_an_app_of_the_wrong_shape_is_told_so() -> None:
    assert ("/forms", "type") in broken(lambda app: app.update(forms=7))


CASES: list[tuple[Callable[[App], object], tuple[str, str]]] = [
    (lambda app: app["views"].append(app["views"][0]), ("/views/2/key", "unique")),
    (
        lambda app: field(app, 1, "customer").update({"x-ref": {"form": "client"}}),
        ("/forms/1/schema/properties/customer/x-ref/form", "form"),
    ),
    (lambda app: app["views"][0].update(form="client"), ("/views/0/form", "form")),
    (lambda app: app["views"][0].update(columns=["name", "nmae"]), ("/views/0/columns/1", "field")),
    (lambda app: app["views"][0].update(sort=["-nmae"]), ("/views/0/sort/0", "field")),
    (lambda app: app["views"][0].update(sum="nmae"), ("/views/0/sum", "field")),
    (lambda app: app["views"][1].update(group="nmae"), ("/views/1/group", "field")),
    (lambda app: app["views"][1].update(group="amount"), ("/views/1/group", "type")),
    (
        lambda app: app["views"][1].update(filter={"not": {"or": [{"field": "x", "op": "empty"}]}}),
        ("/views/1/filter/not/or/0/field", "field"),
    ),
    (
        lambda app: app["views"][0].update(kind="dashboard", tiles=[{"kind": "bar", "form": "visit", "group": "x"}]),
        ("/views/0/tiles/0/group", "field"),
    ),
    (
        lambda app: app["views"].append(
            {"key": "c", "title": "C", "kind": "calendar", "form": "visit", "start": "customer"}
        ),
        ("/views/2/start", "type"),
    ),
    (lambda app: app["roles"][0]["policies"][0].update(form="client"), ("/roles/0/policies/0/form", "form")),
    (lambda app: app["roles"][0]["policies"][0].update(read=["nmae"]), ("/roles/0/policies/0/read/0", "field")),
    (
        lambda app: app["roles"][0]["policies"][0].update(rows="record.nmae == 'x'"),
        ("/roles/0/policies/0/rows", "expression"),
    ),
    (
        lambda app: app["roles"][0]["policies"][0].update(rows="record.annual_purchase == 'x'"),
        ("/roles/0/policies/0/rows", "expression"),
    ),
    (lambda app: app["reports"][0]["blocks"][1].update(fields=["nmae"]), ("/reports/0/blocks/1/fields/0", "field")),
    (lambda app: app["reports"][0]["blocks"][2].update(form="client"), ("/reports/0/blocks/2/form", "form")),
    (lambda app: app["reports"][0]["blocks"][2].update(by="nmae"), ("/reports/0/blocks/2/by", "field")),
    (
        lambda app: app["reports"][0]["blocks"][4].update(text="{{ linked.customer.nmae }}"),
        ("/reports/0/blocks/4/text", "expression"),
    ),
    (lambda app: app["sample"].update(client=[]), ("/sample/client", "form")),
    (lambda app: app["sample"]["visit"][0].update(nmae=1), ("/sample/visit/0/nmae", "field")),
    (lambda app: app["sample"]["visit"][0].update(customer="nobody"), ("/sample/visit/0/customer", "x-ref")),
    (lambda app: app["sample"]["customer"][1].update({"@id": "huaxing"}), ("/sample/customer/1/@id", "unique")),
    (
        lambda app: field(app, 0, "monthly_purchase").update({"x-formula": "record.name"}),
        ("/forms/0/schema/properties/monthly_purchase/x-formula", "type"),
    ),
    (
        lambda app: field(app, 0, "industry").update({"x-default": "'矿业'"}),
        ("/forms/0/schema/properties/industry/x-default", "type"),
    ),
    (
        lambda app: field(app, 2, "amount").update({"x-check": "linked.customer.name + 1"}),
        ("/forms/2/schema/properties/amount/x-check", "expression"),
    ),
    (
        lambda app: field(app, 2, "amount").update({"x-check": "record.amount"}),
        ("/forms/2/schema/properties/amount/x-check", "type"),
    ),
]


@pytest.mark.parametrize(("change", "expected"), CASES, ids=[f"{place} {keyword}" for _, (place, keyword) in CASES])
def test_what_does_not_fit_is_told_with_its_place(change: Callable[[App], object], expected: tuple[str, str]) -> None:
    told = broken(change)
    assert expected in told
    assert all(pointer.startswith((expected[0], "/sample")) for pointer, _ in told)
