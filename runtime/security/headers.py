"""What every answer carries."""

from collections.abc import Mapping

from flask import Response, current_app, g, request

STATIC = "static"
"""The endpoint that guards nothing and may be kept by browsers."""

KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
"""How long a browser keeps a file whose address names its version."""

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
        headers["Cache-Control"] = KEPT_FOR_GOOD
    return response
