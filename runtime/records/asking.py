"""Questions about records as they stand in an address: filter, sort, limit, cursor, fields, group, metric."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import simplejson

from runtime.contracts import BadRequest, Refused
from runtime.documents import parse
from runtime.i18n import message
from runtime.records.query import MAX_LIMIT, Query

USUAL = 50


class Arguments(Protocol):
    """What came behind the question mark, each name once or several times."""

    def get(self, key: str, /) -> str | None: ...

    def getlist(self, key: str, /) -> Sequence[str]: ...


def query_of(args: Arguments) -> Query:
    """The page an address asks for; raises BadRequest."""
    fields = names_of(args.getlist("fields"))
    return Query(
        filter=filter_in(args.get("filter")),
        sort=tuple(names_of(args.getlist("sort"))),
        limit=_limit(args.get("limit")),
        cursor=args.get("cursor") or None,
        fields=tuple(fields) if args.getlist("fields") else None,
    )


def filter_in(text: str | None) -> Mapping[str, Any] | None:
    """Filter JSON as text; raises BadRequest for what is no JSON object."""
    if not text:
        return None
    try:
        found = parse(text)
    except (Refused, BadRequest):
        found = None
    if not isinstance(found, Mapping):
        raise BadRequest(message("This is not a filter."))
    return found


def json_text(value: Any) -> str:
    """A value as JSON text, as addresses hold it."""
    return str(simplejson.dumps(value, use_decimal=True, ensure_ascii=False, separators=(",", ":")))


def names_of(values: Iterable[str]) -> list[str]:
    """Names given several times, or with commas between; a JSON list where a name itself has a comma."""
    names: list[str] = []
    for value in values:
        if value.startswith("["):
            names += _listed(value)
        else:
            names += [name for name in value.split(",") if name]
    return names


def _listed(text: str) -> list[str]:
    try:
        found = parse(text)
    except (Refused, BadRequest):
        found = None
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise BadRequest(message("A list of names is needed here."))
    return found


def _limit(text: str | None) -> int:
    if not text:
        return USUAL
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise BadRequest(message("A page has 1 to %(limit)s records.", limit=MAX_LIMIT))
    return int(text)


def rev_of(text: str | None) -> int | None:
    """The rev an If-Match header names, quoted or not; None for none and for `*`."""
    value = (text or "").strip().removeprefix("W/").strip('"')
    if value in ("", "*"):
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise BadRequest(message("If-Match must be the rev of the record."))
    return int(value)


def request_key(text: str | None) -> str | None:
    """An Idempotency-Key header; raises BadRequest when it is no text that can be kept."""
    if text is not None and not (1 <= len(text) <= 200 and text.isprintable()):
        raise BadRequest(message("An Idempotency-Key has 1 to 200 characters."))
    return text
