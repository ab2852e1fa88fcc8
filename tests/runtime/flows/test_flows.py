"""Events become runs, runs have their effects; on both databases."""

from sqlalchemy import select

from runtime.db import db
from runtime.events import Dispatch
from runtime.flows import service
from runtime.flows.models import FlowRun
from runtime.records.query import Query
from runtime.records.reading import service as reading

from .conftest import GRADING, Workshop


def only_run() -> FlowRun:
    return db.session.scalars(select(FlowRun).execution_options(populate_existing=True)).one()


def walked() -> list[tuple[str, str, str | None]]:
    return [(step.node, step.state, step.port) for step in service.steps(only_run().id)]


def test_a_record_sets_off_a_flow_and_its_effects_are_there(crm: Workshop) -> None:
    crm.publish(GRADING)
    saved = crm.create(name="华兴", amount=620000)
    crm.drain()
    assert reading.read(crm.id, "customer", saved.id, crm.admin).data["grade"] == "high"
    tasks = reading.page(crm.id, "task", Query(), crm.admin).items
    assert [(task.data["title"], task.data["customer"]) for task in tasks] == [("Visit 华兴", saved.id)]
    assert only_run().state == "done"
    assert walked() == [("rich", "done", "true"), ("tag", "done", "out"), ("task", "done", "out")]
    assert db.session.scalars(select(Dispatch.id)).all() == []
