"""Front-end files are ours or vendored: known by hash, never loaded from elsewhere, never inline."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "static" / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text("utf-8"))
TEMPLATES = [file for floor in ("runtime", "builder", "widgets") for file in (ROOT / floor).rglob("*.html")]
SCRIPTS = [file for file in (ROOT / "static").glob("**/*.js") if VENDOR not in file.parents]


def sha384(file: Path) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()


def test_every_vendored_file_is_the_one_the_manifest_names():
    named = {path: integrity for package in MANIFEST for path, integrity in package["files"].items()}
    there = {file.relative_to(VENDOR).as_posix() for file in VENDOR.rglob("*") if file.is_file()}
    there = {path for path in there if not path.endswith("LICENSE") and path != "manifest.json"}
    assert named == {path: sha384(VENDOR / path) for path in there}


def test_every_vendored_package_stands_beside_its_licence():
    for package in MANIFEST:
        folder = VENDOR / next(iter(package["files"])).split("/")[0]
        assert (folder / "LICENSE").is_file()
        assert package["licence"]
        assert package["version"] in folder.name


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_no_page_loads_from_elsewhere_or_carries_script_or_style_inline(file: Path):
    text = file.read_text("utf-8")
    assert not re.search(r"<(?:script|link|img|iframe|use)[^>]*(?:src|href)=[\"'](?:https?:)?//", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", text)
    assert not re.search(r"<style\b|\sstyle=[\"']|\son[a-z]+=[\"']|hx-on|javascript:|hx-vals=[\"']js", text)
    assert not re.search(r"\|\s*safe\b", text)


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_own_scripts_never_evaluate_text_or_reach_out(file: Path):
    text = file.read_text("utf-8")
    assert not re.search(r"\beval\(|new Function\(|insertAdjacentHTML|outerHTML\s*=|document\.write", text)
    assert not re.search(r"from [\"']https?:|import\([\"']https?:|fetch\([\"']https?:", text)
