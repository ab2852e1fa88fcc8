"""Telling people things: into the app at once, by mail from a worker."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

from runtime.contracts import NotFound
from runtime.db import current_tenant, db, new_id, transaction, utc_now
from runtime.events import Dispatch, dispatch_row
from runtime.i18n import message, text_in
from runtime.identity import service as identity
from runtime.identity.models import Account, Member
from runtime.notices import mail
from runtime.notices.models import Notice
from runtime.notices.posting.service import post

PAGE = 50
MOST_UNREAD = 100


@dataclass(frozen=True)
class About:
    """What a notice is about: a page inside the tenant, the app and the run it comes from."""

    link: str | None = None
    app_id: str | None = None
    run_id: str | None = None


NOTHING = About()
ABSENT = ("", False)


def send(member_ids: Sequence[str], title: str, body: str = "", about: About = NOTHING) -> int:
    """Tell members something, inside the caller's transaction; says how many were told.

    A mail follows to those who have an address.
    """
    return tell(member_ids, {"title": title, "body": body}, about)


def tell(member_ids: Sequence[str], text: Mapping[str, Any], about: About = NOTHING) -> int:
    """The same with `title` and `body` of a document part, each member in the own language as far as it is there."""
    if not member_ids:
        return 0
    tenant_id, now = current_tenant(), utc_now()
    accounts = _accounts(member_ids)
    with transaction() as session:
        notices = [
            {
                "tenant_id": tenant_id,
                "id": new_id(),
                "member_id": member_id,
                "title": text_in(accounts.get(member_id, ABSENT)[0], text, "title"),
                "body": text_in(accounts.get(member_id, ABSENT)[0], text, "body"),
                "link": about.link,
                "app_id": about.app_id,
                "run_id": about.run_id,
                "created_at": now,
                "mailed_at": None,
            }
            for member_id in dict.fromkeys(member_ids)
        ]
        session.execute(insert(Notice), notices)
        mails = [
            dispatch_row(tenant_id, notice["id"], "mail", now)
            for notice in notices
            if accounts.get(notice["member_id"], ABSENT)[1]
        ]
        if mails:
            session.execute(insert(Dispatch), mails)
    return len(notices)


def _accounts(member_ids: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """Of those who can sign in: the language they chose, and whether there is an address for mail."""
    query = (
        select(Member.id, Account.lang, Account.mail)
        .join(Account, Account.id == Member.account_id)
        .where(Member.id.in_(set(member_ids)), Member.active.is_(True))
    )
    return {id: (lang or "", mail is not None) for id, lang, mail in db.session.execute(query)}


# --- reading -----------------------------------------------------------------------------------


def unread(member_id: str) -> int:
    """How many notices wait to be read; counts to MOST_UNREAD."""
    waiting = select(Notice.id).where(Notice.member_id == member_id, Notice.read_at.is_(None)).limit(MOST_UNREAD)
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def page(member_id: str, before: str | None = None, limit: int = PAGE) -> tuple[Sequence[Notice], str | None]:
    """A member's notices, the newest first, and where the next page begins."""
    query = select(Notice).where(Notice.member_id == member_id)
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
    return mail.Letter(notice.id, address, name, notice.title, notice.body, url, notice.created_at)
