"""Apps and releases."""

import pytest

from runtime.contracts import Actor, NotFound
from runtime.db import new_id, tenant
from runtime.releases import service

DOCUMENT = {"format": "app/1", "key": "crm", "title": "客户", "forms": [{"key": "customer", "title": "客户"}]}


def test_a_release_is_found_again_by_number_and_as_the_current_one(admin: Actor) -> None:
    app = service.create_app("crm", "客户", "zh-CN", admin)
    service.add_release(app, DOCUMENT, "", admin)
    service.add_release(app, DOCUMENT | {"title": "客户管理"}, "", admin)
    assert service.at(app.id, 1).document["title"] == "客户"
    assert service.current(app.id).number == 2
    assert service.find_app("crm").title == "客户管理"


def test_what_is_derived_from_a_document_is_built_once(admin: Actor) -> None:
    app = service.create_app("crm", "客户", "zh-CN", admin)
    published = service.add_release(app, DOCUMENT, "", admin)
    built = []

    def build(document: dict) -> str:
        built.append(document["key"])
        return document["title"]

    assert [published.derived(build, "forms", "customer") for _ in range(3)] == ["客户"] * 3
    assert built == ["customer"]


def test_t07_another_tenants_app_and_release_are_not_found(admin: Actor) -> None:
    app = service.create_app("crm", "客户", "zh-CN", admin)
    service.add_release(app, DOCUMENT, "", admin)
    with tenant(new_id()):
        for look in (lambda: service.find_app(app.id), lambda: service.find_app("crm"), lambda: service.at(app.id, 1)):
            with pytest.raises(NotFound):
                look()
