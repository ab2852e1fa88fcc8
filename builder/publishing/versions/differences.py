"""What one version of an app changed against another, part by part, in words that need no knowledge of documents."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from builder.drafts.parts import KINDS
from builder.publishing.versions import flows, forms, rights, views
from builder.publishing.versions.wording import Words
from runtime.i18n import Message, message

Document = Mapping[str, Any]


@dataclass(frozen=True)
class PartChange:
    """What became of one part: its kind ("forms", …, "app" for what is beside the parts), its name, and the lines."""

    kind: str
    key: str
    title: str
    change: Literal["added", "removed", "changed"]
    lines: tuple[Message, ...] = ()


def differences(old: Document, new: Document, words: Words) -> list[PartChange]:
    """All that changed from `old` to `new`, both app/1, in the order of the new one; nothing where they are alike."""
    found = [*_app(old, new, words)]
    for kind in KINDS:
        before, after = _by_key(old, kind), _by_key(new, kind)
        for key, part in after.items():
            found += _part(kind, key, before.get(key), part, words.within(old, new))
        found += [
            PartChange(kind, key, words.text(part), "removed") for key, part in before.items() if key not in after
        ]
    return found


def _part(kind: str, key: str, before: Document | None, part: Document, words: Words) -> Iterator[PartChange]:
    if before is None:
        yield PartChange(kind, key, words.text(part), "added")
    elif before != part or list(_orders(before)) != list(_orders(part)):
        lines = [*words.called(before, part), *_LINES.get(kind, views.lines)(before, part, words)]
        yield PartChange(kind, key, words.text(part), "changed", tuple(lines) or (_DETAILS,))


_LINES: Mapping[str, Callable[[Document, Document, Words], Iterator[Message]]] = {
    "forms": forms.lines,
    "flows": flows.lines,
    "roles": rights.lines,
}
_DETAILS = message("Details changed that are seen nowhere.")


def _app(old: Document, new: Document, words: Words) -> Iterator[PartChange]:
    lines = [*words.called(old, new)]
    if old.get("sample") != new.get("sample"):
        lines.append(message("The sample records changed."))
    beside = {key for key in (*old, *new) if key not in (*KINDS, "title", "sample", "x-texts", "version")}
    if any(old.get(key) != new.get(key) for key in beside):
        lines.append(message("Settings of the app changed."))
    if lines:
        yield PartChange("app", "", words.text(new), "changed", tuple(lines))


def _by_key(app: Document, kind: str) -> dict[str, Document]:
    return {str(part["key"]): part for part in app.get(kind) or ()}


def _orders(value: Any) -> Iterator[tuple[str, ...]]:
    """The order of keys everywhere inside: that of a form's questions is what people see."""
    if isinstance(value, Mapping):
        yield tuple(value)
        for part in value.values():
            yield from _orders(part)
    elif isinstance(value, list):
        for part in value:
            yield from _orders(part)
