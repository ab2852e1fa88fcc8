"""What changed in a form, in words: its questions and its rules."""

from collections.abc import Iterator, Mapping
from typing import Any

from builder.forms import edit, sheet
from builder.forms.palette import KINDS
from builder.forms.rules import rules_of
from builder.publishing.versions.wording import Words
from runtime.i18n import Message, message
from widgets.base import Reader, widget_of

Form = Mapping[str, Any]
Face = tuple[Any, Mapping[str, Any], Any, bool]
"""All that decides how a question looks: its group, schema, look and duty; see `edit.faces`."""

_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems",
           "maxItems", "pattern", "multipleOf", "x-check")  # fmt: skip
_SAID: Mapping[str, Message] = {
    "description": message("“%(field)s” has another help text."),
    "x-texts": message("“%(field)s” is translated otherwise."),
    "x-formula": message("“%(field)s” is calculated in another way."),
    "x-default": message("“%(field)s” starts with another value."),
    "x-unique": message("“%(field)s” may or may not be alike in two records now."),
    "x-ref": message("“%(field)s” links to something else."),
    "x-currency": message("“%(field)s” has another currency."),
    "x-scale": message("“%(field)s” has other decimal places."),
    "x-file": message("“%(field)s” takes other files."),
}


def lines(old: Form, new: Form, words: Words) -> Iterator[Message]:
    """Every change, questions first."""
    before, after = edit.faces(old), edit.faces(new)
    for name, face in after.items():
        if name not in before:
            kind = KINDS.get(_kind(face))
            said = kind.title if kind else message("Field")
            yield message("New: “%(field)s” (%(kind)s).", field=_title(name, face, words), kind=said)
    for name, face in before.items():
        if name not in after:
            yield message("Removed: “%(field)s”.", field=_title(name, face, words))
    for name, face in after.items():
        if name in before and before[name] != face:
            yield from _field(name, before[name], face, words)
    yield from _rules(old, new, words)
    yield from _order(old, new)
    if old.get("label") != new.get("label"):
        yield message("Its records are called by another field.")


def _field(name: str, old: Face, new: Face, words: Words) -> Iterator[Message]:
    title, found = _title(name, new, words), list(_field_changes(name, old, new, words))
    yield from found
    if not found:
        yield message("“%(field)s” changed in its details.", field=title)


def _field_changes(name: str, old: Face, new: Face, words: Words) -> Iterator[Message]:
    title, before, after = _title(name, new, words), old[1], new[1]
    if before.get("title") != after.get("title"):
        yield message("“%(old)s” is called “%(field)s” now.", old=_title(name, old, words), field=title)
    if old[3] != new[3]:
        must = message("“%(field)s” must be answered now.", field=title)
        yield must if new[3] else message("“%(field)s” need not be answered any more.", field=title)
    if (old[0] is None) != (new[0] is None):
        always = message("“%(field)s” is asked always now.", field=title)
        yield always if new[0] is None else message("“%(field)s” is asked by a rule now.", field=title)
    if _kind(old) != _kind(new) or old[2] != new[2]:
        yield message("“%(field)s” looks otherwise.", field=title)
    yield from _options(title, before, after, words)
    for keyword, said in _SAID.items():
        if before.get(keyword) != after.get(keyword):
            yield Message(said.id, {"field": title})
    if any(before.get(limit) != after.get(limit) for limit in _LIMITS):
        yield message("“%(field)s” has other limits.", field=title)


def _options(title: str, before: Form, after: Form, words: Words) -> Iterator[Message]:
    old, new = _listed(before, words), _listed(after, words)
    if added := [name for const, name in new.items() if const not in old]:
        yield message("“%(field)s” offers in addition: %(options)s.", field=title, options=words.listed(added))
    if gone := [name for const, name in old.items() if const not in new]:
        yield message("“%(field)s” no longer offers: %(options)s.", field=title, options=words.listed(gone))
    renamed = [name for const, name in new.items() if const in old and old[const] != name]
    if renamed:
        yield message("“%(field)s” has options with another name: %(options)s.", field=title,
                      options=words.listed(renamed))  # fmt: skip
    elif not added and not gone and list(old) != list(new):
        yield message("“%(field)s” offers its options in another order.", field=title)


def _listed(schema: Form, words: Words) -> dict[str, str]:
    inner = schema.get("items") if schema.get("type") == "array" else schema
    listed = inner.get("oneOf") if isinstance(inner, Mapping) else None
    options = [one for one in listed or () if isinstance(one, Mapping) and "const" in one]
    return {repr(one["const"]): words.text(one) for one in options}


def _rules(old: Form, new: Form, words: Words) -> Iterator[Message]:
    before, after = _sentences(old, words), _sentences(new, words)
    for said in after:
        if said not in before:
            yield message("New rule: when %(condition)s.", condition=said)
    for said in before:
        if said not in after:
            yield message("Rule removed: when %(condition)s.", condition=said)


def _sentences(form: Form, words: Words) -> list[str]:
    reader, text = Reader(words.lang, translate=words.translate), words.translate("a condition that stands as text")
    return [sheet.said(rule["when"], form, reader) or text for rule in rules_of(form)]


def _order(old: Form, new: Form) -> Iterator[Message]:
    before, after = edit.names(old), edit.names(new)
    stayed = [name for name in after if name in before]
    orders = [(form.get("ui") or {}).get("ui:order") for form in (old, new)]
    if stayed != [name for name in before if name in after] or orders[0] != orders[1]:
        yield message("The questions come in another order.")


def _kind(face: Face) -> str:
    return widget_of(face[1], face[2]).name


def _title(name: str, face: Face, words: Words) -> str:
    return words.text(face[1]) or name
