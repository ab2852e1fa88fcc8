"""The tree of an expression: the only kinds of node there are."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True)
class Literal:
    """A value written in the source."""

    value: bool | Decimal | str | None
    position: int


@dataclass(frozen=True)
class Path:
    """A name and what is looked up in it: `record.owner.department`, `steps.find.items[0]`.

    `local` tells that the name is the variable of the comprehension around it.
    """

    keys: tuple[str | int, ...]
    local: bool
    position: int

    @property
    def names(self) -> tuple[str, ...]:
        """The keys up to the first index into a list."""
        names: list[str] = []
        for key in self.keys:
            if isinstance(key, int):
                break
            names.append(key)
        return tuple(names)


@dataclass(frozen=True)
class Unary:
    """`-x`, `+x` or `not x`."""

    op: str
    operand: "Node"
    position: int


@dataclass(frozen=True)
class Binary:
    """Arithmetic with two operands."""

    op: str
    left: "Node"
    right: "Node"
    position: int


@dataclass(frozen=True)
class Compare:
    """One comparison; a chain `a < b < c` is read as `a < b and b < c`."""

    op: str
    left: "Node"
    right: "Node"
    position: int


@dataclass(frozen=True)
class Logic:
    """`and` or `or` over two or more parts."""

    op: str
    parts: tuple["Node", ...]
    position: int


@dataclass(frozen=True)
class Conditional:
    """`then if condition else otherwise`."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"
    position: int


@dataclass(frozen=True)
class ListOf:
    """A list written out."""

    items: tuple["Node", ...]
    position: int


@dataclass(frozen=True)
class Call:
    """A function of the table, by its name in capitals."""

    function: str
    arguments: tuple["Node", ...]
    position: int


@dataclass(frozen=True)
class Each:
    """`[element for variable in source if condition]`."""

    element: "Node"
    variable: str
    source: "Node"
    condition: "Node | None"
    position: int


Node: TypeAlias = Literal | Path | Unary | Binary | Compare | Logic | Conditional | ListOf | Call | Each


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Unary():
            return (node.operand,)
        case Binary() | Compare():
            return (node.left, node.right)
        case Logic():
            return node.parts
        case Conditional():
            return (node.condition, node.then, node.otherwise)
        case ListOf():
            return node.items
        case Call():
            return node.arguments
        case Each():
            return (node.element, node.source) + ((node.condition,) if node.condition else ())
    return ()


def reads_of(node: Node) -> frozenset[tuple[str, ...]]:
    """Every path looked up in the given names, e.g. `("record", "industry")`."""
    found: set[tuple[str, ...]] = set()
    waiting: list[Node] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Path) and not current.local:
            found.add(current.names)
        waiting.extend(children(current))
    return frozenset(found)
