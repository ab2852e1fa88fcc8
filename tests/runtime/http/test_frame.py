"""The bars around pages are drawn once for all pages on which they look the same, and never for somebody else."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g, render_template_string, request
from flask_babel import Babel

from runtime.http import frame, language, pages

ROOT = Path(__file__).parents[3]
APP = {"title": "Sales", "url": "/t/demo/a/crm/", "icon": ""}
NAV: dict[str, Any] = pages.empty_nav() | {
    "tenant": {"key": "demo", "title": "Acme"},
    "person": {"name": "李雷"},
    "app": APP,
    "apps": [APP, {"title": "Stock", "url": "/t/demo/a/stock/", "icon": ""}],
    "forms": [{"title": "Visit", "url": "/t/demo/a/crm/f/visit/", "icon": ""}],
    "admin": [{"title": "Members", "url": "/t/demo/members", "icon": "users"}],
    "runs_url": "/t/demo/a/crm/runs/",
}


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("/t/demo/", {"/t/demo/"}),
        ("/t/demo/a/crm/", {"/t/demo/a/crm/"}),
        ("/t/demo/a/crm/f/visit/", {"/t/demo/a/crm/f/visit/"}),
        ("/t/demo/a/crm/f/visit/0198", {"/t/demo/a/crm/f/visit/"}),
        ("/t/demo/a/crm/runs/0198", {"/t/demo/a/crm/runs/"}),
        ("/t/demo/members/0198", {"/t/demo/members"}),
        ("/t/demo/a/stock/f/x/", set()),
    ],
)
def test_the_entry_of_the_page_is_current_and_of_forms_on_the_pages_below_too(path: str, places: set[str]) -> None:
    assert frame.here(NAV, path) == places


def test_a_page_that_lies_elsewhere_is_shown_where_it_belongs(app: Flask) -> None:
    with app.test_request_context("/t/demo/imports/0198"):
        g.tenant = SimpleNamespace(key="demo")
        assert frame.standing() == (None, "/t/demo/imports/0198")
        frame.stand_at("crm", "f/visit/")
        assert frame.standing() == ("crm", "/t/demo/a/crm/f/visit/")
        assert 'href="/t/demo/a/crm/f/visit/" aria-current="page"' in frame.frame("layout/side.html", NAV)


@pytest.fixture
def app() -> Flask:
    app = Flask("trellis", root_path=str(ROOT), static_folder="static", template_folder=None)
    app.secret_key = "test"
    Babel(app, locale_selector=lambda: request.args.get("lang", "en"))
    app.jinja_env.globals["_"] = language.in_page
    pages.install(app, lambda: NAV | {"unread": request.args.get("unread", 0, int)} | app.config.get("OTHER", {}))
    page = '{% extends "layout.html" %}{% block main %}hi{% endblock %}'
    app.add_url_rule("/<path:path>", "page", lambda path: render_template_string(page))
    frame._drawn.cache_clear()
    return app


def test_two_pages_at_one_place_share_a_drawing_another_place_has_its_own(app: Flask) -> None:
    client = app.test_client()
    client.get("/t/demo/a/crm/f/visit/1")
    drawn = frame._drawn.cache_info().misses
    text = client.get("/t/demo/a/crm/f/visit/2").text
    assert frame._drawn.cache_info().misses == drawn
    assert '<a class="side-link" href="/t/demo/a/crm/f/visit/" aria-current="page">' in text
    assert 'href="/t/demo/members" aria-current="page"' in client.get("/t/demo/members").text


def test_a_drawing_serves_nobody_who_sees_something_else(app: Flask) -> None:
    client = app.test_client()
    assert "Sign out" in client.get("/t/demo/?lang=en").text
    assert "Sign out" not in client.get("/t/demo/?lang=zh").text
    assert ">7<" in client.get("/t/demo/?unread=7").text
    app.config["OTHER"] = {"person": {"name": "<b>Other"}, "admin": []}
    text = client.get("/t/demo/").text
    assert "&lt;b&gt;Other" in text
    assert "Members" not in text


def test_the_token_of_a_page_is_not_kept_with_the_bars(app: Flask) -> None:
    app.jinja_env.globals["csrf_token"] = lambda: request.args["token"]
    client = app.test_client()
    first, second = client.get("/t/demo/?token=one-1").text, client.get("/t/demo/?token=two-2").text
    assert "one-1" in first
    assert "one-1" not in second
    assert "two-2" in second
