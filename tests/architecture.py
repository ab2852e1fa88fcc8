"""The house read as data: modules, what each imports, and the rules they break, as lines for a person to read."""

import ast
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import networkx

FLOORS = ("widgets", "runtime", "builder", "wsgi")
"""Each imports only what stands before it."""

ROOMS = {
    "runtime": """i18n spelling contracts settings expressions documents permissions
        | configured db queue events security | audit identity http files notices releases
        | answers records | forms views exchange | tasks connections calendars reports
        | actions triggers | flows | processes backups bench""",
    "builder": "drafts | forms flows views | publishing gallery members",
}
"""Inside a floor each room imports only itself and what stands left of it."""

FOUNDATION = {"configured", "db", "queue", "events", "security"}
WEB = {"http"}
PROCESS = {"processes", "bench"}
SCANS = {"wsgi", "widgets", "widgets.base", "runtime.actions", "runtime.triggers"}
"""Who may find modules by looking into a folder: parts that come in through a door of their own."""

EVERYTHING = frozenset({"pure", "models", "sql", "service", "jobs", "routes", "api", "commands", "foundation", "web"})
MAY_IMPORT = {
    "pure": {"pure"},
    "models": {"pure", "models", "foundation"},
    "sql": {"pure", "models", "sql", "foundation"},
    "service": {"pure", "models", "sql", "service", "foundation"},
    "jobs": {"pure", "service", "foundation"},
    "routes": {"pure", "service", "foundation", "web"},
    "api": {"pure", "service", "foundation", "web"},
    "web": {"pure", "service", "foundation", "web"},
    "commands": EVERYTHING | {"process"},
    "foundation": {"pure", "models", "foundation"},
    "process": EVERYTHING | {"process"},
    "top": EVERYTHING | {"process"},
}
"""Which roles a file of each role may import, inside the house."""

PURE_LIBRARIES = {
    *("argon2", "cronsim", "cryptography", "defusedxml", "jinja2", "jsonschema", "jsonschema_rs", "markupsafe"),
    *("networkx", "openpyxl", "pypinyin", "re2", "referencing", "simplejson", "typst", "xlrd"),
}
FLASK = {"flask", "flask_babel", "flask_htmx", "flask_limiter", "flask_wtf", "limits", "werkzeug", "babel"}
LIBRARIES = {
    "pure": PURE_LIBRARIES,
    "models": PURE_LIBRARIES | {"sqlalchemy"},
    "sql": PURE_LIBRARIES | {"sqlalchemy", "psycopg"},
    "service": PURE_LIBRARIES | {"sqlalchemy"},
    "jobs": PURE_LIBRARIES | {"rq"},
    "routes": PURE_LIBRARIES | FLASK,
    "api": PURE_LIBRARIES | FLASK,
    "web": PURE_LIBRARIES | FLASK,
    "foundation": PURE_LIBRARIES | FLASK | {"sqlalchemy", "flask_sqlalchemy", "rq", "redis", "psycopg"},
}
"""What a role may import from outside the house, beside the standard library; the rest may all."""


@dataclass(frozen=True)
class Module:
    """One Python file of the house."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), str(self.path))

    @property
    def floor(self) -> str:
        return self.name.partition(".")[0]

    @property
    def room(self) -> str:
        """The subject on its floor; empty for a floor's own `__init__.py`."""
        return [*self.name.split("."), ""][1]

    @property
    def role(self) -> str:
        """What kind of file this is, by its name and, for the few impure rooms, by its room."""
        last = self.name.rpartition(".")[2]
        if self.floor == "wsgi":
            return "top"
        if last in {"models", "sql", "service", "jobs", "routes", "api", "commands"}:
            return last
        if last.startswith("sql_"):  # a hot path's statement in a file of its own
            return "sql"
        if self.floor == "runtime":
            for kind, rooms in (("foundation", FOUNDATION), ("web", WEB), ("process", PROCESS)):
                if self.room in rooms:
                    return kind
        return "pure"


class House:
    """All modules under a folder that holds the floors."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.modules = {module.name: module for module in _modules(root)}

    def imports(self, module: Module) -> Iterator[tuple[str, int]]:
        """Every dotted name a module imports, anywhere in it, with its line."""
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                origin = self._origin(module, node)
                for alias in node.names:
                    whole = f"{origin}.{alias.name}"
                    yield (whole if whole in self.modules else origin), node.lineno

    def _origin(self, module: Module, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = module.name.split(".")
        if module.path.name != "__init__.py":
            package = package[:-1]
        package = package[: len(package) - node.level + 1]
        return ".".join([*package, *((node.module or "").split(".") if node.module else [])])

    def inside(self, module: Module) -> Iterator[tuple[Module, int]]:
        """The modules of the house that a module imports."""
        for name, line in self.imports(module):
            while name and name not in self.modules:
                name = name.rpartition(".")[0]
            if name and name != module.name:
                yield self.modules[name], line

    def pure_files(self) -> list[Path]:
        """The files that hold ideas only: checked by mypy in strict mode."""
        return sorted(module.path for module in self.modules.values() if module.role == "pure")


def _modules(root: Path) -> Iterator[Module]:
    yield Module("wsgi", root / "wsgi.py")
    for floor in FLOORS[:-1]:
        for path in sorted((root / floor).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            yield Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path)


# --- the rules: each gives the lines that say who breaks it -------------------------------------


def floors_crossed(house: House) -> list[str]:
    """Imports that point up."""
    return [
        f"{module.name}:{line} imports {other.name}, which is on a higher floor"
        for module in house.modules.values()
        for other, line in house.inside(module)
        if FLOORS.index(other.floor) > FLOORS.index(module.floor)
    ]


def rooms_crossed(house: House) -> list[str]:
    """Imports that point to the right, and rooms that have no place in the order."""
    broken = []
    for module in house.modules.values():
        order = ROOMS.get(module.floor, "").replace("|", " ").split()
        if not order or not module.room:
            continue
        if module.room not in order:
            broken.append(f"{module.name} is in a room that has no place in the order")
            continue
        allowed = order[: order.index(module.room) + 1]
        broken += [
            f"{module.name}:{line} imports {other.name}, which stands right of {module.room}"
            for other, line in house.inside(module)
            if other.floor == module.floor and other.room in order and other.room not in allowed
        ]
    return broken


def roles_broken(house: House) -> list[str]:
    """Files that import what their name says they do not."""
    return [
        f"{module.name}:{line} is {module.role} and imports {name}"
        for module in house.modules.values()
        for name, line in _beyond_role(house, module)
    ]


def _beyond_role(house: House, module: Module) -> Iterator[tuple[str, int]]:
    for other, line in house.inside(module):
        if other.role not in MAY_IMPORT[module.role]:
            yield f"{other.name}, which is {other.role}", line
    libraries = LIBRARIES.get(module.role)
    for name, line in house.imports(module):
        top = name.partition(".")[0]
        outside = top not in sys.stdlib_module_names and top not in FLOORS
        if libraries is not None and outside and top not in libraries:
            yield name, line


def imports_hidden(house: House) -> list[str]:
    """Imports inside functions, spelled as a statement or as a call."""
    return [
        f"{module.name}:{node.lineno} imports inside {function.name}"
        for module in house.modules.values()
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) or (_imports_by_call(node) and module.name not in SCANS)
    ]


def _imports_by_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"import_module", "__import__"}


def cycles(house: House) -> list[str]:
    """Modules that import each other, and rooms that do."""
    files, rooms = networkx.DiGraph(), networkx.DiGraph()
    for module in house.modules.values():
        for other, _ in house.inside(module):
            files.add_edge(module.name, other.name)
            here, there = f"{module.floor}/{module.room}", f"{other.floor}/{other.room}"
            if here != there and module.room and other.room:
                rooms.add_edge(here, there)
    return [
        " and ".join(sorted(group)) + " import each other"
        for graph in (files, rooms)
        for group in networkx.strongly_connected_components(graph)
        if len(group) > 1
    ]


# --- sizes --------------------------------------------------------------------------------------


def file_lines(house: House) -> dict[str, int]:
    """Lines of every file that has any."""
    counted = {name: len(module.path.read_text().splitlines()) for name, module in house.modules.items()}
    return {name: lines for name, lines in counted.items() if lines}


def function_lines(house: House) -> dict[str, int]:
    """Lines of every function, by module and name."""
    return {
        f"{module.name}:{node.name}:{node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1
        for module in house.modules.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def sizes(house: House) -> str:
    """Median, nine in ten, and the largest five, of files and of functions."""
    lines = []
    for what, counted in (("files", file_lines(house)), ("functions", function_lines(house))):
        median, nine = statistics.median(counted.values()), statistics.quantiles(counted.values(), n=10)[-1]
        largest = sorted(counted.items(), key=lambda item: -item[1])[:5]
        lines.append(f"{len(counted)} {what}: median {median:g} lines, nine in ten at most {nine:g}; largest:")
        lines += [f"  {size:4} {name}" for name, size in largest]
    return "\n".join(lines)


if __name__ == "__main__":
    this_house = House(Path(__file__).parent.parent)
    if sys.argv[1:] == ["pure"]:
        print(*(path.relative_to(this_house.root) for path in this_house.pure_files()), sep="\n")
    else:
        print(sizes(this_house))
