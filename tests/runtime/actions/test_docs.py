"""What docs/add-an-action.md says works: the action and its test are made from the page and run."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from jsonschema import Draft202012Validator

from runtime.flows.binding import bind

PAGE = Path(__file__).parents[3] / "docs/add-an-action.md"


def made(name: str, source: str, folder: Path) -> ModuleType:
    path = folder / f"{name.rpartition('.')[2]}.py"
    path.write_text(source)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_makes_an_action_that_works(tmp_path: Path, world, monkeypatch: pytest.MonkeyPatch) -> None:
    action_source, test_source = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    monkeypatch.setitem(sys.modules, "runtime.actions.number", None)
    action = made("runtime.actions.number", action_source, tmp_path).action
    Draft202012Validator.check_schema(action.config_schema)
    test = made("test_number", test_source, tmp_path)
    monkeypatch.setitem(sys.modules, "test_number", test)
    test.test_the_next_number_follows_those_that_are_taken(world)
    filled = bind(action.config_schema, {"form": "offer", "field": "number", "prefix": "{{ record.year }}-"})
    assert filled.fill({"record": {"year": "2026"}}, lambda value, path: str(value))["prefix"] == "2026-"
