"""What tables would become, and how a person changes it."""

from typing import Any

import pytest

from builder.gallery.tables.plans import plans
from builder.gallery.tables.proposals import Proposal, changed, form_keys, forms_of, proposed
from builder.publishing.check import check
from builder.publishing.service import TYPES
from runtime.exchange.surveys.columns import Table
from runtime.exchange.surveys.findings import findings


def found(*tables: tuple[str, list[str], list[list[Any]]]) -> list[dict[str, Any]]:
    read = []
    for title, header, rows in tables:
        table = Table(title, header)
        for row in rows:
            table.take(tuple(row))
        read.append(table)
    seen = findings(read)
    for number, one in enumerate(seen[: len(read)]):
        one |= {"file": f"f{number}", "name": f"{one['title']}.csv", "sheet": ""}
    return seen


CUSTOMERS = ("客户", ["客户名称", "城市", "owner", ""], [[f"公司{n}", "上海", "李", "x"] for n in range(6)])
DEALS = ("商机", ["编号", "客户", "金额", "阶段"],
         [[f"d{n}", f"公司{n % 6}", 100 + n, ["赢单", "输单"][n % 2]] for n in range(12)])  # fmt: skip
LINES = ("明细", ["行号", "订单号"], [[f"l{n}", f"o{n // 2}"] for n in range(12)])
RETURNS = ("退货", ["订单号", "退回"], [["o1", "是"], ["o2", "是"]])


def sent(proposal: Proposal, **more: str) -> dict[str, str]:
    """What a browser sends for a page nobody has changed."""
    fields = {"title": proposal.title}
    for sheet in proposal.sheets:
        at = f"t{sheet.number}"
        fields |= {f"{at}.taken": "1", f"{at}.title": sheet.title}
        fields[f"{at}.key"] = "" if sheet.key is None else str(sheet.key)
        for place, column in enumerate(sheet.columns):
            kind = f"link:{column.link}" if column.link is not None else column.type
            fields |= {f"{at}.c{place}.title": column.title, f"{at}.c{place}.type": kind}
            fields |= {f"{at}.c{place}.{name}": "1" for name in ("taken", "required") if getattr(column, name)}
    return fields | {name.replace("_", "."): value for name, value in more.items()}


def test_a_page_that_nobody_changed_sends_the_proposal_back() -> None:
    first = proposed(found(CUSTOMERS, DEALS, LINES, RETURNS), "销售")
    assert changed(first, sent(first)) == first


def test_tables_become_forms_with_links_keys_and_choices_that_can_go_live() -> None:
    proposal = proposed(found(CUSTOMERS, DEALS), "销售")
    forms = {form["title"]: form for form in forms_of(proposal)}
    deal = forms["商机"]["schema"]
    assert deal["properties"]["客户"]["x-ref"] == {"form": forms["客户"]["key"]}
    assert deal["properties"]["编号"]["x-unique"] is True
    assert deal["properties"]["金额"]["x-currency"] == "CNY"
    assert [option["const"] for option in deal["properties"]["阶段"]["oneOf"]] == ["赢单", "输单"]
    assert deal["required"] == ["编号", "客户", "金额", "阶段"]
    assert list(forms["客户"]["schema"]["properties"]) == ["客户名称", "城市", "owner_"]
    app = {"format": "app/1", "key": "x", "title": "销售", "forms": list(forms.values())}
    assert check(app, [], TYPES).problems == ()


def test_what_is_linked_to_comes_in_first_and_is_found_by_its_key() -> None:
    tables = found(DEALS, CUSTOMERS)
    made = plans(proposed(tables, "销售"), tables)
    assert [plan.table["title"] for plan in made] == ["客户", "商机"]
    assert made[1].asked["mapping"]["客户"] == {"field": "客户", "by": "客户名称"}
    assert "" not in made[0].asked["mapping"]


def test_a_gathered_form_is_filled_from_every_table_that_speaks_of_it() -> None:
    tables = found(LINES, RETURNS)
    proposal = proposed(tables, "订单")
    made, keys = plans(proposal, tables), form_keys(proposal)
    gathering = [plan for plan in made if plan.form == keys[2]]
    assert [(plan.table["title"], plan.asked["mode"], plan.asked["key"]) for plan in gathering] == [
        ("明细", "upsert", "订单号"), ("退货", "upsert", "订单号")
    ]  # fmt: skip
    assert made[:2] == gathering


def test_a_column_is_renamed_left_out_made_another_kind_and_not_required() -> None:
    proposal = proposed(found(CUSTOMERS, DEALS), "销售")
    asked = sent(proposal, t1_c2_title="合同额", t1_c2_type="number", t1_c3_type="text", t1_title="机会")
    del asked["t1.c2.required"], asked["t1.c1.taken"]
    form = next(form for form in forms_of(changed(proposal, asked)) if form["title"] == "机会")
    assert form["schema"]["properties"]["金额"] == {"type": "number", "title": "合同额"}
    assert form["schema"]["properties"]["阶段"] == {"type": "string", "title": "阶段"}
    assert "客户" not in form["schema"]["properties"]
    assert form["schema"]["required"] == ["编号", "阶段"]


def test_a_link_to_a_table_that_is_left_out_is_a_plain_text() -> None:
    proposal = proposed(found(CUSTOMERS, DEALS), "销售")
    asked = sent(proposal)
    del asked["t0.taken"]
    (form,) = forms_of(changed(proposal, asked))
    assert form["schema"]["properties"]["客户"] == {"type": "string", "title": "客户"}


@pytest.mark.parametrize(
    "odd",
    [{"t1_c0_type": "formula"}, {"t1_c0_type": "link:99"}, {"t1_c0_type": "link:x"}, {"t1_key": "7"}, {"t9_taken": "1"},
     {"t1_key": "-1"}, {"t1_c1_type": "choice"}, {"t1_c0_type": "link:1"}],
)  # fmt: skip
def test_whatever_is_sent_gives_forms_that_can_go_live_or_texts(odd: dict[str, str]) -> None:
    proposal = proposed(found(CUSTOMERS, DEALS), "销售")
    forms = forms_of(changed(proposal, sent(proposal, **odd)))
    app = {"format": "app/1", "key": "x", "title": "销售", "forms": forms}
    assert check(app, [], TYPES).problems == ()
