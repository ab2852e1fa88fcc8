"""The bars of a page offer what its reader may do."""

from flask import Flask

from tests.client import PageClient
from tests.runtime.forms.conftest import Sales

NEW = "/t/home/a/crm/f/visit/new"


def test_a_rep_is_offered_the_forms_of_the_app_and_nothing_to_build(rep: PageClient) -> None:
    text = rep.get(NEW).text
    assert 'href="/t/home/a/crm/f/customer/"' in text
    assert 'href="/t/home/a/crm/f/customer/new"' in text
    assert "/build/" not in text
    assert "/t/home/members" not in text


def test_an_admin_is_offered_to_build_and_to_see_runs(owner: PageClient, sales: Sales) -> None:
    text = owner.get(NEW).text
    assert 'href="/t/home/a/crm/build/"' in text
    assert 'href="/t/home/a/crm/runs/"' in text
    assert 'href="/t/home/members"' in text


def test_somebody_without_a_role_is_offered_no_app(app: Flask, sales: Sales) -> None:
    nobody = sales.person(app, "nobody@example.com")
    assert 'href="/t/home/a/crm/"' not in nobody.get(NEW).text
