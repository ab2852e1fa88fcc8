"""Chinese as it is read aloud, sign by sign."""

import subprocess
import sys

import pytest

from runtime.spelling import initials, reading, spelled


@pytest.mark.parametrize(
    ("text", "whole", "first"),
    [("上海", "shanghai", "sh"), ("张伟", "zhangwei", "zw"), ("Acme 上海", "Acme shanghai", "Acme sh"), ("", "", "")],
)
def test_a_text_is_spelled_and_shortened_to_its_initials(text: str, whole: str, first: str) -> None:
    assert (spelled(text), initials(text)) == (whole, first)


def test_the_spelling_of_a_prefix_is_a_prefix_of_the_spelling() -> None:
    for text in ("银行长", "重庆市", "便宜行事"):
        assert all(spelled(text).startswith(spelled(text[:length])) for length in range(len(text)))
    assert reading("行") in spelled("银行")


def test_the_dictionary_of_phrases_is_not_loaded() -> None:
    code = "import runtime.spelling, pypinyin.constants as known; print(len(known.PHRASES_DICT))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "0"
