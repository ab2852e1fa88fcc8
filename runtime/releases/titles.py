"""What an app is called in all its languages, in a document and beside it. Pure."""

from collections.abc import Mapping
from typing import Any

Texts = Mapping[str, Mapping[str, str]]


def titles_of(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What an app/1 document calls the app in other languages, as it is kept beside its title."""
    beside: Texts = document.get("x-texts") or {}
    return {lang: {"title": str(texts["title"])} for lang, texts in beside.items() if texts.get("title")}


def called(document: Mapping[str, Any], title: str, others: Mapping[str, str]) -> dict[str, Any]:
    """The document under another title; `others` are those by other language, "" for none."""
    texts = {lang: dict(said) for lang, said in (document.get("x-texts") or {}).items()}
    for lang, other in others.items():
        said = {key: text for key, text in texts.get(lang, {}).items() if key != "title"}
        texts[lang] = {"title": other, **said} if other else said
    kept = {key: value for key, value in document.items() if key != "x-texts"}
    return {**kept, "title": title, **({"x-texts": texts} if any(texts.values()) else {})}
