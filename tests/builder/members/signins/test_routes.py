"""What an admin sees of a member's sign-ins and tokens, and ending one of them."""

from collections.abc import Callable

import pytest
from flask import Flask

from runtime.audit import service as audit
from runtime.db import tenant
from runtime.identity import service as identity
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.identity.models import Member
from tests.client import PageClient
from tests.conftest import PASSWORD, Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PHONE = "Mozilla/5.0 (Linux; Android 14) Mobile Chrome/120"


@pytest.fixture
def seat(home: Home) -> Member:
    """A member with an account."""
    return identity.add_member("韩梅梅", accounts.create_account("han@example.com", PASSWORD).id)


@pytest.fixture
def browser(app: Flask, seat: Member) -> Callable[[], PageClient]:
    """One more browser in which the member is signed in."""

    def opened() -> PageClient:
        client: PageClient = app.test_client()  # type: ignore[assignment]
        client.sign_in(doors.open_session(accounts.find_account_by_id(str(seat.account_id)), PHONE, "10.0.0.7"))
        return client

    return opened


def test_one_browser_is_signed_out_at_once_and_the_other_stays(
    owner: PageClient, home: Home, seat: Member, browser: Callable[[], PageClient]
) -> None:
    gone, kept = browser(), browser()
    first = doors.sessions(str(seat.account_id))[-1].id
    page = owner.get(f"/t/home/members/{seat.id}").text
    assert ("Last seen" in page, page.count("10.0.0.7"), page.count("/sessions/")) == (True, 2, 2)
    assert owner.post(f"/t/home/members/{seat.id}/sessions/{first}/revoke").status_code == 303
    assert [client.get("/t/home/").status_code for client in (gone, kept)] == [302, 200]
    noted = next(one for one in audit.entries() if one.act == "session.ended")
    assert (noted.actor_id, noted.about) == (home.member_id, {"member": seat.id, "session": first})
    assert owner.post(f"/t/home/members/{seat.id}/sessions/{first}/revoke").status_code == 404


def test_one_token_is_ended_and_the_trail_says_by_whom(owner: PageClient, home: Home, seat: Member) -> None:
    texts = [doors.issue_token(seat.id, ["records:read"], None, title) for title in ("报表", "导入")]
    ended = next(one for one in doors.tokens(seat.id) if one.title == "报表")
    assert "报表" in owner.get(f"/t/home/members/{seat.id}").text
    assert owner.post(f"/t/home/members/{seat.id}/tokens/{ended.id}/revoke").status_code == 303
    assert [one.title for one in doors.tokens(seat.id)] == ["导入"]
    api = [owner.get("/api/v1/apps", headers={"Authorization": f"Bearer {text}"}).status_code for text in texts]
    assert api[0] == 401
    noted = next(one for one in audit.entries() if one.act == "token.revoked")
    assert (noted.actor_id, noted.about["member"]) == (home.member_id, seat.id)


def test_t07_sessions_of_somebody_who_is_elsewhere_too_are_neither_shown_nor_ended(
    owner: PageClient, seat: Member, browser: Callable[[], PageClient]
) -> None:
    theirs = browser()
    with tenant(identity.create_tenant("other", "Other").id):
        identity.add_member("韩梅梅", str(seat.account_id))
    page = owner.get(f"/t/home/members/{seat.id}").text
    assert ("other workspaces" in page, "10.0.0.7" in page) == (True, False)
    session = doors.sessions(str(seat.account_id))[0].id
    owner.post(f"/t/home/members/{seat.id}/sessions/{session}/revoke")
    assert theirs.get("/t/home/").status_code == 200
