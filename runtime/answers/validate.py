"""Reading answers, for the page, the API, an import and a flow alike: what they come to, and what is wrong."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from runtime.answers import wording
from runtime.answers.bounds import unsound
from runtime.answers.compute import Failure, Settled, scope_of
from runtime.answers.form import Form
from runtime.answers.merging import merged, same
from runtime.answers.problems import Finding, Words, findings, in_order
from runtime.answers.schemas import exact
from runtime.answers.visibility import Field, Unfolded, is_empty
from runtime.contracts import Problem
from runtime.documents import SYSTEM_FIELDS
from runtime.i18n import Message, message, text_in

PROTECTED = frozenset(SYSTEM_FIELDS) | {
    "tenant_id", "app_id", "form", "release", "owner_id", "dept_path", "role", "roles", "incomplete", "data",
    "deleted_at",
}  # fmt: skip
"""What the system itself keeps of a record; never set by answers, unless a form has a field of that name."""

_NOT_STORABLE = frozenset({"unknown", "protected", "readOnly", "type", "format", "text", "number", "depth", "false"})
"""Problems no leniency passes over: there is no place for such a value."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Reading:
    """What answers come to.

    `problems` refuse them, in the order of the form. `older` stand but do not refuse: the record is `incomplete`.
    `changed` are the names whose value is another than before. `unfolded` is what is asked now.
    """

    data: dict[str, Any]
    problems: tuple[Problem, ...]
    changed: tuple[str, ...]
    incomplete: bool
    older: tuple[Problem, ...]
    unfolded: Unfolded


def read(
    form: Form,
    answers: Any,
    *,
    before: Mapping[str, Any] | None = None,
    names: Mapping[str, Any] = _NOTHING,
    lenient: bool = False,
    lang: str = "",
) -> Reading:
    """The one decision about answers: whole ones for a new record, a merge patch for the data `before`.

    `names` are what expressions may read besides the record (`me`, `now`, `today`, `linked`). A change is refused only
    for problems it brings or in fields it touches. `lenient` passes over whatever can be kept at all. `lang` chooses
    the language of titles in messages. Never raises for what was sent.
    """
    taken, refused = _taken(form, answers)
    sent: Set[str] = answers.keys() if isinstance(answers, Mapping) else frozenset()
    defaults = frozenset() if before is not None else form.fields.keys() - sent
    if before is not None:
        names = {**names, "old": scope_of(form.fields, before, _NOTHING)["record"]}
    given = _given(form, taken, before)
    settled = form.computing.settle(form.unfold, given, names, _stored(form, before), defaults)
    data = _kept(form, given, settled.visible, before)
    found = refused + _findings(form, settled, names, lang)
    if before is not None:
        found += _outgrown(data)
    refusing, older = _weigh(form, found, before, sent, names, lenient)
    return Reading(
        data=data,
        problems=tuple(each.problem for each in in_order(refusing, settled.unfolded.order)),
        changed=_changed(form, data, before),
        incomplete=bool(older),
        older=tuple(each.problem for each in in_order(older, settled.unfolded.order)),
        unfolded=settled.unfolded,
    )


def _changed(form: Form, data: Mapping[str, Any], before: Mapping[str, Any] | None) -> tuple[str, ...]:
    if not before:
        return tuple(data)
    return tuple(name for name in form.fields if not same(data.get(name), before.get(name)))


def values_of(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as values for expressions: numbers as Decimal, dates as dates."""
    values: dict[str, Any] = scope_of(form.fields, data, _NOTHING)["record"]
    return values


def live_values(form: Form, data: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """The formulas that read `now`, `today` or `me`: never kept, worked out whenever the record is shown."""
    if not form.computing.live:
        return {}
    return form.computing.settle(form.unfold, _given(form, {}, data), names, _stored(form, data), frozenset()).live


def recalculated(form: Form, data: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """The data with its kept formulas worked out anew, all else as it is; one that cannot be is left out."""
    settled = form.computing.settle(form.unfold, _given(form, {}, data), names, _stored(form, data), frozenset())
    formulas = {name for name, field in form.fields.items() if "x-formula" in field.schema}
    kept = {name: value for name, value in data.items() if name not in formulas}
    return kept | {name: settled.visible[name] for name in form.fields if name in formulas & settled.visible.keys()}


# --- what is taken of what was sent ------------------------------------------------------------


def _taken(form: Form, answers: Any) -> tuple[dict[str, Any], list[Finding]]:
    if not isinstance(answers, Mapping):
        return {}, [Finding.at([], "type", message("Answers are an object: a value for each field's name."))]
    refused, spoiled = _out_of_bounds(answers)
    taken: dict[str, Any] = {}
    for name, value in answers.items() if "" not in spoiled else ():
        field = form.fields.get(name)
        if field is not None and not field.is_computed:
            if name not in spoiled:
                taken[name] = exact(value)
        elif reason := _stray(field, name, value):
            refused.append(Finding.at([name], reason, wording.stray(_called(form, name), reason)))
    return taken, refused


def _out_of_bounds(answers: Mapping[str, Any]) -> tuple[list[Finding], set[str]]:
    """What no database could keep, and the names where it stands ("" when it is about all)."""
    found = []
    for problem in unsound(answers):
        name = problem.pointer[1:].partition("/")[0].replace("~1", "/").replace("~0", "~")
        found.append(Finding.at([name] if name else [], problem.keyword, problem.message))
    return found, {"".join(each.fields) for each in found}


def _stray(field: Field | None, name: str, value: Any) -> str:
    """Why what nobody is asked is refused; "" when it is passed over."""
    if field is None:
        return "protected" if name in PROTECTED else "unknown"
    return "" if is_empty(value) else "readOnly"


def _called(form: Form, name: str) -> str:
    field = form.fields.get(name)
    return str(field.schema.get("title") or name) if field else name[:128]


def _given(form: Form, taken: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """The answers with the change in them, written as they are kept, without empty ones and computed ones."""
    fields = form.fields
    whole = taken
    if before is not None:
        old = {name: value for name, value in before.items() if name in fields and not fields[name].is_computed}
        whole = merged(old, taken)
    given = {name: value for name, value in whole.items() if not is_empty(value)}
    for name, normalize in form.normalizers.items():
        if name in given and name in taken:
            given[name] = normalize(given[name])
    return given


def _stored(form: Form, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Computed values as they stand; what works them out may be elsewhere (numbering, roll-ups)."""
    stored = (before or {}).items()
    return {name: value for name, value in stored if name in form.fields and form.fields[name].is_computed}


def _kept(
    form: Form, given: Mapping[str, Any], visible: Mapping[str, Any], before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What is stored: visible values, folded ones that say so, and values of fields this release has no more."""
    data = {}
    for name, field in form.fields.items():
        if name in visible:
            data[name] = visible[name]
        elif name in given and field.keeps_hidden:
            data[name] = given[name]
    retired = {name: value for name, value in (before or {}).items() if name not in form.fields}
    return {**data, **retired}


# --- what is wrong with it ---------------------------------------------------------------------


def _findings(form: Form, settled: Settled, names: Mapping[str, Any], lang: str) -> list[Finding]:
    found: list[Finding] = []
    words = Words(form.fields, settled.unfolded, lang)
    if not form.rules.accept(settled.visible):
        found = findings(form.rules.errors(settled.visible), words, settled.visible)
        found = found or [Finding.at([], "schema", wording.together())]
    failures = [*settled.failures, *form.computing.broken_checks(settled, names)]
    if failures:
        mistyped = {name for each in found if each.problem.keyword in ("type", "format") for name in each.fields}
        found += [_failed(form, each, words, lang) for each in failures if not each.reads & mistyped]
    return found


def _failed(form: Form, failure: Failure, words: Words, lang: str) -> Finding:
    path = [failure.field] if failure.field else []
    return Finding.at(path, failure.keyword, _failure_in_words(failure, words, lang), failure.reads)


def _failure_in_words(failure: Failure, words: Words, lang: str) -> Message:
    title = words.title(failure.field) if failure.field else ""
    if failure.why is not None:
        return wording.not_worked_out(title, failure.why)
    text = text_in(lang, failure.rule, "message") if isinstance(failure.rule, Mapping) else ""
    return Message(text) if text else wording.check_failed(title)


def _outgrown(data: Mapping[str, Any]) -> list[Finding]:
    """Many small changes may not make a record larger than one large change could."""
    whole = [problem for problem in unsound(data) if problem.pointer == ""]
    return [Finding.at([], problem.keyword, problem.message) for problem in whole]


def _weigh(
    form: Form,
    found: list[Finding],
    before: Mapping[str, Any] | None,
    sent: Set[str],
    names: Mapping[str, Any],
    lenient: bool,
) -> tuple[list[Finding], list[Finding]]:
    """The findings that refuse the answers, and those that only make the record incomplete."""
    untouched = [before is not None and sent.isdisjoint(each.fields) for each in found]
    known = _known(form, before or {}, names) if any(untouched) else frozenset()
    refusing: list[Finding] = []
    standing: list[Finding] = []
    for each, beside in zip(found, untouched, strict=True):
        old = beside and (each.problem.pointer, each.problem.keyword) in known
        passed = lenient and each.problem.keyword not in _NOT_STORABLE
        (standing if old or passed else refusing).append(each)
    return refusing, standing


def _known(form: Form, before: Mapping[str, Any], names: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """The problems a record has as it stands."""
    given = _given(form, {}, before)
    settled = form.computing.settle(form.unfold, given, names, _stored(form, before), frozenset())
    return frozenset((each.problem.pointer, each.problem.keyword) for each in _findings(form, settled, names, ""))
