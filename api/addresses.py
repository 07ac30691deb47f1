"""This machine's names and addresses: what a certificate must name, and what a camera elsewhere can reach."""

import fcntl
import ipaddress
import socket
import struct
from pathlib import Path

_SIOCGIFADDR = 0x8915
_IPV6_ADDRESSES = Path("/proc/net/if_inet6")
# From a block that is reserved for documentation: choosing a route to it sends nothing.
_ELSEWHERE = ("192.0.2.1", 9)

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_loopback(host: str) -> bool:
    """Whether listening on `host` lets in nothing but this machine. An empty host listens everywhere."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_names() -> list[str]:
    """What this machine is called, also by its neighbours."""
    name = socket.gethostname().strip().lower().rstrip(".")
    short = name.partition(".")[0]
    return sorted({name, short, f"{short}.local"} - {"", ".local"})


def own_addresses() -> list[IpAddress]:
    """Every address of this machine but those of its links alone."""
    found: set[IpAddress] = {ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, interface in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(probe, _SIOCGIFADDR, struct.pack("256s", interface.encode()[:15]))
            except OSError:
                continue  # an interface without an IPv4 address
            found.add(ipaddress.IPv4Address(answer[20:24]))
    try:
        lines = _IPV6_ADDRESSES.read_text(encoding="ascii").split("\n")
    except OSError:
        lines = []
    found |= {ipaddress.IPv6Address(bytes.fromhex(line[:32])) for line in lines if line}
    return sorted((address for address in found if not address.is_link_local), key=lambda each: (each.version, each))


def reachable_address() -> IpAddress | None:
    """The address under which the machines of the local network know this one; None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError:
            return None
        address = ipaddress.ip_address(probe.getsockname()[0])
    return None if address.is_loopback or address.is_unspecified else address
