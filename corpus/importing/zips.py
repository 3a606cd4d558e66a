"""The files in a zip file and in nested zip files, read one at a time without unpacking.

The limits hold for the whole: all nested files together may not exceed, in number and size, what
one zip file may hold.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from drafting.errors import UserError
from drafting.reading import MAX_BYTES
from drafting.reading.archive_guard import MAX_ENTRIES, MAX_TOTAL, open_zip, read_part

_DEEPEST = 3
_WHAT = "压缩包（.zip）"


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A file in a zip file. ``name`` leads to it, from the zip file's own name on."""

    name: str
    container: zipfile.ZipFile
    info: zipfile.ZipInfo

    @property
    def base(self) -> str:
        """The file's own name."""
        return PurePosixPath(self.name).name

    def read(self) -> bytes:
        """Return what it holds. Raises :class:`UserError` where it is damaged or too large."""
        if self.info.file_size > MAX_BYTES:
            raise UserError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后再试。")
        return read_part(self.container, self.info.filename) or b""


@dataclass(slots=True)
class _Met:
    """What was met so far, in all zip files together."""

    files: int = 0
    size: int = 0


def entries(path: Path, name: str) -> Iterator[ZipMember]:
    """Yield the files in the zip file at ``path``, called ``name``; hidden ones are left out.

    A zip file within, where it can be opened, gives its files; where it cannot, itself. Raises
    :class:`UserError` where ``path`` is none, or more is in it than is good.
    """
    with open_zip(path, _WHAT) as container:
        yield from _below(container, name, 1, _Met())


def _below(container: zipfile.ZipFile, name: str, depth: int, met: _Met) -> Iterator[ZipMember]:
    for info in container.infolist():
        inner = entry_name(info)
        if info.is_dir() or is_hidden(PurePosixPath(inner).name):
            continue
        entry = ZipMember(f"{name}/{inner}", container, info)
        met.files += 1
        met.size += info.file_size
        if met.files > MAX_ENTRIES or met.size > MAX_TOTAL:
            raise UserError("压缩包里套的文件过多或过大，为安全起见不再读；请解压后导入文件夹。")
        nested = _opened(entry, depth)
        if nested is None:
            yield entry
        else:
            with nested:
                yield from _below(nested, entry.name, depth + 1, met)


def _opened(entry: ZipMember, depth: int) -> zipfile.ZipFile | None:
    """Open a zip file within a zip file; ``None`` where it is none or better left alone.

    Raises :class:`UserError` where it lies too deep: traps have thousands of such.
    """
    if not entry.base.lower().endswith(".zip"):
        return None
    if depth == _DEEPEST:
        raise UserError("压缩包套了三层以上，为安全起见不再读；请解压后导入文件夹。")
    try:
        return open_zip(entry.read(), _WHAT)
    except UserError:
        return None


def entry_name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name; old Chinese archivers write GBK, which zipfile reads as cp437."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gbk")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = info.filename
    parts = [
        part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..")
    ]
    return "/".join(parts) or "未命名"


def is_hidden(base: str) -> bool:
    """Whether a file of this name is left behind by Word or the system and no document."""
    return base.startswith((".", "~$")) or base.lower() in ("thumbs.db", "desktop.ini")
