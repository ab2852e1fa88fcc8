"""What a trigger that is only tried gives to the steps after it, and whether it would have taken a record. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from runtime.contracts import Actor, Json, Refused, Timed
from runtime.flows.compiled import Node
from runtime.flows.deliveries import WEBHOOK, agreed, content_problems
from runtime.flows.names import Facts
from runtime.permissions.filters import Asked, holds, row


def output_of(trigger: Node, kind: Any, content: Json, now: datetime) -> Json:
    """The trigger's output, as if the clock had struck or `content` had been sent; None for any other.

    Raises Refused for content that is not as agreed.
    """
    if trigger.type == WEBHOOK:
        if problems := content_problems(content, agreed(trigger.config)):
            raise Refused(problems)
        return content
    return {"at": now.isoformat()} if hasattr(kind, "plan") else None


def takes(
    kind: Timed,
    filled: Mapping[str, Any],
    facts: Facts,
    schemas: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> bool:
    """Whether a trigger that the clock pulls would start a run for this record today; `filled` is its config."""
    zone = ZoneInfo(filled.get("timezone") or actor.timezone)
    today = now.astimezone(zone).date()
    filter = kind.filter(filled, today)
    if not filter:
        return True
    system = {name: value for name, value in facts.system.items() if name not in ("id", "owner", "department")}
    seen = row(facts.data, facts.id, facts.system.get("owner"), facts.system.get("department") or "", **system)
    return holds(filter, seen, Asked(schemas, today, zone, actor.member_id))
