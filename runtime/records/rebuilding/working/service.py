"""Working off what is owed to the records of an app: a batch at a time, for as long as a worker has for it.

How far it is, is committed with every batch, so that a worker that takes over does nothing twice.
"""

import time
from collections.abc import Callable, Mapping

from runtime.contracts import Turn
from runtime.db import current_tenant, db, transaction
from runtime.records.rebuilding.models import Rebuild
from runtime.records.rebuilding.service import find, forms_owed
from runtime.records.reviewing import service as reviewing
from runtime.records.slotting import service as slotting
from runtime.records.uniqueness import service as uniqueness
from runtime.releases import service as releases
from runtime.releases.published import Published

_PARTS: Mapping[str, Callable[[Published, str, str], str | None]] = {
    "slots": slotting.fill_some,
    "answers": reviewing.review_some,
    "keys": uniqueness.fill_some,
}
"""What does each to the next batch after a record's id, and gives the last of them, None when there were none."""


def work(turn: Turn) -> None:
    """Go on with what is owed to the app of the turn, by its release of now."""
    end = time.monotonic() + turn.seconds
    published = releases.current(turn.claim.id)
    for form in (forms_owed(turn.claim.id) or set(published.all("forms"))) & set(published.all("forms")):
        slotting.slots_of(published, form)  # now: a map that is made in the middle of a batch would ask for more
    while True:
        with transaction():
            turn.hold()
            if releases.current(turn.claim.id).number != published.number:
                break  # the next turn is a newer release's
            if not _go_on(published):
                turn.finish()
                return
        if time.monotonic() > end:
            break
    turn.close(finished=False)


def _go_on(published: Published) -> bool:
    """The next batch; says whether anything is left."""
    owed = find(published.app_id) or _all(published)
    if owed.parts:
        _do_some(published, owed)
    left = bool(owed.parts)
    if not left:
        db.session.delete(owed)
    db.session.flush()
    return left


def _do_some(published: Published, owed: Rebuild) -> None:
    part, form = owed.parts[0]
    there = form in published.all("forms")
    owed.after = _PARTS[part](published, form, owed.after or "") if there else None
    if owed.after is None:
        owed.parts = owed.parts[1:]


def _all(published: Published) -> Rebuild:
    """All there is to do, where somebody has called for it without saying what."""
    parts = [[part, form] for part in _PARTS for form in published.all("forms")]
    owed = Rebuild(tenant_id=current_tenant(), id=published.app_id, parts=parts)
    db.session.add(owed)
    db.session.flush()
    return owed
