"""The store for several machines: objects of an S3 store, ``prefix/files/3f/3f3f…``.

Only the configured endpoint is spoken to: no redirect is followed, no proxy or key of the
environment is used, and nobody is asked who this machine is. What the store hands out is compared
with its digest; what it acknowledged is asked for once before a row may name it. Each question has
its time, and is put again a bounded number of times.

There is no lock over several machines: what is discarded is moved aside for a day first, where
:meth:`S3.get` still finds it and :meth:`S3.settle` brings it back if a row came in between.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from storage.configuration import Originals as Chosen
from storage.log import runlog
from storage.originals import asking
from storage.originals.nouns import (
    Damaged,
    Found,
    Missing,
    StoreError,
    Unreachable,
    checked,
    digest_of,
    is_digest,
    missing,
    verified,
)

_ASIDE = "aside"
_PIECE = 64 * 1024
_GIVEN_MAX = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class S3:
    """The objects below ``prefix / part`` of the configured bucket.

    ``folder`` is the data folder, for the files that the configuration names.
    """

    chosen: Chosen
    folder: Path
    part: str
    _clients: dict[int, Any] = field(default_factory=dict, compare=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    @property
    def place(self) -> str:
        """Where it is, as people say it."""
        return f"{self.chosen.url}（{self.chosen.endpoint}）"

    # ------------------------------------------------------------------ one file

    def put(self, content: bytes) -> str:
        """As :meth:`Originals.put`."""
        digest = digest_of(content)
        self._ask("put", "put_object", digest, Body=content, ContentLength=len(content))
        said = self._ask("put", "head_object", digest)
        if said.get("ContentLength") != len(content):
            runlog.warn("originals store lies", op="put", digest=digest, bytes=len(content))
            raise Unreachable("存放原件的对象存储说存好了，却不是原来的大小。文件没有存下。")
        return digest

    def get(self, digest: str) -> bytes:
        """As :meth:`Originals.get`; what comes cut off or wrong is asked for once more."""
        until = time.monotonic() + self.chosen.seconds * self.chosen.tries
        for attempt in (1, 2):
            try:
                return verified(self._read(digest), digest)
            except (Damaged, _CutOff) as error:
                if attempt == 2 or time.monotonic() > until:
                    raise error.told() if isinstance(error, _CutOff) else error from None
        raise AssertionError

    def _read(self, digest: str) -> bytes:
        try:
            given = self._ask("get", "get_object", digest)
        except Missing:
            try:
                given = self._ask("get", "get_object", digest, part=_ASIDE)
            except Missing:
                raise missing(digest) from None
        return self._body(given)

    def _body(self, given: dict[str, Any]) -> bytes:
        """Read an answer to its end, within the time for it.

        Piece by piece as they come: a whole piece of what drips would be waited for without end.
        """
        until = time.monotonic() + self.chosen.seconds * 2
        taken, stream = bytearray(), given["Body"]._raw_stream
        try:
            while piece := stream.read1(_PIECE):
                taken += piece
                if time.monotonic() > until or len(taken) > _GIVEN_MAX:
                    runlog.warn("originals store failed", op="get", reason="too slow")
                    raise _CutOff("太慢")
        except asking.broken() as error:
            runlog.warn("originals store failed", op="get", reason=type(error).__name__)
            raise _CutOff("半途断了") from None
        finally:
            stream.close()
        if len(taken) != given.get("ContentLength", len(taken)):
            runlog.warn("originals store failed", op="get", reason="cut off", bytes=len(taken))
            raise _CutOff("半途断了")
        return bytes(taken)

    def exists(self, digest: str) -> bool:
        """As :meth:`Originals.exists`."""
        return self._head(digest) is not None or self._head(digest, _ASIDE) is not None

    def _head(self, digest: str, part: str = "") -> dict[str, Any] | None:
        try:
            said: dict[str, Any] = self._ask("head", "head_object", digest, part=part)
        except Missing:
            return None
        return said

    def delete(self, digest: str) -> None:
        """As :meth:`Originals.delete`."""
        for part in ("", _ASIDE):
            self._ask("delete", "delete_object", digest, part=part)

    # ------------------------------------------------------------------ all files

    def listed(self) -> Iterator[Found]:
        """As :meth:`Originals.listed`."""
        yield from self._listed(self.part)

    def _listed(self, part: str) -> Iterator[Found]:
        start = f"{self._prefix(part)}/"
        mark = ""
        while True:
            more = {"ContinuationToken": mark} if mark else {}
            page = self._asked("list", "list_objects_v2", Prefix=start, **more)
            for one in page.get("Contents", ()):
                name = str(one["Key"]).rpartition("/")[2]
                if is_digest(name) and one["Key"] == self._key(name, part):
                    yield Found(name, int(one["Size"]), one["LastModified"])
            mark = page.get("NextContinuationToken", "")
            if not page.get("IsTruncated") or not mark:
                return

    def discard(self, digest: str, age: dt.timedelta) -> bool:
        """As :meth:`Originals.discard`."""
        said = self._head(digest)
        if said is None or _age(said) < age:
            return False
        self._move(digest, self.part, self._aside)
        return True

    def settle(self, referenced: frozenset[str], age: dt.timedelta) -> int:
        """As :meth:`Originals.settle`."""
        gone = 0
        for one in list(self._listed(self._aside)):
            if one.digest in referenced:
                self._move(one.digest, self._aside, self.part)
                runlog.warn("original brought back", digest=one.digest)
            elif (said := self._head(one.digest, _ASIDE)) and _age(said) >= age:
                self._ask("delete", "delete_object", one.digest, part=_ASIDE)
                gone += 1
        return gone

    def _move(self, digest: str, source: str, target: str) -> None:
        copied = {"Bucket": self._bucket, "Key": self._key(digest, source)}
        self._asked("copy", "copy_object", Key=self._key(digest, target), CopySource=copied)
        self._asked("delete", "delete_object", Key=self._key(digest, source))

    def mark(self, name: str) -> str | None:
        """As :meth:`Originals.mark`."""
        try:
            given = self._asked("get", "get_object", Key=self._prefix(name))
        except Missing:
            return None
        try:
            return self._body(given).decode("utf-8", "replace")
        except _CutOff as error:
            raise error.told() from None

    def set_mark(self, name: str, text: str) -> None:
        """As :meth:`Originals.set_mark`."""
        self._asked("put", "put_object", Key=self._prefix(name), Body=text.encode())

    # ------------------------------------------------------------------ asking

    @property
    def _aside(self) -> str:
        return f"{_ASIDE}-{self.part}"

    @property
    def _bucket(self) -> str:
        return self.chosen.url.removeprefix("s3://").partition("/")[0]

    def _prefix(self, part: str) -> str:
        prefix = self.chosen.url.removeprefix("s3://").partition("/")[2].strip("/")
        return f"{prefix}/{part}" if prefix else part

    def _key(self, digest: str, part: str) -> str:
        return f"{self._prefix(part)}/{checked(digest)[:2]}/{digest}"

    def _ask(self, op: str, name: str, digest: str, *, part: str = "", **more: Any) -> Any:
        place = self._aside if part == _ASIDE else self.part
        return self._asked(op, name, Key=self._key(digest, place), **more)

    def _asked(self, op: str, name: str, **more: Any) -> Any:
        return asking.asked(
            lambda: getattr(self._client(), name)(Bucket=self._bucket, **more), op, self.chosen
        )

    def _client(self) -> Any:
        """Return this process's client: connections of before a fork are not used behind it."""
        with self._lock:
            if (found := self._clients.get(os.getpid())) is None:
                found = asking.client(self.chosen, self.folder)
                self._clients[os.getpid()] = found
            return found


class _CutOff(Exception):
    """An answer did not come to its end."""

    def told(self) -> StoreError:
        return Unreachable(f"从对象存储取文件{self.args[0]}，没有取到。请过一会儿再试。")


def _age(said: dict[str, Any]) -> dt.timedelta:
    """How old an object is by the store's own clock, whatever ours shows."""
    headers = said.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        now = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        now = dt.datetime.now(dt.UTC)
    age: dt.timedelta = now - said["LastModified"]
    return age
