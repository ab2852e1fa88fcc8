"""A run drawn on the flow it went by, with what each step was given and gave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runtime import actions, triggers
from runtime.contracts import Actor, NotFound
from runtime.flows import engine, service, shown
from runtime.flows.models import FlowRun, FlowStep
from runtime.flows.picture.causes import likely_cause
from runtime.flows.picture.scenery import Scenery
from runtime.flows.picture.telling import Telling, Told
from runtime.i18n import Translate
from runtime.identity import service as identity
from runtime.identity.departments import service as departments
from runtime.records.around import service as around
from widgets.base import Ref

TYPES: Mapping[str, Any] = {**triggers.registry, **actions.registry}
"""Every node type by name, triggers first."""

MOST_MEMBERS = 500
"""So many people are known by name; more are found by role, field or department."""


@dataclass(frozen=True)
class Picture:
    """The canvas, the way over it, and of what failed the step as told, with its likely cause ("" when not known)."""

    drawing: Mapping[str, Any]
    told: Mapping[str, Any]
    failed: Mapping[str, Any] | None
    cause: str


MOST_STEPS = 400
"""So many steps a run's page shows, the last ones; a loop may take ten thousand."""


def picture(row: FlowRun, actor: Actor, lang: str, translate: Translate) -> Picture:
    """A run for its page."""
    published, flow = service.flow_of(row)
    roles = list(published.all("roles").values())
    members, places = people()
    scenery = Scenery(flow.part, published.all("forms"), roles, TYPES, lang, translate, members, places)
    steps = [_told(step) for step in service.steps(row.id, MOST_STEPS)]
    telling = Telling(scenery, actor.timezone)
    telling = replace(telling, labels=_names(row.app_id, telling, steps, actor))
    standing = engine.from_json(row.data).marks
    told = telling.told(row.trigger, steps, standing)
    wrong = [place for place, step in enumerate(steps) if step.state == "failed" and step.node in standing]
    cause = likely_cause(steps[wrong[-1]].error) if wrong else None
    return Picture(scenery.drawing(), told, told["steps"][wrong[-1]] if wrong else None, scenery.said(cause or ""))


def people() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The tenant's members `{"id", "name"}` and departments `{"id", "title"}`, to be called by name."""
    members = [{"id": one.id, "name": one.name} for one in identity.members(limit=MOST_MEMBERS)]
    return members, [{"id": one.id, "title": one.title} for one in departments.ordered()]


def _told(step: FlowStep) -> Told:
    took = shown.milliseconds(step.started_at, step.ended_at)
    error = shown.error_of(step)
    told = Told(step.node, step.state, step.port, step.input, step.output, error, milliseconds=took)
    return replace(told, at=step.started_at, item=step.item)


def _names(app_id: str, telling: Telling, steps: Sequence[Told], actor: Actor) -> dict[Ref, str]:
    try:
        return around.names(app_id, telling.refs(steps), actor)
    except NotFound:
        return {}
