"""Problems as the summary of a form draws them."""

from collections.abc import Iterable

from runtime.contracts import Problem
from runtime.i18n import Translate


def listed(problems: Iterable[Problem], translate: Translate) -> list[dict[str, str]]:
    """For each problem the id of its input, and words in the reader's language."""
    return [{"target": p.pointer.strip("/"), "message": p.message.translated(translate)} for p in problems]
