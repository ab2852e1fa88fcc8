"""Assets carry their version and the hash a browser holds them to."""

import time
from pathlib import Path

import pytest

from runtime.http.assets import Assets


def test_an_asset_says_its_address_with_a_version_and_its_hash(tmp_path: Path):
    (tmp_path / "a.js").write_text("1")
    asset = Assets(tmp_path)("a.js")
    assert asset.url.startswith("/static/a.js?v=")
    assert asset.integrity.startswith("sha384-")
    assert str(asset) == asset.url


def test_a_changed_file_has_another_version_before_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("runtime.http.assets.TRUSTED_SECONDS", 0.05)
    assets = Assets(tmp_path)
    (tmp_path / "a.js").write_text("1")
    before = assets("a.js")
    (tmp_path / "a.js").write_text("22")
    time.sleep(0.06)
    assert assets("a.js").url != before.url


def test_a_missing_file_is_an_error_not_a_broken_page(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        Assets(tmp_path)("nothing.js")
