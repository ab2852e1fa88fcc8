"""Sort keys of text."""

from hypothesis import given
from hypothesis import strategies as st

from runtime.records.textkeys import LIMIT, is_whole, prefix_range, text_key, text_of


def test_chinese_sorts_by_its_reading_among_latin_letters() -> None:
    assert sorted(["张三", "bob", "Alice", "安娜"], key=text_key) == ["Alice", "安娜", "bob", "张三"]


def test_names_of_one_reading_have_keys_of_their_own() -> None:
    assert text_key("张三") != text_key("章三")
    assert text_of(text_key("章三")) == "章三"


def test_a_long_text_is_cut_and_says_so() -> None:
    key = text_key("长" * 5000)
    assert len(key.encode()) <= LIMIT
    assert not is_whole(key)
    assert text_of(key) is None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), st.integers(0, 20))
def test_every_text_lies_in_the_range_of_its_prefixes(text: str, length: int) -> None:
    low, high = prefix_range(text[:length])
    assert low.encode() <= text_key(text).encode() < high.encode()
