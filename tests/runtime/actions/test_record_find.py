"""Finding records."""

from runtime.actions.record_find import action


def test_conditions_become_a_filter(world) -> None:
    world.found = [{"id": "a"}, {"id": "b"}]
    where = [{"field": "customer", "op": "eq", "value": "c1"}, {"field": "amount", "op": "empty"}]
    done = action.perform({"form": "opportunity", "where": where, "sort": ["-amount"], "limit": 5}, world)
    assert world.finds == [
        (
            "opportunity",
            {"and": [{"field": "customer", "op": "eq", "value": "c1"}, {"field": "amount", "op": "empty"}]},
            ("-amount",),
            5,
        )
    ]
    assert done.output == {"items": [{"id": "a"}, {"id": "b"}], "count": 2, "first": {"id": "a"}}


def test_a_value_that_is_empty_finds_the_empty_and_never_everything(world) -> None:
    where = [{"field": "customer", "op": "eq", "value": None}, {"field": "owner", "op": "ne"}]
    done = action.perform({"form": "opportunity", "where": where}, world)
    assert [(part["field"], part["op"]) for part in world.finds[0][1]["and"]] == [
        ("customer", "empty"),
        ("owner", "nempty"),
    ]
    assert done.output["first"] is None


def test_no_more_than_a_hundred_are_read(world) -> None:
    action.perform({"form": "opportunity", "limit": 10**6}, world)
    assert world.finds[0][3] == 100
