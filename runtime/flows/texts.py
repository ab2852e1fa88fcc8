"""Texts of a config whose values must not break what they are put into: a path of an address, a JSON body. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import simplejson

from runtime.contracts import Refused
from runtime.documents import parse
from runtime.expressions import EvaluationError, Text, compile_text, json_of
from runtime.expressions.templates import Show
from runtime.i18n import message

Path = tuple[str, ...] | None

_SAMPLE = {True: "", False: "0"}
"""What stands for a value inside a string, and elsewhere."""


@dataclass(frozen=True)
class PathText:
    """A path: a value that is put in stays one piece of it, whatever signs it holds."""

    text: Text

    def evaluate(self, names: Mapping[str, Any], show: Show) -> str:
        """The path; raises EvaluationError."""
        return self.text.evaluate(names, lambda value, path: quote(show(value, path), safe=""))


@dataclass(frozen=True)
class JsonText:
    """JSON: inside a string a value is put in as it is displayed, elsewhere as the JSON value it is."""

    text: Text

    def evaluate(self, names: Mapping[str, Any], show: Show) -> str:
        """The JSON; raises EvaluationError, also when it is none."""
        places = iter(self.text.in_strings)

        def written(value: Any, path: Path) -> str:
            return _dumped(show(value, path))[1:-1] if next(places) else _dumped(json_of(value))

        whole = self.text.evaluate(names, written)
        if whole.strip() and not is_json(whole):
            raise EvaluationError(message("This is not valid JSON once the values are put in."), 0)
        return whole


def compile_path(source: str) -> PathText:
    """The path of a source; raises ExpressionError."""
    return PathText(compile_text(source))


def compile_json(source: str) -> JsonText:
    """The JSON of a source; raises ExpressionError."""
    return JsonText(compile_text(source))


def may_become_json(source: str) -> bool:
    """Whether a source that can be read is JSON once values are put in."""
    text = compile_text(source)
    places = iter(text.in_strings)
    pieces = (part if isinstance(part, str) else _SAMPLE[next(places)] for part in text.parts)
    return not source.strip() or is_json("".join(pieces))


def is_json(text: str) -> bool:
    """Whether a text is JSON that a document may hold."""
    try:
        parse(text)
    except Refused:
        return False
    return True


def _dumped(value: Any) -> str:
    return str(simplejson.dumps(value, use_decimal=True, ensure_ascii=False))
