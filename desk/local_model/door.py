"""The one door to the local model: who is asked, over which address, within which limits.

The address is on loopback or a private network, or on the administrator's list; the name is
resolved once and the connection made to the very address that was compared, so that a name which is
pointed elsewhere meanwhile reaches nothing. No redirect is followed, no proxy of the environment
used, certificates are checked. Why httpx: ``docs/decisions/local-model.md``.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casework.notices.addresses import Resolver, Target, allowed_hosts, resolved, within
from drafting.errors import UserError
from storage.configuration import Model

if TYPE_CHECKING:
    import httpx

ANSWER_MAX_BYTES = 2 * 1024 * 1024
"""Of the stream as it comes; a sentence of the model is a small part of it."""

KEY = "model.allowed"
"""What the list of further hosts is called in the configuration."""

_CONNECT_SECONDS = 5.0
_KEY_MAX = 4_000
_AGAIN_MOST = 10.0
_TRIES = 3
_BUSY = (429, 503)
_LINE_MAX = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a question: the model's own name, whether it came to its end, seconds."""

    model: str = ""
    finished: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Door:
    """A model that may be asked; ``folder`` is the data folder, for the files it names."""

    chosen: Model
    folder: Path
    resolver: Resolver = resolved

    def ask(
        self,
        messages: list[dict[str, str]],
        heard: Callable[[str], bool],
        *,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Answered:
        """Send ``messages``; give ``heard`` the words as they come until it returns ``False``.

        Raises :class:`UserError` that says in a line why there is no answer, or no more of it.
        """
        began = time.monotonic()
        body: dict[str, object] = {
            "model": self.chosen.name or self.first_model(),
            "messages": messages,
            "stream": True,
            "temperature": 0,
            "max_tokens": self.chosen.tokens,
        }
        listener = _Listener(heard, cancelled, began + self.chosen.timeout)
        for attempt in range(_TRIES):
            wait = self._asked("/chat/completions", body, listener)
            if wait is None:
                break
            if attempt + 1 == _TRIES or time.monotonic() + wait > listener.until:
                raise UserError("模型服务忙，请过一会儿再试。")
            _wait(wait, listener)
        return Answered(
            listener.model or str(body["model"]), listener.finished, time.monotonic() - began
        )

    def first_model(self) -> str:
        """Return the name of the first model that the service offers. Raises as :meth:`ask`."""
        found = self._got("/models")
        listed = found.get("data") if isinstance(found, dict) else None
        names = [one.get("id") for one in listed or () if isinstance(one, dict)]
        name = next((one for one in names if isinstance(one, str) and one), "")
        if not name:
            raise UserError("模型服务没有列出模型，请在配置 model.name 里写明。")
        return name

    def target(self) -> Target:
        """Return where the questions go. Raises :class:`UserError` where they may not."""
        allowed = allowed_hosts(self.chosen.allowed, KEY)
        return within(self.chosen.url, allowed, self.resolver, key=KEY)

    def _asked(self, path: str, body: Mapping[str, object], listener: _Listener) -> float | None:
        """Ask once; return for how many seconds the service wants to be left alone, if it does."""
        with self._answer("POST", path, body) as answer:
            if answer.status_code in _BUSY:
                return _retry_after(answer.headers.get("retry-after", ""))
            _check_status(answer)
            kind = answer.headers.get("content-type", "").partition(";")[0].strip()
            if kind == "application/json":
                listener.whole(_read(answer))
            else:
                listener.stream(answer)
        return None

    def _got(self, path: str) -> object:
        with self._answer("GET", path) as answer:
            _check_status(answer)
            return _json(_read(answer))

    @contextmanager
    def _answer(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> Iterator[httpx.Response]:
        """Yield the answer of the address that was compared, asked under the name of its host."""
        import httpx  # only who has a model pays for it

        found = self.target()
        with (
            _told(),
            httpx.Client(
                timeout=httpx.Timeout(self.chosen.silence, connect=_CONNECT_SECONDS),
                follow_redirects=False,
                trust_env=False,
                verify=self._context() if found.scheme == "https" else False,
            ) as client,
        ):
            address = f"[{found.address}]" if ":" in found.address else found.address
            with client.stream(
                method,
                f"{found.scheme}://{address}:{found.port}{found.path.rstrip('/')}{path}",
                json=body,
                headers=self._headers(found),
                extensions={"sni_hostname": found.host},
            ) as answer:
                yield answer

    def _headers(self, found: Target) -> dict[str, str]:
        named = f"[{found.host}]" if ":" in found.host else found.host
        headers = {"Host": f"{named}:{found.port}", "User-Agent": "reply-drafting-assistant"}
        secret = self._key()
        return {**headers, "Authorization": f"Bearer {secret}"} if secret else headers

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.chosen.ca_file:
            try:
                context.load_verify_locations(self.folder / self.chosen.ca_file)
            except OSError as error:
                raise UserError(
                    f"读不出 CA 证书文件“{self.chosen.ca_file}”（model.ca_file）。"
                ) from error
        return context

    def _key(self) -> str:
        if not self.chosen.key_file:
            return ""
        try:
            text = (self.folder / self.chosen.key_file).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(
                f"读不出密钥文件“{self.chosen.key_file}”（model.key_file）。"
            ) from error
        secret = text.strip()
        if not secret.isascii() or not secret.isprintable() or len(secret) > _KEY_MAX:
            raise UserError("密钥文件里不是一行密钥（model.key_file）。")
        return secret


@dataclass(slots=True)
class _Listener:
    """Takes the words out of an answer, whole or streamed, and hands them on."""

    heard: Callable[[str], bool]
    cancelled: Callable[[], bool]
    until: float
    model: str = ""
    finished: bool = False

    def whole(self, data: bytes) -> None:
        value = _json(data)
        self._take(value, "message")

    def stream(self, answer: httpx.Response) -> None:
        """Read server-sent events; what is no event of the form is passed over."""
        for line in _lines(answer):
            self.check()
            said = line.removeprefix("data:").strip()
            if not line.startswith("data:") or not said:
                continue
            if said == "[DONE]":
                self.finished = True
                return
            if not self._take(_json(said.encode()), "delta"):
                return

    def check(self) -> None:
        """Raise :class:`UserError` where the time is over or the clerk has stopped it."""
        if self.cancelled():
            raise UserError("已停止。")
        if time.monotonic() > self.until:
            raise UserError("到了时限，模型还没有写完；已写的照常列出。")

    def _take(self, value: object, where: str) -> bool:
        """Hand on the words of one part; return whether more is wanted."""
        if not isinstance(value, dict):
            raise UserError("模型服务的应答不是所约定的格式。")
        if "error" in value and not value.get("choices"):
            raise UserError("模型服务中途报错，没有写完。")
        if isinstance(name := value.get("model"), str):
            self.model = name[:200]
        choices = value.get("choices")
        first = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(first, dict):
            return True
        said = first.get(where)
        words = said.get("content") if isinstance(said, dict) else None
        self.finished = self.finished or first.get("finish_reason") == "stop"
        return self.heard(words) if isinstance(words, str) and words else True


@contextmanager
def _told() -> Iterator[None]:
    """Have what goes wrong on the way said in a line. Raises :class:`UserError`."""
    import httpx  # only who has a model pays for it

    try:
        yield
    except httpx.TimeoutException as error:
        raise UserError("模型服务没有及时应答。") from error
    except httpx.ConnectError as error:
        mistrusted = isinstance(_root(error), ssl.SSLCertVerificationError)
        raise UserError(
            "模型服务的证书不可信。" if mistrusted else "连不上模型服务，请管理员检查。"
        ) from error
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
        raise UserError("模型服务中途断开，没有写完。") from error


def _root(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error


def _check_status(answer: httpx.Response) -> None:
    status = answer.status_code
    if 300 <= status < 400:
        raise UserError(f"模型服务要转到别处（{status}），没有跟随。")
    if status in (401, 403):
        raise UserError("模型服务不认密钥，请管理员检查（model.key_file）。")
    if status == 404:
        raise UserError("模型服务没有这个地址或模型，请管理员检查（model.url、model.name）。")
    if status in (400, 413, 422):
        raise UserError("模型服务不收这次的材料，可能超过了它的长度（model.window）。")
    if not 200 <= status < 300:
        raise UserError(f"模型服务出错（{status}），请过一会儿再试。")


def _lines(answer: httpx.Response) -> Iterator[str]:
    """Yield the lines of a stream that is not too long. Raises :class:`UserError`."""
    left, taken = b"", 0
    for part in answer.iter_bytes():
        taken += len(part)
        *lines, left = (left + part).split(b"\n")
        yield from (line.decode("utf-8", "replace").rstrip("\r") for line in lines)
        if taken > ANSWER_MAX_BYTES or len(left) > _LINE_MAX:
            raise UserError("模型服务的应答过长，后面的没有看。")
    if left:
        yield left.decode("utf-8", "replace")


def _read(answer: httpx.Response) -> bytes:
    data = b""
    for part in answer.iter_bytes():
        data += part
        if len(data) > ANSWER_MAX_BYTES:
            raise UserError("模型服务的应答过长，没有采用。")
    return data


def _json(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UserError("模型服务的应答不是所约定的格式。") from error


def _retry_after(said: str) -> float:
    return min(float(said), _AGAIN_MOST) if said.isascii() and said.isdigit() else 1.0


def _wait(seconds: float, listener: _Listener) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        listener.check()
        time.sleep(min(0.2, max(until - time.monotonic(), 0)))
