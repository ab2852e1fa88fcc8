"""What a step of a run sees: the record, the event, what earlier steps gave, people, the tenant's clock and words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from sqlalchemy import select

from runtime import events
from runtime.contracts import Actor, BadRequest, Event, Forbidden, NotFound
from runtime.db import current_tenant, db
from runtime.documents import fields_of
from runtime.expressions import Linked, json_of
from runtime.flows import items, schedule
from runtime.flows.binding import Bound
from runtime.flows.compiled import Flow
from runtime.flows.lookups.service import HOME, Shared, look_at
from runtime.flows.names import (
    Facts,
    Fields,
    Needs,
    as_heard,
    clock_values,
    event_facts,
    event_values,
    needs_of,
    output_values,
    record_values,
)
from runtime.i18n import message, speaker, text_in
from runtime.identity import service as identity
from runtime.identity.doors import service as doors
from runtime.identity.finding.service import find_home, resolve_people
from runtime.identity.hours import Home
from runtime.identity.models import Member
from runtime.records import service as records
from runtime.records.around import service as around
from runtime.releases.published import Published
from widgets.base import PERSON, Field, Reader, display


@dataclass(frozen=True)
class Scene:
    """What a step stands in: the run's facts, its flow and release, what earlier steps gave, and the moment.

    `heard` is the event of a trigger that is held against the record as the event left it. `known` keeps what was
    looked up for this run, for all steps that are committed together.
    """

    published: Published
    flow: Flow
    run_id: str
    form: str | None
    record_id: str | None
    event_id: str | None
    actor_id: str | None
    depth: int
    now: datetime
    outputs: Mapping[str, Any]
    heard: Event | None = None
    loops: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The loops that the step stands in, the outermost first: see `runtime.flows.items`."""
    known: dict[str, Any] = field(default_factory=dict)
    shared: Shared = field(default_factory=dict)


class Sight:
    """What one step sees of its scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    @property
    def app_id(self) -> str:
        """The app whose flow it is."""
        return self.scene.published.app_id

    @property
    def now(self) -> datetime:
        """The moment at which the step is taken."""
        return self.scene.now

    def later(self, duration: str) -> datetime:
        """The moment after a duration; raises BadRequest."""
        try:
            return schedule.after(self.now, duration)
        except (ValueError, OverflowError):
            raise BadRequest(message("“%(text)s” is no duration.", text=duration[:50])) from None

    def moment(self, value: str) -> datetime:
        """A written moment, on the tenant's clock where it names none; raises BadRequest."""
        try:
            return schedule.moment_of(value, self.tenant.timezone)
        except ValueError:
            raise BadRequest(message("“%(text)s” is no moment.", text=value[:50])) from None

    # --- who acts, and where -------------------------------------------------------------------

    def _known(self, name: str, look: Callable[[], Any]) -> Any:
        if name not in self.scene.known:
            self.scene.known[name] = look()
        return self.scene.known[name]

    @property
    def tenant(self) -> Home:
        """Where the tenant is."""
        if HOME not in self.scene.shared:
            self.scene.shared[HOME] = find_home(self.scene.published.lang)
        home: Home = self.scene.shared[HOME]
        return home

    @cached_property
    def actor(self) -> Actor:
        """Who the flow acts as; raises Forbidden when that person is not there any more."""
        run_as = self.scene.flow.settings.run_as
        if run_as == "system":
            name = str(self.scene.flow.part.get("title") or self.scene.flow.key)
            home = self.tenant
            return Actor(
                current_tenant(), "system", None, name,
                app_id=self.app_id, lang=home.lang, timezone=home.timezone, week=home.week,
            )  # fmt: skip
        member_id = self.scene.actor_id if run_as == "actor" else self._facts.system.get("owner")
        found = doors.actor_of(member_id) if member_id else None
        if found is None:
            raise Forbidden(message("The person this flow acts for is not there any more."))
        return found[0]

    # --- names ---------------------------------------------------------------------------------

    def fill(self, bound: Bound) -> dict[str, Any]:
        """A node's config with its expressions evaluated and its texts filled in; raises EvaluationError."""
        return bound.fill(self.names(needs_of(bound.reads)), self._show)

    def names(self, needs: Needs) -> dict[str, Any]:
        """What expressions with these needs may look up."""
        clock = clock_values(self.now, self.tenant.timezone, self.tenant.week)
        names: dict[str, Any] = {**clock, "record": None, "item": None}
        if self.scene.record_id:
            names["record"] = self._record(needs)
        if needs.linked:
            names["linked"] = {name: self._linked(name) for name in needs.linked}
        if needs.roots & {"event", "old"} and self.event:
            names |= event_values(self.event, self._fields)
        if "me" in needs.roots:
            names["me"] = self._me()
        at_hand = {loop: self._item(loop, state, needs) for loop, state in self.scene.loops.items()}
        if at_hand and "item" in needs.roots:
            names["item"] = list(at_hand.values())[-1]["item"]
        if "steps" in needs.roots:
            names["steps"] = {id: self._output(id, output) for id, output in self.scene.outputs.items()} | at_hand
        return {"event": None, "old": None, "steps": {}, "linked": {}, "me": None} | names

    def _item(self, loop: str, state: Mapping[str, Any], needs: Needs) -> dict[str, Any]:
        """What a loop gives to the steps inside it: the item at hand, a record as it is now, and its number."""
        thing, form = items.at_hand(state), self._items_form(loop)
        if form is not None:
            thing = self._item_record(form, thing, needs)
        return {"item": thing, "index": state["index"] + 1}

    def _item_record(self, form: str, thing: Any, needs: Needs) -> Any:
        facts = self._item_facts(form, thing)
        if facts is None:
            return output_values(thing, self._fields_of(form))
        wanted = (facts.system.get(name) or facts.data.get(name) for name in needs.item_persons)
        return record_values(facts, self._fields_of(form), self._persons(wanted))

    def _item_facts(self, form: str, thing: Any) -> Facts | None:
        """The record of an item that is one, or its id; None where it is gone."""
        id = thing.get("id") if isinstance(thing, Mapping) else thing
        try:
            return self._read(form, id) if isinstance(id, str) else None
        except NotFound:
            return None

    def _items_form(self, loop: str) -> str | None:
        return items.form_of(self.scene.flow.nodes[loop].config, self._found_in)

    def _found_in(self, step: str) -> str | None:
        node = self.scene.flow.nodes.get(step)
        return node.config.get("form") if node and node.type == "record.find" else None

    @property
    def _around(self) -> tuple[str | None, Facts | None]:
        """The form and record of the innermost loop that goes through records; None and None outside of one."""
        for loop, state in reversed(self.scene.loops.items()):
            if form := self._items_form(loop):
                return form, self._item_facts(form, items.at_hand(state))
        return None, None

    @property
    def event(self) -> Event | None:
        """The event that the run answers, None where there is none."""
        if self.scene.heard is not None:
            return self.scene.heard
        id = self.scene.event_id
        event: Event | None = self._known("event", lambda: events.find(id) if id else None)
        return event

    @cached_property
    def _fields(self) -> Fields:
        return self._fields_of(self.scene.form)

    def _fields_of(self, form: str | None) -> Fields:
        known = form is not None and form in self.scene.published.all("forms")
        return self.scene.published.derived(fields_of, "forms", form) if known and form else {}

    @property
    def _facts(self) -> Facts:
        facts: Facts = self._known("facts", self._find_facts)
        return facts

    def _find_facts(self) -> Facts:
        """The run's record as it is now; once it is deleted, as the event last told of it."""
        scene = self.scene
        if scene.form is None or scene.record_id is None:
            return Facts("", {})
        try:
            facts = self._read(scene.form, scene.record_id)
            return as_heard(facts, scene.heard) if scene.heard else facts
        except NotFound:
            return event_facts(self.event) if self.event else Facts(scene.record_id, {})

    def _read(self, form: str, id: str) -> Facts:
        place = self.app_id, form, id
        if place not in self.scene.shared:
            look_at(self.scene.shared, self.app_id, form, [id])
        facts: Facts | None = self.scene.shared[place]
        if facts is None:
            raise records.not_found()
        return facts

    def _record(self, needs: Needs) -> dict[str, Any]:
        if not needs.record:
            return {"id": self.scene.record_id}
        people = self._persons(self._value(name) for name in needs.persons)
        return record_values(self._facts, self._fields, people)

    def _value(self, name: str) -> Any:
        return self._facts.system.get(name) or self._facts.data.get(name)

    def _linked(self, name: str) -> dict[str, Any] | None:
        target = (self._fields.get(name, {}).get("x-ref") or {}).get("form")
        id = self._facts.data.get(name)
        if not isinstance(target, str) or not isinstance(id, str):
            return None
        try:
            return record_values(self._read(target, id), self._fields_of(target), {})
        except NotFound:
            return None

    def _output(self, id: str, output: Any) -> Any:
        node = self.scene.flow.nodes.get(id)
        if node is None or not node.type.startswith("record."):
            return output
        return output_values(output, self._fields_of(node.config.get("form") or self.scene.form))

    def _me(self) -> Any:
        member_id = self.actor.member_id
        return self._persons([member_id]).get(member_id) if member_id else None

    def _persons(self, ids: Iterable[Any]) -> dict[str, Linked]:
        wanted = {id for id in ids if isinstance(id, str) and len(id) == 36}
        if not wanted:
            return {}
        found = db.session.execute(select(Member.id, Member.name, Member.department_id).where(Member.id.in_(wanted)))
        return {id: Linked(id, {"id": id, "name": name, "department": department}) for id, name, department in found}

    def people(self, wanted: Sequence[Mapping[str, Any]]) -> list[str]:
        """The members that are meant, told from the item at hand, else from the run's record."""
        facts = self._around[1] or self._facts
        fields = {**facts.data, **{name: facts.system.get(name) for name in ("owner", "created_by")}}
        return resolve_people(wanted, self.app_id, fields)

    def forget(self, form: str, record_id: str) -> None:
        """Look anew at a record that is about to change, and at what may hang on it."""
        self.scene.known.pop("facts", None)
        self.scene.shared.pop((self.app_id, form, record_id), None)

    @property
    def link(self) -> str | None:
        """The page of the record that the step is about, after the tenant's own address."""
        form, facts = self._around
        id = facts.id if facts else self.scene.record_id
        form = form if facts else self.scene.form
        return f"a/{self.scene.published.document['key']}/f/{form}/{id}" if form and id else None

    # --- texts ---------------------------------------------------------------------------------

    def _show(self, value: Any, path: tuple[str, ...] | None) -> str:
        """A value in a text, as its field's widget displays it."""
        fields = self._fields if path and path[0] == "record" else self._other_fields(path)
        schema = fields.get(path[-1]) if path and len(path) > 1 else None
        json = json_of(value)
        if schema is None:
            return _plainly(json)
        lang, zone, labels = self.tenant.lang, self.tenant.timezone, self._labels(schema, json)
        reader = Reader(lang, zone, labels, "", partial(text_in, lang), speaker(lang))
        return display(json, Field(path[-1] if path else "", schema), reader)

    def _other_fields(self, path: tuple[str, ...] | None) -> Fields:
        if path and path[0] == "item":
            return self._fields_of(self._around[0])
        if not path or path[0] != "linked" or len(path) < 3:
            return {}
        return self._fields_of((self._fields.get(path[1], {}).get("x-ref") or {}).get("form"))

    def _labels(self, schema: Mapping[str, Any], json: Any) -> dict[tuple[str, str], str]:
        reference = schema.get("x-ref") or {}
        ids = [json] if isinstance(json, str) else []
        if reference.get("person"):
            return {(PERSON, id): name for id, name in identity.member_names(ids).items()}
        if reference.get("form") and ids:
            target = reference["form"]
            return {(target, id): label for id, label in around.labels(self.app_id, target, ids).items()}
        return {}


def _plainly(json: Any) -> str:
    if json is None:
        return ""
    if isinstance(json, list):
        return ", ".join(_plainly(part) for part in json)
    return str(json)
