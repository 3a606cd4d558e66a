"""Content controls: what is in them is text, what only asks to be filled in is not.

Source: ECMA-376 Part 1, 17.5.2; [MS-DOCX] 2.6.1 (w14:checkbox).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from drafting.model.terms import SEAL_KEYWORD_TAG
from drafting.reading.word.markup.names import W14, W, switched, value
from drafting.reading.word.markup.package import Package
from drafting.reading.word.markup.symbols import box

_CONTENTS = "Table of Contents"
# What placeholders say where they do not wear a style of their own.
_PROMPT = re.compile(
    r"\s*(?:请(?:在此|输入|填写|选择|单击|点击)|单击|点击|轻触|选择一项|在此|此处"
    r"|(?:click|tap|choose|select|enter|type)\b|\[.*\]\s*$)",
    re.IGNORECASE | re.DOTALL,
)
_OFF = ("0", "false", "off")


@dataclass(slots=True)
class Placeholders:
    """What the controls of a document show while nobody has filled them in.

    It stands in the glossary part, which is looked at once a control claims to show it.
    """

    package: Package | None = None
    _known: dict[str, str] | None = None

    def content_of(self, control: etree._Element) -> etree._Element | None:
        """Return the content of a ``w:sdt``, or ``None`` where it shows its placeholder.

        Programs that fill in controls may leave ``w:showingPlcHdr`` behind. So the content is
        compared with the placeholder where the file brings it; else a placeholder wears a style
        (占位符文本) or asks for something.
        """
        content = control.find(f"{W}sdtContent")
        properties = control.find(f"{W}sdtPr")
        if content is None or properties is None:
            return content
        if value(properties.find(f"{W}tag")) == SEAL_KEYWORD_TAG:
            return None
        if not switched(properties.find(f"{W}showingPlcHdr")):
            return content
        known = self._texts().get(value(properties.find(f"{W}placeholder/{W}docPart")))
        shown = _asks(content) if known is None else _said(content) == known
        return None if shown or not _said(content) else content

    def _texts(self) -> dict[str, str]:
        if self._known is None:
            part = None if self.package is None else self.package.part("glossaryDocument")
            self._known = {
                value(one.find(f"{W}docPartPr/{W}name")): _said(one)
                for one in (part.iter(f"{W}docPart") if part is not None else ())
            }
        return self._known


def _said(element: etree._Element) -> str:
    return "".join("".join(one.text or "" for one in element.iter(f"{W}t")).split())


def _asks(content: etree._Element) -> bool:
    if any(True for _ in content.iter(f"{W}rStyle")):
        return True
    blocks = list(content.iter(f"{W}p")) or [content]
    texts = ("".join(one.text or "" for one in block.iter(f"{W}t")) for block in blocks)
    return any(map(_PROMPT.match, texts))


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
