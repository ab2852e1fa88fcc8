"""Saying something about a record, and telling those who are mentioned."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from runtime.contracts import Actor, Fault, Forbidden, NotFound, Problem, Refused
from runtime.db import current_tenant, db, new_id, transaction, utc_now
from runtime.i18n import Message, message, speaker
from runtime.identity import service as identity
from runtime.identity.doors.service import actor_of
from runtime.notices import service as notices
from runtime.records.around.service import labels
from runtime.records.comments.mentions import Mentioned, candidates, mentioned
from runtime.records.comments.models import Comment
from runtime.records.reading import service as reading
from runtime.releases import service as releases

MOST_TEXT = 5_000
MOST = 200
"""Comments that are shown of a record."""


def comments(record_id: str) -> Sequence[Comment]:
    """The comments of a record that the caller has read, the last first."""
    asked = select(Comment).where(Comment.record_id == record_id).order_by(Comment.id.desc()).limit(MOST)
    return db.session.scalars(asked).all()


def add(app_id: str, form: str, record_id: str, text: str, chosen: Collection[str], actor: Actor) -> Comment:
    """Say something about a record one may read, and tell who is mentioned and who owns it.

    `chosen` are ids that were picked from a list: they decide between people of one name. Raises NotFound, Forbidden,
    and Refused for no text, too long a text, and a mention of somebody who may not see the record.
    """
    opened = reading.begin(app_id, form, actor)
    record = reading.read_in(opened, record_id)
    said = text.strip()
    found = mentioned(said, identity.members_named(candidates(said)), chosen)
    called = {id: _label(app_id, form, record_id, id) for id in found.ids}
    _refuse(said, found, [id for id, label in called.items() if label is None])
    with transaction() as session:
        comment = Comment(
            tenant_id=current_tenant(), id=new_id(), app_id=app_id, form=form, record_id=record_id,
            member_id=str(actor.member_id), text=said, mentions=list(found.ids),
        )  # fmt: skip
        session.add(comment)
        session.flush()
        _tell(comment, called, record.owner_id, actor)
    return comment


def _refuse(text: str, found: Mentioned, shut_out: Collection[str]) -> None:
    problems = []
    if not text:
        problems.append(Problem("/text", "required", message("Write something first.")))
    if len(text) > MOST_TEXT:
        why = message("A comment has at most %(most)s characters.", most=MOST_TEXT)
        problems.append(Problem("/text", "maxLength", why))
    for name in found.doubtful:
        why = message("Several people are called “%(name)s”. Choose one from the list.", name=name)
        problems.append(Problem("/text", "mention", why))
    for name in identity.member_names(shut_out).values():
        why = message("%(name)s may not see this record and cannot be mentioned.", name=name)
        problems.append(Problem("/text", "mention", why))
    if problems:
        raise Refused(problems)


def _label(app_id: str, form: str, record_id: str, member_id: str) -> str | None:
    """What a member may know the record by; None for one who may not see it."""
    seat = actor_of(member_id)
    try:
        return labels(app_id, form, [record_id], seat[0]).get(record_id) if seat else None
    except Fault:
        return None


def _tell(comment: Comment, called: Mapping[str, str | None], owner_id: str | None, actor: Actor) -> None:
    """Each of those who are meant hears of it by what the record is `called` for them; an owner who may not see it
    any more hears nothing."""
    told = {id: label for id, label in called.items() if id != actor.member_id}
    for id, label in told.items():
        _tell_one(id, message("%(name)s mentions you at “%(label)s”", name=actor.name, label=label), comment, actor)
    if owner_id and owner_id not in (actor.member_id, *told):
        label = _label(comment.app_id, comment.form, comment.record_id, owner_id)
        said = message("%(name)s says something about “%(label)s”", name=actor.name, label=label)
        if label is not None:
            _tell_one(owner_id, said, comment, actor)


def _tell_one(member_id: str, said: Message, comment: Comment, actor: Actor) -> None:
    about = notices.About(_link(comment), comment.app_id, None)
    notices.tell([member_id], _words(said, comment, actor.lang), about)


def _words(title: Message, comment: Comment, lang: str) -> dict[str, object]:
    """A notice in the tenant's language and beside it in both, with the beginning of what was said."""
    body = comment.text[:500]
    spoken = {one: {"title": title.translated(speaker(one)), "body": body} for one in ("zh", "en")}
    return {"title": title.translated(speaker(lang)), "body": body, "x-texts": spoken}


def _link(comment: Comment) -> str:
    key = next(app.key for app in releases.apps() if app.id == comment.app_id)
    return f"a/{key}/f/{comment.form}/{comment.record_id}?tab=history"


def remove(app_id: str, form: str, record_id: str, comment_id: str, actor: Actor) -> None:
    """Take one's own comment away; who builds the app takes anybody's. Raises NotFound, Forbidden."""
    reading.find(reading.begin(app_id, form, actor), record_id)
    with transaction() as session:
        mine = (Comment.id == comment_id, Comment.record_id == record_id, Comment.removed_at.is_(None))
        comment = session.scalar(select(Comment).where(*mine))
        if comment is None:
            raise NotFound(message("There is no such comment."))
        if not may_remove(comment, actor):
            raise Forbidden(message("Only who wrote a comment can remove it."))
        comment.text, comment.removed_at = "", utc_now()
        session.flush()


def may_remove(comment: Comment, actor: Actor) -> bool:
    """Whether somebody may take a comment away."""
    builds = bool(actor.powers) or "admin" in actor.roles.get(comment.app_id, ())
    return builds or comment.member_id == actor.member_id
