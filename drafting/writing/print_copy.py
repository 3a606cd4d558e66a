"""The copy of a .docx that LibreOffice prints, so that its lines are those of Word and the preview.

LibreOffice 7.4 reads neither ``w:autoSpaceDE`` nor ``w:autoSpaceDN`` and takes ``w:overflowPunct``
for its contrary, so a paper goes by way of LibreOffice's own format, in which both can be said
(:func:`as_word_sets_it`). What it does otherwise than Word within a paragraph is made good before
(:func:`print_copy`): the lines of the text are broken here and set a little closer, so that each
fits and is spread to the full width by the program. Elsewhere, all measured,

- “” … ≥ behind a figure are taken from the Latin face: such a run names the Chinese one;
- an address is broken behind its slashes: a word joiner forbids it;
- no word of figures or letters begins a line behind a stop or closing mark, but for a language for
  which LibreOffice has no rules of its own and takes those of Unicode (UAX 14).
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from lxml import etree

from drafting.writing import gbt9704 as gb
from drafting.writing.lines import SetLine, set_lines
from drafting.writing.word.ooxml import Element, break_run, fonts, qn, rpr, w
from drafting.writing.words import script

_DOCUMENT, _STYLES = "word/document.xml", "word/styles.xml"
_NORMAL = "Normal"
_JOINER = "\u2060"
# Behind these LibreOffice would break a word of figures and letters, and Word does not.
_JOINED = re.compile(r"(?<=[/?!|\\])(?=[!-~])")
# Behind a hyphen Word breaks it, as LibreOffice does by its own rules, and not by Unicode's.
_PARTS = re.compile(r"(?<=-)(?=[!-~])")
_BY_UNICODE = "km-KH"
_SPARE_PT = 0.8
"""What a line broken here leaves at least, so that the program takes all of it."""
# What stands beyond the faces' own signs is as wide as some other face has it.
_STRANGE = re.compile("[\U00010000-\U0010ffff\ue000-\uf8ff\u200b-\u200f\u2028-\u202e]")
_NO_GAP = ('style:text-autospace="ideograph-alpha"', 'style:text-autospace="none"')
_NO_HANGING = ('style:punctuation-wrap="hanging"', 'style:punctuation-wrap="simple"')
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)

Kind = Literal["han", "latin", "mark"]


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


def print_copy(docx: bytes) -> bytes:
    """The same paper with its runs cut and marked so that LibreOffice breaks lines as Word does."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(buffer, "w") as new:
        styles = _styles(etree.fromstring(old.read(_STYLES), _PARSER))
        for name in old.namelist():
            data = old.read(name)
            if name == _DOCUMENT:
                root = etree.fromstring(data, _PARSER)
                for paragraph in root.iter(qn("p")):
                    _rewrite(paragraph, styles)
                data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            new.writestr(name, data)
    return buffer.getvalue()


def as_word_sets_it(fodt: bytes) -> bytes:
    """A flat OpenDocument text without gaps between Chinese and figures, and no stop hanging."""
    text = fodt.decode()
    for is_so, shall_be in (_NO_GAP, _NO_HANGING):
        text = text.replace(is_so, shall_be)
    return text.encode()


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
    """Characters of one run, script and line: the run, where they stand in the paragraph's text."""

    run: Element
    kind: Kind
    text: str
    line: int
    continued: bool


def _rewrite(paragraph: Element, styles: dict[str, _Style]) -> None:
    """Put each stretch of one script into a run of its own, and break the lines of text."""
    named = paragraph.find(f"{qn('pPr')}/{qn('pStyle')}")
    name = named.get(qn("val"), "") if named is not None else _NORMAL
    style = styles.get(name, _Style())
    runs = paragraph.findall(qn("r"))
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
            piece.run.addprevious(_made(piece, face, style.tracking - closer if ours else None))
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


def _pieces(runs: list[Element], lines: tuple[SetLine, ...]) -> Iterator[_Piece]:
    """Cut the text where the run, the script or the line changes, and behind a hyphen."""
    at, line, before = 0, 0, "latin"
    for run in runs:
        if not _is_text(run):
            before = "latin"
            continue
        text = run.findtext(qn("t")) or ""
        begun, kind, continued = 0, None, False
        for index, char in enumerate(text):
            one = _kind(char, before)
            hyphen = index > 0 and text[index - 1] == "-" and one == "latin"
            over = line + 1 < len(lines) and at + index >= lines[line].end
            if kind is not None and (one != kind or hyphen or over) and index > begun:
                yield _Piece(run, kind, text[begun:index], line, continued)
                begun, continued = index, hyphen
            if over:
                if at + index < lines[line + 1].start:
                    begun = index + 1  # the spaces between two lines
                    continue
                line += 1
            kind = one
            before = "latin" if one == "mark" else one
        if kind is not None and begun < len(text):
            yield _Piece(run, kind, text[begun:], line, continued)
        at += len(text)


def _kind(char: str, before: str) -> Kind:
    """In which script LibreOffice sets a character; a mark is Latin there and Chinese in Word."""
    if char == " ":
        return "latin" if before == "latin" else "han"
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


def _made(piece: _Piece, face: str, tracking: int | None) -> Element:
    """A copy of the piece's run with its text."""
    made = deepcopy(piece.run)
    if made.find(qn("rPr")) is None:
        made.insert(0, rpr())
    for shown in made.iterfind(qn("t")):
        shown.text = _JOINED.sub(_JOINER, piece.text)
    if tracking is not None:
        _set(made[0], w("spacing", val=tracking))
    if piece.kind == "mark":
        _set(made[0], fonts(face, face))
    elif piece.kind == "latin" and not piece.continued:
        _set(made[0], w("lang", val=_BY_UNICODE))
    return made


def _set(properties: Element, wanted: Element) -> None:
    """Give a run a property in the place of its own."""
    old = properties.find(wanted.tag)
    if old is not None:
        if wanted.tag == qn("lang"):
            wanted.attrib.update({k: v for k, v in old.attrib.items() if k not in wanted.attrib})
        properties.remove(old)
    properties.append(wanted)
    properties[:] = rpr(*properties)
