"""The ways in which people edit a paper of ours in Word and WPS, made on the XML of the file.

Each is a function of the body (and, where it needs parts of its own, of the package); ``first``
were written while the way back was built, ``later`` after it was frozen, to judge it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree
from word_edits import (
    ONE,
    OTHER,
    Body,
    Parts,
    W,
    commented,
    comments,
    element,
    like_wps,
    mark_struck,
    moved,
    para,
    run,
    set_text,
    text_of,
    tracked,
    unzipped,
    zipped,
)

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
GRAPHIC = "http://schemas.openxmlformats.org/drawingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come of an edit.

    ``kinds`` are those of the changes, in order; ``extras`` the kinds of what is named besides;
    ``refused`` counts the changes that cannot be taken over.
    """

    kinds: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    refused: int = 0


Edit = Callable[[bytes], bytes]


def on_body(change: Callable[[list[Body]], None], **parts: bytes) -> Edit:
    """An edit of the paragraphs of the text, those of tables left out."""

    def edit(data: bytes) -> bytes:
        files = unzipped(data)
        root = etree.fromstring(files["word/document.xml"])
        change([p for p in root[0] if p.tag == f"{W}p" and text_of(p).strip()])
        files["word/document.xml"] = etree.tostring(root)
        files |= {f"word/{name}.xml": part for name, part in parts.items()}
        return zipped(files)

    return edit


def with_words(paragraphs: list[Body], words: str) -> Body:
    """The first paragraph that holds ``words``."""
    return next(p for p in paragraphs if words in text_of(p))


def headings(paragraphs: list[Body]) -> list[Body]:
    """The headings of the answers."""
    return [p for p in paragraphs if re.match(r"[一二三四五六七八九十]+、", text_of(p))]


def section(paragraphs: list[Body], number: int) -> list[Body]:
    """A heading and what stands below it."""
    heads = headings(paragraphs)
    start = paragraphs.index(heads[number])
    ends = [paragraphs.index(one) for one in heads[number + 1 :]]
    end = ends[0] if ends else thanks(paragraphs)
    return paragraphs[start:end]


def thanks(paragraphs: list[Body]) -> int:
    """Where the sentence of thanks stands."""
    return next(n for n, p in enumerate(paragraphs) if text_of(p).startswith("感谢"))


def retype(paragraph: Body, text: str) -> None:
    """Type another text in a paragraph, its bookmarks lost."""
    set_text(paragraph, run(text))


def replace_words(words: str, by: str) -> Edit:
    """Replace words wherever they stand first."""

    def change(paragraphs: list[Body]) -> None:
        found = with_words(paragraphs, words)
        retype(found, text_of(found).replace(words, by, 1))

    return on_body(change)


def picture(floating: bool = False) -> Body:
    """A picture in the line, or floating beside it."""
    kind = "anchor" if floating else "inline"
    xml = (
        f'<w:r xmlns:w="{W[1:-1]}" xmlns:wp="{DRAWING}" xmlns:a="{GRAPHIC}"'
        f' xmlns:pic="{PICTURE}" xmlns:r="{RELATIONS}"><w:drawing><wp:{kind}>'
        f'<wp:docPr id="7" name="图片 1" descr="停车场照片"/><a:graphic><a:graphicData>'
        f"<pic:pic/></a:graphicData></a:graphic></wp:{kind}></w:drawing></w:r>"
    )
    return etree.fromstring(xml)


def formula() -> Body:
    """``x=1/2`` as Word's editor of equations writes it."""
    xml = (
        f'<m:oMath xmlns:m="{MATH}"><m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>1</m:t></m:r>'
        "</m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
    )
    return etree.fromstring(xml)


def looking(*properties: Body) -> Callable[[list[Body]], None]:
    """Give the words 停车 of the first paragraph that has them a look of their own."""

    def change(paragraphs: list[Body]) -> None:
        found = with_words(paragraphs[6:], "停车")
        head, _, tail = text_of(found).partition("停车")
        worn = run("停车")
        worn.insert(0, element("rPr", *properties))
        set_text(found, run(head), worn, run(tail))

    return change


def table(*rows: tuple[str, ...]) -> Body:
    """A table."""
    made = element("tbl", element("tblPr"))
    for row in rows:
        cells = (element("tc", element("tcPr"), para(text)) for text in row)
        made.append(element("tr", *cells))
    return made


def split_runs(paragraphs: list[Body]) -> None:
    """Every character in a run of its own, with the marks of Word's spelling and sessions."""
    for paragraph in paragraphs:
        for one in [r for r in paragraph.iter(f"{W}r") if r.find(f"{W}t") is not None]:
            text = text_of(one)
            for number, char in enumerate(text):
                piece = deepcopy(one)
                piece.find(f"{W}t").text = char
                piece.set(f"{W}rsidR", f"00{number % 90 + 10}B3E{number % 10}")
                one.addprevious(piece)
            one.addprevious(element("proofErr", type="spellEnd"))
            one.getparent().remove(one)


def in_smart_tags(paragraphs: list[Body]) -> None:
    """Dates and places as 智能标记 around runs."""
    for paragraph in paragraphs[4:9]:
        runs = [r for r in paragraph if r.tag == f"{W}r"]
        tag = element("smartTag", element="date", uri="urn:schemas-microsoft-com:office:smarttags")
        if runs:
            runs[0].addprevious(tag)
            tag.extend(runs)


def in_controls(paragraphs: list[Body]) -> None:
    """Each third paragraph in a content control."""
    for paragraph in paragraphs[3::3]:
        control = element("sdt", element("sdtPr", element("id", val="9")), element("sdtContent"))
        paragraph.addprevious(control)
        control[1].append(paragraph)


def without_bookmarks(paragraphs: list[Body]) -> None:
    """As after copying all into a new document."""
    body = paragraphs[0].getparent()
    for one in list(body.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd")):
        one.getparent().remove(one)


def other_styles(paragraphs: list[Body]) -> None:
    """All of the text in the style of the body."""
    for paragraph in paragraphs[3:]:
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is not None:
            style.set(f"{W}val", "Normal")


NUMBERING = etree.tostring(
    element(
        "numbering",
        element(
            "abstractNum",
            element(
                "lvl",
                element("start", val="1"),
                element("numFmt", val="chineseCounting"),
                element("lvlText", val="%1、"),
                ilvl="0",
            ),
            abstractNumId="1",
        ),
        element("num", element("abstractNumId", val="1"), numId="3"),
    )
)


def numbered_by_word(paragraphs: list[Body]) -> None:
    """The headings' typed 一、 replaced by Word's own list."""
    for paragraph in headings(paragraphs):
        set_text(paragraph, run(re.sub(r"^[一二三四五六七八九十]+、", "", text_of(paragraph))))
        number = element("numPr", element("ilvl", val="0"), element("numId", val="3"))
        paragraph.find(f"{W}pPr").append(number)


def new_section(heading: str, *texts: str) -> Callable[[list[Body]], None]:
    """A heading and paragraphs before the thanks."""

    def change(paragraphs: list[Body]) -> None:
        at = paragraphs[thanks(paragraphs)]
        style = element("pStyle", val="Heading1")
        at.addprevious(para(heading, style))
        for text in texts:
            at.addprevious(para(text, element("pStyle", val="Body")))

    return change


def move_section(paragraphs: list[Body]) -> None:
    """The second answer before the first."""
    target = headings(paragraphs)[0]
    for one in section(paragraphs, 1):
        target.addprevious(one)


def move_section_last(paragraphs: list[Body]) -> None:
    """The first answer behind all others."""
    target = paragraphs[thanks(paragraphs)]
    for one in section(paragraphs, 0):
        target.addprevious(one)


def drop_section(paragraphs: list[Body]) -> None:
    """The second answer, heading and all."""
    for one in section(paragraphs, 1):
        one.getparent().remove(one)


def move_to_other(paragraphs: list[Body]) -> None:
    """The first paragraph of the second answer to the end of the first's work done."""
    section(paragraphs, 0)[1].addnext(section(paragraphs, 1)[1])


def moved_by_tracking(paragraphs: list[Body]) -> None:
    """The same with 修订 on."""
    moved(section(paragraphs, 1)[1], section(paragraphs, 0)[1], ONE)


def join_two(paragraphs: list[Body]) -> None:
    """The first two paragraphs of the first answer, the mark between them deleted."""
    one, other = section(paragraphs, 0)[1:3]
    retype(one, text_of(one) + text_of(other))
    other.getparent().remove(other)


def join_tracked(paragraphs: list[Body]) -> None:
    """The same with 修订 on."""
    mark_struck(section(paragraphs, 0)[1], ONE)


def split_one(paragraphs: list[Body]) -> None:
    """Enter pressed within the first paragraph of the first answer, behind a sentence or comma."""
    one = section(paragraphs, 0)[1]
    text = text_of(one)
    at = text.index("，") + 1
    second = deepcopy(one)
    retype(one, text[:at])
    retype(second, text[at:])
    one.addnext(second)


def split_by_line(paragraphs: list[Body]) -> None:
    """Shift+Enter instead."""
    one = section(paragraphs, 0)[1]
    head, _, tail = text_of(one).partition("，")
    broken = element("r", element("t", text=f"{head}，"), element("br"), element("t", text=tail))
    set_text(one, broken)


def put_in(paragraphs: list[Body]) -> None:
    """A new paragraph behind the first of the first answer."""
    section(paragraphs, 0)[1].addnext(para("另有两处停车点位正在办理用地手续。"))


def put_in_tracked(paragraphs: list[Body]) -> None:
    """The same with 修订 on."""
    made = para("")
    set_text(made, element("ins", run("另有两处停车点位正在办理用地手续。"), id="904", **ONE))
    made.find(f"{W}pPr").append(element("rPr", element("ins", id="905", **ONE)))
    section(paragraphs, 0)[1].addnext(made)


def drop_one(paragraphs: list[Body]) -> None:
    """The first paragraph of the first answer."""
    one = section(paragraphs, 0)[1]
    one.getparent().remove(one)


def rewrite_heading(paragraphs: list[Body]) -> None:
    """Another heading over the second answer."""
    retype(headings(paragraphs)[1], "二、关于收费和公示")


def rewrite_all_of_one(paragraphs: list[Body]) -> None:
    """The first paragraph of the second answer written wholly anew."""
    retype(section(paragraphs, 1)[1], "各路段的价目牌都换成了新的，市民扫一扫就能看到标准和依据。")


def before_the_first(paragraphs: list[Body]) -> None:
    """A paragraph between the opening and the first heading."""
    headings(paragraphs)[0].addprevious(para("现将有关情况分述于后。"))


def behind_thanks(paragraphs: list[Body]) -> None:
    """特此答复。 behind the thanks."""
    paragraphs[thanks(paragraphs)].addnext(para("特此答复。"))


def below_signature(paragraphs: list[Body]) -> None:
    """A line below the date."""
    next(p for p in paragraphs if re.fullmatch(r"\d{4}年\d+月\d+日", text_of(p))).addnext(
        para("（此件依申请公开）")
    )


def wider(paragraphs: list[Body]) -> None:
    """Figures typed full-width."""
    found = section(paragraphs, 0)[1]
    retype(found, text_of(found).translate(str.maketrans("0123456789", "０１２３４５６７８９")))


def straight(paragraphs: list[Body]) -> None:
    """Quotation marks made straight by a program."""
    for paragraph in paragraphs:
        for text in paragraph.iter(f"{W}t"):
            text.text = (text.text or "").translate(str.maketrans("“”‘’", "\"\"''"))


def spaces(paragraphs: list[Body]) -> None:
    """Two wide spaces typed before each paragraph, blanks around figures."""
    for paragraph in paragraphs[5:]:
        retype(paragraph, "　　" + re.sub(r"(\d+)", r" \1 ", text_of(paragraph)))


def contents_of(name: str, text: str) -> Edit:
    """Another text in the header or footer parts."""

    def edit(data: bytes) -> bytes:
        files = unzipped(data)
        for part in [one for one in files if one.startswith(f"word/{name}")]:
            root = etree.fromstring(files[part])
            root.append(para(text))
            files[part] = etree.tostring(root)
        return zipped(files)

    return edit


NOTES = etree.tostring(
    element("footnotes", element("footnote", para("数据截至2026年10月。"), id="2"))
)

BOX = element("pict", element("txbxContent", para("领导批示：同意。")))


def last_of(paragraphs: list[Body]) -> Body:
    """The first paragraph of the second answer."""
    return section(paragraphs, 1)[1]


FIRST: Mapping[str, tuple[Edit, Expected]] = {
    "运行断开": (on_body(split_runs), Expected()),
    "智能标记": (on_body(in_smart_tags), Expected()),
    "内容控件": (on_body(in_controls), Expected()),
    "WPS 另存": (like_wps, Expected()),
    "书签全无": (on_body(without_bookmarks), Expected()),
    "换样式": (on_body(other_styles), Expected()),
    "自动编号": (on_body(numbered_by_word, numbering=NUMBERING), Expected()),
    "直引号": (on_body(straight), Expected()),
    "加空格": (on_body(spaces), Expected()),
    "全角数字": (on_body(wider), Expected(("改动",))),
    "改标题": (on_body(rewrite_heading), Expected(("改动",))),
    "整段重写": (on_body(rewrite_all_of_one), Expected(("改动",))),
    "新起一节": (
        on_body(new_section("五、其他情况", "来件已转区发改局一并研究。", "有进展另行告知。")),
        Expected(("新增一节",)),
    ),
    "插一段": (on_body(put_in), Expected(("新增",))),
    "插一段（修订）": (on_body(put_in_tracked), Expected(("新增",))),
    "开头后插一段": (on_body(before_the_first), Expected(("新增",))),
    "结尾后加一句": (on_body(behind_thanks), Expected(("新增",))),
    "落款下加一行": (on_body(below_signature), Expected(("新增",), refused=1)),
    "删一段": (on_body(drop_one), Expected(("删去",))),
    "删一条": (on_body(drop_section), Expected(("整条删去",))),
    "并两段": (on_body(join_two), Expected(("合并",))),
    "并两段（修订）": (on_body(join_tracked), Expected(("合并",))),
    "拆一段": (on_body(split_one), Expected(("拆分",))),
    "拆一行": (on_body(split_by_line), Expected(("拆分",))),
    "移到别条": (on_body(move_to_other), Expected(("移动",))),
    "移到别条（修订）": (on_body(moved_by_tracking), Expected(("移动",))),
    "第二条提前": (on_body(move_section), Expected(("整条移动",))),
    "第一条移到最后": (on_body(move_section_last), Expected(("整条移动",))),
    "图片": (
        on_body(lambda ps: last_of(ps).append(picture())),
        Expected((), ("图片",)),
    ),
    "浮动图片": (
        on_body(lambda ps: last_of(ps).append(picture(floating=True))),
        Expected((), ("浮动的图片",)),
    ),
    "公式": (on_body(lambda ps: last_of(ps).append(formula())), Expected(("改动",), ("公式",))),
    "符号": (
        on_body(
            lambda ps: last_of(ps).append(
                element("r", element("sym", font="Wingdings", char="F0FE"))
            )
        ),
        Expected(("改动",), ("符号",)),
    ),
    "加粗": (on_body(looking(element("b"))), Expected((), ("加粗",))),
    "下划线": (on_body(looking(element("u", val="single"))), Expected((), ("下划线",))),
    "红字": (on_body(looking(element("color", val="C00000"))), Expected((), ("文字颜色",))),
    "脚注": (
        on_body(
            lambda ps: last_of(ps).append(element("r", element("footnoteReference", id="2"))),
            footnotes=NOTES,
        ),
        Expected((), ("脚注",)),
    ),
    "文本框": (
        on_body(lambda ps: last_of(ps).append(element("r", deepcopy(BOX)))),
        Expected(("新增",), (), refused=1),
    ),
    "表格": (
        on_body(lambda ps: last_of(ps).addnext(table(("年度", "泊位"), ("2025", "120")))),
        Expected(("新增",)),
    ),
    "页眉加字": (contents_of("header", "内部资料"), Expected((), ("页眉",))),
    "批注": (
        on_body(
            lambda ps: commented(last_of(ps), "1"),
            comments=comments(("1", "请核实。", ONE)),
        ),
        Expected(),
    ),
    "两人修订": (
        on_body(
            lambda ps: (
                tracked(last_of(ps), "泊位", "车位", ONE),
                tracked(section(ps, 0)[1], "停车", "泊车", OTHER),
            )
        ),
        Expected(("改动", "改动")),
    ),
    "联系人": (replace_words("沈知远", "林小满"), Expected(("改动",))),
    "主送": (replace_words("委员：", "委员台鉴："), Expected(("改动",))),
    "文号": (replace_words("〔2026〕12号", "〔2026〕15号"), Expected(("改动",))),
    "日期": (
        replace_words("2026年11月16日", "二〇二六年十一月二十日"),
        Expected(("改动",)),
    ),
}
"""By name: the edit, and what must come of it."""

Made = Parts
