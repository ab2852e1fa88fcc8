"""What a worker holds while it works on something. Pure."""

from dataclasses import dataclass
from datetime import datetime


class Lost(Exception):
    """Somebody else has taken over: whatever was about to be written must not be."""


@dataclass(frozen=True)
class Claim:
    """A row of the dispatch list in our hands: nobody else takes it before `until`; `fence` proves that it is ours."""

    tenant_id: str
    id: str
    kind: str
    fence: int
    until: datetime
