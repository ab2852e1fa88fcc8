"""What an address asks of notices. Pure."""

from collections.abc import Iterable
from datetime import date, tzinfo
from itertools import groupby
from typing import Any
from uuid import UUID

from runtime.contracts import BadRequest
from runtime.i18n import message


def cursor_in(text: str | None) -> str | None:
    """Where a page begins; raises BadRequest for what is no id."""
    if not text:
        return None
    try:
        return str(UUID(text))
    except ValueError:
        raise BadRequest(message("“%(name)s” must be an id.", name="cursor")) from None


def by_day(notices: Iterable[Any], zone: tzinfo) -> list[tuple[date, list[Any]]]:
    """Notices under the days on which they came, as that zone tells them; the order stays."""
    groups = groupby(notices, key=lambda one: one.created_at.astimezone(zone).date())
    return [(day, list(some)) for day, some in groups]
