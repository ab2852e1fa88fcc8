"""Everything in one file, and back into an empty installation of either database."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from builder.publishing import service as publishing
from runtime.backups import service
from runtime.contracts import Actor, BadRequest, Change, Conflict
from runtime.db import Base, db, dumps, loads, tenant
from runtime.files import service as files
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.query import Query
from runtime.releases.service import find_app

APP: dict[str, Any] = {
    "format": "app/1",
    "key": "crm",
    "title": "CRM",
    "lang": "zh-CN",
    "forms": [
        {
            "format": "form/1",
            "key": "customer",
            "title": "客户",
            "schema": {
                "type": "object",
                "properties": {
                    "zname": {"type": "string", "title": "名称", "x-unique": True},
                    "amount": {"type": "number", "x-currency": "CNY", "x-scale": 2, "title": "金额"},
                    "since": {"type": "string", "format": "date-time", "title": "自"},
                },
            },
        }
    ],
}
CUSTOMER = {"zname": "张三的店", "amount": 1234567.89, "since": "2026-01-02T03:04:05Z"}


def fill(home: Path) -> None:
    """Two tenants with an app, records and a file each."""
    for key in ("acme", "beta"):
        made = identity.create_tenant(key, key.upper())
        with tenant(made.id):
            account = accounts.create_account(f"boss@{key}.example", "a long enough password", "张三")
            member = identity.add_member("张三", account.id)
            identity.give_power("owner", member.id)
            actor = actor_of(member.id)
            publishing.take_in(APP, actor, live=True)
            app_id = find_app("crm").id
            records.change(Change(app_id, "customer", "create", CUSTOMER), actor)
            files.keep(io.BytesIO(b"hello " + key.encode()), "a.txt", actor, home)


def actor_of(member_id: str) -> Actor:
    found = doors.actor_of(member_id)
    assert found is not None
    return found[0]


def everything() -> dict[str, int]:
    """How many rows each table has, read as the owner of no tenant: tenant by tenant."""
    counts: dict[str, int] = {}
    with db.engine.begin() as connection:
        tenants = connection.scalars(select(Base.metadata.tables["door"].c.tenant_id)).all()
        for table in Base.metadata.sorted_tables:
            for tenant_id in tenants if service._is_walled(table) else [None]:
                if tenant_id:
                    service._become(connection, tenant_id)
                    rows = connection.execute(select(table).where(table.c.tenant_id == tenant_id)).all()
                else:
                    rows = connection.execute(select(table)).all()
                counts[table.name] = counts.get(table.name, 0) + len(rows)
    return counts


def empty_it() -> None:
    with db.engine.begin() as connection:
        tenants = connection.scalars(select(Base.metadata.tables["door"].c.tenant_id)).all()
        for tenant_id in tenants:
            service._become(connection, tenant_id)
            for table in service._walled():
                connection.execute(table.delete().where(table.c.tenant_id == tenant_id))
        for table in service._shared():
            connection.execute(table.delete())


def test_what_was_backed_up_is_there_again(app: Flask, tmp_path: Path) -> None:
    fill(tmp_path / "home")
    before = everything()
    counts = service.backup(tmp_path / "all.zip", tmp_path / "home")
    assert counts == {"tenants": 2, "rows": sum(before.values()), "files": 2}
    db.session.remove()
    empty_it()
    assert sum(everything().values()) == 0
    assert service.restore(tmp_path / "all.zip", tmp_path / "new") == counts
    assert everything() == before
    with tenant(identity.tenant_id_of("acme")):
        actor = Actor(identity.tenant_id_of("acme"), powers=frozenset({"owner"}))
        page = records.page(
            find_app("crm").id, "customer", Query(filter={"field": "amount", "op": "gt", "value": 1}), actor
        )
        assert [loads(dumps(item.data)) for item in page.items] == [loads(dumps(CUSTOMER))]
    assert sorted(path.read_bytes() for path in (tmp_path / "new").rglob("*") if path.is_file()) == [
        b"hello acme", b"hello beta",
    ]  # fmt: skip


def test_a_backup_can_be_signed_in_to_again(app: Flask, tmp_path: Path) -> None:
    fill(tmp_path / "home")
    service.backup(tmp_path / "all.zip", tmp_path / "home")
    db.session.remove()
    empty_it()
    service.restore(tmp_path / "all.zip", tmp_path / "new")
    assert accounts.find_account("boss@acme.example") is not None


def test_an_installation_that_is_in_use_is_not_overwritten(app: Flask, tmp_path: Path) -> None:
    fill(tmp_path / "home")
    service.backup(tmp_path / "all.zip", tmp_path / "home")
    db.session.remove()
    before = everything()
    with pytest.raises(Conflict):
        service.restore(tmp_path / "all.zip", tmp_path / "new")
    assert everything() == before


def test_another_file_is_refused(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"not a zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("shared/account.jsonl", "{}")
    for name in ("a.zip", "b.zip"):
        with pytest.raises(BadRequest):
            service.restore(tmp_path / name, tmp_path / "new")


def test_t27_a_file_name_that_leads_elsewhere_is_refused(app: Flask, tmp_path: Path) -> None:
    service.backup(tmp_path / "all.zip", tmp_path / "home")
    with zipfile.ZipFile(tmp_path / "all.zip", "a") as archive:
        archive.writestr("files/../../evil", "x")
    with pytest.raises(BadRequest):
        service.restore(tmp_path / "all.zip", tmp_path / "new")
    assert not (tmp_path / "evil").exists()


def test_t42_the_secret_key_is_not_in_a_backup(app: Flask, tmp_path: Path) -> None:
    fill(tmp_path / "home")
    service.backup(tmp_path / "all.zip", tmp_path / "home")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert app.config["SECRET_KEY"].encode() not in content
    assert b"a long enough password" not in content


def test_a_backup_that_breaks_off_leaves_no_file(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_files", lambda archive, folder: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        service.backup(tmp_path / "all.zip", tmp_path / "home")
    assert list(tmp_path.glob("all*")) == []
