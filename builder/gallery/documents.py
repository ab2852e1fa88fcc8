"""The ready-made apps, as app/1 documents in files."""

from pathlib import Path
from typing import Any

from runtime.documents import parse

FOLDER = Path(__file__).parent / "catalog"


def document(key: str) -> dict[str, Any]:
    """The app/1 of that key; raises FileNotFoundError."""
    found: dict[str, Any] = parse((FOLDER / f"{key}.json").read_text(encoding="utf-8"))
    return found
