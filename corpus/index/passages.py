"""Document → passages and sections: what is found, and what is indexed.

A passage is a paragraph with the headings above it. A section is a run of neighbouring passages
under one heading, up to a length, and is one row of the index: short documents are one section,
long ones are searched part by part, so that a measure is not drowned by its plan.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from drafting.model import Block, Document

LONGEST_SECTION = 1_200
"""Characters after which a section closes."""

_LONGEST_PASSAGE = 1_200
_LONGEST_HEAD = 1_500
# Lines that every document has; they match every question and answer none.
_FORMAL = re.compile(
    r"(?:抄送|联系人|联系电话|附件)[^。]{0,12}[:：].*"
    r"|(?:再次|最后|衷心|诚挚|非常|十分|特此)?(?:感谢|致谢)(?:您|你|贵).{0,80}"
    r"|.{0,220}(?:答复|函复|回复|意见|情况)如下[:：。]?"
    r"|[（(]此件.{0,12}[）)]|.{0,30}如下[:：]"
)
_UNITS = re.compile(r"[（(]?(?:牵头|责任|配合|协助|主责|指导|协办|参与)(?:部门|单位)\s*[:：]")


@dataclass(frozen=True, slots=True)
class PassageText:
    """A paragraph and its path of headings."""

    path: tuple[str, ...]
    text: str


def split_passages(document: Document) -> list[PassageText]:
    """Return the passages of ``document`` in reading order; formal lines are left out."""
    path: dict[int, str] = {}
    found: list[PassageText] = []
    for block in document.body:
        if block.kind == "heading":
            path = {level: text for level, text in path.items() if level < block.level}
            path[block.level] = f"{block.label}{block.text}"
            continue
        text = block.full_text.strip()
        if found and _UNITS.match(text):
            # Who answers for a measure belongs to the measure, not beside it.
            found[-1] = PassageText(found[-1].path, f"{found[-1].text}\n{text}")
        elif text and not _is_formal(block, text):
            above = tuple(path[level] for level in sorted(path) if not 0 < block.level <= level)
            found += [PassageText(above, part) for part in _cut(text)]
    return found


def group_sections(passages: list[PassageText]) -> list[list[PassageText]]:
    """Group passages into sections: a new one where the chapter changes or the length is full."""
    sections: list[list[PassageText]] = []
    length = 0
    for passage in passages:
        last = sections[-1][-1] if sections else None
        full = length + len(passage.text) > LONGEST_SECTION
        turned = (
            last is not None and last.path[:2] != passage.path[:2] and length > LONGEST_SECTION // 3
        )
        if last is None or full or turned:
            sections.append([])
            length = 0
        sections[-1].append(passage)
        length += len(passage.text)
    return sections


def head_lines(document: Document) -> str:
    """Return the lines of ``document`` that are in no passage: opening, tail, contacts.

    They answer nothing, but a document is found by them: the opening quotes the proposal, the
    signature names the unit and the place.
    """
    printed = {block.full_text.strip() for block in document.body if not is_formal(block)}
    lines = (line.strip() for line in document.text.split("\n"))
    rest = [line for line in lines if line and line not in printed]
    return "\n".join(dict.fromkeys(rest))[:_LONGEST_HEAD]


def is_formal(block: Block) -> bool:
    """Whether a block is a line that every document has."""
    return block.kind == "paragraph" and _is_formal(block, block.full_text.strip())


def _is_formal(block: Block, text: str) -> bool:
    return not block.label and len(text) < 260 and bool(_FORMAL.fullmatch(text))


def _cut(text: str) -> list[str]:
    """Cut a paragraph of more than a page at sentence ends."""
    if len(text) <= _LONGEST_PASSAGE:
        return [text]
    parts = [""]
    for sentence in re.split(r"(?<=[。；\n])", text):
        if parts[-1] and len(parts[-1]) + len(sentence) > _LONGEST_PASSAGE:
            parts.append("")
        parts[-1] += sentence
    # A run without any stop is cut by length: it is a table or rubbish, but it is kept.
    return [
        part[start : start + 2 * _LONGEST_PASSAGE]
        for part in parts
        for start in range(0, len(part), 2 * _LONGEST_PASSAGE)
    ]
