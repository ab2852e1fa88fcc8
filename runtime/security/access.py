"""What a route declares about who may enter it; one that declares nothing is closed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """What a route asks of who comes: a kind, for some kinds which power or scope, and who a token's holder must be."""

    kind: Literal["public", "signed_in", "member", "power", "builder", "scoped", "signed"]
    value: str = ""
    holder: Literal["member", "builder", "admin"] = "member"


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


public = _declare(Access("public"))
"""Anybody."""

signed_in = _declare(Access("signed_in"))
"""An account, in no tenant yet."""

signed = _declare(Access("signed"))
"""A program that signs what it sends; the route itself asks its service whether it did."""

member = _declare(Access("member"))
"""A member of the `<tenant>` in the address."""

builder = _declare(Access("builder"))
"""Who may build the `<app>` in the address: its admins and the tenant's."""


def power(name: str) -> Callable[[View], View]:
    """A member who holds a tenant-wide power ("owner" or "admin"; an owner holds both)."""
    return _declare(Access("power", name))


def scoped(scope: str, holder: Literal["member", "builder", "admin"] = "member") -> Callable[[View], View]:
    """A bearer token with this scope ("" asks for any valid token) of any member, of who may build the `<app>` in the
    address, or of an admin: a scope only narrows what its holder may do."""
    return _declare(Access("scoped", scope, holder))
