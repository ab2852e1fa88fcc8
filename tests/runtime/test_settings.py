"""Where a setting's value comes from, and what must not be printed."""

import pytest

from runtime.settings import LONGEST_SOCKET, SETTINGS, BadSetting, refuse_weak, resolve, socket_path

STRONG = {"TRELLIS_ENV": "production", "SECRET_KEY": "k3" * 8 + "mnopqrstuvwxyz234", "PUBLIC_URL": "https://t.example"}


def test_given_wins_over_environment_and_environment_over_default():
    found = resolve({"TRELLIS_HOST": "::1"}, {"TRELLIS_HOST": "0.0.0.0", "TRELLIS_PORT": "9000"})
    assert (found["TRELLIS_HOST"].value, found["TRELLIS_HOST"].origin) == ("::1", "given")
    assert (found["TRELLIS_PORT"].value, found["TRELLIS_PORT"].origin) == (9000, "environment")
    assert (found["TRELLIS_WORKERS"].value, found["TRELLIS_WORKERS"].origin) == (2, "default")


def test_an_empty_variable_is_as_good_as_none():
    assert resolve({}, {"TRELLIS_PORT": ""})["TRELLIS_PORT"].value == 8000


def test_a_default_may_speak_of_another_setting():
    found = resolve({}, {"TRELLIS_HOME": "/data", "TRELLIS_PORT": "81"})
    assert found["DATABASE_URL"].value == "sqlite:////data/trellis.db" == found["DATABASE_ADMIN_URL"].value
    assert found["PUBLIC_URL"].value == "http://127.0.0.1:81"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_a_postgresql_address_is_understood(scheme: str):
    assert resolve({}, {"DATABASE_URL": f"{scheme}://a@b/c"})["DATABASE_URL"].value == "postgresql+psycopg://a@b/c"


def test_t42_secrets_and_passwords_are_not_shown():
    found = resolve(
        {}, {"SECRET_KEY": "canary", "DATABASE_URL": "postgresql://app:canary@db/x", "REDIS_URL": "redis://:canary@q"}
    )
    assert not [value.shown for value in found.values() if "canary" in value.shown]
    assert found["DATABASE_URL"].shown == "postgresql+psycopg://app:***@db/x"


def test_in_production_sign_up_is_by_invitation_and_the_address_must_be_told():
    found = resolve({}, {"TRELLIS_ENV": "production"})
    assert (found["TRELLIS_SIGNUP"].value, found["PUBLIC_URL"].value) == ("invite", "")


@pytest.mark.parametrize(
    "weak",
    [
        *({"SECRET_KEY": key} for key in ("", "secret", "a" * 40)),
        *({"PUBLIC_URL": url} for url in ("", "trellis.example")),
        {"TRELLIS_ENV": "prod"},
        {"TRELLIS_SIGNUP": "yes"},
    ],
)
def test_t37_production_refuses_what_is_weak(weak: dict[str, str]):
    refuse_weak(resolve({}, STRONG))
    with pytest.raises(BadSetting):
        refuse_weak(resolve({}, STRONG | weak))


def test_a_number_that_is_none_is_refused():
    with pytest.raises(BadSetting):
        resolve({}, {"TRELLIS_PORT": "x"})


def test_the_queue_listens_in_the_data_folder_unless_its_path_is_too_long():
    assert socket_path("/data", 0) == "/data/valkey.sock"
    assert len(socket_path("/d" * 80, 0)) <= LONGEST_SOCKET
    assert socket_path("/d" * 80, 0) != socket_path("/e" * 80, 0)


def test_every_setting_says_what_it_means():
    assert all(setting.meaning and len({s.name for s in SETTINGS}) == len(SETTINGS) for setting in SETTINGS)
