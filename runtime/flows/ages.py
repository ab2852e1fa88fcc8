"""Ids sort by the time of their making: the age of a row is read from its id. Pure."""

from datetime import datetime


def first_id_at(moment: datetime) -> str:
    """The smallest UUIDv7 that is made at a moment."""
    digits = f"{int(moment.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-000000000000"
