"""The templates' lines → Blocks, with every level number set afresh.

A template is read line by line. ``# `` opens a heading of the first level, ``## `` of the second;
``| a | b`` is a row of a form's table; any other line is a paragraph. What a clerk typed is never
read so: values come into the template shielded by control characters, which cleaned text cannot
hold. Tables that a clerk typed (docs/tables.md) stand where they were typed.
Level numbers inside an answer are renumbered to stand below the heading of that answer
(GB/T 9704-2012, 7.3.3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from drafting.assembly.text import is_mark, line_label, stands_alone
from drafting.language.cleaning import pasted_paragraphs
from drafting.language.numbering import relabel
from drafting.language.tables import apart, split_tables
from drafting.model import Block
from templates import REPLIES

_VALUE, _BREAK, _BAR = "\x02", "\x1e", "\x1f"
_SHIELDS = str.maketrans("", "", _VALUE + _BREAK + _BAR)
_DEEPEST = 4
_LEAD_LIMIT = 30
_HEADING = re.compile(r"(#{1,3}) ")


@dataclass(slots=True)
class _Section:
    """What stands under one heading of the template; level 0 before the first."""

    level: int = 0
    title: str = ""
    lines: list[str] = field(default_factory=list)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # Autoescape is off on purpose: the output is plain text and never meets HTML unescaped.
    return Environment(
        loader=FileSystemLoader(REPLIES),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shield,
        auto_reload=False,
    )


def _shield(value: object) -> str:
    """Keep a value's own lines and bars from being read as the template's."""
    text = str(value).translate(_SHIELDS)
    return _VALUE + text.replace("\n", _BREAK).replace("|", _BAR)


def render(form: str, values: Mapping[str, Any], *, run_in: bool = False) -> tuple[Block, ...]:
    """Render ``templates/replies/<form>/body.j2`` with ``values`` and return its Blocks."""
    text = _environment().get_template(f"{form}/body.j2").render(values)
    return to_blocks(text, run_in=run_in)


def text_blocks(text: str) -> tuple[Block, ...]:
    """Return what somebody typed as Blocks: headings by their numbers, tables, paragraphs."""
    return to_blocks(_shield("\n".join(pasted_paragraphs(apart(text)))))


def to_blocks(rendered: str, *, run_in: bool = False) -> tuple[Block, ...]:
    """Parse rendered lines into Blocks; ``run_in`` lets headings run on into their text."""
    blocks: list[Block] = []
    for part in _sections(rendered):
        if isinstance(part, Block):
            blocks.append(part)
        else:
            blocks += _section_blocks(part, run_in)
    labels = relabel([block.level for block in blocks])
    return tuple(
        replace(block, label=label) if label else block
        for block, label in zip(blocks, labels, strict=True)
    )


def _sections(rendered: str) -> list[_Section | Block]:
    parts: list[_Section | Block] = []
    rows: list[tuple[str, ...]] = []
    section = _Section()
    for raw in rendered.split("\n"):
        line = raw.strip()
        heading = _HEADING.match(line)
        if heading:
            parts.append(section)
            section = _Section(len(heading[1]), _unshield(line[heading.end() :]))
        elif line.startswith("|"):
            rows.append(tuple(_unshield(cell).strip() for cell in line[1:].split("|")))
        else:
            lines = (one.strip() for one in _unshield(line).split("\n"))
            section.lines += [one for one in lines if one]
    parts.append(section)
    return [*parts, Block("table", rows=tuple(rows))] if rows else parts


def _unshield(text: str) -> str:
    return text.replace(_VALUE, "").replace(_BREAK, "\n").replace(_BAR, "|").strip()


def _section_blocks(section: _Section, run_in: bool) -> list[Block]:
    rungs = _rungs(section)
    lines = split_tables(section.lines)
    blocks: list[Block] = []
    if section.level:
        runs_on = bool(run_in and lines and _runs_on(lines[0]))
        blocks.append(_heading(section, str(lines[0]) if runs_on else ""))
        lines = lines[1:] if runs_on else lines
    return blocks + [
        line if isinstance(line, Block) else _line_block(line, rungs) for line in lines
    ]


def _runs_on(line: str | Block) -> bool:
    return isinstance(line, str) and line_label(line) is None and not is_mark(line)


def _heading(section: _Section, first: str) -> Block:
    if not first:
        return Block("heading", section.title, section.level)
    return Block("paragraph", first, section.level, lead=f"{section.title}。")


def _rungs(section: _Section) -> dict[int, int]:
    """Map the levels used in a section to the rungs below its heading, without gaps.

    The ladder has four rungs; what a clerk nested deeper shares the last one.
    """
    lines = (line for line in split_tables(section.lines) if isinstance(line, str))
    used = sorted({label.level for line in lines if (label := line_label(line))})
    return {level: min(section.level + n, _DEEPEST) for n, level in enumerate(used, 1)}


def _line_block(line: str, rungs: Mapping[int, int]) -> Block:
    label = line_label(line)
    if label is None:
        return Block("paragraph", line)
    level, rest = rungs[label.level], line[label.length :]
    if stands_alone(rest, label.text):
        return Block("heading", rest, level)
    lead, stop, text = rest.partition("。")
    if stop and text and len(lead) <= _LEAD_LIMIT:
        return Block("paragraph", text, level, lead=lead + stop)
    return Block("paragraph", rest, level)
