"""What a person finds in an app, and one view of it opened."""

from runtime.contracts import Actor, NotFound
from runtime.i18n import message
from runtime.records.access import rights_of
from runtime.records.desks.service import At, Desk
from runtime.records.views import View, may_open, open_views, view_of
from runtime.releases import service as releases
from runtime.views.home import Tile, tiles

DRAWN = ("kanban", "calendar")
"""The kinds of views that have a page of their own."""


def home(app_id: str, actor: Actor, lang: str) -> tuple[list[Tile], list[View]]:
    """The forms this person may fill or read, and the boards; raises NotFound before the first publishing."""
    published = releases.current(app_id)
    forms = ((form, rights_of(published, actor, key)) for key, form in published.all("forms").items())
    return tiles(forms, lang), open_views(published, actor, lang, *DRAWN)


def open_view(app_key: str, key: str, at: At) -> tuple[Desk, View]:
    """A view of one form, and the form opened; NotFound alike for one that is not there and one that is not for him."""
    published = releases.current(releases.find_live(app_key).id)
    document = published.one("views", key)
    if not may_open(published, at.actor, document):
        raise NotFound(message("There is no such page."))
    view = view_of(document, at.lang)
    return Desk(app_key, view.form, at), view
