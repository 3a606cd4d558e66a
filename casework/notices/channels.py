"""The channels of the configuration: who is reached by which, and whether one can work at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from casework.notices.addresses import allowed_hosts, check_url
from casework.notices.messages import FORMS, Secrets
from drafting.errors import UserError
from storage.configuration import Channel, Configuration

EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class Contacts:
    """Who is reached by a channel: contacts by name; ``everybody``: whoever has an account."""

    named: dict[str, str]
    everybody: bool = False

    def of(self, person: str) -> str | None:
        """Return how ``person`` is reached ("" by name alone), ``None`` for not at all."""
        return self.named.get(person, "" if self.everybody else None)


def contacts(channel: Channel) -> Contacts:
    """Return whom the configuration names. Raises :class:`UserError` for what cannot be meant."""
    named, everybody = {}, False
    for part in channel.people.replace("；", ";").replace("\n", ";").split(";"):
        name, _, contact = (one.strip() for one in part.partition("="))
        if name == EVERYBODY:
            everybody = True
        elif name:
            named[name] = _checked(channel, name, contact)
    if channel.form == "sms" and everybody:
        raise UserError(f"{_key(channel, 'people')}：短信要写明各人的手机号，不能用 *。")
    return Contacts(named, everybody)


def reaches(channel: Channel, person: str) -> bool:
    """Tell whether ``person`` is reached; nobody is by a channel that cannot be read."""
    try:
        return contacts(channel).of(person) is not None
    except UserError:
        return False


def names(channel: Channel) -> list[str]:
    """Return whom the channel names, nobody where that cannot be read."""
    try:
        return list(contacts(channel).named)
    except UserError:
        return []


def check(configuration: Configuration) -> None:
    """Raise :class:`UserError` where the configuration's list of hosts, or whom a channel reaches,
    cannot be read: the service does not start with what it would only half understand."""
    allowed_hosts(configuration.notices.allowed)
    for channel in configuration.channels:
        contacts(channel)


def secrets_of(channel: Channel, data_folder: Path) -> Secrets:
    """Return what stands in the channel's files. Raises :class:`UserError`."""
    return Secrets(
        _read(channel, "secret_file", data_folder), _read(channel, "token_file", data_folder)
    )


def fault(channel: Channel, configuration: Configuration, data_folder: Path) -> str:
    """Return why the channel cannot work, "" where nothing speaks against it; nothing is sent."""
    try:
        if not channel.url:
            return "没有写地址（url）。"
        check_url(_shown(channel.url), allowed_hosts(configuration.notices.allowed))
        secrets_of(channel, data_folder)
        found = contacts(channel)
    except UserError as error:
        return error.message
    if not found.named and not found.everybody:
        return f"{_key(channel, 'people')}：没有写发给谁。"
    return ""


def channel_of(channels: Sequence[Channel], name: str) -> Channel | None:
    """Return the channel of that name."""
    return next((one for one in channels if one.name == name), None)


def form_name(channel: Channel) -> str:
    """Return what the channel's form is called."""
    return FORMS[channel.form].name


def _shown(url: str) -> str:
    """The address with its places filled by something, as far as its host goes."""
    for name in ("{token}", "{to}", "{text}", "{id}"):
        url = url.replace(name, "0")
    return url


def _checked(channel: Channel, name: str, contact: str) -> str:
    if channel.form == "sms" and not contact:
        raise UserError(f"{_key(channel, 'people')}：“{name}”没有写手机号。")
    if not all(one.isascii() and (one.isalnum() or one in "+-_.@") for one in contact):
        raise UserError(f"{_key(channel, 'people')}：“{name}”等号后不像手机号或账号。")
    return contact


def _read(channel: Channel, key: str, data_folder: Path) -> str:
    name: str = getattr(channel, key)
    if not name:
        return ""
    try:
        return (data_folder / name).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不出“{name}”（{_key(channel, key)}）。") from error


def _key(channel: Channel, key: str) -> str:
    return f"channels.{channel.name}.{key}"
