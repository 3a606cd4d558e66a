"""More ways of editing, written after the way back was frozen, to judge it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy

from edit_kinds import (
    DRAWING,
    GRAPHIC,
    Edit,
    Expected,
    contents_of,
    headings,
    last_of,
    on_body,
    other_styles,
    picture,
    put_in,
    retype,
    rewrite_heading,
    section,
    thanks,
    with_words,
    without_bookmarks,
)
from lxml import etree
from word_edits import (
    ONE,
    Body,
    W,
    element,
    para,
    run,
    set_text,
    text_of,
    tracked,
    unzipped,
    zipped,
)

WORD14 = "http://schemas.microsoft.com/office/word/2010/wordml"


def swap(old: str, new: str, *, within: str = "") -> Edit:
    """Replace words in the paragraph that holds ``within``."""

    def change(paragraphs: list[Body]) -> None:
        found = with_words(paragraphs, within or old)
        retype(found, text_of(found).replace(old, new, 1))

    return on_body(change)


def pattern(regex: str, new: str) -> Edit:
    """Replace the text of the first paragraph that ``regex`` matches."""

    def change(paragraphs: list[Body]) -> None:
        retype(next(p for p in paragraphs if re.match(regex, text_of(p))), new)

    return on_body(change)


def drop(regex: str) -> Edit:
    """Delete the first paragraph that ``regex`` matches."""

    def change(paragraphs: list[Body]) -> None:
        found = next(p for p in paragraphs if re.match(regex, text_of(p)))
        found.getparent().remove(found)

    return on_body(change)


def heading_runs_on(paragraphs: list[Body]) -> None:
    head, first = section(paragraphs, 1)[:2]
    retype(head, text_of(head) + text_of(first))
    first.getparent().remove(first)


def join_three(paragraphs: list[Body]) -> None:
    one, other, third = section(paragraphs, 0)[1:4]
    retype(one, text_of(one) + text_of(other) + text_of(third))
    for gone in (other, third):
        gone.getparent().remove(gone)


def split_in_three(paragraphs: list[Body]) -> None:
    one = section(paragraphs, 1)[1]
    parts = [f"{part}。" for part in re.split("[，。]", text_of(one)) if part]
    retype(one, parts[0])
    for text in reversed(parts[1:]):
        one.addnext(para(text))


def move_and_change(paragraphs: list[Body]) -> None:
    moving = section(paragraphs, 1)[1]
    retype(moving, text_of(moving).replace("3860", "3910"))
    section(paragraphs, 0)[1].addnext(moving)


def copy_to_other(paragraphs: list[Body]) -> None:
    section(paragraphs, 0)[1].addnext(deepcopy(section(paragraphs, 1)[1]))


def swap_within(paragraphs: list[Body]) -> None:
    _, _, second, third = section(paragraphs, 0)[:4]
    third.addnext(second)


def reversed_sections(paragraphs: list[Body]) -> None:
    target = paragraphs[thanks(paragraphs)]
    parts = [section(paragraphs, number) for number in range(4)]
    for part in reversed(parts):
        for one in part:
            target.addprevious(one)


def drop_two(paragraphs: list[Body]) -> None:
    gone = section(paragraphs, 1) + section(paragraphs, 3)
    for one in gone:
        one.getparent().remove(one)


def all_at_once(paragraphs: list[Body]) -> None:
    rewrite_heading(paragraphs)
    put_in(paragraphs)
    found = with_words(paragraphs, "僵尸车”36辆")
    retype(found, text_of(found).replace("36", "38"))
    retype(with_words(paragraphs, "沈知远"), "（联系人：林小满，电话：0789-8213307）")


def pasted_anew(paragraphs: list[Body]) -> None:
    without_bookmarks(paragraphs)
    other_styles(paragraphs)
    for paragraph in paragraphs:
        retype(paragraph, text_of(paragraph))
    found = with_words(paragraphs, "3860")
    retype(found, text_of(found).replace("3860", "3900"))


def title_by_enter(paragraphs: list[Body]) -> None:
    title = with_words(paragraphs, "第031号提案")
    text = text_of(title)
    second = deepcopy(title)
    retype(title, text[:12])
    retype(second, text[12:])
    title.addnext(second)


def empty_lines(paragraphs: list[Body]) -> None:
    for paragraph in paragraphs[4:]:
        paragraph.addnext(para(""))


def linked(paragraphs: list[Body]) -> None:
    last_of(paragraphs).append(element("hyperlink", run("（见区政府网站）"), anchor="x"))


def dated(paragraphs: list[Body]) -> None:
    begin = element("r", element("fldChar", fldCharType="begin"))
    code = element("r", element("instrText", text=" DATE "))
    middle = element("r", element("fldChar", fldCharType="separate"))
    end = element("r", element("fldChar", fldCharType="end"))
    last_of(paragraphs).extend([begin, code, middle, run("2026年11月18日"), end])


def landscape(paragraphs: list[Body]) -> None:
    size = element("pgSz", w="16838", h="11906", orient="landscape")
    last_of(paragraphs).find(f"{W}pPr").append(element("sectPr", size))


def paged(paragraphs: list[Body]) -> None:
    last_of(paragraphs).insert(1, element("r", element("br", type="page")))


def vml_picture(paragraphs: list[Body]) -> None:
    xml = (
        f'<w:r xmlns:w="{W[1:-1]}" xmlns:v="urn:schemas-microsoft-com:vml"><w:pict>'
        '<v:shape><v:imagedata title="现场"/></v:shape></w:pict></w:r>'
    )
    paragraphs[8].addprevious(element("p", etree.fromstring(xml)))


def workbook(paragraphs: list[Body]) -> None:
    xml = (
        f'<w:r xmlns:w="{W[1:-1]}" xmlns:o="urn:schemas-microsoft-com:office:office">'
        '<w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
    )
    last_of(paragraphs).append(etree.fromstring(xml))


def chart(paragraphs: list[Body]) -> None:
    xml = (
        f'<w:r xmlns:w="{W[1:-1]}" xmlns:wp="{DRAWING}" xmlns:a="{GRAPHIC}"><w:drawing>'
        '<wp:inline><wp:docPr id="1" name="图表 1"/><a:graphic><a:graphicData><c:chart'
        ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )
    last_of(paragraphs).append(etree.fromstring(xml))


def ruby(paragraphs: list[Body]) -> None:
    found = last_of(paragraphs)
    text = text_of(found)
    base = element("rubyBase", run(text[:1]))
    sound = element("rt", run("quán"))
    set_text(found, element("r", element("ruby", element("rubyPr"), sound, base)), run(text[1:]))


def ticked(paragraphs: list[Body]) -> None:
    xml = (
        f'<w:sdt xmlns:w="{W[1:-1]}" xmlns:w14="{WORD14}"><w:sdtPr><w14:checkbox>'
        '<w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☒</w:t></w:r>'
        "</w:sdtContent></w:sdt>"
    )
    last_of(paragraphs).append(etree.fromstring(xml))


def hidden(paragraphs: list[Body]) -> None:
    made = run("（内部掌握：不予公开）")
    made.insert(0, element("rPr", element("vanish")))
    last_of(paragraphs).append(made)


def worn(*properties: Body) -> Edit:
    """The first four characters of the second answer in a look of their own."""

    def change(paragraphs: list[Body]) -> None:
        found = last_of(paragraphs)
        text = text_of(found)
        made = run(text[:4])
        made.insert(0, element("rPr", *properties))
        set_text(found, made, run(text[4:]))

    return on_body(change)


def attached(paragraphs: list[Body]) -> None:
    last = paragraphs[-1]
    for text in ("1　路段　泊位", "附件2：路段清单", "附件2"):
        last.addnext(para(text))


def copies(data: bytes) -> bytes:
    """One more unit in 抄送, which stands in a table."""
    files = unzipped(data)
    root = etree.fromstring(files["word/document.xml"])
    found = next(p for p in root.iter(f"{W}p") if text_of(p).startswith("抄送"))
    retype(found, text_of(found).replace("。", "，区应急局。"))
    files["word/document.xml"] = etree.tostring(root)
    return zipped(files)


def framed(paragraphs: list[Body]) -> None:
    found = last_of(paragraphs)
    table = element("tbl", element("tblPr"), element("tr", element("tc", element("tcPr"))))
    found.addprevious(table)
    table[1][0].append(found)


def struck_row(paragraphs: list[Body]) -> None:
    row = element("tr", element("trPr", element("del", id="77", **ONE)))
    row.append(element("tc", element("tcPr"), para("作废")))
    last_of(paragraphs).addnext(element("tbl", element("tblPr"), row))


LATER: Mapping[str, tuple[Edit, Expected]] = {
    "只删标题": (drop("二、"), Expected(("删去",), refused=1)),
    "标题并入正文": (on_body(heading_runs_on), Expected(("合并",), refused=1)),
    "并三段": (on_body(join_three), Expected(("合并",))),
    "拆三段": (on_body(split_in_three), Expected(("拆分",))),
    "移动并改数": (on_body(move_and_change), Expected(("移动",))),
    "复制到别条": (on_body(copy_to_other), Expected(("新增",))),
    "条内换序": (on_body(swap_within), Expected(("移动",))),
    "全部倒序": (on_body(reversed_sections), Expected(("整条移动", "整条移动", "整条移动"))),
    "删两条": (on_body(drop_two), Expected(("整条删去", "整条删去"))),
    "采纳改留作参考": (
        swap("我局部分采纳", "目前尚不具备实施条件，我局将留作工作参考"),
        Expected(("改动",)),
    ),
    "采纳情况自拟": (swap("我局部分采纳", "我局原则同意"), Expected(("改动",), refused=1)),
    "删采纳情况": (drop("您提出的这条建议，我局予以采纳"), Expected(("删去",), refused=1)),
    "改责任单位": (swap("责任单位：区城管局", "责任单位：区住建局"), Expected(("改动",))),
    "删责任单位": (
        swap("（责任单位：区城管局；完成时限：2027年6月底前）", ""),
        Expected(("改动",)),
    ),
    "今后": (swap("下一步，每月", "今后，每月"), Expected(("改动",))),
    "类别": (pattern("办理结果类别", "办理结果类别：A"), Expected(("改动",))),
    "类别不认得": (pattern("办理结果类别", "办理结果类别：Z"), Expected(("改动",), refused=1)),
    "公开属性": (pattern("公开属性", "公开属性：依申请公开"), Expected(("改动",))),
    "署名": (pattern("青岚区城市管理局$", "青岚区综合执法局"), Expected(("改动",), refused=1)),
    "抄送": (copies, Expected(("改动",))),
    "开头": (swap("收悉。", "收悉，我局高度重视。"), Expected(("改动",))),
    "结束语": (swap("感谢您对", "再次感谢您对"), Expected(("改动",))),
    "几处一起改": (on_body(all_at_once), Expected(("新增", "改动", "改动", "改动"))),
    "另贴新文档": (on_body(pasted_anew), Expected(("改动",))),
    "标题分行": (on_body(title_by_enter), Expected()),
    "加空行": (on_body(empty_lines), Expected()),
    "超链接": (on_body(linked), Expected(("改动",), ("超链接",))),
    "日期域": (on_body(dated), Expected(("改动",), ("域",))),
    "横页": (on_body(landscape), Expected((), ("分节符", "页面设置"))),
    "分页符": (on_body(paged), Expected((), ("分页符",))),
    "VML 图片": (on_body(vml_picture), Expected((), ("图片",))),
    "嵌入表格": (on_body(workbook), Expected((), ("嵌入的文件",))),
    "图表": (on_body(chart), Expected((), ("图表",))),
    "拼音": (on_body(ruby), Expected((), ("拼音指南",))),
    "复选框": (on_body(ticked), Expected(("改动",))),
    "隐藏文字": (on_body(hidden), Expected((), ("隐藏",))),
    "着重号": (worn(element("em", val="dot")), Expected((), ("着重号",))),
    "删除线": (worn(element("strike")), Expected((), ("删除线",))),
    "突出显示": (worn(element("highlight", val="yellow")), Expected((), ("突出显示",))),
    "两处图片": (
        on_body(lambda ps: (last_of(ps).append(picture()), headings(ps)[2].append(picture()))),
        Expected((), ("图片", "图片")),
    ),
    "页脚加字": (contents_of("footer", "第 1 稿"), Expected((), ("页脚",))),
    "另加附件": (on_body(attached), Expected(("新增", "新增", "新增"), refused=3)),
    "框入表格": (on_body(framed), Expected((), ("表格",))),
    "修订删行": (on_body(struck_row), Expected()),
    "修订改标题": (
        on_body(lambda ps: tracked(headings(ps)[1], "规范", "严格规范", ONE)),
        Expected(("改动",)),
    ),
}
"""By name: the edit, and what must come of it."""
