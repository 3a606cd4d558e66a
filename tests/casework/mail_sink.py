"""A mail server on this machine that keeps what it gets; the standard library alone."""

from __future__ import annotations

import email
import socketserver
import ssl
from email.message import EmailMessage
from email.policy import default


class Sink(socketserver.ThreadingTCPServer):
    """Keeps mails and logins, and refuses ``refused`` recipients.

    With ``context`` it speaks TLS: from the start where ``at_once``, else after STARTTLS.
    ``lies``: it says yes to STARTTLS and goes on in the clear, as somebody in between might.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, context: ssl.SSLContext | None = None, *, at_once: bool = False, lies: bool = False
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.context, self.at_once, self.lies = context, at_once, lies
        self.mails: list[EmailMessage] = []
        self.logins: list[str] = []
        self.encrypted: list[bool] = []
        self.refused = ""

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    server: Sink

    def setup(self) -> None:
        if self.server.context and self.server.at_once:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        self._say("220 sink")
        while raw := self.rfile.readline():
            line = raw.decode("latin-1").strip()
            verb = line[:8].upper().split(" ")[0]
            if verb == "QUIT":
                self._say("221 bye")
                return
            if verb == "EHLO":
                offer = "250-STARTTLS\r\n" if self._offers() else ""
                self._say(f"250-sink\r\n{offer}250 AUTH PLAIN")
            elif verb == "STARTTLS":
                self._encrypt()
            elif verb == "AUTH":
                self.server.logins.append(line)
                self._say("235 ok")
            elif verb == "RCPT" and self.server.refused and self.server.refused in line:
                self._say("550 no such person")
            elif verb == "DATA":
                self._data()
            else:
                self._say("250 ok")

    def _offers(self) -> bool:
        return self.server.lies or bool(self.server.context and not self._is_encrypted())

    def _is_encrypted(self) -> bool:
        return isinstance(self.request, ssl.SSLSocket)

    def _encrypt(self) -> None:
        self._say("220 go on")
        if self.server.lies:
            return
        assert self.server.context is not None
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def _data(self) -> None:
        self._say("354 go on")
        lines = []
        while (raw := self.rfile.readline()) and raw != b".\r\n":
            lines.append(raw.removeprefix(b".") if raw.startswith(b"..") else raw)
        mail = email.message_from_bytes(b"".join(lines), policy=default)
        self.server.mails.append(mail)  # type: ignore[arg-type]
        self.server.encrypted.append(self._is_encrypted())
        self._say("250 kept")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode("ascii"))
