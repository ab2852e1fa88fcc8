"""Apps from the command line: checked, taken in, given out, copied."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from runtime.db import loads, tenant
from runtime.documents import content_hash
from runtime.identity import service as identity
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.query import Query
from runtime.releases.service import apps, find_app
from tests.conftest import Home

GOLDEN = Path(__file__).parents[2] / "documents/app.json"


def trellis(app: Flask, *args: str) -> Any:
    return app.test_cli_runner().invoke(args=["app", *args])


def changed(folder: Path, **parts: Any) -> Path:
    path = folder / "app.json"
    path.write_text(json.dumps(loads(GOLDEN.read_text()) | parts, default=float, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_good_app_can_go_live(app: Flask) -> None:
    answer = trellis(app, "check", str(GOLDEN))
    assert answer.exit_code == 0, answer.output
    assert answer.output.endswith("This app can go live.\n")


def test_all_that_keeps_an_app_from_going_live_is_said_with_its_place(app: Flask, tmp_path: Path) -> None:
    flow = loads(GOLDEN.read_text())["flows"][0]
    flow["nodes"][1]["config"]["when"] = "record.nope > 1"
    answer = trellis(app, "check", str(changed(tmp_path, flows=[flow])))
    assert answer.exit_code == 1
    assert "problem /flows/0/nodes/1/config/when" in answer.output


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": "app/1", "format": "app/1"}', '{"format": "form/1"}', "\udcff"]
)
def test_a_file_that_is_no_app_is_refused_in_words(app: Flask, tmp_path: Path, text: str) -> None:
    path = tmp_path / "app.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    answer = trellis(app, "check", str(path))
    assert answer.exit_code == 1
    assert "Traceback" not in answer.output
    assert answer.output.strip()


def test_an_app_comes_in_and_goes_out_the_same(app: Flask, home: Home, tmp_path: Path) -> None:
    made = trellis(app, "import", str(GOLDEN), "--tenant", "home", "--publish")
    assert made.exit_code == 0, made.output
    with tenant(home.tenant_id):
        assert find_app("sales").id == made.output.strip()
        assert find_app("sales").release == 1
    given = trellis(app, "export", "sales", "--tenant", "home")
    assert content_hash("app", loads(given.output)) == content_hash("app", loads(GOLDEN.read_text()))
    assert trellis(app, "export", "sales", "--tenant", "home", "--draft").exit_code == 0


def test_an_app_comes_in_as_a_draft_unless_it_is_to_be_live(app: Flask, home: Home) -> None:
    assert trellis(app, "import", str(GOLDEN), "--tenant", "home").exit_code == 0
    with tenant(home.tenant_id):
        assert find_app("sales").release is None


def test_sample_records_come_with_their_links(app: Flask, home: Home) -> None:
    made = trellis(app, "import", str(GOLDEN), "--tenant", "home", "--publish", "--sample")
    assert made.exit_code == 0, made.output
    with tenant(home.tenant_id):
        boss = doors.actor_of(home.member_id)
        assert boss is not None
        found = {form: records.page(find_app("sales").id, form, Query(), boss[0]).items
                 for form in ("customer", "visit", "opportunity")}  # fmt: skip
    assert [len(items) for items in found.values()] == [2, 1, 1]
    names = {item.id: item.data["name"] for item in found["customer"]}
    assert [names[found[form][0].data["customer"]] for form in ("visit", "opportunity")] == ["仁和医院设备科"] * 2


def test_sample_records_may_link_in_a_circle(app: Flask, home: Home, tmp_path: Path) -> None:
    name, rival = {"type": "string", "title": "名"}, {"type": "string", "title": "对手", "x-ref": {"form": "team"}}
    schema = {"type": "object", "properties": {"name": name, "rival": rival}, "required": ["name", "rival"]}
    form = {"format": "form/1", "key": "team", "title": "队", "schema": schema}
    rows = [{"@id": "a", "name": "甲", "rival": "b"}, {"@id": "b", "name": "乙", "rival": "a"}]
    path = tmp_path / "app.json"
    document = {"format": "app/1", "key": "cup", "title": "杯", "forms": [form], "sample": {"team": rows}}
    path.write_text(json.dumps(document), encoding="utf-8")
    made = trellis(app, "import", str(path), "--tenant", "home", "--publish", "--sample")
    assert made.exit_code == 0, made.output
    with tenant(home.tenant_id):
        boss = doors.actor_of(home.member_id)
        assert boss is not None
        items = records.page(find_app("cup").id, "team", Query(), boss[0]).items
    one, other = items
    assert (one.data["rival"], other.data["rival"]) == (other.id, one.id)
    assert [item.incomplete for item in items] == [False, False]


def test_sample_records_need_an_app_that_is_live(app: Flask, home: Home) -> None:
    assert trellis(app, "import", str(GOLDEN), "--tenant", "home", "--sample").exit_code == 2
    with tenant(home.tenant_id):
        assert list(apps()) == []


def test_an_app_that_cannot_go_live_leaves_nothing(app: Flask, home: Home, tmp_path: Path) -> None:
    path = changed(tmp_path, flows=[{"format": "flow/1", "key": "x", "title": "x", "nodes": [], "edges": [{}]}])
    answer = trellis(app, "import", str(path), "--tenant", "home", "--publish")
    assert answer.exit_code == 1
    assert "/flows/0" in answer.output
    with tenant(home.tenant_id):
        assert list(apps()) == []


def test_a_clone_is_another_app_of_the_same_documents(app: Flask, home: Home) -> None:
    trellis(app, "import", str(GOLDEN), "--tenant", "home", "--publish")
    made = trellis(app, "clone", "sales", "sales_north", "--tenant", "home", "--title", "北区销售")
    assert made.exit_code == 0, made.output
    clone = loads(trellis(app, "export", "sales_north", "--tenant", "home").output)
    assert (clone["key"], clone["title"]) == ("sales_north", "北区销售")
    assert clone["forms"] == loads(GOLDEN.read_text())["forms"]
    again = trellis(app, "clone", "sales", "sales_north", "--tenant", "home", "--title", "x")
    assert (again.exit_code, "Traceback" in again.output) == (1, False)


def test_what_is_not_there_is_said(app: Flask, home: Home) -> None:
    assert trellis(app, "export", "nope", "--tenant", "home").exit_code == 1
    assert trellis(app, "import", str(GOLDEN), "--tenant", "nobody").exit_code == 1
    assert identity.is_taken("home")
