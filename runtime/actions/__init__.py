"""Node types that do something: one file each, found by scanning this folder.

A file defines `action`. Adding one: `docs/add-an-action.md`.
"""

import importlib
import pkgutil
from collections.abc import Mapping

from runtime.contracts import Action

registry: Mapping[str, Action] = {
    action.name: action
    for action in (
        importlib.import_module(f"{__name__}.{found.name}").action for found in pkgutil.iter_modules(__path__)
    )
}
"""Every action by its name."""
