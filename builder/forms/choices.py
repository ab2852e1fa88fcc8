"""Options of a choice, edited as lines of text: one title a line, values kept where a title only changed."""

from collections.abc import Mapping, Sequence
from typing import Any

Options = list[dict[str, Any]]


def lines_of(options: Sequence[Mapping[str, Any]]) -> str:
    """The titles, one a line."""
    return "\n".join(str(option.get("title") or option["const"]) for option in options)


def options_of(lines: str, before: Sequence[Mapping[str, Any]]) -> Options:
    """The options that the lines mean; the value of a known title, or of the one renamed in its place, stays."""
    titles = list(dict.fromkeys(line.strip() for line in lines.splitlines() if line.strip()))
    known = {str(option.get("title") or option["const"]): dict(option) for option in before}
    gone = [option for title, option in known.items() if title not in titles]
    fresh = [title for title in titles if title not in known]
    if len(gone) == len(fresh):
        renamed = {title: {**option, "title": title} for title, option in zip(fresh, gone, strict=True)}
        known |= renamed
    taken = {known[title]["const"] for title in titles if title in known}
    return [known.get(title) or _new(title, taken) for title in titles]


def _new(title: str, taken: set[Any]) -> dict[str, Any]:
    const, number = title, 2
    while const in taken:
        const, number = f"{title} {number}", number + 1
    taken.add(const)
    return {"const": const, "title": title}
