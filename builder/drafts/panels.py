"""A panel beside a designer: a form document of ours, drawn by the generated form's renderer and read back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from runtime.answers import compile_form
from runtime.contracts import Actor, Problem
from runtime.forms.render import Page, compile_page, render_form
from runtime.i18n import Translate, text_in
from widgets.base import Field, Reader, input_name, widget_of

Icon = Callable[..., Markup]


def reader_for(actor: Actor, lang: str, translate: Translate) -> Reader:
    """For whom a panel is drawn."""
    return Reader(lang, actor.timezone, text=partial(text_in, lang), translate=translate)


def drawn(
    document: Mapping[str, Any],
    answers: Mapping[str, Any],
    reader: Reader,
    icon: Icon,
    problems: Iterable[Problem] = (),
) -> Markup:
    """The panel's questions with their answers."""
    form = compile_form(dict(document))
    page = compile_page(form, reader.lang, reader.translate, icon, prefix="p")
    return render_form(page, answers, form.unfold(answers), problems, Page(reader))


def answered(document: Mapping[str, Any], raw: Mapping[str, Sequence[str]], reader: Reader) -> dict[str, Any]:
    """The answers a page sent, each read by its widget; what was left empty is not there."""
    ui = document.get("ui") or {}
    found = {}
    for name, schema in document["schema"]["properties"].items():
        field = Field(name, schema, ui.get(name) or {})
        value = widget_of(schema, field.ui).parse(raw.get(input_name(name), ()), field, reader)
        if value not in (None, "", []):
            found[name] = value
    return found
