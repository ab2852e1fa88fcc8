"""Splits source text into tokens before Python's parser sees it.

Python's reader would round `0.1` to a float, normalise names (`ＡＢＣ` becomes `ABC`) and warn about escapes; what it
must not decide is taken from the tokens instead.
"""

import re
from dataclasses import dataclass

from runtime.expressions.errors import ExpressionError
from runtime.i18n import Message, message

MAX_SOURCE = 2_000
"""Characters in one expression."""

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\f\u00a0\u3000]+)
      | (?P<text>'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")
      | (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
      | (?P<operator>==|!=|<=|>=|[-+*/%<>()\[\],.])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:[\\'\"nt]|u(?!0000|[dD][89a-fA-F])[0-9a-fA-F]{4})|(\\|[\x00\ud800-\udfff])")


@dataclass(frozen=True)
class Tokens:
    """A source made safe to parse: `line` has the same length and positions, without line breaks."""

    line: str
    names: dict[int, str]
    """Names as they were written, by the position after their last character."""
    numbers: dict[int, str]
    """Numbers as they were written, by the position of their first character."""


def tokenize(source: str) -> Tokens:
    """The tokens of a source; raises ExpressionError for what no expression can contain."""
    if len(source) > MAX_SOURCE:
        raise ExpressionError(message("This is longer than %(most)s characters.", most=MAX_SOURCE), MAX_SOURCE)
    tokens = Tokens(source, {}, {})
    line: list[str] = []
    position, before = 0, "space"
    while position < len(source):
        kind, end = _next(source, position)
        written = source[position:end]
        _accept(kind, written, before, position, tokens)
        line.append(" " * len(written) if kind == "space" else written)
        position, before = end, kind
    return Tokens("".join(line), tokens.names, tokens.numbers)


def _next(source: str, start: int) -> tuple[str, int]:
    end = start
    while end < len(source) and source[start : end + 1].isidentifier():
        end += 1
    if end > start:
        return "name", end
    found = _TOKEN.match(source, start)
    if found is None or found.lastgroup is None:
        raise ExpressionError(_unreadable(source[start]), start)
    return found.lastgroup, found.end()


def _unreadable(character: str) -> Message:
    if character in "'\"":
        return message("This text has no closing quote.")
    if not character.isprintable():
        return message("There is an invisible character here.")
    return message("“%(character)s” cannot be used here.", character=character)


def _accept(kind: str, written: str, before: str, position: int, tokens: Tokens) -> None:
    if kind == "text":
        _check_text(written, before, position)
    elif kind == "name":
        if before in ("number", "text"):
            raise ExpressionError(message("A space is missing here."), position)
        tokens.names[position + len(written)] = written
    elif kind == "number":
        tokens.numbers[position] = written


def _check_text(written: str, before: str, position: int) -> None:
    if before in ("name", "number", "text"):
        raise ExpressionError(message("A space is missing here."), position)
    for escape in _ESCAPE.finditer(written):
        if escape.group(1):
            raise ExpressionError(message("This character cannot stand in a text."), position + escape.start())
