"""Fixed values as expressions: what an admin chose from a list is stored as a literal, and shown as a choice again."""

import ast
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_WORDS = {"true": True, "false": False}


def write(given: Mapping[str, Any]) -> str:
    """The expression of `{"value": json}` or `{"text": expression}`; nothing fixed is `null`."""
    return str(given["text"]) if "text" in given else literal(given.get("value"))


def read(source: str) -> dict[str, Any]:
    """`{"value": json}` where the expression is a plain literal, else `{"text": expression}`."""
    text = source.strip()
    if text in _WORDS:
        return {"value": _WORDS[text]}
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return {"text": source}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (
            {"value": int(text) if text.lstrip("-").isdecimal() else Decimal(text)}
            if _plain(text)
            else {"text": source}
        )
    if isinstance(value, str) or (isinstance(value, list) and all(isinstance(part, str) for part in value)):
        return {"value": value}
    return {"text": source}


def literal(value: Any) -> str:
    """A JSON value as an expression that gives it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(literal(part) for part in value) + "]"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    """A text in quotes; only what would end it or break the line is escaped, so that it reads as it was typed."""
    for mark, escaped in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(mark, escaped)
    return f"'{text}'"


def _plain(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal()
