"""Secrets at rest: sealed with a key made from SECRET_KEY, so that a copy of the database alone opens nothing."""

import base64
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MARK = "v1:"
_NONCE = 12


class CannotOpen(ValueError):
    """Sealed under another key, for another place, or changed since."""


def seal(text: str, key: str, place: str) -> str:
    """The text sealed for one place (tenant and row), as printable signs: moved to another place it stays shut."""
    nonce = os.urandom(_NONCE)
    sealed = _cipher(key).encrypt(nonce, text.encode(), place.encode())
    return _MARK + base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str, key: str, place: str) -> str:
    """The text again; raises CannotOpen."""
    try:
        raw = base64.b64decode(sealed.removeprefix(_MARK), validate=True)
        return _cipher(key).decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
    except (InvalidTag, ValueError):
        raise CannotOpen(place) from None


@lru_cache(maxsize=8)
def _cipher(key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"trellis sealing v1").derive(key.encode()))
