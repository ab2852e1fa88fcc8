"""Saving, changing and removing one's own views, and those that all share."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from runtime.contracts import Actor, Forbidden, NotFound, Problem, Refused
from runtime.db import current_tenant, db, new_id, transaction
from runtime.db.asking import Question, ask
from runtime.i18n import message
from runtime.permissions import Rights
from runtime.records.filters import Columns
from runtime.records.saving.models import SavedView
from runtime.records.views import View, is_open

MOST = 100
"""Views that one member keeps of a form at most."""

MOST_TITLE = 100

Said = Mapping[str, Any]
"""The columns, filter and order of a view."""


def views(app_id: str, form: str, actor: Actor, asked: Columns) -> list[View]:
    """The actor's own views of a form and the shared ones, without those that ask about what is hidden from him."""
    [found] = ask(Question(_open(), {"app_id": app_id, "form": form, "member_id": actor.member_id}))
    views = [_view(form, *row) for row in found]
    return [view for view in views if is_open(view.document, asked)]


def _view(form: str, id: str, title: str, document: Mapping[str, Any], member_id: str, shared: bool) -> View:
    return View(id, title, {**document, "kind": "table", "form": form}, member_id, shared)


@cache
def _open() -> Select[Any]:
    row, mine = SavedView, [getattr(SavedView, name) == bindparam(name) for name in ("tenant_id", "app_id", "form")]
    whose = or_(row.member_id == bindparam("member_id"), row.shared.is_(True))
    rows = select(row.id, row.title, row.document, row.member_id, row.shared).where(*mine, whose)
    return rows.order_by(row.shared.desc(), row.title, row.id)


def save(
    app_id: str, form: str, title: str, said: Mapping[str, Any], shared: bool, rights: Rights, actor: Actor
) -> str:
    """A new view; gives its id. Raises Refused for no title or too many, Forbidden for sharing without the right."""
    if shared:
        _refuse_sharing(rights)
    named = _named(title)
    mine = (SavedView.app_id == app_id, SavedView.form == form, SavedView.member_id == actor.member_id)
    with transaction() as session:
        kept = session.scalar(select(func.count()).select_from(SavedView).where(*mine)) or 0
        if kept >= MOST:
            raise Refused([Problem("", "maxItems", message("You keep too many views of this form already."))])
        row = SavedView(
            tenant_id=current_tenant(), id=new_id(), app_id=app_id, form=form, member_id=actor.member_id, title=named,
            shared=shared, document=dict(said),
        )  # fmt: skip
        session.add(row)
        session.flush()
    return row.id


def keep(
    id: str, app_id: str, form: str, say: Callable[[Said], Said], rights: Rights, actor: Actor,
    title: str | None = None, shared: bool | None = None,
) -> View:  # fmt: skip
    """Let a view say what `say` makes of what it said, be called or shared otherwise; gives it as it is then, though it
    be hidden now. Of two changes at once neither is lost.

    Raises NotFound for one that is not the actor's to change, and what `save` raises.
    """
    with transaction() as session:
        row = _find(id, app_id, form, rights, actor)
        if shared is not None and shared != row.shared:
            _refuse_sharing(rights)
            row.shared = shared
        row.title = row.title if title is None else _named(title)
        row.document = dict(say(row.document))
        session.flush()
        return _view(form, row.id, row.title, row.document, row.member_id, row.shared)


def _refuse_sharing(rights: Rights) -> None:
    if not rights.may("share"):
        raise Forbidden(message("You may not share views of this form."))


def _named(title: str) -> str:
    named = title.strip()[:MOST_TITLE]
    if not named:
        raise Refused([Problem("/title", "required", message("Give the view a name."))])
    return named


def remove(id: str, app_id: str, form: str, rights: Rights, actor: Actor) -> None:
    """Take a view away; raises NotFound for one that is not the actor's to change."""
    with transaction() as session:
        session.delete(_find(id, app_id, form, rights, actor))


def may_change(view: View, rights: Rights, actor: Actor) -> bool:
    """Whether a saved view is the actor's to change: his own, or a shared one if he may share."""
    return view.owner is not None and (view.owner == actor.member_id or (view.shared and rights.may("share")))


def _find(id: str, app_id: str, form: str, rights: Rights, actor: Actor) -> SavedView:
    mine = select(SavedView).where(SavedView.id == id, SavedView.app_id == app_id, SavedView.form == form)
    row = db.session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if row is None or not (row.member_id == actor.member_id or (row.shared and rights.may("share"))):
        raise NotFound(message("There is no such view."))
    return row
