"""Opening addresses that receive, and starting flows by what is sent to them."""

import base64
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from runtime.audit import service as audit
from runtime.configured import setting
from runtime.connections.sealing import CannotOpen, seal, unseal
from runtime.contracts import Actor, Conflict, NotFound, Refused, TooMuch
from runtime.db import current_tenant, db, new_id, transaction, utc_now
from runtime.documents import parse
from runtime.flows.compiled import Flow, Node, compile_flow
from runtime.flows.deliveries import MOST_BYTES, WEBHOOK, content_problems, is_genuine
from runtime.flows.hooks.models import Hook, Webhook
from runtime.flows.models import FlowRun
from runtime.flows.starting.service import Start, start_once
from runtime.i18n import message
from runtime.releases import service as releases
from runtime.releases.published import Published
from runtime.security.guard import Unauthenticated


@dataclass(frozen=True)
class Place:
    """A trigger of the live release that another system can start, and its address where one was made."""

    flow: Flow
    trigger: Node
    hook: Webhook | None


# --- for those who build -----------------------------------------------------------------------


def places(app_id: str) -> list[Place]:
    """The triggers of an app's live release that wait for another system."""
    rows = db.session.scalars(select(Webhook).where(Webhook.app_id == app_id)).all()
    made = {(row.flow, row.trigger): row for row in rows}
    return [Place(flow, node, made.get((flow.key, node.id))) for flow, node in _triggers(releases.current(app_id))]


def _triggers(published: Published) -> Iterator[tuple[Flow, Node]]:
    for key in published.all("flows"):
        flow = published.derived(compile_flow, "flows", key)
        yield from ((flow, node) for node in flow.triggers if node.type == WEBHOOK)


def open_address(app_id: str, flow: str, trigger: str, actor: Actor) -> tuple[Webhook, str]:
    """The address of a trigger with a new key, which is given this once; an earlier key is void. Raises NotFound."""
    if not any(place.flow.key == flow and place.trigger.id == trigger for place in places(app_id)):
        raise NotFound(message("The live version has no such trigger."))
    with transaction() as session:
        releases.hold(releases.find_app(app_id))  # pressed twice it is one address
        mine = (Webhook.app_id == app_id, Webhook.flow == flow, Webhook.trigger == trigger)
        row = session.scalar(select(Webhook).where(*mine))
        if row is None:
            row = Webhook(tenant_id=current_tenant(), id=new_id(), app_id=app_id, flow=flow, trigger=trigger)
            session.add_all([row, Hook(id=row.id, tenant_id=row.tenant_id)])
        key = "whsec_" + base64.b64encode(os.urandom(32)).decode()
        row.sealed = seal(key, setting("SECRET_KEY"), f"{row.tenant_id}/{row.id}")
        session.flush()
        audit.note("webhook.opened", {"webhook": row.id, "flow": flow, "trigger": trigger}, actor.member_id)
    return row, key


def close_address(app_id: str, id: str, actor: Actor) -> None:
    """Let an address receive nothing any more; raises NotFound."""
    with transaction() as session:
        row = session.scalar(select(Webhook).where(Webhook.app_id == app_id, Webhook.id == id))
        if row is None:
            raise NotFound(message("There is no such address."))
        audit.note("webhook.closed", {"webhook": id, "flow": row.flow, "trigger": row.trigger}, actor.member_id)
        session.delete(row)
        if hook := session.get(Hook, id):
            session.delete(hook)


# --- for those who send ------------------------------------------------------------------------


def tenant_of(id: str) -> str | None:
    """The tenant of an address."""
    return db.session.scalar(select(Hook.tenant_id).where(Hook.id == id))


def receive(id: str, headers: Mapping[str, str], body: bytes) -> str:
    """Start the flow of an address by what was sent there; gives the run's id.

    Raises Unauthenticated for what is not signed with its key just now, TooMuch, Refused for what is not as agreed,
    Conflict for a delivery that was there before, NotFound when the live version does not wait for it any more.
    """
    row = db.session.scalar(select(Webhook).where(Webhook.id == id))
    if row is None or not is_genuine(headers, body, _key(row), utc_now()):
        raise Unauthenticated(message("This is not signed as this address wants it."))
    if len(body) > MOST_BYTES:
        raise TooMuch(message("At most %(most)s KB can be sent at once.", most=MOST_BYTES >> 10))
    published, flow, node = _waiting(row)
    content = parse(body, MOST_BYTES)
    if problems := content_problems(content, node.config.get("fields") or ()):
        raise Refused(problems)
    key = f"hook:{headers['webhook-id']}"
    with transaction():
        if _was_there(row, key):
            raise Conflict(message("This delivery was received before; it is not taken a second time."))
        row.received_at = utc_now()
        return start_once(Start(published, flow, node, key, output=content))


def _key(row: Webhook) -> str:
    """The key of an address; empty, and so good for nothing, when it cannot be opened."""
    try:
        return unseal(row.sealed, setting("SECRET_KEY"), f"{row.tenant_id}/{row.id}")
    except CannotOpen:
        return ""


def _waiting(row: Webhook) -> tuple[Published, Flow, Node]:
    published = releases.current(row.app_id)
    found = (pair for pair in _triggers(published) if (pair[0].key, pair[1].id) == (row.flow, row.trigger))
    flow, node = next(found, (None, None))
    if flow is None or node is None:
        raise NotFound(message("The live version has no such trigger."))
    return published, flow, node


def _was_there(row: Webhook, key: str) -> bool:
    same = (FlowRun.app_id == row.app_id, FlowRun.flow == row.flow, FlowRun.trigger == row.trigger)
    return db.session.scalar(select(FlowRun.id).where(*same, FlowRun.dedupe_key == key)) is not None
