"""Node types that start runs: one file each, found by scanning this folder. A file defines `trigger`."""

import importlib
import pkgutil
from collections.abc import Mapping

from runtime.contracts import Trigger

registry: Mapping[str, Trigger] = {
    trigger.name: trigger
    for trigger in (
        importlib.import_module(f"{__name__}.{found.name}").trigger for found in pkgutil.iter_modules(__path__)
    )
}
"""Every trigger by its name."""
