"""The ready-made apps, as app/1 documents in files."""

from functools import cache
from pathlib import Path
from typing import Any

from runtime.documents import parse

FOLDER = Path(__file__).parent / "catalog"


@cache
def catalog() -> dict[str, dict[str, Any]]:
    """All ready-made apps by key; not to be changed."""
    return {path.stem: parse(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
