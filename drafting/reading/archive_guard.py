"""Checks on zip containers before anything in them is opened.

python-docx has no guard: a 62 KB file took memory from 50 to 247 MB. Declared sizes, the number of
entries and the ratio are looked at first; nothing is ever extracted to disk.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from drafting.errors import UserError

MAX_ENTRIES = 2_000
MAX_TOTAL = 200 * 1024 * 1024
MAX_PART = 64 * 1024 * 1024
MAX_RATIO = 200
_RATIO_MATTERS_FROM = 1024 * 1024
_END_BYTES, _BLOCK = 22 + 65_535 + 76, 1024 * 1024
# Only of these zipfile stops where it is told to. Of bzip2 and LZMA it unpacks at once whatever was
# read: 45 bytes become 900,000, whatever size the entry declares.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

ZIP_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(ValueError, RuntimeError, NotImplementedError),
)
"""What zipfile raises on damaged containers: it trusts their offsets, sizes and methods."""


def open_zip(data: bytes | Path, what: str) -> zipfile.ZipFile:
    """Open ``data``, or the file at that path, as a zip file; ``what`` names it in messages.

    Raises :class:`UserError` where it is no zip, damaged, encrypted or a decompression bomb.
    """
    try:
        size = len(data) if isinstance(data, bytes) else data.stat().st_size
        with io.BytesIO(data) if isinstance(data, bytes) else data.open("rb") as stream:
            _check_number(_listed(stream, size))
        container = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
        entries = container.infolist()
    except ZIP_ERRORS as error:
        raise UserError(f"文件已损坏，或不是{what}。") from error
    total = sum(entry.file_size for entry in entries)
    _check_number(len(entries))
    if total > MAX_TOTAL:
        raise UserError(_too_large(total, MAX_TOTAL))
    if total > _RATIO_MATTERS_FROM and total > MAX_RATIO * max(1, size):
        raise UserError("文件压缩比异常，为安全起见不予打开。")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UserError("文件已加密，请去掉密码后再试。")
    if any(entry.compress_type not in _METHODS for entry in entries):
        raise UserError(
            "文件用了不常用的压缩方式，为安全起见不予打开；请用一般的 zip 方式（Deflate）重新压缩。"
        )
    return container


def count_entries(path: Path) -> int:
    """Return how many entries a zip file lists, without making anything of them; 0 for none."""
    with path.open("rb") as stream:
        return _listed(stream, path.stat().st_size)


def _check_number(number: int) -> None:
    if number > MAX_ENTRIES:
        raise UserError(f"文件里套着 {number} 个文件，超过 {MAX_ENTRIES} 个的上限，不予打开。")


def _listed(stream: IO[bytes], size: int) -> int:
    """Count the entries in the list at the end of a zip file, before anything is made of them: half
    a million empty ones, 50 MB of list, take some 400 MB as Python's objects."""
    before = max(0, size - _END_BYTES)
    stream.seek(before)
    tail = stream.read(_END_BYTES)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + 22 > len(tail):
        return 0
    (length,) = struct.unpack_from("<I", tail, at + 12)
    if at >= 76 and tail[at - 20 : at - 16] == b"PK\6\7" and tail[at - 76 : at - 72] == b"PK\6\6":
        at -= 76
        (length,) = struct.unpack_from("<Q", tail, at + 40)
    left = min(length, before + at)
    stream.seek(before + at - left)
    count, kept = 0, b""
    while left > 0 and (block := stream.read(min(left, _BLOCK))):
        left -= len(block)
        whole = kept + block
        count += whole.count(b"PK\1\2")
        kept = whole[-3:]
    return count


def read_part(container: zipfile.ZipFile, name: str) -> bytes | None:
    """Return one entry, or ``None`` if it is not there.

    Reads no more than the entry declares, so that a false declaration cannot fill the memory.
    """
    try:
        entry = container.getinfo(name)
    except KeyError:
        return None
    if entry.file_size > MAX_PART:
        raise UserError(_too_large(entry.file_size, MAX_PART))
    try:
        with container.open(entry) as stream:
            content = stream.read(entry.file_size + 1)
    except ZIP_ERRORS as error:
        raise UserError("文件已损坏，无法打开。") from error
    if len(content) > entry.file_size:
        raise UserError("文件压缩比异常，为安全起见不予打开。")
    return content


def _too_large(size: int, most: int) -> str:
    mega = 1024 * 1024
    return (
        f"文件解压后过大（{size // mega} MB，超过 {most // mega} MB 的上限），为安全起见不予打开。"
    )
