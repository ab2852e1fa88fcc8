"""A real mail server on the loopback, whose box a test can look into."""

from asyncio import AbstractServer
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import create_server

from aiosmtpd.controller import Controller


class Inbox:
    """A mail server's end: keeps what it takes, and refuses as often as it is told to."""

    def __init__(self, refusals: int = 0) -> None:
        self.raw: list[bytes] = []
        self.refusals = refusals

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.refusals:
            self.refusals -= 1
            return "451 Later"
        self.raw.append(envelope.content)
        return "250 OK"

    @property
    def mails(self) -> list[EmailMessage]:
        """What came, in order."""
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]  # type: ignore[misc]


class Server(Controller):
    """A server on a port that has been its own from the beginning, which nobody can take meanwhile."""

    def __init__(self, inbox: Inbox) -> None:
        self.bound = create_server(("127.0.0.1", 0))
        super().__init__(inbox, *self.bound.getsockname(), ready_timeout=60)

    def _create_server(self) -> Awaitable[AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self.bound)


@contextmanager
def mail_server(refusals: int = 0) -> Iterator[tuple[Inbox, str]]:
    """Its box and its address, as SMTP_URL takes it."""
    inbox = Inbox(refusals)
    server = Server(inbox)
    server.start()
    try:
        yield inbox, f"smtp://127.0.0.1:{server.port}"
    finally:
        server.stop()
