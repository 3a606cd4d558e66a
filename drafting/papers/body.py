"""Lines → the numbered tree: headings, paragraphs and tables in reading order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drafting.language.numbering import parse_label
from drafting.model import Block
from drafting.papers.plain.lines import Line

LONGEST_HEADING = 60
_LONGEST_STOPPED_HEADING = 12
_SENTENCE = re.compile(r"[。！？；：;!?:]")
_LEAD = re.compile(r"[^。！？；]{1,60}。")
_CHAPTER = re.compile(
    r"(?P<label>第[一二三四五六七八九十百零〇]{1,5}(?P<rank>[编章节]))\s*(?P<text>\S.*)"
)
_ARTICLE = re.compile(
    r"(?P<label>第[一二三四五六七八九十百零〇]{1,6}条)\s+(?P<text>\S.*)", re.DOTALL
)
_CHAPTER_LEVEL = {"编": 1, "章": 1, "节": 2}


def build_body(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Return the blocks of the body.

    A heading is a numbered line that stands alone: no sentence in it, at most 60 characters, its
    level told by its label. A numbered line that runs on is a paragraph; where its first sentence
    is short, that is its ``lead``.
    """
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    for n, line in enumerate(lines):
        if line.cells:
            rows.append(line.cells)
            continue
        if rows:
            blocks.append(Block("table", rows=tuple(rows)))
            rows = []
        block = _block(line.text)
        if block.kind == "heading" and not _heads(lines, n):
            block = _paragraph(line.text)
        blocks.append(block)
    if rows:
        blocks.append(Block("table", rows=tuple(rows)))
    return tuple(blocks)


def _heads(lines: Sequence[Line], number: int) -> bool:
    """Whether a line that reads as a heading is one: no item of a list, no page's cut-off end."""
    text = lines[number].text
    if text.endswith("。"):
        return _stands_above(lines, number)
    return number + 1 < len(lines) or not re.search(r"[，,]", text)


def _stands_above(lines: Sequence[Line], number: int) -> bool:
    """Whether a short stopped line heads what follows it, and is no item of a list."""
    if number + 1 == len(lines):
        return False
    own, below = parse_label(lines[number].text), parse_label(lines[number + 1].text)
    above = parse_label(lines[number - 1].text) if number else None
    if own is None or (above and above.level == own.level):
        return False
    return below is None or below.level == 0 or below.level > own.level


def is_heading_text(text: str) -> bool:
    """Whether the words behind a label stand alone as a heading."""
    if not text or len(text) > LONGEST_HEADING:
        return False
    if text.endswith("。") and len(text) <= _LONGEST_STOPPED_HEADING:
        return not re.search(r"[，,、。！？；：;!?:]", text[:-1])
    return not _SENTENCE.search(text)


def _block(text: str) -> Block:
    if chapter := _CHAPTER.fullmatch(text):
        if is_heading_text(chapter["text"]):
            heading = re.sub(r"\s+", "", chapter["text"])
            return Block("heading", heading, _CHAPTER_LEVEL[chapter["rank"]], chapter["label"])
        return Block("paragraph", text)
    if article := _ARTICLE.fullmatch(text):
        return Block("paragraph", article["text"], 0, article["label"])
    label = parse_label(text)
    if label and 1 <= label.level <= 4 and is_heading_text(text[label.length :]):
        return Block("heading", text[label.length :].rstrip("。"), label.level, label.text)
    return _paragraph(text)


def _paragraph(text: str) -> Block:
    label = parse_label(text)
    if label is None:
        return Block("paragraph", text)
    rest = text[label.length :]
    if label.level == 0:
        # 一是… and 第一，… count points within a paragraph; they are words of it.
        return Block("paragraph", text)
    lead = _LEAD.match(rest)
    if lead and lead.end() < len(rest):
        return Block("paragraph", rest[lead.end() :], label.level, label.text, lead[0])
    return Block("paragraph", rest, label.level, label.text)
