"""A world that keeps what was asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from runtime.contracts import Answer, Change, Outgoing, Saved
from runtime.flows import schedule


@dataclass
class Kept:
    """A World for one step, by hand."""

    now: datetime = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
    idempotency_key: str = "run:step"
    app_id: str = "app"
    form: str | None = "customer"
    changes: list[Change] = field(default_factory=list)
    finds: list[tuple[Any, ...]] = field(default_factory=list)
    found: list[dict[str, Any]] = field(default_factory=list)
    notices: list[tuple[Any, ...]] = field(default_factory=list)
    calls: list[Outgoing] = field(default_factory=list)
    answers: list[Answer | Exception] = field(default_factory=list)

    def later(self, duration: str) -> datetime:
        return schedule.after(self.now, duration)

    def moment(self, value: str) -> datetime:
        return schedule.moment_of(value, "Asia/Shanghai")

    def change_record(self, change: Change) -> Saved:
        self.changes.append(change)
        return Saved(change.record_id or "new", 1, dict(change.answers))

    def find_records(
        self, form: str, filter: Mapping[str, Any], sort: Sequence[str], limit: int
    ) -> list[dict[str, Any]]:
        self.finds.append((form, filter, tuple(sort), limit))
        return self.found

    def notify(self, people: Sequence[Mapping[str, Any]], text: Mapping[str, Any]) -> int:
        self.notices.append((people, text["title"], text.get("body")))
        return len(people)

    def call(self, outgoing: Outgoing) -> Answer:
        self.calls.append(outgoing)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def world() -> Kept:
    return Kept()
