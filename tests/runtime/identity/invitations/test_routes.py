"""Taking up an invitation, in the browser."""

from datetime import timedelta

import pytest
from flask import Flask

from runtime.db import utc_now
from runtime.identity import service
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from runtime.identity.invitations import service as invitations
from tests.client import PageClient
from tests.conftest import PASSWORD, Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def nobody(app: Flask) -> PageClient:
    return app.test_client()  # type: ignore[return-value]


def test_an_invitation_is_taken_up_with_a_new_account_once(home, app: Flask, nobody: PageClient) -> None:
    secret = invitations.invite(service.add_member("张三").id)
    assert "张三" in nobody.get(f"/join/{secret}").text
    form = {"name": "张三", "sign_in": "zhang@example.com", "password": PASSWORD}
    assert nobody.post(f"/join/{secret}", data=form).location == "/t/home/"
    again = app.test_client().post(f"/join/{secret}", data=form | {"sign_in": "eve@example.com"})
    assert again.status_code == 404
    assert accounts.find_account("eve@example.com") is None


def test_an_invitation_is_taken_up_with_the_account_that_is_signed_in(home, app: Flask, nobody: PageClient) -> None:
    account = accounts.create_account("zhang@example.com", PASSWORD)
    nobody.sign_in(doors.open_session(account))
    secret = invitations.invite(service.add_member("张三").id)
    assert nobody.post(f"/join/{secret}").location == "/t/home/"
    assert [found.key for found in doors.tenants_of(account.id)] == ["home"]


def test_t08_an_invitation_under_another_tenants_id_opens_nothing(home, nobody: PageClient) -> None:
    secret = invitations.invite(service.add_member("张三").id)
    other = service.create_tenant("other", "Other")
    forged = secret.replace(home.tenant_id.replace("-", ""), other.id.replace("-", ""))
    for bad in (forged, "x", "trellis_"):
        assert nobody.get(f"/join/{bad}").status_code == 404
        assert nobody.post(f"/join/{bad}").status_code == 404


def test_t09_who_joins_by_a_link_gets_what_the_link_gives_whatever_is_sent(home: Home, nobody: PageClient) -> None:
    link = invitations.add_link("新人", utc_now() + timedelta(days=1), 5, None, [])
    here = f"/join/{invitations.secret_of(link.id)}"
    assert "You are invited to Home" in nobody.get(here).text
    form = {"name": "张三", "sign_in": "zhang@example.com", "password": PASSWORD}
    more = {"powers": "owner", "roles": f"{home.tenant_id}:admin", "department": home.tenant_id, "member_id": "x"}
    assert nobody.post(here, data=form | more).location == "/t/home/"
    (member,) = service.search_members("张三")
    assert (service.powers().get(member.id), service.role_holders(home.tenant_id)) == (None, {})
    assert member.department_id is None


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(home: Home, nobody: PageClient) -> None:
    link = invitations.add_link("", utc_now() + timedelta(days=1), None, None, [])
    here = f"/join/{invitations.secret_of(link.id)}"
    answer = nobody.post(here, data={"name": "张<三>", "sign_in": "a b", "password": "1"})
    assert (answer.status_code, "张&lt;三&gt;" in answer.text, 'href="#sign_in"' in answer.text) == (422, True, True)
    member = service.add_member("王五")
    mailed = invitations.invite(member.id, "wang@example.com")
    assert 'value="wang@example.com"' in nobody.get(f"/join/{mailed}").text


def test_a_member_who_opens_a_link_again_is_told_so(home: Home, owner: PageClient) -> None:
    link = invitations.add_link("", utc_now() + timedelta(days=1), None, None, [])
    answer = owner.post(f"/join/{invitations.secret_of(link.id)}")
    assert (answer.status_code, "member already" in answer.text) == (409, True)
