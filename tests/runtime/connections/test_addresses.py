"""Which addresses may be called."""

import pytest

from runtime.connections.addresses import is_allowed, networks_of

INSIDE = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1"),
    *("2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1"),
    "ff02::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_t19_an_address_inside_is_refused_however_it_is_wrapped(address: str) -> None:
    assert not is_allowed(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1", "::ffff:223.5.5.5", "64:ff9b::df05:505"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_allowed(address)


def test_a_network_that_the_operator_opened_is_allowed_and_nothing_beside_it() -> None:
    opened = networks_of("10.1.0.0/16, 192.168.5.7")
    assert is_allowed("10.1.200.3", opened)
    assert is_allowed("::ffff:192.168.5.7", opened)
    assert not is_allowed("10.2.0.1", opened)
    assert not is_allowed("192.168.5.8", opened)


def test_what_is_no_network_is_said() -> None:
    with pytest.raises(ValueError, match="intranet"):
        networks_of("intranet")
