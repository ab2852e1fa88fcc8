"""One flow on the designer's desk with all that surrounds it: its panels, and what is wrong."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from builder.flows import edit, naming, panel
from runtime.calendars import habits
from runtime.calendars.plans import BadPlan, next_moments, plan_of
from runtime.contracts import Problem
from runtime.flows.check import check_flow, flow_warnings
from runtime.flows.picture import names
from runtime.flows.picture.drawing import ports_of
from runtime.flows.picture.scenery import Scenery
from runtime.i18n import message

Flow = dict[str, Any]
SHOWN_MOMENTS = 3


class Desk(Scenery):
    """A flow as it is being edited."""

    flow: Flow

    def around(self, node_id: str, form: str) -> panel.Surroundings:
        """What the panel of a node offers when its config speaks of `form`."""
        readable = self.names_at(node_id)
        people = [name for name in readable if name["kind"] == "person"]
        return panel.Surroundings(
            forms=[{"key": key, "title": title} for key, title in self.form_titles.items()],
            fields=names.fields_of(self.forms.get(form), self.lang),
            names=readable,
            people={
                "roles": [{"key": key, "title": title} for key, title in self.role_titles.items()],
                "members": list(self.members),
                "departments": list(self.departments),
                "people": [
                    {"name": one["field"][-1], "source": one["source"], "title": one["title"]} for one in people
                ],
                "places": [
                    {"source": f"{one['source']}.department", "title": self._department_of(one["title"])}
                    for one in people
                ],
            },
            connections=list(self.connections),
            lang=self.lang,
            moments=self._moments(edit.node_of(self.flow, node_id)),
        )

    def panel(self, node_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The panel of a node as a form document, and its config as answers."""
        node = edit.node_of(self.flow, node_id)
        around = self.around(node_id, self._form_at(node))
        schema = self._schema(node)
        return panel.panel(schema, around), panel.answers_of(node.get("config") or {}, schema, around)

    def configured(self, node_id: str, answers: Mapping[str, Any], title: str | None) -> Flow:
        """The flow with a node's panel taken over; lines from ports that are gone go too."""
        node = edit.node_of(self.flow, node_id)
        schema, before = self._schema(node), node.get("config") or {}
        form = str(answers.get("form") or self._form_at(node))
        config = panel.config_of(answers, schema, self.around(node_id, form), before)
        flow = edit.configure(self.flow, node_id, config, title)
        nodes = [one for body in edit.bodies(flow) for one in body["nodes"]]
        return edit.drop_lost_edges(flow, {one["id"]: ports_of(one, self.types) for one in nodes})

    def checked_drawing(self) -> dict[str, Any]:
        """The canvas with what is wrong marked at its steps."""
        return self.drawing(self.problems(), self.warnings())

    def problems(self) -> list[Problem]:
        """What keeps the flow from running."""
        return [naming.worded(problem, self.flow, self.types, self.lang) for problem in self._checked]

    def problems_in(self, node_id: str) -> list[Problem]:
        """What is wrong with a node's config, each at the question of the panel that can mend it."""
        inside = ((naming.config_place(self.flow, problem.pointer), problem) for problem in self.problems())
        return [
            replace(problem, pointer=f"/{name}") for (node, name), problem in inside if name and node["id"] == node_id
        ]

    def warnings(self) -> list[Problem]:
        """What is odd but can run."""
        return [one for one in flow_warnings(self.flow, self.types) if one not in self._checked]

    @cached_property
    def _checked(self) -> list[Problem]:
        return check_flow(self.flow, self.forms, self.types, list(self.role_titles))

    def _moments(self, node: Mapping[str, Any]) -> list[str]:
        """When a step that the clock pulls is due next, in words; none for others."""
        config, kind = node.get("config") or {}, self.types.get(node["type"])
        if kind is None or not hasattr(kind, "plan"):
            return []
        try:
            plan = plan_of(kind.plan(config), config.get("timezone") or self.timezone)
        except (BadPlan, KeyError):
            return []
        found = next_moments(plan, self.now, SHOWN_MOMENTS)
        return [habits.moment_in_words(moment.astimezone(plan.zone), self.translate) for moment in found]

    def _form_at(self, node: Mapping[str, Any]) -> str:
        config = node.get("config") or {}
        return str(config.get("form") or names.form_of(self.flow))

    def _schema(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        kind = self.types.get(node["type"])
        return kind.config_schema if kind else {}

    def _department_of(self, person: str) -> str:
        return self.said(message("department of %(person)s", person=person))
