"""发文字号 (机关代字, 年份, 序号): parse, print, correct, and compare.

Sources: GB/T 9704-2012, 7.2.5 (the form, brackets 〔〕, full year, no 第, no leading zeros); domain
notes 2.9 (the variants that papers print).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from drafting.language.spans import Span

_HAN = "\u4e00-\u9fff"
_NUM = "一二三四五六七八九十百零〇\\d"
_YEAR = r"(?:19|20)\d{2}"
OPEN, CLOSE = "〔\\[［【（(﹝", "〕\\]］】）)﹞"
"""Of character classes: the brackets that are met around the year."""

DOC_NO = re.compile(
    rf"(?P<code>[{_HAN}]{{1,14}}[:：]?)\s*[{OPEN}]\s*(?P<year>{_YEAR})\s*[{CLOSE}]"
    rf"\s*(?P<ordinal>第?)\s*(?P<series>[{_HAN}]?)(?P<serial>\d{{1,5}})(?:[-—]\d{{1,4}})?\s*号"
)
"""A number as papers print it, brackets of any kind and blanks between its parts included."""

PRINTED = r"〔\d{4}〕\d{1,5}号"
"""What follows the 代字 where the standard is kept: for rules that speak of such numbers only."""

MET = rf"[{OPEN}]\s?\d{{4}}\s?[{CLOSE}]\s?第?\s?\d{{1,5}}\s?号"
"""What follows the 代字 in any form that is met: to leave a number alone, or to find one."""

SHORT_YEAR = rf"[{OPEN}]\d{{2,3}}[{CLOSE}]\s?第?\s?\d{{1,5}}\s?号"
"""The same with its year cut short, which a rule fixes: 〔26〕5号."""

MET_WITH_YEAR = MET.replace(r"\d{4}", r"(?P<year>\d{4})")
"""As :data:`MET`, its year in a group."""

_LINE = re.compile(
    rf"(?:\d{{6}}\s+)?(?P<before>(?:类\s?别\s*[:：]?\s*)?[A-D]类?\s+)?(?:(?:发文字号|文件编号|(?:答复|复文|复函)?文号|(?:答复件|答复|复文|复函)?编号)\s*[:：]?\s*)?"
    rf"[（(]?(?P<doc_no>{DOC_NO.pattern})[）)]?\s*(?P<rest>[^，。；]{{0,24}})"
)
_LONGEST_WIDE_CODE = 8
# What leads up to a number and is none of its 代字: 印发了青政发〔2025〕4号.
_LED_TO = re.compile(
    rf"[{_HAN}]*(?:印发|下发|转发|制发|出台|发布|按照|根据|依据|执行|落实|参照|依照|对照|详见|文号为?|文号是|[了的])"
    rf"(?=[{_HAN}]{{2}})"
)
_BRACKETED = re.compile(rf"[{OPEN}]\s{{0,4}}{_YEAR}")
STANDARD = re.compile(
    r"(?<![A-Za-z])(?:[A-Z]{1,4}\d{0,4})(?:[/／][A-Z]{1,4})?[ \u00a0]?\d{2,6}(?:\.\d{1,3})?"
    r"\s?[-—–－]\s?(?:19|20)\d{2}(?![\d年])"
)
"""The number of a standard: GB/T 9704—2012, DB33/T 2052-2017 (GB/T 1.1, GB/T 20001)."""
_BEFORE_YEAR, _AFTER = 20, 24
"""Characters that the 代字 and the 序号 of a number take at most."""
_DECREE = re.compile(
    rf"(?P<organ>[{_HAN}]{{3,24}})(?:命令|令)\s*第\s*(?P<serial>[{_NUM}]{{1,5}})\s*号"
)
# What an office types for its own number may have letters in its 代字; 第9号 is left as it is.
_TYPED = re.compile(
    rf"(?P<code>[{_HAN}A-Za-z]{{1,20}}:?)[〔\[【(](?P<year>{_YEAR})[〕\]】)](?P<serial>第?\d{{1,5}}号)"
)
# Whatever brackets were typed are blanks once a question is folded.
_ASKED = re.compile(
    rf"(?P<code>[{_HAN}]{{1,14}})\s*(?P<year>{_YEAR})[\s年第]*(?P<serial>\d{{1,5}})\s*号?"
)
_OPENS_AFTER_YEAR = re.compile(rf"[{OPEN}]\s*\d{{4}}\s*[{CLOSE}]\s*$")
_BRACKETED_YEAR = re.compile(r"[〔\[]\s*\d{4}\s*[〕\]]")
# Recognised characters: brackets that do not match, blanks, brackets of every shape.
_SCANNED = re.compile(
    rf"[《〈「{{{OPEN}]\s*(?P<year>{_YEAR})\s*[》〉」}}{CLOSE}]+\s*(?P<serial>\d{{1,4}})\s*号"
)


def find_doc_nos(text: str) -> Iterator[Span]:
    """Yield where document numbers stand, in order; only around brackets that hold a year."""
    place = 0
    for year in _BRACKETED.finditer(text):
        if year.start() < place:
            continue
        found = DOC_NO.search(text, max(year.start() - _BEFORE_YEAR, place), year.end() + _AFTER)
        if found:
            led = _LED_TO.match(text, found.start(), found.end("code"))
            yield (led.end() if led else found.start()), found.end()
            place = found.end()


def doc_no_of_line(line: str) -> tuple[str, str] | None:
    """Return ``(document number, what else the line says)`` where ``line`` is its line.

    Letters set wide (``青 城 管 函``) are closed up.
    """
    stripped = line.strip()
    found = _LINE.fullmatch(stripped)
    if not found and len(re.sub(r"\s|\W.*", "", stripped)) <= _LONGEST_WIDE_CODE:
        found = _LINE.fullmatch(re.sub(r"\s+", "", stripped))
    if not found:
        return None
    rest = f"{found['before'] or ''}{found['rest']}".strip()
    return re.sub(r"\s+", "", found["doc_no"]), rest


def decree_no(line: str) -> str | None:
    """Return the number of a decree (令): ``国令第707号`` for one of the State Council."""
    found = _DECREE.fullmatch(line.strip())
    if not found:
        return None
    organ = "国" if found["organ"].endswith("国务院") else found["organ"]
    return f"{organ}令第{found['serial']}号"


def doc_no_key(doc_no: str) -> str:
    """Return the form by which document numbers are compared: one bracket, no 第, no zeros."""
    found = DOC_NO.fullmatch(re.sub(r"\s+", "", doc_no))
    if not found:
        return re.sub(r"\s+", "", doc_no)
    serial = f"{found['series']}{int(found['serial'])}"
    return f"{found['code'].rstrip(':：')}〔{found['year']}〕{serial}号"


def typed_doc_no(text: str) -> str | None:
    """Return what an office typed for its own number as it is printed: brackets 〔〕, half-width
    figures, no blanks; "" for nothing, ``None`` for what is no number."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    found = _TYPED.fullmatch(plain)
    if found is None:
        return None if plain else ""
    return f"{found['code'].replace(':', '：')}〔{found['year']}〕{found['serial']}"


def asked_doc_no(folded: str) -> str:
    """Return the number that a folded question is, or ""; brackets and 号 may be missing."""
    typed = _ASKED.fullmatch(folded)
    return f"{typed['code']}〔{typed['year']}〕{typed['serial']}号" if typed else ""


def ends_in_bracketed_year(text: str) -> bool:
    """Whether ``text`` ends as a document number does before its 序号: …〔2024〕."""
    return bool(_OPENS_AFTER_YEAR.search(text))


def has_bracketed_year(text: str) -> bool:
    """Whether ``text`` holds 〔2024〕 or [2024]: a document's number, no item's."""
    return bool(_BRACKETED_YEAR.search(text))


def corrected_scan(line: str) -> str:
    """Return a recognised line with its document number's brackets as they are printed."""
    return _SCANNED.sub(r"〔\g<year>〕\g<serial>号", line)
