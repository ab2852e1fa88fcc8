"""Importing from the command line, by a worker that runs beside it."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from builder.publishing import service as publishing
from runtime import queue
from runtime.exchange import commands
from runtime.flows.draining.service import drain
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.query import Query
from runtime.releases.service import find_app
from tests.conftest import Home
from tests.runtime.exchange.test_import import APP


@pytest.fixture
def crm(app: Flask, home: Home, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of an app of the tenant "home"; while the command waits, a worker works."""
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)
    monkeypatch.setattr(commands.time, "sleep", lambda seconds: drain(app.config))
    found = doors.actor_of(home.member_id)
    assert found is not None
    publishing.take_in(APP, found[0], live=True)
    return find_app("crm").id


def run(app: Flask, file: Path, *options: str, user: str = "li@example.com") -> Any:
    asked = ["records", "import", "crm", "account", str(file), "--tenant", "home", "--user", user, *options]
    return app.test_cli_runner().invoke(args=asked)


def written(folder: Path, text: str) -> Path:
    path = folder / "客户.csv"
    path.write_text(text, encoding="gb18030")
    return path


def test_a_file_is_imported_and_what_became_of_it_is_printed(app: Flask, home: Home, crm: str, tmp_path: Path) -> None:
    answer = run(app, written(tmp_path, "名称,收入\n甲,1\n乙,viel\n"))
    assert answer.exit_code == 0, answer.output
    assert answer.output.splitlines() == [
        "done: 2 rows; 1 created, 0 updated, 0 unchanged, 0 incomplete, 1 refused",
        "  1 rows: revenue",
        "  row 3: revenue: “viel” is not a number.",
    ]


def test_columns_mode_and_the_rest_are_said_by_options(app: Flask, home: Home, crm: str, tmp_path: Path) -> None:
    path = written(tmp_path, "A=B,C,D\n甲,1,\n乙,x,甲\n")
    columns = ("--map", "A=B=name", "--map", "C=revenue", "--map", "D=parent:name")
    answer = run(app, path, *columns, "--mode", "upsert", "--key", "name", "--lenient", "--flows")
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("done: 2 rows; 2 created")
    found = doors.actor_of(home.member_id)
    assert found is not None
    data = {item.data["name"]: item for item in records.page(crm, "account", Query(), found[0]).items}
    assert data["乙"].data["parent"] == data["甲"].id


def test_a_dry_run_keeps_nothing(app: Flask, home: Home, crm: str, tmp_path: Path) -> None:
    assert "1 created" in run(app, written(tmp_path, "名称\n甲\n"), "--dry-run").output
    found = doors.actor_of(home.member_id)
    assert found is not None
    assert records.page(crm, "account", Query(), found[0]).items == ()


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("名称\n甲\n", ("--map", "名称=nope"), "/mapping/名称"),
        ("名称\n甲\n", ("--map", "名称"), "HEADER=FIELD"),
        ("名称\n甲\n", ("--mode", "upsert"), "/key"),
        ("", (), "has no rows"),
    ],
)
def test_what_cannot_work_is_said_and_ends_with_an_error(
    app: Flask, crm: str, tmp_path: Path, text: str, options: tuple[str, ...], said: str
) -> None:
    answer = run(app, written(tmp_path, text), *options)
    assert answer.exit_code in (1, 2)
    assert said in answer.output
    assert "Traceback" not in answer.output


def test_only_members_import(app: Flask, crm: str, tmp_path: Path) -> None:
    answer = run(app, written(tmp_path, "名称\n甲\n"), user="nobody@example.com")
    assert answer.exit_code == 1
    assert "nobody@example.com is not a member of home." in answer.output
