"""JSON text to plain values, refusing what no document may hold."""

from typing import Any

import simplejson

from runtime.contracts import Json, Problem, Refused
from runtime.documents.bounds import MAX_BYTES, bound_problems
from runtime.i18n import Message, message


def parse(text: str | bytes, max_bytes: int = MAX_BYTES) -> Json:
    """Plain values; fractions come as Decimal.

    Raises Refused for broken JSON, duplicate keys, NaN, more than `max_bytes`, too deep nesting, and texts or
    numbers that the database cannot hold.
    """
    if len(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")) > max_bytes:
        raise _refused("maxLength", message("This is larger than %(bytes)s bytes.", bytes=max_bytes))
    document = _loads(text)
    problems = bound_problems(document, max_bytes)
    if problems:
        raise Refused(problems)
    return document


def _loads(text: str | bytes) -> Json:
    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        return simplejson.loads(
            plain, use_decimal=True, object_pairs_hook=_object, parse_constant=_constant, allow_nan=True
        )
    except UnicodeDecodeError:
        raise _refused("encoding", message("This is not UTF-8 text.")) from None
    except RecursionError:
        raise _refused("depth", message("This is nested too deeply.")) from None
    except simplejson.JSONDecodeError as broken:
        where = message("This is not JSON: line %(line)s, column %(column)s.", line=broken.lineno, column=broken.colno)
        raise _refused("json", where) from None
    except ValueError:
        # Python reads no whole number of more than 4,300 digits.
        raise _refused("number", message("This number is too large.")) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _refused("uniqueKeys", message("The key “%(key)s” is there twice.", key=key[:128]))
        found[key] = value
    return found


def _constant(name: str) -> Any:
    raise _refused("number", message("%(name)s is not a JSON number.", name=name))


def _refused(keyword: str, why: Message) -> Refused:
    return Refused([Problem("", keyword, why)])
