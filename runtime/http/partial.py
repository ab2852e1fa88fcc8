"""What htmx tells of a request, read in one place: htmx 4 names its source, which Flask-HTMX 0.4 does not know."""

from flask import request
from flask_htmx import HTMX

htmx = HTMX()


def is_partial() -> bool:
    """Whether a part of a page is asked for, not a whole one."""
    return bool(htmx) and not htmx.boosted


def source_id() -> str:
    """The id of the element that made the request, from `HX-Source: button#save`; empty when it has none."""
    return request.headers.get("HX-Source", "").partition("#")[2]
