"""Starting an app, taking one in, giving one out, and saving its parts one at a time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from builder.drafts import roles
from builder.drafts.models import Draft
from builder.drafts.naming import names_of
from builder.drafts.parts import KINDS, join, split
from runtime import documents
from runtime.contracts import Actor, Conflict, LostRace, NotFound, Problem, Refused
from runtime.db import db, dumps, transaction
from runtime.i18n import message
from runtime.releases import service as releases
from runtime.releases.models import App
from runtime.releases.titles import called, titles_of


def start(key: str, title: str, lang: str, members: str, actor: Actor) -> App:
    """A blank app with one role called `members`; raises Conflict when the key is taken, Refused when it is no key."""
    blank = {"format": "app/1", "key": key, "title": title, "lang": lang, "forms": []}
    return take_in({**blank, "roles": [roles.standard(members)]}, actor)


def app_names() -> set[str]:
    """All that the tenant's apps are called, in every language."""
    return set[str]().union(*(names_of(app.title, app.texts) for app in releases.apps()))


def take_in(document: Mapping[str, Any], actor: Actor) -> App:
    """An app/1 document as a new draft app; all its problems at once or nothing half saved.

    Raises Refused, or Conflict when the tenant has an app of that key.
    """
    refuse_if(documents.check("app", document) or documents.check_app(document))
    rest, parts = split(document)
    key, title, lang = str(document["key"]), str(document["title"]), str(document.get("lang") or "zh-CN")
    try:
        with transaction() as session:
            app = releases.create_app(key, title, lang, actor, titles_of(document))
            session.add(_draft(app, "app", key, 0, rest, actor))
            for position, (kind, part) in enumerate(parts):
                session.add(_draft(app, kind, part["key"], position, part, actor))
            session.flush()
    except IntegrityError:
        raise Conflict(message("There is already an app with the key “%(key)s”.", key=key)) from None
    return app


def put_back(app: App, document: Mapping[str, Any], actor: Actor) -> None:
    """Make an app/1 the draft in the place of what the draft is now; raises Refused, and then nothing is changed."""
    refuse_if(documents.check("app", document) or documents.check_app(document))
    rest, parts = split(document)
    wanted = {("app", app.key): (0, rest)}
    wanted |= {(kind, part["key"]): (position, part) for position, (kind, part) in enumerate(parts)}
    with transaction() as session:
        releases.hold(app)
        standing = {(draft.kind, draft.key): draft for draft in _all(app)}
        for (kind, key), (position, part) in wanted.items():
            draft = standing.pop((kind, key), None)
            if draft is None:
                session.add(_draft(app, kind, key, position, part, actor))
            else:
                draft.position = position
                _rewrite(draft, part, actor)
        for draft in standing.values():
            session.delete(draft)
        session.flush()


def refuse_if(problems: list[Problem]) -> None:
    """Raise Refused when there are problems."""
    if problems:
        raise Refused(problems)


def whole(app: App) -> dict[str, Any]:
    """The draft app/1 document: what is exported, checked and published."""
    drafts = _all(app)
    rest = next((draft.document for draft in drafts if draft.kind == "app"), {})
    return join(rest, ((draft.kind, draft.document) for draft in drafts if draft.kind != "app"))


def _all(app: App) -> Sequence[Draft]:
    return db.session.scalars(select(Draft).where(Draft.app_id == app.id).order_by(Draft.position, Draft.id)).all()


def find(app: App, kind: str, key: str) -> Draft:
    """One draft; raises NotFound."""
    found = db.session.scalar(select(Draft).where(Draft.app_id == app.id, Draft.kind == kind, Draft.key == key))
    if found is None:
        raise NotFound(message("There is no such page."))
    return found


def save(app: App, kind: str, key: str, document: Mapping[str, Any], rev: int | None, actor: Actor) -> Draft:
    """Keep a part under its key, new or changed; it must be a sound document by itself.

    `rev` is what the writer saw, None to write in any case. Raises Refused, or LostRace: also for a part that somebody
    else has removed since it was seen.
    """
    if kind not in KINDS:
        raise NotFound(message("There is no such page."))
    refuse_if(_problems(kind, key, document))
    with transaction() as session:
        draft: Draft | None = session.scalar(_locked(app, kind, key))
        if draft is None:
            releases.hold(app)  # a row that is not there cannot be locked: of two new parts of a key, one is the second
            draft = session.scalar(_locked(app, kind, key))
        if rev is not None and (draft is None or rev != draft.rev):
            raise LostRace(message("Somebody else changed this meanwhile. Load it again to see the newer version."))
        if draft is None:
            draft = _draft(app, kind, key, _next_position(app), document, actor)
            session.add(draft)
        else:
            _rewrite(draft, document, actor)
        session.flush()
    return draft


def _rewrite(draft: Draft, document: Mapping[str, Any], actor: Actor) -> None:
    """Another document in a draft that is there, one revision later; the same one changes nothing."""
    if dumps(draft.document) != dumps(document):
        draft.document, draft.rev, draft.updated_by = dict(document), draft.rev + 1, actor.member_id
        flag_modified(draft, "document")  # another order of keys is a change too: that of a form's questions


def rename(app: App, title: str, others: Mapping[str, str], actor: Actor) -> None:
    """Call the app otherwise, at once and in the draft; `others` are its titles by other languages, "" for none.

    Raises Refused.
    """
    with transaction():
        draft = find(app, "app", app.key)
        renamed = called(draft.document, title, others)
        refuse_if(documents.check("app", {**renamed, "forms": []}))
        _rewrite(draft, renamed, actor)
        releases.name(app, renamed)


def add_form(app: App, document: Mapping[str, Any], actor: Actor) -> Draft:
    """A new form, and in it the rights of every role that follows new forms; raises Refused."""
    with transaction():
        draft = save(app, "forms", str(document["key"]), document, None, actor)
        _follow(app, lambda role: roles.with_form(role, draft.key), actor)
    return draft


def remove(app: App, kind: str, key: str, actor: Actor) -> None:
    """Take a part out of the draft, and a form out of the roles; raises NotFound. What was published stays."""
    draft = find(app, kind, key)
    with transaction() as session:
        session.execute(delete(Draft).where(Draft.tenant_id == app.tenant_id, Draft.id == draft.id))
        if kind == "forms":
            _follow(app, lambda role: roles.without_form(role, key), actor)


def _follow(app: App, change: Callable[[Mapping[str, Any]], dict[str, Any]], actor: Actor) -> None:
    for role in whole(app).get("roles") or ():
        changed = change(role)
        if changed != role:
            save(app, "roles", role["key"], changed, None, actor)


def _problems(kind: str, key: str, document: Mapping[str, Any]) -> list[Problem]:
    problems = list(documents.check(KINDS[kind], document))
    if not problems and document.get("key") != key:
        wrong = message("The key in the document must be “%(key)s”, as in the address.", key=key)
        problems.append(Problem("/key", "const", wrong))
    return problems


def _draft(app: App, kind: str, key: str, position: int, document: Mapping[str, Any], actor: Actor) -> Draft:
    return Draft(
        tenant_id=app.tenant_id,
        app_id=app.id,
        kind=kind,
        key=key,
        position=position,
        document=dict(document),
        rev=1,
        updated_by=actor.member_id,
    )


def _locked(app: App, kind: str, key: str) -> Any:
    return select(Draft).where(Draft.app_id == app.id, Draft.kind == kind, Draft.key == key).with_for_update()


def _next_position(app: App) -> int:
    last = db.session.scalar(select(func.max(Draft.position)).where(Draft.app_id == app.id))
    return (last or 0) + 1
