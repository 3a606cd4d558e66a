"""花脸稿 of what came back as a .docx: our paper with the file's changes as 修订 of Word.

Every paragraph and run keeps its looks; what was struck out and put in, moved, split and joined is
marked with author and date, rows of tables too. Accepting all gives the file's text, refusing all
the paper's. Source: ECMA-376-1, 17.13.5 (revisions).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from lxml import etree

from drafting.language.likeness.redline import compare as runs_of
from drafting.reading.archive_guard import read_part
from drafting.reading.word.markup.names import W
from drafting.reading.word.markup.package import main_part
from drafting.returning.comparing import Work
from drafting.returning.edited import body_of
from drafting.returning.merged import Item
from drafting.returning.nouns import LineKind
from drafting.returning.placing import Entry, starts_section

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_FIRST_ID = 5000
Mark = Literal["ins", "del", "moveFrom", "moveTo"]
State = Literal["same", "inserted", "deleted"]


@dataclass(frozen=True, slots=True)
class Hand:
    """Who changed, and when (``2026-11-18T09:30:00Z``)."""

    author: str
    date: str


@dataclass(frozen=True, slots=True)
class _Atom:
    """A character of a paragraph, or what stands in it without being one, with its run's looks."""

    char: str
    looks: etree._Element | None
    element: etree._Element | None = None


def redlined_file(work: Work, hand: Hand) -> bytes:
    """Return the paper of ``work`` with the changes of the file as tracked changes.

    A change that the file itself tracked keeps its author and date; all others are by ``hand``.
    """
    package, walk = body_of(work.sheet.file)
    writer = _Writer(work, hand, walk.elements)
    writer.write()
    return _packed(work.sheet.file, package.root)


def _stamp(date: str) -> str:
    return f"{date.replace(' ', 'T')}:00Z" if len(date) == 16 else "2000-01-01T00:00:00Z"


def _packed(file: bytes, root: etree._Element) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(file)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        main = main_part(source)
        for entry in source.infolist():
            own = read_part(source, entry.filename) or b""
            if entry.filename == main:
                own = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            target.writestr(entry, own)
    return stream.getvalue()


@dataclass(slots=True)
class _Writer:
    work: Work
    hand: Hand
    elements: Sequence[etree._Element]
    number: int = _FIRST_ID
    moves: dict[tuple[int, ...], str] = field(default_factory=dict)
    cursor: etree._Element | None = None

    def write(self) -> None:
        """Mark all."""
        items = self.work.items
        at = 0
        for rows, group in groupby(items, self._new_row):
            members = list(group)
            at += len(members)
            if rows:
                self._new_rows(members, self._row_of(items[at]) if at < len(items) else None)
                continue
            for item in members:
                self._item(item)

    def _new_row(self, item: Item) -> bool:
        new = item.role == "come" and item.change >= 0
        return new and self.work.edited.kind(item.link.theirs[0]) == "row"

    def _row_of(self, item: Item) -> etree._Element | None:
        """The row of our paper that stands at an item."""
        row = self.elements[item.link.ours[0]] if item.link.ours and item.role != "come" else None
        return row if row is not None and row.tag == f"{W}tr" else None

    def _item(self, item: Item) -> None:
        mine, other = item.link.ours, item.link.theirs
        lines = [self.work.theirs[one] for one in other]
        if item.change < 0:
            if item.role != "come":
                self.cursor = self.elements[mine[-1]]
        elif item.role == "come":
            self._come(item, lines)
        elif item.role == "go":
            for one in mine:
                self._strike(self.elements[one], self._name(item), moved=self._keeps(item))
        elif self.elements[mine[0]].tag == f"{W}tr":
            self._row(self.elements[mine[0]], lines[0], other)
        else:
            self._rewrite([self.elements[one] for one in mine], lines, other)

    # ------------------------------------------------------------------ whole paragraphs

    def _keeps(self, item: Item) -> bool:
        """Whether what moved says the same at its new place: else it is struck and put in."""
        link = item.link
        if not link.moved:
            return False
        return self.work.sheet.lines[link.ours[0]] == self.work.theirs[link.theirs[0]]

    def _name(self, item: Item) -> str:
        return self.moves.setdefault(item.link.ours, f"move{len(self.moves) + 1}")

    def _come(self, item: Item, lines: Sequence[str]) -> None:
        moved = self._keeps(item)
        kind = self.work.edited.kind(item.link.theirs[0])
        for line in lines:
            source = self.elements[item.link.ours[0]] if moved else None
            if source is not None and source.tag == f"{W}p":
                made = _emptied(source)
                runs = [_run(atoms) for atoms in _grouped(_atoms(source))]
                self._put_in(made, runs, "moveTo", self._name(item))
            else:
                made = self._new_paragraph(line, kind)
            self._place(made)

    def _new_paragraph(self, line: str, kind: LineKind) -> etree._Element:
        made = etree.Element(f"{W}p")
        properties = etree.SubElement(made, f"{W}pPr")
        heads = starts_section(Entry(line, kind=kind))
        style = etree.SubElement(properties, f"{W}pStyle")
        style.set(f"{W}val", "Heading1" if heads else "Body")
        shown = f"［文本框］{line}" if kind == "box" else line
        self._put_in(made, [_typed(shown, None)], "ins", "", self._who("inserted", line))
        return made

    def _put_in(
        self,
        paragraph: etree._Element,
        runs: Iterable[etree._Element],
        mark: Mark,
        name: str,
        hand: Hand | None = None,
    ) -> None:
        """Fill a new paragraph, and mark its end as put in."""
        hand = hand or self.hand
        _mark_end(paragraph, self._revision(mark, hand))
        revision = self._revision(mark, hand)
        revision.extend(runs)
        self._append(paragraph, revision, mark, name, hand)

    def _strike(self, element: etree._Element, name: str, *, moved: bool) -> None:
        """Strike out a paragraph or a row, its end too."""
        mark: Mark = "moveFrom" if moved else "del"
        if element.tag == f"{W}tr":
            self._strike_row(element)
            return
        text = "".join(one.char for one in _atoms(element))
        hand = self._who("deleted", text)
        runs = [_run(atoms, struck=not moved) for atoms in _grouped(_atoms(element))]
        _clear(element)
        _mark_end(element, self._revision(mark, hand))
        if runs:
            revision = self._revision(mark, hand)
            revision.extend(runs)
            self._append(element, revision, mark, name, hand)
        self.cursor = element

    def _append(
        self,
        paragraph: etree._Element,
        revision: etree._Element,
        mark: Mark,
        name: str,
        hand: Hand,
    ) -> None:
        if mark not in ("moveFrom", "moveTo"):
            paragraph.append(revision)
            return
        start = self._revision(f"{mark}RangeStart", hand)
        start.set(f"{W}name", name)
        end = etree.Element(f"{W}{mark}RangeEnd")
        end.set(f"{W}id", start.get(f"{W}id", ""))
        paragraph.extend((start, revision, end))

    def _place(self, made: etree._Element) -> None:
        if self.cursor is None:
            self.elements[0].addprevious(made)
        else:
            _block(self.cursor).addnext(made)
        self.cursor = made

    # ------------------------------------------------------------------ rows

    def _new_rows(self, items: Sequence[Item], below: etree._Element | None) -> None:
        """Rows that came: of the table in which they stand where they have its cells, else one of
        their own. What moved looks as it did."""
        rows = [self.work.theirs[one].split("\t") for item in items for one in item.link.theirs]
        sources = [self._source(item) for item in items for _ in item.link.theirs]
        above = self.cursor if self.cursor is not None and self.cursor.tag == f"{W}tr" else None
        beside = next((one for one in (above, below) if _takes(one, rows[0])), None)
        if beside is None:
            self._new_table(rows, sources)
            return
        made = [self._new_table_row(row, beside) for row in rows]
        for row in reversed(made) if beside is above else made:
            (beside.addnext if beside is above else beside.addprevious)(row)
        self.cursor = made[-1]

    def _source(self, item: Item) -> etree._Element | None:
        element = self.elements[item.link.ours[0]] if item.link.ours else None
        return element if element is not None and element.tag == f"{W}tr" else None

    def _new_table(
        self, rows: Sequence[Sequence[str]], sources: Sequence[etree._Element | None]
    ) -> None:
        table = etree.Element(f"{W}tbl")
        like = next(sources[0].iterancestors(f"{W}tbl")) if sources[0] is not None else None
        if like is not None:
            table.extend(deepcopy(one) for one in like if one.tag in (f"{W}tblPr", f"{W}tblGrid"))
        else:
            properties = etree.SubElement(table, f"{W}tblPr")
            etree.SubElement(properties, f"{W}tblStyle").set(f"{W}val", "RuledTable")
            width = etree.SubElement(properties, f"{W}tblW")
            width.set(f"{W}w", "0")
            width.set(f"{W}type", "auto")
            grid = etree.SubElement(table, f"{W}tblGrid")
            for _ in range(max(len(row) for row in rows)):
                etree.SubElement(grid, f"{W}gridCol").set(f"{W}w", "2000")
        for row, source in zip(rows, sources, strict=True):
            table.append(self._new_table_row(row, source))
        self._place(table)

    def _new_table_row(
        self, cells: Sequence[str], like: etree._Element | None = None
    ) -> etree._Element:
        """A row that was put in, its cells like those of another row."""
        hand = self._who("inserted", "".join(cells))
        row = etree.Element(f"{W}tr")
        etree.SubElement(row, f"{W}trPr").append(self._revision("ins", hand))
        models = (
            list(like.iterchildren(f"{W}tc")) if _takes(like, cells) and like is not None else []
        )
        for number, text in enumerate(cells):
            cell = etree.SubElement(row, f"{W}tc")
            if models:
                paragraph = _cell_like(cell, models[number])
            else:
                sized = etree.SubElement(etree.SubElement(cell, f"{W}tcPr"), f"{W}tcW")
                sized.set(f"{W}w", "2000")
                sized.set(f"{W}type", "dxa")
                paragraph = etree.SubElement(cell, f"{W}p")
                style = etree.SubElement(etree.SubElement(paragraph, f"{W}pPr"), f"{W}pStyle")
                style.set(f"{W}val", "TableText")
            self._put_in(paragraph, [_typed(text, None)], "ins", "", hand)
        return row

    def _strike_row(self, row: etree._Element) -> None:
        properties = row.find(f"{W}trPr")
        if properties is None:
            properties = etree.Element(f"{W}trPr")
            row.insert(0, properties)
        properties.append(self._revision("del", self.hand))
        for paragraph in list(row.iter(f"{W}p")):
            self._strike(paragraph, "", moved=False)
        self.cursor = row

    def _row(self, row: etree._Element, line: str, at: Sequence[int]) -> None:
        """A row whose cells say something else: cell by cell, or else a new row for it."""
        cells, texts = list(row.iter(f"{W}tc")), line.split("\t")
        paragraphs = [list(cell.iter(f"{W}p")) for cell in cells]
        if len(cells) == 1:
            texts = [line]
        if len(texts) != len(cells) or any(len(one) != 1 for one in paragraphs):
            self._strike_row(row)
            row.addnext(made := self._new_table_row(texts))
            self.cursor = made
            return
        for (paragraph,), text in zip(paragraphs, texts, strict=True):
            self._rewrite([paragraph], [text], at)
        self.cursor = row

    # ------------------------------------------------------------------ within paragraphs

    def _rewrite(
        self, paragraphs: Sequence[etree._Element], lines: Sequence[str], at_lines: Sequence[int]
    ) -> None:
        """Turn the text of paragraphs into ``lines``, joined or split where need be."""
        atoms = [_stripped(_atoms(one)) for one in paragraphs]
        borders = _ends("".join(a.char for a in one) for one in atoms)
        stream = iter([one for part in atoms for one in part])
        before = "".join(one.char for part in atoms for one in part)
        # What a title's line is broken by is no character: it goes along.
        pieces = list(_cut(runs_of(_tabbed(before), "".join(lines)), borders, _ends(lines)))
        content: list[etree._Element] = []
        looks: etree._Element | None = None
        made, at, to = [], 0, 0
        for state, text in pieces:
            if state == "inserted":
                revision = self._revision("ins", self._who("inserted", text, at_lines))
                revision.append(_typed(text, looks))
                content.append(revision)
                to += len(text)
            else:
                taken = list(_take(stream, len(text)))
                looks = next((one.looks for one in reversed(taken) if one.char), looks)
                runs = [_run(one, struck=state == "deleted") for one in _grouped(taken)]
                if state == "deleted":
                    revision = self._revision("del", self._who("deleted", text, at_lines))
                    revision.extend(runs)
                    runs = [revision]
                content.extend(runs)
                at += len(text)
                to += len(text) if state == "same" else 0
            made.append((at, to, content))
            content = []
        self._divide(paragraphs, made, borders, _ends(lines))

    def _divide(
        self,
        paragraphs: Sequence[etree._Element],
        made: Sequence[tuple[int, int, list[etree._Element]]],
        borders: Sequence[int],
        ends: Sequence[int],
    ) -> None:
        """Lay the pieces into the paragraphs: ends that came are put in, ends that went struck."""
        for one in paragraphs:
            _clear(one)
        if len(ends) > 1:
            last = paragraphs[0]
            current = _emptied(last)
            left = list(ends)
            for _, to, content in made:
                current.extend(content)
                if len(left) > 1 and to >= left[0]:
                    _mark_end(current, self._revision("ins", self.hand))
                    last.addprevious(current)
                    current = _emptied(last)
                    left.pop(0)
            last.extend(list(current)[1:] if current.find(f"{W}pPr") is not None else list(current))
            self.cursor = last
            return
        waiting = list(paragraphs)
        for at, _, content in made:
            waiting[0].extend(content)
            while len(waiting) > 1 and at >= borders[len(paragraphs) - len(waiting)]:
                _mark_end(waiting.pop(0), self._revision("del", self.hand))
        self.cursor = paragraphs[-1]

    # ------------------------------------------------------------------ who

    def _who(self, kind: str, text: str, lines: Sequence[int] = ()) -> Hand:
        """Who put in or struck out ``text``: as the file says of words that hold it, near there."""
        words = "".join(text.split())
        for one in self.work.edited.tracked:
            said = "".join(one.text.split())
            near = one.line in lines and words and (words in said or said in words)
            if one.author and one.kind == kind and (near or (said == words and len(said) > 1)):
                return Hand(one.author, _stamp(one.date))
        return self.hand

    def _revision(self, name: str, hand: Hand) -> etree._Element:
        self.number += 1
        element = etree.Element(f"{W}{name}")
        element.set(f"{W}id", str(self.number))
        element.set(f"{W}author", hand.author)
        element.set(f"{W}date", hand.date)
        return element


# --------------------------------------------------------------------------- as characters


def _atoms(paragraph: etree._Element) -> list[_Atom]:
    found: list[_Atom] = []
    for run in paragraph.iter(f"{W}r"):
        looks = run.find(f"{W}rPr")
        for child in run:
            if child.tag == f"{W}t":
                found += [_Atom(char, looks) for char in child.text or ""]
            elif child.tag == f"{W}tab":
                found.append(_Atom("\t", looks, child))
            elif child.tag == f"{W}noBreakHyphen":
                found.append(_Atom("-", looks, child))
            elif child.tag != f"{W}rPr":
                found.append(_Atom("", looks, child))
    return found


def _tabbed(text: str) -> str:
    return text.replace("\t", " ")


def _stripped(atoms: list[_Atom]) -> list[_Atom]:
    """With blanks at the ends as what goes along: a line does not have them."""
    first = next((n for n, one in enumerate(atoms) if one.char.strip()), len(atoms))
    last = next((n for n in range(len(atoms), 0, -1) if atoms[n - 1].char.strip()), 0)
    return [
        one if first <= at < last or not one.char else replace(one, char="", element=_held(one))
        for at, one in enumerate(atoms)
    ]


def _held(atom: _Atom) -> etree._Element:
    if atom.element is not None:
        return atom.element
    element = etree.Element(f"{W}t")
    element.text = atom.char
    element.set(_SPACE, "preserve")
    return element


def _ends(texts: Iterable[str]) -> list[int]:
    ends, at = [], 0
    for text in texts:
        at += len(text)
        ends.append(at)
    return ends


def _cut(
    pieces: Iterable[tuple[State, str]], borders: Sequence[int], ends: Sequence[int]
) -> Iterator[tuple[State, str]]:
    """Cut pieces where a paragraph of either side ends."""
    at = to = 0
    for state, text in pieces:
        rest = text
        while rest:
            sizes = [len(rest)]
            if state != "inserted":
                sizes += [one - at for one in borders if one > at]
            if state != "deleted":
                sizes += [one - to for one in ends if one > to]
            size = min(sizes)
            yield state, rest[:size]
            at += size if state != "inserted" else 0
            to += size if state != "deleted" else 0
            rest = rest[size:]


def _take(stream: Iterator[_Atom], count: int) -> Iterator[_Atom]:
    """The next ``count`` characters, with what stands before them."""
    while count:
        atom = next(stream)
        count -= len(atom.char)
        yield atom


def _grouped(atoms: Iterable[_Atom]) -> Iterator[list[_Atom]]:
    for _, group in groupby(atoms, lambda one: id(one.looks)):
        yield list(group)


def _run(atoms: Sequence[_Atom], *, struck: bool = False) -> etree._Element:
    """A run of these characters, as they looked; ``struck``: to stand in ``w:del``."""
    run = etree.Element(f"{W}r")
    if atoms[0].looks is not None:
        run.append(deepcopy(atoms[0].looks))
    for letters, group in groupby(atoms, lambda one: one.element is None):
        members = list(group)
        if letters:
            _text(run, "".join(one.char for one in members), struck=struck)
        else:
            run.extend(deepcopy(one.element) for one in members if one.element is not None)
    return run


def _typed(text: str, looks: etree._Element | None) -> etree._Element:
    run = etree.Element(f"{W}r")
    if looks is not None:
        run.append(deepcopy(looks))
    _text(run, text)
    return run


def _text(run: etree._Element, text: str, *, struck: bool = False) -> None:
    element = etree.SubElement(run, f"{W}delText" if struck else f"{W}t")
    element.text = text
    element.set(_SPACE, "preserve")


def _takes(row: etree._Element | None, cells: Sequence[str]) -> bool:
    """Whether a row has as many cells as are wanted, none of them merged over rows."""
    if row is None:
        return False
    merged = next(row.iter(f"{W}vMerge"), None) is not None
    return len(row.findall(f"{W}tc")) == len(cells) and not merged


def _cell_like(cell: etree._Element, model: etree._Element) -> etree._Element:
    """Give ``cell`` the properties of ``model``, and return a paragraph in it like its first."""
    properties, first = model.find(f"{W}tcPr"), model.find(f"{W}p")
    if properties is not None:
        cell.append(deepcopy(properties))
    paragraph = _emptied(first) if first is not None else etree.Element(f"{W}p")
    cell.append(paragraph)
    return paragraph


def _emptied(paragraph: etree._Element) -> etree._Element:
    """A paragraph of the same looks, without content."""
    made = etree.Element(f"{W}p")
    properties = paragraph.find(f"{W}pPr")
    if properties is not None:
        made.append(deepcopy(properties))
        for mark in list(made[0].iterchildren(f"{W}rPr")):
            made[0].remove(mark)
    return made


def _clear(paragraph: etree._Element) -> None:
    for child in list(paragraph):
        if child.tag != f"{W}pPr":
            paragraph.remove(child)


def _mark_end(paragraph: etree._Element, revision: etree._Element) -> None:
    """Mark the end of a paragraph as put in, struck out or moved."""
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = etree.Element(f"{W}pPr")
        paragraph.insert(0, properties)
    mark = properties.find(f"{W}rPr")
    if mark is None:
        mark = etree.SubElement(properties, f"{W}rPr")
    mark.insert(0, revision)


def _block(element: etree._Element) -> etree._Element:
    """The child of the body that holds ``element``."""
    while (parent := element.getparent()) is not None and parent.tag != f"{W}body":
        element = parent
    return element
