"""Where a message may go: only to hosts on the administrator's list, at addresses that fit it.

The name is resolved once, every address it has is compared with the list, and the connection is
made to the very address that was compared: a name that is pointed elsewhere in between (DNS
rebinding) reaches nothing. What the list says without a network is a host on the internet; a host
within the office is named with its network, so that no public name can lead into the office.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from drafting.errors import UserError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host; raises OSError where there are none."""

KEY = "notices.allowed"
_PORTS = {"https": 443, "http": 80}
# This machine, and what RFC 1918 and RFC 4193 set aside for networks of one's own.
_OF_AN_OFFICE = tuple(
    ipaddress.ip_network(one)
    for one in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("::1/128", "fc00::/7"),
    )
)
# What the internet has of IPv6. Outside it stand what leads to an address written within (NAT64,
# the IPv4-compatible and IPv4-translated forms) and the site-local ones of before RFC 4193.
_UNICAST = ipaddress.ip_network("2000::/3")
# Within it those that lead on (Teredo, 6to4), and what is set aside though Python does not say so.
_LEADING_ON = tuple(
    ipaddress.ip_network(one)
    for one in ("2001::/32", "2002::/16", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24")
)
_ISATAP = (0x00005EFE, 0x02005EFE)
_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")


@dataclass(frozen=True, slots=True)
class Allowed:
    """A host of the list; ``port`` 0 is that of the scheme, ``networks`` where it must stand."""

    host: str
    port: int = 0
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """What inside may be reached: networks, and hosts wherever in the office's networks they are.

    This machine, and link-local addresses, are reached only where a network says so.
    """

    key: str
    hosts: tuple[Allowed, ...] = ()
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was found fitting: where to connect, and what to ask for there."""

    scheme: str
    host: str
    port: int
    address: str
    path: str


def allowed_hosts(text: str, key: str = KEY) -> list[Allowed]:
    """Return the list that the configuration writes as ``host[:port][=network]``, by semicolons.

    ``key`` is where it stands. Raises :class:`UserError` for what is none.
    """
    parts = text.replace("；", ";").replace("\n", ";").split(";")
    return [_allowed(part.strip(), key) for part in parts if part.strip()]


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of ``host`` as this machine finds them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def target(url: str, allowed: Sequence[Allowed], resolver: Resolver = resolved) -> Target:
    """Return where ``url`` leads. Raises :class:`UserError` where nothing may be sent there."""
    scheme, host, port, path = _parts(url)
    entries = [one for one in allowed if one.host == host and port == (one.port or _PORTS[scheme])]
    if not entries:
        raise UserError(f"“{host}:{port}”不在允许的主机之列（{KEY}），没有发。")
    found = _addresses(host, port, resolver)
    for one in found:
        _check(one, host, scheme, entries)
    return Target(scheme, host, port, str(found[0]), path)


def within(
    url: str, allowed: Sequence[Allowed], resolver: Resolver = resolved, *, key: str
) -> Target:
    """Return where ``url`` leads: on this machine, in the office's networks, or to a host of the
    list, which ``key`` names. Raises :class:`UserError` where nothing may be sent there."""
    scheme, host, port, path = _parts(url)
    entries = [one for one in allowed if one.host == host and port == (one.port or _PORTS[scheme])]
    found = _addresses(host, port, resolver)
    outside = [one for one in found if not any(one in net for net in _OF_AN_OFFICE)]
    if outside and not entries:
        raise UserError(f"“{host}”的地址 {outside[0]} 不在本机或内网，也不在 {key} 里，没有发。")
    for one in outside:
        networks = [network for entry in entries for network in entry.networks]
        if networks and not any(one in network for network in networks):
            raise UserError(f"主机“{host}”的地址 {one} 不在它的网段里（{key}），没有发。")
        if scheme == "http":
            raise UserError(f"“{host}”不在本机或内网，须用 https。没有发。")
    return Target(scheme, host, port, str(found[0]), path)


def opened(text: str, key: str) -> Opened:
    """Return the list that the configuration writes as networks, addresses and ``host[:port]``, by
    commas. Raises :class:`UserError` for what is none."""
    hosts, networks = list[Allowed](), list[Network]()
    for part in (one.strip() for one in re.split(r"[,，;；、\s]+", text) if one.strip()):
        try:
            networks.append(ipaddress.ip_network(part))
            continue
        except ValueError as error:
            if "/" in part or _odd(part):
                raise UserError(
                    f"配置“{key}”中的“{part}”不是网段或主机，应如 10.1.2.0/24, oa.example.gov.cn。"
                ) from error
        hosts.append(_allowed(part, key))
    return Opened(key, tuple(hosts), tuple(networks))


def outward(url: str, inside: Opened, resolver: Resolver = resolved) -> Target:
    """Return where ``url`` leads: outside by https, inside only where it was opened.

    Raises :class:`UserError` where nothing may be sent there.
    """
    scheme, host, port, path = _parts(url)
    named = _is_named(host, port, scheme, inside)
    found = _addresses(host, port, resolver)
    for one in found:
        known = any(one in network for network in inside.networks)
        office = any(one in net for net in _OF_AN_OFFICE) and not one.is_loopback
        if not (_is_public(one) or known or (named and office)):
            raise UserError(
                f"“{host}”的地址 {one} 在内部；确要发到那里的，请服务器管理员把主机或网段写进"
                f"配置 {inside.key}。没有发。"
            )
        if scheme == "http" and not (known or named):
            raise UserError(f"“{host}”不在配置 {inside.key} 里，须用 https。没有发。")
    return Target(scheme, host, port, str(found[0]), path)


def check_outward(url: str, inside: Opened) -> None:
    """Raise :class:`UserError` where ``url`` can be seen to be wrong without resolving its host."""
    scheme, host, port, _ = _parts(url)
    if _is_literal(host):
        outward(url, inside, lambda *_: [host])
    elif host == "localhost" or host.endswith(".localhost"):
        outward(url, inside, lambda *_: ["127.0.0.1"])
    elif scheme == "http" and not inside.networks and not _is_named(host, port, scheme, inside):
        raise UserError(f"“{host}”不在配置 {inside.key} 里，须用 https。")


def _is_named(host: str, port: int, scheme: str, inside: Opened) -> bool:
    return any(one.host == host and port == (one.port or _PORTS[scheme]) for one in inside.hosts)


def _addresses(host: str, port: int, resolver: Resolver) -> list[Address]:
    try:
        found = [
            _plain(ipaddress.ip_address(one.partition("%")[0])) for one in resolver(host, port)
        ]
    except (OSError, UnicodeError) as error:
        raise UserError(f"查不到主机“{host}”的地址。") from error
    if not found:
        raise UserError(f"查不到主机“{host}”的地址。")
    return found


def check_url(url: str, allowed: Sequence[Allowed]) -> None:
    """Raise :class:`UserError` where ``url`` can be seen to be wrong without resolving its host."""
    scheme, host, port, _ = _parts(url)
    if not any(one.host == host and port == (one.port or _PORTS[scheme]) for one in allowed):
        raise UserError(f"“{host}:{port}”不在允许的主机之列（{KEY}）。")


def _allowed(part: str, key: str) -> Allowed:
    place, _, networks = part.partition("=")
    try:
        split = urlsplit(f"//{place.strip()}")
        host, port = split.hostname or "", split.port or 0
        nets = tuple(
            ipaddress.ip_network(one.strip()) for one in networks.split(",") if one.strip()
        )
    except ValueError as error:
        raise UserError(
            f"配置“{key}”中的“{part}”写法不对，应如 sms.example.cn:8443=10.8.0.0/16。"
        ) from error
    if not host or split.path or split.query or split.username or not host.isascii():
        raise UserError(f"配置“{key}”中的“{part}”不像主机名。")
    return Allowed(host, port, nets)


def _parts(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and what is asked for. Raises :class:`UserError`."""
    if not url.isascii() or any(one.isspace() or not one.isprintable() for one in url):
        raise UserError("地址里有空格、汉字或不可见的字符，请核对。")
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError as error:
        raise UserError("地址写得不对，请核对。") from error
    if port == 0:
        raise UserError("地址里的端口写得不对，请核对。")
    if split.scheme not in _PORTS or not split.hostname:
        raise UserError("地址应以 https:// 开头（本机和内网可以用 http://）。")
    if split.username is not None or "@" in split.netloc or split.fragment:
        raise UserError("地址里不能有用户名或 #。")
    if not _HOST.fullmatch(split.hostname) or _odd(split.hostname):
        raise UserError("地址里的主机名写得不对，请核对。")
    path = (split.path or "/") + (f"?{split.query}" if split.query else "")
    return split.scheme, split.hostname.rstrip("."), port or _PORTS[split.scheme], path


def _odd(host: str) -> bool:
    """Whether it is an address in a notation of its own: decimal, octal, hexadecimal, short."""
    last = host.rstrip(".").rpartition(".")[2]
    return bool(_NUMBER.fullmatch(last)) and not _is_literal(host.rstrip("."))


def _check(one: Address, host: str, scheme: str, entries: Sequence[Allowed]) -> None:
    inside = one.is_loopback or (one.is_private and not one.is_link_local)
    named = [network for entry in entries for network in entry.networks]
    if named:
        if not any(one in network for network in named):
            raise UserError(f"主机“{host}”的地址 {one} 不在它的网段里（{KEY}），没有发。")
    elif not _is_literal(host) and not _is_public(one):
        raise UserError(
            f"主机“{host}”指向了内网地址 {one}；确是内网主机的，请在 {KEY} 里写明网段。没有发。"
        )
    if scheme == "http" and not inside:
        raise UserError(f"“{host}”不在本机或内网，须用 https。没有发。")


def _is_public(one: Address) -> bool:
    if any(one.version == net.version and one in net for net in _LEADING_ON):
        return False
    if isinstance(one, ipaddress.IPv6Address) and (one not in _UNICAST or _is_isatap(one)):
        return False
    return one.is_global and not one.is_multicast


def _is_isatap(one: ipaddress.IPv6Address) -> bool:
    """Whether an address of the site is written behind the prefix (RFC 5214)."""
    return (int(one) >> 32) & 0xFFFFFFFF in _ISATAP


def _is_literal(host: str) -> bool:
    """Whether the list names the address itself."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _plain(one: Address) -> Address:
    """Return the IPv4 address that is written as an IPv6 one."""
    mapped = one.ipv4_mapped if isinstance(one, ipaddress.IPv6Address) else None
    return mapped or one
