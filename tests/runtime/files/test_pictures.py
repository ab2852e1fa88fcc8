"""How large a picture is, by its own bytes."""

import base64

import pytest

from runtime.files.pictures import size_of

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
GIF = base64.b64decode("R0lGODlhAgADAIAAAAAAAP///yH5BAEAAAAALAAAAAACAAMAAAIChF8AOw==")
JPEG = b"\xff\xd8\xff\xe0\x00\x04xx\xff\xc0\x00\x0b\x08\x00\x05\x00\x07\x01\x01\x11\x00\xff\xda\x00\x02\xff\xd9"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x03\x00\x00"


@pytest.mark.parametrize(("data", "size"), [(PNG, (1, 1)), (GIF, (2, 3)), (JPEG, (7, 5)), (WEBP, (9, 4))])
def test_a_real_picture_has_its_size(data: bytes, size: tuple[int, int]) -> None:
    assert size_of(data) == size


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html>", b"%PDF-1.7",
        PNG[:8] + b"<script>alert(1)</script>", PNG[:20], PNG + b"<script>", GIF[:-1], GIF + b"<?php", JPEG[:12],
        b"\xff\xd8\xff", b"RIFF\x00\x00\x00\x00WEBPxxxx", PNG.replace(b"\x00\x00\x00\x01", b"\x00\x00\x00\x00"),
    ],
)  # fmt: skip
def test_t24_what_only_claims_to_be_a_picture_has_none(data: bytes) -> None:
    assert size_of(data) is None
