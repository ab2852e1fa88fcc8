"""The world of a step that is only tried: it reads what is there, and notes what it would have changed.

It stands beside the real world, not on it: a door that is opened for actions later stays shut here until somebody
decides what trying it means (`test_every_door_of_the_world_is_decided`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from runtime.answers import read
from runtime.contracts import Actor, Answer, Change, Event, Forbidden, NotFound, Outgoing, Refused, Saved
from runtime.db import new_id
from runtime.flows.names import Facts
from runtime.flows.sight.service import Scene, Sight
from runtime.flows.world.service import NobodyFound
from runtime.i18n import Message, message, speaker, text_in
from runtime.identity import service as identity
from runtime.records.access import names_for
from runtime.records.around import service as around
from runtime.records.compiled import form_of
from runtime.records.query import Query
from runtime.records.reading import service as reading
from runtime.records.references import service as references
from runtime.releases.published import Published
from widgets.base import Field, Reader, Ref, display, widget_of

MOST_NAMED = 5
"""So many people are named that would be told."""


@dataclass
class Ground:
    """What all steps of one trial share: who tries, the record, and what has been changed only here.

    `changed` holds records by form and id as they would be by now; None for one that would be deleted.
    """

    actor: Actor
    event: Event | None = None
    changed: dict[tuple[str, str], Facts | None] = field(default_factory=dict)

    def labels(self, published: Published) -> dict[Ref, str]:
        """What the changed records would be called."""
        kept = {key: facts for key, facts in self.changed.items() if facts is not None}
        return {
            key: around.label_of(facts.data, form_of(published, key[0]).label, key[1]) for key, facts in kept.items()
        }


class TriedSight(Sight):
    """What a step sees that is only tried: with the rights of who tries, over what would have been changed."""

    def __init__(self, scene: Scene, ground: Ground) -> None:
        super().__init__(scene)
        self.ground = ground

    @cached_property
    def actor(self) -> Actor:
        return self.ground.actor

    @property
    def event(self) -> Event | None:
        return self.ground.event

    def _read(self, form: str, id: str) -> Facts:
        if (form, id) not in self.ground.changed:
            return super()._read(form, id)
        facts = self.ground.changed[form, id]
        if facts is None:
            raise NotFound(message("There is no such record."))
        return facts

    def facts(self, form: str, id: str) -> Facts:
        """A record as it would be by now; raises NotFound."""
        self.scene.known.pop("facts", None)
        return self._read(form, id)

    def labels(self, fields: Mapping[str, Field], values: Mapping[str, Any]) -> dict[Ref, str]:
        """What the records and people in these values are called, those that stand only here too."""
        refs: dict[str, set[str]] = {}
        for name, one in fields.items():
            for target, id in widget_of(one.schema).refs(values.get(name), one):
                refs.setdefault(target, set()).add(id)
        try:
            found = around.names(self.app_id, refs, self.actor)
        except NotFound:
            found = {}
        return found | self.ground.labels(self.scene.published)


class DryWorld:
    """A contracts.World without effects; `would` is what the step would have done, in words."""

    def __init__(self, sight: TriedSight, node: str) -> None:
        self._sight = sight
        self._node = node
        self.would: list[Message] = []

    @property
    def now(self) -> datetime:
        return self._sight.now

    @property
    def idempotency_key(self) -> str:
        return f"trial:{self._node}"

    @property
    def app_id(self) -> str:
        return self._sight.app_id

    @property
    def form(self) -> str | None:
        return self._sight.scene.form

    def later(self, duration: str) -> datetime:
        return self._sight.later(duration)

    def moment(self, value: str) -> datetime:
        return self._sight.moment(value)

    def find_records(
        self, form: str, filter: Mapping[str, Any], sort: Sequence[str], limit: int
    ) -> list[dict[str, Any]]:
        """What is there; nothing in a form that is not live yet."""
        query = Query(filter=filter if filter.get("and") else None, sort=tuple(sort), limit=limit, count=False)
        try:
            found = reading.page(self.app_id, form, query, self._sight.actor)
        except NotFound:
            return []
        return [{**record.data, "id": record.id, "owner": record.owner_id} for record in found.items]

    def notify(self, people: Sequence[Mapping[str, Any]], text: Mapping[str, Any]) -> int:
        ids = self._sight.people(people)
        if not ids:
            raise NobodyFound(message("Nobody was found who should be told."))
        names = ", ".join(identity.member_names(ids[:MOST_NAMED]).values())
        more = "" if len(ids) <= MOST_NAMED else f" +{len(ids) - MOST_NAMED}"
        self.would.append(message("Would tell %(people)s: %(title)s", people=names + more, title=text["title"]))
        return len(ids)

    def call(self, outgoing: Outgoing) -> Answer:
        raise Forbidden(message("Nothing outside is called while a flow is tried."))

    def change_record(self, change: Change) -> Saved:
        """What the record would be; raises Refused for what its form would not take."""
        key = (change.form, change.record_id or new_id())
        before = self._sight.facts(*key) if change.record_id else None
        if change.act == "delete":
            self._sight.ground.changed[key] = None
            self.would.append(message("Would delete the record of %(form)s", form=self._title(change.form)))
            return Saved(key[1], 1, {})
        data, changed = self._answered(change, before)
        self._sight.ground.changed[key] = Facts(key[1], data, self._system(before, change))
        self._sight.forget(*key)
        self.would.append(self._said(change, {name: data.get(name) for name in changed}))
        return Saved(key[1], 1, data)

    def _answered(self, change: Change, before: Facts | None) -> tuple[dict[str, Any], Sequence[str]]:
        sight = self._sight
        form = form_of(sight.scene.published, change.form)
        known = {} if before is None else dict(before.data)
        found = names_for(sight.actor, sight.now)
        found["linked"] = references.linked(sight.scene.published, form, {**known, **change.answers}, sight.actor)
        given = before.data if before is not None else None
        answers = read(form, change.answers, before=given, names=found, lang=sight.actor.lang)
        if answers.problems:
            raise Refused(answers.problems)
        return answers.data, answers.changed

    def _system(self, before: Facts | None, change: Change) -> dict[str, Any]:
        kept = dict(before.system) if before else system_facts(self._sight.actor, self._sight.now)
        return kept | ({"owner": change.owner_id} if change.owner_id else {})

    def _said(self, change: Change, values: Mapping[str, Any]) -> Message:
        words = {"form": self._title(change.form), "values": self._listed(change.form, values)}
        if change.act == "create":
            return Message(_WOULD_CREATE.id, words)
        return Message(_WOULD_CHANGE.id if values else _WOULD_NOT_CHANGE.id, words)

    def _title(self, form: str) -> str:
        return text_in(self._sight.actor.lang, self._sight.scene.published.one("forms", form), "title") or form

    def _listed(self, form: str, values: Mapping[str, Any]) -> str:
        actor, known = self._sight.actor, form_of(self._sight.scene.published, form).fields
        fields = {name: Field(name, known[name].schema) for name in values if name in known}
        labels = self._sight.labels(fields, values)
        reader = Reader(actor.lang, actor.timezone, labels, "", partial(text_in, actor.lang), speaker(actor.lang))
        said = ((text_in(actor.lang, one.schema, "title") or name, values[name], one) for name, one in fields.items())
        return ", ".join(f"{title} = {display(value, one, reader) or '—'}" for title, value, one in said)


_WOULD_CREATE = message("Would create in %(form)s: %(values)s")
_WOULD_CHANGE = message("Would change in %(form)s: %(values)s")
_WOULD_NOT_CHANGE = message("Would change nothing in %(form)s: it says this already")


def system_facts(actor: Actor, now: datetime) -> dict[str, Any]:
    """What the system would keep of a record that somebody makes now."""
    who = dict.fromkeys(("owner", "created_by", "updated_by"), actor.member_id)
    return who | {"department": actor.department_id, "created_at": now, "updated_at": now, "rev": 1}
