"""The acts of the form designer by name, each from what the page sent to a new form document."""

from collections.abc import Callable, Mapping
from typing import Any

from builder.forms import edit, rules
from builder.forms.palette import KINDS
from runtime import documents
from runtime.contracts import BadRequest
from runtime.i18n import Translate, message

Form = dict[str, Any]
Act = Mapping[str, Any]
Made = tuple[Form, str]
"""The document after the act, and what is selected then: "field:NAME", "rule:PLACE" or ""."""


def carry_out(form: Form, act: Act, translate: Translate) -> Made:
    """The form after one act; raises BadRequest for one that does not fit the form as it is now."""
    try:
        return _ACTS[act["op"]](form, act, translate)
    except (KeyError, IndexError, TypeError, ValueError, LookupError):
        raise BadRequest(message("This does not fit the form as it is now. Load the page again.")) from None


def _add(form: Form, act: Act, translate: Translate) -> Made:
    kind = KINDS[act["kind"]]
    form, name = edit.add(form, kind.name, kind.title.translated(translate), act.get("before"), _group(act))
    return form, f"field:{name}"


def _move(form: Form, act: Act, translate: Translate) -> Made:
    return edit.move(form, act["name"], act.get("before"), _group(act)), f"field:{act['name']}"


def _step(form: Form, act: Act, translate: Translate) -> Made:
    return edit.step(form, act["name"], 1 if int(act["by"]) > 0 else -1), f"field:{act['name']}"


def _copy(form: Form, act: Act, translate: Translate) -> Made:
    form, name = edit.copy(form, act["name"])
    return form, f"field:{name}"


def _remove(form: Form, act: Act, translate: Translate) -> Made:
    return edit.remove(form, act["name"]), ""


def _add_rule(form: Form, act: Act, translate: Translate) -> Made:
    names = list(form["schema"].get("properties") or {})
    form, place = rules.add_rule(form, _first_test(form, names[0]))
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


def _remove_rule(form: Form, act: Act, translate: Translate) -> Made:
    return rules.remove_rule(form, int(act["place"])), ""


def _rename(form: Form, act: Act, translate: Translate) -> Made:
    title = str(act["title"]).strip()[:200]
    return {**form, "title": title or form["title"]}, ""


def _restore(form: Form, act: Act, translate: Translate) -> Made:
    """The document as it was before, for undo; saving checks it like any other."""
    return documents.parse(act["document"]), ""


def _group(act: Act) -> edit.Group:
    return None if act.get("group") is None else int(act["group"])


_ACTS: Mapping[str, Callable[[Form, Act, Translate], Made]] = {
    "add": _add,
    "move": _move,
    "step": _step,
    "copy": _copy,
    "remove": _remove,
    "add_rule": _add_rule,
    "remove_rule": _remove_rule,
    "rename": _rename,
    "restore": _restore,
}
