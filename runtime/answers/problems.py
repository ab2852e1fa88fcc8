"""From what the validator found to problems a person understands, one to a place, in the order of the form."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.answers import wording
from runtime.answers.blocks import discriminators
from runtime.answers.rules import Found
from runtime.answers.schemas import Schema
from runtime.answers.visibility import Field, Unfolded
from runtime.contracts import Problem
from runtime.documents.bounds import pointer
from runtime.i18n import Message, text_in


@dataclass(frozen=True)
class Finding:
    """A problem, and the fields it is about."""

    problem: Problem
    fields: frozenset[str]

    @classmethod
    def at(cls, path: Iterable[Any], keyword: str, why: Message, fields: Iterable[str] = ()) -> "Finding":
        """A finding at a place; it is about the field that stands there, and about `fields`."""
        path = tuple(path)
        return cls(Problem(pointer(*path), keyword, why), frozenset(map(str, path[:1])) | frozenset(fields))


class Words:
    """Titles of one form in one language, as the answers have unfolded it."""

    def __init__(self, fields: Mapping[str, Field], unfolded: Unfolded, lang: str = "") -> None:
        self._fields, self._unfolded, self._lang = fields, unfolded, lang

    def schema(self, name: str) -> Schema:
        """The schema of a question as it is asked now."""
        declared = self._fields.get(name)
        return self._unfolded.schemas.get(name) or (declared.schema if declared else {})

    def title(self, name: str) -> str:
        """What the question is called."""
        return text_in(self._lang, self.schema(name), "title") or name

    def missing(self, name: str) -> Finding:
        """The problem of a question that must be answered."""
        return Finding.at([name], "required", wording.missing(self.title(name), self.schema(name)))


def findings(errors: Iterable[Found], words: Words, answers: Mapping[str, Any]) -> list[Finding]:
    """One finding a place: a wrong type says all there is to say about a value."""
    all_found = [finding for error in errors for finding in _of(error, words, answers)]
    mistyped = {each.problem.pointer for each in all_found if each.problem.keyword == "type"}
    first: dict[tuple[str, str], Finding] = {}
    for each in all_found:
        if each.problem.keyword == "type" or each.problem.pointer not in mistyped:
            first.setdefault((each.problem.pointer, each.problem.keyword), each)
    return list(first.values())


def _of(error: Found, words: Words, answers: Mapping[str, Any]) -> Iterator[Finding]:
    path = list(error.absolute_path)
    keyword = str(error.validator or "false")
    if not path:
        yield from _of_all_answers(error, keyword, words, answers)
    elif keyword == "required" and len(path) == 1:
        yield words.missing(str(path[0]))
    else:
        yield Finding.at(path, keyword, wording.broken(keyword, error.validator_value, words.title(str(path[0]))))


def _of_all_answers(error: Found, keyword: str, words: Words, answers: Mapping[str, Any]) -> Iterator[Finding]:
    names = discriminators(error.validator_value) if keyword in ("oneOf", "anyOf") else ()
    context = list(error.context or ())
    if names:
        yield from _of_alternatives(context, names, words, answers)
    elif context and all(each.validator == "required" for each in context):
        wanted = list(dict.fromkeys(str(each.absolute_path[0]) for each in context))
        why = wording.one_of_these([words.title(name) for name in wanted])
        yield Finding.at(wanted[:1], keyword, why, wanted)
    else:
        yield Finding.at([], keyword, wording.together())


def _of_alternatives(
    context: list[Found], names: tuple[str, ...], words: Words, answers: Mapping[str, Any]
) -> Iterator[Finding]:
    """What is wrong with the alternative that was chosen; else what to choose."""
    unanswered = [name for name in names if name not in answers]
    if unanswered:
        yield from (words.missing(name) for name in unanswered)
        return
    by_alternative: dict[Any, list[Found]] = {}
    for error in context:
        by_alternative.setdefault(error.relative_schema_path[0], []).append(error)
    chosen = [found for found in by_alternative.values() if not any(_is_about(error, names) for error in found)]
    if not chosen:
        yield Finding.at(names[:1], "enum", wording.broken("enum", None, words.title(names[0])), names)
    for error in chosen[0] if chosen else ():
        yield from _of(error, words, answers)


def _is_about(error: Found, names: tuple[str, ...]) -> bool:
    return bool(error.absolute_path) and error.absolute_path[0] in names and error.validator in ("const", "enum")


def in_order(found: Iterable[Finding], order: Iterable[str]) -> list[Finding]:
    """Sorted as the questions are drawn; what stands at no question comes last."""
    found = list(found)
    if not found:
        return found
    ranks = {pointer(name): rank for rank, name in enumerate(order)}
    last = len(ranks)
    return sorted(found, key=lambda each: ranks.get("/" + each.problem.pointer[1:].partition("/")[0], last))
