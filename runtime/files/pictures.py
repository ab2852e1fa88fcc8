"""How large a picture is, read from its own bytes: what claims to be one and is not, has no size. Pure."""

from collections.abc import Callable, Iterator, Mapping

from runtime.files.naming import picture

Size = tuple[int, int]


def size_of(data: bytes) -> Size | None:
    """Width and height in pixels of a PNG, JPEG, GIF or WebP; None for anything else, and for a broken one."""
    kind = picture(data[:64])
    try:
        found = _READERS[kind](data) if kind else None
    except (IndexError, ValueError):
        return None
    return found if found and min(found) > 0 else None


def _png(data: bytes) -> Size | None:
    whole = data[12:16] == b"IHDR" and data[-12:-4].endswith(b"IEND")
    return (_number(data[16:20]), _number(data[20:24])) if whole else None


def _gif(data: bytes) -> Size | None:
    return (data[6] | data[7] << 8, data[8] | data[9] << 8) if data.endswith(b";") else None


def _jpeg(data: bytes) -> Size | None:
    for marker, start in _segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _number(data[start + 5 : start + 7]), _number(data[start + 3 : start + 5])
    return None


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Each marker of a JPEG with where its content begins, up to the picture itself."""
    at = 2
    while data[at] == 0xFF and data[at + 1] != 0xDA:
        yield data[at + 1], at + 2
        at += 2 + _number(data[at + 2 : at + 4])


def _webp(data: bytes) -> Size | None:
    if data[12:16] == b"VP8X":
        return 1 + _little(data[24:27]), 1 + _little(data[27:30])
    if data[12:16] == b"VP8L":
        bits = _little(data[21:25])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return (_little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF) if data[12:16] == b"VP8 " else None


def _number(part: bytes) -> int:
    return int.from_bytes(part, "big")


def _little(part: bytes) -> int:
    return int.from_bytes(part, "little")


_READERS: Mapping[str, Callable[[bytes], Size | None]] = {
    "image/png": _png, "image/gif": _gif, "image/jpeg": _jpeg, "image/webp": _webp,
}  # fmt: skip
