"""How Chinese is read aloud, as people type it to find something. Pure.

Each character is read by itself, as it most often is: the dictionaries of phrases would take 45 MiB of every process,
and the reading of a prefix must be a prefix of the reading.
"""

import os
from functools import lru_cache

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

from pypinyin import Style, lazy_pinyin, pinyin


def spelled(text: str) -> str:
    """A text with each Chinese character as its reading: "上海 A" becomes "shanghai A"."""
    return "".join(lazy_pinyin(text))


def initials(text: str) -> str:
    """The first letters of the readings: "上海" becomes "sh"."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))


@lru_cache(maxsize=32_768)
def reading(char: str) -> str:
    """The commonest reading of one character, without its tone; other signs stay as they are."""
    return str(pinyin(char, style=Style.NORMAL)[0][0])
