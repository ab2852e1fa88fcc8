"""Taking a ready-made app into a tenant, copying one of its own, and offering one to be taken again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from builder.drafts import service as drafts
from builder.drafts.naming import named, numbered
from builder.drafts.parts import key_for, reworded
from builder.gallery.documents import catalog
from builder.gallery.models import Template
from builder.gallery.offers import Offer
from builder.gallery.sharing import ids_in, without_people
from builder.publishing import service as publishing
from runtime.contracts import Actor, NotFound, Refused
from runtime.db import current_tenant, db, transaction, utc_now
from runtime.documents.languages import spoken_in
from runtime.i18n import message, text_in
from runtime.identity import service as identity
from runtime.permissions import ADMIN
from runtime.releases import service as releases
from runtime.releases.models import App

DEMO = "sales"


def offers(lang: str) -> list[Offer]:
    """All that can be taken, as a reader of `lang` sees it; what the tenant offers itself comes last."""
    own = db.session.scalars(select(Template).order_by(Template.id)).all()
    made = [Offer(key, document, lang) for key, document in catalog().items()]
    return made + [Offer(one.key, one.document, lang, own=True) for one in own]


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
    document, names = spoken_in(offer.document, offer.lang), drafts.app_names()
    one, usual = named(document, title, names), {document["title"], numbered(document, names)["title"]}
    taken = [app.key for app in releases.apps()]
    wanted = key or key_for(offer.key if one["title"] in usual else one["title"], taken, "app")
    with transaction():
        app, _ = publishing.take_in({**one, "key": wanted}, actor, live=live, sample=sample)
        if actor.member_id:
            identity.give_role(app.id, ADMIN, actor.member_id)
    return app


def next_name(document: Mapping[str, Any], lang: str) -> str:
    """What one more app of a document would be called, in `lang`."""
    return text_in(lang, numbered(document, drafts.app_names()), "title")


def offer_own(app: App, title: str, description: str, version: str, actor: Actor) -> Offer:
    """The live app as a template of the tenant, in place of the one it was before.

    Raises NotFound before the first release, Refused with the places that name somebody or something of the tenant.
    """
    live = releases.current(app.id).document
    texts = {"title": title or live["title"], "description": description, "version": version}
    document = without_people({**reworded(live, **texts), "key": app.key})
    problems = list(ids_in(document))
    if problems:
        raise Refused(problems)
    with transaction() as session:
        releases.hold(app)
        known = own_template(app)
        if known is None:
            taken = [offer.key for offer in offers(actor.lang)]
            known = Template(tenant_id=current_tenant(), app_id=app.id, key=key_for(app.key, taken, "template"))
            session.add(known)
        known.document, known.offered_at, known.offered_by = document, utc_now(), actor.member_id
        session.flush()
    return Offer(known.key, document, actor.lang, own=True)


def own_template(app: App) -> Template | None:
    """The template an app is offered as, or None."""
    return db.session.scalar(select(Template).where(Template.app_id == app.id))


def withdraw(key: str) -> None:
    """Offer a template of the tenant no longer; apps made of it stay. Raises NotFound."""
    with transaction() as session:
        mine = delete(Template).where(Template.tenant_id == current_tenant(), Template.key == key)
        if session.execute(mine).rowcount != 1:  # type: ignore[attr-defined]
            raise NotFound(message("There is no such template."))


def clone(app: App, key: str, title: str, actor: Actor) -> App:
    """A copy of an app's documents as a draft, without records or people; whoever copies it is its admin.

    Without `title` it is called as the app, with the next number that is free.
    """
    taken = [known.key for known in releases.apps()]
    title = title or next_name(drafts.whole(app), app.lang)
    with transaction():
        copy = publishing.clone(app, key or key_for(title, taken, "app"), title, actor)
        if actor.member_id:
            identity.give_role(copy.id, ADMIN, actor.member_id)
    return copy


def load_demo(actor: Actor) -> App:
    """The app that a fresh installation shows, with its sample records."""
    return take(find(DEMO, actor.lang), actor)


def empty_roles(app: App, lang: str) -> list[str]:
    """The titles of the roles of a live app that nobody holds."""
    held = identity.role_holders(app.id)
    roles = releases.current(app.id).all("roles")
    return [text_in(lang, role, "title") or key for key, role in roles.items() if not held.get(key)]
