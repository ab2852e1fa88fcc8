"""What flows and reports must hold to beyond their JSON Schema, as far as one document alone can tell."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.contracts import Problem
from runtime.documents.bounds import pointer
from runtime.documents.compiling import compiled, text_problems


def flow_problems(flow: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a flow's settings. Its nodes are asked of `runtime.flows.check`, which knows their types."""
    settings = flow.get("settings")
    together = settings.get("concurrency") if isinstance(settings, dict) else None
    if isinstance(together, dict):
        yield from compiled("/settings/concurrency/key", together.get("key"))[1]


def report_problems(report: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the texts of a report, in every language."""
    blocks = report.get("blocks")
    for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if isinstance(block, dict):
            for at, text in texts_of(block, "text"):
                yield from text_problems(f"/blocks/{index}{at}", text)


def texts_of(part: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    """A text of a part as written and in its other languages, each with the pointer into the part."""
    if key in part:
        yield pointer(key), part[key]
    translations = part.get("x-texts")
    for lang, texts in (translations if isinstance(translations, dict) else {}).items():
        if isinstance(texts, dict) and key in texts:
            yield pointer("x-texts", lang, key), texts[key]
