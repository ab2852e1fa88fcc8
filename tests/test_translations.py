"""Everything that people read can be read in Chinese."""

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from flask import Flask
from flask_babel import force_locale, gettext

from tests.catalogue import chinese, extracted

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


@cache
def texts() -> list[Message]:
    found: Catalog = extracted()
    return [one for one in found if one.id]


def english(one: Message) -> str:
    return one.id if isinstance(one.id, str) else str(one.id[0])


def in_chinese(one: Message) -> str:
    found = chinese_by_english().get(english(one), "")
    return found if isinstance(found, str) else str(found[0])


@cache
def chinese_by_english() -> dict[str, str | tuple[str, ...]]:
    return {english(one): one.string for one in chinese() if one.id and not one.fuzzy}


def test_every_text_has_its_chinese() -> None:
    """`python -m tests.catalogue` adds the texts that are missing to the .po file; translate them there."""
    assert len(texts()) > 500
    assert [english(one) for one in texts() if not in_chinese(one).strip()] == []


def test_what_is_put_into_a_text_is_put_into_its_chinese() -> None:
    odd = [
        (english(one), in_chinese(one))
        for one in texts()
        if set(PLACEHOLDER.findall(english(one))) != set(PLACEHOLDER.findall(in_chinese(one)))
    ]
    assert odd == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_page_in_chinese_speaks_chinese(app: Flask) -> None:
    with app.test_request_context(), force_locale("zh"):
        assert gettext("Publish") == "发布"
        assert gettext("When %(condition)s", condition="x") == "当 x"
