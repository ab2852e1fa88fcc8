"""The generated form: compiled per release and language, drawn from answers, and what unfolds between two of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup, escape

from runtime.answers import Form, Unfolded
from runtime.contracts import Problem
from runtime.expressions import compile_expression
from runtime.forms.segments import Segments, cut, environment
from runtime.i18n import text_in
from widgets.base import Field, Reader, Widget, input_name, widget_of
from widgets.choice import options_of

ERROR = Markup('<div class="q-error" id="{}-error">{}{}</div>')
MUST = Markup('<input type="hidden" name="_must" value="{}">')
PARTIAL = Markup('<hx-partial hx-target="{}" hx-swap="{}">{}</hx-partial>\n')


Frame = Mapping[str, str]

KEPT = 500
"""How many variants of questions, and ways to unfold, are kept of one form."""


@dataclass(frozen=True)
class Page:
    """Where a form stands: for whom it is drawn, its addresses, and which fields may be seen and changed.

    None for `readable` or `writable` means all of them.
    """

    reader: Reader
    unfold_url: str = ""
    search_url: str = ""
    upload_url: str = ""
    readable: frozenset[str] | None = None
    writable: frozenset[str] | None = None

    @cached_property
    def urls(self) -> Mapping[str, str]:
        """The addresses, escaped once for all questions."""
        urls = {"unfold_url": self.unfold_url, "search_url": self.search_url, "upload_url": self.upload_url}
        return {name: escape(url) for name, url in urls.items()}


@dataclass(frozen=True)
class Question:
    """One field of a form, ready to be drawn."""

    field: Field
    widget: Widget
    qid: str
    title: str
    segments: Segments
    fixed: Segments
    frames: tuple[Mapping[str, str], Mapping[str, str]]
    """What stands around the control when nothing is wrong: of an optional question, and of a required one."""

    @property
    def control_id(self) -> str:
        """The id of its (first) control: where a link of the error summary leads."""
        return f"{self.qid}-in"


@dataclass
class FormPage:
    """A form compiled for one language."""

    form: Form
    lang: str
    optional: str
    icon: Callable[..., Markup]
    env: Environment
    computed: frozenset[str] = frozenset()
    deciding: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()
    questions: dict[str, Question] = field(default_factory=dict)
    variants: dict[tuple[str, str], Question] = field(default_factory=dict)
    plans: dict[int, tuple[Unfolded, dict[str, Question]]] = field(default_factory=dict)

    def plan(self, unfolded: Unfolded) -> Mapping[str, Question]:
        """The questions that are asked, by name, in order; kept, for the same few ways to unfold come again."""
        known = self.plans.get(id(unfolded))
        if known is None or known[0] is not unfolded:
            if len(self.plans) > KEPT:
                self.plans.clear()
            known = (unfolded, {name: self.question(name, unfolded.schemas[name]) for name in unfolded.order})
            self.plans[id(unfolded)] = known
        return known[1]

    def question(self, name: str, schema: Mapping[str, Any]) -> Question:
        """The question as the branch that unfolded it asks it."""
        plain = self.questions[name]
        if schema == plain.field.schema:
            return plain
        key = (name, repr(schema))
        if key not in self.variants:
            if len(self.variants) > KEPT:
                self.variants.clear()
            self.variants[key] = compile_question(self, plain.qid, Field(name, schema, plain.field.ui))
        return self.variants[key]


def compile_page(
    form: Form, lang: str, translate: Callable[[str], str], icon: Callable[..., Markup], prefix: str = "q"
) -> FormPage:
    """A form ready to be drawn in `lang`; `translate` and `icon` give the words and pictures of the page itself.

    The ids of its questions begin with `prefix`, so that several forms can stand on one page.
    """
    env = environment(translate, icon)
    page = FormPage(form, lang, translate("(optional)"), icon, env)
    fields = {name: Field(name, part.schema, part.ui) for name, part in form.fields.items()}
    page.computed = frozenset(name for name, part in form.fields.items() if part.is_computed)
    page.deciding = frozenset(form.deciding) | read_by_formulas(fields.values())
    page.always = frozenset(form.unfold({}).order)
    page.questions = {
        name: compile_question(page, f"{prefix}{number}", part) for number, (name, part) in enumerate(fields.items())
    }
    return page


def read_by_formulas(fields: Iterable[Field]) -> frozenset[str]:
    """The fields whose change changes a formula."""
    found: set[str] = set()
    for part in fields:
        if "x-formula" not in part.schema:
            continue
        reads = compile_expression(part.schema["x-formula"]).reads
        found |= {path[1] for path in reads if len(path) > 1 and path[0] in ("record", "linked")}
    return frozenset(found)


def compile_question(page: FormPage, qid: str, part: Field) -> Question:
    """One field's template and widget as segments, once to answer and once to read only."""
    widget = widget_of(part.schema, part.ui)
    title = text_in(page.lang, part.schema, "title") or part.name
    help = text_in(page.lang, part.schema, "description") or text_in(page.lang, part.ui, "ui:help")
    options = [
        {"const": option["const"], "title": text_in(page.lang, option, "title") or str(option["const"])}
        for option in options_of(part.schema if widget.name != "choices" else part.schema.get("items") or {})
    ]  # fmt: skip
    names = {
        "field": part, "title": title, "help": help, "options": options, "qid": qid, "id": f"{qid}-in",
        "name": input_name(part.name), "target": _target(part),
        "more": part.name not in page.always, "deciding": part.name in page.deciding,
    }  # fmt: skip
    asked = {**names, "grouped": widget.grouped(part), "template": f"{widget.name}.html"}
    shown = {**names, "grouped": False, "template": "formula.html", "deciding": False}
    segments, fixed = cut(page.env, "question.html", asked), cut(page.env, "question.html", shown)
    frames = _frames(part, qid, bool(help), page.optional, part.name in page.computed)
    return Question(part, widget, qid, title, segments, fixed, frames)


# --- drawing -----------------------------------------------------------------------------------


def render_form(
    page: FormPage, data: Mapping[str, Any], unfolded: Unfolded, problems: Iterable[Problem], place: Page
) -> Markup:
    """Every question that is unfolded, with its answer and what is wrong with it."""
    wrong = words_by_field(problems, place.reader)
    parts = (draw(page, name, data, unfolded, wrong.get(name, ""), place) for name in visible(unfolded, place))
    return Markup('<div id="questions" class="questions">{}</div>').format(Markup("").join(map(Markup, parts)))


def visible(unfolded: Unfolded, place: Page) -> list[str]:
    """The questions to draw, in their order."""
    return [name for name in unfolded.order if place.readable is None or name in place.readable]


def draw(
    page: FormPage, name: str, data: Mapping[str, Any], unfolded: Unfolded, wrong: str, place: Page
) -> str:  # fmt: skip
    """One question as HTML."""
    question = page.plan(unfolded)[name]
    frame = question.frames[name in unfolded.required]
    if wrong:
        frame = _wrong(page, question, frame, wrong)
    value = data.get(name)
    if name in page.computed or (place.writable is not None and name not in place.writable):
        shown = {"value": question.widget.display(value, question.field, place.reader) or "—"}
        return question.fixed.render(shown, question.frames[0] if name in page.computed else {})
    return question.segments.render(question.widget.fill(value, question.field, place.reader), frame, place.urls)


def _frames(
    part: Field, qid: str, helped: bool, optional: str, computed: bool
) -> tuple[dict[str, str], dict[str, str]]:
    described = Markup(' aria-describedby="{}-help"').format(qid) if helped else Markup("")
    frame: dict[str, str] = {"described": described, "state": described}
    if computed:
        return frame, frame
    return {**frame, "mark": escape(optional)}, {**frame, "mark": MUST.format(part.name)}


def _wrong(page: FormPage, question: Question, frame: Mapping[str, str], words: str) -> dict[str, str]:
    """The frame with an error in it, tied to the control for a screen reader."""
    helped = "described" in frame and frame["described"]
    ids = f"{question.qid}-help {question.qid}-error" if helped else f"{question.qid}-error"
    described = Markup(' aria-describedby="{}"').format(ids)
    return {
        **frame,
        "wrong": " q-wrong",
        "error": ERROR.format(question.qid, page.icon("alert-circle"), words),
        "described": described,
        "state": described + Markup(' aria-invalid="true"'),
    }


def _target(part: Field) -> str:
    reference = part.schema.get("x-ref") or {}
    return quote("@person" if reference.get("person") else str(reference.get("form", "")))


# --- what unfolds --------------------------------------------------------------------------------


def render_unfold(
    page: FormPage,
    on: Sequence[str],
    must: frozenset[str],
    data: Mapping[str, Any],
    unfolded: Unfolded,
    place: Page,
) -> Markup:
    """What turns a page that shows the questions `on` into one that shows those of `unfolded`.

    `must` are the questions the page marks as required now. Nothing else is touched.
    """
    wanted = visible(unfolded, place)
    now, before = frozenset(wanted), frozenset(on) & page.questions.keys()
    parts = [PARTIAL.format(f"#{page.questions[name].qid}", "delete", "") for name in on if name in before - now]
    parts += _arrivals(page, before, wanted, data, unfolded, place)
    for name in wanted:
        if name not in before:
            continue
        question = page.questions[name]
        if (name in unfolded.required) != (name in must) and name not in page.computed:
            mark = question.frames[name in unfolded.required]["mark"]
            parts.append(PARTIAL.format(f"#{question.qid}-mark", "innerHTML", mark))
        if name in page.computed:
            shown = question.widget.display(data.get(name), question.field, place.reader) or "—"
            parts.append(PARTIAL.format(f"#{question.control_id}", "innerHTML", shown))
    return Markup("").join(parts)


def _arrivals(
    page: FormPage, on: frozenset[str], wanted: list[str], data: Mapping[str, Any], unfolded: Unfolded, place: Page
) -> list[Markup]:
    """The questions that appear, each bunch right after the one that stands before it."""
    parts: list[Markup] = []
    bunch, before = Markup(""), ("#questions", "afterbegin")
    for name in [*wanted, None]:
        if name is None or name in on:
            if bunch:
                parts.append(PARTIAL.format(*before, bunch))
            bunch = Markup("")
            before = (f"#{page.questions[name].qid}", "afterend") if name else before
        else:
            bunch += Markup(draw(page, name, data, unfolded, "", place))
    return parts


# --- problems ------------------------------------------------------------------------------------


def field_of(problem: Problem) -> str:
    """The field a problem points at, "" for the whole form."""
    return problem.pointer.removeprefix("/").partition("/")[0].replace("~1", "/").replace("~0", "~")


def words_by_field(problems: Iterable[Problem], reader: Reader) -> dict[str, str]:
    """What is wrong at each field, in words; the first thing where there are several."""
    words: dict[str, str] = {}
    for problem in problems:
        words.setdefault(field_of(problem), problem.message.translated(reader.translate))
    return words


def summary(page: FormPage, problems: Iterable[Problem], place: Page, order: Sequence[str]) -> list[dict[str, str]]:
    """What the error summary lists, in the order of the page: `{"target", "message"}`, same words as at the fields."""
    words = words_by_field(problems, place.reader)
    names = [name for name in order if name in words] + [name for name in words if name not in order]
    return [
        {"target": page.questions[name].control_id if name in order else "", "message": words[name]} for name in names
    ]
