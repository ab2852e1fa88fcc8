"""Which field gets which slot."""

from datetime import UTC, datetime
from decimal import Decimal

from runtime.records.slots import Slot, assign, slot_value, slot_values

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def test_fields_get_columns_of_their_family() -> None:
    fields = {
        "name": TEXT, "amount": NUMBER, "won": {"type": "boolean"}, "day": {"type": "string", "format": "date"},
        "customer": {"type": "string", "x-ref": {"form": "customer"}}, "topics": {"type": "array"},
    }  # fmt: skip
    slots = assign(fields, [], {}, ready=True)
    assert {name: slot.column for name, slot in slots.items()} == {
        "name": "s1", "amount": "n1", "won": "n2", "day": "d1", "customer": "r1",
    }  # fmt: skip


def test_wanted_fields_come_first_when_slots_are_scarce() -> None:
    fields = {f"t{n}": TEXT for n in range(20)}
    slots = assign(fields, ["t19", "unknown"], {}, ready=True)
    assert slots["t19"].column == "s1"
    assert len(slots) == 12


def test_a_slot_stays_with_its_field_over_releases_and_a_new_one_waits_for_its_rebuild() -> None:
    first = assign({"a": TEXT, "b": TEXT}, [], {}, ready=True)
    second = assign({"c": TEXT, "b": TEXT}, ["c"], first, ready=False)
    assert second["b"] == first["b"]
    assert second["c"] == Slot("s3", ready=False)


def test_t13_the_slot_of_a_field_that_is_gone_is_never_given_away() -> None:
    first = assign({"secret": TEXT}, [], {}, ready=True)
    assert assign({"new": TEXT}, [], first, ready=False)["new"].column == "s2"


def test_values_of_each_family() -> None:
    slots = {"name": Slot("s1"), "amount": Slot("n1"), "day": Slot("d1")}
    values = slot_values({"name": "Ab", "amount": Decimal("1.5"), "day": "2026-01-02"}, slots)
    assert values["s1"] == "ab\x01Ab"
    assert values["n1"] == 1.5
    assert values["d1"] == datetime(2026, 1, 2, tzinfo=UTC)
    assert "s2" not in values


def test_t05_a_huge_number_keeps_its_order_and_a_wrong_type_has_no_place() -> None:
    assert slot_value("n1", 10**400) > 1e308
    assert slot_value("n1", "x") is slot_value("s1", 5) is slot_value("r1", "nobody") is slot_value("d1", []) is None
