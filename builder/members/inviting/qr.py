"""A text as a QR code (ISO/IEC 18004): bytes, level M, versions 1 to 10, drawn as one path of an SVG."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

Grid = list[list[bool]]
Cell = tuple[int, int]

SIZES = (26, 44, 70, 100, 134, 172, 196, 242, 292, 346)
"""All code words of each version."""

CORRECTIONS = ((10, 1), (16, 1), (26, 1), (18, 2), (24, 2), (16, 4), (18, 4), (22, 4), (22, 5), (26, 5))
"""How many of them correct errors in each block, and how many blocks there are."""

CROSSINGS: tuple[tuple[int, ...], ...] = (
    (), (6, 18), (6, 22), (6, 26), (6, 30), (6, 34), (6, 22, 38), (6, 24, 42), (6, 26, 46), (6, 28, 50),
)  # fmt: skip
"""Rows and columns in whose crossings a small square helps the eye of the camera."""

LEVEL_M = 0
BLANK = 4
"""So many cells stay empty all around."""


@lru_cache(256)
def path(text: str) -> tuple[int, str]:
    """How many cells wide the picture is, its border too, and the `d` of an SVG path that draws the dark ones.

    Raises ValueError for what is longer than 213 bytes.
    """
    rows = cells(text)
    runs = (f"M{x + BLANK} {y + BLANK}h{n}v1h-{n}z" for y, row in enumerate(rows) for x, n in _runs(row))
    return len(rows) + 2 * BLANK, "".join(runs)


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where dark cells begin in a row, and how many stand together."""
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None


def cells(text: str) -> Grid:
    """The code row by row, True for dark, under the mask that a camera reads best."""
    data = text.encode()
    version = next((v for v in range(1, 11) if len(data) <= _room(v)), None)
    if version is None:
        raise ValueError(f"{len(data)} bytes are too long for a QR code")
    frame, fixed = _frame(version)
    _lay(frame, fixed, _words(data, version))
    return min((_masked(frame, fixed, mask) for mask in range(8)), key=_penalty)


# --- the words ---------------------------------------------------------------------------------


def _room(version: int) -> int:
    return _data_words(version) - (2 if version < 10 else 3)


def _data_words(version: int) -> int:
    each, blocks = CORRECTIONS[version - 1]
    return SIZES[version - 1] - each * blocks


def _words(data: bytes, version: int) -> list[int]:
    """Data and correction words, the blocks woven into each other."""
    bits = f"0100{len(data):0{8 if version < 10 else 16}b}" + "".join(f"{byte:08b}" for byte in data) + "0000"
    bits = bits.ljust(-(-len(bits) // 8) * 8, "0")
    words = [int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)][: _data_words(version)]
    words += [(0xEC, 0x11)[i % 2] for i in range(_data_words(version) - len(words))]
    each, count = CORRECTIONS[version - 1]
    short, longer = divmod(len(words), count)
    blocks, start = [], 0
    for number in range(count):
        end = start + short + (number >= count - longer)
        blocks.append(words[start:end])
        start = end
    return [*_woven(blocks), *_woven([_corrections(block, each) for block in blocks])]


def _woven(blocks: Sequence[Sequence[int]]) -> Iterator[int]:
    for i in range(max(map(len, blocks))):
        yield from (block[i] for block in blocks if i < len(block))


def _times(a: int, b: int) -> int:
    """The product in the field of 256 elements that QR codes count in."""
    product = 0
    for shift in reversed(range(8)):
        product = (product << 1) ^ (0x11D if product >> 7 else 0)
        product ^= a if b >> shift & 1 else 0
    return product


@cache
def _generator(degree: int) -> tuple[int, ...]:
    factors, root = [0] * (degree - 1) + [1], 1
    for _ in range(degree):
        following = [*factors[1:], 0]
        factors = [_times(factor, root) ^ behind for factor, behind in zip(factors, following, strict=True)]
        root = _times(root, 2)
    return tuple(factors)


def _corrections(block: Iterable[int], degree: int) -> list[int]:
    rest = [0] * degree
    for word in block:
        factor = word ^ rest[0]
        rest = [a ^ _times(b, factor) for a, b in zip([*rest[1:], 0], _generator(degree), strict=True)]
    return rest


# --- the grid ----------------------------------------------------------------------------------


def _frame(version: int) -> tuple[Grid, set[Cell]]:
    """The grid with what is the same for every text of that length, and the cells that belong to it."""
    size = 17 + 4 * version
    grid, fixed = [[False] * size for _ in range(size)], set[Cell]()

    def put(x: int, y: int, dark: bool) -> None:
        if 0 <= x < size and 0 <= y < size:
            grid[y][x] = dark
            fixed.add((x, y))

    for i in range(size):
        put(6, i, i % 2 == 0)
        put(i, 6, i % 2 == 0)
    for x, y in ((3, 3), (size - 4, 3), (3, size - 4)):
        for dx, dy in _square(4):
            put(x + dx, y + dy, max(abs(dx), abs(dy)) not in (2, 4))
    for x, y in _crossings(version, size):
        for dx, dy in _square(2):
            put(x + dx, y + dy, max(abs(dx), abs(dy)) != 1)
    for i in range(18 if version > 6 else 0):
        dark = bool(_checked(version, 12, 0x1F25) >> i & 1)
        put(size - 11 + i % 3, i // 3, dark)
        put(i // 3, size - 11 + i % 3, dark)
    for x, y in _format_cells(size):
        put(x, y, False)
    put(8, size - 8, True)
    return grid, fixed


def _square(reach: int) -> Iterator[Cell]:
    span = range(-reach, reach + 1)
    return ((dx, dy) for dx in span for dy in span)


def _crossings(version: int, size: int) -> Iterator[Cell]:
    lines = CROSSINGS[version - 1]
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    return ((x, y) for x in lines for y in lines if (x, y) not in corners)


def _format_cells(size: int) -> list[Cell]:
    """Where the bits of level and mask stand, twice, the lowest first."""
    around = [(8, y) for y in (*range(6), 7)] + [(8, 8), (7, 8)] + [(x, 8) for x in range(5, -1, -1)]
    apart = [(size - 1 - i, 8) for i in range(8)] + [(8, size - 15 + i) for i in range(8, 15)]
    return around + apart


def _checked(value: int, length: int, divisor: int) -> int:
    """The value with `length` bits behind it, by which a camera mends it."""
    rest = value
    for _ in range(length):
        rest = (rest << 1) ^ (divisor if rest >> (length - 1) else 0)
    return value << length | rest


def _lay(grid: Grid, fixed: set[Cell], words: Sequence[int]) -> None:
    """Lay the bits in pairs of columns, up and down, from the right."""
    size = len(grid)
    bits = (word >> shift & 1 for word in words for shift in reversed(range(8)))
    for number, right in enumerate((*range(size - 1, 6, -2), *range(5, 0, -2))):
        for step in range(size):
            y = step if number % 2 else size - 1 - step
            for x in (right, right - 1):
                if (x, y) not in fixed:
                    grid[y][x] = bool(next(bits, 0))


def _masked(grid: Grid, fixed: set[Cell], mask: int) -> Grid:
    """The grid under a mask, with level and mask written in."""
    made = [
        [dark ^ ((x, y) not in fixed and _flips(mask, x, y)) for x, dark in enumerate(row)]
        for y, row in enumerate(grid)
    ]  # fmt: skip
    said = _checked(LEVEL_M << 3 | mask, 10, 0x537) ^ 0x5412
    for number, (x, y) in enumerate(_format_cells(len(grid))):
        made[y][x] = bool(said >> number % 15 & 1)
    return made


def _flips(mask: int, x: int, y: int) -> bool:
    product = x * y
    rules = (
        (x + y) % 2, y % 2, x % 3, (x + y) % 3, (x // 3 + y // 2) % 2, product % 2 + product % 3,
        (product % 2 + product % 3) % 2, ((x + y) % 2 + product % 3) % 2,
    )  # fmt: skip
    return rules[mask] == 0


def _penalty(grid: Grid) -> int:
    """How hard a camera finds it: long runs, blocks, what looks like a corner, and one colour everywhere."""
    lines = [*grid, *(list(column) for column in zip(*grid, strict=True))]
    found = sum(_line_penalty(line) for line in lines)
    for above, below in pairwise(grid):
        for x in range(len(above) - 1):
            found += 3 if above[x] == above[x + 1] == below[x] == below[x + 1] else 0
    dark, all_cells = sum(map(sum, grid)), len(grid) ** 2
    return found + 10 * (abs(20 * dark - 10 * all_cells) // all_cells)


def _line_penalty(line: Sequence[bool]) -> int:
    text = "".join("1" if dark else "0" for dark in line)
    runs = text.replace("01", "0 1").replace("10", "1 0").split()
    corners = sum(text.startswith(shape, i) for i in range(len(text)) for shape in ("10111010000", "00001011101"))
    return sum(len(run) - 2 for run in runs if len(run) >= 5) + 40 * corners
