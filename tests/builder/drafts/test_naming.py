"""What one more app of the same documents is called."""

from builder.drafts.naming import named, numbered

SALES = {"title": "销售", "x-texts": {"en": {"title": "Sales", "description": "All of it"}}}


def names(document: dict) -> list[str]:
    return [document["title"], document.get("x-texts", {}).get("en", {}).get("title", "")]


def test_the_number_is_the_least_that_is_free_in_every_language() -> None:
    assert numbered(SALES, ()) == SALES
    assert names(numbered(SALES, {"Sales"})) == ["销售 2", "Sales 2"]
    assert names(numbered(SALES, {"销售", "Sales 2", "销售 4"})) == ["销售 3", "Sales 3"]
    assert numbered(SALES, {"销售"})["x-texts"]["en"]["description"] == "All of it"


def test_a_name_of_its_own_or_the_proposed_one_keeps_its_translations_and_another_has_none() -> None:
    taken = {"销售", "Sales"}
    kept = {"": "销售 2", "Sales 2": "销售 2", "销售 2": "销售 2", "Sales": "销售", "销售": "销售"}
    for title, wanted in kept.items():
        assert names(named(SALES, title, taken))[0] == wanted
        assert names(named(SALES, title, taken))[1]
    assert names(named(SALES, "北区", taken)) == ["北区", ""]
