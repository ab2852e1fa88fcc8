"""Static files by path: the address with its version, and the hash a browser holds it to."""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

ICONS = "vendor/tabler-icons-3.51.0/icons.svg"


class Asset(NamedTuple):
    """One static file; as text it is its address."""

    url: str
    integrity: str

    def __str__(self) -> str:
        return self.url


class Assets:
    """The files of one static folder, served below `prefix`."""

    def __init__(self, folder: Path, prefix: str = "/static/") -> None:
        self._folder = folder
        self._prefix = prefix

    def __call__(self, path: str) -> Asset:
        """The file at `path` below the folder; raises FileNotFoundError."""
        file = self._folder / path
        integrity = sha384(file, file.stat().st_mtime_ns)
        version = hashlib.sha256(integrity.encode()).hexdigest()[:10]
        return Asset(f"{self._prefix}{path}?v={version}", integrity)

    def icon(self, name: str, extra: str = "") -> Markup:
        """One icon of the sprite, hidden from screen readers: the words stand beside it."""
        return Markup('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
            extra, self(ICONS).url, name
        )


@lru_cache(maxsize=512)
def sha384(file: Path, modified: int) -> str:
    """The integrity value of a file; `modified` makes a changed file a new question."""
    return "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()
