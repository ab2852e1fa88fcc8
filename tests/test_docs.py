"""What the documentation says of settings, rooms and files is what there is."""

import re
from pathlib import Path

import pytest
from flask import Flask

from runtime.events import works
from runtime.settings import SETTINGS, Setting
from tests.architecture import FLOORS, ROOMS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md"))]


def default_of(setting: Setting) -> str:
    return f"`{setting.default}`" if setting.default else ""


def test_the_readme_lists_every_setting_with_its_default_and_meaning():
    rows = [f"| `{setting.name}` | {default_of(setting)} | {setting.meaning} |" for setting in SETTINGS]
    table = re.findall(r"^\| `[A-Z_]+` \|.*$", (ROOT / "README.md").read_text(), re.M)
    assert table == rows


def test_the_chinese_readme_lists_the_same_settings_and_defaults():
    table = re.findall(r"^\| (`[A-Z_]+`) \| (.*?) \|", (ROOT / "README.zh-CN.md").read_text(), re.M)
    assert table == [(f"`{setting.name}`", default_of(setting)) for setting in SETTINGS]


def test_the_architecture_page_shows_the_order_that_is_enforced():
    page = (ROOT / "ARCHITECTURE.md").read_text()
    assert " → ".join(FLOORS) in page
    for floor, order in ROOMS.items():
        assert f"{floor}: " + " ".join(order.split()) in page.replace("\n    ", " ")


def test_the_architecture_page_names_every_sub_room_and_no_other():
    rows = re.findall(r"^\| `(\w+/\w+)` \| (.*) \|$", (ROOT / "ARCHITECTURE.md").read_text(), re.M)
    told = {room: set(re.findall(r"`(\w+)`", said)) for room, said in rows}
    there: dict[str, set[str]] = {}
    for path in (path for floor in FLOORS[:-1] for path in (ROOT / floor).glob("*/*/__init__.py")):
        there.setdefault(str(path.parents[1].relative_to(ROOT)), set()).add(path.parent.name)
    assert {room: subs - told.get(room, set()) for room, subs in there.items()} == {room: set() for room in there}
    gone = {(room, name) for room, names in told.items() for name in names if not any((ROOT / room).rglob(name))}
    assert gone == set()


def test_the_page_for_operators_names_settings_that_there_are():
    page = (ROOT / "docs" / "operate.md").read_text()
    named = set(re.findall(r"\b(TRELLIS_[A-Z_]+|[A-Z_]+_URL|SECRET_KEY|MAIL_FROM)\b", page))
    known = {setting.name for setting in SETTINGS}
    assert named <= known
    assert {setting.name for setting in SETTINGS if setting.name.endswith(("_URL", "_KEY", "_PROXIES"))} <= named


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_page_for_operators_explains_every_metric_and_no_other(app: Flask, valkey: str):
    app.config["REDIS_URL"] = valkey
    page = (ROOT / "docs" / "operate.md").read_text()
    told = re.findall(r"^# TYPE (\w+)", app.test_client().get("/metrics").text, re.M)
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, re.M)) == sorted(told)
    assert [kind for kind in works if f"`{kind}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_paths_on_a_page_lead_somewhere(page: Path):
    text = page.read_text()
    links = [target for target in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in target]
    paths = re.findall(r"`((?:widgets|runtime|builder|tests|migrations|docs|static)/[\w./-]+)`", text)
    missing = [target for target in links if not (page.parent / target).exists()]
    missing += [path for path in paths if not (ROOT / path).exists()]
    assert missing == []
