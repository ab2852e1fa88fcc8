"""What a person finds in an app."""

from runtime.contracts import Actor
from runtime.records.access import rights_of
from runtime.releases import service as releases
from runtime.views.home import Tile, tiles


def home(app_id: str, actor: Actor, lang: str) -> list[Tile]:
    """The forms of the live release this person may fill or read; raises NotFound before the first publishing."""
    published = releases.current(app_id)
    return tiles(((form, rights_of(published, actor, key)) for key, form in published.all("forms").items()), lang)
