"""An app in another of its languages."""

from runtime.documents.languages import spoken_in

APP = {
    "format": "app/1",
    "lang": "zh-CN",
    "title": "销售",
    "x-texts": {"en": {"title": "Sales"}, "fr": {"title": "Ventes"}},
    "forms": [
        {"title": "客户", "schema": {"properties": {"name": {"title": "名称", "x-texts": {"en": {"title": "Name"}}}}}},
        {"title": "只有中文"},
    ],
    "sample": {"customer": [{"name": "甲公司", "amount": 3, "x-texts": {"en": {"name": "First Ltd"}}}]},
}


def test_what_stood_beside_a_text_takes_its_place() -> None:
    turned = spoken_in(APP, "en")
    assert (turned["lang"], turned["title"]) == ("en", "Sales")
    assert turned["x-texts"] == {"zh-CN": {"title": "销售"}, "fr": {"title": "Ventes"}}
    assert turned["forms"][0]["schema"]["properties"]["name"]["title"] == "Name"
    assert turned["forms"][1] == {"title": "只有中文"}
    assert turned["sample"]["customer"][0]["name"] == "First Ltd"


def test_turned_back_it_is_as_it_was() -> None:
    assert spoken_in(spoken_in(APP, "en"), "zh-CN") == APP


def test_in_its_own_language_it_stays_as_it_is() -> None:
    assert spoken_in(APP, "zh") == APP
