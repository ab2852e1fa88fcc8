"""An import under way: its rows from the first that is not counted on, its columns placed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from runtime.answers import Form
from runtime.contracts import Actor, Problem, Refused
from runtime.db import transaction
from runtime.exchange.mapping import Column, Options
from runtime.exchange.models import ImportJob
from runtime.exchange.rows import Place, places_of
from runtime.exchange.service import refuse_who_may_not
from runtime.exchange.sheets import Row, Table, open_table
from runtime.exchange.spools import spool, spooled
from runtime.files import service as files
from runtime.i18n import message
from runtime.identity.doors.service import actor_of
from runtime.records.compiled import form_of
from runtime.releases import service as releases
from runtime.releases.published import Published


@dataclass(frozen=True)
class Work:
    """An import under way: who asked, the form, which columns fill it.

    `named` are the ids that this turn has found by the name of each field's target: who has a list of choices open does
    not ask for it anew with each record either.
    """

    job: ImportJob
    actor: Actor
    published: Published
    form: Form
    options: Options
    places: list[Place]
    rows: Iterator[tuple[int, Row]]
    named: dict[str, dict[str, list[str]]] = field(default_factory=dict)


def begin(job: ImportJob, hold: Callable[[], None], home: Path, path: Path) -> Work:
    """What an import needs to go on, its rows laid ready at `path`.

    Raises Refused when nobody stands for it any more, Forbidden when who does may not import any more, what a bad file
    raises, and what `hold` raises.
    """
    found = actor_of(job.created_by or "")
    if found is None:
        raise Refused([Problem("", "actor", message("Who asked for this import is no longer a member."))])
    published = releases.current(job.app_id)
    refuse_who_may_not(published, job.form, found[0])
    form, options = form_of(published, job.form), _options(job.options)
    if not path.exists():
        table = open_table(files.path_of(home, job.options["file"]), job.file_name, options.sheet)
        job = _spool(job, table, hold, path)
    table = spooled(path, job.done)
    places = places_of(table.header, options, form, ZoneInfo(found[0].timezone))
    return Work(job, found[0], published, form, options, places, table.rows)


def _spool(job: ImportJob, table: Table, hold: Callable[[], None], path: Path) -> ImportJob:
    """Lay the rows ready for all turns that the import takes, and note how many there are."""

    def breathe() -> None:
        with transaction():
            hold()

    rows = spool(path, table, breathe)
    with transaction() as session:
        hold()
        kept = session.merge(job, load=True)
        kept.total = rows
        session.flush()
    return kept


def _options(kept: Mapping[str, Any]) -> Options:
    columns = tuple(Column(header, to["field"], to["by"]) for header, to in kept["mapping"].items())
    rest = {name: kept[name] for name in ("mode", "key", "lenient", "flows", "dry_run", "sheet")}
    return Options(columns, **rest)
