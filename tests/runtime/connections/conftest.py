"""A real HTTP server on loopback that does what other systems do, and what they should not."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from runtime.connections.addresses import networks_of

LOOPBACK = networks_of("127.0.0.1")


@dataclass
class Outside:
    """What the server was sent, and where it is."""

    port: int = 0
    got: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    outside: Outside

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sent = {name.casefold(): value for name, value in self.headers.items()}
        self.outside.got.append((self.command, self.path, sent, body))
        act = getattr(self, "_" + self.path.strip("/").partition("?")[0].partition("/")[0], self._echo)
        act()

    do_GET = do_POST = do_PUT = do_HEAD = _answer  # noqa: N815 - the library asks by these names

    def _say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _echo(self) -> None:
        self._say(200, b'{"ok": true, "number": 7}', Content_Type="application/json")

    def _missing(self) -> None:
        self._say(404, ("no such thing; you sent " + str(self.headers.get("Authorization"))).encode())

    def _busy(self) -> None:
        self._say(503)

    def _again(self) -> None:
        self._say(302, Location="/ok")

    def _away(self) -> None:
        self._say(302, Location=f"http://localhost:{self.outside.port}/ok")

    def _aside(self) -> None:
        self._say(302, Location=f"http://127.0.0.1:{self.outside.port + 1}/ok")

    def _round(self) -> None:
        self._say(302, Location="/round")

    def _large(self) -> None:
        self._say(200, b"x" * (2 << 20))

    def _packed(self) -> None:
        self._say(200, b"\x1f\x8b", Content_Encoding="gzip")

    def _short(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"half")

    def _trickle(self) -> None:
        self.send_response(200)
        self.end_headers()
        with_patience = time.monotonic() + 60
        while time.monotonic() < with_patience:
            try:
                self.wfile.write(b".")
            except OSError:
                return
            time.sleep(0.1)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def outside() -> Iterator[Outside]:
    made = Outside()
    handler = type("Handler", (_Handler,), {"outside": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()
