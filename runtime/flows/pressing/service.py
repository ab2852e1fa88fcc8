"""Buttons that start flows: at a record, in a list for the records that were chosen, at the app."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from runtime import events
from runtime.contracts import Actor, BadRequest, Conflict, Forbidden, TooMuch, as_id
from runtime.db import after_commit, current_tenant, new_id, transaction
from runtime.expressions import EvaluationError, ExpressionError
from runtime.flows.compiled import Flow, Node, compile_flow
from runtime.flows.names import facts_of
from runtime.flows.service import is_builder
from runtime.flows.starting.service import Start, holds, place, start_once
from runtime.i18n import message, text_in
from runtime.records import access
from runtime.records.access import rights_of
from runtime.records.query import Query
from runtime.records.reading import service as reading
from runtime.records.record import Record
from runtime.releases import service as releases
from runtime.releases.published import Published

MANUAL = "trigger.manual"
MOST = 200
"""So many records are chosen at once at most."""


@dataclass(frozen=True)
class Button:
    """A manual trigger that somebody may press. `once` keeps a double click from starting two runs."""

    flow: str
    title: str
    icon: str = "bolt"
    confirm: str = ""
    once: str = field(default_factory=new_id)


@dataclass(frozen=True)
class Pressed:
    """For how many records runs were started, and for how many not: not there, not allowed, or not fitting."""

    started: int
    left: int


# --- which there are ---------------------------------------------------------------------------


def at_app(app_id: str, actor: Actor, lang: str) -> list[Button]:
    """The buttons at the app that the actor may press."""
    published = releases.current(app_id)
    found = ((flow, node) for flow, node in _manual(published) if not node.config.get("form"))
    return [_button(flow, node, lang) for flow, node in found if _is_named(published, node, actor)]


def at_record(app_id: str, form: str, record_id: str, actor: Actor, lang: str) -> list[Button]:
    """The buttons at a record that the actor may press now; NotFound for a record that is not there."""
    reading.read(app_id, form, record_id, actor)
    published = releases.current(app_id)
    starts = [
        (_start(published, flow, node, actor), flow, node)
        for flow, node in _manual(published)
        if node.config.get("form") == form and "record" in _places(node)
    ]
    if not starts:
        return []
    (record,) = _records(app_id, form, [record_id])
    return [_button(flow, node, lang) for start, flow, node in starts if _fits(_for(start, record), record, actor)]


def at_list(app_id: str, form: str, actor: Actor, lang: str) -> list[Button]:
    """The buttons in a form's list that the actor may press for some of its records."""
    opened = reading.begin(app_id, form, actor)
    published = opened.published
    some = opened.rights.may("update")
    return [
        _button(flow, node, lang)
        for flow, node in _manual(published)
        if node.config.get("form") == form and "list" in _places(node)
        if _is_named(published, node, actor) or (some and not node.config.get("roles"))
    ]


def _manual(published: Published) -> Iterator[tuple[Flow, Node]]:
    for key in published.all("flows"):
        flow = published.derived(compile_flow, "flows", key)
        yield from ((flow, node) for node in flow.triggers if node.type == MANUAL)


def _places(node: Node) -> Sequence[str]:
    return node.config.get("places") or ("record",)


def _button(flow: Flow, node: Node, lang: str) -> Button:
    named = (text_in(lang, part, "title") for part in (node.config, node.part, flow.part))
    title = next((text for text in named if text), flow.key)
    confirm = text_in(lang, node.config, "confirm")
    return Button(flow.key, title, str(node.config.get("icon") or "bolt"), confirm)


# --- pressing ----------------------------------------------------------------------------------


def press(app_id: str, flow_key: str, record_id: str | None, actor: Actor, once: str | None = None) -> str:
    """Start a flow by its button; gives the run's id. The same `once` starts one run and gives its id again.

    Raises NotFound, Forbidden, Conflict when its condition does not hold or a run is under way already.
    """
    start = _opened(app_id, flow_key, actor, once)
    if start.form is None:
        if not _is_named(start.published, start.trigger, actor):
            raise Forbidden(message("You may not start this flow."))
        return start_once(start)
    if not record_id:
        raise BadRequest(message("This flow is started for one record."))
    reading.read(app_id, start.form, record_id, actor)
    (record,) = _records(app_id, start.form, [record_id])
    start = _for(start, record)
    if not _may_press(start, record, actor):
        raise Forbidden(message("You may not start this flow."))
    if not _applies(start):
        raise Conflict(message("This flow cannot be started for this record now."))
    return start_once(start)


def press_all(app_id: str, flow_key: str, record_ids: Sequence[str], actor: Actor, once: str) -> Pressed:
    """Start a flow for each of the records for which the actor may, once for the same `once`."""
    start = _opened(app_id, flow_key, actor, once)
    wanted = list(dict.fromkeys(id for id in map(as_id, record_ids) if id))
    if start.form is None or "list" not in _places(start.trigger):
        raise BadRequest(message("This flow is not started from a list."))
    if len(record_ids) > MOST:
        raise TooMuch(message("At most %(most)s records can be chosen at once.", most=MOST))
    reading.begin(app_id, start.form, actor)
    with transaction():
        fitting = [(_for(start, record), record) for record in _records(app_id, start.form, wanted)]
        chosen = [one for one, record in fitting if _fits(one, record, actor)]
        for one in chosen:
            place(replace(one, dedupe_key=f"{one.dedupe_key}:{one.record_id}"[:200]))
        after_commit(events.wake)
    return Pressed(len(chosen), len(record_ids) - len(chosen))


def _opened(app_id: str, flow_key: str, actor: Actor, once: str | None) -> Start:
    """The button's start, for no record yet."""
    published = releases.current(app_id)
    flow = published.derived(compile_flow, "flows", flow_key)
    node = next((node for node in flow.triggers if node.type == MANUAL), None)
    if node is None:
        raise BadRequest(message("This flow is not started by hand."))
    start = _start(published, flow, node, actor)
    return replace(start, dedupe_key=f"{actor.member_id}:{once or new_id()}"[:200])


def _start(published: Published, flow: Flow, node: Node, actor: Actor) -> Start:
    return Start(published, flow, node, "", node.config.get("form") or None, actor_id=actor.member_id)


def _for(start: Start, record: Record) -> Start:
    return replace(start, record_id=record.id, facts=facts_of(record))


def _records(app_id: str, form: str, ids: Sequence[str]) -> Sequence[Record]:
    """Records as the app itself sees them: what the button's condition is held against."""
    if not ids:
        return ()
    asked = Query(filter={"field": "id", "op": "in", "value": list(ids)}, limit=len(ids), count=False)
    return reading.page(app_id, form, asked, Actor(current_tenant(), "system", app_id=app_id)).items


# --- who may -----------------------------------------------------------------------------------


def _fits(start: Start, record: Record, actor: Actor) -> bool:
    return _may_press(start, record, actor) and _applies(start)


def _is_named(published: Published, node: Node, actor: Actor) -> bool:
    """Whether the button names a role that the actor holds; admins of the app may press all."""
    held = actor.roles.get(published.app_id, frozenset())
    return is_builder(actor, published.app_id) or bool(held & set(node.config.get("roles") or ()))


def _may_press(start: Start, record: Record, actor: Actor) -> bool:
    """Who sees the record and holds a named role; where none is named, who may change the record."""
    rights, facts = rights_of(start.published, actor, str(start.form)), access.facts_of(record)
    if not rights.allows("read", facts):
        return False
    if _is_named(start.published, start.trigger, actor):
        return True
    return not start.trigger.config.get("roles") and rights.allows("update", facts)


def _applies(start: Start) -> bool:
    """Whether the button's condition holds; one that cannot be told does not."""
    try:
        return holds(start)
    except (EvaluationError, ExpressionError):
        return False
