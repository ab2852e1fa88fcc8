"""Pages on which many records are changed at once: what shall be changed, how far it is, what was refused."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from runtime.answers import compile_form
from runtime.contracts import NotFound
from runtime.exchange import service as imports
from runtime.exchange.bulk import service
from runtime.exchange.bulk.wishes import MOST, Chosen, askable, chosen_of, questions, wish_of
from runtime.forms.render import Page, compile_page, render_form
from runtime.http.language import translator
from runtime.http.pages import page_lang
from runtime.i18n import Message, message
from runtime.records.desks.service import At, Desk
from runtime.records.table import columns_of
from runtime.security.access import member
from widgets.base import Field, input_name, widget_of

blueprint = Blueprint("bulk", __name__, template_folder="../templates", url_prefix="/t/<tenant>/a/<app>/f/<form>/bulk")

STATES = ("waiting", "running", "undoing")


@blueprint.post("")
@member
def ask(tenant: str, app: str, form: str) -> str:
    """What shall become of the chosen records; `field` adds a question to those that stand there."""
    return Sheet(app, form).page()


@blueprint.post("/start")
@member
def start(tenant: str, app: str, form: str) -> Response:
    """Have it done."""
    sheet = Sheet(app, form)
    wish = wish_of(request.form.get("act", ""), sheet.answers())
    job = service.start(sheet.desk.reading, sheet.chosen, wish)
    return redirect(f"{sheet.url}/{job.id}", 303)


@blueprint.get("/<uuid:job>")
@member
def show(tenant: str, app: str, form: str, job: Any) -> str:
    """How far it is and what was refused; it asks for itself again until it is over."""
    desk, found = open_job(app, form, str(job))
    part = request.headers.get("HX-Request") == "true"
    return render_template(
        "exchange/bulk_state.html" if part else "exchange/bulk_job.html", desk=desk, job=found,
        going=found.state in STATES, notes=service.notes(found), act=found.options["bulk"]["act"],
        here=f"{desk.url}bulk/{found.id}", why=Message(found.why["id"], found.why["values"]) if found.why else "",
    )  # fmt: skip


@blueprint.post("/<uuid:job>/undo")
@member
def undo(tenant: str, app: str, form: str, job: Any) -> Response:
    """Put back what was changed."""
    desk, found = open_job(app, form, str(job))
    imports.undo(found.id, g.actor)
    return redirect(f"{desk.url}bulk/{found.id}", 303)


def open_job(app: str, form: str, id: str) -> tuple[Desk, Any]:
    """The work on this form's records that somebody asked for; raises NotFound."""
    desk = open_desk(app, form)
    found = imports.find(id, g.actor)
    if not service.is_bulk(found) or (found.app_id, found.form) != (desk.app.id, form):
        raise NotFound(message("There is no such page."))
    return desk, found


def open_desk(app: str, form: str) -> Desk:
    """The form for whom this request is from."""
    return Desk(app, form, At(g.actor, g.tenant.key, page_lang(), translator()))


class Sheet:
    """What a page says so far: the records chosen, the fields to change, the answers typed."""

    def __init__(self, app: str, form: str) -> None:
        self.desk = open_desk(app, form)
        self.url = f"{self.desk.url}bulk"
        self.listing = self.desk.listing(request.form, self.desk.table_views())
        everything = request.form.get("all") == "1"
        self.chosen: Chosen = chosen_of(request.form.getlist("record"), everything, self.listing.whole_filter)
        self.askable = askable(self.desk.form, self.desk.reading.rights.writable_somewhere())
        self.fields = [name for name in dict.fromkeys(request.form.getlist("fields")) if name in self.askable]
        added = request.form.get("field", "")
        if added in self.askable and added not in self.fields:
            self.fields.append(added)

    def answers(self) -> dict[str, Any]:
        """What was typed for the fields to change; None empties a field."""
        document = questions(self.desk.form, self.fields, _("Owner"))
        return {name: self._typed(name, document) for name in document["schema"]["properties"]}

    def _typed(self, name: str, document: Mapping[str, Any]) -> Any:
        field = Field(name, document["schema"]["properties"][name], document["ui"].get(name) or {})
        sent = request.form.getlist(input_name(name))
        return widget_of(field.schema, field.ui).parse(sent, field, self.desk.reader())

    def page(self) -> str:
        """The page, or only its questions where one was added."""
        act = "delete" if request.form.get("act") == "delete" else "update"
        meant, may = service.count(self.desk.reading, self.chosen, act)  # type: ignore[arg-type]
        left = [name for name in self.askable if name not in self.fields]
        return render_template(
            "exchange/bulk.html" if "field" not in request.form else "exchange/bulk_fields.html",
            sheet=self, desk=self.desk, act=act, meant=meant, may=may, most=MOST, questions=self._drawn(),
            left=columns_of(self.desk.form, left, frozenset(left), self.desk.lang),
        )  # fmt: skip

    def _drawn(self) -> Any:
        document = questions(self.desk.form, self.fields, _("Owner"))
        form, answers = (
            compile_form(document),
            {name: value for name, value in self.answers().items() if value is not None},
        )
        refs: dict[str, set[str]] = {}
        for name, value in answers.items():
            field = form.fields[name]
            for target, id in widget_of(field.schema, field.ui).refs(value, Field(name, field.schema, field.ui)):
                refs.setdefault(target, set()).add(id)
        icon: Any = current_app.jinja_env.globals["icon"]
        place = Page(self.desk.reader(refs), search_url=f"{self.desk.app_url}search/")
        return render_form(compile_page(form, self.desk.lang, _, icon), answers, form.unfold({}), (), place)
