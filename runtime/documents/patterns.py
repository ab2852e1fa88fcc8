"""Tenant patterns, run by a linear-time engine."""

import re
from functools import lru_cache
from typing import Any

import re2

_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 20


class PatternError(ValueError):
    """The pattern is broken, or needs look-around or back references, which cost exponential time."""


@lru_cache(maxsize=2048)
def compile_pattern(source: str) -> Any:
    """A compiled pattern with `search`; raises PatternError. `\\u4e00`, as JavaScript writes it, is understood."""
    try:
        return re2.compile(_UNICODE.sub(r"\\x{\1}", source), _OPTIONS)
    except re2.error as broken:
        reason = broken.args[0]
        raise PatternError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from None
    except UnicodeEncodeError:
        raise PatternError("half a character") from None


def matches(source: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text; `$` is the very end, never before a line break."""
    return compile_pattern(source).search(text) is not None
