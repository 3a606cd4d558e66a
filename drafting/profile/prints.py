"""How a past reply prints its 办理结果类别 and its 公开属性: on which line, and in which words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drafting.language import fields
from drafting.language.doc_numbers import DOC_NO

_WIDE = str.maketrans(":,;()[]", "：，；（）〔〕")
_CELLS = re.compile(r"\t|[ \u00a0]{2,}|\u3000|[|｜]")
_MEANING = re.compile(r"\s*[（(]\s*[\u4e00-\u9fff、，]{4,24}\s*[）)]")
_OF_ONE = re.compile(r"\d|第.{1,8}号|[《》“”]")
_SENTENCE = re.compile(r"[^。！；\n]+[。！；]?")
_SPEAKS_OF_RESULT = re.compile(r"(?:办理|办复|答复)(?:结果|情况|类别|分类).*。$")
_OPENERS, _CLOSERS = "（(【[〔", "）)】]〕"
_LONGEST_SENTENCE = 40

_SHIPPED = ("主动公开", "依申请公开", "不予公开")
_SCHEMES = (
    _SHIPPED,
    ("同意公开", "不同意公开"),
    ("全文公开", "摘要公开", "不予公开"),
    ("公开", "不公开"),
    ("是", "否"),
    ("同意", "不同意"),
)
"""The words between which offices choose, scheme by scheme."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed on the line ``number``: as a pattern with a slot, and as it stands."""

    number: int
    pattern: str
    quoted: str
    value: str


def printed_class(lines: Sequence[str], code: str | None) -> Printed | None:
    """Return where the class ``code`` is printed as a field, or in a sentence of its own.

    ``code`` is what was read as the class, ``None`` where nothing was. A class that only the title
    has, or a sentence that speaks of this one item, is none that a paper could be set up to print.
    """
    for number, line in enumerate(lines if code else ()):
        for cell in _cells(line):
            found = fields.class_printed(cell)
            if code and found and found["code"].upper() == code:
                said, meaning = _said(cell, found)
                at = found.start("code") - _start(found)
                return Printed(number, _slotted(said, at, len(code), meaning), said, code)
    for number, line in enumerate(lines):
        for sentence in map(str.strip, _SENTENCE.findall(line)):
            pattern = _sentence(sentence, code)
            if pattern:
                return Printed(number, pattern, sentence, code or "")
    return None


def printed_disclosure(lines: Sequence[str], value: str) -> Printed | None:
    """Return where ``value`` is printed as the 公开属性; :attr:`Printed.value` is its very word."""
    for number, line in enumerate(lines):
        for cell in _cells(line):
            if fields.disclosure_of_line(cell) != value or len(cell) > 40:
                continue
            found = fields.disclosure_printed(cell)
            if found is None or not scheme_of(found["value"].removeprefix("此件")):
                continue
            word = found["value"].removeprefix("此件")
            said = cell[found.start() : _closed(cell, found.start(), found.end())].strip()
            at = said.index(word, 2) if said.startswith("是否") else said.rindex(word)
            pattern = f"{_coloned(said[:at])}{{{{公开属性}}}}{said[at + len(word) :]}"
            return Printed(number, _tidy(pattern), said, word)
    return None


def scheme_of(word: str) -> tuple[str, ...]:
    """Return the words among which ``word`` is one of the 公开属性; none where it is none."""
    return next((scheme for scheme in _SCHEMES if word in scheme), ())


def is_shipped(word: str) -> bool:
    """Whether ``word`` is a 公开属性 of the shipped profile."""
    return word in _SHIPPED


def _cells(line: str) -> Iterator[str]:
    """Yield the parts of a line that stand apart, as the cells of a table or behind a number."""
    behind = DOC_NO.match(line.strip())
    parts = line.strip()[behind.end() :].split() if behind else []
    yield from parts
    for cell in _CELLS.split(line):
        if cell.strip():
            yield cell.strip()
    # A key set wide to the measure of its neighbours: 类　别：B.
    if _CELLS.search(line):
        yield re.sub(r"\s", "", line)


def _start(found: re.Match[str]) -> int:
    return found.start("said") if "said" in found.re.groupindex else found.start()


def _said(cell: str, found: re.Match[str]) -> tuple[str, str]:
    """Return what is printed of the class, and its meaning in brackets where one follows."""
    whole = "said" not in found.re.groupindex
    start, end = (found.start(), found.end()) if whole else found.span("said")
    end = _closed(cell, start, end)
    meaning = _MEANING.match(cell, end)
    return cell[start:end].strip(), meaning[0].strip() if meaning else ""


def _closed(cell: str, start: int, end: int) -> int:
    """Return ``end``, behind the bracket that closes what was opened between."""
    said = cell[start:end]
    opened = sum(map(said.count, _OPENERS)) > sum(map(said.count, _CLOSERS))
    follows = cell[end : end + 1]
    return end + 1 if opened and follows and follows in _CLOSERS else end


def _slotted(said: str, at: int, length: int, meaning: str) -> str:
    before, after = said[:at], said[at + length :]
    # 办理结果：基本解决（B） prints the meaning before the code.
    before = re.sub(r"(?<=[:：])\s*[\u4e00-\u9fff、，或]{2,16}(?=[（(])", "{{含义}}", before)
    before = _coloned(before)
    return _tidy(f"{before}{{{{代码}}}}{after}{'（{{含义}}）' if meaning else ''}")


def _coloned(label: str) -> str:
    """Return a label with its colon: a table prints none between its cells."""
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+$", "：", label)


def _sentence(sentence: str, code: str | None) -> str:
    if len(sentence) > _LONGEST_SENTENCE or _OF_ONE.search(sentence):
        return ""
    said = fields.class_in_text(sentence)
    if not said or said != (code or said) or not _SPEAKS_OF_RESULT.search(sentence):
        return ""
    written = re.sub(rf"(?<![A-Za-z]){said}(?![A-Za-z])", "{{代码}}", sentence)
    return _tidy(written) if written.count("{{代码}}") == 1 else ""


def _tidy(text: str) -> str:
    return re.sub(r"\s", "", text).translate(_WIDE)
