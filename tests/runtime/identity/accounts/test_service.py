"""Accounts and their names."""

import pytest

from runtime.contracts import Refused
from runtime.identity.accounts import service as accounts
from runtime.identity.doors import service as doors
from tests.conftest import PASSWORD


def test_an_account_is_known_by_mail_in_any_case_and_once(home) -> None:
    assert doors.sign_in("LI@EXAMPLE.COM", PASSWORD)
    with pytest.raises(Refused):
        accounts.create_account("li@example.COM", PASSWORD)


def test_a_weak_password_and_a_bad_name_are_both_said(app) -> None:
    with pytest.raises(Refused) as refused:
        accounts.create_account("a b", "123")
    assert [problem.pointer for problem in refused.value.problems] == ["/password", "/sign_in"]
