"""docs/expressions.md says what is true, and all there is."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import simplejson

from runtime.expressions import FUNCTIONS, compile_expression, value_of

TEXT = (Path(__file__).parents[3] / "docs" / "expressions.md").read_text()
EXAMPLE = re.compile(r"^- `(.+)` → `(.+)`$", re.MULTILINE)
FIELDS = {"due": {"type": "string", "format": "date"}, "seen": {"type": "string", "format": "date-time"}}


def names() -> dict[str, object]:
    found = re.search(r"```json\n(.+?)```", TEXT, re.DOTALL)
    assert found
    record = value_of({"properties": FIELDS}, simplejson.loads(found[1], use_decimal=True))
    now = datetime(2024, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    return {"record": record, "today": date(2024, 3, 1), "now": now}


@pytest.mark.parametrize(("source", "result"), EXAMPLE.findall(TEXT))
def test_an_example_gives_the_result_beside_it(source: str, result: str) -> None:
    found, wanted = compile_expression(source).evaluate(names()), compile_expression(result).evaluate(names())
    assert (type(found), found) == (type(wanted), wanted)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_its_usage_and_an_example(name: str) -> None:
    section = TEXT.partition(f"### `{FUNCTIONS[name].usage}`\n")[2].partition("###")[0]
    examples = EXAMPLE.findall(section)
    assert any(f"{name}(" in source for source, _ in examples)


def test_no_function_is_documented_that_is_not_there() -> None:
    assert set(re.findall(r"^### `(\w+)\(", TEXT, re.MULTILINE)) == set(FUNCTIONS)
