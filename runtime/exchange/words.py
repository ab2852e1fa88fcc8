"""Messages as they are kept, to be said in the reader's language later."""

from collections.abc import Mapping
from typing import Any

from runtime.i18n import Message


def kept_message(text: Message) -> dict[str, Any]:
    """A message as plain JSON."""
    return {"id": text.id, "values": {name: str(value) for name, value in text.values.items()}}


def message_of(kept: Mapping[str, Any], title: str | None = None) -> Message:
    """The message again, with the field it speaks of called by its title where that is given."""
    values = kept["values"]
    return Message(kept["id"], values | {"field": title} if title and "field" in values else values)
