"""An S3 store whose files are not all there yet: what it lacks is read from the folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from storage.originals.folder import Folder
from storage.originals.nouns import Found, StoreError
from storage.originals.s3 import S3


@dataclass(frozen=True, slots=True)
class Fallback:
    """``store`` takes what is new; ``former`` is read where it lacks something.

    ``drafting originals move`` brings what is in ``former`` over.
    """

    store: S3
    former: Folder

    @property
    def place(self) -> str:
        """Where it is, as people say it."""
        return self.store.place

    def put(self, content: bytes) -> str:
        """As :meth:`Originals.put`."""
        return self.store.put(content)

    def get(self, digest: str) -> bytes:
        """As :meth:`Originals.get`."""
        if self.former.exists(digest):
            with suppress(StoreError):
                return self.former.get(digest)
        return self.store.get(digest)

    def exists(self, digest: str) -> bool:
        """As :meth:`Originals.exists`."""
        return self.former.exists(digest) or self.store.exists(digest)

    def listed(self) -> Iterator[Found]:
        """As :meth:`Originals.listed`: those of both, one that is in both twice."""
        yield from self.former.listed()
        yield from self.store.listed()

    def delete(self, digest: str) -> None:
        """As :meth:`Originals.delete`."""
        self.store.delete(digest)
        self.former.delete(digest)

    def discard(self, digest: str, age: dt.timedelta) -> bool:
        """As :meth:`Originals.discard`."""
        went = self.former.discard(digest, age)
        return self.store.discard(digest, age) or went

    def settle(self, referenced: frozenset[str], age: dt.timedelta) -> int:
        """As :meth:`Originals.settle`."""
        return self.former.settle(referenced, age) + self.store.settle(referenced, age)

    def mark(self, name: str) -> str | None:
        """As :meth:`Originals.mark`."""
        return self.store.mark(name)

    def set_mark(self, name: str, text: str) -> None:
        """As :meth:`Originals.set_mark`."""
        self.store.set_mark(name, text)
