"""Assets carry their version and the hash a browser holds them to."""

import time
from pathlib import Path

import pytest
from flask import Flask

from runtime.http.assets import ICONS, Assets


def test_an_asset_says_its_address_with_a_version_and_its_hash(tmp_path: Path):
    (tmp_path / "a.css").write_text("1")
    asset = Assets(tmp_path)("a.css")
    assert asset.url.startswith("/static/a.css?v=")
    assert asset.integrity.startswith("sha384-")
    assert str(asset) == asset.url


def test_a_changed_file_has_another_version_before_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("runtime.http.assets.TRUSTED_SECONDS", 0.05)
    assets = Assets(tmp_path)
    (tmp_path / "a.css").write_text("1")
    before = assets("a.css")
    (tmp_path / "a.css").write_text("22")
    time.sleep(0.06)
    assert assets("a.css").url != before.url


def test_all_scripts_stand_below_one_version_of_them_together_so_that_what_they_import_has_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("runtime.http.assets.TRUSTED_SECONDS", 0.05)
    assets = Assets(tmp_path)
    for name in ("part/a.js", "b.js", "vendor/c.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    before = assets.scripts_version()
    assert assets("part/a.js").url == f"/static/~{before}/part/a.js"
    assert assets("vendor/c.js").url.startswith("/static/vendor/c.js?v=")
    (tmp_path / "b.js").write_text("changed")
    time.sleep(0.06)
    assert assets("part/a.js").url == f"/static/~{assets.scripts_version()}/part/a.js"
    assert assets.scripts_version() != before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_scripts_of_the_version_that_is_here_are_kept_for_good_and_others_are_asked_for_again(app: Flask):
    def asked(path: str) -> tuple[int, str | None, str | None]:
        with app.test_client().get(path) as answer:
            return answer.status_code, answer.headers.get("Cache-Control"), answer.headers.get("Vary")

    url = str(app.jinja_env.globals["asset"]("views/board.js"))
    assert asked(url.replace("board", "server")) == (200, "public, max-age=31536000, immutable", None)
    assert asked("/static/~0123456789/views/board.js") == (200, "no-cache", None)
    assert asked("/static/~0123456789/trellis.css")[0] == 404
    assert asked("/static/~0123456789/../../wsgi.py")[0] == 404


def test_a_missing_file_is_an_error_not_a_broken_page(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        Assets(tmp_path)("nothing.js")


def test_an_icon_is_drawn_into_the_page_and_sends_the_browser_nowhere(tmp_path: Path):
    sprite = tmp_path / ICONS
    sprite.parent.mkdir(parents=True)
    sprite.write_text('<svg><symbol id="dot" viewBox="0 0 24 24">\n<path d="M1 1"/></symbol><symbol id="x"/></svg>')
    drawn = Assets(tmp_path).icon("dot", '"<b>')
    assert '<path d="M1 1"/></svg>' in drawn
    assert 'class="icon &#34;&lt;b&gt;"' in drawn
    assert "href" not in drawn
    assert Assets(tmp_path).icon("none").endswith('stroke-linejoin="round"></svg>')
