"""The check of the form designer: how much there is to see to, and the list."""

from flask import Blueprint, Response, render_template

from builder.forms.checking.findings import findings
from builder.forms.service import open_form
from runtime.http.pages import page_lang
from runtime.http.reply import reply
from runtime.releases import service as releases
from runtime.security.access import builder

blueprint = Blueprint(
    "form_checking", __name__, template_folder="templates", url_prefix="/t/<tenant>/a/<app>/build/forms/<form>"
)


@blueprint.get("/check")
@builder
def show(tenant: str, app: str, form: str) -> Response:
    """How many problems and hints there are, and the list of them."""
    opened = open_form(app, form)
    found = findings(opened.document, opened.draft.key, releases.documents(opened.app.id), page_lang())
    problems = sum(one.severity == "problem" for one in found)
    page = render_template("builder/forms/checking/list.html", findings=found)
    return reply({"problems": problems, "count": len(found), "list": page})
