"""Connections: keeping them with their sealed credentials, and calling by them."""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from runtime.audit import service as audit
from runtime.configured import setting
from runtime.connections import calling
from runtime.connections.addresses import Network, networks_of
from runtime.connections.credentials import OPEN, QUESTIONS, Occasion, Secrets, with_credentials, without_secrets
from runtime.connections.entering import Entered, problems_of
from runtime.connections.models import Connection
from runtime.connections.sealing import CannotOpen, seal, unseal
from runtime.contracts import Actor, Answer, BadRequest, Conflict, NotFound, Outgoing, Problem, Refused
from runtime.db import current_tenant, db, new_id, transaction, utc_now
from runtime.i18n import message

TEST_SECONDS = 10.0


def connections(app_id: str | None = None) -> Sequence[Connection]:
    """The tenant's connections by title; with an app's id those it may use."""
    found = db.session.scalars(select(Connection).order_by(Connection.title, Connection.id)).all()
    return [one for one in found if app_id is None or app_id in one.apps]


def find(id: str) -> Connection:
    """One of the tenant's; raises NotFound."""
    found = db.session.scalar(select(Connection).where(Connection.id == id))
    if found is None:
        raise NotFound(message("There is no such connection."))
    return found


def add(entered: Entered, actor: Actor) -> Connection:
    """A new connection; raises Refused."""
    try:
        with transaction() as session:
            _refuse(entered, None)
            row = Connection(tenant_id=current_tenant(), id=new_id(), key=entered.key)
            _take_over(row, entered)
            session.add(row)
            session.flush()
            _note("connection.added", row, actor)
    except IntegrityError:  # somebody else was a moment earlier
        raise Refused([_taken()]) from None
    return row


def change(id: str, entered: Entered, actor: Actor) -> Connection:
    """The connection as it was entered anew; what is left empty of its secrets stays. Raises Refused, NotFound."""
    with transaction():
        row = find(id)
        _refuse(entered, row)
        _take_over(row, entered)
        _note("connection.changed", row, actor)
    return row


def remove(id: str, actor: Actor) -> None:
    """Forget a connection and its secrets; flows that name it fail from now on."""
    with transaction() as session:
        row = find(id)
        _note("connection.removed", row, actor)
        session.delete(row)


def _refuse(entered: Entered, row: Connection | None) -> None:
    problems = problems_of(entered, _as_kept(row) if row else None)
    if row is None and db.session.scalar(select(Connection.id).where(Connection.key == entered.key)):
        problems.append(_taken())
    if problems:
        raise Refused(problems)


def _taken() -> Problem:
    return Problem("/key", "unique", message("There is a connection with this key already."))


def _as_kept(row: Connection) -> Entered:
    return Entered(row.key, row.title, row.address, row.kind, shown(row), tuple(row.apps))


def _take_over(row: Connection, entered: Entered) -> None:
    kept = _secrets(row) if row.sealed and row.kind == entered.kind else {}
    asked = QUESTIONS[entered.kind]
    secrets = {name: entered.secrets.get(name) or kept.get(name, "") for name in asked}
    row.title, row.address, row.kind = entered.title.strip(), entered.address.rstrip("/"), entered.kind
    row.apps, row.updated_at = sorted(set(entered.apps)), utc_now()
    row.sealed = seal(json.dumps(secrets), setting("SECRET_KEY"), _place(row)) if asked else None


def _note(act: str, row: Connection, actor: Actor) -> None:
    about = {"connection": row.id, "key": row.key, "address": row.address, "kind": row.kind, "apps": list(row.apps)}
    audit.note(act, about, actor.member_id)


def shown(row: Connection) -> Secrets:
    """Of the answers to the questions of a connection's kind those that are no secret."""
    return {name: value for name, value in _secrets(row).items() if name in OPEN}


def _secrets(row: Connection) -> Secrets:
    if not row.sealed:
        return {}
    try:
        found: dict[str, str] = json.loads(unseal(row.sealed, setting("SECRET_KEY"), _place(row)))
    except CannotOpen:
        raise Conflict(
            message("The secret of “%(title)s” was sealed with another key. Enter it again.", title=row.title)
        ) from None
    return found


def _place(row: Connection) -> str:
    return f"{row.tenant_id}/{row.id}"


# --- calling -----------------------------------------------------------------------------------


def opened() -> tuple[Network, ...]:
    """The private networks that flows may call."""
    return networks_of(str(setting("TRELLIS_CALL_NETWORKS") or ""))


def call(app_id: str, outgoing: Outgoing, occasion: Occasion) -> Answer:
    """Call by the connection of a key; raises NotFound where the app may use none of that key, else as `calling.call`.

    Nothing is held open in the database while the other side thinks.
    """
    with transaction():
        row = db.session.scalar(select(Connection).where(Connection.key == outgoing.connection))
        if row is None or app_id not in row.apps:
            key = outgoing.connection
            raise NotFound(message("This app may use no connection “%(key)s”. An admin can allow it.", key=key))
        address, kind, secrets = row.address, row.kind, _secrets(row)
    url = url_of(address, outgoing.path, outgoing.query)
    request = calling.Request(outgoing.method, url, outgoing.headers, outgoing.body, outgoing.seconds)
    return _called(request, kind, secrets, occasion)


def test(id: str) -> Answer:
    """Look at a connection's address with its credentials; raises as `call` does."""
    row = find(id)
    request = calling.Request("GET", row.address, seconds=TEST_SECONDS)
    kind, secrets = row.kind, _secrets(row)
    db.session.commit()
    return _called(request, kind, secrets, Occasion(new_id(), utc_now()))


def _called(request: calling.Request, kind: str, secrets: Secrets, occasion: Occasion) -> Answer:
    answer = calling.call(with_credentials(request, kind, secrets, occasion), opened())
    return Answer(answer.status, answer.headers, without_secrets(answer.body, secrets))


def url_of(address: str, path: str, query: Mapping[str, str]) -> str:
    """The address of a call, always below the connection's own; raises BadRequest."""
    if path and not path.startswith("/"):
        path = "/" + path
    if any(part in (".", "..") for part in path.partition("?")[0].split("/")):
        raise BadRequest(message("The path “%(path)s” leads out of the connection's address.", path=path[:200]))
    glue = "&" if "?" in path else "?"
    return address.rstrip("/") + path + (glue + urlencode(query) if query else "")
