"""Opening a draft form with what surrounds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.drafts import service as drafts
from builder.drafts.models import Draft
from runtime.releases import service as releases
from runtime.releases.models import App


@dataclass(frozen=True)
class Opened:
    """A draft form, the app it belongs to, and the app's other parts."""

    app: App
    draft: Draft
    document: Mapping[str, Any]

    @property
    def form(self) -> dict[str, Any]:
        return self.draft.document


def open_form(app_key: str, key: str) -> Opened:
    """A draft form; raises NotFound."""
    app = releases.find_app(app_key)
    return Opened(app, drafts.find(app, "forms", key), drafts.whole(app))
