"""Trying a flow on one record: the engine takes its steps one after the other, in a world without effects."""

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from runtime.actions import registry as actions
from runtime.answers import read
from runtime.contracts import Actor, BadRequest, Done, Each, Event, Json, Refused, Stop, Wait
from runtime.db import new_id, utc_now
from runtime.documents import fields_of
from runtime.expressions import EvaluationError, ExpressionError, compile_expression
from runtime.flows import engine
from runtime.flows.binding import bind
from runtime.flows.compiled import Flow, Node, compile_flow
from runtime.flows.engine import Failed, Step
from runtime.flows.items import place_of
from runtime.flows.names import Facts, needs_of
from runtime.flows.picture.telling import Told
from runtime.flows.sight.service import Scene
from runtime.flows.steps.service import failure
from runtime.flows.timing.service import is_timed
from runtime.flows.trying.given import output_of, takes
from runtime.flows.trying.trial import MOST_SECONDS, MOST_STEPS, Subject, Trial
from runtime.flows.trying.world.service import DryWorld, Ground, TriedSight, system_facts
from runtime.flows.words import stopped, words_of
from runtime.i18n import Message, message
from runtime.records.access import names_for
from runtime.records.compiled import form_of
from runtime.records.references import service as references
from runtime.releases.published import Published
from runtime.triggers import registry as triggers

log = logging.getLogger(__name__)

WAITS = message("Would wait until %(moment)s")
WAITS_FOR_SOMEBODY = message("Would wait until somebody decides")
CUT_OFF = message("This takes too long to be tried; it was cut off here.")
STAYS_HERE = message("Would call out of here with these values; nothing was called")

NOT_TAKEN = message("The conditions of the trigger do not take this record today: the flow would not start.")
NOT_SOUND = message("The trigger cannot be tried as it is written. The check says what is wrong.")


def attempt(
    app_id: str, document: Mapping[str, Any], flow_part: Mapping[str, Any], subject: Subject, actor: Actor
) -> Trial:
    """Try a flow of an app as drafted, with the rights of `actor`; nothing is kept and nobody is told.

    Raises NotFound for a record that is not there, Refused for answers that the form would not take, BadRequest
    where the flow cannot be tried.
    """
    published = Published(app_id, 0, document)
    flow = compile_flow(flow_part)
    if not flow.triggers:
        raise BadRequest(message("Nothing starts this flow: add a trigger."))
    return _Attempt(published, flow, subject, actor).walk()


class _Attempt:
    """One flow on its way, in memory."""

    def __init__(self, published: Published, flow: Flow, subject: Subject, actor: Actor) -> None:
        self.published, self.flow, self.subject = published, flow, subject
        self.trigger = flow.triggers[0]
        self.form = self.trigger.config.get("form") or None
        self.now = utc_now()
        self.ground = Ground(actor)
        self.record_id = self._record() if self.form in published.all("forms") else None
        self.run = engine.new_run(flow, self.trigger.id, self._given())
        self.steps: list[Told] = []

    def walk(self) -> Trial:
        """All steps until there is no more to take, or the budget is spent."""
        why = self._why_not()
        if why is not None and not self.subject.anyway:
            return Trial(self.trigger.id, False, why)
        until = time.monotonic() + MOST_SECONDS
        while step := engine.next_step(self.flow, self.run, self.now):
            if len(self.steps) >= MOST_STEPS or time.monotonic() > until:
                return self._told(True, CUT_OFF)
            self._take(step)
        return self._told(why is None, why)

    def _told(self, starts: bool, why: Message | None) -> Trial:
        return Trial(self.trigger.id, starts, why, self.steps, self.ground.labels(self.published))

    def _take(self, step: Step) -> None:
        begun = time.perf_counter()
        loops = engine.items_around(self.flow, self.run, step.node.id)
        sight = self._sight(loops)
        world, told = DryWorld(sight, step.node.id), Told(step.node.id, "done", item=place_of(loops.values()))
        outcome: Done | Each | Failed | Stop
        try:
            filled = {**sight.fill(bind(actions[step.node.type].config_schema, step.node.config)), **step.given}
            told = replace(told, input=filled)
            outcome = self._perform(step.node, filled, world)
        except Exception as error:
            outcome = replace(failure(error), retry_at=None)
        took = round((time.perf_counter() - begun) * 1000)
        self.steps.append(replace(self._ended(told, outcome), would=tuple(world.would), milliseconds=took))
        self.run = engine.record(self.flow, self.run, step, outcome)

    def _ended(self, told: Told, outcome: Done | Each | Failed | Stop) -> Told:
        match outcome:
            case Each(things):
                return replace(told, output={"count": len(things)})
            case Failed(error):
                caught = (told.node, engine.ERROR) in self.flow.targets
                return replace(told, state="failed", port=engine.ERROR if caught else None, error=error)
            case Stop(text, failed):
                error = stopped(text) if failed else None
                return replace(told, state="failed" if failed else "done", output={"text": text}, error=error)
            case Done(output, port):
                return replace(told, output=output, port=port)

    def _perform(self, node: Node, filled: Mapping[str, Any], world: DryWorld) -> Done | Each | Stop:
        """What the step gives; one that leaves the house is not taken. Where it waits, it goes on by its first way."""
        action = actions[node.type]
        first = next(iter(action.ports(node.config)), engine.OUT)
        if action.effect == "outer":
            world.would.append(STAYS_HERE)
            return Done(None, first)
        outcome = action.perform(filled, world)
        if isinstance(outcome, Wait):
            world.would.append(self._waits(outcome))
            return Done(outcome.output, first)
        return outcome

    def _waits(self, wait: Wait) -> Message:
        if wait.until is None:
            return WAITS_FOR_SOMEBODY
        here = wait.until.astimezone(ZoneInfo(self.ground.actor.timezone))
        return Message(WAITS.id, {"moment": f"{here:%Y-%m-%d %H:%M}"})

    def _sight(self, loops: Mapping[str, Any] | None = None) -> TriedSight:
        about = {
            "form": self.form,
            "record_id": self.record_id,
            "event_id": None,
            "actor_id": self.ground.actor.member_id,
        }
        given = {"depth": 0, "now": self.now, "outputs": self.run.outputs, "loops": loops or {}}
        scene = Scene(self.published, self.flow, "trial", **about, **given)
        return TriedSight(scene, self.ground)

    # --- what it is tried on ---------------------------------------------------------------------

    def _record(self) -> str | None:
        """The id of the record, which is there or stands only on this ground."""
        if self.subject.answers is not None:
            id = new_id()
            self.ground.changed[str(self.form), id] = Facts(
                id, self._typed(), system_facts(self.ground.actor, self.now)
            )
        elif self.subject.record_id is not None:
            id = self.subject.record_id
        else:
            return None
        self.record_id = id
        self.ground.event = self._event(id)
        return id

    def _typed(self) -> dict[str, Any]:
        actor, form = self.ground.actor, form_of(self.published, str(self.form))
        names = names_for(actor, self.now)
        answers = self.subject.answers or {}
        names["linked"] = references.linked(self.published, form, answers, actor)
        found = read(form, answers, names=names, lang=actor.lang)
        if found.problems:
            raise Refused(found.problems)
        return found.data

    def _event(self, id: str) -> Event:
        """The event that would have set the flow off: the first that its trigger hears, touching all it watches."""
        self.run = engine.new_run(self.flow, self.trigger.id, self._given())
        data = self._sight().facts(str(self.form), id).data
        kind = next(iter(self.trigger.config.get("on") or ()), "created")
        change = self.trigger.config.get("change") or {}
        old = {} if kind == "created" else {**data, **({change["field"]: change["from"]} if "from" in change else {})}
        about = (new_id(), self.ground.actor.tenant_id, self.published.app_id, str(self.form), id)
        actor_id, changed = self.ground.actor.member_id, tuple(data)
        return Event(*about, 1, 0, kind, actor_id, self.now, changed=changed, old=old, new=data)

    def _given(self) -> Json:
        return output_of(self.trigger, triggers.get(self.trigger.type), self.subject.content, self.now)

    def _why_not(self) -> Message | None:
        """Why this record would not set the flow off, or None."""
        if self.record_id is not None and is_timed(self.trigger.type):
            try:
                taken = self._is_taken(self.record_id)
            except Exception:  # a draft may be written in any way
                log.warning("The trigger %s of a draft cannot be tried", self.trigger.id, exc_info=True)
                return NOT_SOUND
            if not taken:
                return NOT_TAKEN
        written = self.trigger.config.get("when")
        if not written:
            return None
        try:
            condition = compile_expression(written)
            names = self._sight().names(needs_of(condition.reads))
            holds = condition.holds(names)
        except (EvaluationError, ExpressionError) as error:
            return words_of(error)
        return None if holds else message("The condition of the trigger does not hold: the flow would not start.")

    def _is_taken(self, id: str) -> bool:
        """Whether the clock would start the flow for this record now."""
        kind: Any = triggers[self.trigger.type]
        sight = self._sight()
        asked = {name: value for name, value in self.trigger.config.items() if name != "when"}
        filled, form = sight.fill(bind(kind.config_schema, asked)), str(self.form)
        schemas = fields_of(self.published.one("forms", form))
        return takes(kind, filled, sight.facts(form, id), schemas, self.ground.actor, self.now)
