"""A view's document as a panel and back."""

from typing import Any

from builder.views.edit import answers, applied, blank, narrowed, panel, widened
from runtime import documents
from tests.runtime.views.documents import DEAL

PLAIN: dict[str, Any] = {
    "format": "form/1", "key": "note", "title": "便签",
    "schema": {"type": "object", "properties": {"text": {"type": "string", "title": "内容"}}},
}  # fmt: skip
FORMS = [PLAIN, DEAL]


def asked(view: dict[str, Any]) -> dict[str, Any]:
    return dict(panel(view, FORMS, "zh-CN", str)["schema"]["properties"])


def consts(question: dict[str, Any]) -> list[str]:
    return [option["const"] for option in (question.get("items") or question)["oneOf"]]


def test_a_new_view_is_a_board_of_the_first_form_that_can_make_columns() -> None:
    view = blank("pipeline", "管道", FORMS)
    assert (view["kind"], view["form"], view["group"]) == ("kanban", "deal", "stage")
    assert documents.check("view", view) == []
    assert blank("notes", "便签", [PLAIN])["kind"] == "table"
    assert documents.check("view", blank("none", "无", [])) == []


def test_the_panel_asks_what_the_kind_needs_and_offers_fields_that_fit() -> None:
    board = asked(blank("pipeline", "管道", FORMS))
    assert consts(board["group"]) == ["stage", "hot", "seller", "owner"]
    assert consts(board["sum"]) == ["amount", "margin"]
    assert "why" in consts(board["card"])
    calendar = asked({"kind": "calendar", "form": "deal", "key": "c", "title": "c"})
    assert consts(calendar["start"]) == ["close", "until", "visit", "created_at", "updated_at"]
    assert "group" not in calendar


def test_what_is_answered_stands_in_the_document_and_comes_back() -> None:
    view = blank("pipeline", "管道", FORMS)
    given = {
        "title": "商机",
        "kind": "kanban",
        "form": "deal",
        "group": "hot",
        "card": ["amount"],
        "sum": "amount",
        "sort": "-amount",
    }
    changed = applied(view, given, FORMS)
    assert answers(changed) == given
    assert changed["sort"] == ["-amount"]
    assert applied(changed, {**given, "card": ["name", "amount"]}, FORMS)["card"] == ["amount", "name"]
    assert documents.check("view", changed) == []


def test_another_kind_or_form_keeps_nothing_that_it_does_not_know() -> None:
    board = narrowed(blank("pipeline", "管道", FORMS), {"field": "stage", "op": "nempty"}) | {"sum": "amount"}
    calendar = applied(board, {"title": "x", "kind": "calendar", "form": "deal"}, FORMS)
    assert calendar["start"] == "close"
    assert not {"group", "sum"} & calendar.keys()
    assert calendar["filter"] == {"and": [{"field": "stage", "op": "nempty"}]}
    other = applied(calendar, {"title": "x", "kind": "table", "form": "note", "sort": "-amount"}, FORMS)
    assert not {"start", "filter", "sort"} & other.keys()


def test_what_the_designer_does_not_ask_about_is_kept() -> None:
    view = blank("pipeline", "管道", FORMS) | {"x-own": 1, "description": "d", "x-texts": {"en": {"title": "Pipeline"}}}
    changed = applied(view, {"title": "新", "kind": "kanban", "form": "deal", "group": "stage"}, FORMS)
    assert {name: changed[name] for name in ("x-own", "description", "x-texts")} == {
        "x-own": 1, "description": "d", "x-texts": {"en": {"title": "Pipeline"}},
    }  # fmt: skip


def test_conditions_come_and_go_one_by_one() -> None:
    view = blank("pipeline", "管道", FORMS)
    for value in (1, 2):
        view = narrowed(view, {"field": "amount", "op": "gt", "value": value})
    assert widened(view, 0)["filter"] == {"and": [{"field": "amount", "op": "gt", "value": 2}]}
    assert "filter" not in widened(widened(view, 0), 0)
    assert widened(view, 9) == view
