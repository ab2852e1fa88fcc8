"""The page about imports says what the code does."""

import re
from pathlib import Path

from runtime.exchange import sheets
from runtime.exchange.cells import reader_of
from runtime.exchange.mapping import FLAGS, MODES
from runtime.exchange.working.service import BATCH
from widgets.base import zone

PAGE = (Path(__file__).parents[3] / "docs/imports.md").read_text()
MB = 2**20


def test_the_bounds_are_those_of_the_code() -> None:
    table = dict(re.findall(r"^\| (.+?) \| ([\d ]+?)(?: MB)? \|$", PAGE, re.M))
    assert table == {
        "a file": str(sheets.MAX_BYTES // MB),
        "an XLS file, which is read whole": str(sheets.MAX_XLS_BYTES // MB),
        "an XLSX file, unpacked": str(sheets.MAX_UNPACKED // MB),
        "rows": str(sheets.MAX_ROWS),
        "columns": str(sheets.MAX_COLUMNS),
        "blank rows, after which the table is taken to be over": str(sheets.MAX_BLANK_ROWS),
        "characters in a row of a CSV": str(sheets.MAX_ROW),
    }
    assert f"{BATCH} rows in a transaction" in PAGE


def test_every_option_is_explained() -> None:
    options = re.findall(r"^\| `(\w+)` \|", PAGE, re.M)
    assert {*options, "mapping"} == {"mapping", "mode", "key", "sheet", *FLAGS}
    assert all(f"`{mode}`" in PAGE for mode in MODES)


def test_the_cells_that_are_shown_are_read() -> None:
    kinds = {
        "number, money": {"type": "number"},
        "date": {"type": "string", "format": "date"},
    }
    for kind, schema in kinds.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| {kind} |"))
        for cell in re.findall(r"`([^`]+)`", row):
            assert reader_of(schema, {}, zone("UTC"))(cell) is not None
