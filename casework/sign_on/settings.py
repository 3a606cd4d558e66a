"""What the section ``[oidc]`` of the configuration means, and whether it can be meant."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from casework.notices.addresses import Allowed
from casework.people.roles import ROLES, UserRole
from drafting.errors import UserError
from storage.configuration import Configuration, Oidc

_ANYWHERE = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
"""The administrator names the provider himself, and it stands within the office as a rule."""
_SECRET_MAX_CHARS = 1000


def check(configuration: Configuration, data_folder: Path) -> None:
    """Raise :class:`UserError` where the sign-on is configured and cannot work as written."""
    chosen = configuration.oidc
    if not chosen.issuer:
        return
    if not is_safe(chosen.issuer):
        raise UserError("配置“oidc.issuer”须以 https:// 开头（平台就在本机的可以用 http://）。")
    if not chosen.client_id:
        raise UserError("配置“oidc.client_id”没有写。")
    if "openid" not in chosen.scopes.split():
        raise UserError("配置“oidc.scopes”里要有 openid。")
    if bool(chosen.role_claim) != bool(chosen.roles):
        raise UserError("配置“oidc.role_claim”和“oidc.roles”要一起写。")
    roles(chosen)
    allowed(chosen)
    secret(chosen, data_folder)
    if chosen.ca_file and not (data_folder / chosen.ca_file).is_file():
        raise UserError(f"读不出“{chosen.ca_file}”（oidc.ca_file）。")


def is_safe(url: str) -> bool:
    """Tell whether what goes to ``url`` can be read by nobody on the way: https, or this machine
    itself."""
    try:
        split = urlsplit(url)
        host, _ = split.hostname or "", split.port
    except ValueError:
        return False
    if not url.isascii() or not url.isprintable() or split.username is not None or not host:
        return False
    return split.scheme == "https" or (split.scheme == "http" and _is_here(host))


def roles(chosen: Oidc) -> Mapping[str, UserRole]:
    """Return which value of the provider's claim is which role. Raises :class:`UserError`."""
    found: dict[str, UserRole] = {}
    for part in parts(chosen.roles):
        value, _, name = (one.strip() for one in part.rpartition("="))
        role = next((one for one in ROLES if one == name), None)
        if not value or role is None:
            known = "、".join(ROLES)
            raise UserError(f"配置“oidc.roles”中的“{part}”应如 tian-clerk=经办；角色有：{known}。")
        found[value] = role
    return found


def allowed(chosen: Oidc) -> list[Allowed]:
    """Return the hosts that may be asked: the issuer's and those that are named besides.

    Raises :class:`UserError` for what is none.
    """
    found = []
    for place in (urlsplit(chosen.issuer).netloc, *parts(chosen.hosts)):
        try:
            split = urlsplit(f"//{place}")
            host, port = split.hostname or "", split.port or 0
        except ValueError:
            host, port = "", 0
        if not host or split.path or split.query or split.username or not host.isascii():
            raise UserError(f"配置“oidc.hosts”中的“{place}”不像主机名。")
        found.append(Allowed(host, port, _ANYWHERE))
    return found


def secret(chosen: Oidc, data_folder: Path) -> str:
    """Return the client's secret, "" where it has none. Raises :class:`UserError`."""
    if not chosen.secret_file:
        return ""
    path = data_folder / chosen.secret_file
    try:
        found = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不出“{chosen.secret_file}”（oidc.secret_file）。") from error
    if not found or len(found) > _SECRET_MAX_CHARS or not found.isprintable():
        raise UserError(f"“{chosen.secret_file}”（oidc.secret_file）里不是一行密钥。")
    return found


def parts(text: str) -> list[str]:
    """Return what a text of the configuration lists by semicolons."""
    found = (one.strip() for one in text.replace("；", ";").replace("\n", ";").split(";"))
    return [one for one in found if one]


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
