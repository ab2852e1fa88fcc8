"""Taking a ready-made app into a tenant."""

from builder.gallery.documents import document
from builder.publishing import service as publishing
from runtime.contracts import Actor, Change
from runtime.records import service as records
from runtime.releases.models import App

DEMO = "sales"


def load(key: str, actor: Actor) -> App:
    """The app of that key as a live app of the tenant, with its sample records; Conflict when its key is taken."""
    taken = document(key)
    app, _ = publishing.take_in(taken, actor, live=True)
    for form, samples in taken["sample"].items():
        for answers in samples:
            records.change(Change(app.id, form, "create", answers), actor)
    return app
