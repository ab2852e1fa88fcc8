"""What people and tenants are called, and by what they are found."""

import re
import unicodedata
from collections.abc import Callable
from itertools import chain, count
from typing import Literal

from runtime.spelling import initials, spelled

NameKind = Literal["mail", "phone", "login"]

_MAIL = re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\"]{1,190}")
_PHONE = re.compile(r"\+?[0-9]{6,20}")
_LOGIN = re.compile(r"[^\W\d_][\w.-]{1,62}")
_KEY = re.compile(r"[a-z][a-z0-9-]{1,62}")


def folded(text: str) -> str:
    """The form in which names are compared: NFKC, casefolded, without spaces around."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def kind_of(name: str) -> NameKind | None:
    """Which kind of sign-in name a folded text is, told by its form alone, so that no two kinds can clash."""
    if "@" in name:
        return "mail" if _MAIL.fullmatch(name) else None
    if _PHONE.fullmatch(name):
        return "phone"
    return "login" if _LOGIN.fullmatch(name) else None


def is_tenant_key(key: str) -> bool:
    """Whether a text may stand in addresses as a tenant's key."""
    return bool(_KEY.fullmatch(key))


def tenant_key_for(title: str, is_taken: Callable[[str], bool]) -> str:
    """A free key that reads like the title, Chinese by its pinyin: "Acme 上海" becomes "acme-shanghai"."""
    words = "-".join(spelled(word) for word in title.split())
    plain = re.sub(r"[^a-z0-9]+", "-", folded(words)).strip("-")[:40].rstrip("-")
    base = plain if is_tenant_key(plain) else f"team-{plain}".rstrip("-")
    keys = chain([base], (f"{base}-{number}" for number in count(2)))
    return next(key for key in keys if not is_taken(key))


def search_text(name: str) -> str:
    """What a name is searched in: itself, its pinyin, and the first letters of that."""
    return " ".join((folded(name), folded(spelled(name)), folded(initials(name))))
