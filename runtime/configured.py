"""Settings for services, which know nothing of the web: the value that this process was started with."""

from typing import Any

from flask import current_app


def setting(name: str) -> Any:
    """The value of a setting by Flask's name for it; raises KeyError."""
    return current_app.config[name]
