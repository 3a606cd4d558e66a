"""Parse the XML parts of uploaded packages (.docx, .odt …) in one place, with one set of guards.

Apart from :mod:`drafting.reading.archive_guard`, which the service imports at its start: lxml is
loaded only once a file is read (a start in 1.5 s is promised; a test holds it).
"""

from lxml import etree

from drafting.errors import UserError

MOST_TAGS = 3_000_000
"""A report of 350 pages has some 300,000; ten million take a gigabyte of memory to hold."""


def parse_part(content: bytes) -> etree._Element:
    """Return the root of an XML part of an uploaded package; nothing outside it is looked at.

    Raises :class:`UserError` where it is no XML, or declares a document type: Word never writes
    one; one is there only to play tricks with entities. A part that packs well may hold millions of
    empty elements: they are counted before anything is built of them.
    """
    if content.count(b"<") > MOST_TAGS:
        raise UserError("文件内部结构过于复杂，为安全起见不予打开。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UserError("文件已损坏，无法打开。") from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise UserError("文件内部结构异常，为安全起见不予打开。")
    return root
