"""Splitting an app into parts and joining it again."""

import pytest

from builder.drafts.parts import join, key_for, split


def test_an_app_comes_together_as_it_was() -> None:
    app = {
        "format": "app/1",
        "key": "crm",
        "title": "客户",
        "x-mine": {"kept": True},
        "forms": [{"key": "b"}, {"key": "a"}],
        "flows": [{"key": "f"}],
        "sample": {"b": [{"name": "甲"}]},
    }
    assert join(*split(app)) == app


@pytest.mark.parametrize(
    ("title", "taken", "key"),
    [
        ("客户管理", [], "kehuguanli"),
        ("客户管理", ["kehuguanli", "kehuguanli_2"], "kehuguanli_3"),
        ("Sales 2026!", [], "sales_2026"),
        ("2026", [], "form"),
        ("！！！", ["form"], "form_2"),
    ],
)
def test_a_key_is_made_from_a_title(title: str, taken: list[str], key: str) -> None:
    assert key_for(title, taken, "form") == key
