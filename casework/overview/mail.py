"""The digest of the day by mail: to each recipient once a day, by the office's own mail server.

A mail names matters and dates, never what stands in their papers: it leaves the office.
"""

from __future__ import annotations

import datetime as dt
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from pathlib import Path

from casework.nouns import Person
from casework.overview.digest import digest, written
from casework.overview.waiting import ProfileLoader
from casework.store import Casework
from drafting.errors import UserError
from storage import transaction
from storage.configuration import Mail
from storage.engine import Connection
from storage.moments import utc_now

TIMEOUT_SECONDS = 20
WHOLE_OFFICE = Person("（全单位）", "", dt.datetime.min, roles=frozenset({"督办"}))
"""Sees all matters, as 督办 does; nothing waits for it."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a digest goes; ``name`` is an account's, or empty for the whole office's digest."""

    name: str
    address: str


def recipients(mail: Mail) -> list[Recipient]:
    """Return the recipients of the configuration. Raises :class:`UserError` for a bad address."""
    found = []
    for part in mail.recipients.replace("；", ";").replace("\n", ";").split(";"):
        name, _, address = part.strip().rpartition("=")
        if address.strip():
            found.append(Recipient(name.strip(), _checked(address.strip(), "mail.recipients")))
    return found


def send_digests(
    casework: Casework, mail: Mail, load: ProfileLoader, data_folder: Path, today: dt.date
) -> tuple[int, list[str]]:
    """Send each recipient the digest of ``today`` that has not been sent yet.

    Returns how many were sent, and to whom it failed. An empty digest is not sent. Raises
    :class:`UserError` where the configuration is wrong or the server does not answer.
    """
    letters = list(_letters(casework, mail, load, today))
    if not letters:
        return 0, []
    failed = []
    with _server(mail, data_folder) as server:
        for one, letter in letters:
            try:
                server.send_message(letter)
            except (smtplib.SMTPException, OSError) as error:
                failed.append(f"{one.address}：{_said(error)}")
                continue
            _note(casework, today, one)
    return len(letters) - len(failed), failed


def letters_due(casework: Casework, mail: Mail, load: ProfileLoader, today: dt.date) -> bool:
    """Whether anybody is to get a digest of ``today`` who has not. Raises :class:`UserError` where
    the configuration is wrong."""
    return any(True for _ in _letters(casework, mail, load, today))


def _letters(
    casework: Casework, mail: Mail, load: ProfileLoader, today: dt.date
) -> Iterator[tuple[Recipient, EmailMessage]]:
    for one in recipients(mail):
        if not _was_sent(casework.db, today, one):
            letter = _letter(casework, mail, load, one, today)
            if letter is not None:
                yield one, letter


def _letter(
    casework: Casework, mail: Mail, load: ProfileLoader, one: Recipient, today: dt.date
) -> EmailMessage | None:
    person = casework.people.one(one.name) if one.name else WHOLE_OFFICE
    if person is None or not person.active:
        return None
    found = digest(casework, person, today, load)
    if found.is_empty:
        return None
    letter = EmailMessage()
    letter["Subject"] = f"提案办理提醒 {today:%Y-%m-%d}"
    letter["From"] = Address("提案答复助手", addr_spec=_checked(mail.sender, "mail.sender"))
    letter["To"] = Address(addr_spec=one.address)
    letter["Date"] = localtime()
    letter["Message-ID"] = make_msgid(domain=mail.sender.rpartition("@")[2])
    letter.set_content(written(found))
    return letter


@contextmanager
def _server(mail: Mail, data_folder: Path) -> Iterator[smtplib.SMTP]:
    context = _context(mail, data_folder)
    try:
        if mail.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                mail.host, mail.port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT_SECONDS)
    except (smtplib.SMTPException, OSError) as error:
        raise UserError(f"连不上邮件服务器 {mail.host}:{mail.port}：{_said(error)}") from error
    with server:
        # Never on in the clear where encryption was asked for: whoever sits between would only
        # have to take the offer out of the server's greeting.
        if mail.security == "starttls":
            try:
                server.starttls(context=context)
            except (smtplib.SMTPException, OSError) as error:
                raise UserError(
                    f"与邮件服务器 {mail.host} 加密不成（STARTTLS），没有发：{_said(error)}"
                ) from error
        try:
            if mail.user:
                server.login(mail.user, _password(mail, data_folder))
        except (smtplib.SMTPException, OSError) as error:
            raise UserError(f"邮件服务器不接受登录：{_said(error)}") from error
        yield server


def _context(mail: Mail, data_folder: Path) -> ssl.SSLContext:
    """Return how the server's certificate is judged: by the system's authorities and the own."""
    context = ssl.create_default_context()
    if mail.ca_file:
        try:
            context.load_verify_locations(data_folder / mail.ca_file)
        except OSError as error:
            raise UserError(f"读不出 CA 证书文件“{mail.ca_file}”（mail.ca_file）。") from error
    return context


def _password(mail: Mail, data_folder: Path) -> str:
    path = data_folder / mail.password_file
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不出邮件密码文件“{mail.password_file}”。") from error


def _checked(address: str, key: str) -> str:
    local, _, domain = address.partition("@")
    if not local or "." not in domain or not address.isascii() or set(address) & set(" <>,\r\n"):
        raise UserError(f"配置“{key}”中的“{address}”不像邮件地址。")
    return address


def _was_sent(db: Connection, day: dt.date, one: Recipient) -> bool:
    row = db.execute(
        "SELECT 1 FROM digests WHERE day = ? AND recipient = ?", (day.isoformat(), one.address)
    ).fetchone()
    return row is not None


def _note(casework: Casework, day: dt.date, one: Recipient) -> None:
    now = utc_now()
    with transaction(casework.db):
        casework.db.execute(
            "INSERT INTO digests (day, recipient, sent) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (day.isoformat(), one.address, now),
        )
        casework.log("发提醒邮件", one.address, detail=one.name or "全单位")


def _said(error: Exception) -> str:
    """What went wrong with a server, in one short line."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {words}"[:200]
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "服务器不支持。请核对配置 mail.security。"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"证书不可信（{error.verify_message}）。请核对配置 mail.host、mail.ca_file。"
    if isinstance(error, ssl.SSLError):
        return "对方不是以加密应答。请核对配置 mail.security、mail.port。"
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error))[:200]
