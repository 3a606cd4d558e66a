"""The blocks of a part — paragraphs, tables, what wraps them — as lines in reading order."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from drafting.papers.plain.lines import Line, normalise_breaks, tidy
from drafting.reading.word.embedded import MOST_CHUNKS, lines_of_chunk
from drafting.reading.word.markup import controls
from drafting.reading.word.markup.names import MC, M, R, W, number, switched, value
from drafting.reading.word.markup.notes import Note
from drafting.reading.word.markup.numbering import Numbering, joined
from drafting.reading.word.runs import SKIPPED, Context, Inline

_MOST_COLUMNS = 60
_CONTENTS_HEADINGS = ("目录", "目次")
_BLOCKS = frozenset({f"{W}{name}" for name in ("p", "tbl", "sdt", "altChunk")} | {f"{M}oMathPara"})


class Collector:
    """Walks the blocks of a part and appends lines; numbering counts on as it goes."""

    def __init__(
        self,
        context: Context,
        numbering: Numbering,
        lines: list[Line],
        *,
        notes: list[Note] | None = None,
    ) -> None:
        """``notes`` takes the notes of a table's cell: they are read below the table."""
        self._context = context
        self._numbering = numbering
        self._lines = lines
        self._in_cell = notes is not None
        self._notes: list[Note] = [] if notes is None else notes
        self._carried = ""

    def blocks(self, parent: etree._Element) -> None:
        """Take the paragraphs and tables below ``parent``, through any wrapper."""
        self._blocks(parent)
        if self._carried:
            # The last paragraph has nothing left to run on into.
            carried, self._carried = self._carried, ""
            self._add(carried)

    def _blocks(self, parent: etree._Element) -> None:
        for child in parent:
            tag = child.tag
            if tag == f"{W}p":
                self._paragraph(child)
            elif tag == f"{W}tbl":
                self._table(child)
            elif tag == f"{W}sdt":
                self._control(child)
            elif tag == f"{W}altChunk":
                self._chunk(child)
            elif tag == f"{M}oMathPara":
                inline = Inline(self._context)
                inline.formulas(child)
                self._add(inline.text)
            elif tag == f"{MC}AlternateContent":
                self._alternate(child)
            elif tag not in SKIPPED:
                self._blocks(child)

    def _control(self, control: etree._Element) -> None:
        """A content control around blocks."""
        if tick := controls.tick_of(control):
            self._add(tick)
            return
        if controls.holds_contents(control) and not self._context.fields.keep_contents:
            return
        content = self._context.placeholders.content_of(control)
        if content is not None:
            self._blocks(content)

    def _chunk(self, chunk: etree._Element) -> None:
        context = self._context
        context.chunks += 1
        if context.package is not None and context.chunks <= MOST_CHUNKS:
            path, content = context.package.related_to(chunk.get(f"{R}id", ""))
            self._lines.extend(lines_of_chunk(path, content, context.read_chunk))

    def _alternate(self, element: etree._Element) -> None:
        for choice in element:
            if any(True for _ in choice.iter(*_BLOCKS)):
                self._blocks(choice)
                return

    # ------------------------------------------------------------------ paragraphs

    def _paragraph(self, paragraph: etree._Element) -> None:
        properties = paragraph.find(f"{W}pPr")
        style = "" if properties is None else value(properties.find(f"{W}pStyle"))
        inline = Inline(self._context, style)
        inline.walk(paragraph)
        self._apart(inline)
        fields = self._context.fields
        text = self._carried + inline.text
        self._carried = ""
        if not fields.keep_contents and (
            self._context.styles.lists_contents(style) or (not text and fields.in_contents)
        ):
            self._drop_contents_heading()
            return
        if properties is not None and self._runs_on(properties):
            # A line of its own that is hidden says nothing; a hidden mark joins what is not.
            self._carried = self._labelled(paragraph, text) if text.strip() else text
            return
        text = self._labelled(paragraph, text)
        self._add(text)
        self._flush_notes()

    def _labelled(self, paragraph: etree._Element, text: str) -> str:
        """Return ``text`` behind the paragraph's automatic number.

        A number alone is read in a table only, where it is the row's: 序号.
        """
        label, gap = self._numbering.before(paragraph)
        if not tidy(text):
            return label if self._in_cell else ""
        return joined(label, gap, text.lstrip()) if label else text

    def _runs_on(self, properties: etree._Element) -> bool:
        """Whether the next paragraph joins this one: its mark is deleted or hidden, or it is an
        initial letter set large (首字下沉)."""
        frame = properties.find(f"{W}framePr")
        if frame is not None and frame.get(f"{W}dropCap", "none") != "none":
            return True
        mark = properties.find(f"{W}rPr")
        if mark is None:
            return False
        if mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None:
            return True
        return bool(switched(mark.find(f"{W}vanish")))

    def _apart(self, inline: Inline) -> None:
        """Take what a paragraph anchors but does not say, boxes and drawings; keep its notes."""
        for text in (text for lines in inline.diagrams for text in lines):
            self._add(text)
        for box in inline.boxes:
            kept, self._carried = self._carried, ""
            self.blocks(box)
            self._carried = kept
        self._notes.extend(inline.notes)

    def _add(self, text: str) -> None:
        for piece in normalise_breaks(text).split("\n"):
            if tidied := tidy(piece):
                self._lines.append(Line(tidied))

    def _drop_contents_heading(self) -> None:
        if self._lines and "".join(self._lines[-1].text.split()) in _CONTENTS_HEADINGS:
            self._lines.pop()

    def _flush_notes(self) -> None:
        """Read the notes met since the last paragraph or table; those of cells wait for its end."""
        if self._in_cell:
            return
        waiting, self._notes[:] = list(self._notes), []
        for note in waiting:
            said: list[Line] = []
            Collector(self._context, self._numbering, said, notes=[]).blocks(note.element)
            for at, line in enumerate(said):
                text = f"{note.head}{line.text}" if at == 0 else line.text
                self._lines.append(Line(text, footnote=True))

    # ------------------------------------------------------------------ tables

    def _table(self, table: etree._Element) -> None:
        """Take a table as rows; one of a single column only lays out text."""
        asked = self._context.placeholders
        rows = [(row, list(_cells(row, asked))) for row in _rows(table, asked)]
        if max((len(cells) for _, cells in rows), default=0) < 2:
            for _, cells in rows:
                for cell, shown in cells:
                    if shown:
                        self._blocks(cell)
            return
        for row, cells in rows:
            texts = ("",) * _skipped(row, "gridBefore") + tuple(
                text for cell, shown in cells for text in self._cell(cell, shown)
            )
            if any(texts):
                joint = " ".join(text for text in texts if text)
                self._lines.append(Line(joint, cells=texts))
        self._flush_notes()

    def _cell(self, cell: etree._Element, shown: bool | str) -> list[str]:
        """Return a cell's text; one that spans columns is followed by empty ones, to keep place."""
        lines: list[Line] = []
        if isinstance(shown, str):
            lines = [Line(shown)]
        elif shown:
            Collector(self._context, self._numbering, lines, notes=self._notes).blocks(cell)
        columns = number(value(cell.find(f"{W}tcPr/{W}gridSpan")), 1)
        more = max(0, min(columns, _MOST_COLUMNS) - 1)
        return ["\n".join(line.text for line in lines), *[""] * more]


def _rows(parent: etree._Element, asked: controls.Placeholders) -> Iterator[etree._Element]:
    """The rows of a table, through content controls, custom XML and other wrappers."""
    for child in parent:
        if child.tag == f"{W}tr":
            if child.find(f"{W}trPr/{W}del") is None:
                yield child
        elif child.tag == f"{W}sdt":
            content = asked.content_of(child)
            if content is not None:
                yield from _rows(content, asked)
        elif child.tag not in SKIPPED and child.tag != f"{W}tc":
            yield from _rows(child, asked)


def _cells(
    parent: etree._Element, asked: controls.Placeholders
) -> Iterator[tuple[etree._Element, bool | str]]:
    """The cells of a row through any wrapper, each with whether its content is shown.

    A control around a cell may show its placeholder, or be a box: then that box is its text.
    """
    for child in parent:
        if child.tag == f"{W}tc":
            if child.find(f"{W}tcPr/{W}cellDel") is None:
                yield child, True
        elif child.tag == f"{W}sdt":
            within = child.find(f"{W}sdtContent")
            tick, placeholder = controls.tick_of(child), asked.content_of(child) is None
            for cell, shown in _cells(within, asked) if within is not None else ():
                yield cell, tick or (shown and not placeholder)
        elif child.tag not in SKIPPED:
            yield from _cells(child, asked)


def _skipped(row: etree._Element, name: str) -> int:
    """Return how many columns of the grid a row leaves out before its first cell."""
    return max(0, min(number(value(row.find(f"{W}trPr/{W}{name}")), 0), _MOST_COLUMNS))
