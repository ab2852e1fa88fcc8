"""Errors in words, kept so that they can be translated for whoever reads them. Pure."""

from collections.abc import Mapping
from typing import Any

from runtime.contracts import Fault, Refused
from runtime.expressions import EvaluationError, ExpressionError
from runtime.i18n import Message, message

LONGEST = 2_000


def words_of(error: Exception) -> Message:
    """What went wrong."""
    if isinstance(error, Fault):
        return error.why
    if isinstance(error, EvaluationError | ExpressionError):
        return error.message
    if isinstance(error, Refused) and error.problems:
        first = error.problems[0]
        return message("%(field)s: %(problem)s", field=first.pointer.lstrip("/"), problem=first.message)
    text = str(error).partition("\n")[0][:500].replace("\0", "")
    return message("An unforeseen error: %(error)s", error=text or type(error).__name__)


def stopped(text: str) -> Message:
    """What a flow says when it ends itself as failed."""
    return message("The flow ended itself: %(text)s", text=text[:500])


def to_json(words: Message) -> dict[str, Any]:
    """A message as JSON."""
    return {"text": words.id[:LONGEST], "values": {name: _value(value) for name, value in words.values.items()}}


def _value(value: Any) -> Any:
    if isinstance(value, Message):
        return to_json(value)
    return value if value is None or isinstance(value, bool | int) else str(value)[:LONGEST].replace("\0", "")


def from_json(kept: Mapping[str, Any]) -> Message:
    """The message of what `to_json` wrote."""
    given = (kept.get("values") or {}).items()
    values = {name: from_json(part) if isinstance(part, Mapping) else part for name, part in given}
    return Message(kept["text"], values)
