"""The guard and the security headers put into an app."""

from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from runtime.security.guard import Doors, Guard
from runtime.security.headers import add_headers
from runtime.security.limits import limiter, limits_storage
from runtime.security.refusals import csrf


def install(app: Flask, doors: Doors) -> None:
    """Guard the whole app; to be called before any route is added."""
    for name, value in _settings(app).items():
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


def _settings(app: Flask) -> dict[str, Any]:
    """Flask's and its extensions' settings, where nobody has chosen otherwise."""
    secure = str(app.config.get("PUBLIC_URL") or "").startswith("https:")
    return {
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
