"""The world of one step: the doors its action goes through."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from runtime.connections import service as connections
from runtime.connections.credentials import Occasion
from runtime.contracts import Answer, Cause, Change, Fault, Outgoing, Saved
from runtime.flows import items
from runtime.flows.sight.service import Sight
from runtime.i18n import message
from runtime.notices import service as notices
from runtime.records import service as records
from runtime.records.query import MAX_LIMIT, Query
from runtime.records.reading import service as reading


class NobodyFound(Fault):
    """People were to be told or asked, and there is nobody of that kind."""

    status = 422


class StepWorld:
    """A contracts.World bound to one step of one run."""

    def __init__(self, sight: Sight, node: str) -> None:
        self.sight = sight
        self.node = node

    @property
    def now(self) -> datetime:
        return self.sight.now

    @property
    def idempotency_key(self) -> str:
        scene = self.sight.scene
        turn = items.place_of(scene.loops.values())
        return f"{scene.run_id}:{self.node}" + (f":{turn}" if turn else "")

    @property
    def app_id(self) -> str:
        return self.sight.app_id

    @property
    def form(self) -> str | None:
        return self.sight.scene.form

    def later(self, duration: str) -> datetime:
        return self.sight.later(duration)

    def moment(self, value: str) -> datetime:
        return self.sight.moment(value)

    def change_record(self, change: Change) -> Saved:
        cause = Cause(self.sight.scene.run_id, self.sight.scene.depth + 1)
        self.sight.forget(change.form, change.record_id or "")
        return records.change(replace(change, cause=cause), self.sight.actor)

    def find_records(
        self, form: str, filter: Mapping[str, Any], sort: Sequence[str], limit: int
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        more: str | None = ""
        while more is not None and len(found) < limit:
            size = min(limit - len(found), MAX_LIMIT)
            query = Query(filter if filter.get("and") else None, tuple(sort), size, more or None, count=False)
            page = reading.page(self.app_id, form, query, self.sight.actor)
            found += [{**record.data, "id": record.id, "owner": record.owner_id} for record in page.items]
            more = page.next
        return found

    def notify(self, people: Sequence[Mapping[str, Any]], text: Mapping[str, Any]) -> int:
        members = self.sight.people(people)
        if not members:
            raise NobodyFound(message("Nobody was found who should be told."))
        about = notices.About(self.sight.link, self.app_id, self.sight.scene.run_id, self._occasion)
        return notices.tell(members, text, about, urgent=bool(text.get("urgent")))

    @property
    def _occasion(self) -> str | None:
        """What all notices of this step about one batch of changes are told as one by; None outside of a batch."""
        batch = self.sight.event.batch if self.sight.event else None
        return f"{batch}:{self.sight.scene.flow.key}:{self.node}" if batch else None

    def call(self, outgoing: Outgoing) -> Answer:
        return connections.call(self.app_id, outgoing, Occasion(self.idempotency_key, self.now))
