"""Rows laid ready on the disk."""

import datetime
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.contracts import BadRequest, TooMuch
from runtime.exchange import spools
from runtime.exchange.sheets import Table
from runtime.exchange.spools import forget_spools, line_of, lines_in, spool, spooled
from runtime.i18n import message

DAY = datetime.date(2026, 3, 1)
MOMENT = datetime.datetime(2026, 3, 1, 8, 30, 15, 250_000)


class Lost(Exception):
    pass


def breathe() -> None:
    """The work is still ours."""


def table(*rows: tuple[Any, ...]) -> Table:
    return Table(("名称", "值"), iter([(number, row) for number, row in enumerate(rows, start=2)]))


def test_every_kind_of_cell_comes_back_as_it_was(tmp_path: Path) -> None:
    cells = ("甲 “x”\n二", "", None, True, 3, 10**30, 0.1, -2.0, DAY, MOMENT, "\ud800", "{}")
    assert spool(tmp_path / "a" / "x", table(cells), breathe) == 1
    kept = spooled(tmp_path / "a" / "x", 0)
    assert kept.header == ("名称", "值")
    [(number, row)] = kept.rows
    assert (number, row) == (2, cells)
    assert [type(cell) for cell in row] == [type(cell) for cell in cells]


def test_what_no_field_takes_comes_back_as_text(tmp_path: Path) -> None:
    spool(tmp_path / "x", table((datetime.time(8, 30), datetime.timedelta(hours=30), float("inf"))), breathe)
    assert list(spooled(tmp_path / "x", 0).rows) == [(2, ("08:30:00", "1 day, 6:00:00", "inf"))]


def test_one_goes_on_behind_the_rows_that_are_done(tmp_path: Path) -> None:
    spool(tmp_path / "x", table(("甲",), ("乙",), ("丙",)), breathe)
    assert list(spooled(tmp_path / "x", 2).rows) == [(4, ("丙",))]
    assert list(spooled(tmp_path / "x", 3).rows) == []


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[tuple[int, Any]]:
        yield 2, ("甲",)
        raise BadRequest(message("The file is no readable XLSX workbook."))

    with pytest.raises(BadRequest):
        spool(tmp_path / "x", Table(("名称",), broken()), breathe)
    assert list(tmp_path.iterdir()) == []


def test_who_has_lost_the_work_puts_nothing_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise Lost

    seen: list[Any] = []
    monkeypatch.setattr(spools, "BREATH", 0.0)
    with pytest.raises(Lost):
        spool(tmp_path / "x", Table(("名称",), ((n, (seen.append(n),)) for n in range(9))), lost)
    assert len(seen) == 1, "it went on reading"
    monkeypatch.undo()
    with pytest.raises(Lost):
        spool(tmp_path / "x", table(("甲",)), lost)
    assert list(tmp_path.iterdir()) == []


def test_t29_a_text_that_stands_in_every_cell_does_not_fill_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spools, "MOST_BYTES", 10_000)
    with pytest.raises(TooMuch):
        spool(tmp_path / "x", Table(("名称",), ((n, ("甲" * 1_000,)) for n in itertools.count(2))), breathe)
    assert list(tmp_path.iterdir()) == []


def test_exported_numbers_keep_every_digit(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(line_of([0.1, DAY, MOMENT]) + b"[12345678901234567890.12]\n")
    assert [[str(cell) for cell in row] for row in lines_in(path)] == [
        ["0.1", "2026-03-01", "2026-03-01 08:30:15.250000"],
        ["12345678901234567890.12"],
    ]


def test_what_nobody_comes_back_to_goes(tmp_path: Path) -> None:
    for name, age in (("old", 100), ("new", 0)):
        (tmp_path / name).write_bytes(b"[]\n")
        os.utime(tmp_path / name, (age and 1_000_000_000, age and 1_000_000_000) if age else None)
    assert forget_spools(tmp_path, datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert forget_spools(tmp_path / "none", datetime.datetime.now(datetime.UTC)) == 0
