"""The one door to the local model: who is asked, over which address, within which limits.

The address is on loopback or a private network, or on the administrator's list; the name is
resolved once and the connection made to the very address that was compared, so that a name which is
pointed elsewhere meanwhile reaches nothing. No redirect is followed, no proxy of the environment
used, certificates are checked. Why httpx: ``docs/decisions/local-model.md``.
"""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from casework.notices.addresses import Resolver, Target, allowed_hosts, resolved, within
from drafting.answering.local_model.heard import cleaned
from drafting.errors import UserError
from storage.configuration import Model

if TYPE_CHECKING:
    import httpx

ANSWER_MAX_BYTES = 2 * 1024 * 1024
"""Of the stream as it comes; a sentence of the model is a small part of it."""

KEY = "model.allowed"
"""What the list of further hosts is called in the configuration."""

_Result = TypeVar("_Result")


class TooLong(UserError):
    """The service does not take a question of that length."""


_CONNECT_SECONDS = 5.0
_LOOK_SECONDS = 0.2
_KEY_MAX = 4_000
_AGAIN_MOST = 10.0
_TRIES = 3
_BUSY = (429, 503)
_LINE_MAX = 256 * 1024
_TOO_LONG = "模型服务的应答过长，后面的没有看。"
_SLOW = "模型服务没有及时应答。"
_NO_FORM = "模型服务的应答不是所约定的格式。"
_LINE_ENDS = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a question: the model's own name, whether it came to its end, seconds;
    ``said`` tells why it did not, "" where it did."""

    model: str = ""
    finished: bool = False
    seconds: float = 0.0
    said: str = ""


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
        listener = _Listener(heard, cancelled, self.chosen.silence, began + self.chosen.timeout)
        for attempt in range(_TRIES):
            wait = self._asked("/chat/completions", body, listener)
            if wait is None:
                break
            left = listener.until - time.monotonic()
            if attempt + 1 == _TRIES or wait > min(left, _AGAIN_MOST):
                raise UserError("模型服务忙，请过一会儿再试。")
            _wait(wait, listener)
        return Answered(
            listener.model or cleaned(str(body["model"])),
            listener.finished,
            time.monotonic() - began,
            listener.said,
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
        found = self.target()

        async def ask() -> float | None:
            async with self._answer(found, "POST", path, body) as answer:
                if answer.status_code in _BUSY:
                    return _retry_after(answer.headers.get("retry-after", ""))
                _check_answer(answer)
                await listener.hear(answer)
            return None

        listener.begin()
        return _run(ask(), listener.check)

    def _got(self, path: str) -> object:
        found = self.target()

        async def get() -> object:
            async with self._answer(found, "GET", path) as answer:
                _check_answer(answer)
                return _json(b"".join([part async for part in _parts(answer)]))

        until = time.monotonic() + self.chosen.silence

        def check() -> None:
            if time.monotonic() > until:
                raise UserError(_SLOW)

        return _run(get(), check)

    @asynccontextmanager
    async def _answer(
        self, found: Target, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """Yield the answer of the address that was compared, asked under the name of its host."""
        import httpx  # only who has a model pays for it

        # Who is asked not to compress and does is not read: a small answer may be a huge one.
        async with (
            _told(),
            httpx.AsyncClient(
                timeout=httpx.Timeout(self.chosen.silence, connect=_CONNECT_SECONDS),
                follow_redirects=False,
                trust_env=False,
                verify=self._context() if found.scheme == "https" else False,
            ) as client,
        ):
            address = f"[{found.address}]" if ":" in found.address else found.address
            async with client.stream(
                method,
                f"{found.scheme}://{address}:{found.port}{found.path.rstrip('/')}{path}",
                json=body,
                headers=self._headers(found),
                extensions={"sni_hostname": found.host},
            ) as answer:
                yield answer

    def _headers(self, found: Target) -> dict[str, str]:
        named = f"[{found.host}]" if ":" in found.host else found.host
        headers = {
            "Host": f"{named}:{found.port}",
            "User-Agent": "reply-drafting-assistant",
            "Accept": "text/event-stream, application/json",
            "Accept-Encoding": "identity",
        }
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
    silence: float
    until: float
    model: str = ""
    ending: str = ""
    done: bool = False
    _last: float = field(default_factory=time.monotonic)
    _looked: float = 0.0
    _pending: bytes = b""
    _events: int = 0

    @property
    def finished(self) -> bool:
        """Whether the model came to its own end."""
        return self.ending == "stop" or (self.done and not self.ending)

    @property
    def said(self) -> str:
        """Why the answer is not all that there was to say."""
        if self.finished:
            return ""
        if self.ending == "length":
            return "写到了字数上限（model.tokens），没有写完；已写的照常列出。"
        return "模型没有写完就停了；已写的照常列出。"

    def begin(self) -> None:
        """Count the silence from now."""
        self._last = time.monotonic()

    async def hear(self, answer: httpx.Response) -> None:
        """Read server-sent events, or one whole answer whatever it is called.

        What is no event of the form is passed over. Raises :class:`UserError` where all is.
        """
        whole = b""
        async for line in _lines(answer):
            if self._is_time_to_look():
                self.check()
            if whole or (line[:1] == b"{" and not self._events):
                whole += line  # no stream: one answer, over one line or many
            elif not self._goes_on(line):
                break
        if self._pending:
            raise UserError(_NO_FORM)
        if not self._events and not self.done:
            self._take(_json(whole), "message")

    def _goes_on(self, line: bytes) -> bool:
        """Take a line of a stream; return whether more is wanted."""
        name, _, said = line.partition(b":")
        if name != b"data" or not said.strip():
            if self._pending and not line.strip():
                raise UserError(_NO_FORM)
            return True
        if said.strip() == b"[DONE]":
            self.done = True
            return False
        value = _maybe_json(self._pending + said)
        if value is None:
            self._pending += said
            return True
        self._pending, self._events = b"", self._events + 1
        wanted = self._take(value, "delta")
        if not wanted:
            self.ending = "stop"
        return wanted

    def _is_time_to_look(self) -> bool:
        """Whether it is worth asking again if anybody still wants this; it costs a statement."""
        now = time.monotonic()
        looks = now - self._looked > _LOOK_SECONDS
        self._looked = now if looks else self._looked
        return looks

    def check(self) -> None:
        """Raise :class:`UserError` where the time is over or the clerk has stopped it."""
        if self.cancelled():
            raise UserError("已停止。")
        if time.monotonic() > self.until:
            raise UserError("到了时限，模型还没有写完；已写的照常列出。")
        if time.monotonic() - self._last > self.silence:
            raise UserError(_SLOW)

    def _take(self, value: object, where: str) -> bool:
        """Hand on the words of one part; return whether more is wanted."""
        if not isinstance(value, dict):
            raise UserError(_NO_FORM)
        if ("error" in value or value.get("object") == "error") and not value.get("choices"):
            raise UserError("模型服务中途报错，没有写完。")
        if isinstance(name := value.get("model"), str):
            self.model = cleaned(name)[:200]
        choices = value.get("choices")
        if not isinstance(choices, list):
            if where == "message":
                raise UserError(_NO_FORM)
            return True
        first = choices[0] if choices else None
        if not isinstance(first, dict):
            return True
        self._last = time.monotonic()
        if isinstance(reason := first.get("finish_reason"), str):
            self.ending = reason
        said = first.get(where) or first.get("delta") or first.get("message")
        words = _words_of(said.get("content")) if isinstance(said, dict) else ""
        return self.heard(words) if words else True


def _words_of(content: object) -> str:
    """Return the words of a content: a text, or a list of parts that are."""
    if isinstance(content, str):
        return cleaned(content)
    parts = content if isinstance(content, list) else []
    return "".join(
        cleaned(text)
        for part in parts
        if isinstance(part, dict) and isinstance(text := part.get("text"), str)
    )


def _run(work: Coroutine[None, None, _Result], check: Callable[[], None]) -> _Result:
    """Do ``work`` and return what it gives; it is broken off as soon as ``check`` raises, whatever
    it waits for."""
    import asyncio  # only who has a model pays for it

    async def watched() -> _Result:
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({task}, timeout=_LOOK_SECONDS))[0]:
                check()
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})

    if not _in_a_loop():
        return asyncio.run(watched())
    # Who asks has a loop of his own: beside it there is room for another in another thread only.
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(lambda: asyncio.run(watched())).result()


def _in_a_loop() -> bool:
    import asyncio  # only who has a model pays for it

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@asynccontextmanager
async def _told() -> AsyncIterator[None]:
    """Have what goes wrong on the way said in a line. Raises :class:`UserError`."""
    import httpx  # only who has a model pays for it

    try:
        yield
    except httpx.TimeoutException as error:
        raise UserError(_SLOW) from error
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


def _check_answer(answer: httpx.Response) -> None:
    """Raise :class:`UserError` where the status, or how it is packed, says that nothing follows."""
    status = answer.status_code
    if 300 <= status < 400:
        raise UserError(f"模型服务要转到别处（{status}），没有跟随。")
    if status in (401, 403):
        raise UserError("模型服务不认密钥，请管理员检查（model.key_file）。")
    if status == 404:
        raise UserError("模型服务没有这个地址或模型，请管理员检查（model.url、model.name）。")
    if status in (400, 413, 422):
        raise TooLong("模型服务不收这次的材料，可能超过了它的长度（model.window）。")
    if not 200 <= status < 300:
        raise UserError(f"模型服务出错（{status}），请过一会儿再试。")
    if answer.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise UserError("模型服务的应答经过压缩，没有采用；请管理员在服务一边关掉压缩。")


async def _lines(answer: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the lines of a stream that is not too long. Raises :class:`UserError`."""
    left, first = b"", True
    async for part in _parts(answer):
        left += part
        if first:
            left, first = left.removeprefix(b"\xef\xbb\xbf"), False
        # A line may end with \r\n of which only half has come.
        whole, held = (left[:-1], left[-1:]) if left.endswith(b"\r") else (left, b"")
        *lines, rest = _LINE_ENDS.split(whole)
        left = rest + held
        for line in lines:
            yield line
        if len(left) > _LINE_MAX:
            raise UserError(_TOO_LONG)
    if left:
        yield left


async def _parts(answer: httpx.Response) -> AsyncIterator[bytes]:
    """Yield what comes as it comes. Raises :class:`UserError` for more than is read."""
    taken = 0
    async for part in answer.aiter_raw():
        taken += len(part)
        yield part
        if taken > ANSWER_MAX_BYTES:
            raise UserError(_TOO_LONG)


def _maybe_json(data: bytes) -> object | None:
    """Return the value, ``None`` where it is not whole: an event may have its data in lines."""
    try:
        value: object = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return value


def _json(data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise UserError(_NO_FORM) from error


def _retry_after(said: str) -> float:
    """Return the seconds that a service asks for; a date or nonsense counts as one."""
    return float(said) if said.isascii() and said.isdigit() else 1.0


def _wait(seconds: float, listener: _Listener) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        listener.check()
        time.sleep(min(0.2, max(until - time.monotonic(), 0)))
