"""Small OFD files written for tests (GB/T 33190-2016), without any library."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def text(
    words: str,
    x: float,
    y: float,
    size: float = 5.6,
    *,
    deltas: str | None = "",
    y_deltas: str = "",
    more: str = "",
) -> str:
    """Return a text object whose first base line starts at x, y millimetres from the top left.

    Without ``deltas`` its characters stand a type size apart; ``None`` leaves the distances out.
    """
    step = f"g {len(words) - 1} {size}" if deltas == "" and len(words) > 1 else deltas or ""
    across = f" DeltaX={quoteattr(step)}" if step else ""
    down = f" DeltaY={quoteattr(y_deltas)}" if y_deltas else ""
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y - size} 200 {size * 1.4}" Font="1" Size="{size}"'
        f' {more}><ofd:TextCode X="0" Y="{size}"{across}{down}>{escape(words)}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def lines(words: Sequence[str], x: float, y: float, size: float = 5.6) -> str:
    """Return lines below each other, 1.8 type sizes apart."""
    return "".join(text(line, x, y + 1.8 * size * n, size) for n, line in enumerate(words))


def grid(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Return the lines of a table."""
    downs = [(x, min(ys), x, max(ys)) for x in xs]
    acrosses = [(min(xs), y, max(xs), y) for y in ys]
    return "".join(
        f'<ofd:PathObject ID="8" Boundary="{a} {b} {c - a + 1} {d - b + 1}">'
        f"<ofd:AbbreviatedData>M 0 0 L {c - a} {d - b}</ofd:AbbreviatedData></ofd:PathObject>"
        for a, b, c, d in (*downs, *acrosses)
    )


def page(*objects: str, before: str = "", box: str = "0 0 210 297") -> str:
    """Return a page's part: ``objects`` in one layer, ``before`` its content."""
    area = f"<ofd:Area><ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:Area>"
    layer = f'<ofd:Layer Type="Body" ID="7">{"".join(objects)}</ofd:Layer>'
    return f"<ofd:Page {_SPACE}>{area}{before}<ofd:Content>{layer}</ofd:Content></ofd:Page>"


def ofd(
    *pages: str,
    templates: Sequence[str] = (),
    more: Mapping[str, str | bytes] | None = None,
    common: str = "",
    document: str = "",
    documents: int = 1,
) -> bytes:
    """Return an OFD file; with several ``documents`` each holds the same pages.

    ``more`` are further parts, or other contents of those that are written.
    """
    bodies = "".join(
        f"<ofd:DocBody><ofd:DocInfo/><ofd:DocRoot>Doc_{n}/Document.xml</ofd:DocRoot></ofd:DocBody>"
        for n in range(documents)
    )
    parts: dict[str, str | bytes] = {
        "OFD.xml": f'<ofd:OFD {_SPACE} Version="1.0">{bodies}</ofd:OFD>'
    }
    listed = "".join(
        f'<ofd:Page ID="{n + 1}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
    )
    patterns = "".join(
        f'<ofd:TemplatePage ID="{90 + n}" BaseLoc="Tpls/Tpl_{n}/Content.xml"/>'
        for n in range(len(templates))
    )
    for n in range(documents):
        parts[f"Doc_{n}/Document.xml"] = (
            f"<ofd:Document {_SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
            f"</ofd:PhysicalBox></ofd:PageArea>{common}{patterns}</ofd:CommonData>"
            f"<ofd:Pages>{listed}</ofd:Pages>{document}</ofd:Document>"
        )
        parts |= {f"Doc_{n}/Pages/Page_{k}/Content.xml": one for k, one in enumerate(pages)}
        parts |= {f"Doc_{n}/Tpls/Tpl_{k}/Content.xml": one for k, one in enumerate(templates)}
    parts |= more or {}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            head = '<?xml version="1.0" encoding="UTF-8"?>' if isinstance(content, str) else ""
            # The same bytes whenever it is made.
            entry = zipfile.ZipInfo(name, (2026, 6, 3, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            container.writestr(
                entry, head.encode() + content if isinstance(content, bytes) else head + content
            )
    return out.getvalue()
