"""No table is forgotten by row-level security."""

from flask import Flask

from migrations.outside import OUTSIDE
from migrations.row_level_security import protected
from runtime.db import db


def test_every_table_is_protected_or_listed_as_outside(app: Flask) -> None:
    assert set(db.metadata.tables) - set(protected(db.metadata)) <= set(OUTSIDE)
