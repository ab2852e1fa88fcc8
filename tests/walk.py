"""Every route of the app as something that can be called, and a tenant with a row in every table."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Boolean, DateTime, Float, Integer, LargeBinary, Table, insert, select

from runtime.contracts import Actor, Change
from runtime.db import Document, Id, Moment, db, new_id, tenant, transaction, utc_now
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.records import service as records
from runtime.records.slotting import service as slotting
from runtime.releases import service as releases
from runtime.security.access import Access

GOLDEN = json.loads((Path(__file__).parent / "documents" / "app.json").read_text(encoding="utf-8"))
SAFE = frozenset({"GET"})
_PARAMETER = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")


@dataclass(frozen=True)
class Call:
    """One method of one route."""

    method: str
    rule: str
    access: Access
    converters: Mapping[str, str]

    @property
    def is_api(self) -> bool:
        return self.access.kind in ("scoped", "signed")

    def path(self, values: Mapping[str, str]) -> str:
        """The address with its parameters filled in; one of a closed list takes its first."""

        def fill(found: re.Match[str]) -> str:
            kind, choices, name = found.groups()
            return choices.split(",")[0].strip() if kind == "any" else values.get(name, "1" if kind == "int" else "x")

        return _PARAMETER.sub(fill, self.rule)


def calls(app: Flask) -> list[Call]:
    """All routes that declare an access, in a fixed order."""
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        if access is not None:
            converters = {name: kind or "string" for kind, _choices, name in _PARAMETER.findall(rule.rule)}
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            found += [Call(method, rule.rule, access, converters) for method in methods]
    return found


def send(client: Any, call: Call, path: str, token: str = "") -> Any:
    """The answer to a call with an empty body."""
    if not call.is_api:
        return client.open(path, method=call.method, data={} if call.method != "GET" else None)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.open(path, method=call.method, json={} if call.method != "GET" else None, headers=headers)


# --- a tenant with everything ------------------------------------------------------------------


@dataclass(frozen=True)
class Full:
    """A tenant with an owner, the golden app and a row in every table; `ids` by table."""

    key: str
    tenant_id: str
    member_id: str
    account_id: str
    app_id: str
    record_id: str
    ids: Mapping[str, str]

    def values(self, **more: str) -> dict[str, str]:
        """What stands for each parameter of an address."""
        names = {"tenant": self.key, "app": GOLDEN["key"], "form": "customer", "flow": "grade_customer"}
        return names | {"target": "customer", "key": "customer", "node": "t", "view": "board", "kind": "form"} | more


def full_tenant(key: str) -> Full:
    """A new tenant with everything in it."""
    made = identity.create_tenant(key, key)
    account = accounts.create_account(f"{key}@example.com", "correct horse 9", key)
    with tenant(made.id):
        member = identity.add_member(key, account.id)
        identity.give_power("owner", member.id)
        actor = Actor(made.id, member_id=member.id, name=key, powers=frozenset({"owner", "admin"}))
        app = releases.create_app(GOLDEN["key"], GOLDEN["title"], "zh-CN", actor)
        published = releases.add_release(app, GOLDEN, "", actor)
        for form in published.all("forms"):
            slotting.slots_of(published, form)
        record = records.change(Change(app.id, "customer", "create", {"name": "甲"}, lenient=True), actor).id
        known = {"tenant_id": made.id, "app_id": app.id, "member_id": member.id, "record_id": record}
        known |= {"error": {"text": "It failed.", "values": {}}}
        with transaction():
            for table in tenant_tables():
                fill(table, known | {"owner_id": member.id, "form": "customer", "account_id": account.id})
        ids = {table.name: str(found) for table in tenant_tables() if (found := _first_id(table))}
    return Full(key, made.id, member.id, account.id, app.id, record, ids)


def tenant_tables() -> list[Table]:
    """Every table that belongs to tenants."""
    tables = db.metadata.sorted_tables
    return [table for table in tables if "tenant_id" in table.c and not table.info.get("outside_rls")]


def fill(table: Table, known: Mapping[str, Any]) -> None:
    """Put a row into a table that has none of this tenant."""
    if db.session.execute(select(table).where(table.c.tenant_id == known["tenant_id"]).limit(1)).first():
        return
    row = {}
    for column in table.c:
        if column.name in known:
            row[column.name] = known[column.name]
        elif not column.nullable and column.server_default is None and column.default is None:
            row[column.name] = dummy(column.type)
    db.session.execute(insert(table).values(row))


def dummy(kind: Any) -> Any:
    """Some value of a column's type."""
    samples = ((Id, new_id()), (Moment, utc_now()), (DateTime, utc_now()), (Boolean, True), (Integer, 1), (Float, 1.0))
    for known, value in (*samples, (LargeBinary, b"x"), (type(Document), {})):
        if isinstance(kind, known):
            return value
    return "x"


def _first_id(table: Table) -> Any:
    return db.session.scalar(select(table.c.id).limit(1)) if "id" in table.c else None


def everything(tenant_id: str) -> dict[str, list[str]]:
    """Every row of a tenant as text, by table."""
    with tenant(tenant_id):
        found = {}
        for table in tenant_tables():
            rows = db.session.execute(select(table).where(table.c.tenant_id == tenant_id))
            found[table.name] = sorted(repr(tuple(row)) for row in rows)
    return found


def comparable(text: str, *spoken: str) -> str:
    """An answer without what differs anyway: the id or key that was asked for, and the page's own token."""
    for word in spoken:
        text = text.replace(word, "ASKED")
    return re.sub(r"[\w-]{20,}\.[\w-]{6}\.[\w-]{20,}", "TOKEN", text)


def uuids(call: Call) -> list[str]:
    """The parameters of a call that are ids."""
    return [name for name, kind in call.converters.items() if kind == "uuid"]
