"""The text of a paragraph as Word shows it: runs, fields, symbols, formulas, controls.

Tracked changes are taken as accepted; hidden text is left out, also where a style hides it.
Of ruby (拼音指南) the base is read: pinyin over a character is no part of the sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from drafting.papers.plain.lines import Line
from drafting.reading.word.markup import controls, formulas
from drafting.reading.word.markup.fields import Fields, lists_contents, shown_by
from drafting.reading.word.markup.names import DGM, MC, OFFICE, A, M, R, V, W, switched, value
from drafting.reading.word.markup.notes import Note, Notes
from drafting.reading.word.markup.package import Package, parse_word_part
from drafting.reading.word.markup.styles import Styles
from drafting.reading.word.markup.symbols import in_symbols, is_symbol_font, sign

SKIPPED = frozenset(
    f"{W}{name}"
    for name in (
        *("del", "moveFrom", "pPr", "rPr", "delText", "delInstrText", "tblPr", "tblGrid"),
        *("sectPr", "sdtPr", "commentReference", "customXmlPr", "smartTagPr", "rt", "rubyPr"),
    )
)
_NOTE_REFERENCES = (f"{W}footnoteReference", f"{W}endnoteReference")
# A watermark behind the text is no part of it.
_WATERMARK = "watermark"


@dataclass(slots=True)
class Context:
    """What is known of the whole document while it is read."""

    package: Package | None = None
    styles: Styles = field(default_factory=Styles)
    notes: Notes = field(default_factory=Notes)
    fields: Fields = field(default_factory=Fields)
    placeholders: controls.Placeholders = field(default_factory=controls.Placeholders)
    follow_fields: bool = True
    # Reads a Word file taken in whole; nothing where this one was taken in itself.
    read_chunk: Callable[[bytes], list[Line]] | None = None
    chunks: int = 0


@dataclass(slots=True)
class Inline:
    """What is gathered from one paragraph."""

    context: Context
    style: str = ""
    parts: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    diagrams: list[list[str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the text gathered so far."""
        return "".join(self.parts)

    def walk(self, node: etree._Element) -> None:
        """Gather what stands below ``node``."""
        for child in node:
            _HANDLERS.get(child.tag, Inline.walk)(self, child)

    def show(self, text: str) -> None:
        """Take ``text``, unless it stands within a field's code or unseen result."""
        fields = self.context.fields
        if fields:
            if fields.quiet:
                fields.code(text)
                return
            if text:
                fields.show()
        self.parts.append(text)

    # ------------------------------------------------------------------ runs

    def run(self, run: etree._Element) -> None:
        """A run: its properties first, for they may hide it or make signs of its letters."""
        properties = run[0] if len(run) and run[0].tag == f"{W}rPr" else None
        if properties is None:
            if not self.context.styles.hides(self.style):
                self._run(run)
            return
        hidden, style, font, raised = _look(properties)
        if self.context.styles.hides(self.style, style) if hidden is None else hidden:
            # Fields go on within hidden runs: Word hides the marks of some.
            self._hidden(run)
            return
        if not font and not raised:
            self._run(run)
            return
        at = len(self.parts)
        self._run(run)
        text = "".join(self.parts[at:])
        if font:
            text = in_symbols(font, text)
        if raised and text and text.strip("0123456789-−+") == "":
            text = formulas.raised(text)
        self.parts[at:] = [text]

    def _run(self, run: etree._Element) -> None:
        for child in run:
            if child.tag in _NOTE_REFERENCES:
                if self._refer(child, run):
                    return
            else:
                _HANDLERS.get(child.tag, Inline.walk)(self, child)

    def _hidden(self, run: etree._Element) -> None:
        for child in run:
            if child.tag == f"{W}fldChar":
                self.field(child)
            elif child.tag == f"{W}instrText":
                self.context.fields.code(child.text or "")

    def _refer(self, reference: etree._Element, run: etree._Element) -> bool:
        """Find the note referred to; return whether the run's other text is the note's own mark."""
        if self.context.fields.quiet:
            return False
        custom = reference.get(f"{W}customMarkFollows", "0") in ("1", "true", "on")
        mark = "".join(_typed(one) for one in run if one.tag != reference.tag) if custom else ""
        note = self.context.notes.find(reference, self.text, mark.strip())
        if note is not None:
            self.notes.append(note)
        return custom

    def typed(self, element: etree._Element) -> None:
        """A ``w:t``; a line break written into it is a blank for Word."""
        text = element.text or ""
        self.show(text.replace("\n", " ") if "\n" in text else text)

    def symbol(self, element: etree._Element) -> None:
        """A sign of a symbol font."""
        self.show(_typed(element))

    # ------------------------------------------------------------------ fields

    def field(self, mark: etree._Element) -> None:
        """A mark of a complex field."""
        if not self.context.follow_fields:
            form = mark.find(f"{W}ffData")
            if mark.get(f"{W}fldCharType") == "begin" and form is not None:
                self.show(shown_by(form, ""))
            return
        kind, fields = mark.get(f"{W}fldCharType"), self.context.fields
        if kind == "begin":
            fields.begin(mark)
        elif kind == "separate":
            fields.separate()
        elif kind == "end" and (text := fields.end()):
            self.show(text)

    def code(self, element: etree._Element) -> None:
        """A piece of a field's code."""
        self.context.fields.code(element.text or "")

    def simple_field(self, element: etree._Element) -> None:
        """A field in one element."""
        code = element.get(f"{W}instr", "")
        if lists_contents(code) and not self.context.fields.keep_contents:
            return
        at = len(self.parts)
        self.walk(element)
        if not "".join(self.parts[at:]):
            self.show(shown_by(element.find(f"{W}ffData"), code))

    # ------------------------------------------------------------------ what holds text

    def control(self, element: etree._Element) -> None:
        """A content control within a paragraph."""
        if tick := controls.tick_of(element):
            self.show(tick)
        elif (content := self.context.placeholders.content_of(element)) is not None:
            self.walk(content)

    def alternate(self, element: etree._Element) -> None:
        """The same twice, for newer and older programs: the first that says something."""
        for choice in element:
            if choice.tag not in (f"{MC}Choice", f"{MC}Fallback"):
                continue
            at, apart = len(self.parts), len(self.boxes) + len(self.diagrams)
            self.walk(choice)
            if any(self.parts[at:]) or len(self.boxes) + len(self.diagrams) > apart:
                return

    def box(self, element: etree._Element) -> None:
        """A text box; its paragraphs are read by themselves."""
        if not self.context.fields.quiet:
            self.boxes.append(element)

    def word_art(self, element: etree._Element) -> None:
        """Letters drawn as a picture (艺术字), as the mark of a letterhead may be."""
        shape = element.getparent()
        name = "" if shape is None else f"{shape.get('id', '')}{shape.get('alt', '')}"
        if _WATERMARK not in name.lower():
            self.diagrams.append([element.get("string", "")])

    def drawn_text(self, element: etree._Element) -> None:
        """Text of DrawingML that stands in the document itself, a line a paragraph."""
        self.diagrams.append(_drawn(element))

    def diagram(self, element: etree._Element) -> None:
        """A SmartArt diagram: its text stands in a part of its own."""
        package = self.context.package
        if package is not None:
            _, content = package.related_to(element.get(f"{R}dm", ""))
            part = parse_word_part(content)
            if part is not None:
                self.diagrams.append(_drawn(part))

    def formula(self, element: etree._Element) -> None:
        """A formula within a line."""
        self.show(formulas.linear(element))

    def formulas(self, element: etree._Element) -> None:
        """Formulas on lines of their own."""
        self.show(f"\n{formulas.paragraph(element)}\n")

    def embedded(self, element: etree._Element) -> None:
        """An object of another program: of a formula it is said that it stands here."""
        if element.get("ProgID", "").startswith("Equation"):
            self.show("［公式］")

    def skip(self, element: etree._Element) -> None:
        """What is no text."""


def _look(properties: etree._Element) -> tuple[bool | None, str, str, bool]:
    """Return whether a run is hidden (``None``: not said), its style, symbol font, raised."""
    hidden, style, font, raised = None, "", "", False
    for one in properties:
        tag = one.tag
        if tag == f"{W}vanish":
            hidden = switched(one)
        elif tag == f"{W}rStyle":
            style = value(one)
        elif tag == f"{W}rFonts":
            name = one.get(f"{W}ascii", "")
            font = name if name and is_symbol_font(name) else ""
        elif tag == f"{W}vertAlign":
            raised = value(one) == "superscript"
    return hidden, style, font, raised


def _typed(element: etree._Element) -> str:
    if element.tag == f"{W}sym":
        code = element.get(f"{W}char", "")
        try:
            return sign(element.get(f"{W}font", ""), int(code, 16))
        except ValueError:
            return ""
    return (element.text or "") if element.tag == f"{W}t" else ""


def _drawn(element: etree._Element) -> list[str]:
    paragraphs = [element] if element.tag == f"{A}p" else element.iter(f"{A}p")
    return ["".join(one.text or "" for one in p.iter(f"{A}t")) for p in paragraphs]


def _shows(text: str) -> Callable[[Inline, etree._Element], None]:
    return lambda inline, _element: inline.show(text)


_HANDLERS: dict[object, Callable[[Inline, etree._Element], None]] = {
    **dict.fromkeys(SKIPPED, Inline.skip),
    f"{W}r": Inline.run,
    f"{W}t": Inline.typed,
    f"{W}tab": _shows("\t"),
    f"{W}ptab": _shows("\t"),
    f"{W}br": _shows("\n"),
    f"{W}cr": _shows("\n"),
    f"{W}noBreakHyphen": _shows("-"),
    f"{W}sym": Inline.symbol,
    f"{W}fldChar": Inline.field,
    f"{W}instrText": Inline.code,
    f"{W}fldSimple": Inline.simple_field,
    f"{W}sdt": Inline.control,
    f"{W}txbxContent": Inline.box,
    f"{MC}AlternateContent": Inline.alternate,
    f"{V}textpath": Inline.word_art,
    f"{A}p": Inline.drawn_text,
    f"{DGM}relIds": Inline.diagram,
    f"{OFFICE}OLEObject": Inline.embedded,
    f"{M}oMath": Inline.formula,
    f"{M}oMathPara": Inline.formulas,
}
