"""The provider as a process of this service knows it: what it says of itself and its keys are kept
for a while, and a provider that hangs holds up only a few of those who wait, and not for long.

Kept in memory, a process for itself: each finds the same. Nothing of a login is kept here.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode

from casework.notices.posting import Limits, Request, exchange
from casework.sign_on import metadata, settings
from casework.sign_on.metadata import Metadata, as_object
from casework.sign_on.tokens import Refused
from drafting.errors import UserError
from drafting.programs.resting import at_rest
from storage.configuration import Oidc

if TYPE_CHECKING:
    from joserfc.jwk import Key

KEPT_SECONDS = 3600.0
KEYS_AGAIN_SECONDS = 60.0
"""Keys are not asked for again sooner, whatever names tokens give: who sends tokens with invented
names does not have the provider asked each time."""
REST_SECONDS = 10.0
"""After the provider did not answer, nobody waits for it for so long."""
STEP_SECONDS, TOTAL_SECONDS = 3.0, 6.0
"""For each of its answers, and for all that one login needs."""
AT_ONCE = 3
"""So many threads of a process wait for the provider; the others serve those who are in."""
_TURN_SECONDS = 1.0
_MOST_KEYS = 50
AWAY = "统一身份认证平台连不上或没有及时应答，请稍后再试。"
BUSY = "正在经统一身份认证平台登录的人多，请稍后再试。"


@dataclass(frozen=True, slots=True)
class Known:
    """How the provider was found when it was last asked: ``fault`` is "" where all was right."""

    at: float
    fault: str


@dataclass(slots=True)
class _Kept:
    metadata: Metadata | None = None
    metadata_at: float = 0.0
    keys: tuple[Key, ...] = ()
    keys_at: float | None = None
    keys_asked: float | None = None
    rests_until: float = 0.0
    known: Known | None = None


@dataclass(slots=True)
class Provider:
    """The provider that the configuration names; safe for several threads."""

    chosen: Oidc
    data_folder: Path
    ticks: Callable[[], float] = time.monotonic
    _kept: _Kept = field(default_factory=_Kept)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turns: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(AT_ONCE)
    )

    @contextmanager
    def asking(self) -> Iterator[Asking]:
        """Ask the provider, for as long as one login may take.

        Raises :class:`UserError` where too many do, or it did not answer just before.
        """
        if self.ticks() < self._kept.rests_until:
            raise UserError(AWAY)
        with at_rest():
            there = self._turns.acquire(timeout=_TURN_SECONDS)
        if not there:
            raise UserError(BUSY)
        try:
            yield Asking(self, self.ticks() + TOTAL_SECONDS)
        finally:
            self._turns.release()

    def look(self) -> str:
        """Ask anew what the provider says of itself, and for its keys; return what is wrong, ""
        where nothing is."""
        try:
            with self._lock:
                self._kept.rests_until = 0.0
            with self.asking() as asking:
                found = asking.metadata(anew=True)
                if not asking.keys(found, anew=True):
                    raise UserError("平台没有可用来验签的公钥。")
                fault = ""
        except UserError as error:
            fault = error.message
        self._kept.known = Known(time.time(), fault)
        return fault

    def known(self) -> Known | None:
        """Return how the provider was found last by this process, if it was asked at all."""
        return self._kept.known

    def kept_metadata(self) -> Metadata | None:
        """Return what the provider said of itself, as far as that is known without asking."""
        return self._kept.metadata


@dataclass(frozen=True, slots=True)
class Asking:
    """What one login asks of the provider, all of it until ``deadline``."""

    provider: Provider
    deadline: float

    def metadata(self, *, anew: bool = False) -> Metadata:
        """Return what the provider says of itself. Raises :class:`UserError`."""
        kept, now = self.provider._kept, self.provider.ticks()
        if kept.metadata and not anew and now - kept.metadata_at < KEPT_SECONDS:
            return kept.metadata
        chosen = self.provider.chosen
        url = chosen.issuer.rstrip("/") + metadata.PATH
        try:
            raw = self._right(Request("GET", url, {"Accept": "application/json"}))
            found = metadata.parse(raw, chosen.issuer, settings.allowed(chosen))
        except UserError:
            # What it said an hour ago is as good as then; nobody is kept out by its absence.
            if kept.metadata and not anew:
                return kept.metadata
            raise
        with self.provider._lock:
            kept.metadata, kept.metadata_at = found, now
        return found

    def keys(
        self, said: Metadata, kid: str | None = None, *, anew: bool = False
    ) -> tuple[Key, ...]:
        """Return the provider's keys, asked for again where none is called ``kid``."""
        kept, now = self.provider._kept, self.provider.ticks()
        fresh = kept.keys_at is not None and now - kept.keys_at < KEPT_SECONDS
        there = kid is None or any(
            one.as_dict(private=False).get("kid") == kid for one in kept.keys
        )
        if fresh and there and not anew:
            return kept.keys
        with self.provider._lock:
            early = kept.keys_asked is not None and now - kept.keys_asked < KEYS_AGAIN_SECONDS
            if early and kept.keys and not anew:
                return kept.keys
            kept.keys_asked = now
        found = _keys(self._right(Request("GET", said.keys, {"Accept": "application/json"})))
        with self.provider._lock:
            kept.keys, kept.keys_at = found, now
        return found

    def redeem(self, said: Metadata, code: str, verifier: str, redirect: str) -> dict[str, Any]:
        """Return the tokens that the provider gives for a code. Raises :class:`UserError`."""
        chosen = self.provider.chosen
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": verifier,
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        secret = settings.secret(chosen, self.provider.data_folder)
        if secret and not said.secret_in_body:
            # RFC 6749 2.3.1: each of the two encoded as in a form before they are joined.
            joined = f"{quote_plus(chosen.client_id)}:{quote_plus(secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(joined.encode()).decode()}"
        else:
            form["client_id"] = chosen.client_id
            if secret:
                form["client_secret"] = secret
        request = Request("POST", said.token, headers, urlencode(form).encode())
        status, raw = self._exchanged(request)
        found = as_object(raw, "应答") if 200 <= status < 300 or status in (400, 401) else {}
        if status == 200 and "error" not in found:
            return found
        raise _refused(str(found.get("error") or ""), status)

    def userinfo(self, said: Metadata, access_token: str) -> Mapping[str, Any]:
        """Return what else the provider says of who has signed on. Raises :class:`UserError`."""
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
        return as_object(self._right(Request("GET", said.userinfo, headers)), "用户信息")

    def _right(self, request: Request) -> bytes:
        status, raw = self._exchanged(request)
        if status != 200:
            raise UserError(f"统一身份认证平台应答有误（{status}），请告诉管理员。")
        return raw

    def _exchanged(self, request: Request) -> tuple[int, bytes]:
        chosen, left = self.provider.chosen, self.deadline - self.provider.ticks()
        if left <= 0:
            raise UserError(AWAY)
        ca_file = self.provider.data_folder / chosen.ca_file if chosen.ca_file else None
        try:
            with at_rest():
                return exchange(
                    request,
                    settings.allowed(chosen),
                    ca_file=ca_file,
                    limits=Limits(min(STEP_SECONDS, left), left),
                )
        except UserError as error:
            with self.provider._lock:
                self.provider._kept.rests_until = self.provider.ticks() + REST_SECONDS
            raise UserError(f"统一身份认证平台：{error.message}请稍后再试。") from error


def _refused(error: str, status: int) -> UserError:
    """What the token endpoint refused: the code, or this program."""
    if error == "invalid_grant":
        return Refused("授权码不对、用过或过期", "这次登录已经用过或停留过久，请重新登录。")
    if error in ("invalid_client", "unauthorized_client"):
        return Refused(
            f"平台不认本系统（{error}）",
            "统一身份认证平台不认本系统（client_id 或密钥不对），请告诉管理员。",
        )
    return Refused(
        f"平台没有给凭证（{status}）", "统一身份认证平台没有完成登录，请重试或告诉管理员。"
    )


def _keys(raw: bytes) -> tuple[Key, ...]:
    """The public keys of a set; those that cannot be read are left out (RFC 7517 5)."""
    # Loaded for the first token only: see casework.sign_on.tokens.
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet, OctKey

    listed = as_object(raw, "公钥").get("keys")
    found: list[Key] = []
    for one in listed[:_MOST_KEYS] if isinstance(listed, list) else ():
        try:
            key = KeySet.import_key_set({"keys": [one]}).keys[0]
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue
        if not isinstance(key, OctKey):
            found.append(key)
    return tuple(found)
