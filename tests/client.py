"""A test client that does what a browser on our pages does: it says its origin and sends the page's token back."""

from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

CSRF = "0123456789abcdef"


class PageClient(FlaskClient):
    """`sign_in` puts a session's secret into the cookie; `honest = False` sends neither origin nor token."""

    honest = True

    def sign_in(self, secret: str) -> None:
        """Continue as the holder of a session."""
        with self.session_transaction() as session:
            session["id"] = secret

    def open(self, *args: Any, **kwargs: Any) -> Any:
        method = str(kwargs.get("method", "GET"))
        path = str(args[0]) if args else ""
        if self.honest and method not in ("GET", "HEAD", "OPTIONS") and not path.startswith("/api/"):
            headers = dict(kwargs.pop("headers", None) or {})
            kwargs["headers"] = {"Origin": "http://localhost", "X-CSRFToken": self._token()} | headers
        return super().open(*args, **kwargs)

    def _token(self) -> str:
        with self.session_transaction() as session:
            session["csrf_token"] = CSRF
        key = self.application.config["SECRET_KEY"]
        return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(CSRF))


def without_tokens(page: str) -> list[str]:
    """A page's lines without its tokens, which hold the second they were made in."""
    return [line for line in page.splitlines() if "csrf" not in line]
