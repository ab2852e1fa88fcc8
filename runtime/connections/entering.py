"""What somebody enters for a connection, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from runtime.connections.calling import place_of
from runtime.connections.credentials import OPEN, QUESTIONS
from runtime.contracts import BadRequest, Problem
from runtime.i18n import message

KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")
HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,62}")
MOST = 4_000
"""Characters of a secret."""


@dataclass(frozen=True)
class Entered:
    """A connection as entered: `secrets` by the questions of its kind, `apps` the ids of those that may use it."""

    key: str
    title: str
    address: str
    kind: str = "none"
    secrets: Mapping[str, str] = field(default_factory=dict)
    apps: tuple[str, ...] = ()


def problems_of(entered: Entered, before: Entered | None = None) -> list[Problem]:
    """All that is wrong; `before` is the connection as it is kept, with what is no secret of it.

    A secret stays only where it was entered for: another host needs it anew, or whoever may change a connection could
    have it sent to a place of his own.
    """
    problems = []
    if not KEY.fullmatch(entered.key):
        why = message("A key has small letters, digits and _, and begins with a letter.")
        problems.append(Problem("/key", "pattern", why))
    if not 0 < len(entered.title.strip()) <= 200:
        problems.append(Problem("/title", "required", message("Give it a name.")))
    problems += _address_problems(entered.address)
    if entered.kind not in QUESTIONS:
        return [*problems, Problem("/kind", "enum", message("Choose how the other side knows you."))]
    stays = before is not None and before.kind == entered.kind and _origin(before.address) == _origin(entered.address)
    return problems + [one for name in QUESTIONS[entered.kind] for one in _secret_problems(entered, name, stays)]


def _address_problems(address: str) -> list[Problem]:
    try:
        place = place_of(address)
    except BadRequest as bad:
        return [Problem("/address", "format", bad.why)]
    if place.query or place.fragment:
        why = message("Leave out what follows ? or #: parameters are given at the step or below as the key.")
        return [Problem("/address", "format", why)]
    return []


def _secret_problems(entered: Entered, name: str, stays: bool) -> list[Problem]:
    value = entered.secrets.get(name, "")
    if not value and not (stays and name not in OPEN):
        return [Problem(f"/{name}", "required", message("Enter this, also again after the address has changed."))]
    if len(value) > MOST or any(ord(sign) < 32 for sign in value):
        return [Problem(f"/{name}", "format", message("This is too long or holds signs that cannot be sent."))]
    if name == "name" and entered.kind == "header" and not HEADER.fullmatch(value):
        return [Problem(f"/{name}", "format", message("This is no name of a header."))]
    return []


def _origin(address: str) -> tuple[str, str]:
    place = urlsplit(address)
    return place.scheme.casefold(), place.netloc.casefold()
