"""The check of a flow answers for whatever stands in it."""

import copy
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime import actions, triggers
from runtime.documents import check_app, parse
from runtime.flows.check import check_flow, check_flows, flow_warnings
from runtime.flows.layout import auto_layout

APP = parse((Path(__file__).parents[2] / "documents" / "app.json").read_bytes())
FORMS = {form["key"]: form for form in APP["forms"]}
REGISTRY = {**actions.registry, **triggers.registry}
WORDS = st.sampled_from(
    [
        "id",
        "type",
        "config",
        "form",
        "set",
        "when",
        "customer",
        "record.name",
        "t",
        "out",
        "switch",
        "cases",
        "key",
        "to",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4) | WORDS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(WORDS, inside, max_size=4),
    max_leaves=12,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, part in inside for place in ((value, key), *places(part))]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_value_put_anywhere_in_a_flow_makes_its_check_raise(data: st.DataObject) -> None:
    flow = copy.deepcopy(APP["flows"][0])
    holder, key = data.draw(st.sampled_from(places(flow)))
    holder[key] = data.draw(VALUES)
    assert isinstance(check_flow(flow, FORMS, REGISTRY), list)
    flow_warnings(flow, REGISTRY)
    auto_layout(flow)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_value_put_anywhere_in_an_app_makes_its_check_raise(data: st.DataObject) -> None:
    app = copy.deepcopy(APP)
    holder, key = data.draw(st.sampled_from(places(app)))
    holder[key] = data.draw(VALUES)
    if not check_app(app):
        check_flows(app, REGISTRY)
