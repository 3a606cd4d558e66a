"""Bytes → text, in whatever encoding a Chinese office writes.

The order is fixed: BOM, UTF-8, UTF-16 without BOM, GB18030 (which holds GBK and GB2312), Big5; a
few broken bytes change none of it. Statistical detectors were tried and are wrong on short Chinese
texts, where GB18030 and Big5 overlap; telling those two apart by frequent characters is not.
"""

from __future__ import annotations

import codecs
import re

from drafting.errors import UserError
from drafting.language.cleaning import CONTROLS
from drafting.language.limits import FILE_MAX_BYTES
from drafting.papers.plain.lines import REPLACEMENT

MAX_BYTES = FILE_MAX_BYTES
"""Largest single file that is read (20 MB)."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FREQUENT = {
    "gb18030": frozenset(
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动"
    ),
    "big5": frozenset(
        "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動"
    ),
}
"""What is written most, by the encoding that a text in such characters has."""
_MOST_BROKEN = 200
_LEAST_WHOLE = 100
# Of a text one place in so many characters may be broken, and one in any text.
_LONGEST_RUN = 600
# The first bytes of the common characters (GB 2312 level 1, Big5 level 1) and of the marks.
_LIKELY_LEADS = {
    "gb18030": frozenset({0xA1, 0xA3, *range(0xB0, 0xD8)}),
    "big5": frozenset({0xA1, *range(0xA4, 0xC7)}),
}
_REPEATED = re.compile("\ufffd+")
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_CONTROL = re.compile(f"[{CONTROLS}\x1c-\x1e\x85]")

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

    A few broken bytes do not change the encoding: each place becomes one U+FFFD, for the caller to
    say. Raises :class:`UserError` for an empty file, a binary file and text damaged throughout.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise UserError("文件是空的，没有可读的内容。")
    kind = sniff(data)
    if kind:
        raise UserError(f"文件内容是{kind}，与扩展名不符，请核对后重新选择。")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _patched(data, encoding)
    text = _guess(data, _declared(data) if html else None)[1]
    if len(_CONTROL.findall(text)) > max(2, len(text) // 50):
        raise UserError("文件不是文本文件，无法读取。")
    return text


def _declared(data: bytes) -> str | None:
    """Return the encoding that the page declares, where Python knows it."""
    found = _META.search(data[:4096])
    if not found:
        return None
    name = found[1].decode("ascii").lower()
    try:
        known = codecs.lookup("gb18030" if name.startswith("gb") else name).name
    except LookupError:
        return None
    # A page whose declaration can be read as ASCII is in no encoding of two bytes a letter.
    return None if known.startswith(("utf-16", "utf-32")) else known


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


def _guess(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return ``(encoding, text)``; a ``declared`` encoding counts where the bytes keep to it."""
    try:
        # Text in another encoding is never whole UTF-8 by chance, whatever a page declares.
        return "utf-8", data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(data) - error.start < 4:
            # A download cut off in the middle of its last character: the rest is whole.
            return "utf-8", data[: error.start].decode("utf-8")
    if b"\x00" in data:
        return _utf16(data)
    if _mostly_utf8(data):
        return "utf-8", _patched(data, "utf-8")
    if declared and (text := _whole(data, declared)) is not None:
        return declared, text
    whole = [
        (_frequent(text), encoding, text)
        for encoding in _FREQUENT
        if (text := _whole(data, encoding)) is not None
    ]
    if whole:
        _, encoding, text = max(whole)
        return encoding, text
    patched = [
        (_frequent(text), encoding, text)
        for encoding in ([declared] if declared else _FREQUENT)
        if (text := patch(data, encoding)) is not None
    ]
    if not patched:
        raise _damaged(data, declared or "gb18030")
    _, encoding, text = max(patched)
    return encoding, text


def _whole(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _frequent(text: str) -> int:
    return max(sum(char in frequent for char in text[:20_000]) for frequent in _FREQUENT.values())


def _patched(data: bytes, encoding: str) -> str:
    """Return ``data`` as text, broken places replaced. Raises :class:`UserError` where too many."""
    text = patch(data, encoding)
    if text is None:
        raise _damaged(data, encoding)
    return text


def patch(data: bytes, encoding: str) -> str | None:
    """Decode ``data``, each broken place one U+FFFD; ``None`` where there are more than a few."""
    pieces: list[str] = []
    view = memoryview(data)
    place = broken = 0
    while True:
        try:
            pieces.append(str(view[place:], encoding))
            break
        except UnicodeDecodeError as error:
            start, end = place + error.start, place + error.end
            # What follows a broken place at once is the rest of the same character.
            broken += not (pieces and start == place)
            if broken > _MOST_BROKEN:
                return None
            if encoding in _LIKELY_LEADS:
                start, end = _misplaced(data, place, start, encoding)
            pieces.append(str(view[place:start], encoding, "replace") + REPLACEMENT)
            place = end
    text = _REPEATED.sub(REPLACEMENT, "".join(pieces))
    return None if (broken - 1) * _LEAST_WHOLE > len(text) else text


def _misplaced(data: bytes, low: int, at: int, encoding: str) -> tuple[int, int]:
    """Return from where to where the bytes are broken, of a run of two bytes a character.

    Where reading fails at ``at`` a byte may be wrong, or one may have been lost or added far
    before: what follows is read shifted then, all valid and all wrong. In a run of an odd number
    of bytes the single one is taken out where both sides read most like Chinese.
    """
    start, end = at, at + 1
    while start > max(low, at - _LONGEST_RUN) and data[start - 1] >= 0x80:
        start -= 1
    while end < min(len(data), at + _LONGEST_RUN) and data[end] >= 0x80:
        end += 1
    if (end - start) % 2 == 0:
        pair = at - (at - start) % 2
        return pair, pair + 2
    ahead = [_likely(data[n : n + 2], encoding) for n in range(start, end - 1, 2)]
    behind = [_likely(data[n : n + 2], encoding) for n in range(start + 1, end - 1, 2)]
    total = best = sum(behind)
    cut = start
    for number, (left, right) in enumerate(zip(ahead, behind, strict=True), start=1):
        total += left - right
        if total > best:
            best, cut = total, start + 2 * number
    return cut, cut + 1


def _likely(pair: bytes, encoding: str) -> float:
    """How much two bytes look like a character of running Chinese text."""
    char = _whole(pair, encoding)
    if char is None or len(char) != 1:
        return -3.0
    if any(char in frequent for frequent in _FREQUENT.values()):
        return 2.0
    return 1.0 if pair[0] in _LIKELY_LEADS[encoding] else 0.0


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


def _damaged(data: bytes, encoding: str) -> UserError:
    row = 1
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
    return UserError(
        f"文件第{row}行有无法识别的字符，可能已损坏；请用原程序另存为 UTF-8 文本后再试。"
    )
