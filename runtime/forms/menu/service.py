"""What the bars of every page offer to one person: their apps, the forms they may use, what awaits them."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.contracts import Actor, NotFound
from runtime.db.asking import ask
from runtime.events import NOWHERE
from runtime.i18n import message, text_in, title_in
from runtime.identity.models import Tenant
from runtime.notices import service as notices
from runtime.permissions import ADMIN
from runtime.records.access import rights_of
from runtime.records.views import open_views
from runtime.releases import service as releases
from runtime.releases.models import App
from runtime.releases.published import Published
from runtime.releases.service import Live

Entry = dict[str, Any]

ICONS = {"kanban": "layout-kanban", "calendar": "calendar"}
"""The views that the bars name, by kind."""

_ADMINS = frozenset({"owner", "admin"})


def menu(actor: Actor, home: Tenant, app_key: str | None, lang: str) -> dict[str, Any]:
    """The layout's `nav` (see runtime/http/pages.py) for a person in a tenant, inside an app if one is named."""
    base = f"/t/{home.key}"
    found, counted = ask(releases.all_question(), notices.unread_question(actor.member_id or NOWHERE))
    apps = [app for app in (Live(*row) for row in found) if may_enter(actor, app)]
    inside = next((app for app in apps if app_key and app_key in (app.key, app.id)), None)
    return {
        "tenant": {"key": home.key, "title": home.title, **_look(home.settings, base)},
        "person": {"name": actor.name},
        "apps": [_entry(title_in(lang, app), f"{base}/a/{app.key}/", "apps") for app in apps],
        "admin": list(_administration(actor, base)),
        "unread": notices.count_in(counted),
        **(_inside(actor, inside, base, lang) if inside else {}),
    }


def _look(settings: Mapping[str, Any], base: str) -> dict[str, str]:
    logo = settings.get("logo")
    return {"accent": settings.get("accent") or "", "logo": f"{base}/logo?v={logo}" if logo else ""}


def may_enter(actor: Actor, app: App | Live) -> bool:
    """Whether somebody has anything to do with an app: a role in it, or the tenant's administration."""
    return bool(actor.powers & _ADMINS or actor.roles.get(app.id))


def may_build(actor: Actor, app: App | Live) -> bool:
    """Whether somebody may change an app."""
    return bool(actor.powers & _ADMINS) or ADMIN in actor.roles.get(app.id, ())


def _inside(actor: Actor, app: App | Live, base: str, lang: str) -> dict[str, Any]:
    here = f"{base}/a/{app.key}/"
    found: dict[str, Any] = {"app": _entry(title_in(lang, app), here, "briefcase")}
    if may_build(actor, app):
        found |= {"build_url": f"{here}build/", "runs_url": f"{here}runs/"}
    try:
        published = releases.current(app.id)
    except NotFound:
        return found
    return found | {
        "forms": list(_forms(actor, published, here, "read", lang)),
        "boards": list(_boards(actor, published, here, lang)),
        "creates": list(_forms(actor, published, here, "create", lang, "new")),
    }


def _forms(actor: Actor, published: Published, here: str, act: str, lang: str, page: str = "") -> Iterator[Entry]:
    for key, form in published.all("forms").items():
        if rights_of(published, actor, key).may(act):
            yield _entry(text_in(lang, form, "title") or key, f"{here}f/{key}/{page}", _icon(form))


def _boards(actor: Actor, published: Published, here: str, lang: str) -> Iterator[Entry]:
    for view in open_views(published, actor, lang, *ICONS):
        yield _entry(view.title, f"{here}v/{view.key}", ICONS[view.kind])


def _icon(form: Mapping[str, Any]) -> str:
    icon = (form.get("ui") or {}).get("ui:icon")
    return icon if isinstance(icon, str) and icon.replace("-", "").isalnum() else "clipboard-list"


def _administration(actor: Actor, base: str) -> Iterator[Entry]:
    if actor.powers & _ADMINS:
        yield _entry(message("Members"), f"{base}/members", "users")
        yield _entry(message("Tokens"), f"{base}/tokens", "key")
        yield _entry(message("Connections"), f"{base}/connections", "world-share")
        yield _entry(message("Incidents"), f"{base}/incidents", "alert-triangle")
        yield _entry(message("Settings"), f"{base}/settings", "settings")


def _entry(title: Any, url: str, icon: str) -> Entry:
    return {"title": title, "url": url, "icon": icon}
