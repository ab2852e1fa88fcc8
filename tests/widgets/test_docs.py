"""docs/add-a-widget.md is true: the widget is made from the page itself and asked in a form."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import Markup

import widgets
from runtime.answers import compile_form
from runtime.forms.render import Page, compile_page, render_form
from widgets import base

DOC = Path(__file__).parents[2] / "docs" / "add-a-widget.md"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The files of the page, in a folder that belongs to `widgets` for the time of a test."""
    text = DOC.read_text("utf-8")
    for name, content in re.findall(r"## \d\. [^\n]*: `([\w.]+)`\n\n```\w+\n(.*?)```", text, re.S):
        (tmp_path / name).write_text(content, "utf-8")
    monkeypatch.setattr(widgets, "__path__", [*widgets.__path__, str(tmp_path)])
    forget()
    yield tmp_path
    sys.modules.pop("widgets.rating", None)
    forget()


def forget() -> None:
    base.registry.cache_clear()
    base._by_rank.cache_clear()
    importlib.invalidate_caches()


def test_the_page_makes_a_widget_that_is_found_and_asked(made: Path):
    stars = {"type": "integer", "title": "Stars"}
    document = {
        "key": "f",
        "title": "F",
        "schema": {"properties": {"stars": stars}},
        "ui": {"stars": {"ui:widget": "rating"}},
    }
    form = compile_form({"format": "form/1", **document})
    page = compile_page(form, "en", str, lambda *name: Markup(""))
    drawn = render_form(page, {"stars": 3}, form.unfold({}), (), Page(base.Reader()))
    assert 'value="3" checked' in drawn
    assert drawn.count('type="radio"') == 5
    assert "<legend" in drawn


def test_the_test_of_the_page_passes(made: Path):
    spec = importlib.util.spec_from_file_location("documented_test", made / "test_rating.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tests = [getattr(module, name) for name in dir(module) if name.startswith("test_")]
    for test in tests:
        test()
    assert len(tests) == 3
