"""Lets a request in as its route declared. `g.visitor`, `g.actor` and `g.tenant` say who came; they are set here and
nowhere else.
"""

import logging
from contextlib import ExitStack
from typing import Any, Protocol
from urllib.parse import quote

from flask import Flask, g, redirect, request, session
from werkzeug.wrappers import Response as BaseResponse

from runtime.contracts import Actor, Fault, Forbidden, NotFound
from runtime.db import tenant
from runtime.i18n import message
from runtime.security.access import Access
from runtime.security.headers import STATIC
from runtime.security.limits import count_bad_token
from runtime.security.refusals import SAFE, all_of, refuse_foreign_origin, refuse_nul, refuse_without_token
from runtime.security.sessions import COOKIE

log = logging.getLogger("trellis")


class Visitor(Protocol):
    """Who holds a valid session, and the seat in the tenant asked for."""

    @property
    def account_id(self) -> str: ...

    @property
    def tenant_id(self) -> str | None: ...

    @property
    def member_id(self) -> str | None: ...

    @property
    def lang(self) -> str | None: ...


class Doors(Protocol):
    """What the guard asks about people; given by `wsgi`, so that the guard knows no tables."""

    def visitor(self, secret: str, tenant_key: str | None) -> Visitor | None:
        """Who holds this session."""

    def actor(self, visitor: Visitor, app: str | None) -> tuple[Actor, Any] | None:
        """The visitor as an actor in the current tenant, with the tenant's row; None when suspended."""

    def tenant_of(self, token: str) -> str | None:
        """The tenant a token claims to be of."""

    def token_actor(self, token: str, app: str | None) -> tuple[Actor, Any] | None:
        """Whom a token of the current tenant acts for; the `app` of the address is looked up beside."""

    def app_id(self, key: str) -> str:
        """The id of an app of the current tenant; raises NotFound."""


class Unauthenticated(Fault):
    """401: nobody is known to have sent this."""

    status = 401


class Guard:
    """Lets a request in as its route declared, or raises; then `g` says who came."""

    def __init__(self, app: Flask, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    def enter(self) -> BaseResponse | None:
        """Before each request; a person who has to sign in first is sent there."""
        vars(g).clear()
        g.stack = ExitStack()
        g.visitor = g.actor = g.tenant = None
        refuse_nul(request.path, *all_of(request.args))
        if request.endpoint is None or request.endpoint == STATIC:
            return None
        access = getattr(self._app.view_functions[request.endpoint], "access", None)
        if access is None:
            log.error("The route %s declares no access and stays closed.", request.endpoint)
            raise NotFound(message("There is no such page."))
        if access.kind == "scoped":
            self._token(access)
            return None
        if access.kind == "signed":
            return None
        if request.method not in SAFE:
            refuse_foreign_origin()
        away = self._person(access)
        if request.method not in SAFE and away is None:
            refuse_without_token()
            refuse_nul(*all_of(request.form))
        return away

    def leave(self, error: BaseException | None = None) -> None:
        """After each request: the tenant is left."""
        if "stack" in g:
            g.stack.close()

    def _token(self, access: Access) -> None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        tenant_id = self._doors.tenant_of(token.strip()) if kind.casefold() == "bearer" else None
        found = None
        if tenant_id:
            g.stack.enter_context(tenant(tenant_id))
            found = self._doors.token_actor(token.strip(), (request.view_args or {}).get("app"))
        if found is None:
            count_bad_token()
            raise Unauthenticated(message("A valid API token is needed."))
        g.actor, g.tenant = found
        if access.value and access.value not in (g.actor.scopes or ()):
            raise Forbidden(message("This token does not have the scope %(scope)s.", scope=access.value))
        self._refuse_unless(access.holder)

    def _person(self, access: Access) -> BaseResponse | None:
        secret = session.get(COOKIE)
        g.visitor = self._doors.visitor(str(secret), (request.view_args or {}).get("tenant")) if secret else None
        if access.kind == "public":
            return None
        if g.visitor is None:
            return to_sign_in()
        if access.kind != "signed_in":
            self._seat(access)
        return None

    def _seat(self, access: Access) -> None:
        """A tenant that is not there and one that is not mine look the same."""
        found = None
        if g.visitor.tenant_id and g.visitor.member_id:
            g.stack.enter_context(tenant(g.visitor.tenant_id))
            found = self._doors.actor(g.visitor, (request.view_args or {}).get("app"))
        if found is None:
            raise NotFound(message("There is no such page."))
        g.actor, g.tenant = found
        self._refuse_unless(access.value if access.kind == "power" else access.kind)

    def _refuse_unless(self, who: str) -> None:
        """Whoever came is a member; a "builder" of the app in the address, an "admin" and an "owner" are more."""
        if who in ("admin", "owner") and not g.actor.powers & {who, "owner"}:
            raise Forbidden(message("Only an admin of this workspace may do that."))
        if who == "builder":
            g.app_id = self._doors.app_id(str((request.view_args or {}).get("app")))
            if not g.actor.powers & {"admin", "owner"} and "admin" not in g.actor.roles.get(g.app_id, ()):
                raise Forbidden(message("Only an admin of this app may do that."))


def to_sign_in() -> BaseResponse:
    """The way to the sign-in page and back again; what cannot be taken up again is refused instead."""
    if request.method in SAFE and request.headers.get("HX-Request") != "true":
        back = request.full_path if request.query_string else request.path
        return redirect(f"/sign-in?next={quote(back, safe='')}")
    raise Unauthenticated(message("Your session has ended. Please sign in again."))
