"""The placeholders in a line of text: ``{{ 标题 }}``, ``{% if 抄送 %}``, ``{%p for 段 in 正文 %}``.

The grammar is a small part of docxtpl's: names, whether something is there, and loops. Braces of
full width, which Chinese input methods type, count as braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from drafting.writing.own_template.fields import find_field

TagKind = Literal["value", "if", "else", "endif", "for", "endfor", "comment"]

_HALF = str.maketrans("｛｝％＃", "{}%#")
_TAG = re.compile(
    r"\{\{(?P<value>[^{}\n]*)\}\}|\{%(?P<statement>[^{}%\n]*)%\}|\{#(?P<comment>[^{}\n]*)#\}"
)
_STATEMENT = re.compile(r"(?:(?P<scope>p|tr|r)\s+)?(?P<word>\w+)(?P<rest>.*)", re.DOTALL)
_NAME = r"[^\W\d_][\w（）()、·/\- ]*?"
_DOTTED = re.compile(rf"(?:[pr]\s+)?(?P<name>{_NAME})\s*(?:\.\s*(?P<attribute>\w+))?")
_LOOP = re.compile(rf"(?P<each>\w+)\s+in\s+(?P<name>{_NAME})")
_ASKED = re.compile(rf"(?P<negated>not\s+)?(?P<name>{_NAME})\s*(?:\.\s*(?P<attribute>\w+))?")
_LOOSE = re.compile(r"\{\s*[{%]|[}%]\s*\}")
_SINGLE = re.compile(r"\{\s*([^{}\s][^{}\n]{0,14})\s*\}")
_SHOWN = 14


@dataclass(frozen=True, slots=True)
class Tag:
    """One placeholder: where it stands in its line, and what it says.

    ``each`` is the name that a loop gives to what it goes through; ``fault`` says what is wrong
    with one that is not understood.
    """

    kind: TagKind
    start: int
    end: int
    written: str
    name: str = ""
    attribute: str = ""
    negated: bool = False
    each: str = ""
    fault: str = ""


def read_tags(text: str) -> tuple[Tag, ...]:
    """Return the placeholders of ``text``, in order."""
    return tuple(_tag(found) for found in _TAG.finditer(text.translate(_HALF)))


def without_tags(text: str, tags: Iterable[Tag]) -> str:
    """Return ``text`` without its placeholders."""
    kept, at = [], 0
    for tag in tags:
        kept.append(text[at : tag.start])
        at = tag.end
    return "".join([*kept, text[at:]])


def only_tag(text: str, tags: Sequence[Tag]) -> Tag | None:
    """Return the placeholder that is all there is in the line, else ``None``."""
    return tags[0] if len(tags) == 1 and not without_tags(text, tags).strip() else None


def broken(text: str, tags: Sequence[Tag]) -> Iterator[str]:
    """Say what looks like a placeholder in ``text`` and is none."""
    half = text.translate(_HALF)
    spans = [range(tag.start, tag.end) for tag in tags]

    def apart(at: int) -> bool:
        return not any(at in span for span in spans)

    for loose in _LOOSE.finditer(half):
        if not apart(loose.start()):
            continue
        if half[loose.start()] == "{":
            shown = text[loose.start() : loose.start() + _SHOWN]
            blank = len(loose[0]) > 2
            yield f"“{shown}”" + ("花括号之间有空格。" if blank else "没有配对的右花括号。")
        else:
            shown = text[max(0, loose.end() - _SHOWN) : loose.end()]
            yield f"“{shown}”没有配对的左花括号。"
    for single in _SINGLE.finditer(half):
        lone = half[: single.start()][-1:] != "{" and half[single.end() : single.end() + 1] != "}"
        if lone and apart(single.start()) and find_field(single[1]) is not None:
            yield f"“{single[0]}”只有一层花括号，应为“{{{{ {single[1].strip()} }}}}”。"


def _tag(found: re.Match[str]) -> Tag:
    start, end, written = found.start(), found.end(), found[0]
    if found["comment"] is not None:
        return Tag("comment", start, end, written)
    if found["value"] is not None:
        said = _DOTTED.fullmatch(found["value"].strip(" \t\u3000\u00a0-"))
        if said is None:
            fault = "花括号里只写栏目的名称，如“{{ 标题 }}”，不写运算和过滤。"
            empty = not found["value"].strip()
            return Tag(
                "value", start, end, written, fault="花括号里没有写栏目。" if empty else fault
            )
        return Tag(
            *("value", start, end, written, said["name"].strip()),
            attribute=said["attribute"] or "",
        )
    return _statement(start, end, written, found["statement"].strip(" \t\u3000\u00a0-"))


def _statement(start: int, end: int, written: str, text: str) -> Tag:
    found = _STATEMENT.fullmatch(text)
    word = found["word"] if found else ""
    rest = found["rest"].strip() if found else ""
    if word in ("else", "endif", "endfor") and not rest:
        return Tag(word, start, end, written)  # type: ignore[arg-type]
    if word == "if" and (asked := _ASKED.fullmatch(rest)):
        return Tag(
            *("if", start, end, written, asked["name"].strip()),
            attribute=asked["attribute"] or "",
            negated=asked["negated"] is not None,
        )
    if word == "for" and (loop := _LOOP.fullmatch(rest)):
        return Tag("for", start, end, written, loop["name"].strip(), each=loop["each"])
    fault = "只认得 if 栏目、if not 栏目、else、endif、for 名称 in 栏目、endfor。"
    return Tag("comment", start, end, written, fault=fault)
