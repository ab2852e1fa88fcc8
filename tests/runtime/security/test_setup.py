"""What an app is set up with."""

import pytest
from flask import Flask, request, session

from runtime.identity.doors import service as doors
from runtime.security.access import public
from runtime.security.addresses import address
from runtime.security.setup import install


@pytest.mark.parametrize(("proxies", "believed"), [("0", "127.0.0.1"), ("1", "10.0.0.2"), ("2", "10.0.0.1")])
def test_t35_only_as_many_proxies_are_believed_as_stand_there(proxies: str, believed: str) -> None:
    app = Flask("bare")
    app.config.update(SECRET_KEY="x", TESTING=True, TRELLIS_PROXIES=proxies)
    install(app, doors.Keeper(str))
    app.add_url_rule("/", "who", public(lambda: f"{address()} {request.host}"))
    sent = {"X-Forwarded-For": "6.6.6.6, 10.0.0.1, 10.0.0.2", "X-Forwarded-Host": "evil.example"}
    assert app.test_client().get("/", headers=sent).text == f"{believed} localhost"


def test_over_https_the_browser_is_held_to_it_and_the_cookie_bound_to_the_host() -> None:
    app = Flask("bare")
    app.config.update(SECRET_KEY="x", PUBLIC_URL="https://trellis.example", TESTING=True)
    install(app, doors.Keeper(str))

    def start() -> str:
        session["id"] = "x"
        return ""

    app.add_url_rule("/", "start", public(start))
    headers = app.test_client().get("/").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = headers["Set-Cookie"]
    assert cookie.startswith("__Host-trellis=")
    assert all(flag in cookie for flag in ("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"))
