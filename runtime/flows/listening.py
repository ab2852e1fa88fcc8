"""Which flows listen to what happens to records, and whether one of them may be set off. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.contracts import Event
from runtime.documents import fields_of
from runtime.expressions import EvaluationError, Expression, ExpressionError, compile_expression, value_of
from runtime.flows.compiled import Flow, Node, compile_flow
from runtime.releases.published import Published
from runtime.triggers import registry as triggers


@dataclass(frozen=True)
class Ear:
    """A trigger that listens to a form. `condition` is what it asks of the record's own answers alone, if it does."""

    flow: Flow
    trigger: Node
    condition: Expression | None
    fields: Mapping[str, Mapping[str, Any]]

    def matches(self, event: Event) -> bool:
        """Whether it listens to this kind of event; its condition is another matter."""
        return triggers[self.trigger.type].matches(event, self.trigger.config)

    def may_hold(self, answers: Mapping[str, Any]) -> bool:
        """False when these answers of the record say for certain that its condition does not hold."""
        if self.condition is None:
            return True
        asked = {path[1]: self.fields[path[1]] for path in self.condition.reads}
        values = {name: value_of(schema, answers.get(name)) for name, schema in asked.items()}
        try:
            return self.condition.holds({"record": values})
        except EvaluationError:
            return True  # whoever carries it out says what is wrong


def may_hear(published: Published, event: Event, answers: Mapping[str, Any]) -> bool:
    """Whether a flow of the release may be set off by an event that leaves these answers in its record.

    Most of what happens sets off nothing: what is told here need not be put on the list of what is due.
    """
    return any(ear.matches(event) and _may(ear, event, answers) for ear in ears(published, event.form))


def ears(published: Published, form: str) -> tuple[Ear, ...]:
    """The triggers of the release that listen to a form."""
    return published.derived_whole(_ears).get(form, ())


def _may(ear: Ear, event: Event, answers: Mapping[str, Any]) -> bool:
    return event.type == "deleted" or ear.may_hold(answers)


def _ears(published: Published) -> Mapping[str, tuple[Ear, ...]]:
    found: dict[str, tuple[Ear, ...]] = {}
    for key in published.all("flows"):
        flow = published.derived(compile_flow, "flows", key)
        for trigger in flow.triggers:
            form = trigger.config.get("form")
            if trigger.type in triggers and form:
                fields = fields_of(published.all("forms").get(form, {}))
                found[form] = (*found.get(form, ()), Ear(flow, trigger, _condition(trigger, fields), fields))
    return found


def _condition(trigger: Node, fields: Mapping[str, Any]) -> Expression | None:
    """What the trigger asks, where that reads answers of the record and nothing else."""
    try:
        asked = compile_expression(trigger.config["when"]) if trigger.config.get("when") else None
    except (ExpressionError, TypeError):
        return None
    own = asked is not None and all(path[0] == "record" and path[1:] and path[1] in fields for path in asked.reads)
    return asked if asked is not None and own and all(len(path) == 2 for path in asked.reads) else None
