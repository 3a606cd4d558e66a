"""Word documents → lines.

The parts are read directly: numbering must become text, tracked changes must be taken as accepted,
and text boxes must stay where they are anchored — none of which a paragraph list gives. Nothing is
fetched: external relations are not followed, and the XML parser resolves no entities. How each
thing is read stands in :mod:`drafting.reading.word`.

Comments, page footers and the table of contents are no text of the document and are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from drafting.errors import UserError
from drafting.papers.plain.lines import Line
from drafting.reading.word.body import Collector
from drafting.reading.word.markup.controls import Placeholders
from drafting.reading.word.markup.fields import Fields
from drafting.reading.word.markup.names import R, W
from drafting.reading.word.markup.notes import parse_notes
from drafting.reading.word.markup.numbering import Numbering, parse_numbering
from drafting.reading.word.markup.package import Package, open_package, parse_word_part
from drafting.reading.word.markup.styles import parse_styles
from drafting.reading.word.runs import Context


def read_docx(data: bytes) -> list[Line]:
    """Return the lines of a .docx: page header of the first page, then the body.

    Notes follow the paragraph or table that they belong to, marked as such. Raises
    :class:`UserError` for a file that is none, is damaged, encrypted, or holds macros.
    """
    lines = _read(open_package(data), _taken_in)
    if not lines:
        raise UserError("文档中没有文字；如果是扫描件，请先识别成文字。")
    return lines


def _taken_in(data: bytes) -> list[Line]:
    """Read a Word file that another takes in; it takes in none itself."""
    lines = _read(open_package(data), None)
    return [line for line in lines if not line.page_head]


def _read(package: Package, read_chunk: Callable[[bytes], list[Line]] | None) -> list[Line]:
    """Read the body; again where its fields do not pair, or where contents are all there is."""
    lines, unbalanced = _once(package, Context(package, read_chunk=read_chunk))
    if unbalanced:
        # A field left open would swallow what follows; then only its code is left out.
        context = Context(package, follow_fields=False, read_chunk=read_chunk)
        lines, _ = _once(package, context)
    if not lines:
        context = Context(package, fields=Fields(keep_contents=True), read_chunk=read_chunk)
        lines, _ = _once(package, context)
    return lines


def _once(package: Package, context: Context) -> tuple[list[Line], bool]:
    """Read the body once; return its lines and whether a field was left open or closed unopened."""
    context.placeholders = Placeholders(package)
    styles = package.part("styles")
    context.styles = parse_styles(styles)
    notes = {kind: package.part(f"{kind}s") for kind in ("footnote", "endnote")}
    if any(part is not None for part in notes.values()):
        context.notes = parse_notes(notes, package.part("settings"), package.body)
    numbering = parse_numbering(package.part("numbering"), styles, context.styles)
    lines = _page_head(package, context)
    Collector(context, numbering, lines).blocks(package.body)
    context.fields.close()
    return lines, context.fields.unbalanced and context.follow_fields


def _page_head(package: Package, context: Context) -> list[Line]:
    """Return the first page's header: letterheads keep the issuer's mark there."""
    section = next(package.body.iter(f"{W}sectPr"), None)
    if section is None:
        return []
    references = {
        item.get(f"{W}type", "default"): item.get(f"{R}id", "")
        for item in section.iterchildren(f"{W}headerReference")
    }
    titled = section.find(f"{W}titlePg") is not None
    _, content = package.related_to(references.get("first" if titled else "default", ""))
    header = parse_word_part(content)
    if header is None:
        return []
    lines: list[Line] = []
    own = replace(context, fields=Fields())
    Collector(own, Numbering(styles=context.styles), lines).blocks(header)
    return [Line(line.text, page_head=True) for line in lines]
