"""What a member was told since the last time, in one mail.

The notices of a mail are marked with its id before it is sent: whoever goes on after a crash sends the same mail again
under the same Message-ID, never another one with half of it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from runtime.contracts import Turn
from runtime.db import current_tenant, db, new_id, transaction, utc_now
from runtime.i18n import message, speaker
from runtime.identity import service as identity
from runtime.identity.models import Account, Member
from runtime.notices.mail import Letter
from runtime.notices.models import Notice
from runtime.notices.posting.service import post, put_off

SHOWN = 30
"""So many are named in a mail; the others are counted."""


def work(turn: Turn) -> None:
    """Send a member's bundle; what is due stays on the list for as long as another one is to come."""
    try:
        deliver(turn.claim.id, turn.settings, turn.hold)
    except (OSError, ValueError) as error:
        put_off(turn, error)
        return
    with transaction():
        turn.hold()
        due = next_due(turn.claim.id)
        turn.release(due) if due else turn.finish()


def deliver(member_id: str, settings: Mapping[str, Any], hold: Callable[[], None]) -> None:
    """Send what is due for a member; raises OSError when that fails. `hold` makes sure the work is still ours."""
    with transaction() as session:
        hold()
        bundle = _bundle(member_id)
    if not bundle:
        return
    reader = _reader(member_id)
    if reader is not None:
        post(_letter(bundle, *reader, str(settings.get("PUBLIC_URL") or "")), settings)
    with transaction() as session:
        mine = Notice.tenant_id == current_tenant(), Notice.bundle == bundle[0].bundle
        session.execute(update(Notice).where(*mine).values(mailed_at=utc_now()))


def next_due(member_id: str) -> datetime | None:
    """When the member's next bundle is to be sent."""
    waiting = select(func.min(Notice.due_at)).where(*_waiting(member_id))
    found: datetime | None = db.session.scalar(waiting)
    return found


def _waiting(member_id: str) -> tuple[Any, ...]:
    return Notice.member_id == member_id, Notice.bundled.is_(True), Notice.mailed_at.is_(None)


def _bundle(member_id: str) -> Sequence[Notice]:
    """The notices of an unfinished mail, else those that are due, marked as one."""
    begun = select(Notice).where(*_waiting(member_id), Notice.bundle.is_not(None)).order_by(Notice.id)
    found = db.session.scalars(begun).all()
    if found:
        return [one for one in found if one.bundle == found[0].bundle]
    due = select(Notice).where(*_waiting(member_id), Notice.due_at <= utc_now()).order_by(Notice.id)
    fresh, found = new_id(), db.session.scalars(due).all()
    for one in found:
        one.bundle = fresh
    return found


def _reader(member_id: str) -> tuple[str, str, str] | None:
    """Name, address and language; None for somebody without an address, or shut out."""
    seat = select(Member.name, Account.mail, Account.lang).join(Account, Account.id == Member.account_id)
    mine = Member.id == member_id, Member.active.is_(True), Account.mail.is_not(None)
    row = db.session.execute(seat.where(*mine)).first()
    return (row[0], str(row[1]), row[2] or identity.this_tenant().lang) if row else None


def _letter(bundle: Sequence[Notice], name: str, mail: str, lang: str, public_url: str) -> Letter:
    speak, tenant = speaker(lang), identity.this_tenant()
    many = message("%(count)s notices from %(workspace)s", count=len(bundle), workspace=tenant.title)
    parts = [f"· {one.heading}" + (f"\n{one.body}" if one.body else "") for one in bundle[:SHOWN]]
    if len(bundle) > SHOWN:
        parts.append(message("… and %(count)s more", count=len(bundle) - SHOWN).translated(speak))
    url = f"{public_url.rstrip('/')}/t/{tenant.key}/notices" if public_url else None
    title = many.translated(speak) if len(bundle) > 1 else bundle[0].heading
    return Letter(str(bundle[0].bundle), mail, name, title, "\n\n".join(parts), url, utc_now())
