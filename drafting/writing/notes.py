"""Notes to the clerk about a paper: layout adjustments, and text that may not print as meant.

Nothing is changed here: markup that came from a web page is printed as it is and reported, because
only the clerk knows whether it was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from drafting.language.cleaning import line_on_paper, unprintable
from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.flow import is_form, issuer_names, setting_of
from drafting.writing.typesetting.house import mark_pt
from drafting.writing.typesetting.layout import Layout
from drafting.writing.typesetting.pages import lay_out
from drafting.writing.typesetting.tables import table_called
from drafting.writing.typesetting.titles import title_lines
from drafting.writing.typesetting.words import body_width_pt
from drafting.writing.word.document import document_mark
from drafting.writing.word.head import mark_size
from drafting.writing.word.signature import place

_TITLE_LINES = 3
_SHOWN = 20
_RARE_SHOWN = 5
# Tags and entities of web pages, and what Word leaves of fields and styles when it is pasted.
_SIZE_NAMES = {10.5: "五号字", 9.0: "小五号字", 7.5: "六号字"}
_TABLE_NUMBER = re.compile(r"(?<![报图])(?:见|如)(?:附件\d?)?表([1-9]\d?)(?![\d.年月日个张])")
_RUBBISH = re.compile(
    r"</?[A-Za-z][A-Za-z0-9:]*(?:\s[^<>]*)?/?>|<!--|-->|&(?:nbsp|amp|lt|gt|quot|[lr]dquo|#\d+);"
    r"|mso-[a-z-]+:|错误！未找到引用源|错误!未找到引用源"
    r"|\{\s*(?:HYPERLINK|MERGEFIELD|PAGEREF|TOC|REF)\b"
)


def layout_notes(reply: Reply) -> list[str]:
    """Say in Chinese what gave way on this paper and where its text wants a look.

    Raises :class:`drafting.errors.UserError` where the reply cannot be laid out.
    """
    return notes_of(reply, lay_out(reply))


def notes_of(reply: Reply, layout: Layout) -> list[str]:
    """:func:`layout_notes` of a reply that is laid out already."""
    notes = list(layout.notes)
    if not is_form(reply):
        notes.extend(_head_notes(reply, layout))
        notes.extend(_signature_notes(reply))
        notes.extend(_table_notes(reply, layout))
    notes.extend(_text_notes(reply))
    return notes


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}……"


def _head_notes(reply: Reply, layout: Layout) -> Iterator[str]:
    issuers = issuer_names(reply)
    if issuers:
        letter = reply.skin == "letter"
        text = issuers[0] if letter else max(issuers, key=len) + gb.MARK_SUFFIX
        size = mark_size(text, gb.LETTER_MARK_WIDTH_MM, mark_pt(reply.house))
        squeeze = (size if letter else document_mark(issuers, layout.fit)).squeeze
        if squeeze != gb.MARK_SQUEEZES[0]:
            yield (
                f"发文机关标志“{_cut(text)}”过长，字形已压缩到{squeeze}%；"
                "宜改用规范化简称（7.2.4）。"
            )
    lines = len(title_lines(line_on_paper(reply.title), layout.fit.title_pt))
    if lines > _TITLE_LINES:
        yield f"标题共{len(line_on_paper(reply.title))}个字，排成{lines}行，宜精简。"
    told = any("版记行距" in note for note in layout.notes)
    if reply.copies_to and layout.fit.imprint_pitch_pt != gb.IMPRINT_LINE_PT and not told:
        pitch = f"{layout.fit.imprint_pitch_pt:g}"
        yield f"抄送单位共{len(reply.copies_to)}个，版记行距已改为{pitch}磅；可改用统称。"


def _signature_notes(reply: Reply) -> Iterator[str]:
    names = tuple(name for name in map(line_on_paper, reply.signatures) if name)
    for name in names:
        if body_width_pt(name) > gb.TEXT_WIDTH_PT:
            yield f"署名“{_cut(name)}”超过一行，已折行居中，宜用规范化简称（7.3.5）。"
    if reply.stamps:
        yield "签名章的位置已留出：正文下空二行、右空四字，职务在其左空二字（7.3.5.3）。"
        return
    if reply.sealed and len(names) > 1:
        placed = place(names, "", sealed=True)
        rows = placed.rows
        each = max(len(row) for row in rows)
        if placed.squeeze != gb.NAME_SQUEEZES[0]:
            yield (
                f"联合行文的署名较长，字形已压缩到{placed.squeeze}%，每排{each}个；"
                "宜用规范化简称（7.3.5）。"
            )
        yield (
            f"联合行文盖印{len(names)}枚，分{len(rows)}排，每排至多{each}枚，"
            "末一枚压末一署名和成文日期（7.3.5.1）。"
        )


def _table_notes(reply: Reply, layout: Layout) -> Iterator[str]:
    """Say which tables are set smaller or across, what was guessed in them, and 见表3 of none."""
    attached = (block for one in reply.attachments for block in one.body)
    blocks = [one for one in (*reply.body, *attached) if one.kind == "table" and any(one.rows)]
    items = [item for item in layout.items if item.role == "table"]
    for block, item in zip(blocks, items, strict=True):
        found = setting_of(item)
        called = table_called(item.text, item.rows)
        if found.across:
            size = _SIZE_NAMES[found.size_pt]
            yield (
                f"{called}有{len(found.widths)}栏，竖排排不下，已用{size}单独横排（8）；"
                "也可改作附件。"
            )
        elif found.size_pt != gb.SIZE_SMALL_4_PT:
            yield f"{called}栏目较多，已改用{_SIZE_NAMES[found.size_pt]}。"
        for doubt in block.doubts:
            yield f"{called}{doubt}，请核对。"
    turned = len(layout.pages) > 1 and layout.pages[-2][-1].across
    if turned and not any(row.item >= 0 for row in layout.pages[-1]):
        yield "横排的表格排在最后，版记另排一面。"
    last = sum(bool(item.text) for item in items)
    for where, text in _texts(reply):
        for number in dict.fromkeys(int(one[1]) for one in _TABLE_NUMBER.finditer(text)):
            if number > last:
                has = f"全文有编号的表只有{last}张" if last else "全文没有写了表名的表"
                yield f"{where}提到“表{number}”，而{has}，请核对。"


def _text_notes(reply: Reply) -> Iterator[str]:
    rare: dict[str, None] = {}
    for where, text in _texts(reply):
        found = _RUBBISH.search(text)
        if found:
            yield f"{where}有粘贴带来的代码“{_cut(found[0])}”，将照样印出，请删去。"
        lost = unprintable(text)
        if lost:
            yield f"{where}有{lost}个不能打印的字符，已略去，请核对。"
        rare.update(dict.fromkeys(char for char in text if _is_rare(char)))
    if rare:
        chars = "、".join(f"“{char}”" for char in list(rare)[:_RARE_SHOWN])
        more = "等" if len(rare) > _RARE_SHOWN else ""
        yield f"{chars}{more}不在仿宋_GB2312字库内，将用其他字体印出，请核对字形。"


def _texts(reply: Reply) -> Iterator[tuple[str, str]]:
    yield "标题", reply.title
    yield "主送", reply.salutation or ""
    for number, block in enumerate(reply.body, start=1):
        yield f"正文第{number}段", block.full_text
    for number, attachment in enumerate(reply.attachments, start=1):
        yield (
            f"附件{number}",
            "\n".join((attachment.title, *(block.full_text for block in attachment.body))),
        )
    for name, values in (("署名", reply.signatures), ("抄送", reply.copies_to)):
        yield name, "\n".join(values)


def _is_rare(char: str) -> bool:
    """Whether 仿宋_GB2312 has no glyph: a Chinese character or emoji outside GB 2312."""
    if char < "\u2e80":
        return False
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        # A lone surrogate is dropped and counted elsewhere; 〔〕 and the like are in every face.
        return not (
            "\ud800" <= char <= "\udfff"
            or "\u3000" <= char <= "\u303f"
            or "\ue000" <= char <= "\uffff"
        )
    return False
