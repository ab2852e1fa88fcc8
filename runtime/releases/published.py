"""A release as the runtime reads it: documents by key, and what was compiled from them."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, TypeVar, cast

from runtime.contracts import NotFound
from runtime.i18n import message

Compiled = TypeVar("Compiled")

KINDS = ("forms", "flows", "views", "roles", "reports", "calendars")


class Published:
    """One release of an app. Its documents never change, so what is compiled from them is kept with it."""

    def __init__(self, app_id: str, number: int, document: Mapping[str, Any]) -> None:
        self.app_id = app_id
        self.number = number
        self.document = document
        self.lang = str(document.get("lang") or "zh-CN")
        self._by_key: dict[str, dict[str, dict[str, Any]]] = {
            kind: {part["key"]: part for part in document.get(kind) or ()} for kind in KINDS
        }
        self._derived: dict[tuple[Callable[..., Any], str, str], Any] = {}
        self._lock = Lock()

    def all(self, kind: str) -> Mapping[str, dict[str, Any]]:
        """Every document of a kind ("forms", "flows", …) by key, in the app's order."""
        return self._by_key[kind]

    def one(self, kind: str, key: str) -> dict[str, Any]:
        """One document; raises NotFound."""
        try:
            return self._by_key[kind][key]
        except KeyError:
            raise NotFound(message("There is no such page.")) from None

    def derived(self, build: Callable[[dict[str, Any]], Compiled], kind: str, key: str) -> Compiled:
        """What `build` makes of one document, built once per release; raises NotFound."""
        name = (build, kind, key)
        if name not in self._derived:
            with self._lock:
                if name not in self._derived:
                    self._derived[name] = build(self.one(kind, key))
        return cast(Compiled, self._derived[name])

    def derived_whole(self, build: Callable[["Published"], Compiled]) -> Compiled:
        """What `build` makes of the whole release, built once."""
        name = (build, "", "")
        if name not in self._derived:
            self._derived[name] = build(self)
        return cast(Compiled, self._derived[name])
