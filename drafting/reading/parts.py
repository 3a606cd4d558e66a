"""Parse the XML parts of uploaded packages (.docx, .odt …) in one place, with one set of guards.

Apart from :mod:`drafting.reading.archive_guard`, which the service imports at its start: lxml is
loaded only once a file is read (a start in 1.5 s is promised; a test holds it).
"""

import re

from lxml import etree

from drafting.errors import UserError
from drafting.reading.bounds import refuse_complex, short_of_memory

_TOO_DEEP = "Excessive depth"
_TOO_LONG = re.compile("text node too long|huge text|huge input", re.IGNORECASE)


def parse_part(content: bytes) -> etree._Element:
    """Return the root of an XML part of an uploaded package; nothing outside it is looked at.

    Raises :class:`UserError` where it is no XML, or declares a document type: Word never writes
    one; one is there only to play tricks with entities. A part that packs well may hold millions of
    empty elements: they are counted before anything is built of them.
    """
    refuse_complex(content)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if short_of_memory():
            raise MemoryError from error
        if _TOO_DEEP in str(error):
            raise UserError("文件内部结构层次过深（超过 256 层），为安全起见不予打开。") from error
        if _TOO_LONG.search(str(error)):
            raise UserError("文件里有一段文字过长（超过 1000 万字节），请拆分后再试。") from error
        raise UserError("文件已损坏，无法打开。") from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise UserError("文件内部结构异常，为安全起见不予打开。")
    return root
