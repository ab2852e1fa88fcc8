"""How often something may be tried."""

from flask import Flask
from flask_limiter import Limiter
from limits import RateLimitItemPerMinute

from runtime.security.addresses import address

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


def limits_storage(app: Flask) -> str:
    """Where tries are counted: beside the queue, so that all web processes count together."""
    url = str(app.config.get("REDIS_URL") or "")
    if app.testing or not url:
        return "memory://"
    return f"redis+{url}" if url.startswith("unix:") else url
