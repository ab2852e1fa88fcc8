"""How the parts of an app are called while two versions of it are compared."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from runtime.i18n import Message, Translate, listed, message, speaker, text_in

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """The reader's language, the node types there are, and the names of forms and fields in both versions."""

    lang: str
    translate: Translate
    types: Mapping[str, Any] = field(default_factory=dict)
    forms: Mapping[str, Document] = field(default_factory=dict)

    def within(self, old: Document, new: Document) -> "Words":
        """With the forms of both versions, where the newer says how a form is called."""
        forms = {str(form["key"]): form for app in (old, new) for form in app.get("forms") or ()}
        return replace(self, forms=forms)

    def text(self, part: Document, key: str = "title") -> str:
        """A text of a part in the reader's language, else the part's key or name."""
        return text_in(self.lang, part, key) or str(part.get("key") or part.get("const") or part.get("id") or "")

    def form(self, key: str) -> str:
        """What a form is called."""
        return self.text(self.forms.get(key, {"key": key}))

    def listed(self, names: Iterable[str]) -> str:
        """Names as a list; long ones are cut."""
        named = [f"“{name}”" for name in names]
        return listed(named[:8], speaker(self.lang)) + (" …" if len(named) > 8 else "")

    def called(self, old: Document, new: Document) -> Iterator[Message]:
        """That a part is called otherwise, or described or translated otherwise."""
        if old.get("title") != new.get("title"):
            yield message("It is called “%(new)s” instead of “%(old)s”.", old=old.get("title"), new=new.get("title"))
        if old.get("description") != new.get("description"):
            yield message("Its description changed.")
        if old.get("x-texts") != new.get("x-texts"):
            yield message("Its translation changed.")
