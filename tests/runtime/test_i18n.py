"""Texts of pure code, said in the reader's language."""

import pytest

from runtime.i18n import listed, message, speaker


@pytest.mark.parametrize(("lang", "said"), [("en", "甲, 乙"), ("zh-CN", "甲、乙")])
def test_a_list_is_separated_as_the_reader_does_it(lang: str, said: str) -> None:
    assert listed(("甲", "乙"), speaker(lang)) == said
    roles = message("Still without anybody: %(roles)s", roles=("甲", "乙"))
    assert roles.translated(speaker(lang)).endswith(said)
