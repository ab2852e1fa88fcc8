"""Another name for a step, in every expression that reads it."""

import re
from collections.abc import Mapping

from runtime.expressions.errors import ExpressionError
from runtime.expressions.tokens import tokenize

_ROOT = "steps"
_STEP = re.compile(r"\s*(?:\.\s*(?P<name>\w+)|\[\s*(['\"])(?P<text>\w+)\2\s*\])")
_PLACE = re.compile(r"""\{\{((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?!\}\})[^'"])*)\}\}""", re.DOTALL)


def rename_steps(source: str, names: Mapping[str, str]) -> str:
    """The expression with `steps.OLD` as `steps.NEW`; one that cannot be read stays as it is."""
    try:
        tokens = tokenize(source)
    except ExpressionError:
        return source
    for end, name in sorted(tokens.names.items(), reverse=True):
        found = _STEP.match(tokens.line, end)
        if name != _ROOT or found is None or tokens.line[: end - len(name)].rstrip().endswith("."):
            continue
        part = "name" if found["name"] else "text"
        source = source[: found.start(part)] + names.get(found[part], found[part]) + source[found.end(part) :]
    return source


def rename_steps_in_text(text: str, names: Mapping[str, str]) -> str:
    """The text with the same done in each `{{ expression }}`."""
    return _PLACE.sub(lambda found: "{{" + rename_steps(found.group(1), names) + "}}", text)
