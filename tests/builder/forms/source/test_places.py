"""Where in a text a problem stands."""

import json
from typing import Any

import pytest

from builder.forms.source.places import Places, place_of

TEXT = """{
  "a": {"b/c": [1, "x\\"}", {"d": null}]},
  "空": true, "e": {}
}"""


@pytest.mark.parametrize(
    ("at", "where"),
    [
        ("", (1, 1)),
        ("/a", (2, 3)),
        ("/a/b~1c", (2, 9)),
        ("/a/b~1c/1", (2, 20)),
        ("/a/b~1c/2/d", (2, 29)),
        ("/空", (3, 3)),
        ("/e/missing/deeper", (3, 14)),
        ("/nowhere", (1, 1)),
    ],
)
def test_a_pointer_is_a_line_and_a_column(at: str, where: tuple[int, int]) -> None:
    assert Places(TEXT).line_and_column(at) == where


def test_every_value_of_a_document_has_its_place() -> None:
    document: Any = {"a": [{"b": [[], {}, -1.5e3, "é\n"]}] * 3, "": {"~/": False}}
    for indent in (None, 2):
        places = Places(json.dumps(document, indent=indent))
        assert len(places.offsets) == 1 + 1 + 3 * 6 + 2


def test_a_broken_text_and_a_name_that_is_there_twice_are_placed_too() -> None:
    assert place_of("{", "", "json", {"line": 3, "column": 7}) == (3, 7)
    assert place_of('{"a": 1,\n "b": 2, "a": 3}', "", "uniqueKeys", {}) == (2, 10)
    assert place_of("[1, 2", "/0", "number", {}) == (1, 1)
