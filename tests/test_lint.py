"""What must stand nowhere in the house, whoever writes it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import House, Module

ROOT = Path(__file__).parent.parent
EVALUATORS = {"eval", "exec", "render_template_string", "from_string"}
PICKLERS = {"pickle", "marshal", "shelve", "dill"}
HTTP_CLIENTS = {"http.client", "urllib.request", "urllib3", "requests", "httpx", "aiohttp"}
MAY_CALL_OUT = ("runtime.connections", "runtime.bench")
"""The one guarded client, and the load generator that calls this very machine."""

INLINE = {
    "a script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "a style": re.compile(r"<style\b|\sstyle=", re.I),
    "a handler": re.compile(r"<[^>]*\s(on[a-z]+|hx-on[:\w-]*)=", re.I),
    "a script address": re.compile(r"""=["']\s*javascript:""", re.I),
}


def evaluated(module: Module) -> Iterator[str]:
    """Calls that turn text into code."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            name = node.func.attr if isinstance(node.func, ast.Attribute) else name
            if name in EVALUATORS:
                yield f"{module.name}:{node.lineno} calls {name}"


def imported(house: House, banned: set[str], apart: tuple[str, ...] = ()) -> list[str]:
    """Imports of banned modules, or of anything in them."""
    return [
        f"{module.name}:{line} imports {name}"
        for module in house.modules.values()
        for name, line in every_import(module)
        if any(name == one or name.startswith(one + ".") for one in banned) and not module.name.startswith(apart or "-")
    ]


def every_import(module: Module) -> Iterator[tuple[str, int]]:
    """Dotted names, those of `from a import b` as both `a` and `a.b`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


@pytest.fixture(scope="module")
def house() -> House:
    return House(ROOT)


def test_t01_nothing_turns_text_into_code(house: House) -> None:
    assert [line for module in house.modules.values() for line in evaluated(module)] == []


def test_nothing_is_pickled(house: House) -> None:
    assert imported(house, PICKLERS) == []


def test_t21_there_is_one_http_client(house: House) -> None:
    assert imported(house, HTTP_CLIENTS, MAY_CALL_OUT) == []


def test_t23_no_template_holds_inline_script_or_style() -> None:
    found = [
        f"{path.relative_to(ROOT)} holds {what}: {match.group()[:60]}"
        for path in sorted(ROOT.glob("*/**/*.html"))
        if path.relative_to(ROOT).parts[0] in {"widgets", "runtime", "builder"}
        for what, pattern in INLINE.items()
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        "eval('1')",
        "import pickle",
        "from http.client import HTTPConnection",
        "from http import client",
        "import urllib3",
    ],
)
def test_a_planted_call_or_import_is_found(planted: str, tmp_path: Path) -> None:
    (tmp_path / "wsgi.py").write_text(planted)
    house = House(tmp_path)
    assert [*evaluated(house.modules["wsgi"]), *imported(house, PICKLERS), *imported(house, HTTP_CLIENTS, MAY_CALL_OUT)]


@pytest.mark.parametrize(
    "planted",
    [
        "<script>1</script>",
        '<p style="color:red">',
        '<a onclick="x()">',
        '<b hx-on:click="x">',
        '<a href="javascript:x">',
    ],
)
def test_a_planted_inline_script_or_style_is_found(planted: str) -> None:
    assert any(pattern.search(planted) for pattern in INLINE.values())
