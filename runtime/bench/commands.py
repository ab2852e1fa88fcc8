"""`trellis bench`: in a process of its own, so that the application never carries it."""

import os
import sys

import click


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def bench(options: tuple[str, ...]) -> None:
    """Measure how fast it is, beside references (see `trellis bench --help`)."""
    os.execv(sys.executable, [sys.executable, "-m", "runtime.bench.run", *options])


commands = [bench]
