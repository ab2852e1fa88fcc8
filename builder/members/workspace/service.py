"""Keeping the settings of the tenant, with a line in the trail for each change."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.audit import service as audit
from runtime.contracts import Actor, Problem, Refused
from runtime.db import transaction
from runtime.files import service as files
from runtime.files.pictures import size_of
from runtime.flows.timing import service as timing
from runtime.i18n import message
from runtime.identity import service as identity

LOGO_BYTES = 512 * 1024
LOGO_PIXELS = 4096


def keep_look(form: Mapping[str, str], own_door: bool, actor: Actor) -> None:
    """Keep name, language, time zone and colour, and whether the sign-in page of the tenant shows who it is."""
    with transaction() as session:
        home = identity.this_tenant()
        before = _look(home)
        home.title, home.lang, home.timezone = form["title"].strip()[:200], form["lang"], form["timezone"]
        home.settings = {**home.settings, "accent": form["accent"], "own_door": own_door}
        _note("settings.look", before, _look(home), actor)
        if before["timezone"] != home.timezone:
            session.flush()
            timing.arm_all()  # what is due at nine is due at another moment now


def keep_calendar(calendar: Mapping[str, Any], actor: Actor) -> None:
    """Keep when the tenant works, as a calendar/1 document."""
    with transaction():
        home = identity.this_tenant()
        before = home.settings.get("calendar") or {}
        home.settings = {**home.settings, "calendar": dict(calendar)}
        _note("settings.calendar", before, calendar, actor)


def keep_notices(habit: Mapping[str, Any], actor: Actor) -> None:
    """Keep when people are told who have chosen nothing else."""
    with transaction():
        home = identity.this_tenant()
        before = home.settings.get("notices") or {}
        home.settings = {**home.settings, "notices": dict(habit)}
        _note("settings.notices", before, habit, actor)


def keep_logo(data: bytes, name: str, actor: Actor, home: Path) -> None:
    """Keep a picture as the tenant's logo; Refused for what is no picture, or too large."""
    size = size_of(data)
    if size is None:
        raise _refused(message("This is no picture. Choose a PNG, JPEG, WebP or GIF."))
    if len(data) > LOGO_BYTES or max(size) > LOGO_PIXELS:
        limits = {"kilobytes": LOGO_BYTES // 1024, "pixels": LOGO_PIXELS}
        raise _refused(message("At most %(kilobytes)s KB and %(pixels)s pixels a side, please.", **limits))
    _put_logo(files.keep(io.BytesIO(data), name, actor, home).id, actor, home)


def drop_logo(actor: Actor, home: Path) -> None:
    """Go back to the mark of Trellis."""
    _put_logo(None, actor, home)


def _put_logo(id: str | None, actor: Actor, home: Path) -> None:
    with transaction():
        mine = identity.this_tenant()
        old = mine.settings.get("logo")
        mine.settings = {**mine.settings, "logo": id}
        audit.note("settings.logo", {"file": id}, actor.member_id)
    if old:
        files.discard(old, home)


def _refused(why: Any) -> Refused:
    return Refused([Problem("/logo", "picture", why)])


def _look(home: Any) -> dict[str, Any]:
    kept = {name: home.settings.get(name) for name in ("accent", "own_door")}
    return {"title": home.title, "lang": home.lang, "timezone": home.timezone, **kept}


def _note(act: str, before: Mapping[str, Any], after: Mapping[str, Any], actor: Actor) -> None:
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    if changed:
        audit.note(act, changed, actor.member_id)
