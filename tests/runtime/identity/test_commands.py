"""Tenants, people and tokens from the command line."""

from flask import Flask

from runtime.db import tenant
from runtime.identity import service
from runtime.identity.doors import service as doors
from tests.conftest import PASSWORD


def test_tenant_user_and_token_are_made_and_the_token_is_printed_alone(app: Flask) -> None:
    trellis = app.test_cli_runner()
    assert trellis.invoke(args=["tenant", "create", "acme", "--title", "Acme"]).exit_code == 0
    user = ["user", "create", "li@example.com", "--tenant", "acme", "--power", "owner"]
    assert trellis.invoke(args=[*user, "--password", PASSWORD]).exit_code == 0
    made = trellis.invoke(
        args=["token", "create", "--tenant", "acme", "--user", "LI@example.com", "--scope", "app:read"]
    )
    assert made.exit_code == 0
    with tenant(service.tenant_id_of("acme")):
        actor, _ = doors.identify_token(made.output.removesuffix("\n"))
    assert (actor.powers, actor.scopes) == ({"owner"}, {"app:read"})


def test_a_forgotten_password_is_set_anew_and_ends_the_sessions(app: Flask, home) -> None:
    secret = doors.sign_in("li@example.com", PASSWORD)
    change = ["user", "password", "li@example.com", "--password"]
    assert app.test_cli_runner().invoke(args=[*change, "short"]).exit_code == 1
    assert doors.identify(secret)
    assert app.test_cli_runner().invoke(args=[*change, "another horse 8"]).exit_code == 0
    assert doors.identify(secret) is None
    assert doors.sign_in("li@example.com", "another horse 8")


def test_what_is_refused_is_said_in_words(app: Flask) -> None:
    trellis = app.test_cli_runner()
    for args, words in (
        (["tenant", "create", "No Key"], "small letters"),
        (["user", "create", "li@example.com", "--tenant", "none", "--password", PASSWORD], "no such"),
        (["token", "create", "--tenant", "none", "--user", "x", "--scope", "admin"], "not a member"),
    ):
        result = trellis.invoke(args=args)
        assert (result.exit_code, words in result.output) == (1, True)
        assert "Traceback" not in result.output
