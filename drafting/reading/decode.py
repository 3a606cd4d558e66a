"""Bytes → text, in whatever encoding a Chinese office writes.

The order is fixed and each step strict: BOM, UTF-8, UTF-16 without BOM, GB18030 (which holds GBK
and GB2312), Big5. Statistical detectors were tried and are wrong on short Chinese texts, where
GB18030 and Big5 overlap; telling those two apart by frequent characters is not.
"""

from __future__ import annotations

import codecs
import re

from drafting.model import UserError

MAX_BYTES = 20 * 1024 * 1024
"""Largest single file that is read (20 MB)."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动"
)
_FREQUENT_TRADITIONAL = frozenset(
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動"
)
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_CONTROL = re.compile(r"[\u0000-\u0008\u000e-\u001f\u007f-\u009f]")

_MAGIC = (
    (b"%PDF-", "PDF 文件"),
    (b"PK\x03\x04", "压缩包或 Office 文件"),
    (b"\xd0\xcf\x11\xe0", "旧版 Office 文件（.doc、.wps、.xls）"),
    (b"{\\rtf", "RTF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
)


def sniff(data: bytes) -> str | None:
    """Say what kind of binary file ``data`` is, in Chinese; ``None`` for text."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    return None


def decode(data: bytes, *, html: bool = False) -> str:
    """Return ``data`` as text. With ``html`` a declared charset is tried first.

    Raises :class:`UserError` for an empty file, a binary file and damaged text.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise UserError("文件是空的，没有可读的内容。")
    kind = sniff(data)
    if kind:
        raise UserError(f"文件内容是{kind}，与扩展名不符，请核对后重新选择。")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding)
    if html and (declared := _declared(data)):
        return declared
    text = _guess(data)[1]
    if len(_CONTROL.findall(text)) > max(2, len(text) // 50):
        raise UserError("文件不是文本文件，无法读取。")
    return text


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _damaged(data, error) from error


def _declared(data: bytes) -> str | None:
    """Decode by the charset that the page declares, where it names one and keeps to it."""
    found = _META.search(data[:4096])
    if not found:
        return None
    name = found[1].decode("ascii").lower()
    encoding = "gb18030" if name.startswith("gb") else name
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        return None


def encoding_of(sample: bytes) -> str:
    """Return the encoding of a text file by its beginning, which may be cut within a character.

    Raises :class:`UserError` for an empty file, a binary file and damaged text.
    """
    whole = sample
    if not sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\n" in sample:
        # Every line end of an encoding without a BOM is a whole character.
        whole = sample[: sample.rindex(b"\n") + 1]
    for bom, encoding in _BOMS:
        if sample.startswith(bom):
            return encoding
    decode(whole)
    return _guess(whole)[0]


def _guess(data: bytes) -> tuple[str, str]:
    """Return ``(encoding, text)``."""
    try:
        return "utf-8", data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(data) - error.start < 4:
            # A download cut off in the middle of its last character: the rest is whole.
            return "utf-8", data[: error.start].decode("utf-8")
        utf8_error = error
    if b"\x00" in data:
        return _utf16(data)
    if _mostly_utf8(data):
        raise _damaged(data, utf8_error)
    candidates = []
    for encoding, frequent in (("gb18030", _FREQUENT), ("big5", _FREQUENT_TRADITIONAL)):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        candidates.append((sum(char in frequent for char in text[:20_000]), encoding, text))
    if not candidates:
        raise _damaged(data, utf8_error)
    _, encoding, text = max(candidates, key=lambda candidate: candidate[0])
    return encoding, text


def _utf16(data: bytes) -> tuple[str, str]:
    """Decode UTF-16 without a BOM: ASCII and line ends put their zero bytes on one side."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UserError("文件不是文本文件，无法读取。") from error
    han = sum("\u4e00" <= char <= "\u9fff" for char in text[:5000])
    if "\x00" in text or (han < len(text[:5000]) // 5 and even + odd < len(data) // 3):
        raise UserError("文件不是文本文件，无法读取。")
    return encoding, text


def _mostly_utf8(data: bytes) -> bool:
    """Whether the text is UTF-8 with a few broken places, rather than another encoding."""
    text = data[:200_000].decode("utf-8", errors="replace")
    han = sum("\u4e00" <= char <= "\u9fff" for char in text)
    return han > 4 * text.count("\ufffd")


def _damaged(data: bytes, error: UnicodeDecodeError) -> UserError:
    row = data.count(b"\n", 0, error.start) + 1
    return UserError(
        f"文件第{row}行有无法识别的字符，可能已损坏；请用原程序另存为 UTF-8 文本后再试。"
    )
