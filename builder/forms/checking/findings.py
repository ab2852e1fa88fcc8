"""What is wrong with a draft form, in the app that it is part of, and what is only odd."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from builder.forms import edit
from builder.forms.conditions import fields_in
from builder.forms.palette import KINDS
from builder.forms.rules import rules_of
from builder.forms.texts.walking import missing, texts_of
from runtime import documents
from runtime.answers import FormError, compile_form
from runtime.contracts import Problem
from runtime.documents.fields import declarations
from runtime.i18n import Message, message, text_in

App = Mapping[str, Any]
Form = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """A problem keeps the app from going live, a hint does not; `at` is what to open: "field:NAME", "rule:PLACE", a tab
    ("texts"), or "" for the form."""

    severity: Literal["problem", "hint"]
    at: str
    message: Message


def findings(app: App, key: str, released: Sequence[App], lang: str) -> list[Finding]:
    """All that is to be said of one form of a draft app, problems first; `released` are its releases, oldest first."""
    place = next(index for index, form in enumerate(app["forms"]) if form["key"] == key)
    form = app["forms"][place]
    problems = [
        Finding("problem", opened_by(form, problem.pointer), problem.message)
        for problem in _problems(app, form, f"/forms/{place}", released)
    ]
    return [*problems, *_hints(form, app.get("lang") or "zh-CN", lang)]


def opened_by(form: Form, at: str) -> str:
    """What a pointer into a form leads to."""
    inside = [(where, name) for where, name, _ in declarations(form) if f"{at}/".startswith(f"{where}/")]
    if inside:
        return f"field:{max(inside)[1]}"
    parts = at.split("/")
    return f"rule:{parts[3]}" if parts[1:3] == ["schema", "allOf"] and len(parts) > 3 else ""


def _problems(app: App, form: Form, at: str, released: Sequence[App]) -> Iterator[Problem]:
    found = [*documents.check("form", form)]
    everywhere = [] if found else list(documents.check_app(app))
    found += _below(everywhere, at)
    if not everywhere and released:
        changes = documents.compare(released[-1], app, documents.retired_fields(released, released[-1]))
        found += _below(documents.refusals(changes), at)
    try:
        compile_form(dict(form))
    except FormError as error:
        found += error.problems
    yield from {(problem.pointer, problem.keyword): problem for problem in found}.values()


def _below(problems: Sequence[Problem], at: str) -> list[Problem]:
    return [
        Problem(problem.pointer.removeprefix(at), problem.keyword, problem.message)
        for problem in problems
        if f"{problem.pointer}/".startswith(f"{at}/")
    ]


def _hints(form: Form, own: str, lang: str) -> Iterator[Finding]:
    fields = {name: schema for name, (_, schema) in edit.declared(form).items()}
    if not fields:
        yield Finding("hint", "", message("The form asks nothing yet."))
    titles = {name: text_in(lang, schema, "title") for name, schema in fields.items()}
    counts = Counter(titles.values())
    for name, schema in fields.items():
        yield from (Finding("hint", f"field:{name}", why) for why in _odd(schema, titles[name], counts, name))
    for place, rule in enumerate(rules_of(form)):
        yield from (Finding("hint", f"rule:{place}", why) for why in _odd_rule(rule))
    yield from _untranslated(form, own)


def _odd(schema: Form, title: str, counts: Mapping[str, int], name: str) -> Iterator[Message]:
    if not title:
        yield message("The question “%(name)s” has no title.", name=name)
    elif counts[title] > 1:
        yield message("Several questions are called “%(title)s”.", title=title)
    listed = schema.get("items") if schema.get("type") == "array" else schema
    if isinstance(listed, Mapping) and listed.get("oneOf") == KINDS["choice"].schema["oneOf"]:
        yield message("“%(title)s” still offers the options it began with.", title=title or name)


def _odd_rule(rule: Mapping[str, Any]) -> Iterator[Message]:
    if not rule["ask"] and not rule["require"]:
        yield message("A rule asks nothing yet.")
    for name in fields_in(rule["when"]) if rule["when"] else ():
        if name in rule["ask"]:
            yield message("A rule asks “%(name)s” only after it is answered: nobody will ever see it.", name=name)


def _untranslated(form: Form, own: str) -> Iterator[Finding]:
    """Said of a form that somebody began to translate."""
    lacking = missing(form, own)
    if lacking and len(lacking) < len(list(texts_of(form))):
        yield Finding("hint", "texts", message("Texts without translation: %(count)s.", count=len(lacking)))
