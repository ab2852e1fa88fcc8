"""Static files by path: the address with its version, and the hash a browser holds it to.

Our own scripts are modules that import each other by relative addresses, to which no version can be hung. So they are
served below a folder that is named by the version of all of them together: what a page names and what a script imports
is one address, and a browser keeps both for good instead of asking for each one anew.
"""

import base64
import hashlib
import os
import re
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

VENDOR = "vendor/"
ICONS = "vendor/tabler-icons-3.51.0/icons.svg"
SYMBOL = re.compile(r'<symbol id="([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL)
ICON = Markup(
    '<svg class="icon {}" aria-hidden="true" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
    ' stroke-linecap="round" stroke-linejoin="round">{}</svg>'
)
TRUSTED_SECONDS = 1.0
"""For so long a file is taken to be as it was: a page names some of them fifty times."""


class Asset(NamedTuple):
    """One static file; as text it is its address."""

    url: str
    integrity: str

    def __str__(self) -> str:
        return self.url


class Assets:
    """The files of one static folder, served below `prefix`."""

    def __init__(self, folder: Path, prefix: str = "/static/") -> None:
        self._folder = str(folder)
        self._prefix = prefix
        self._known: dict[str, tuple[float, Asset]] = {}
        self._scripts: tuple[float, str] = (0.0, "")

    def __call__(self, path: str) -> Asset:
        """The file at `path` below the folder; raises FileNotFoundError."""
        now = time.monotonic()
        until, asset = self._known.get(path, (0.0, None))
        if asset is None or until < now:
            file = f"{self._folder}/{path}"
            asset = _asset(path, file, os.stat(file).st_mtime_ns)
            asset = asset._replace(url=self._prefix + (self._script(path) if is_script(path) else asset.url))
            self._known[path] = now + TRUSTED_SECONDS, asset
        return asset

    def _script(self, path: str) -> str:
        return f"~{self.scripts_version()}/{path}"

    def scripts_version(self) -> str:
        """The version of our own scripts, which changes when any of them does."""
        now = time.monotonic()
        until, version = self._scripts
        if until < now:
            version = _version(tuple(sorted(_scripts(self._folder))))
            self._scripts = now + TRUSTED_SECONDS, version
        return version

    def icon(self, name: str, extra: str = "") -> Markup:
        """One icon, hidden from screen readers: the words stand beside it. A name that is none draws nothing.

        It is drawn into the page. A browser that is sent to the sprite reads all of its icons anew for each page.
        """
        return _icon(f"{self._folder}/{ICONS}", self(ICONS).integrity, name, extra)


def is_script(path: str) -> bool:
    """Whether the file at this path below the static folder is a script of our own."""
    return path.endswith(".js") and not path.startswith(VENDOR)


def _scripts(folder: str) -> Iterator[tuple[str, int]]:
    for file in Path(folder).rglob("*.js"):
        if is_script(file.relative_to(folder).as_posix()):
            yield str(file), file.stat().st_mtime_ns


@lru_cache(maxsize=4)
def _version(files: tuple[tuple[str, int], ...]) -> str:
    """Of these files, whose second parts make a changed file a new question."""
    digest = hashlib.sha256()
    for file, _modified in files:
        digest.update(hashlib.sha256(Path(file).read_bytes()).digest())
    return digest.hexdigest()[:10]


@lru_cache(maxsize=512)
def _asset(path: str, file: str, modified: int) -> Asset:
    """`modified` makes a changed file a new question."""
    integrity = "sha384-" + base64.b64encode(hashlib.sha384(Path(file).read_bytes()).digest()).decode()
    version = hashlib.sha256(integrity.encode()).hexdigest()[:10]
    return Asset(f"{path}?v={version}", integrity)


@lru_cache(maxsize=1024)
def _icon(sprite: str, integrity: str, name: str, extra: str) -> Markup:
    """A page draws the same few icons again and again."""
    return ICON.format(extra, _drawings(sprite, integrity).get(name, ""))


@lru_cache(maxsize=4)
def _drawings(sprite: str, integrity: str) -> dict[str, Markup]:
    """What each symbol of a sprite holds; `integrity` makes a changed file a new question."""
    text = Path(sprite).read_text(encoding="utf-8")
    return {name: Markup(drawing) for name, drawing in SYMBOL.findall(text)}
