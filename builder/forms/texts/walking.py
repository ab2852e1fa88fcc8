"""All that people read in a form, place by place, and how a text is put there in either language."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from runtime.documents.bounds import pointer
from runtime.documents.fields import declarations
from runtime.i18n import text_in

Form = dict[str, Any]
OFFERED = ("zh-CN", "en")


@dataclass(frozen=True)
class Text:
    """One text: the JSON Pointer of the part it stands in, its key there, the field it is about ("" for the form)."""

    at: str
    key: str
    field: str
    part: Mapping[str, Any]

    def said(self, lang: str, own: str) -> str:
        """The text in a language, "" where it is missing; `own` is the language that the app is written in."""
        if _short(lang) == _short(own):
            return str(self.part.get(self.key) or "")
        others = {key: value for key, value in self.part.items() if key != self.key}
        return text_in(lang, others, self.key)


def languages(own: str) -> Sequence[str]:
    """The languages side by side, Chinese first; that of the app is always among them."""
    known = [own if _short(lang) == _short(own) else lang for lang in OFFERED]
    return known if own in known else [own, *known]


def texts_of(form: Mapping[str, Any]) -> Iterator[Text]:
    """Every text that is there, in the order of the questions."""
    yield from _texts("", form, "", ("title", "description"))
    looks = form.get("ui") or {}
    seen: set[str] = set()
    for at, name, schema in declarations(form):
        yield from _texts(at, schema, name, ("title", "description"))
        for where, option in _options(at, schema):
            yield from _texts(where, option, name, ("title",))
        if name not in seen and isinstance(looks.get(name), Mapping):
            yield from _texts("/ui" + pointer(name), looks[name], name, ("ui:help", "ui:placeholder"))
        seen.add(name)
    for place, rule in enumerate(form["schema"].get("allOf") or ()):
        if isinstance(rule, Mapping):
            yield from _texts(f"/schema/allOf/{place}", rule, "", ("title",))


def missing(form: Mapping[str, Any], own: str) -> list[Text]:
    """The texts that lack one of the languages."""
    langs = languages(own)
    return [text for text in texts_of(form) if not all(text.said(lang, own) for lang in langs)]


def translate(form: Form, at: str, key: str, lang: str, text: str, own: str) -> Form:
    """The form with one text in one language; an empty one is taken away. Raises LookupError where nothing stands."""
    form = deepcopy(form)
    part = _part_at(form, at)
    if _short(lang) == _short(own):
        _put(part, key, text)
        return form
    texts = part.setdefault("x-texts", {})
    said = next((known for known in (lang, _short(lang)) if known in texts), lang)
    _put(texts.setdefault(said, {}), key, text)
    if not texts[said]:
        del texts[said]
    if not texts:
        del part["x-texts"]
    return form


def _put(part: dict[str, Any], key: str, text: str) -> None:
    if text:
        part[key] = text
    else:
        part.pop(key, None)


def _texts(at: str, part: Mapping[str, Any], field: str, keys: Sequence[str]) -> Iterator[Text]:
    yield from (Text(at, key, field, part) for key in keys if isinstance(part.get(key), str) and part[key])


def _options(at: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for where, holder in (("", schema), ("/items", schema.get("items"))):
        listed = holder.get("oneOf") if isinstance(holder, Mapping) else None
        for index, option in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(option, Mapping) and "const" in option:
                yield f"{at}{where}/oneOf/{index}", option


def _part_at(form: Form, at: str) -> dict[str, Any]:
    part: Any = form
    for step in at.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        part = part[int(name)] if isinstance(part, list) else part[name]
    if not isinstance(part, dict):
        raise LookupError(at)
    return part


def _short(lang: str) -> str:
    return lang.partition("-")[0]
