"""The form of a typed record: the one that reps will have, as drafted."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup

from runtime.answers import compile_form, read
from runtime.contracts import Problem
from runtime.forms.posted import SentList, typed
from runtime.forms.render import FormPage, Page, compile_page, render_form


class Asked:
    """One form of the draft, asked of somebody who tries a flow."""

    def __init__(self, document: Mapping[str, Any], place: Page, icon: Callable[..., Markup]) -> None:
        reader = place.reader
        self.place = place
        self.page: FormPage = compile_page(compile_form(document), reader.lang, reader.translate, icon)

    def answers(self, sent: SentList) -> dict[str, Any]:
        """What was typed; questions left empty are not there."""
        found = typed(self.page, sent, self.page.questions, self.place)
        return {name: value for name, value in found.items() if value not in (None, "", [])}

    def drawn(self, answers: Mapping[str, Any], names: Mapping[str, Any], problems: Iterable[Problem] = ()) -> Markup:
        """The questions that these answers unfold."""
        reading = read(self.page.form, answers, names=names)
        data = {**reading.data, **answers}
        return render_form(self.page, data, reading.unfolded, problems, self.place)
