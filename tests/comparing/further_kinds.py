"""Ways of editing of a later session: what Word turns on by itself, looks, controls, revisions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy

from edit_kinds import (
    Edit,
    Expected,
    headings,
    last_of,
    on_body,
    retype,
    section,
    table,
    thanks,
    with_words,
)
from later_kinds import worn
from lxml import etree
from word_edits import (
    ONE,
    OTHER,
    Body,
    W,
    element,
    mark_struck,
    para,
    run,
    set_text,
    text_of,
    unzipped,
    zipped,
)

MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
STRICT = b"http://purl.oclc.org/ooxml/"


def first_of(paragraphs: list[Body]) -> Body:
    """The first paragraph of the first answer."""
    return section(paragraphs, 0)[1]


def properties(paragraph: Body, *made: Body) -> None:
    """Give a paragraph these properties too."""
    paragraph.find(f"{W}pPr").extend(made)


def level(number: int, kind: str, text: str) -> Body:
    """A level of a list."""
    shown = (element("numFmt", val=kind), element("lvlText", val=text))
    return element("lvl", element("start", val="1"), *shown, ilvl=str(number))


def numbering(*levels: Body) -> bytes:
    """A list of these levels, called 5."""
    abstract = element("abstractNum", *levels, abstractNumId="1")
    made = element("num", element("abstractNumId", val="1"), numId="5")
    return etree.tostring(element("numbering", abstract, made))


def in_list(depth: int) -> Body:
    """What makes a paragraph one of the list."""
    return element("numPr", element("ilvl", val=str(depth)), element("numId", val="5"))


BULLETS = numbering(level(0, "bullet", "\uf0b7"))
LEVELS = numbering(level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）"))


def bulleted(paragraphs: list[Body]) -> None:
    for paragraph in section(paragraphs, 0)[1:3]:
        properties(paragraph, in_list(0))


def numbered_on_two_levels(paragraphs: list[Body]) -> None:
    for paragraph in paragraphs:
        for depth, label in enumerate(("[一二三四]、", "（[一二三四]）")):
            if re.match(label, text_of(paragraph)):
                retype(paragraph, re.sub(f"^{label}", "", text_of(paragraph)))
                properties(paragraph, in_list(depth))


def put_in_and_struck(paragraphs: list[Body]) -> None:
    struck = element("del", run("（另有新建泊位）", "delText"), id="911", **OTHER)
    last_of(paragraphs).append(element("ins", struck, id="910", **ONE))


def field(*result: Body, code: str = " REF _Ref1 ") -> list[Body]:
    """A field, of which ``result`` is shown."""
    marks = ("begin", "separate", "end")
    begin, middle, end = (element("r", element("fldChar", fldCharType=one)) for one in marks)
    return [begin, element("r", element("instrText", text=code)), middle, *result, end]


def half_a_field(paragraphs: list[Body]) -> None:
    last_of(paragraphs).extend(field()[:2])


def field_over_two(paragraphs: list[Body]) -> None:
    begin, code, middle, end = field(code=' INCLUDETEXT "x" ')
    one, other = section(paragraphs, 0)[1:3]
    one[1:1] = [begin, code, middle]
    other.append(end)


def link_struck(paragraphs: list[Body]) -> None:
    begin, _, middle, text, end = field(run("网址", "delText"))
    code = element("r", element("delInstrText", text=' HYPERLINK "http://x" '))
    struck = element("del", begin, code, middle, text, end, id="960", **ONE)
    last_of(paragraphs).append(struck)


def nested(paragraphs: list[Body]) -> None:
    outer = table(("项目", "明细"), ("泊位", ""))
    outer[-1][-1].insert(1, table(("甲", "乙"), ("1", "2")))
    last_of(paragraphs).addnext(outer)


def hidden_middle(paragraphs: list[Body]) -> None:
    found = last_of(paragraphs)
    text = text_of(found)
    middle = run(text[6:16])
    middle.insert(0, element("rPr", element("vanish")))
    set_text(found, run(text[:6]), middle, run(text[16:]))


def section_by_looks(paragraphs: list[Body]) -> None:
    heading = para("关于其他问题")
    heading[-1].insert(0, element("rPr", element("rFonts", eastAsia="黑体")))
    at = paragraphs[thanks(paragraphs)]
    at.addprevious(heading)
    at.addprevious(para("来件所提绿化问题，已转园林部门。"))


def title_in_two_and_changed(paragraphs: list[Body]) -> None:
    title = with_words(paragraphs, "第031号提案")
    text, second = text_of(title).replace("答复", "复函"), deepcopy(title)
    retype(title, text[:15])
    retype(second, text[15:])
    title.addnext(second)


def one_by_line_ends(paragraphs: list[Body]) -> None:
    first, *others = section(paragraphs, 0)[1:]
    whole = element("r", element("t", text=text_of(first)))
    for one in others:
        whole.extend((element("br"), element("t", text=text_of(one))))
        one.getparent().remove(one)
    set_text(first, whole)


def looks_tracked(paragraphs: list[Body]) -> None:
    """Changes of looks with 修订 on, as WPS lists them by the hundred."""
    for paragraph in paragraphs:
        former = element("pPr", element("jc", val="left"))
        properties(paragraph, element("pPrChange", former, id="930", **ONE))
        for one in paragraph.iter(f"{W}r"):
            worn_before = element("rPr", element("b"), element("vanish"))
            change = element("rPrChange", worn_before, id="931", **ONE)
            one.insert(0, element("rPr", change)) if one.find(f"{W}rPr") is None else one[0].append(
                change
            )


def invisible(paragraphs: list[Body]) -> None:
    found = last_of(paragraphs)
    text = text_of(found)
    retype(found, "\u200b".join(text[:20]) + "\u00a0" + text[20:])


def section_moved_tracked(paragraphs: list[Body]) -> None:
    """The third answer before the second, with 修订 on."""
    at, moving = section(paragraphs, 0)[-1], section(paragraphs, 2)
    for one in moving:
        copy = deepcopy(one)
        for place, kind in ((one, "moveFrom"), (copy, "moveTo")):
            set_text(place, element(kind, run(text_of(place)), id="940", **ONE))
            mark_struck(place, ONE, kind)
        at.addnext(copy)
        at = copy


def struck_whole(paragraphs: list[Body]) -> None:
    found = section(paragraphs, 0)[2]
    set_text(found, element("del", run(text_of(found), "delText"), id="950", **ONE))
    mark_struck(found, ONE)


def split_tracked(paragraphs: list[Body]) -> None:
    found = first_of(paragraphs)
    head, _, tail = text_of(found).partition("，")
    second = deepcopy(found)
    retype(found, f"{head}，")
    retype(second, tail)
    properties(found, element("rPr", element("ins", id="951", **ONE)))
    found.addnext(second)


def controlled(start: str, text: str, kind: str) -> Edit:
    """A line's value chosen in a control."""

    def change(paragraphs: list[Body]) -> None:
        found = next(p for p in paragraphs if re.match(start, text_of(p)))
        label, mark, _ = text_of(found).partition("：")
        shown = element("sdtContent", run(text))
        control = element("sdt", element("sdtPr", element(kind)), shown)
        set_text(found, *([run(f"{label}：")] if mark else []), control)

    return on_body(change)


def alternative(paragraphs: list[Body]) -> None:
    made = etree.Element(f"{{{MC}}}AlternateContent")
    etree.SubElement(made, f"{{{MC}}}Choice", Requires="w15").append(run("另行告知。"))
    etree.SubElement(made, f"{{{MC}}}Fallback").append(run("另行告知。"))
    last_of(paragraphs).append(made)


def contact_in_two(paragraphs: list[Body]) -> None:
    found = with_words(paragraphs, "沈知远")
    retype(found, "（联系人：林小满")
    found.addnext(para("联系电话：0789-8213399）"))


def salutation_runs_on(paragraphs: list[Body]) -> None:
    found = with_words(paragraphs, "委员：")
    following = found.getnext()
    retype(found, text_of(found) + text_of(following))
    following.getparent().remove(following)


def strict(data: bytes) -> bytes:
    """The file as “严格的 Open XML”."""
    common = b"http://schemas.openxmlformats.org/"
    names = {
        common + b"wordprocessingml/2006/main": STRICT + b"wordprocessingml/main",
        common + b"officeDocument/2006/relationships": STRICT + b"officeDocument/relationships",
    }
    files = unzipped(data)
    for old, new in names.items():
        files = {name: part.replace(old, new) for name, part in files.items()}
    return zipped(files)


def bordered(*made: Body) -> Callable[[list[Body]], None]:
    return lambda paragraphs: properties(last_of(paragraphs), *(deepcopy(one) for one in made))


LINE = element("pBdr", element("bottom", val="single", sz="12", color="FF0000"))
GROUND = element("shd", val="clear", color="auto", fill="FFFF00")
FURTHER: Mapping[str, tuple[Edit, Expected]] = {
    "插入又被删": (on_body(put_in_and_struck), Expected()),
    "半个域": (on_body(half_a_field), Expected((), ("域",))),
    "域跨两段": (on_body(field_over_two), Expected((), ("域",))),
    "交叉引用": (
        on_body(lambda ps: last_of(ps).extend(field(run("见第一条")))),
        Expected(("改动",), ("域",)),
    ),
    "修订删链接": (on_body(link_struck), Expected()),
    "项目符号": (
        on_body(bulleted, numbering=BULLETS),
        Expected((), ("项目符号", "项目符号")),
    ),
    "两级自动编号": (on_body(numbered_on_two_levels, numbering=LEVELS), Expected()),
    "表中套表": (on_body(nested), Expected(("新增",), ("表中套的表",))),
    "隐藏中间的字": (on_body(hidden_middle), Expected(("改动",), ("隐藏",))),
    "清空一段": (on_body(lambda ps: set_text(last_of(ps))), Expected(("删去",))),
    "黑体写的一节": (on_body(section_by_looks), Expected(("新增一节",))),
    "标题改字并分行": (on_body(title_in_two_and_changed), Expected(("改动",))),
    "一条并成软回车": (on_body(one_by_line_ends), Expected()),
    "格式修订": (on_body(looks_tracked), Expected()),
    "看不见的字符": (on_body(invisible), Expected()),
    "修订移一条": (on_body(section_moved_tracked), Expected(("整条移动",))),
    "修订删一段": (on_body(struck_whole), Expected(("删去",))),
    "修订拆一段": (on_body(split_tracked), Expected(("拆分",))),
    "日期控件": (controlled(r"\d{4}年\d+月\d+日$", "2026年11月20日", "date"), Expected(("改动",))),
    "下拉控件": (controlled("公开属性", "依申请公开", "dropDownList"), Expected(("改动",))),
    "段内替代内容": (on_body(alternative), Expected(("改动",))),
    "联系人分两行": (on_body(contact_in_two), Expected(("新增", "改动"), refused=2)),
    "严格格式": (strict, Expected()),
    "底纹": (worn(GROUND), Expected((), ("底纹",))),
    "字符边框": (worn(element("bdr", val="single", sz="4")), Expected((), ("字符边框",))),
    "主题色": (
        worn(element("color", val="auto", themeColor="accent2")),
        Expected((), ("文字颜色",)),
    ),
    "双行合一": (
        worn(element("eastAsianLayout", id="1", combine="1")),
        Expected((), ("双行合一或纵横混排",)),
    ),
    "段落边框": (on_body(bordered(LINE)), Expected((), ("段落边框",))),
    "段落底纹": (on_body(bordered(GROUND)), Expected((), ("段落底纹",))),
    "没有颜色的底纹": (
        worn(element("shd", val="clear", color="auto", fill="auto")),
        Expected(),
    ),
    "主送并入开头": (on_body(salutation_runs_on), Expected(("合并",), refused=1)),
    "改一级标题的字": (
        on_body(lambda ps: retype(headings(ps)[0], "一、关于增加停车泊位")),
        Expected(("改动",)),
    ),
}
"""By name: the edit, and what must come of it."""
