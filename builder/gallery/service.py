"""Taking a ready-made app into a tenant."""

from collections.abc import Mapping
from typing import Any

from builder.drafts.parts import key_for
from builder.gallery.documents import catalog
from builder.gallery.offers import Offer
from builder.publishing import service as publishing
from runtime.contracts import Actor, NotFound
from runtime.db import transaction
from runtime.documents.languages import spoken_in
from runtime.i18n import message, text_in
from runtime.identity import service as identity
from runtime.permissions import ADMIN
from runtime.releases import service as releases
from runtime.releases.models import App

DEMO = "sales"


def offers(lang: str) -> list[Offer]:
    """All that can be taken, as a reader of `lang` sees it."""
    return [Offer(key, document, lang) for key, document in catalog().items()]


def find(key: str, lang: str) -> Offer:
    """One offer; raises NotFound."""
    found = next((offer for offer in offers(lang) if offer.key == key), None)
    if found is None:
        raise NotFound(message("There is no such template."))
    return found


def take(offer: Offer, actor: Actor, *, title: str = "", key: str = "", live: bool = True, sample: bool = True) -> App:
    """A new app made of an offer, in the offer's language; whoever takes it is its admin.

    Without `title` or `key` they are as the template has them, or the next that are free. Raises Conflict for a key
    that is taken, Refused.
    """
    document = spoken_in(offer.document, offer.lang)
    title = title or document["title"]
    taken = [app.key for app in releases.apps()]
    wanted = key or key_for(title if title != document["title"] else offer.key, taken, "app")
    with transaction():
        app, _ = publishing.take_in(_called(document, wanted, title), actor, live=live, sample=sample)
        if actor.member_id:
            identity.give_role(app.id, ADMIN, actor.member_id)
    return app


def _called(document: Mapping[str, Any], key: str, title: str) -> dict[str, Any]:
    """The document under another key and title; a title of one's own has no other languages."""
    called = {**document, "key": key, "title": title}
    if title != document["title"]:
        called["x-texts"] = {
            lang: {name: text for name, text in texts.items() if name != "title"}
            for lang, texts in (document.get("x-texts") or {}).items()
        }
    return called


def load_demo(actor: Actor) -> App:
    """The app that a fresh installation shows, with its sample records."""
    return take(find(DEMO, actor.lang), actor)


def empty_roles(app: App, lang: str) -> list[str]:
    """The titles of the roles of a live app that nobody holds."""
    held = identity.role_holders(app.id)
    roles = releases.current(app.id).all("roles")
    return [text_in(lang, role, "title") or key for key, role in roles.items() if not held.get(key)]
