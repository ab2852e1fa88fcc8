"""What an actor may do with the records of a form: rights of the release's roles, asked with a record's facts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from runtime.answers import Form
from runtime.contracts import Actor
from runtime.permissions import Rights, Roles, compile_roles, row
from runtime.records.filters import Columns
from runtime.releases.published import Published


def roles_of(published: Published) -> Roles:
    """The roles of a release, compiled."""
    return compile_roles(published.all("roles"), published.all("forms"))


def rights_of(published: Published, actor: Actor, form: str) -> Rights:
    """What the actor may do with records of a form."""
    return published.derived_whole(roles_of).rights(actor, published.app_id, form)


def may_import(rights: Rights) -> bool:
    """Whether somebody may bring in many records at once: by a right of its own, beside that to make or change them."""
    return rights.may("import") and (rights.may("create") or rights.may("update"))


def columns_of(form: Form, rights: Rights, everything: bool = False) -> Columns:
    """The fields of a form that may be asked about; `everything` is for the rights themselves."""
    schemas = {name: field.schema for name, field in form.fields.items()}
    return Columns(schemas, frozenset(schemas) if everything else rights.readable_everywhere())


def facts_of(found: Any, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A record's row as row rules see it: its answers (or those it is about to have), its owner and department."""
    return row(found.data if data is None else data, found.id, found.owner_id, found.dept_path)


def names_for(actor: Actor, now: datetime) -> dict[str, Any]:
    """What expressions may read beside the record; hours and days are told on the clock that `now` shows."""
    me = {"id": actor.member_id, "name": actor.name, "department": actor.department_id}
    local = now.astimezone(ZoneInfo(actor.timezone))
    return {"me": me, "now": local, "today": local.date(), "week": actor.week}
