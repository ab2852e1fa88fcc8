"""Addresses as people paste them: one a line, or with commas between, with or without names."""

import re
from dataclasses import dataclass, field

from runtime.identity.names import folded, kind_of

MOST = 200
_BETWEEN = re.compile(r"[\n\r,;，；、]+")
_IN_BRACKETS = re.compile(r"([^<>]*?)\s*<([^<>\s]+)>")
_BEHIND_A_NAME = re.compile(r"([^@<>]+)\s(\S+@\S+)")


@dataclass
class Addresses:
    """Names by address, in the order given, each address once; and the pieces that are no address."""

    names: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def read(text: str) -> Addresses:
    """What a text holds: `zhang@x.cn`, `张三 <zhang@x.cn>`, `张三 zhang@x.cn`.

    Who has no name there is called by the address.
    """
    found = Addresses()
    for piece in _BETWEEN.split(text):
        if piece.strip():
            _take(piece.strip(), found)
    return found


def _take(piece: str, found: Addresses) -> None:
    named = _IN_BRACKETS.fullmatch(piece) or _BEHIND_A_NAME.fullmatch(piece)
    name, mail = named.groups() if named else ("", piece)
    address = folded(mail)
    if kind_of(address) != "mail":
        found.wrong.append(piece[:200])
    else:
        found.names.setdefault(address, name.strip(' "') or address.partition("@")[0])
