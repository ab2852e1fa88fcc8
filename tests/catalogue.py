"""Every text that people read, found in code and templates; `python -m tests.catalogue` updates the .po file."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from widgets.base import registry

ROOT = Path(__file__).parents[1]
CHINESE = ROOT / "runtime/translations/zh/LC_MESSAGES/messages.po"

HEADER = "# The texts of Trellis in Chinese. `python -m tests.catalogue` brings it up to date with the code."
DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""Always the same: a catalogue differs only where a text does."""

METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**.html", "jinja2")]
WORDS: Mapping[str, Any] = {
    **DEFAULT_KEYWORDS,
    **dict.fromkeys(("message", "translate"), None),
    **dict.fromkeys(("_ask", "_keyword", "_formula"), None),  # the builder's panels name their questions so
}
"""The functions whose first argument is a text."""


def extracted() -> Catalog:
    """All texts in the code, with the files they stand in."""
    found = Catalog(
        locale="zh", project="Trellis", version="1", fuzzy=False, charset="utf-8", header_comment=HEADER,
        creation_date=DATE, revision_date=DATE, last_translator="Trellis", language_team="zh",
    )  # fmt: skip
    for floor in ("widgets", "runtime", "builder"):
        texts = extract_from_dir(ROOT / floor, METHODS, keywords=WORDS, comment_tags=(), directory_filter=_is_source)
        for path, _line, text, _comments, _context in texts:
            found.add(text, locations=[(f"{floor}/{path}", None)])
    for path, title in _titles():
        found.add(title, locations=[(path, None)])
    return found


def _is_source(folder: Any) -> bool:
    return not Path(folder).name.startswith((".", "__pycache__"))


def _titles() -> Iterator[tuple[str, str]]:
    """The titles of field types and of their options: plain attributes, not calls."""
    for name, widget in registry().items():
        titles = [widget.title, *(option.get("title") for option in widget.options.values())]
        yield from ((f"widgets/{name}.py", title) for title in titles if title)


def chinese() -> Catalog:
    """The catalogue as it stands."""
    with CHINESE.open("rb") as file:
        return read_po(file, locale="zh")


def update(translations: Mapping[str, str] | None = None) -> list[str]:
    """Write the catalogue anew from the code, keeping what is translated; gives the texts still without Chinese."""
    known = {str(one.id if isinstance(one.id, str) else one.id[0]): one.string for one in chinese()} | {
        id: text for id, text in (translations or {}).items() if text
    }
    fresh = extracted()
    for one in fresh:
        if one.id:
            id = one.id if isinstance(one.id, str) else one.id[0]
            text = known.get(id) or ""
            one.string = text if isinstance(one.id, str) or isinstance(text, tuple) else (text,)
    with CHINESE.open("wb") as file:
        write_po(file, fresh, width=110, sort_output=True, include_lineno=False)
    return [str(one.id) for one in fresh if one.id and not any(one.string)]


if __name__ == "__main__":
    CHINESE.parent.mkdir(parents=True, exist_ok=True)
    CHINESE.exists() or CHINESE.write_text("")
    for text in update():
        print("no Chinese yet:", text)
