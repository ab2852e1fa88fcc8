"""What of a name counts when the same is looked for."""

import pytest

from runtime.answers import compile_form
from runtime.records.likeness import core_of, names_in


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("华兴科技（深圳）有限公司", "华兴科技"),
        ("华兴科技(深圳)股份有限公司 ", "华兴科技"),
        ("  华兴科技  ", "华兴科技"),
        ("华兴集团有限公司", "华兴"),
        ("ACME Ltd.", "ACME"),
        ("Acme Co., Ltd", "Acme"),
        ("Cisco", "Cisco"),
        ("公司", "公司"),
        ("王", ""),
        ("", ""),
        ("（深圳）", ""),
    ],
)
def test_brackets_and_kinds_of_companies_do_not_count(name: str, core: str) -> None:
    assert core_of(name) == core


def test_the_name_and_what_is_unique_are_looked_for() -> None:
    fields = {
        "name": {"type": "string"},
        "phone": {"type": "string", "x-unique": True},
        "note": {"type": "string"},
        "number": {"type": "integer", "x-unique": True},
        "kind": {"type": "string", "x-unique": True, "oneOf": [{"const": "a"}]},
    }
    form = {"key": "customer", "title": "客户", "label": "name", "schema": {"type": "object", "properties": fields}}
    assert names_in(compile_form(form)) == ["name", "phone"]
