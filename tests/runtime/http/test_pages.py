"""The layout stands on its own: with nothing known, in either language, and around errors."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string, request
from flask_babel import Babel

from runtime.http import pages

ROOT = Path(__file__).parents[3]
NAV: dict[str, Any] = {
    "tenant": {"key": "demo", "title": "<b>Acme</b>"},
    "app": {"title": "Sales", "url": "/t/demo/a/1/"},
    "forms": [{"title": "Visit", "url": "/t/demo/a/1/f/visit/"}],
    "unread": 3,
}


@pytest.fixture
def app() -> Flask:
    app = Flask("trellis", root_path=str(ROOT), static_folder="static", template_folder=None)
    app.secret_key = "test"
    Babel(app, locale_selector=lambda: request.args.get("lang", "en"))
    pages.install(app, lambda: NAV if "in" in request.args else {})
    app.add_url_rule(
        "/", "page", lambda: render_template_string('{% extends "layout.html" %}{% block main %}hi{% endblock %}')
    )
    app.add_url_rule("/error/<int:status>", "error", pages.error_page)
    return app


def test_a_page_without_a_tenant_has_no_bars(app: Flask):
    text = app.test_client().get("/").text
    assert "hi" in text
    assert 'class="side"' not in text
    assert 'lang="en"' in text


def test_a_page_inside_a_tenant_has_its_bars_and_the_count_of_notices(app: Flask):
    text = app.test_client().get("/?in=1&lang=zh").text
    assert 'class="side"' in text
    assert 'class="bottom"' in text
    assert 'lang="zh-CN"' in text
    assert 'hx-get="/t/demo/notices/unread"' in text
    assert ">3<" in text


def test_days_are_said_in_one_manner_of_a_language(app: Flask):
    said = ("whole_day", "month_day", "month", "weekday")
    text = "|".join(f"{{{{ day | {name} }}}}" for name in said)
    app.add_url_rule("/day", "day", lambda: render_template_string(text, day=date(2026, 11, 25)))
    assert app.test_client().get("/day").text == "Wednesday, 25 November 2026|25 November|November 2026|Wed"
    assert app.test_client().get("/day?lang=zh").text == "2026年11月25日星期三|11月25日|2026年11月|周三"


def test_t23_a_tenant_name_is_text(app: Flask):
    assert "<b>Acme" not in app.test_client().get("/?in=1").text


def test_the_look_is_the_one_of_the_cookie_and_nothing_else_gets_in(app: Flask):
    client = app.test_client()
    client.set_cookie("theme", "dark")
    assert 'data-bs-theme="dark"' in client.get("/").text
    client.set_cookie("theme", '"><script>')
    assert "data-bs-theme" not in client.get("/").text


@pytest.mark.parametrize("status", sorted(pages.ERRORS))
def test_an_error_is_a_page_that_says_what_to_do(app: Flask, status: int):
    answer = app.test_client().get(f"/error/{status}")
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert "btn-primary" in answer.text


def test_an_error_in_a_part_of_a_page_is_a_toast(app: Flask):
    answer = app.test_client().get("/error/500", headers={"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#toasts"
    assert "<html" not in answer.text
    assert "data-toast" in answer.text
