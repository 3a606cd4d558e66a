"""Edits made on the XML of a file of ours, as Word and WPS write them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from copy import deepcopy

from lxml import etree

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{W_NS}}}"
ONE = {"author": "陆承安", "date": "2026-11-18T09:30:00Z"}
OTHER = {"author": "何静秋", "date": "2026-11-19T15:05:00Z"}
Body = etree._Element
Parts = dict[str, bytes]


def unzipped(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Parts) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def edited(data: bytes, change: Callable[[Body], None], extra: Parts | None = None) -> bytes:
    """``data`` with ``change`` made to its body, ``extra`` parts put in."""
    parts = unzipped(data)
    root = etree.fromstring(parts["word/document.xml"])
    change(root[0])
    parts["word/document.xml"] = etree.tostring(root)
    return zipped(parts | (extra or {}))


def element(tag: str, *children: Body, text: str = "", **attributes: str) -> Body:
    made = etree.Element(f"{W}{tag}", {f"{W}{name}": value for name, value in attributes.items()})
    made.text = text or None
    made.extend(children)
    return made


def run(text: str, tag: str = "t") -> Body:
    return element("r", element(tag, text=text))


def para(text: str, *properties: Body) -> Body:
    return element("p", element("pPr", *properties), run(text))


def found(body: Body, words: str) -> Body:
    """The one paragraph that holds ``words``."""
    (paragraph,) = (p for p in body.iter(f"{W}p") if words in text_of(p))
    return paragraph


def text_of(paragraph: Body) -> str:
    said = paragraph.iter(f"{W}t", f"{W}noBreakHyphen")
    return "".join("-" if one.tag != f"{W}t" else one.text or "" for one in said)


def set_text(paragraph: Body, *runs: Body) -> None:
    """Give ``paragraph`` these runs instead of its own."""
    for child in list(paragraph):
        if child.tag != f"{W}pPr":
            paragraph.remove(child)
    paragraph.extend(runs)


def tracked(paragraph: Body, old: str, new: str, who: dict[str, str]) -> None:
    """Strike ``old`` out of the one run that holds it and put ``new`` in, as 修订 does."""
    (holder,) = (r for r in paragraph.iter(f"{W}r") if old in text_of(r))
    head, tail = text_of(holder).split(old, 1)
    pieces = [
        element("del", run(old, "delText"), id="900", **who) if old else None,
        element("ins", run(new), id="901", **who) if new else None,
    ]
    made = [run(head), *(piece for piece in pieces if piece is not None), run(tail)]
    for piece in made:
        holder.addprevious(piece)
    holder.getparent().remove(holder)


def mark_struck(paragraph: Body, who: dict[str, str], kind: str = "del") -> None:
    """Strike out the mark at the paragraph's end: it runs on into the next."""
    paragraph.find(f"{W}pPr").append(element("rPr", element(kind, id="902", **who)))


def commented(paragraph: Body, *numbers: str) -> None:
    """Lay the ranges of comments ``numbers`` around the paragraph's runs."""
    at = list(paragraph).index(next(paragraph.iterchildren(f"{W}r")))
    for number in numbers:
        paragraph.insert(at, element("commentRangeStart", id=number))
    for number in numbers:
        paragraph.append(element("commentRangeEnd", id=number))
        paragraph.append(element("r", element("commentReference", id=number)))


def comments(*said: tuple[str, str, dict[str, str]]) -> bytes:
    """``word/comments.xml``: id, words, who."""
    made = element("comments", *(element("comment", para(t), id=n, **who) for n, t, who in said))
    return etree.tostring(made)


def moved(paragraph: Body, after: Body, who: dict[str, str]) -> None:
    """Move ``paragraph`` with 修订 on: struck at its old place, put in behind ``after``."""
    copy = deepcopy(paragraph)
    for place, kind in ((paragraph, "moveFrom"), (copy, "moveTo")):
        set_text(place, element(kind, run(text_of(place)), id="903", **who))
        mark_struck(place, who, kind)
    after.addnext(copy)


def like_wps(data: bytes) -> bytes:
    """The file as WPS saves it: short style ids, rsids, new namespaces, content controls."""
    parts = unzipped(data)
    ids = re.findall(rb'w:styleId="([^"]+)"', parts["word/styles.xml"])
    names = {old: b"a%d" % number for number, old in enumerate(ids, start=3)}

    def renamed(match: re.Match[bytes]) -> bytes:
        return match[1] + names.get(match[2], match[2]) + b'"'

    pattern = re.compile(
        rb'(<w:(?:pStyle|rStyle|tblStyle|basedOn|next|link) w:val="|w:styleId=")([^"]+)"'
    )
    for name in parts:
        if name.startswith("word/") and name.endswith(".xml"):
            parts[name] = pattern.sub(renamed, parts[name])
    text = parts["word/document.xml"].replace(
        b"<w:document ",
        b'<w:document xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
        b' xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
        b' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        b' mc:Ignorable="w14 w15" ',
        1,
    )
    text = text.replace(b"<w:p>", b'<w:p w:rsidR="00A77B3E" w14:paraId="1F0D2C3B">')
    text = text.replace(b"<w:r>", b'<w:r w:rsidRPr="00B35A11">')
    root = etree.fromstring(text)
    paragraphs = [p for p in root[0] if p.tag == f"{W}p" and text_of(p)]
    for paragraph in paragraphs[3:6]:
        properties = element("sdtPr", element("alias", val="正文"), element("id", val="7"))
        control = element("sdt", properties, element("sdtContent"))
        paragraph.addprevious(control)
        control[1].append(paragraph)
    within = paragraphs[7]
    runs = [child for child in within if child.tag != f"{W}pPr"]
    control = element("sdt", element("sdtPr"), element("sdtContent", *runs))
    within.append(control)
    for paragraph in paragraphs[8:10]:
        start = element("bookmarkStart", id="5", name="_GoBack")
        paragraph.insert(1, start)
        paragraph.append(element("bookmarkEnd", id="5"))
        paragraph.append(element("proofErr", type="spellEnd"))
    parts["word/document.xml"] = etree.tostring(root)
    return zipped(parts)
