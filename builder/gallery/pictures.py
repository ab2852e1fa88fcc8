"""A small picture of an app, drawn from its own documents: its first board with sample records, or its first form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.documents import fields_of
from runtime.documents.fields import label_field
from runtime.i18n import text_in
from widgets.choice import options_of

COLUMNS = 4
CARDS = 3
QUESTIONS = 5


@dataclass(frozen=True)
class Picture:
    """Columns with what stands on their cards; or, without columns, the questions of a form."""

    columns: Sequence[tuple[str, Sequence[str]]] = ()
    questions: Sequence[str] = ()


def picture_of(app: Mapping[str, Any], lang: str) -> Picture:
    """What an app is shown by."""
    forms = {form["key"]: form for form in app.get("forms") or ()}
    boards = (view for view in app.get("views") or () if view.get("kind") == "kanban" and view.get("form") in forms)
    board = next(boards, None)
    if board is not None:
        rows = (app.get("sample") or {}).get(board["form"]) or ()
        columns = list(_columns(forms[board["form"]], board["group"], rows, lang))
        if columns:
            return Picture(columns=columns)
    asked = [
        text_in(lang, field, "title") or name for form in forms.values() for name, field in fields_of(form).items()
    ]
    return Picture(questions=asked[:QUESTIONS])


def _columns(
    form: Mapping[str, Any], group: str, rows: Sequence[Mapping[str, Any]], lang: str
) -> Iterator[tuple[str, list[str]]]:
    label = label_field(form) or ""
    for option in list(options_of(fields_of(form).get(group) or {}))[:COLUMNS]:
        mine = [text_in(lang, row, label) for row in rows if row.get(group) == option["const"]]
        yield text_in(lang, option, "title") or str(option["const"]), [text for text in mine if text][:CARDS]
