"""Several acts at the same moment, each in a thread and a transaction of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

from runtime.db import tenant


def at_once(app: Flask, tenant_id: str, *acts: Callable[[], Any]) -> list[Any]:
    """What each act gives, or the error that it ends with, in their order."""
    begun = Barrier(len(acts))

    def carry_out(act: Callable[[], Any]) -> Any:
        with app.app_context(), tenant(tenant_id):
            begun.wait()
            try:
                return act()
            except Exception as error:
                return error

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(carry_out, acts))
