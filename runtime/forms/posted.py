"""What a page of a form sent, as answers."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from runtime.forms.render import FormPage, Page
from widgets.base import input_name

SentList = Callable[[str], list[str]]

ON, MUST, ONCE, REV, BACK = "_on", "_must", "_once", "_rev", "_back"
"""Controls of the page itself: the questions it shows, those it marks as required, its own id, what it edits, and the
page it was opened from."""


def typed(page: FormPage, sent: SentList, names: Iterable[str], place: Page) -> dict[str, Any]:
    """The answers to those of `names` that may be answered: None for nothing, unreadable text as it was typed."""
    answers = {}
    for name in names:
        question = page.questions.get(name)
        if question is None or name in page.computed or (place.writable is not None and name not in place.writable):
            continue
        answers[name] = question.widget.parse(sent(input_name(name)), question.field, place.reader)
    return answers


def outdated(page: FormPage, sent: SentList, names: Iterable[str]) -> list[str]:
    """What was answered to questions that the form no longer has, as "name: answer"."""
    lost = {name: " ".join(sent(input_name(name))).strip() for name in names if name not in page.questions}
    return [f"{name[:100]}: {answer[:200]}" for name, answer in lost.items() if answer][:20]


def patch(answers: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The merge patch that makes the record say what the page says: only what differs, null for what was emptied."""
    return {name: value for name, value in answers.items() if value != before.get(name)}
