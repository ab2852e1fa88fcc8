"""Everything of this room put into an app, in the order it needs."""

from collections.abc import Callable

from flask import Flask

from runtime.http import errors, language, pages, reply, turns
from runtime.http.metrics import Metric, measure
from runtime.http.openapi import Forms
from runtime.http.partial import htmx

NO_FORMS: Forms = {}


def install(
    app: Flask, nav: Callable[[], pages.Nav], forms: Callable[[], Forms], vitals: Callable[[], list[Metric]]
) -> None:
    """Languages, JSON, pages, errors, measures.

    `nav` says where the reader is and may go, `forms` gives the published forms of the request's tenant, `vitals` what
    /metrics tells beside the requests.
    """
    turns.install(app)
    language.install(app)
    reply.install(app)
    htmx.init_app(app)
    pages.install(app, nav)
    errors.install(app)
    measure(app, vitals)
    app.extensions["trellis.forms"] = forms
