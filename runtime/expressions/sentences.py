"""Conditions as sentences: the words for each comparison, and how comparisons are joined."""

from collections.abc import Callable, Mapping
from typing import Any

from runtime.i18n import Message, Translate, message

OPS: Mapping[str, Message] = {
    "eq": message("%(field)s is %(value)s"),
    "ne": message("%(field)s is not %(value)s"),
    "gt": message("%(field)s is more than %(value)s"),
    "gte": message("%(field)s is at least %(value)s"),
    "lt": message("%(field)s is less than %(value)s"),
    "lte": message("%(field)s is at most %(value)s"),
    "in": message("%(field)s is one of %(value)s"),
    "nin": message("%(field)s is none of %(value)s"),
    "contains": message("%(field)s contains %(value)s"),
    "starts": message("%(field)s begins with %(value)s"),
    "empty": message("%(field)s is empty"),
    "nempty": message("%(field)s is filled in"),
}
_JOINS = {"all": message("%(one)s and %(other)s"), "any": message("%(one)s or %(other)s")}
_NOT = message("not (%(what)s)")


def sentence(tree: Mapping[str, Any], compare: Callable[[Mapping[str, Any]], str], translate: Translate) -> str:
    """A tree of conditions in words; `compare` says one comparison."""
    for word, join in _JOINS.items():
        if word in tree:
            text, *others = [sentence(part, compare, translate) for part in tree[word]]
            for other in others:
                text = said(join, translate, one=text, other=other)
            return text
    if "not" in tree:
        return said(_NOT, translate, what=sentence(tree["not"], compare, translate))
    return compare(tree)


def said(text: Message, translate: Translate, **values: str) -> str:
    """A message with its values, in the reader's language."""
    return Message(text.id, values).translated(translate)
