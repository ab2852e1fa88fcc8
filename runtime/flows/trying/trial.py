"""What came of trying a flow: its steps, and what each would have done. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.contracts import Json
from runtime.flows.picture.telling import Told
from runtime.i18n import Message
from widgets.base import Ref

MOST_STEPS = 200
"""So many steps one trial takes."""

MOST_SECONDS = 5.0
"""So long one trial may take; looked at between steps."""


@dataclass(frozen=True)
class Subject:
    """What a flow is tried on: a record by its id, answers as somebody might give them, or what another system sends.

    `anyway` goes on although the trigger's condition does not hold.
    """

    record_id: str | None = None
    answers: Mapping[str, Any] | None = None
    content: Json = None
    anyway: bool = False


@dataclass(frozen=True)
class Trial:
    """The whole way of a flow that was tried. `why` says why it did not start, or where it was cut off."""

    trigger: str
    starts: bool
    why: Message | None
    steps: list[Told] = field(default_factory=list)
    labels: Mapping[Ref, str] = field(default_factory=dict)
    """What records are called that would have been made or changed."""

    @property
    def failed(self) -> bool:
        """Whether a real run would stand still with an incident."""
        return any(step.state == "failed" for step in self.steps)
