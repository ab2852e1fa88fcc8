"""Sealed secrets."""

import pytest

from runtime.connections.sealing import CannotOpen, seal, unseal

KEY = "a key that is long enough to be one"


def test_a_sealed_text_opens_again_and_shows_nothing() -> None:
    sealed = seal("密码 s3cret", KEY, "tenant/connection")
    assert unseal(sealed, KEY, "tenant/connection") == "密码 s3cret"
    assert "s3cret" not in sealed
    assert sealed != seal("密码 s3cret", KEY, "tenant/connection")


@pytest.mark.parametrize(
    ("key", "place", "spoil"),
    [
        ("another key that is long enough too", "tenant/connection", lambda text: text),
        (KEY, "tenant/another", lambda text: text),
        (KEY, "tenant/connection", lambda text: text[:-4] + "AAAA"),
        (KEY, "tenant/connection", lambda text: "v1:"),
        (KEY, "tenant/connection", lambda text: "not sealed"),
    ],
)
def test_under_another_key_at_another_place_or_changed_it_stays_shut(key, place, spoil) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CannotOpen):
        unseal(spoil(seal("s3cret", KEY, "tenant/connection")), key, place)
