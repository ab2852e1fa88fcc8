"""The one HTTP client: resolves a name once, connects to an address that was checked, ends when its time is over.

Everything that leaves this house by HTTP goes through `call`.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from runtime.connections.addresses import Network, is_allowed
from runtime.contracts import Answer, BadRequest, Forbidden, TooMuch
from runtime.i18n import message

MOST_BYTES = 1 << 20
"""Of an answer's body."""

MOST_HOPS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PORTS = {"http": 80, "https": 443}
LOWEST_OWN_PORT = 1024
"""Below it only the two ports of the web are called: the others belong to mail, shells and the like."""


@dataclass(frozen=True)
class Request:
    """What is to be sent. `seconds` is the time for all of it, redirects included."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 10.0


class NotReached(OSError):
    """Nothing was sent: no address, nobody listens, no safe line."""


class NoAnswer(OSError):
    """It was sent, but no whole answer came: the other side may have acted or not."""


def call(request: Request, opened: Iterable[Network] = ()) -> Answer:
    """Send a request. Raises Forbidden for an address that may not be called, BadRequest for one that is none,
    TooMuch for too long an answer, NotReached and NoAnswer."""
    deadline = time.monotonic() + request.seconds
    for _ in range(MOST_HOPS + 1):
        answer = _call_once(request, tuple(opened), deadline)
        further = _further(request, answer)
        if further is None:
            return answer
        request = further
    raise BadRequest(message("The other side sends this call from one address to the next without end."))


def _further(request: Request, answer: Answer) -> Request | None:
    """The request that a redirect asks for: only looking goes on, only on the same host and port, or to its https."""
    place = answer.headers.get("location")
    if answer.status not in REDIRECTS or not place or request.method not in ("GET", "HEAD"):
        return None
    url = urljoin(request.url, place)
    here, there = (_door_of(place_of(one)) for one in (request.url, url))
    if there not in (here, ("https", here[1], PORTS["https"])):
        raise Forbidden(message("The other side points to another address, which is not followed."))
    return replace(request, url=url)


def _door_of(place: SplitResult) -> tuple[str, str | None, int]:
    return place.scheme, place.hostname, place.port or PORTS[place.scheme]


# --- one request -------------------------------------------------------------------------------


def _call_once(request: Request, opened: tuple[Network, ...], deadline: float) -> Answer:
    place = place_of(request.url)
    line = _line_to(place, opened, deadline)
    connection = HTTPConnection(place.hostname or "", place.port or PORTS[place.scheme])
    connection.sock = line
    try:
        with line:
            return _exchange(connection, request, place)
    except (HTTPException, OSError) as error:
        raise NoAnswer(str(error) or type(error).__name__) from None


def _exchange(connection: HTTPConnection, request: Request, place: SplitResult) -> Answer:
    target = (place.path or "/") + (f"?{place.query}" if place.query else "")
    headers = {"Accept-Encoding": "identity", "User-Agent": "Trellis", "Connection": "close", **request.headers}
    try:
        connection.request(request.method, target, body=request.body or None, headers=headers)
    except (ValueError, UnicodeError):
        raise BadRequest(message("A header or the address holds signs that cannot be sent.")) from None
    with connection.getresponse() as response:
        body = b"" if request.method == "HEAD" else _body(response)
        return Answer(response.status, {name.casefold(): value for name, value in response.getheaders()}, body)


def _body(response: HTTPResponse) -> bytes:
    if response.headers.get("Content-Encoding", "identity").casefold() != "identity":
        raise BadRequest(message("The other side answers packed, though it was asked not to."))
    body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooMuch(message("The answer is longer than %(most)s KB.", most=MOST_BYTES >> 10))
    if response.length:
        raise HTTPException("the answer breaks off")
    return body


# --- addresses ---------------------------------------------------------------------------------


def place_of(url: str) -> SplitResult:
    """The parts of an address that can be called; raises BadRequest, silent about what follows `?`, as keys do."""
    bad = BadRequest(message("“%(url)s” is no address that can be called.", url=url.partition("?")[0][:200]))
    if any(ord(sign) < 33 or sign in '\\<>"' or ord(sign) >= 0x7F for sign in url):
        raise bad
    try:
        place = urlsplit(url)
        port = place.port
    except ValueError:
        raise bad from None
    if place.scheme not in PORTS or not place.hostname or "@" in place.netloc:
        raise bad
    if port is not None and port not in PORTS.values() and port < LOWEST_OWN_PORT:
        raise bad
    return place


def addresses_of(place: SplitResult, opened: Iterable[Network] = ()) -> list[Any]:
    """What the host's name stands for, as `getaddrinfo` gives it; Forbidden when one of them may not be called."""
    try:
        port = place.port or PORTS[place.scheme]
        found = socket.getaddrinfo(place.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(str(error)) from None
    if not all(is_allowed(str(address[0]), opened) for *_, address in found):
        raise Forbidden(message("%(host)s is an address inside, which flows may not call.", host=place.hostname))
    return found


# --- the line ----------------------------------------------------------------------------------


class _Timed:
    """A socket on which every wait ends with the whole call's time, however slowly something trickles in."""

    deadline: float

    def left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for this call is over")
        return left

    def recv_into(self, *args: Any) -> int:
        self.settimeout(self.left())  # type: ignore[attr-defined]
        return int(super().recv_into(*args))  # type: ignore[misc]


class _Plain(_Timed, socket.socket):
    pass


class _Safe(_Timed, ssl.SSLSocket):
    pass


@cache
def _safety() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.sslsocket_class = _Safe
    return context


def _line_to(place: SplitResult, opened: Iterable[Network], deadline: float) -> socket.socket:
    """A line to one of the host's addresses; raises NotReached."""
    failed = OSError("no address")
    for found in addresses_of(place, opened):
        try:
            return _connected(found, place, deadline)
        except OSError as error:
            failed = error
    raise NotReached(str(failed)) from None


def _connected(found: Any, place: SplitResult, deadline: float) -> socket.socket:
    family, kind, protocol, _, address = found
    plain = _Plain(family, kind, protocol)
    plain.deadline = deadline
    try:
        plain.settimeout(plain.left())
        plain.connect(address)
        if place.scheme == "http":
            return plain
        safe = _safety().wrap_socket(plain, server_hostname=place.hostname, do_handshake_on_connect=False)
        safe.deadline = deadline  # type: ignore[attr-defined]
        safe.settimeout(max(deadline - time.monotonic(), 0.001))
        safe.do_handshake()
        return safe
    except BaseException:
        plain.close()
        raise
