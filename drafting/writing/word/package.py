"""The parts of a .docx put into one zip: content types, relations, settings, properties.

Nothing is taken from python-docx's template: it carries theme fonts, ``themeFontLang`` ja-JP and
a ``w:zoom`` that fails the schema. There is no theme part, so no theme font can replace a face.
The bytes depend on the parts alone: entries stand in one order and bear one date.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from xml.sax.saxutils import escape

from drafting.writing import gbt9704 as gb
from drafting.writing.fit import Fit
from drafting.writing.word.ooxml import serialize, w
from drafting.writing.word.styles import styles_part

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_ENTRY_DATE = (2012, 7, 1, 0, 0, 0)

# What a machine without the named face may take instead, and the face's character set (GB 2312 or
# Western), by which Word looks for a like one where that is missing too.
_GB2312, _WESTERN = "86", "00"
_ALTERNATIVES = (
    (gb.SONG_TITLE, "方正小标宋_GBK", _GB2312),
    (gb.FANGSONG, "仿宋", _GB2312),
    (gb.KAITI, "楷体", _GB2312),
    (gb.HEITI, "SimHei", _GB2312),
    (gb.SONGTI, "SimSun", _GB2312),
    (gb.LATIN, None, _WESTERN),
)


def relation_id(index: int) -> str:
    """The relation id of the ``index``-th header or footer."""
    return f"rIdPart{index}"


@lru_cache(maxsize=1)
def _settings_part() -> bytes:
    compat = w(
        "compat",
        w(
            "compatSetting",
            name="compatibilityMode",
            uri="http://schemas.microsoft.com/office/word",
            val="15",
        ),
    )
    return serialize(
        w(
            "settings",
            w("zoom", percent=100),
            w("defaultTabStop", val=gb.pt(gb.SIZE_3_PT)),
            w("evenAndOddHeaders"),
            w("characterSpacingControl", val="doNotCompress"),
            compat,
            w("themeFontLang", val="en-US", eastAsia="zh-CN"),
            w("decimalSymbol", val="."),
            w("listSeparator", val=","),
        )
    )


@lru_cache(maxsize=1)
def _font_table_part() -> bytes:
    root = w("fonts")
    for name, alternative, charset in _ALTERNATIVES:
        font = w("font", name=name)
        if alternative:
            font.append(w("altName", val=alternative))
        font.append(w("charset", val=charset))
        root.append(font)
    return serialize(root)


def _core_part(title: str, author: str, keywords: tuple[str, ...], date: dt.date | None) -> bytes:
    # The date of the document and not of the clock: the same reply gives the same bytes.
    stamps = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{date}T00:00:00Z</dcterms:{name}>'
        for name in ("created", "modified")
        if date
    )
    body = (
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        f"<cp:keywords>{escape('；'.join(keywords))}</cp:keywords>"
        f"<dc:language>zh-CN</dc:language><cp:lastModifiedBy>{escape(author)}</cp:lastModifiedBy>"
        f"{stamps}"
    )
    return (
        f"{_DECLARATION}<cp:coreProperties"
        f' xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f">{body}</cp:coreProperties>"
    ).encode()


def _app_part(company: str) -> bytes:
    return (
        f'{_DECLARATION}<Properties xmlns="{_OFFICE}/extended-properties">'
        f"<Application>提案答复助手</Application><Company>{escape(company)}</Company></Properties>"
    ).encode()


def _relations(rows: list[tuple[str, str, str]]) -> bytes:
    lines = "".join(
        f'<Relationship Id="{rid}" Type="{kind}" Target="{target}"/>' for rid, kind, target in rows
    )
    namespace = f"{_PACKAGE}/relationships"
    return f'{_DECLARATION}<Relationships xmlns="{namespace}">{lines}</Relationships>'.encode()


def _content_types(overrides: dict[str, str]) -> bytes:
    lines = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items()
    )
    return (
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{lines}</Types>'
    ).encode()


def pack(
    document: bytes,
    margins: Mapping[str, bytes],
    *,
    title: str,
    author: str,
    keywords: tuple[str, ...] = (),
    date: dt.date | None = None,
    fit: Fit,
) -> bytes:
    """Zip ``document`` and its headers and footers into a .docx.

    ``margins`` maps part names without folder or suffix (``header1``, ``footer2``) to their XML;
    their relation ids are :func:`relation_id` of their place in the mapping. ``date`` is when the
    file is said to be made; ``fit`` holds the text's pitches.
    """
    types = {
        "word/document.xml": f"{_WORD_TYPE}.document.main+xml",
        "word/styles.xml": f"{_WORD_TYPE}.styles+xml",
        "word/settings.xml": f"{_WORD_TYPE}.settings+xml",
        "word/fontTable.xml": f"{_WORD_TYPE}.fontTable+xml",
    }
    relations = [
        ("rIdStyles", f"{_OFFICE}/relationships/styles", "styles.xml"),
        ("rIdSettings", f"{_OFFICE}/relationships/settings", "settings.xml"),
        ("rIdFonts", f"{_OFFICE}/relationships/fontTable", "fontTable.xml"),
    ]
    for index, name in enumerate(margins):
        kind = name.rstrip("0123456789")
        types[f"word/{name}.xml"] = f"{_WORD_TYPE}.{kind}+xml"
        relations.append((relation_id(index), f"{_OFFICE}/relationships/{kind}", f"{name}.xml"))
    types["docProps/core.xml"] = "application/vnd.openxmlformats-package.core-properties+xml"
    types["docProps/app.xml"] = (
        "application/vnd.openxmlformats-officedocument.extended-properties+xml"
    )
    top = [
        ("rId1", f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
        (
            "rId2",
            f"{_PACKAGE}/relationships/metadata/core-properties",
            "docProps/core.xml",
        ),
        ("rId3", f"{_OFFICE}/relationships/extended-properties", "docProps/app.xml"),
    ]
    parts = {
        "[Content_Types].xml": _content_types(types),
        "_rels/.rels": _relations(top),
        "word/document.xml": document,
        "word/_rels/document.xml.rels": _relations(relations),
        "word/styles.xml": styles_part(fit.line_pt, fit.tracking_pt),
        "word/settings.xml": _settings_part(),
        "word/fontTable.xml": _font_table_part(),
        **{f"word/{name}.xml": part for name, part in margins.items()},
        "docProps/core.xml": _core_part(title, author, keywords, date),
        "docProps/app.xml": _app_part(author),
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, _ENTRY_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part)
    return buffer.getvalue()
