"""Signing in and out, tokens."""

from datetime import timedelta

import pytest
from sqlalchemy import event, update

from runtime.contracts import Refused
from runtime.db import db, new_id, tenant, transaction, utc_now
from runtime.identity import credentials, service
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.identity.models import Session

PASSWORD = "correct horse 9"


@pytest.fixture
def statements(app) -> list[str]:
    """Queries as SQLAlchemy sends them; what goes to PostgreSQL beside it is counted in `db.test_asking`."""
    seen: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def see(*given: object) -> None:
        text = str(given[2])
        if text.startswith("SELECT") and "set_config" not in text:
            seen.append(text)

    return seen


def test_t36_an_unknown_name_is_checked_against_a_hash_too(home, monkeypatch) -> None:
    checked: list[str] = []
    monkeypatch.setattr(credentials, "matches", lambda hashed, password: checked.append(hashed) or False)
    assert doors.sign_in("nobody@example.com", PASSWORD) is None
    assert doors.sign_in("no such name at all", PASSWORD) is None
    assert doors.sign_in("li@example.com", "wrong") is None
    assert len(checked) == 3
    assert all(hashed.startswith("$argon2id$") for hashed in checked)


NOBODY = credentials.NOBODY


def test_t36_the_hash_of_nobody_costs_what_a_real_one_costs() -> None:
    assert not credentials.PasswordHasher().check_needs_rehash(NOBODY)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_session_gives_account_and_seat_in_one_query_and_the_actor_in_one_more(home, statements) -> None:
    service.give_role(new_id(), "rep", home.member_id)
    service.give_role(new_id(), "boss", home.member_id)
    secret = doors.sign_in("li@example.com", PASSWORD)
    statements.clear()
    visitor = doors.identify(secret, "home")
    actor, row = doors.actor_of(visitor.member_id)
    assert (visitor.account_id, visitor.tenant_id, row.key) == (home.account_id, home.tenant_id, "home")
    assert (actor.name, actor.powers, len(actor.roles)) == ("李娜", {"owner"}, 2)
    assert len(statements) == 2


def test_no_seat_in_another_tenant(home) -> None:
    service.create_tenant("other", "Other")
    secret = doors.sign_in("li@example.com", PASSWORD)
    for key in ("other", "nowhere", None):
        assert doors.identify(secret, key).member_id is None


def test_t37_a_session_is_over_after_signing_out_and_only_its_hash_is_kept(home) -> None:
    secret = doors.sign_in("li@example.com", PASSWORD)
    assert secret not in [row.hash for row in doors.sessions(home.account_id)]
    doors.sign_out(secret)
    assert doors.identify(secret) is None


def test_a_session_of_ones_own_can_be_revoked_and_nobody_elses(home) -> None:
    secret = doors.sign_in("li@example.com", PASSWORD)
    (mine,) = doors.sessions(home.account_id)
    doors.revoke(new_id(), mine.id)
    assert doors.identify(secret)
    doors.revoke(home.account_id, mine.id)
    assert doors.identify(secret) is None


def test_a_session_that_was_not_used_for_two_weeks_is_over(home) -> None:
    secret = doors.sign_in("li@example.com", PASSWORD)
    with transaction() as session:
        session.execute(update(Session).values(seen_at=utc_now() - timedelta(days=15)))
    assert doors.identify(secret) is None
    assert doors.sessions(home.account_id) == []


def test_t14_a_new_password_ends_every_session_and_token(home) -> None:
    secret, token = doors.sign_in("li@example.com", PASSWORD), doors.issue_token(home.member_id, ["records:read"])
    with pytest.raises(Refused):
        accounts.change_password(home.account_id, "wrong", "another horse 8")
    assert doors.identify(secret)
    accounts.change_password(home.account_id, PASSWORD, "another horse 8")
    assert doors.identify(secret) is None
    assert doors.identify_token(token) is None
    assert doors.tokens(home.member_id) == []
    assert doors.sign_in("li@example.com", PASSWORD) is None
    assert doors.sign_in("li@example.com", "another horse 8")


def test_t14_a_suspended_member_has_no_seat_and_no_token_and_a_taken_role_is_gone(home) -> None:
    account = accounts.create_account("13800000000", PASSWORD)
    member = service.add_member("张三", account.id)
    app_id = new_id()
    service.give_role(app_id, "rep", member.id)
    token = doors.issue_token(member.id, ["records:read"])
    assert doors.identify_token(token)[0].roles == {app_id: {"rep"}}
    service.take_role(app_id, "rep", member.id)
    assert doors.identify_token(token)[0].roles == {}
    service.suspend_member(member.id)
    assert doors.identify_token(token) is None
    assert doors.actor_of(member.id) is None
    assert doors.tenants_of(account.id) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_token_gives_its_actor_in_one_query(home, statements) -> None:
    token = doors.issue_token(home.member_id, ["records:read", "flows:run"])
    assert credentials.tenant_of_token(token) == home.tenant_id
    statements.clear()
    actor, row = doors.identify_token(token)
    assert (actor.scopes, actor.powers, row.key) == ({"records:read", "flows:run"}, {"owner"}, "home")
    assert len(statements) == 1


def test_t18_an_expired_revoked_or_made_up_token_is_nobody(home) -> None:
    expired = doors.issue_token(home.member_id, ["admin"], utc_now() - timedelta(seconds=1))
    revoked = doors.issue_token(home.member_id, ["admin"])
    doors.revoke_token(home.member_id, doors.tokens(home.member_id)[0].id)
    for token in (expired, revoked, credentials.new_token(home.tenant_id), "", "trellis_"):
        assert doors.identify_token(token) is None
    for nonsense in ("", "trellis_", "trellis_x_y", revoked + "x", revoked[:-1], revoked.upper()):
        assert credentials.tenant_of_token(nonsense) is None


def test_t07_a_token_brought_under_another_tenant_is_nobody(home) -> None:
    token = doors.issue_token(home.member_id, ["admin"])
    with tenant(service.create_tenant("other", "Other").id):
        assert doors.identify_token(token) is None


def test_an_unknown_scope_is_refused(home) -> None:
    for scopes in ([], ["records:read", "everything"]):
        with pytest.raises(Refused):
            doors.issue_token(home.member_id, scopes)
