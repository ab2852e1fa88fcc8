"""Saying something about a record, and telling those who are mentioned."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from runtime.contracts import Actor, Fault, Forbidden, NotFound, Problem, Refused
from runtime.db import current_tenant, db, new_id, transaction, utc_now
from runtime.i18n import Message, message, speaker
from runtime.identity import service as identity
from runtime.identity.doors.service import actor_of
from runtime.notices import service as notices
from runtime.records.around.service import label_of
from runtime.records.comments.mentions import Mentioned, candidates, mentioned
from runtime.records.comments.models import Comment
from runtime.records.reading import service as reading
from runtime.records.record import Record
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
    _refuse(app_id, form, record_id, said, found)
    with transaction() as session:
        comment = Comment(
            tenant_id=current_tenant(), id=new_id(), app_id=app_id, form=form, record_id=record_id,
            member_id=str(actor.member_id), text=said, mentions=list(found.ids),
        )  # fmt: skip
        session.add(comment)
        session.flush()
        _tell(comment, record, label_of(record.data, opened.form.label, record.id), actor)
    return comment


def _refuse(app_id: str, form: str, record_id: str, text: str, found: Mentioned) -> None:
    problems = []
    if not text:
        problems.append(Problem("/text", "required", message("Write something first.")))
    if len(text) > MOST_TEXT:
        why = message("A comment has at most %(most)s characters.", most=MOST_TEXT)
        problems.append(Problem("/text", "maxLength", why))
    for name in found.doubtful:
        why = message("Several people are called “%(name)s”. Choose one from the list.", name=name)
        problems.append(Problem("/text", "mention", why))
    names = identity.member_names(found.ids)
    for id in found.ids:
        if not _may_read(app_id, form, record_id, id):
            why = message("%(name)s may not see this record and cannot be mentioned.", name=names[id])
            problems.append(Problem("/text", "mention", why))
    if problems:
        raise Refused(problems)


def _may_read(app_id: str, form: str, record_id: str, member_id: str) -> bool:
    seat = actor_of(member_id)
    try:
        return seat is not None and bool(reading.find(reading.begin(app_id, form, seat[0]), record_id))
    except Fault:
        return False


def _tell(comment: Comment, record: Record, label: str, actor: Actor) -> None:
    about = notices.About(_link(comment), comment.app_id, None)
    names, lang = {"name": actor.name, "label": label}, actor.lang
    told = [id for id in comment.mentions if id != actor.member_id]
    notices.tell(told, _words(message("%(name)s mentions you at “%(label)s”", **names), comment, lang), about)
    owner = record.owner_id
    if owner and owner not in (actor.member_id, *told):
        said = message("%(name)s says something about “%(label)s”", **names)
        notices.tell([owner], _words(said, comment, lang), about)


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
