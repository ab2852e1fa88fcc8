"""The switch."""

from runtime.actions.switch import action

CASES = {"cases": [{"key": "big", "when": None}, {"key": "middle", "when": True}, {"key": "small", "when": True}]}


def test_the_first_case_that_holds_is_taken(world) -> None:
    assert action.perform(CASES, world).port == "middle"


def test_none_that_holds_is_else(world) -> None:
    assert action.perform({"cases": [{"key": "big", "when": False}]}, world).port == "else"


def test_every_case_is_a_port() -> None:
    assert action.ports(CASES) == ("big", "middle", "small", "else")
    assert action.ports({}) == ("else",)
