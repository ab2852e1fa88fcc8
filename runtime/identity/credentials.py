"""Passwords, and the secrets that sessions, tokens and invitations are known by."""

import base64
import hashlib
import hmac
import re
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from runtime.contracts import Problem
from runtime.i18n import message

hasher = PasswordHasher()

NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$PZ0xmO96IetVOLlf6Zaenw$RXR6QD/BUAPzWyJ+ijp2Pb1YzxNOI3Y4HoEk+qcWVck"
"""Checked when there is no such account, so that the answer takes as long."""

SHORTEST = 8
LONGEST = 200
_TOKEN = re.compile(r"trellis_([0-9a-f]{32})_[A-Za-z0-9_-]{43}")
_WEAK = frozenset({"password", "12345678", "123456789", "1234567890", "11111111", "88888888", "qwertyui", "iloveyou"})


def password_hash(password: str) -> str:
    """An argon2id hash of the password."""
    return hasher.hash(password)


def matches(hashed: str, password: str) -> bool:
    """Whether the password is the hashed one; False too for what is no hash."""
    try:
        return hasher.verify(hashed, password[:LONGEST])
    except (Argon2Error, InvalidHashError):
        return False


def password_problems(password: str, pointer: str = "/password") -> list[Problem]:
    """Why a new password is refused; empty when it is good."""
    if len(password) < SHORTEST:
        return [Problem(pointer, "minLength", message("Use at least %(count)s characters.", count=SHORTEST))]
    if len(password) > LONGEST:
        return [Problem(pointer, "maxLength", message("Use at most %(count)s characters.", count=LONGEST))]
    if password.casefold() in _WEAK or len(set(password)) < 3:
        return [Problem(pointer, "weak", message("This password is easy to guess. Choose another one."))]
    return []


def new_secret() -> str:
    """43 random characters, 256 bits."""
    return secrets.token_urlsafe(32)


def derived_secret(key: str, purpose: str, id: str) -> str:
    """43 characters that only who holds `key` can make: a link can be made again, and stands in no table.

    `purpose` keeps the secrets of two kinds of ids apart.
    """
    made = hmac.new(key.encode(), f"{purpose} {id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def digest(secret: str) -> str:
    """What is kept of a secret: it has 256 random bits, so a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_token(tenant_id: str) -> str:
    """The text of a new API token of a tenant."""
    return token_text(tenant_id, new_secret())


def token_text(tenant_id: str, secret: str) -> str:
    """A secret that says which tenant it is of."""
    return f"trellis_{tenant_id.replace('-', '')}_{secret}"


def tenant_of_token(token: str) -> str | None:
    """The tenant a token claims to be of; None when it is no token at all."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    digits = found.group(1)
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
