"""The role a blank app starts with, and how roles follow when forms come and go.

A role with `"x-new-forms": true` gets a policy for every form made in the designer: its holders fill it in and see
what is their own. Without it a new app could be used by nobody but its admins.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

Role = dict[str, Any]

FOLLOWS = "x-new-forms"


def blank(key: str, title: str) -> Role:
    """A role that may do nothing yet."""
    return {"format": "role/1", "key": key, "title": title, "policies": []}


def standard(title: str) -> Role:
    """The role of those who fill in; it speaks of no form yet."""
    return {**blank("member", title), FOLLOWS: True}


def with_form(role: Mapping[str, Any], form: str) -> Role:
    """The role after a form was added: with a policy for it where the role follows new forms."""
    kept = deepcopy(dict(role))
    if role.get(FOLLOWS) is True and all(policy["form"] != form for policy in role["policies"]):
        own = {"form": form, "rows": "record.owner == me.id", "read": ["*"], "write": ["*"]}
        kept["policies"].append({**own, "acts": ["create", "update"]})
    return kept


def without_form(role: Mapping[str, Any], form: str) -> Role:
    """The role after a form was removed: it speaks of that form no more."""
    return {**deepcopy(dict(role)), "policies": [policy for policy in role["policies"] if policy["form"] != form]}
