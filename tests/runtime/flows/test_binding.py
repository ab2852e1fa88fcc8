"""A config, with its expressions evaluated and its texts filled in."""

from decimal import Decimal

from runtime.actions.notify import action as notify
from runtime.actions.switch import action as switch
from runtime.flows.binding import bind

NAMES = {"record": {"name": "华兴", "amount": Decimal("1.50"), "owner": "m1"}}


def shown(value: object, path: tuple[str, ...] | None) -> str:
    return f"<{value}>"


def test_texts_are_filled_in_every_language_and_people_evaluated() -> None:
    config = {
        "to": [{"role": "director", "in": "record.owner", "else": [{"manager_of": "record.owner", "level": 2}]}],
        "title": "新客户 {{ record.name }}",
        "x-texts": {"en": {"title": "New customer {{ record.name }}"}},
    }
    bound = bind(notify.config_schema, config)
    assert bound.reads == {("record", "owner"), ("record", "name")}
    assert bound.fill(NAMES, shown) == {
        "to": [{"role": "director", "in": "m1", "else": [{"manager_of": "m1", "level": 2}]}],
        "title": "新客户 <华兴>",
        "x-texts": {"en": {"title": "New customer <华兴>"}},
    }


def test_expressions_inside_lists_become_json() -> None:
    config = {"cases": [{"key": "a", "when": "record.amount > 1"}, {"key": "b", "when": "record.missing == 1"}]}
    filled = bind(switch.config_schema, config).fill(NAMES, shown)
    assert filled == {"cases": [{"key": "a", "when": True}, {"key": "b", "when": None}]}


def test_what_is_not_marked_stays_as_it_is() -> None:
    config = {"name": "record.name", "more": [{"x": 1}], "n": Decimal("1.5")}
    assert bind({"type": "object"}, config).fill(NAMES, shown) == config
