"""The pages of a form: a new record, an edit, what unfolds, drafts, and finding what is linked."""

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from runtime.answers import compile_form
from runtime.contracts import Change, Conflict, LostRace, Problem, Refused
from runtime.db import new_id
from runtime.forms import service
from runtime.forms.posted import BACK, MUST, ON, ONCE, REV, outdated, patch, typed
from runtime.forms.render import FormPage, Page, compile_page, render_form, render_unfold, summary, visible
from runtime.forms.service import Opened
from runtime.http.pages import page_lang
from runtime.i18n import message, text_in
from runtime.records import service as records
from runtime.records.likeness import names_in
from runtime.security.access import member
from runtime.security.addresses import local_path
from widgets.base import Reader, input_name

blueprint = Blueprint("forms", __name__, template_folder="templates")

FORM = "/t/<tenant>/a/<app>/f/<form>"


@blueprint.get(f"{FORM}/new")
@member
def new(tenant: str, app: str, form: str) -> str:
    """An empty form, or the draft that was left; `?f.FIELD=` gives first answers."""
    desk = Desk.for_new(app, form)
    draft = service.find_draft(desk.opened, g.actor)
    first = desk.first_answers()
    answers = first or (draft.answers if draft else {})
    return desk.show(answers, draft=None if first else draft)


@blueprint.post(f"{FORM}/new")
@member
def create(tenant: str, app: str, form: str) -> BaseResponse | tuple[str, int]:
    """Keep the record; what is wrong comes back with the form, nothing typed is lost."""
    desk = Desk.for_new(app, form)
    answers = desk.typed()
    once = request.form.get(ONCE, "")[:64] or new_id()
    change = Change(desk.opened.app.id, form, "create", answers=answers, idempotency_key=once)
    try:
        desk.refuse_outdated()
        saved = records.change(change, g.actor)
    except Refused as refused:
        service.keep_draft(desk.opened, None, answers, g.actor)
        return desk.show(answers, refused.problems, once=once), 422
    except Conflict:
        again = message("This was sent already. Send it once more to add another record.")
        return desk.show(answers, [Problem("", "conflict", again)]), 409
    return desk.done(saved.id, _("%(form)s: saved.", form=desk.title))


@blueprint.get(f"{FORM}/<uuid:record>/edit")
@member
def edit(tenant: str, app: str, form: str, record: Any) -> str:
    """The record's answers to change, or the draft that was left; what `?f.FIELD=` answers shows what it asks for."""
    desk = Desk.for_record(app, form, str(record))
    draft = service.find_draft(desk.opened, g.actor)
    first = desk.first_answers()
    answers = {**(draft.answers if draft else {}), **first}
    return desk.show(answers, desk.missing(answers) if first else (), draft, draft.rev if draft else None)


@blueprint.post(f"{FORM}/<uuid:record>/edit")
@member
def update(tenant: str, app: str, form: str, record: Any) -> BaseResponse | tuple[str, int]:
    """Keep the changes; a record that somebody else changed meanwhile is shown with what was typed here."""
    desk = Desk.for_record(app, form, str(record))
    answers = desk.typed()
    rev = request.form.get(REV, type=int)
    changes = patch(answers, desk.opened.before or {})
    change = Change(desk.opened.app.id, form, "update", answers=changes, record_id=str(record), rev=rev)
    try:
        desk.refuse_outdated()
        if changes:
            records.change(change, g.actor)
    except Refused as refused:
        service.keep_draft(desk.opened, rev, changes, g.actor)
        return desk.show(answers, refused.problems, rev=rev), 422
    except LostRace:
        stale = message("Somebody changed this record meanwhile. Look it over and save again to keep your answers.")
        return desk.show(answers, [Problem("", "rev", stale)]), 412
    return desk.done(str(record), _("Changes saved."))


@blueprint.post(f"{FORM}/unfold")
@member
def unfold(tenant: str, app: str, form: str) -> Response:
    """What turns the page as it stands into the one its answers ask for."""
    desk = Desk.for_page(app, form)
    answers = desk.typed()
    reading, data = service.considered(desk.page, answers, g.actor, desk.opened.before)
    on, must = request.form.getlist(ON), frozenset(request.form.getlist(MUST))
    place = desk.place({name: data[name] for name in data.keys() - set(on)})
    return Response(render_unfold(desk.page, on, must, data, reading.unfolded, place), mimetype="text/html")


@blueprint.post(f"{FORM}/draft")
@member
def draft(tenant: str, app: str, form: str) -> BaseResponse | tuple[str, int]:
    """Keep what is typed so far, or (`_drop`) forget it and begin anew."""
    desk = Desk.for_page(app, form)
    if "_drop" in request.form:
        service.drop_draft(desk.opened, g.actor)
        return redirect(desk.here, 303)
    rev = request.form.get(REV, type=int)
    service.keep_draft(desk.opened, rev, patch(desk.typed(), desk.opened.before or {}), g.actor)
    return "", 204


@blueprint.get("/t/<tenant>/a/<app>/search/<target>")
@member
def find(tenant: str, app: str, target: str) -> str:
    """What a search box offers for the text so far."""
    found = service.search(app, target, request.args.get("_q", "")[:100], g.actor)
    return render_template("forms/found.html", found=found)


@blueprint.get(f"{FORM}/similar")
@member
def similar(tenant: str, app: str, form: str) -> str:
    """Records that may be the same as the one being typed."""
    args = request.args
    found = service.similar(app, form, args.get("field", ""), args.get("value", ""), g.actor, args.get("record"))
    base = f"/t/{tenant}/a/{app}/f/{form}/"
    shown = [{"url": f"{base}{id}", "label": label, "owner": owner} for id, label, owner in found]
    return render_template("forms/similar.html", found=shown)


# --- one form at one person's hand -----------------------------------------------------------------


class Desk:
    """A form opened for one request: its compiled page, the record it edits, and how to draw and leave it."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.lang = page_lang()
        self.page: FormPage = opened.published.derived(compiled_for(self.lang), "forms", opened.key)
        self.title = text_in(self.lang, self.page.form.document, "title")
        self.base = f"/t/{g.tenant.key}/a/{opened.app.key}"
        self.table = f"{self.base}/f/{opened.key}/"
        self.here = f"{self.table}{opened.record_id}/edit" if opened.record_id else f"{self.table}new"
        self.about = f"?record={opened.record_id}" if opened.record_id else ""
        self.back = local_path(request.values.get(BACK), "")

    @classmethod
    def for_new(cls, app: str, form: str) -> "Desk":
        """For a record that is not there yet."""
        return cls(service.open_new(app, form, g.actor))

    @classmethod
    def for_record(cls, app: str, form: str, record_id: str) -> "Desk":
        """For a record that is there; raises NotFound."""
        return cls(service.open_record(app, form, record_id, g.actor))

    @classmethod
    def for_page(cls, app: str, form: str) -> "Desk":
        """For the page that asks, which says in its address whether it edits a record."""
        record_id = request.args.get("record", "")
        return cls.for_record(app, form, record_id) if record_id else cls.for_new(app, form)

    def typed(self) -> dict[str, Any]:
        """What the page sent for the questions it showed."""
        return typed(self.page, request.form.getlist, request.form.getlist(ON), self.place())

    def first_answers(self) -> dict[str, Any]:
        """What the address answers already."""
        asked = [name for name in self.page.questions if input_name(name) in request.args]
        return typed(self.page, request.args.getlist, asked, self.place())

    def missing(self, answers: Mapping[str, Any]) -> list[Problem]:
        """The questions that these answers ask for and that nobody has answered yet."""
        reading, _data = service.considered(self.page, answers, g.actor, self.opened.before)
        return [problem for problem in reading.problems if problem.keyword == "required"]

    def refuse_outdated(self) -> None:
        """An answer to a question that a newer release no longer asks is not dropped in silence; raises Refused."""
        gone = outdated(self.page, request.form.getlist, request.form.getlist(ON))
        if gone:
            why = message(
                "This form was changed meanwhile. It no longer asks for: %(answers)s.", answers="; ".join(gone)
            )
            raise Refused([Problem("", "release", why)])

    def place(self, data: Mapping[str, Any] | None = None) -> Page:
        """How the form is drawn for this reader; with the labels of what `data` refers to."""
        labels = service.labels_of(self.opened, self.page, data or {}, g.actor)
        files = f"/t/{g.tenant.key}/files/"
        return Page(
            Reader(self.lang, g.actor.timezone, labels, files, partial(text_in, self.lang), _),
            unfold_url=f"{self.table}unfold{self.about}",
            search_url=f"{self.base}/search/",
            upload_url=files,
            readable=self.opened.readable(self.page.computed),
            writable=self.opened.writable(),
        )

    def show(
        self, answers: Mapping[str, Any], problems: Any = (), draft: Any = None, rev: int | None = None, once: str = ""
    ) -> str:
        """The whole page with these answers in it."""
        reading, data = service.considered(self.page, answers, g.actor, self.opened.before)
        place, row = self.place(data), self.opened.row
        order = visible(reading.unfolded, place)
        return render_template(
            "forms/edit.html",
            form_title=self.title,
            form_help=text_in(self.lang, self.page.form.document, "description"),
            record_label=self.label() if row is not None else "",
            summary=summary(self.page, problems, place, order),
            questions=render_form(self.page, data, reading.unfolded, problems, place),
            here=self.here,
            similar_url=f"{self.table}similar{self.about}",
            similar_names={input_name(name): name for name in names_in(self.page.form)},
            back=self.back,
            back_url=self.back or f"{self.table}{self.opened.record_id}",
            draft_url=f"{self.table}draft{self.about}",
            draft=draft,
            stale=draft is not None and row is not None and draft.rev != row.rev,
            once=once or new_id(),
            rev=rev or (row.rev if row is not None else None),
        )

    def label(self) -> str:
        """What the record is called."""
        name = self.page.form.label or ""
        said = (self.opened.before or {}).get(name) if name in self.opened.readable(frozenset()) else None
        return str(said or self.title)

    def done(self, record_id: str, words: str) -> BaseResponse:
        """Say so, forget the draft, and go where the record can be seen."""
        service.drop_draft(self.opened, g.actor)
        flash(words, "success")
        seen = self.opened.rights.may("read")
        return redirect(self.back or (f"{self.table}{record_id}" if seen else f"{self.base}/"), 303)


@lru_cache(maxsize=8)
def compiled_for(lang: str) -> Any:
    """What compiles a form for a language; one and the same function each time, so that releases keep the result."""

    def compile_for_lang(document: dict[str, Any]) -> FormPage:
        icon: Any = current_app.jinja_env.globals["icon"]
        return compile_page(compile_form(document), lang, _, icon)

    return compile_for_lang
