"""What a step was given and what it gave, as lines to read: the question it answers, and the value as people say it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.flows.picture.words import Words, person
from runtime.i18n import Message, message, text_in
from widgets.base import Field, Reader, display

MOST_LINES = 40
MOST_TEXT = 500
"""A value shows so many lines, and a line so many characters."""

OUTPUTS: Mapping[str, Message] = {
    "id": message("Record"), "told": message("Told"), "count": message("How many"), "items": message("Records found"),
    "first": message("First of them"), "holds": message("Condition holds"), "case": message("Case taken"),
    "until": message("Until"), "error": message("Error"), "owner": message("Owner"), "status": message("Answer code"),
}  # fmt: skip
YES, NO = message("yes"), message("no")
Line = dict[str, str]
"""`{"title", "text"}`"""


@dataclass(frozen=True)
class Speech:
    """How the values of one step are said: by the reader's words, and the fields of the form it works on."""

    words: Words
    reader: Reader
    fields: Mapping[str, Mapping[str, Any]]

    def given(self, config: Any, schema: Mapping[str, Any]) -> list[Line]:
        """A config with its expressions worked out, line by line as the panel asks it."""
        if not isinstance(config, Mapping):
            return self.gave(config)
        asked = schema.get("properties") or {}
        lines = [line for name, value in config.items() for line in self._asked(name, value, asked.get(name) or {})]
        return lines[:MOST_LINES]

    def gave(self, output: Any) -> list[Line]:
        """What a step gives to later ones."""
        if output is None:
            return []
        whole = output if isinstance(output, Mapping) else {"": output}
        return [self._line(self._named(name), self._value(name, value)) for name, value in whole.items()][:MOST_LINES]

    def _asked(self, name: str, value: Any, schema: Mapping[str, Any]) -> Iterator[Line]:
        title = text_in(self.words.lang, schema, "title") or name
        if name == "x-texts":
            return
        if schema.get("x-value") == "people" and isinstance(value, list):
            yield self._line(title, "; ".join(person(one, self.words) for one in value))
        elif schema.get("x-value") == "form":
            yield self._line(title, self.words.forms.get(str(value), str(value)))
        elif isinstance(value, Mapping) and schema.get("additionalProperties"):
            yield from (self._line(self._named(key), self._value(key, part)) for key, part in value.items())
        else:
            yield self._line(title, self._value("", value))

    def _named(self, name: str) -> str:
        if name in self.fields:
            return text_in(self.words.lang, self.fields[name], "title") or name
        return OUTPUTS[name].translated(self.words.translate) if name in OUTPUTS else name

    def _value(self, name: str, value: Any) -> str:
        if name in self.fields:
            return display(value, Field(name, self.fields[name]), self.reader)
        if value is None:
            return ""
        if isinstance(value, bool):
            return (YES if value else NO).translated(self.words.translate)
        if isinstance(value, Mapping):
            return ", ".join(f"{self._named(key)} = {self._value(key, part)}" for key, part in value.items())
        if isinstance(value, list):
            return "; ".join(self._value("", part) for part in value)
        return self.words.people.get(str(value), str(value))

    def _line(self, title: str, text: str) -> Line:
        return {"title": title, "text": text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"}
