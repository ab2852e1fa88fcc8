"""Telling people things: into the app at once, by mail from a worker."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, insert, select, update
from sqlalchemy.orm import aliased

from runtime.contracts import NotFound
from runtime.db import current_tenant, db, new_id, transaction, utc_now
from runtime.db.asking import Question, Rows, ask
from runtime.events import Dispatch, dispatch_row
from runtime.i18n import message, text_in
from runtime.identity import service as identity
from runtime.identity.hours import TenantWeek
from runtime.identity.models import Account, Member, Tenant
from runtime.notices import mail
from runtime.notices.habits import habit_of
from runtime.notices.models import Notice
from runtime.notices.posting.service import post
from runtime.notices.sql import call_for

PAGE = 50
MOST_UNREAD = 100
GATHERED = timedelta(minutes=2)


@dataclass(frozen=True)
class About:
    """What a notice is about: a page inside the tenant, the app and the run it comes from.

    What is told again on the same `occasion`, before it was read, is counted and makes no notice of its own.
    """

    link: str | None = None
    app_id: str | None = None
    run_id: str | None = None
    occasion: str | None = None


NOTHING = About()


@dataclass(frozen=True)
class Reader:
    """Who is told: the language to tell it in, whether there is an address for mail, and when to tell."""

    lang: str = ""
    has_mail: bool = False
    due: Callable[[datetime], datetime] = lambda now: now


NOBODY = Reader()


def send(member_ids: Sequence[str], title: str, body: str = "", about: About = NOTHING) -> int:
    """Tell members something, inside the caller's transaction; says how many were told.

    A mail follows to those who have an address.
    """
    return tell(member_ids, {"title": title, "body": body}, about)


def tell(member_ids: Sequence[str], text: Mapping[str, Any], about: About = NOTHING, urgent: bool = False) -> int:
    """The same with `title` and `body` of a document part, each member in the own language as far as it is there.

    Everybody is told when that person wants it, what is `urgent` at once.
    """
    if not member_ids:
        return 0
    told, readers = list(dict.fromkeys(member_ids)), _readers(member_ids)
    with transaction() as session:
        counted = _count_more(told, about.occasion)
        notices = [_notice(id, text, about, readers.get(id, NOBODY), urgent) for id in told if id not in counted]
        if notices:
            session.execute(insert(Notice), notices)
        _call_for_mails([one for one in notices if readers.get(one["member_id"], NOBODY).has_mail])
    return len(told)


def _notice(member_id: str, text: Mapping[str, Any], about: About, reader: Reader, urgent: bool) -> dict[str, Any]:
    now = utc_now()
    due = now if urgent else reader.due(now)
    words = {name: text_in(reader.lang, text, name) for name in ("title", "body")}
    moments = {"created_at": now, "due_at": due, "bundled": due > now, "mailed_at": None}
    return {"tenant_id": current_tenant(), "id": new_id(), "member_id": member_id, **words, **asdict(about), **moments}


def _count_more(member_ids: Sequence[str], occasion: str | None) -> set[str]:
    """Those for whom a notice of this occasion waits to be read; it counts one more then."""
    if occasion is None:
        return set()
    other = aliased(Notice)
    same = (other.tenant_id == current_tenant(), other.member_id == Notice.member_id, other.occasion == occasion)
    # of two that were made at the same time the first goes on counting, or each would be counted twice
    first = select(other.id).where(*same, other.read_at.is_(None)).order_by(other.id).limit(1).scalar_subquery()
    theirs = Notice.tenant_id == current_tenant(), Notice.member_id.in_(member_ids), Notice.read_at.is_(None)
    waiting = update(Notice).where(*theirs, Notice.id == first).values(alike=Notice.alike + 1)
    counted = waiting.returning(Notice.member_id).execution_options(synchronize_session=False)
    return set(db.session.scalars(counted))


def _call_for_mails(notices: Sequence[Mapping[str, Any]]) -> None:
    """A mail for each that is told at once, one for all that waits for the same person."""
    alone = [dispatch_row(one["tenant_id"], one["id"], "mail", _mail_due(one)) for one in notices if not one["bundled"]]
    if alone:
        db.session.execute(insert(Dispatch), alone)
    for one in notices:
        if one["bundled"]:
            dialect = db.engine.dialect.name
            db.session.execute(call_for(dialect, one["tenant_id"], one["member_id"], one["due_at"]))


def _mail_due(notice: Mapping[str, Any]) -> datetime:
    """When it is mailed; where more alike may follow, a little later, so that the mail says how many."""
    due: datetime = notice["due_at"]
    return due + GATHERED if notice["occasion"] else due


def _readers(member_ids: Iterable[str]) -> dict[str, Reader]:
    """Those of the members who can sign in; who has chosen no language is told in the workspace's."""
    query = (
        select(
            *(Member.id, func.coalesce(Account.lang, Tenant.lang), Account.mail),
            *(Member.notices, Tenant.settings, Tenant.timezone),
        )
        .join(Account, Account.id == Member.account_id)
        .join(Tenant, Tenant.tenant_id == Member.tenant_id)
        .where(Member.id.in_(set(member_ids)), Member.active.is_(True))
    )
    return {row[0]: Reader(row[1], row[2] is not None, _due(*row[3:])) for row in db.session.execute(query)}


def _due(own: Any, settings: Mapping[str, Any], timezone: str) -> Callable[[datetime], datetime]:
    kept = own or settings.get("notices")
    if not kept:
        return NOBODY.due
    habit, zone = habit_of(kept), ZoneInfo(timezone)
    return lambda now: habit.due(now, zone, TenantWeek(settings, timezone).hours)


def habit_kept(member_id: str) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """What a member has chosen, None for the tenant's way; and the tenant's way."""
    home = identity.this_tenant()
    return identity.find_member(member_id).notices, home.settings.get("notices") or {"bundle": "now", "at": "09:00"}


def choose_habit(member_id: str, kept: Mapping[str, Any] | None) -> None:
    """Keep when a member wants to be told; None follows the tenant."""
    with transaction():
        identity.find_member(member_id).notices = dict(kept) if kept else None


# --- reading -----------------------------------------------------------------------------------


def unread(member_id: str) -> int:
    """How many notices wait to be read; counts to MOST_UNREAD."""
    return count_in(ask(unread_question(member_id))[0])


def unread_question(member_id: str) -> Question:
    """The same to be asked together with other things; `count_in` reads the answer."""
    return Question(_unread(), {"member_id": member_id, "now": utc_now()})


def count_in(rows: Rows) -> int:
    """The one number that was asked for."""
    return int(rows[0][0])


@cache
def _unread() -> Select[Any]:
    mine = Notice.tenant_id == bindparam("tenant_id"), Notice.member_id == bindparam("member_id")
    shown = *mine, Notice.read_at.is_(None), Notice.due_at <= bindparam("now")
    return select(func.count()).select_from(select(Notice.id).where(*shown).limit(MOST_UNREAD).subquery())


def page(member_id: str, before: str | None = None, limit: int = PAGE) -> tuple[Sequence[Notice], str | None]:
    """A member's notices, the newest first, and where the next page begins."""
    query = select(Notice).where(Notice.member_id == member_id, Notice.due_at <= utc_now())
    if before:
        query = query.where(Notice.id < before)
    found = db.session.scalars(query.order_by(Notice.id.desc()).limit(limit + 1)).all()
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def find(member_id: str, notice_id: str) -> Notice:
    """One of the member's own notices; raises NotFound."""
    found = db.session.scalar(select(Notice).where(Notice.id == notice_id, Notice.member_id == member_id))
    if found is None:
        raise NotFound(message("There is no such page."))
    return found


def mark_read(member_id: str, notice_id: str | None = None) -> None:
    """Mark one of the member's notices as read, or all of them."""
    which = [Notice.tenant_id == current_tenant(), Notice.member_id == member_id, Notice.read_at.is_(None)]
    which.append(Notice.due_at <= utc_now())
    if notice_id:
        which.append(Notice.id == notice_id)
    with transaction() as session:
        session.execute(update(Notice).where(*which).values(read_at=utc_now()))


# --- mail --------------------------------------------------------------------------------------


def deliver(notice_id: str, settings: Mapping[str, Any]) -> None:
    """Hand a notice over to the mail server, or into the outbox folder; raises OSError when that fails.

    It can go out twice when a worker dies between the handing over and the mark; its Message-ID is the same then.
    """
    letter = _letter(notice_id, str(settings.get("PUBLIC_URL") or ""))
    if letter is None:
        return
    post(letter, settings)
    with transaction() as session:
        mine = (Notice.tenant_id == current_tenant(), Notice.id == notice_id)
        session.execute(update(Notice).where(*mine).values(mailed_at=utc_now()))


def _letter(notice_id: str, public_url: str) -> mail.Letter | None:
    query = (
        select(Notice, Member.name, Account.mail)
        .join(Member, Member.id == Notice.member_id)
        .join(Account, Account.id == Member.account_id)
        .where(Notice.id == notice_id, Notice.mailed_at.is_(None), Member.active.is_(True), Account.mail.is_not(None))
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    notice, name, address = row
    url = f"{public_url.rstrip('/')}/t/{identity.this_tenant().key}/{notice.link or 'notices'}" if public_url else None
    return mail.Letter(notice.id, address, name, notice.heading, notice.body, url, notice.created_at)
