"""Word files of a few lines of XML, for the tests of the reader."""

from __future__ import annotations

import io
import zipfile

from drafting.reading.word.docx import read_docx

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": OFFICE,
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
}
NS = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())
_ROOTS = {"styles": "styles", "numbering": "numbering", "settings": "settings"}
_ROOTS |= {
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "header": "hdr",
    "glossaryDocument": "glossaryDocument",
}


def run(text: str, properties: str = "") -> str:
    kept = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{kept}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*inner: str, properties: str = "") -> str:
    kept = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{kept}{''.join(one if one.startswith('<') else run(one) for one in inner)}</w:p>"


def numbered(text: str, level: int = 0, num: int = 1, more: str = "") -> str:
    where = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>{more}'
    return p(text, properties=where) if text else p(properties=where)


def level(depth: int, text: str, form: str = "decimal", more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(*levels: str, number: int = 0, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{more}{"".join(levels)}</w:abstractNum>'


def num(number: int, overrides: str = "", of: int = 0) -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def cell(*blocks: str, properties: str = "") -> str:
    kept = f"<w:tcPr>{properties}</w:tcPr>" if properties else ""
    return f"<w:tc>{kept}{''.join(one if one.startswith('<') else p(one) for one in blocks)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    kept = f"<w:trPr>{properties}</w:trPr>" if properties else ""
    return (
        f"<w:tr>{kept}{''.join(one if one.startswith('<') else cell(one) for one in cells)}</w:tr>"
    )


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def control(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def field(code: str, result: str | None = None, data: str = "") -> str:
    """A complex field; without a result it has no ``separate`` either."""
    marks = [f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>']
    marks.append(f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>')
    if result is not None:
        marks.append('<w:r><w:fldChar w:fldCharType="separate"/></w:r>')
        marks.append(result if result.startswith("<") else run(result))
    return "".join([*marks, '<w:r><w:fldChar w:fldCharType="end"/></w:r>'])


def word_file(
    *blocks: str, strict: bool = False, files: dict[str, bytes] | None = None, **parts: str
) -> bytes:
    """Return a .docx; ``parts`` are named ``numbering``, ``footnotes`` …, ``files`` whole parts.

    The relation of each of ``files`` is named by its number: x1, x2 …
    """
    contents = {f"word/{name}.xml": _part(_ROOTS[name], xml) for name, xml in parts.items()}
    contents["word/document.xml"] = _part("document", f"<w:body>{''.join(blocks)}</w:body>")
    types = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{name}" Target="{name}.xml"/>' for name in parts
    ) + "".join(
        f'<Relationship Id="x{number}" Type="{OFFICE}/aFChunk" Target="{name}"/>'
        for number, name in enumerate(files or {}, start=1)
    )
    main = f'<Relationship Id="m" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    contents["_rels/.rels"] = _relations(main)
    contents["word/_rels/document.xml.rels"] = _relations(types)
    contents["[Content_Types].xml"] = f'<Types xmlns="{PACKAGE}/content-types"/>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, xml in contents.items():
            out.writestr(name, to_strict(xml) if strict else xml)
        for name, data in (files or {}).items():
            out.writestr(f"word/{name}", data)
    return stream.getvalue()


def to_strict(xml: str) -> str:
    """Return a part with the names of the strict schema."""
    for folder in ("wordprocessingml", "drawingml"):
        xml = xml.replace(
            f"http://schemas.openxmlformats.org/{folder}/2006/",
            f"http://purl.oclc.org/ooxml/{folder}/",
        )
    return xml.replace(
        "http://schemas.openxmlformats.org/officeDocument/2006/",
        "http://purl.oclc.org/ooxml/officeDocument/",
    )


def _part(root: str, inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} {NS}>{inner}</w:{root}>'


def _relations(inner: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def texts(*blocks: str, **more) -> list[str]:
    """Return the lines read from a file of these blocks."""
    return [line.text for line in read_docx(word_file(*blocks, **more))]


def rows(*blocks: str, **more) -> list[tuple[str, ...]]:
    """Return the rows read from a file of these blocks."""
    return [line.cells for line in read_docx(word_file(*blocks, **more)) if line.cells]
