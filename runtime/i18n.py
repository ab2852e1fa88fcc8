"""Texts that pure code may speak, translated only where a person reads them."""

import gettext
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

Translate = Callable[[str], str]

CATALOGUES = Path(__file__).parent / "translations"


@dataclass(frozen=True)
class Message:
    """An English text and the values that go into it; `str()` gives the English sentence."""

    id: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.translated(lambda text: text)

    def translated(self, translate: Translate) -> str:
        """The sentence in the reader's language; values that are messages are translated too, tuples are listed."""
        values = {name: _said(value, translate) for name, value in self.values.items()}
        text = translate(self.id)
        return text % values if values else text


def message(id: str, **values: Any) -> Message:
    """A text to be translated later; Babel extracts the first argument of every call."""
    return Message(id, values)


COMMA = message(", ")
"""What stands between the parts of a list."""


def listed(parts: Iterable[str], translate: Translate) -> str:
    """Names or values one after the other, as the reader's language separates them."""
    return translate(COMMA.id).join(parts)


def _said(value: Any, translate: Translate) -> Any:
    if isinstance(value, tuple):
        return listed((str(_said(part, translate)) for part in value), translate)
    return value.translated(translate) if isinstance(value, Message) else value


def text_in(lang: str, part: Mapping[str, Any], key: str) -> str:
    """The text `key` of a document part in `lang`, else as written in the app's own language.

    Translations stand beside the text they translate: `{"title": "金额", "x-texts": {"en": {"title": "Amount"}}}`.
    """
    texts = part.get("x-texts") or {}
    for wanted in (lang, lang.partition("-")[0]):
        translated = (texts.get(wanted) or {}).get(key)
        if translated:
            return str(translated)
    return str(part.get(key) or "")


class Titled(Protocol):
    """Something kept with a title in its own language, and those in others beside it."""

    @property
    def title(self) -> str: ...

    @property
    def texts(self) -> Mapping[str, Mapping[str, str]]: ...


def title_in(lang: str, one: Titled) -> str:
    """What it is called for a reader of `lang`."""
    return text_in(lang, {"title": one.title, "x-texts": one.texts}, "title")


@cache
def speaker(lang: str) -> Translate:
    """How a text is said in a language where there is no page that knows its reader: in mails, in a worker."""
    return gettext.translation("messages", CATALOGUES, [lang.partition("-")[0]], fallback=True).gettext
