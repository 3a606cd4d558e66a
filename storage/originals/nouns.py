"""What a store of files by their digest is, whichever it is, and what can go wrong with one."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from drafting.errors import UserError
from storage.log import runlog

_DIGEST = re.compile("[0-9a-f]{64}")
_AT_ONCE = 8


class StoreError(UserError):
    """A file cannot be kept or handed out. The message is Chinese, and names no file."""


class Missing(StoreError):
    """The store answers, and the file is not there."""


class Damaged(StoreError):
    """What the store has under the digest is something else."""


class Unreachable(StoreError):
    """The store does not answer, or refuses; nothing is known of the file. It may pass."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a store: its size in bytes, and when it was last put."""

    digest: str
    size: int
    put: dt.datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is in the store already, for whoever needs no bytes of it."""

    digest: str


class Originals(Protocol):
    """A store. Raises :class:`Unreachable` where it does not answer or cannot be written."""

    @property
    def place(self) -> str:
        """Where it is, as people say it."""
        ...

    def put(self, content: bytes) -> str:
        """Keep ``content`` and return its digest; the same content stands once, and is young
        again when it is put again."""
        ...

    def get(self, digest: str) -> bytes:
        """Return the file of ``digest``, compared with it. Raises :class:`Missing` and
        :class:`Damaged`."""
        ...

    def exists(self, digest: str) -> bool:
        """Whether the store has something under ``digest``; it is not read."""
        ...

    def listed(self) -> Iterator[Found]:
        """Yield all files, in no order."""
        ...

    def delete(self, digest: str) -> None:
        """Delete a file at once; one that is gone already is no fault."""
        ...

    def discard(self, digest: str, age: dt.timedelta) -> bool:
        """Delete a file that no row names, unless it was put within ``age``; return whether it
        went. Whoever puts the same content meanwhile has it."""
        ...

    def settle(self, referenced: frozenset[str], age: dt.timedelta) -> int:
        """Put away what interrupted work left behind that is older than ``age``; return how many.

        What was discarded though a row names it (``referenced``) comes back.
        """
        ...

    def mark(self, name: str) -> str | None:
        """Return what the small note ``name`` beside the files says, ``None`` without one."""
        ...

    def set_mark(self, name: str, text: str) -> None:
        """Have the small note ``name`` say ``text``."""
        ...


def digest_of(content: bytes) -> str:
    """Return the digest by which ``content`` is known."""
    return hashlib.sha256(content).hexdigest()


def is_digest(text: str) -> bool:
    """Whether ``text`` can be the name of a file of a store."""
    return _DIGEST.fullmatch(text) is not None


def checked(digest: str) -> str:
    """Return ``digest``; raises :class:`ValueError` for what is none, which no row may hold."""
    if not is_digest(digest):
        raise ValueError(digest)
    return digest


def verified(content: bytes, digest: str) -> bytes:
    """Return ``content``; raises :class:`Damaged`, and logs it, where it is not that of
    ``digest``: what lies is never handed out."""
    if digest_of(content) != digest:
        runlog.warn("original damaged", digest=digest, bytes=len(content))
        raise Damaged("存放的文件已损坏（校验值不符），没有取出，请管理员用备份恢复。")
    return content


def missing(digest: str) -> Missing:
    """Log that a file is not there, and return the error that says so."""
    runlog.warn("original missing", digest=digest)
    return Missing("存放的文件不在了，请管理员用备份恢复。")


def keep(store: Originals, content: bytes | Kept) -> str:
    """Return the digest under which the store has ``content`` by now."""
    return content.digest if isinstance(content, Kept) else store.put(content)


def as_kept(digest: str, content: bytes | None) -> bytes | Kept | None:
    """Return what a row has of a file: its ``digest``, or the bytes that a former program kept in
    the row; ``None`` where it has none."""
    if digest:
        return Kept(digest)
    return bytes(content) if content is not None else None


def load(store: Originals, held: bytes | Kept | None) -> bytes | None:
    """Return the bytes of what a row has (:func:`as_kept`). Raises as :meth:`Originals.get`."""
    return store.get(held.digest) if isinstance(held, Kept) else held


def put_all(store: Originals, contents: Sequence[bytes]) -> list[str]:
    """Put several files, some at once: each waits for the disk or the network. All or, where it
    raises, some."""
    if len(contents) < 2:
        return [store.put(one) for one in contents]
    with ThreadPoolExecutor(min(_AT_ONCE, len(contents))) as pool:
        return list(pool.map(store.put, contents))
