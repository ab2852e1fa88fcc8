"""The house keeps its own rules: floors, order of rooms, roles of files, no hidden imports, no cycles, sizes."""

import shutil
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import architecture
from tests.architecture import FLOORS, House

ROOT = Path(__file__).parent.parent
RULES = [
    architecture.floors_crossed,
    architecture.rooms_crossed,
    architecture.roles_broken,
    architecture.imports_hidden,
    architecture.cycles,
]
PLANTED = [
    (architecture.floors_crossed, "widgets/text.py", "from runtime.contracts import Problem\n"),
    (architecture.floors_crossed, "runtime/records/merge.py", "import builder.drafts.merge\n"),
    (architecture.floors_crossed, "builder/forms/routes.py", "from wsgi import create_app\n"),
    (architecture.rooms_crossed, "runtime/records/service.py", "from runtime.flows import engine\n"),
    (architecture.rooms_crossed, "runtime/records/service.py", "from ..flows import engine\n"),
    (architecture.rooms_crossed, "builder/drafts/service.py", "import builder.forms.routes\n"),
    (architecture.rooms_crossed, "runtime/misc/thing.py", "X = 1\n"),
    (architecture.roles_broken, "runtime/flows/engine.py", "from sqlalchemy import select\n"),
    (architecture.roles_broken, "runtime/flows/engine.py", "from runtime.db import db\n"),
    (architecture.roles_broken, "runtime/answers/validate.py", "import requests\n"),
    (architecture.roles_broken, "widgets/text.py", "from flask import g\n"),
    (architecture.roles_broken, "runtime/records/models.py", "from flask import g\n"),
    (architecture.roles_broken, "runtime/records/service.py", "from flask import g\n"),
    (architecture.roles_broken, "runtime/records/routes.py", "from sqlalchemy import select\n"),
    (architecture.roles_broken, "runtime/forms/api.py", "from runtime.records.models import Record\n"),
    (architecture.roles_broken, "runtime/forms/service.py", "import runtime.forms.routes\n"),
    (architecture.imports_hidden, "runtime/flows/engine.py", "def f():\n    import json\n"),
    (architecture.imports_hidden, "runtime/flows/engine.py", "def f():\n    return import_module('json')\n"),
    (architecture.imports_hidden, "runtime/flows/engine.py", "class A:\n    def f(self):\n        from a import b\n"),
    (architecture.cycles, "runtime/flows/engine.py", "from runtime.flows import graph\n"),
]
STANDING = {
    "wsgi.py": "from runtime.flows import graph\n",
    "widgets/__init__.py": "",
    "builder/drafts/merge.py": "",
    "builder/forms/routes.py": "from builder.drafts import merge\n",
    "runtime/contracts.py": "class Problem: ...\n",
    "runtime/db.py": "from sqlalchemy import select\n",
    "runtime/records/models.py": "from runtime.db import db\n",
    "runtime/forms/routes.py": "from flask import g\n",
    "runtime/flows/graph.py": "from runtime.flows import engine\n",
    "runtime/flows/engine.py": "import networkx\nfrom runtime.contracts import Problem\n",
}


@pytest.fixture(scope="module")
def house() -> House:
    return House(ROOT)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Callable[[House], list[str]], house: House) -> None:
    assert rule(house) == []


@pytest.mark.parametrize(("rule", "path", "planted"), PLANTED)
def test_a_planted_violation_is_found(
    rule: Callable[[House], list[str]], path: str, planted: str, tmp_path: Path
) -> None:
    build(tmp_path, STANDING)
    assert rule(House(tmp_path)) == []
    build(tmp_path, {path: STANDING.get(path, "") + planted})
    assert rule(House(tmp_path))


def test_a_violation_planted_in_a_copy_of_this_house_is_found(tmp_path: Path) -> None:
    for floor in FLOORS[:-1]:
        shutil.copytree(ROOT / floor, tmp_path / floor, ignore=shutil.ignore_patterns("__pycache__", "*.html", "*.po"))
    shutil.copy(ROOT / "wsgi.py", tmp_path)
    contracts = tmp_path / "runtime/contracts.py"
    contracts.write_text(contracts.read_text() + "\n\ndef f():\n    from wsgi import create_app\n")
    house = House(tmp_path)
    for rule in (architecture.floors_crossed, architecture.roles_broken, architecture.imports_hidden):
        assert any(line.startswith("runtime.contracts:") for line in rule(house))


def test_no_file_is_longer_than_400_lines(house: House) -> None:
    assert {name: lines for name, lines in architecture.file_lines(house).items() if lines > 400} == {}


def test_files_and_functions_stay_small(house: House) -> None:
    files, functions = architecture.file_lines(house), architecture.function_lines(house)
    assert statistics.median(files.values()) <= 90, architecture.sizes(house)
    assert statistics.quantiles(functions.values(), n=10)[-1] <= 20, architecture.sizes(house)


def build(root: Path, files: dict[str, str]) -> None:
    """Write a small house."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
