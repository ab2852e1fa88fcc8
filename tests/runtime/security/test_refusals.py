"""What no request may bring."""

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from tests.client import PageClient


def test_t17_a_method_in_a_header_is_not_a_method(app: Flask, home, owner: PageClient) -> None:
    owner.honest = False
    for name in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        answer = owner.post("/t/home/p/member", headers={name: "GET"}, data={"_method": "GET"})
        assert answer.status_code == 403


def test_t34_an_unsafe_request_needs_our_origin_and_our_token(app: Flask, home, owner: PageClient) -> None:
    path = "/t/home/p/member"
    assert owner.post(path).status_code == 200
    for origin in ("http://evil.example", "null", "http://localhost.evil.example", "https://localhost", "localhost"):
        assert owner.post(path, headers={"Origin": origin}).status_code == 403
    assert (
        owner.post(path, headers={"Origin": "", "Referer": "http://evil.example/http://localhost/"}).status_code == 403
    )
    assert owner.post(path, headers={"Origin": ""}).status_code == 403
    assert owner.post(path, headers={"X-CSRFToken": "nonsense"}).status_code == 403
    owner.honest = False
    assert owner.post(path).status_code == 403
    assert owner.post(path, headers={"Origin": "http://localhost"}).status_code == 403
    assert owner.post(path, data='{"a": 1}', content_type="text/plain").status_code == 403
    assert owner.post(path, headers={"HX-Request": "true", "Origin": "http://localhost"}).status_code == 403


def test_t34_in_production_only_the_configured_origin_counts(app: Flask, home, owner: PageClient) -> None:
    app.config.update(TRELLIS_ENV="production", PUBLIC_URL="https://trellis.example")
    path = "/t/home/p/member"
    assert owner.post(path, headers={"Origin": "http://localhost"}).status_code == 403
    assert owner.post(path, headers={"Origin": "https://trellis.example"}).status_code == 200


def test_t34_a_token_of_another_session_is_refused(app: Flask, home, owner: PageClient) -> None:
    foreign = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps("of another session")
    assert owner.post("/t/home/p/member", headers={"X-CSRFToken": foreign}).status_code == 403
