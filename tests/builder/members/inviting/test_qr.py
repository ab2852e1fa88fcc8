"""A text as a QR code."""

import pytest

from builder.members.inviting import qr

TRELLIS = """
#######.#.##..#######
#.....#.......#.....#
#.###.#..#..#.#.###.#
#.###.#.##.##.#.###.#
#.###.#.###.#.#.###.#
#.....#.#..#..#.....#
#######.#.#.#.#######
........#..##........
#...#.####.#.#####..#
#.#.#..###.##.....#..
#..##.#...##..######.
.####..#..#..##......
.#.#.##.###.###.....#
........###.#######..
#######.#...##..#..#.
#.....#...###...#..##
#.###.#.####..#.#...#
#.###.#...###...##.##
#.###.#...##..#.##...
#.....#..#...####....
#######.##..#####...#
"""
"""Read by a camera, it says trellis."""


def test_a_text_becomes_the_squares_that_a_camera_reads() -> None:
    drawn = "\n".join("".join("#" if dark else "." for dark in row) for row in qr.cells("trellis"))
    assert drawn == TRELLIS.strip()


@pytest.mark.parametrize(("length", "size"), [(14, 21), (15, 25), (106, 41), (122, 45), (123, 49), (213, 57)])
def test_a_longer_text_gets_a_larger_code_with_its_version_in_the_corners(length: int, size: int) -> None:
    rows = qr.cells("x" * length)
    assert (len(rows), {len(row) for row in rows}) == (size, {size})
    if size >= 45:
        shown = sum(rows[i // 3][size - 11 + i % 3] << i for i in range(18))
        assert shown == {45: 0x07C94, 49: 0x085BC, 53: 0x09A99, 57: 0x0A4D3}[size]


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(ValueError, match="214"):
        qr.cells("x" * 214)


def test_the_path_draws_exactly_the_dark_cells() -> None:
    size, path = qr.path("trellis")
    assert size == 29
    assert path.startswith("M4 4h7v1h-7z")
    drawn = sum(int(part.partition("h")[2].partition("v")[0]) for part in path.split("M")[1:])
    assert drawn == TRELLIS.count("#")
