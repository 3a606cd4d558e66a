"""Slips of recognition that admit one reading only."""

from __future__ import annotations

from drafting.language.doc_numbers import corrected_scan
from drafting.language.late import late
from drafting.papers.plain.restore import restore

_SAYS_SOMETHING = late(r"[\u4e00-\u9fff\d]")
_OPEN, _CLOSE = "〔［\\[【《〈(（「{", "〕］\\]】》〉)）」}"
_LEVEL = late(rf"^[{_OPEN}]([一二三四五六七八九十]{{1,3}}|\d{{1,2}})[{_CLOSE}]")
_SALUTED = late(r"^((?:尊敬的)?[\u4e00-\u9fff、·]{2,40}(?:委员|代表))\s*[，,；;。.]$")
# The hyphen of an area code comes as 一 or as a dash of any width.
_PHONE = late(r"(?<!\d)(0\d{2,3})\s*[一—–－﹣-]+\s*(\d{7,8})(?!\d)")
_ANSWERED = late(r"如下\s*[;；。.]$")


def correct(line: str) -> str:
    """Return a recognised line with the slips of recognition that admit one reading only.

    Mixed brackets around a year or a level number, half-width marks in Chinese; a line with
    neither Chinese nor a digit is a stain or a seal and comes back empty.
    """
    if not _SAYS_SOMETHING.search(line):
        return ""
    line = _PHONE.sub(r"\1-\2", line)
    line = corrected_scan(restore(line))
    line = _SALUTED.sub(r"\1：", _LEVEL.sub(r"（\1）", line))
    return _ANSWERED.sub("如下：", line)
