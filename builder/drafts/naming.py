"""What one more app of the same documents is called: a number behind its name, in every language. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from builder.drafts.parts import reworded
from runtime.releases.titles import called, titles_of


def names_of(title: str, texts: Mapping[str, Mapping[str, str]]) -> set[str]:
    """All that an app is called, in its own language and in others."""
    return {title} | {said["title"] for said in texts.values() if said.get("title")}


def numbered(document: Mapping[str, Any], taken: Collection[str]) -> dict[str, Any]:
    """The document under its own names, or those with the least number that is free in every language."""
    title, others = str(document.get("title", "")), {lang: said["title"] for lang, said in titles_of(document).items()}
    names = {title, *others.values()}
    tails = ("", *(f" {number}" for number in range(2, len(taken) + 3)))
    tail = next(tail for tail in tails if all(f"{name}{tail}" not in taken for name in names))
    return called(document, f"{title}{tail}", {lang: f"{other}{tail}" for lang, other in others.items()})


def named(document: Mapping[str, Any], title: str, taken: Collection[str]) -> dict[str, Any]:
    """The document called `title`, in every language where that is its own name or the next one's ("" for that)."""
    for known in (numbered(document, taken), numbered(document, ())):
        if not title or title in names_of(known["title"], titles_of(known)):
            return known
    return reworded(document, title=title)
