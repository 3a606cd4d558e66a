"""Measures that stand off the ladder: 任务一…, 1.1 …, and the rows of a table of tasks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from drafting.language.numbering import han_to_int
from drafting.model import Block

_NUMERAL = r"[一二三四五六七八九十]{1,3}|\d{1,2}"
_TASK = re.compile(
    rf"(?P<label>(?:任务|行动|工程|举措|措施|工作)(?P<number>{_NUMERAL}))"
    r"\s*(?:[:：、.．—-]+|\s)\s*(?P<text>\S.*)",
    re.DOTALL,
)
_DECIMAL = re.compile(
    r"(?P<label>(?P<chapter>\d{1,2})[.．](?P<number>\d{1,2}))[.．、\s]*(?P<text>[^\d\s.％%].*)",
    re.DOTALL,
)
_LEAD = re.compile(r"[^。！？；]{1,60}。")
_LONGEST_TITLE = 60
_LEVEL = 2

_COLUMNS = (
    ("label", r"序号|编号"),
    (
        "title",
        r"(?:重点|工作|主要|具体|改革|目标[与和及]?){0,2}(?:任务|措施|举措|事项)(?:名称|内容)?|工作内容|项目名称",
    ),
    ("牵头单位", r"牵头(?:责任)?(?:部门|单位)|主责(?:部门|单位)"),
    ("配合单位", r"(?:协同)?(?:配合|协同|参与|协办)(?:部门|单位)"),
    ("责任单位", r"(?:主要)?(?:责任|落实|实施|承办)(?:部门|单位|主体)"),
)


def labelled(body: Sequence[Block]) -> list[Block]:
    """Return ``body`` with the labels 任务一 and 1.1 told apart from the text they open.

    Only where they count on: a lone 行动一 or 3.5 in a text is a word or a figure.
    """
    for pattern in (_TASK, _DECIMAL):
        found = [pattern.fullmatch(block.text) if _is_bare(block) else None for block in body]
        if _counts_on([_place(match) for match in found if match]):
            return [
                _block(match["label"], match["text"]) if match else block
                for block, match in zip(body, found, strict=True)
            ]
    return []


def of_tables(body: Sequence[Block]) -> list[tuple[Block, list[Block]]]:
    """Return the tasks that a table lists: each with the lines that its other columns say."""
    found: list[tuple[Block, list[Block]]] = []
    for block in body:
        if block.kind == "table" and len(block.rows) > 2:
            head = {
                place: name
                for place, cell in enumerate(block.rows[0])
                for name, pattern in _COLUMNS
                if re.fullmatch(pattern, re.sub(r"\s", "", cell))
            }
            if "title" in head.values() and any(name.endswith("单位") for name in head.values()):
                found += [
                    row for cells in block.rows[1:] if (row := _row(cells, block.rows[0], head))
                ]
    return found


def _row(
    cells: tuple[str, ...], names: tuple[str, ...], head: dict[int, str]
) -> tuple[Block, list[Block]] | None:
    said = {head[place]: cell for place, cell in enumerate(cells) if place in head and cell}
    if not said.get("title"):
        return None
    rest = [
        Block("paragraph", f"{head.get(place) or names[place]}：{cell}")
        for place, cell in enumerate(cells)
        if cell and place < len(names) and head.get(place) not in ("label", "title")
    ]
    return _block(said.get("label", ""), said["title"]), rest


def _is_bare(block: Block) -> bool:
    return block.kind == "paragraph" and not block.level and not block.label


def _place(found: re.Match[str]) -> tuple[int, int]:
    number = found["number"]
    chapter = found.groupdict().get("chapter")
    return int(chapter or 0), int(number) if number.isdigit() else han_to_int(number) or 0


def _counts_on(places: list[tuple[int, int]]) -> bool:
    """Whether the numbers run 1, 2, 3 …, anew in each chapter."""
    if len(places) < 2:
        return False
    last = (places[0][0], 0)
    for chapter, number in places:
        if (chapter, number) not in ((last[0], last[1] + 1), (last[0] + 1, 1)):
            return False
        last = (chapter, number)
    return True


def _block(label: str, text: str) -> Block:
    if len(text) <= _LONGEST_TITLE and not re.search(r"[。；;]", text):
        return Block("heading", text, _LEVEL, label)
    lead = _LEAD.match(text)
    block = Block("paragraph", text, _LEVEL, label)
    if lead and lead.end() < len(text):
        return replace(block, text=text[lead.end() :], lead=lead[0])
    return block
