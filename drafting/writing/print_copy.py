"""The copy of a .docx that LibreOffice prints, so that its lines are those of Word and the preview.

What LibreOffice 7.4 does otherwise than Word, all measured, is made good in it:

- it takes ``w:overflowPunct`` for its contrary: the copy says the contrary;
- it reads neither ``w:autoSpaceDE`` nor ``w:autoSpaceDN`` and leaves a gap between Chinese and
  figures: a sign without width between them forbids it, and is not drawn;
- “” … ≥ behind a figure are taken from the Latin face, and a space behind Chinese from the Chinese
  one: such a run names the other;
- where the script or the run changes, the tracking of the character before falls away, an address
  is broken behind its slashes, and no word begins a line behind a stop: the lines of the text are
  broken here, and set so close that each fits; the program spreads them to the full width;
- where the first rows of a table are bound to each other and miss the page's end by a hair, it
  loses all rows behind them: for such a paper a copy is made in which no row is bound to the next,
  and a table that Word moves to the next page begins it there (the paper says where).
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
import zipfile
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from lxml import etree

from drafting.writing import gbt9704 as gb
from drafting.writing.lines import SetLine, set_lines
from drafting.writing.word.ooxml import (
    Element,
    break_run,
    fonts,
    ppr,
    qn,
    rpr,
    spacing,
    text_element,
    w,
)
from drafting.writing.words import held_hyphens, script

_DOCUMENT, _STYLES = "word/document.xml", "word/styles.xml"
_NORMAL = "Normal"
_JOINER, _OPENER = "\u2060", "\u200b"
"""Signs without width: no line ends at the one, and one may at the other."""
# Behind these LibreOffice would break a word of figures and letters, and Word does not.
_JOINED = re.compile(r"(?<=[/?!|\\])(?=[!-~])|(?<=-)(?=[A-Za-z])")
# Behind a hyphen Word breaks it, as LibreOffice does by its own rules, and not by Unicode's, which
# are for hyphens that hold figures together.
_BY_UNICODE = "km-KH"
_SPARE_PT = 0.8
"""What a line broken here leaves at least, so that the program takes all of it."""
# What stands beyond the faces' own signs is as wide as some other face has it.
_STRANGE = re.compile("[\U0001f000-\U0001ffff\ue000-\uf8ff\u200b-\u200f\u2028-\u202e]")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)

Kind = Literal["han", "latin", "mark", "space"]


@dataclass(frozen=True, slots=True)
class _Style:
    """What is known of a style: tracking in twips, Chinese face, first indent in characters."""

    tracking: int = 0
    face: str = gb.FANGSONG
    first_chars: float = 0.0


_TEXT = frozenset(("Body", "Heading1", "Heading2", "Heading3", "Heading4", "Remark", "Salutation"))
"""The styles whose lines are broken here."""


def is_ours(docx: bytes) -> bool:
    """Whether bytes are a .docx that leaves no gap between Chinese and figures, as ours does."""
    if not zipfile.is_zipfile(io.BytesIO(docx)):
        return False
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        if not {_STYLES, _DOCUMENT} <= set(archive.namelist()):
            return False
        root = etree.fromstring(archive.read(_STYLES), _PARSER)
    off = root.find(f"{qn('style')}[@{qn('styleId')}='{_NORMAL}']/{qn('pPr')}/{qn('autoSpaceDE')}")
    return off is not None and off.get(qn("val")) in ("0", "false", "off")


def print_copy(docx: bytes, *, rows_free: bool = False) -> bytes:
    """The same paper with its runs cut and marked so that LibreOffice breaks lines as Word does.

    With ``rows_free`` no row of a table is bound to the next, and pages begin at tables where the
    paper says so.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(buffer, "w") as new:
        listed = etree.fromstring(old.read(_STYLES), _PARSER)
        styles = _styles(listed)
        for name in old.namelist():
            data = old.read(name)
            if name == _STYLES:
                for hanging in listed.iter(qn("overflowPunct")):
                    hanging.set(qn("val"), "1")
                data = etree.tostring(listed, encoding="UTF-8", standalone=True)
            elif name == _DOCUMENT:
                root = etree.fromstring(data, _PARSER)
                _part_tables(root)
                if rows_free:
                    _break_pages(root)
                    _free_rows(root)
                _join_held(root)
                for paragraph in root.iter(qn("p")):
                    _rewrite(paragraph, styles)
                data = etree.tostring(root, encoding="UTF-8", standalone=True)
            new.writestr(name, data)
    return buffer.getvalue()


# --------------------------------------------------------------------------- tables and pages


def _part_tables(root: Element) -> None:
    """Make two tables of one where the paper says that a row begins a page: a last row that stays
    with the remark below, which LibreOffice does not heed."""
    for row in list(root.iter(qn("tr"))):
        table = row.getparent()
        first = next(row.iter(qn("p")), None)
        mark = None if first is None else first.find(f"{qn('r')}/{qn('lastRenderedPageBreak')}")
        if table is None or mark is None or row is table.find(qn("tr")):
            continue
        rows = table.findall(qn("tr"))
        heads = [one for one in rows if one.find(f"{qn('trPr')}/{qn('tblHeader')}") is not None]
        grid = [one for one in table if one.tag != qn("tr")]
        rest = w("tbl", *map(deepcopy, (*grid, *heads)), *rows[rows.index(row) :])
        table.addnext(rest)
        # Two tables without a line between them are one.
        table.addnext(w("p", ppr("Blank", spacing(gb.pt(1)), w("pageBreakBefore"))))
        for run in [one.getparent() for one in rest.iter(qn("lastRenderedPageBreak"))]:
            if run is not None and (holder := run.getparent()) is not None:
                holder.remove(run)


def _break_pages(root: Element) -> None:
    """Begin a page where the paper says that one begins."""
    for paragraph in root.iter(qn("p")):
        properties = paragraph.find(qn("pPr"))
        for run in paragraph.findall(qn("r")):
            if properties is not None and run.find(qn("lastRenderedPageBreak")) is not None:
                paragraph.remove(run)
                properties[:] = ppr(None, *properties, w("pageBreakBefore"))


def _free_rows(root: Element) -> None:
    for table in root.iter(qn("tbl")):
        for properties in table.iter(qn("pPr")):
            for bound in properties.findall(qn("keepNext")):
                properties.remove(bound)


# --------------------------------------------------------------------------- hyphens


def _join_held(root: Element) -> None:
    """Put figures and the hyphens between them into one run of common text: it is searched for and
    copied from a PDF, and which hyphens are held is known by the text."""
    for paragraph in root.iter(qn("p")):
        for hyphen in list(paragraph.iterfind(f"{qn('r')}/{qn('noBreakHyphen')}")):
            hyphen.addprevious(text_element("-"))
            run = hyphen.getparent()
            if run is None:
                continue
            run.remove(hyphen)
            before, behind = run.getprevious(), run.getnext()
            if before is None or behind is None or not all(map(_is_text, (before, run, behind))):
                continue
            for joined in before.iterfind(qn("t")):
                joined.text = f"{joined.text}-{behind.findtext(qn('t'))}"
            paragraph.remove(run)
            paragraph.remove(behind)


# --------------------------------------------------------------------------- styles


def _styles(root: Element) -> dict[str, _Style]:
    """Each style by its id, with what it inherits."""
    named = {one.get(qn("styleId"), ""): one for one in root.iter(qn("style"))}
    found: dict[str, _Style] = {}

    def of(name: str, depth: int = 0) -> _Style:
        if name not in named or depth > len(named):
            return _Style()
        if name not in found:
            based = named[name].find(qn("basedOn"))
            parent = of(based.get(qn("val"), ""), depth + 1) if based is not None else _Style()
            found[name] = _style(named[name], parent)
        return found[name]

    return {name: of(name) for name in named}


def _style(style: Element, parent: _Style) -> _Style:
    def value(path: str, name: str, otherwise: str) -> str:
        element = style.find("/".join(qn(part) for part in path.split("/")))
        return otherwise if element is None else element.get(qn(name), otherwise)

    first = value("pPr/ind", "firstLineChars", str(100 * parent.first_chars))
    return _Style(
        int(value("rPr/spacing", "val", str(parent.tracking))),
        value("rPr/rFonts", "eastAsia", parent.face),
        float(first) / 100,
    )


# --------------------------------------------------------------------------- paragraphs


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters of one run, script and line.

    ``gap``: LibreOffice would leave one before them; ``continued``: a hyphen stands before them.
    """

    run: Element
    kind: Kind
    text: str
    line: int
    gap: bool
    continued: bool


def _rewrite(paragraph: Element, styles: dict[str, _Style]) -> None:
    """Put each stretch of one script into a run of its own, and break the lines of text."""
    named = paragraph.find(f"{qn('pPr')}/{qn('pStyle')}")
    name = named.get(qn("val"), "") if named is not None else _NORMAL
    style = styles.get(name, _Style())
    runs = paragraph.findall(qn("r"))
    # A paragraph may be drawn closer or wider than its style, all of it.
    own = next((run.find(f"{qn('rPr')}/{qn('spacing')}") for run in runs), None)
    if own is not None:
        style = replace(style, tracking=int(own.get(qn("val"), "0")))
    text = "".join(run.findtext(qn("t")) or "" for run in runs)
    ours = name in _TEXT and all(map(_is_text, runs)) and not _STRANGE.search(text)
    lines = _lines(text, style) if ours else (SetLine(0, len(text), math.inf),)
    done = 0
    for number, group in groupby(_pieces(runs, lines), key=lambda piece: piece.line):
        pieces = list(group)
        closer = _closer(pieces, lines[number], style.tracking) if ours else 0
        for piece in pieces:
            if number > done:
                piece.run.addprevious(break_run())
                done = number
            face = _face(piece.run, styles) or style.face
            made = _made(piece, face)
            if ours:
                _set(made[0], w("spacing", val=style.tracking - closer))
                _write(made, _JOINER * piece.gap + piece.text)
            else:
                _hold_together(made, piece)
            piece.run.addprevious(made)
    for run in filter(_is_text, runs):
        paragraph.remove(run)


def _lines(text: str, style: _Style) -> tuple[SetLine, ...]:
    tracking_pt = style.tracking / gb.TWIPS_PER_PT
    first_pt = style.first_chars * (gb.SIZE_3_PT + tracking_pt)
    return set_lines(text, first_pt=first_pt, tracking_pt=tracking_pt)


def _is_text(run: Element) -> bool:
    return [child.tag for child in run if child.tag != qn("rPr")] == [qn("t")]


def _face(run: Element, styles: dict[str, _Style]) -> str:
    named = run.find(f"{qn('rPr')}/{qn('rStyle')}")
    return styles[named.get(qn("val"), "")].face if named is not None else ""


def _pieces(runs: list[Element], lines: tuple[SetLine, ...]) -> list[_Piece]:
    """Cut the text where the run, the script or the line changes, and behind a hyphen.

    The spaces between two lines are left out.
    """
    held = held_hyphens("".join(run.findtext(qn("t")) or "" for run in filter(_is_text, runs)))
    found: list[_Piece] = []
    at, line, before, script_before = -1, 0, "", "latin"
    for run in runs:
        if not _is_text(run):
            before, script_before = "", "latin"
            continue
        for char in run.findtext(qn("t")) or "":
            at += 1
            while line + 1 < len(lines) and at >= lines[line + 1].start:
                # Behind a line break a mark is taken for Latin, as at the beginning.
                line, before, script_before = line + 1, "", "latin"
            if at >= lines[line].end:
                continue
            kind = _kind(char, script_before)
            of_script = _SCRIPTS.get(kind, script_before)
            last = found[-1] if found else None
            hyphen = before == "-" and kind == "latin" and at - 1 not in held
            same = last is not None and (last.run, last.kind, last.line) == (run, kind, line)
            if last is not None and same and not hyphen:
                found[-1] = replace(last, text=last.text + char)
            else:
                gap = of_script != script_before and _letter(before) and _letter(char)
                found.append(_Piece(run, kind, char, line, gap, hyphen))
            before, script_before = char, of_script
    return found


# A space is of the script before it.
_SCRIPTS: dict[Kind, str] = {"han": "han", "latin": "latin", "mark": "latin"}


def _letter(char: str) -> bool:
    return char != "" and unicodedata.category(char)[0] in "LN"


def _kind(char: str, before: str) -> Kind:
    """In which script LibreOffice sets a character; a mark is Latin there and Chinese in Word, and
    a space behind Chinese the other way round."""
    if char == " ":
        return "latin" if before == "latin" else "space"
    if script(char) == "latin":
        return "latin"
    weak = ord(char) < 0x2E80 or 0x1F000 <= ord(char) < 0x20000
    return "mark" if weak and before == "latin" else "han"


def _closer(pieces: list[_Piece], line: SetLine, tracking: int) -> int:
    """How many twips closer the characters of a line must stand to fit: the last tracking of each
    piece falls away, and what is a hair too long is not taken."""
    lost = -tracking * (len(pieces) - 1)
    needed = lost + gb.pt(_SPARE_PT - line.room_pt)
    gaps = sum(len(piece.text) - 1 for piece in pieces)
    return max(0, math.ceil(needed / gaps)) if gaps else 0


def _made(piece: _Piece, face: str) -> Element:
    """A copy of the piece's run with its text."""
    made = deepcopy(piece.run)
    if made.find(qn("rPr")) is None:
        made.insert(0, rpr())
    if piece.kind in ("mark", "space"):
        one = face if piece.kind == "mark" else gb.LATIN
        _set(made[0], fonts(one, one))
    return made


def _hold_together(made: Element, piece: _Piece) -> None:
    """Have LibreOffice break a run's words where Word does, in a line that it breaks itself."""
    _write(made, _OPENER * piece.gap + _JOINED.sub(_JOINER, piece.text))
    if piece.kind == "latin" and not piece.continued:
        _set(made[0], w("lang", val=_BY_UNICODE))


def _write(made: Element, text: str) -> None:
    for shown in made.iterfind(qn("t")):
        shown.text = text


def _set(properties: Element, wanted: Element) -> None:
    """Give a run a property in the place of its own."""
    old = properties.find(wanted.tag)
    if old is not None:
        if wanted.tag == qn("lang"):
            wanted.attrib.update({k: v for k, v in old.attrib.items() if k not in wanted.attrib})
        properties.remove(old)
    properties.append(wanted)
    properties[:] = rpr(*properties)
