"""Static files by path: the address with its version, and the hash a browser holds it to."""

import base64
import hashlib
import os
import time
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

ICONS = "vendor/tabler-icons-3.51.0/icons.svg"
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

    def __call__(self, path: str) -> Asset:
        """The file at `path` below the folder; raises FileNotFoundError."""
        now = time.monotonic()
        until, asset = self._known.get(path, (0.0, None))
        if asset is None or until < now:
            file = f"{self._folder}/{path}"
            asset = _asset(self._prefix + path, file, os.stat(file).st_mtime_ns)
            self._known[path] = now + TRUSTED_SECONDS, asset
        return asset

    def icon(self, name: str, extra: str = "") -> Markup:
        """One icon of the sprite, hidden from screen readers: the words stand beside it."""
        return _icon(self(ICONS).url, name, extra)


@lru_cache(maxsize=512)
def _asset(url: str, file: str, modified: int) -> Asset:
    """`modified` makes a changed file a new question."""
    integrity = "sha384-" + base64.b64encode(hashlib.sha384(Path(file).read_bytes()).digest()).decode()
    version = hashlib.sha256(integrity.encode()).hexdigest()[:10]
    return Asset(f"{url}?v={version}", integrity)


@lru_cache(maxsize=1024)
def _icon(sprite: str, name: str, extra: str) -> Markup:
    """A page draws the same few icons again and again."""
    return Markup('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>').format(extra, sprite, name)
