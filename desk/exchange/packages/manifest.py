"""The manifest of an exchange package: what stands in it, by whom and for whom, and its signature.

``docs/exchange-manifest.schema.json`` is the JSON Schema of :class:`Manifest` (a test compares).
Nothing of a package is believed before all of it was compared with the manifest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from drafting.errors import UserError
from drafting.language.limits import FILE_MAX_BYTES, megabytes
from drafting.reading.archive_guard import MAX_ENTRIES, open_zip, read_part
from drafting.reading.bounds import too_many_values

FORMAT = "drafting-exchange"
VERSION = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
PACKAGE_MAX_BYTES = 100 * 1024 * 1024
MANIFEST_MAX_BYTES = 4 * 1024 * 1024
_WHAT = "交换包（.zip）"
_NAME = r"^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*\.[a-z0-9]{1,8}$"
_DIGEST = r"^[0-9a-f]{64}$"
_KEEPS = re.compile(r"[^a-z0-9]")
# The moment that every entry bears: the same content makes the same file.
_MOMENT = (1980, 1, 1, 0, 0, 0)

Kind = Literal["item", "paper", "state", "reply", "word", "attachment", "feedback", "receipt"]
KINDS: Mapping[Kind, str] = {
    "item": "登记",
    "paper": "来件正文",
    "state": "办理情况",
    "reply": "答复（要素）",
    "word": "答复（Word）",
    "attachment": "答复的附件",
    "feedback": "提案者的评价",
    "receipt": "回执",
}

Digest = Annotated[str, Meta(pattern=_DIGEST)]
Office = Annotated[str, Meta(min_length=1, max_length=60)]


class Of(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which matter: ``sender`` is its number at the sender's, ``recipient`` the recipient's own,
    where the recipient was the first to send it."""

    sender: Annotated[int, Meta(ge=1)]
    recipient: Annotated[str, Meta(min_length=1, max_length=100)] | None = None


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the package: its name within, what it is, of which matter, and ``title``, what it
    is called for people."""

    name: Annotated[str, Meta(pattern=_NAME, max_length=200)]
    kind: Kind
    size: Annotated[int, Meta(ge=0, le=FILE_MAX_BYTES)]
    sha256: Digest
    title: Annotated[str, Meta(max_length=200)] = ""
    matter: Of | None = None


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of the package. ``number`` counts the packages from this sender to this recipient;
    ``previous`` is the SHA-256 of the manifest before, so that a missing package shows."""

    format: Literal["drafting-exchange"]
    version: Literal[1]
    sender: Office = msgspec.field(name="from")
    recipient: Office = msgspec.field(name="to")
    number: Annotated[int, Meta(ge=1)]
    previous: Digest | None
    made: dt.datetime
    entries: Annotated[tuple[Entry, ...], Meta(max_length=MAX_ENTRIES)]


@dataclass(frozen=True, slots=True)
class Opened:
    """A package whose parts were all compared; ``digest`` is that of its manifest, ``signature``
    what was signed, "" where nothing was."""

    manifest: Manifest
    digest: str
    raw: bytes
    signature: str
    container: zipfile.ZipFile

    def read(self, entry: Entry) -> bytes:
        """Return an entry, compared once more. Raises :class:`UserError`."""
        return _compared(self.container, entry)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a manifest."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "交换包清单（manifest.json）",
        **msgspec.json.schema(Manifest),
    }


def safe_ending(name: str) -> str:
    """Return the ending of a file's name as it stands within a package."""
    ending = _KEEPS.sub("", name.rpartition(".")[2].lower())[:8] if "." in name else ""
    return f".{ending or 'bin'}"


def entry_of(name: str, kind: Kind, content: bytes, title: str = "", of: Of | None = None) -> Entry:
    """Return the entry of a file."""
    return Entry(name, kind, len(content), _digest(content), title[:200], of)


def packed(manifest: Manifest, contents: Mapping[str, bytes], key: str) -> tuple[bytes, str]:
    """Return the bytes of a package and the digest of its manifest. Raises :class:`UserError`
    where it is more than the other side would take."""
    raw = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in (
            (MANIFEST, raw),
            *(((SIGNATURE, signed(raw, key).encode()),) if key else ()),
            *contents.items(),
        ):
            made.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
    data = stream.getvalue()
    if len(data) > PACKAGE_MAX_BYTES or len(contents) > MAX_ENTRIES - 2:
        most = megabytes(PACKAGE_MAX_BYTES)
        raise UserError(
            f"这个包超过 {most} MB 或 {MAX_ENTRIES - 2} 个文件，请分几次，每次写明提案编号。"
        )
    return data, _digest(raw)


def signed(raw: bytes, key: str) -> str:
    """Return the signature of a manifest: HMAC-SHA256, in hexadecimal."""
    return hmac.new(key.encode(), raw, hashlib.sha256).hexdigest()


def open_package(data: bytes) -> Opened:
    """Open a package and compare all of it with its manifest. Raises :class:`UserError`."""
    if len(data) > PACKAGE_MAX_BYTES:
        raise UserError(f"交换包超过 {megabytes(PACKAGE_MAX_BYTES)} MB，没有收。")
    container = open_zip(data, _WHAT)
    names = [info.filename for info in container.infolist()]
    doubled = (
        sorted({name for name in names if names.count(name) > 1})
        if len(set(names)) < len(names)
        else []
    )
    if doubled:
        raise UserError(f"包里有两个“{doubled[0][:80]}”，没有收。")
    raw = _part(container, MANIFEST, MANIFEST_MAX_BYTES)
    if raw is None:
        raise UserError("包里没有清单（manifest.json），不是交换包。")
    manifest = _decoded(raw)
    _compare_names(names, manifest.entries)
    for entry in manifest.entries:
        _compared(container, entry)
    sent = _part(container, SIGNATURE, 1000)
    signature = sent.decode("ascii", "replace").strip() if sent is not None else ""
    return Opened(manifest, _digest(raw), raw, signature, container)


def check_signature(opened: Opened, key: str) -> None:
    """Raise :class:`UserError` where the package is not signed by ``key``."""
    if not key:
        return
    if not opened.signature:
        raise UserError("包没有签名，而与这个系统约定了交换密钥，没有收。")
    if not hmac.compare_digest(opened.signature.encode(), signed(opened.raw, key).encode()):
        raise UserError("包的签名不对：密钥不同，或者清单被改过。没有收。")


def _part(container: zipfile.ZipFile, name: str, most: int) -> bytes | None:
    try:
        if container.getinfo(name).file_size > most:
            raise UserError(f"包里的“{name}”过大，没有收。")
    except KeyError:
        return None
    return read_part(container, name)


def _decoded(raw: bytes) -> Manifest:
    if too_many_values(raw):
        raise UserError("清单（manifest.json）过长，没有收。")
    try:
        plain = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UserError("清单（manifest.json）不是有效的 JSON，没有收。") from error
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise UserError("清单（manifest.json）不是交换包的清单，没有收。")
    if plain.get("version") != VERSION:
        raise UserError(
            f"交换包的版本是“{str(plain.get('version'))[:20]}”，本系统只认得 {VERSION}，没有收；"
            "请升级，或者请对方按旧版做。"
        )
    try:
        return msgspec.json.decode(raw, type=Manifest)
    except (msgspec.ValidationError, RecursionError) as error:
        place = re.search(r"`\$?([^`]*)`\s*$", str(error))
        where = place[1].strip(".")[:80] if place else ""
        raise UserError(
            f"清单（manifest.json）写法不对{f'（{where}）' if where else ''}，没有收。"
        ) from error


def _compare_names(names: Sequence[str], entries: Sequence[Entry]) -> None:
    listed = [one.name for one in entries]
    if len(set(listed)) < len(listed):
        raise UserError("清单里有两项同名，没有收。")
    there, wanted = set(names) - {MANIFEST, SIGNATURE}, set(listed)
    if missing := sorted(wanted - there):
        raise UserError(f"包里少了清单上的“{missing[0]}”，没有收。")
    if more := sorted(there - wanted):
        raise UserError(f"包里多了清单上没有的“{more[0][:80]}”，没有收。")


def _compared(container: zipfile.ZipFile, entry: Entry) -> bytes:
    content = _part(container, entry.name, FILE_MAX_BYTES)
    if content is None or len(content) != entry.size or _digest(content) != entry.sha256:
        raise UserError(f"“{entry.name}”与清单的校验值不符，可能损坏或被改过，没有收。")
    return content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
