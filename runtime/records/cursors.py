"""Cursors: a place in an ordered walk as opaque text.

They are not signed: a made-up one can only name another place in what its reader may see anyway, and each value is
held to the type of its column before it goes on.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import simplejson

from runtime.contracts import BadRequest, as_id
from runtime.i18n import message
from runtime.records.slots import Family, as_moment


def pack(scope: str, values: Sequence[Any], id: str, backward: bool = False) -> str:
    """A cursor behind a record; `scope` names the form and order it is good for."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    text = simplejson.dumps([scope, plain, id, backward], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpack(scope: str, families: Sequence[Family], cursor: str) -> tuple[tuple[Any, ...], str, bool]:
    """Sort values, id and direction of a cursor; BadRequest when it was not made for this scope and these columns."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        made_for, values, id, backward = simplejson.loads(text)
        known = tuple(_typed(family, value) for family, value in zip(families, values, strict=True))
        if made_for == scope and as_id(id) and isinstance(backward, bool):
            return known, id, backward
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
        pass
    raise BadRequest(message("This place in the list is not known here; start again from the first page."))


def _typed(family: Family, value: Any) -> Any:
    """A value as its column compares it; raises ValueError."""
    if value is None:
        return None
    match family:
        case "n" if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        case "s" if isinstance(value, str) and "\x00" not in value:
            value.encode()  # half a character is a ValueError
            return value
        case "d" if isinstance(value, str) and (moment := as_moment(value)):
            return moment
        case "r" if id := as_id(value):
            return id
    raise ValueError(value)
