"""Finding apps and their live release; making a new one."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from runtime.contracts import Actor, NotFound, as_id
from runtime.db import current_tenant, db, in_transaction, new_id, transaction
from runtime.db.asking import Question, Rows, ask
from runtime.i18n import message
from runtime.releases.models import App, Release
from runtime.releases.published import Published
from runtime.releases.titles import Texts, titles_of

_KEPT = 256
_published: OrderedDict[tuple[str, str, int], Published] = OrderedDict()
"""Compiled releases of this process, the last used at the end. A release never changes, so neither does an entry."""


listeners: list[Callable[[Published], None]] = []
"""Who is told of a new release, in the transaction that makes it; filled where the house is put together."""


def apps() -> Sequence[App]:
    """The tenant's apps, oldest first."""
    return db.session.scalars(select(App).order_by(App.id)).all()


def find_app(key_or_id: str) -> App:
    """An app of the tenant by key or id; raises NotFound."""
    found = db.session.scalar(select(App).where(App.key == key_or_id))
    if found is None and as_id(key_or_id):
        found = db.session.scalar(select(App).where(App.id == key_or_id))
    if found is None:
        raise NotFound(message("There is no such app."))
    return found


@dataclass(frozen=True)
class Live:
    """An app as requests know it: `release` is the number that is live, None before the first publishing."""

    id: str
    key: str
    title: str
    texts: Texts
    release: int | None


def all_question() -> Question:
    """All apps of the tenant, oldest first, to be asked together with other things: each row makes a Live."""
    return Question(_all(), {})


def _live() -> Select[Any]:
    """What makes a `Live`, of all apps of the tenant."""
    told = select(App.id, App.key, App.title, App.texts, App.release)
    return told.where(App.tenant_id == bindparam("tenant_id"))


@cache
def _all() -> Select[Any]:
    return _live().order_by(App.id)


class InAddress:
    """The app that an address names, asked about together with who comes (see `identity.doors`)."""

    def app_id(self, key: str) -> str:
        return find_live(key).id

    def question(self, key: str) -> Question:
        return Question(live_query(), {"key": key, "id": as_id(key)})

    def meet(self, rows: Rows) -> None:
        for row in rows:
            _met()[row[0]] = Live(*row)


@cache
def live_query() -> Select[Any]:
    """The app of `key`, or of `id`."""
    return _live().where(or_(App.key == bindparam("key"), App.id == bindparam("id")))


def _met() -> dict[str, Live]:
    """The apps by id that this request has found, as they were then."""
    return db.session().info.setdefault("met", {})


def find_live(key_or_id: str) -> Live:
    """An app of the tenant by key or id as this request knows it; raises NotFound."""
    known = _named(key_or_id)
    if known is None:
        in_address = InAddress()
        in_address.meet(ask(in_address.question(key_or_id))[0])
        known = _named(key_or_id)
    if known is None:
        raise NotFound(message("There is no such app."))
    return known


def _named(key_or_id: str) -> Live | None:
    met = _met().values()
    by_key = (app for app in met if app.key == key_or_id)
    return next(by_key, None) or next((app for app in met if app.id == as_id(key_or_id)), None)


def create_app(key: str, title: str, lang: str, actor: Actor, texts: Texts | None = None) -> App:
    """A new app without a release; the key must be free in the tenant. `texts` are its titles in other languages."""
    with transaction() as session:
        about = {"key": key, "title": title, "texts": dict(texts or {}), "lang": lang}
        app = App(tenant_id=actor.tenant_id, id=new_id(), created_by=actor.member_id, **about)
        session.add(app)
        session.flush()
    return app


def current(app_id: str) -> Published:
    """The live release of an app; raises NotFound before the first publishing."""
    number = _current_number(app_id)
    if number is None:
        raise NotFound(message("This app has not been published yet."))
    return at(app_id, number)


def _current_number(app_id: str) -> int | None:
    """The number of the live release; looked up once in a transaction, which works with one release throughout.

    Outside one no query is needed where the request has found the app by its key already.
    """
    session = db.session()
    if not in_transaction():
        known = _met().get(app_id)
        return known.release if known else _number_now(app_id)
    begun, numbers = session.info.get("live_releases", (None, {}))
    if begun is not session.get_transaction():
        numbers = {}
        session.info["live_releases"] = (session.get_transaction(), numbers)
    if app_id not in numbers:
        numbers[app_id] = _number_now(app_id)
    return numbers[app_id]


def _number_now(app_id: str) -> int | None:
    [found] = ask(Question(live_query(), {"key": None, "id": app_id}))
    return found[0][-1] if found else None


def at(app_id: str, number: int) -> Published:
    """One release by number; raises NotFound."""
    name = (current_tenant(), app_id, number)
    known = _published.get(name)
    if known is not None:
        _published.move_to_end(name)
        return known
    document = db.session.scalar(select(Release.document).where(Release.app_id == app_id, Release.number == number))
    if document is None:
        raise NotFound(message("There is no such release."))
    _published[name] = Published(app_id, number, document)
    while len(_published) > _KEPT:
        _published.popitem(last=False)
    return _published[name]


def documents(app_id: str) -> Sequence[Mapping[str, Any]]:
    """Every released app/1 document of an app, oldest first."""
    return db.session.scalars(select(Release.document).where(Release.app_id == app_id).order_by(Release.number)).all()


def history(app_id: str) -> Sequence[Any]:
    """Every release, the newest first, without its document: `number`, `note`, `created_at`, `created_by`."""
    told = select(Release.number, Release.note, Release.created_at, Release.created_by)
    return db.session.execute(told.where(Release.app_id == app_id).order_by(Release.number.desc())).all()


def hold(app: App) -> None:
    """Let nobody else hold this app until the transaction ends; on SQLite nobody else writes then anyway."""
    db.session.execute(select(App.id).where(App.id == app.id).with_for_update())


def name(app: App, document: Mapping[str, Any]) -> None:
    """Call an app as a document of it does, in all its languages, within the caller's transaction."""
    app.title = str(document.get("title") or app.title)
    app.texts = titles_of(document)


def add_release(app: App, document: Mapping[str, Any], note: str, actor: Actor) -> Published:
    """Make `document` (a checked app/1) the app's next release and its live one."""
    with transaction() as session:
        hold(app)
        last = session.scalar(select(func.max(Release.number)).where(Release.app_id == app.id)) or 0
        session.add(
            Release(
                tenant_id=actor.tenant_id,
                app_id=app.id,
                number=last + 1,
                document=dict(document),
                note=note,
                created_by=actor.member_id,
            )
        )
        session.flush()
        for known in ("met", "live_releases"):
            session.info.pop(known, None)
        app.release = last + 1
        name(app, document)
        session.flush()
        made = at(app.id, last + 1)
        for told in listeners:
            told(made)
    return made
