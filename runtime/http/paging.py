"""Bounds of a page as asked for in an address."""

from collections.abc import Mapping

from runtime.contracts import BadRequest
from runtime.i18n import message

SMALLEST, USUAL, LARGEST = 1, 50, 200


def limit_of(args: Mapping[str, str], usual: int = USUAL, largest: int = LARGEST) -> int:
    """How many items are wanted, from `limit`; raises BadRequest for what is no number within bounds."""
    text = args.get("limit")
    if text is None or text == "":
        return usual
    if not text.isascii() or not text.isdigit() or not SMALLEST <= int(text[:6]) <= largest:
        raise BadRequest(message("limit must be a number from 1 to %(largest)s.", largest=largest))
    return int(text)
