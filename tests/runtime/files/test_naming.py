"""What files are called, and what they are."""

import pytest

from runtime.files.naming import cleaned, media_type, picture

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("/etc/passwd", "passwd"), ("C:\\Windows\\cmd.exe", "cmd.exe"),
        ("a\x00b.txt", "ab.txt"),
        ("报价\u202efdp.exe", "报价fdp.exe"), ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
        ("..", "file"), ("", "file"),
        ('a"<b>.png', "a__b_.png"), ("客户 报价单（终）.xlsx", "客户 报价单（终）.xlsx"),
    ],
)  # fmt: skip
def test_t26_a_name_keeps_no_folder_no_control_and_no_direction_mark(sent: str, kept: str) -> None:
    assert cleaned(sent) == kept


def test_t26_a_long_name_is_cut_and_keeps_its_ending() -> None:
    assert cleaned("长" * 300 + ".xlsx") == "长" * 115 + ".xlsx"
    assert len(cleaned("x" * 300)) == 120


def test_t24_a_picture_is_known_by_its_bytes_alone() -> None:
    assert picture(PNG) == "image/png"
    assert picture(b"RIFF\x00\x00\x00\x00WEBPVP8 ") == "image/webp"
    for head in (b"<svg xmlns=", b"<html>", b"%PDF-1.7", b"", b"RIFF\x00\x00\x00\x00WAVE"):
        assert picture(head) is None
    assert media_type("x.png", b"<svg onload=alert(1)>") == "application/octet-stream"
    assert media_type("x.html", b"<html>") == "application/octet-stream"
    assert media_type("报价.XLSX", b"PK\x03\x04") == media_type("b.xlsx", b"PK")
