"""Opening a draft form with what surrounds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.drafts import service as drafts
from builder.drafts.models import Draft
from runtime.documents import fields_of
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

    @property
    def here(self) -> str:
        """Which form of all this is."""
        return f"{self.app.id}/{self.draft.key}"

    def released(self) -> set[str]:
        """Every name that some release of the app gave to a field of this form: none of them is made anew."""
        forms = [form for app in releases.documents(self.app.id) for form in app.get("forms") or ()]
        return {name for form in forms if form["key"] == self.draft.key for name in fields_of(form)}


def open_form(app_key: str, key: str) -> Opened:
    """A draft form; raises NotFound."""
    app = releases.find_app(app_key)
    return Opened(app, drafts.find(app, "forms", key), drafts.whole(app))
