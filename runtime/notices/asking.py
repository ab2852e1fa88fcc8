"""What an address asks of notices. Pure."""

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
