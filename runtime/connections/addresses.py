"""Which network addresses may be called: public ones, and those private networks that the operator has opened."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_WRAPS_IPV4 = (ip_network("64:ff9b::/96"), ip_network("::/96"))
"""IPv6 networks whose last 32 bits are an IPv4 address that is reached through them (RFC 6052, RFC 4291 §2.5.5.1)."""

_NEVER = (ip_network("64:ff9b:1::/48"), ip_network("fec0::/10"))
"""Count as global, but lead to private addresses (RFC 8215) or are private themselves (RFC 3879)."""


def networks_of(text: str) -> tuple[Network, ...]:
    """The networks of a list such as `10.1.0.0/16, 192.168.5.7`; raises ValueError."""
    return tuple(ip_network(part) for part in text.replace(",", " ").split())


def is_allowed(written: str, opened: Iterable[Network] = ()) -> bool:
    """Whether a numeric address may be called."""
    address = ip_address(written.partition("%")[0])
    reached = list(_reached(address))
    if all(any(address.version == net.version and address in net for net in opened) for address in reached):
        return True
    return all(one.is_global and not one.is_multicast and not one.is_reserved and not _is_never(one) for one in reached)


def _is_never(address: Address) -> bool:
    return any(address.version == net.version and address in net for net in _NEVER)


def _reached(address: Address) -> Iterator[Address]:
    """The addresses that are reached by one: those wrapped in it, else itself."""
    wrapped = list(_wrapped(address)) if isinstance(address, IPv6Address) else []
    yield from wrapped or [address]


def _wrapped(address: IPv6Address) -> Iterator[Address]:
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if int(address) > 1 and any(address in net for net in _WRAPS_IPV4):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
