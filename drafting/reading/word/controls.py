"""Content controls: what is in them is text, what only asks to be filled in is not.

Source: ECMA-376 Part 1, 17.5.2; [MS-DOCX] 2.6.1 (w14:checkbox).
"""

from __future__ import annotations

from lxml import etree

from drafting.reading.word.names import W14, W, switched
from drafting.reading.word.symbols import box

_CONTENTS = "Table of Contents"
_OFF = ("0", "false", "off")


def content_of(control: etree._Element) -> etree._Element | None:
    """Return the content of a ``w:sdt``, or ``None`` where it shows its placeholder."""
    properties = control.find(f"{W}sdtPr")
    if properties is not None and switched(properties.find(f"{W}showingPlcHdr")):
        return None
    return control.find(f"{W}sdtContent")


def tick_of(control: etree._Element) -> str:
    """Return the box of a check box control, ``""`` for any other control."""
    found = control.find(f"{W}sdtPr/{W14}checkbox")
    if found is None:
        return ""
    checked = found.find(f"{W14}checked")
    return box(checked is not None and checked.get(f"{W14}val", "1") not in _OFF)


def holds_contents(control: etree._Element) -> bool:
    """Whether a control holds the table of contents that Word made."""
    gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == _CONTENTS
