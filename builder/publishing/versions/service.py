"""Reading the releases of an app, and making an earlier one the draft again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from builder.drafts import service as drafts
from builder.publishing.versions.restoring import restored
from runtime.contracts import Actor
from runtime.identity import service as identity
from runtime.releases import service as releases
from runtime.releases.models import App


@dataclass(frozen=True)
class Release:
    """One release as the page of releases tells of it; `by` is "" for what no person published."""

    number: int
    note: str
    at: datetime
    by: str


def history(app: App) -> Sequence[Release]:
    """Every release, the newest first."""
    rows = releases.history(app.id)
    names = identity.member_names({row.created_by for row in rows if row.created_by})
    return [Release(row.number, row.note, row.created_at, names.get(row.created_by, "")) for row in rows]


def version(app: App, number: int) -> Mapping[str, Any]:
    """The app/1 of a release, of the draft for 0; raises NotFound."""
    return releases.at(app.id, number).document if number else drafts.whole(app)


def restore(app: App, number: int, actor: Actor) -> None:
    """Make a release the draft again, in the place of the draft; what is live stays until it is published.

    Raises NotFound, or Refused when the release is no sound app by today's rules.
    """
    drafts.put_back(app, restored(releases.at(app.id, number).document, releases.current(app.id).document), actor)
