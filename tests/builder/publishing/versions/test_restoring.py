"""An earlier release made fit to be published again."""

from typing import Any

from builder.publishing.check import check
from builder.publishing.versions.restoring import restored

FIELD = {"type": "string", "title": "名称"}


def app_of(**forms: dict[str, Any]) -> dict[str, Any]:
    listed = [
        {"format": "form/1", "key": key, "title": key, "schema": {"type": "object", "properties": fields}}
        for key, fields in forms.items()
    ]
    return {"format": "app/1", "key": "crm", "title": "crm", "forms": listed}


def test_what_went_since_comes_back_on_purpose_and_nothing_else_is_touched() -> None:
    earlier, live = app_of(visit={"a": FIELD, "b/c": FIELD}, old={"d": FIELD}), app_of(visit={"a": FIELD})
    back = restored(earlier, live)
    assert back == app_of(
        visit={"a": FIELD, "b/c": FIELD | {"x-restored": True}}, old={"d": FIELD | {"x-restored": True}}
    ) | {"forms": [back["forms"][0], {**back["forms"][1], "x-restored": True}]}
    assert "x-restored" not in back["forms"][0]
    assert earlier == app_of(visit={"a": FIELD, "b/c": FIELD}, old={"d": FIELD})


def test_t13_it_can_be_published_and_says_that_the_data_is_back() -> None:
    releases = [app_of(visit={"a": FIELD, "b": FIELD}, old={"d": FIELD}), app_of(visit={"a": FIELD})]
    assert check(releases[0], releases, {}).problems
    findings = check(restored(*releases), releases, {})
    assert findings.problems == ()
    assert "The field “b” is back, with what is stored in it." in [str(one.message) for one in findings.differences]
