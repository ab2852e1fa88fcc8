"""What changed in a role, in words: form by form what its holders may do and which records they see."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from builder.publishing.versions.wording import Words
from runtime.i18n import Message, message

Role = Mapping[str, Any]
Policies = Sequence[Mapping[str, Any]]

_ACTS: Mapping[str, Message] = {
    "create": message("add records"), "update": message("change records"), "delete": message("delete records"),
    "import": message("import"), "export": message("export"),
}  # fmt: skip


def lines(old: Role, new: Role, words: Words) -> Iterator[Message]:
    """Every change, form by form."""
    before, after = _by_form(old), _by_form(new)
    for key in {**after, **before}:
        if before.get(key) != after.get(key):
            yield from _form(words.form(key), before.get(key, []), after.get(key, []), words)
    if old.get("x-new-forms") != new.get("x-new-forms"):
        yield message("Whether it comes to new forms by itself changed.")


def _form(form: str, before: Policies, after: Policies, words: Words) -> Iterator[Message]:
    if not before:
        yield message("It reaches “%(form)s” now.", form=form)
    elif not after:
        yield message("It no longer reaches “%(form)s”.", form=form)
    yield from _acts(form, before, after, words)
    if before and after:
        if _rows(before) != _rows(after):
            yield message("“%(form)s”: it sees other records.", form=form)
        for kind, said in _FIELDS.items():
            if _named(before, kind) != _named(after, kind):
                yield Message(said.id, {"form": form})


_FIELDS: Mapping[str, Message] = {
    "read": message("“%(form)s”: it sees other fields."),
    "write": message("“%(form)s”: it may fill in other fields."),
}


def _acts(form: str, before: Policies, after: Policies, words: Words) -> Iterator[Message]:
    old, new = (_granted(policies) for policies in (before, after))
    if added := [words.translate(said.id) for act, said in _ACTS.items() if act in new - old]:
        yield message("“%(form)s”: may now %(acts)s.", form=form, acts=", ".join(added))
    if gone := [words.translate(said.id) for act, said in _ACTS.items() if act in old - new]:
        yield message("“%(form)s”: may no longer %(acts)s.", form=form, acts=", ".join(gone))


def _granted(policies: Policies) -> set[str]:
    return {act for policy in policies for act in policy.get("acts") or ()}


def _rows(policies: Policies) -> list[Any]:
    return [policy.get("rows") for policy in policies]


def _named(policies: Policies, kind: str) -> list[Any]:
    return [(policy.get(kind), policy.get(f"{kind}_except") or []) for policy in policies]


def _by_form(role: Role) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for policy in role.get("policies") or ():
        found.setdefault(policy["form"], []).append(policy)
    return found
