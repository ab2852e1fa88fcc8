"""Where a link leads, and where a request came from: only what was configured or is beyond doubt is believed."""

from urllib.parse import unquote, urlsplit

from flask import current_app, request


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers send them; empty for anything else."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".casefold() if parts.scheme and parts.netloc else ""


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


def address() -> str:
    """Where the request came from."""
    return request.remote_addr or "nowhere"
