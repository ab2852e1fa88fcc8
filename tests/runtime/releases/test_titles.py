"""What an app is called in all its languages."""

from runtime.releases.titles import called, titles_of

SALES = {
    "format": "app/1",
    "key": "sales",
    "title": "销售管理",
    "x-texts": {"en": {"title": "Sales", "description": "For teams"}, "ja": {"description": "…"}},
}


def test_titles_are_kept_without_the_other_texts() -> None:
    assert titles_of(SALES) == {"en": {"title": "Sales"}}
    assert titles_of({"title": "销售"}) == {}


def test_a_title_is_changed_in_each_language_and_the_other_texts_stay() -> None:
    renamed = called(SALES, "北区销售", {"en": "North"})
    assert (renamed["title"], renamed["x-texts"]["en"]) == ("北区销售", {"title": "North", "description": "For teams"})
    assert called(SALES, "销售", {"en": ""})["x-texts"]["en"] == {"description": "For teams"}
    assert "x-texts" not in called({"title": "A", "x-texts": {"en": {"title": "B"}}}, "C", {"en": ""})
