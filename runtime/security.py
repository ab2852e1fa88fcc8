"""Who may enter a route: each declares it, and a route that declares nothing is closed.

`install` puts the guard before every request and the security headers on every answer. In a request
`g.visitor`, `g.actor` and `g.tenant` say who came; they are set here and nowhere else.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Protocol, TypeVar
from urllib.parse import quote, unquote, urlsplit

from flask import Flask, Response, current_app, g, redirect, request, session
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFError, CSRFProtect
from limits import RateLimitItemPerMinute
from werkzeug.datastructures import MultiDict
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from runtime.contracts import Actor, BadRequest, Fault, Forbidden, NotFound
from runtime.db import tenant
from runtime.i18n import message

log = logging.getLogger("trellis")

View = TypeVar("View", bound=Callable[..., Any])


# --- what routes declare -----------------------------------------------------------------------


@dataclass(frozen=True)
class Access:
    """What a route asks of who comes: a kind, and for some kinds which power or scope."""

    kind: Literal["public", "signed_in", "member", "power", "builder", "scoped", "signed"]
    value: str = ""


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


def scoped(scope: str) -> Callable[[View], View]:
    """A bearer token with this scope; "" asks for any valid token."""
    return _declare(Access("scoped", scope))


# --- who knows the people ----------------------------------------------------------------------


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


# --- the guard ---------------------------------------------------------------------------------

STATIC = "static"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE, KNOWN = "id", "known"
"""Where Flask's signed cookie keeps the secret of the session, and for whom the browser is known when nobody is in."""

csrf = CSRFProtect()


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
            self._token(access.value)
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

    def _token(self, scope: str) -> None:
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
        if scope and scope not in (g.actor.scopes or ()):
            raise Forbidden(message("This token does not have the scope %(scope)s.", scope=scope))

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
        if access.kind == "power" and not g.actor.powers & {access.value, "owner"}:
            raise Forbidden(message("Only an admin of this workspace may do that."))
        if access.kind == "builder":
            g.app_id = self._doors.app_id(str((request.view_args or {}).get("app")))
            if not g.actor.powers & {"admin", "owner"} and "admin" not in g.actor.roles.get(g.app_id, ()):
                raise Forbidden(message("Only an admin of this app may do that."))


def begin_session(secret: str, known: object = None) -> None:
    """Bind this browser to a session; its cookie keeps nothing else but for whom it is `known` to, or was."""
    known = known or session.get(KNOWN)
    session.clear()
    session.update({COOKIE: secret, KNOWN: known})
    session.permanent = True


def to_sign_in() -> BaseResponse:
    """The way to the sign-in page and back again; what cannot be taken up again is refused instead."""
    if request.method in SAFE and request.headers.get("HX-Request") != "true":
        back = request.full_path if request.query_string else request.path
        return redirect(f"/sign-in?next={quote(back, safe='')}")
    raise Unauthenticated(message("Your session has ended. Please sign in again."))


def refuse_nul(*texts: str) -> None:
    """No keyboard makes this sign, PostgreSQL keeps no text with it, and it cuts names short elsewhere."""
    if any("\x00" in text for text in texts):
        raise BadRequest(message("The sign NUL cannot stand in an address or a form."))


def all_of(sent: MultiDict[str, str]) -> Iterator[str]:
    """Every value, also of names that came several times."""
    return (value for values in sent.listvalues() for value in values)


def refuse_foreign_origin() -> None:
    """Browsers say where an unsafe request was made; it must have been here."""
    sent = request.headers.get("Origin") or origin_of(request.headers.get("Referer", ""))
    ours = {origin_of(str(current_app.config.get("PUBLIC_URL") or ""))}
    if current_app.config.get("TRELLIS_ENV") != "production":
        ours.add(origin_of(request.host_url))
    if not sent or sent not in ours:
        raise Forbidden(message("This request did not come from a page of ours."))


def refuse_without_token() -> None:
    """A page's form carries the token that only a page of ours can know."""
    try:
        csrf.protect()
    except CSRFError:
        raise Forbidden(message("This page has grown stale. Reload it and try again.")) from None


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers send them; empty for anything else."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".casefold() if parts.scheme and parts.netloc else ""


# --- addresses ---------------------------------------------------------------------------------


def local_path(text: str | None, otherwise: str = "/") -> str:
    """A place to go on to, if it is a path of this site beyond doubt; else `otherwise`."""
    path = text or ""
    for read in (path, unquote(path)):
        doubtful = "\\" in read or any(ord(sign) < 33 or ord(sign) == 127 for sign in read.partition("?")[0])
        if not read.startswith("/") or read.startswith("//") or doubtful or urlsplit(read).netloc:
            return otherwise
    return otherwise if any(ord(sign) < 32 for sign in path) else path


def public_url(path: str) -> str:
    """A link to be sent to somebody: it begins with the configured address, never with what a request says."""
    return str(current_app.config["PUBLIC_URL"]).rstrip("/") + path


def whereabouts() -> tuple[str, str]:
    """The browser and the address of who sent this, as a new session keeps them."""
    return request.headers.get("User-Agent", ""), request.remote_addr or ""


# --- how often ---------------------------------------------------------------------------------


def address() -> str:
    """Where the request came from."""
    return request.remote_addr or "nowhere"


limiter = Limiter(
    key_func=address,
    in_memory_fallback_enabled=True,
    storage_options={"socket_connect_timeout": 1, "socket_timeout": 1},
    key_prefix="trellis",
)


def is_first(what: str, minutes: int = 15) -> bool:
    """Whether this has not happened for some minutes, in any process; it has happened from now on."""
    return limiter.limiter.hit(RateLimitItemPerMinute(1, minutes), what)


@limiter.limit("60 per minute", scope="bad-token")
def count_bad_token() -> None:
    """Raises when too many bad tokens came from one address."""


# --- what every answer carries -----------------------------------------------------------------

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self' blob:",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()",
}


FRAMES_OURS, FRAMED_BY_US = {"frame-src": "'self'"}, {"frame-ancestors": "'self'"}
"""What `g.policy` says of a page that shows another of our own in a frame, and of the one that is shown."""


def content_policy(extra_styles: tuple[str, ...] = (), own: Mapping[str, str] | None = None) -> str:
    """The Content-Security-Policy; `extra_styles` are hashes of a library's style blocks, `own` a page's own rules."""
    style = " ".join((POLICY["style-src"], *extra_styles))
    return "; ".join(f"{name} {value}" for name, value in (POLICY | {"style-src": style} | (own or {})).items())


def add_headers(response: Response) -> Response:
    """After each request; a route that set a header itself, as for downloads, keeps it."""
    headers = response.headers
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", content_policy(tuple(g.get("extra_styles", ())), g.get("policy")))
    if str(current_app.config.get("PUBLIC_URL") or "").startswith("https:"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != STATIC:
        headers.setdefault("Cache-Control", "no-store")
    elif "v" in request.args and response.status_code == 200:
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def install(app: Flask, doors: Doors) -> None:
    """Guard the whole app; to be called before any route is added."""
    secure = str(app.config.get("PUBLIC_URL") or "").startswith("https:")
    defaults = {
        "SESSION_COOKIE_NAME": "__Host-trellis" if secure else "trellis",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=90),
        "MAX_CONTENT_LENGTH": 64 * 2**20,
        "MAX_FORM_MEMORY_SIZE": 4 * 2**20,
        "MAX_FORM_PARTS": 5000,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_SSL_STRICT": False,
        "RATELIMIT_STORAGE_URI": limits_storage(app),
    }
    for name, value in defaults.items():
        if app.config.get(name) in (None, Flask.default_config.get(name)):
            app.config[name] = value
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.url_map.merge_slashes = False
    if proxies := int(app.config.get("TRELLIS_PROXIES") or 0):
        # only who calls is believed of a proxy: host and scheme come from PUBLIC_URL
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    guard = Guard(app, doors)
    app.before_request(guard.enter)
    app.teardown_request(guard.leave)
    app.after_request(add_headers)
    csrf.init_app(app)
    limiter.init_app(app)


def limits_storage(app: Flask) -> str:
    """Where tries are counted: beside the queue, so that all web processes count together."""
    url = str(app.config.get("REDIS_URL") or "")
    if app.testing or not url:
        return "memory://"
    return f"redis+{url}" if url.startswith("unix:") else url
