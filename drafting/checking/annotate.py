"""Give a .docx back with what the proofreader found: Word comments and tracked changes in place.

A finding becomes a comment (批注) on its words; a right form is put as a tracked change (修订), so
that the reader accepts or refuses it in Word. All else in the file stays as it was. Source:
ECMA-376-1, 17.13.4 (comments), 17.13.5 (revisions).
"""

from __future__ import annotations

import copy
import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lxml import etree

from drafting.checking.engine.halfwidth import restore
from drafting.checking.engine.running import FLATTENED
from drafting.checking.wordfile import (
    SPACE,
    W,
    announced,
    comments_of,
    numbering_of,
    open_word,
    packed,
)
from drafting.model import SEVERITY_NAMES, Finding

AUTHOR = "提案答复助手"
# What was struck out, what a drawing repeats, and the text of fields is no text of a paragraph.
_SKIPPED = frozenset(
    {f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "drawing", "pict", "object")}
    | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"}
)
_REVISED = frozenset((f"{W}ins", f"{W}moveTo"))
# What may be struck out together with the letters of its run.
_LETTERS = frozenset((f"{W}t", f"{W}rPr", f"{W}lastRenderedPageBreak"))
_BLANKS = " \t\r\n"


@dataclass(slots=True)
class _Piece:
    """A run, or what is left of it after cutting, with the stretch of its line's text.

    ``last`` is what a new element goes behind: the run, or what was put there for it.
    """

    run: etree._Element
    start: int
    end: int
    last: etree._Element


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The pieces of a paragraph that hold text, in order, and the first of all its runs."""

    first: _Piece | None
    held: list[_Piece]
    starts: list[int]

    def covered(self, finding: Finding) -> list[_Piece]:
        """Return the pieces of the finding's words; the paragraph is cut at their ends."""
        first, last = (bisect_left(self.starts, at) for at in (finding.start, finding.end))
        return self.held[first:last]

    def before(self, at: int) -> _Piece | None:
        """Return the piece behind which something at ``at`` goes, if there is text before it."""
        number = bisect_left(self.starts, at)
        return self.held[number - 1] if number else None


@dataclass(frozen=True, slots=True)
class WordText:
    """The lines of a .docx as they are checked, and the number that Word prints before each.

    The number is no part of the line; most lines have none, ``""``.
    """

    lines: list[str]
    numbers: list[str]


def word_text(data: bytes) -> WordText:
    """Return the lines of a .docx: its paragraphs, those of tables too, cut at line breaks.
    Findings of :func:`annotate` count by them.

    Raises :class:`UserError` where ``data`` is no .docx, damaged or dangerous.
    """
    word = open_word(data)
    numbering = numbering_of(word)
    lines: list[str] = []
    numbers: list[str] = []
    for paragraph in _below(word.body, f"{W}p"):
        texts = _text(paragraph).split("\n")
        lines += texts
        numbers += [numbering.of(paragraph), *[""] * (len(texts) - 1)]
    return WordText(lines, numbers)


def annotate(
    data: bytes,
    noted: Iterable[Finding],
    changed: Iterable[Finding],
    *,
    now: dt.datetime | None = None,
) -> bytes:
    """Return the .docx with a comment for each of ``noted`` and a tracked change for each of
    ``changed`` that has a replacement; of two that overlap the first is changed.

    Raises :class:`UserError` as :func:`word_text` does.
    """
    word = open_word(data)
    paragraphs = list(_below(word.body, f"{W}p"))
    texts = [_text(paragraph) for paragraph in paragraphs]
    notes = _by_paragraph(noted, texts)
    changes = _by_paragraph(_spelt_out(changed, texts), texts)
    if not notes and not changes:
        return data
    comments, path, is_new = comments_of(word)
    marking = _Marking(word.root, comments, (now or dt.datetime.now(dt.UTC)).replace(tzinfo=None))
    for number, paragraph in enumerate(paragraphs):
        marking.mark(paragraph, notes.get(number, ()), _apart(changes.get(number, ())))
    parts = {word.main: word.root}
    if notes:
        parts |= {path: comments} | (announced(word, path) if is_new else {})
    return packed(word, parts)


def _by_paragraph(findings: Iterable[Finding], texts: Sequence[str]) -> dict[int, list[Finding]]:
    """Gather findings by paragraph, their places counted from its beginning."""
    places: list[tuple[int, int]] = []
    for number, text in enumerate(texts):
        at = 0
        for line in text.split("\n"):
            places.append((number, at))
            at += len(line) + 1
    gathered: dict[int, list[Finding]] = {}
    for one in findings:
        number, at = places[one.paragraph]
        gathered.setdefault(number, []).append(replace(one, start=one.start + at, end=one.end + at))
    return gathered


def _spelt_out(findings: Iterable[Finding], texts: Sequence[str]) -> Iterator[Finding]:
    """Put each mark to be restored in the place of the one finding for all flattened ones."""
    lines = [line for text in texts for line in text.split("\n")]
    for one in findings:
        if one.rule != FLATTENED:
            yield one
            continue
        for number, line in enumerate(lines):
            for at, right in enumerate(restore(line)):
                if right != line[at]:
                    yield replace(
                        one, paragraph=number, start=at, end=at + 1, text=line[at],
                        replacement=right,
                    )  # fmt: skip


def _apart(findings: Sequence[Finding]) -> list[Finding]:
    """The findings with a right form, the first of any that overlap."""
    chosen: list[Finding] = []
    done = -1
    for one in sorted(findings, key=lambda one: (one.start, one.end)):
        if one.replacement is not None and one.start >= done and (one.text or one.replacement):
            chosen.append(one)
            done = max(one.end, one.start + (one.start == one.end))
    return chosen


# ------------------------------------------------------------------ reading


def _below(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The elements of that name below ``parent`` in reading order, not within one another."""
    for child in parent:
        if child.tag in _SKIPPED or not isinstance(child.tag, str):
            continue
        if child.tag == tag:
            yield child
        else:
            yield from _below(child, tag)


def _atom(element: etree._Element) -> str:
    """The text that a child of a run stands for; nothing for what is none."""
    if element.tag == f"{W}t":
        text = element.text or ""
        # A line break in a text node would tear the line in two for all that counts lines.
        kept = text if element.get(SPACE) == "preserve" else text.strip(_BLANKS)
        return kept.replace("\n", " ").replace("\r", " ")
    if element.tag == f"{W}noBreakHyphen":
        return "-"
    if element.tag in (f"{W}br", f"{W}cr"):
        return "\n"
    return "\t" if element.tag in (f"{W}tab", f"{W}ptab") else ""


def _run_text(run: etree._Element) -> str:
    return "".join(map(_atom, run))


def _text(paragraph: etree._Element) -> str:
    return "".join(map(_run_text, _below(paragraph, f"{W}r")))


# ------------------------------------------------------------------ marking


class _Marking:
    """Puts comments and revisions into paragraphs, with numbers that are nowhere used yet."""

    def __init__(self, root: etree._Element, comments: etree._Element, now: dt.datetime) -> None:
        self._comments = comments
        self._date = f"{now:%Y-%m-%dT%H:%M:%SZ}"
        # Revisions, bookmarks and comments count apart, but none needs a number twice.
        self._next = 1 + max(
            (
                int(value)
                for part in (root, comments)
                for element in part.iter(etree.Element)
                if (value := element.get(f"{W}id", "")).isdecimal() and len(value) < 9
            ),
            default=0,
        )

    def mark(
        self, paragraph: etree._Element, noted: Sequence[Finding], changed: Sequence[Finding]
    ) -> None:
        """Mark the findings of one paragraph."""
        places = {at for one in (*noted, *changed) for at in (one.start, one.end)}
        if not places:
            return
        pieces = _cut(paragraph, places)
        for finding in changed:
            self._change(paragraph, pieces, finding)
        for finding in noted:
            self._comment(paragraph, pieces, finding)

    def _number(self) -> str:
        number, self._next = self._next, self._next + 1
        return str(number)

    def _signed(self, name: str) -> etree._Element:
        element = etree.Element(f"{W}{name}")
        element.set(f"{W}id", self._number())
        element.set(f"{W}author", AUTHOR)
        element.set(f"{W}date", self._date)
        return element

    def _comment(self, paragraph: etree._Element, pieces: _Pieces, finding: Finding) -> None:
        comment = self._signed("comment")
        comment.set(f"{W}initials", "助手")
        comment.append(_said(finding))
        self._comments.append(comment)
        number = comment.get(f"{W}id", "")
        start = _numbered("commentRangeStart", number)
        end = _numbered("commentRangeEnd", number)
        reference = etree.Element(f"{W}r")
        reference.append(_numbered("commentReference", number))
        covered = pieces.covered(finding)
        if covered:
            _outermost(covered[0].run).addprevious(start)
            covered[-1].last.addnext(end)
        else:
            _insert(paragraph, pieces, finding.start, start)
            start.addnext(end)
        end.addnext(reference)

    def _change(self, paragraph: etree._Element, pieces: _Pieces, finding: Finding) -> None:
        covered = pieces.covered(finding)
        if not all(_may_be_struck_out(piece.run) for piece in covered):
            return
        for piece in covered:
            struck = self._signed("del")
            piece.run.addprevious(struck)
            struck.append(piece.run)
            for text in piece.run.iter(f"{W}t"):
                text.tag = f"{W}delText"
            piece.last = struck
        if not finding.replacement:
            return
        inserted = self._signed("ins")
        before = covered[-1] if covered else pieces.before(finding.start)
        inserted.append(_run_like(before or pieces.first, finding.replacement))
        _insert(paragraph, pieces, finding.end, inserted)
        if before is not None:
            before.last = inserted


def _may_be_struck_out(run: etree._Element) -> bool:
    """Whether a run holds letters only, and nobody else's revision is about it.

    A tab or a break struck out would take the line along; within another's insertion the change
    would be a revision of a revision, which programs show in different ways.
    """
    return all(child.tag in _LETTERS for child in run) and not any(
        parent.tag in _REVISED for parent in run.iterancestors()
    )


def _cut(paragraph: etree._Element, places: Iterable[int]) -> _Pieces:
    """Cut the runs of a paragraph at ``places``."""
    pieces = []
    at = 0
    wanted = sorted(set(places))
    for run in list(_below(paragraph, f"{W}r")):
        end = at + len(_run_text(run))
        inside = wanted[bisect_right(wanted, at) : bisect_left(wanted, end)]
        for piece in _split(run, [place - at for place in inside]):
            length = len(_run_text(piece))
            pieces.append(_Piece(piece, at, at + length, piece))
            at += length
    held = [piece for piece in pieces if piece.start < piece.end]
    return _Pieces(pieces[0] if pieces else None, held, [piece.start for piece in held])


def _split(run: etree._Element, places: Sequence[int]) -> list[etree._Element]:
    """Cut one run at the given places of its text; its properties go with every piece."""
    if not places:
        return [run]
    children = [child for child in run if child.tag != f"{W}rPr"]
    for child in children:
        run.remove(child)
    bare = copy.deepcopy(run)
    pieces, borders, at = [run], frozenset(places), 0
    for child in children:
        text = _atom(child)
        end = at + len(text)
        inside = places[bisect_right(places, at) : bisect_left(places, end)]
        if at in borders and len(pieces[-1]) > len(bare):
            pieces.append(copy.deepcopy(bare))
        if not inside:
            pieces[-1].append(child)
        for start, stop in pairwise([at, *inside, end]) if inside else ():
            if start > at:
                pieces.append(copy.deepcopy(bare))
            _set_text(etree.SubElement(pieces[-1], f"{W}t"), text[start - at : stop - at])
        at = end
    for before, behind in pairwise(pieces):
        before.addnext(behind)
    return pieces


def _set_text(element: etree._Element, text: str) -> None:
    element.text = text
    element.set(SPACE, "preserve")


def _insert(paragraph: etree._Element, pieces: _Pieces, at: int, element: etree._Element) -> None:
    """Put ``element`` where ``at`` is: behind the text that ends there, else at the front."""
    before = pieces.before(at)
    if before is not None:
        before.last.addnext(element)
    elif pieces.first is not None:
        _outermost(pieces.first.run).addprevious(element)
    else:
        paragraph.append(element)


def _outermost(run: etree._Element) -> etree._Element:
    """The run, or the revision of ours that already wraps it."""
    parent = run.getparent()
    struck = parent is not None and parent.tag == f"{W}del"
    return parent if struck and parent is not None else run


def _run_like(model: _Piece | None, text: str) -> etree._Element:
    run = etree.Element(f"{W}r")
    properties = model.run.find(f"{W}rPr") if model is not None else None
    if properties is not None:
        run.append(copy.deepcopy(properties))
    _set_text(etree.SubElement(run, f"{W}t"), text)
    return run


def _numbered(name: str, number: str) -> etree._Element:
    element = etree.Element(f"{W}{name}")
    element.set(f"{W}id", number)
    return element


def _said(finding: Finding) -> etree._Element:
    """The comment's paragraph: how grave, what, after which rule and source."""
    paragraph = etree.Element(f"{W}p")
    run = etree.SubElement(paragraph, f"{W}r")
    name = SEVERITY_NAMES[finding.severity]
    text = f"【{name}】{finding.message}。（{finding.rule}，{finding.source}）"
    _set_text(etree.SubElement(run, f"{W}t"), text)
    return paragraph
