"""Whom a text mentions."""

import pytest

from runtime.records.comments.mentions import candidates, mentioned

NAMED = {"李娜": ["1"], "李": ["2"], "王伟": ["3", "4"], "Li Na": ["5"], "Ann": ["6"]}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@李娜 请看", ("1",)),
        ("请@李娜看一下，@李 也看", ("1", "2")),
        ("@Ann, and @Ann again", ("6",)),
        ("mail a@b.com, @nobody, @ alone, @", ()),
        ("", ()),
    ],
)
def test_the_longest_name_behind_an_at_is_meant(text: str, ids: tuple[str, ...]) -> None:
    named = {name: NAMED.get(name, []) for name in candidates(text)}
    assert mentioned(text, named, ()).ids == ids


def test_of_several_of_one_name_the_chosen_one_is_meant_and_without_a_choice_it_is_in_doubt() -> None:
    assert mentioned("@王伟 好", NAMED, {"4", "99"}).ids == ("4",)
    assert mentioned("@王伟 好", NAMED, ()).doubtful == ("王伟",)


def test_a_choice_alone_mentions_nobody_the_text_does_not_name() -> None:
    assert mentioned("好", NAMED, {"1"}).ids == ()


def test_a_text_full_of_names_is_bounded() -> None:
    assert len(candidates("@" + "x" * 5000 + " @a" * 5000)) <= 20 * 40
