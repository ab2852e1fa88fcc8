"""The acts of the form designer by name, each from what the page sent to a new form document."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from builder.drafts.access import LISTS, with_access
from builder.drafts.merging import Overlap, merge
from builder.forms import edit, fragments, rules
from builder.forms.conditions import fields_in
from builder.forms.palette import KINDS
from builder.forms.texts import walking
from runtime import documents
from runtime.contracts import BadRequest, Conflict
from runtime.i18n import Translate, message

Form = dict[str, Any]
Act = Mapping[str, Any]
Made = tuple[Form, str]
"""The document after the act, and what is selected then: "field:NAME", "rule:PLACE" or ""."""


@dataclass(frozen=True)
class Around:
    """What an act needs beside the form: words, which form of all this is, the language that the app is written in,
    and every name its releases gave to a field."""

    translate: Translate
    here: str = ""
    lang: str = "zh-CN"
    released: Callable[[], Iterable[str]] = tuple


def carry_out(form: Form, act: Act, around: Around) -> Made:
    """The form after one act; raises BadRequest for one that does not fit the form as it is now, or Conflict."""
    try:
        return _ACTS[act["op"]](form, act, around)
    except (AttributeError, IndexError, TypeError, ValueError, LookupError, StopIteration):
        raise BadRequest(message("This does not fit the form as it is now. Load the page again.")) from None


def _add(form: Form, act: Act, around: Around) -> Made:
    kind = KINDS[act["kind"]]
    title, before = kind.title.translated(around.translate), act.get("before")
    form, name = edit.add(form, kind.name, title, before, _group(act), around.released())
    return form, f"field:{name}"


def _move(form: Form, act: Act, around: Around) -> Made:
    return edit.move(form, act["name"], act.get("before"), _group(act)), f"field:{act['name']}"


def _step(form: Form, act: Act, around: Around) -> Made:
    return edit.step(form, act["name"], 1 if int(act["by"]) > 0 else -1), f"field:{act['name']}"


def _copy(form: Form, act: Act, around: Around) -> Made:
    """Second questions like these, right after the last of them."""
    last = [name for name in edit.names(form) if name in act["names"]][-1]
    fragment = fragments.cut_out(form, act["names"])
    return _pasted(form, fragment, edit.following(form, last), edit.group_of(form, last), around)


def _paste(form: Form, act: Act, around: Around) -> Made:
    return _pasted(form, act["fragment"], act.get("before"), _group(act), around)


def _pasted(form: Form, fragment: Form, before: str | None, group: edit.Group, around: Around) -> Made:
    taken = set(edit.names(form))
    is_back = fragment.get("x-cut") == around.here  # what was cut out here keeps its name, and what is stored under it
    used = set() if is_back else set(around.released())

    def rename(name: str) -> str:
        stem = name.rstrip("0123456789").rstrip("_") or "field"
        free = name if name not in taken | used else edit.free_name(taken | used, stem)
        taken.add(free)
        return free

    form, names = fragments.paste(form, fragment, before, group, rename)
    return form, f"field:{names[0]}"


def _remove(form: Form, act: Act, around: Around) -> Made:
    """The form without these questions, and without the rules that only asked more of them; raises Conflict for a
    question that another rule asks about."""
    names = act["names"]
    near = edit.following(form, names[-1]) if len(names) == 1 else None
    for place, rule in reversed(list(enumerate(rules.rules_of(form)))):
        read = [name for name in names if name in fields_in(rule["when"] or {})]
        if read and not set(rule["ask"]) <= set(names):
            title = edit.schema_of(form, read[0]).get("title") or read[0]
            why = message("A rule asks about “%(title)s”. Change or remove the rule first.", title=title)
            raise Conflict(why)
        form = rules.remove_rule(form, place) if read else form
    return edit.remove(form, names), f"field:{near}" if near else ""


def _add_rule(form: Form, act: Act, around: Around) -> Made:
    names = list(form["schema"].get("properties") or {})
    form, place = rules.add_rule(form, _first_test(form, act.get("name") or names[0]))
    return form, f"rule:{place}"


def _first_test(form: Form, name: str) -> dict[str, Any]:
    schema = edit.schema_of(form, name)
    options = schema.get("oneOf") or ()
    if options:
        return {"field": name, "op": "eq", "value": options[0].get("const")}
    return (
        {"field": name, "op": "eq", "value": True}
        if schema.get("type") == "boolean"
        else {"field": name, "op": "nempty"}
    )


def _remove_rule(form: Form, act: Act, around: Around) -> Made:
    return rules.remove_rule(form, int(act["place"])), ""


def _rename(form: Form, act: Act, around: Around) -> Made:
    title = str(act["title"]).strip()[:200]
    return {**form, "title": title or form["title"]}, ""


def _translate(form: Form, act: Act, around: Around) -> Made:
    """One text in one language; `was` is what it translates, so that it goes nowhere else when texts have moved."""
    at, key = str(act["at"]), str(act["key"])
    now = next(text for text in walking.texts_of(form) if (text.at, text.key) == (at, key))
    if now.part[key] != act["was"]:
        raise ValueError(at)
    return walking.translate(form, at, key, str(act["lang"]), str(act["text"]).strip(), around.lang), ""


def _replace(form: Form, act: Act, around: Around) -> Made:
    """The whole form as it was written; saving checks it."""
    document: Form = documents.parse(str(act["text"]))
    return document, ""


def _restore(form: Form, act: Act, around: Around) -> Made:
    """Undo and redo: the way from one document to another, gone on the form as it is now."""
    old, new = documents.parse(act["from"]), documents.parse(act["to"])
    return _gone(old, new, form), edit.differing(old, new)


def _gone(old: Any, new: Any, now: Any) -> Any:
    """What the way from `old` to `new` makes of a document as it is `now`.

    What somebody else changed meanwhile stays; raises Conflict where it is the same place. Saving checks the outcome.
    """
    try:
        return merge(old, new, now)
    except Overlap:
        why = message("Somebody else changed the same place since. It stays as they left it.")
        raise Conflict(why) from None


def marked(role: Mapping[str, Any], form: str, act: Act) -> dict[str, Any]:
    """The role after a mark was set at or taken from a question, or after the way back; raises like `carry_out`."""
    try:
        if act.get("op") == "restore":
            back: dict[str, Any] = _gone(documents.parse(act["from"]), documents.parse(act["to"]), role)
            return back
        place, kind = int(act["policy"]), act["kind"]
        if kind not in LISTS or place < 0 or role["policies"][place]["form"] != form:
            raise ValueError(kind)
        return with_access(role, place, str(act["field"]), kind, bool(act["on"]))
    except (IndexError, KeyError, TypeError, ValueError):
        raise BadRequest(message("This does not fit the form as it is now. Load the page again.")) from None


def _group(act: Act) -> edit.Group:
    return None if act.get("group") is None else int(act["group"])


_ACTS: Mapping[str, Callable[[Form, Act, Around], Made]] = {
    "add": _add,
    "move": _move,
    "step": _step,
    "copy": _copy,
    "paste": _paste,
    "remove": _remove,
    "add_rule": _add_rule,
    "remove_rule": _remove_rule,
    "rename": _rename,
    "translate": _translate,
    "replace": _replace,
    "restore": _restore,
}
