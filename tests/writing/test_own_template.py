"""The office's own Word template: looked over, filled, and still Word that every program reads."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import docx
import pytest
from docx.shared import Pt
from hypothesis import given
from hypothesis import strategies as st
from laws import tried
from lxml import etree
from office_templates import TEMPLATES, WHOLE, line, of_lines, saved, with_entry
from office_templates import blank as blank_paper
from writing_samples import LEAD, LETTER

from desk.sample_letter import sample_draft
from drafting.assembly import assemble
from drafting.errors import UserError
from drafting.model import Attachment, Block, Contact, Draft, Proposal, Proposer, Reply
from drafting.profile import load_profile
from drafting.reading import read_bytes, read_lines
from drafting.returning.comparing import review
from drafting.returning.edited import read_edited
from drafting.writing.own_template import BLANK, Binding, fill, inspect
from drafting.writing.own_template.fields import FIELDS, find_field, values_of
from drafting.writing.own_template.inspecting import texts_without_tags
from drafting.writing.own_template.tags import read_tags

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
TABLE = Block(
    "table",
    rows=(("序号", "项目名称", "完成时限"), ("1", "云溪路<a&b>错时停放 < 30 米", "2027年6月")),
)
PAPER = replace(
    LETTER,
    body=(*LETTER.body[:4], TABLE, *LETTER.body[4:]),
    result_label="办理结果类别：A",
    disclosure_label="公开属性：主动公开",
)
DRAFT = Draft(
    proposal=Proposal(
        matter="提案",
        session="区政协十届三次会议",
        item_no="12",
        subject="关于加强停车管理的提案",
        proposers=(Proposer("普绍平", "委员"),),
        role="主办",
        handling_unit=LEAD,
        suggestions=(),
    ),
    answers=(),
    profile="default",
    contacts=(Contact("李明远", "0789-8213306"), Contact("周知行", "0789-8213307")),
)


def lines_of(data: bytes) -> list[str]:
    return [one.text.strip() for one in read_lines(data, "a.docx") if one.text.strip()]


def words_of(data: bytes) -> str:
    """All that is printed, that of headers and footers too."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        parts = [
            name for name in held.namelist() if re.match(r"word/(document|header|footer)", name)
        ]
        roots = [etree.fromstring(held.read(name)) for name in parts]
    said = (one for root in roots for one in root.iter(f"{W}t", f"{W}noBreakHyphen"))
    return "".join("-" if one.tag != f"{W}t" else one.text or "" for one in said)


def filled_lines(*texts: str, paper: Reply = PAPER, binding: Binding | None = None) -> list[str]:
    return lines_of(fill(of_lines(*texts), paper, DRAFT, binding).content)


def said(data: bytes, binding: Binding | None = None) -> list[tuple[str, str]]:
    return [(one.level, one.said) for one in inspect(data, binding).remarks]


# ------------------------------------------------------------------ templates as offices have them


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_filled_with_all_that_it_asks_for(name: str) -> None:
    template = TEMPLATES[name]()
    found = inspect(template)
    assert found.errors == ()
    filled = fill(template, PAPER, DRAFT)
    whole = words_of(filled.content)
    assert not re.search(r"\{[{%]|[}%]\}|｛", whole)
    printed = {one.field for one in found.placeholders}
    values = values_of(PAPER, DRAFT)
    for field in FIELDS:
        for text in values[field.key].lines if field.key in printed else ():
            assert text in whole, field.title
    for block in values["body"].blocks:
        for text in [cell for row in block.rows for cell in row] or [block.full_text]:
            assert text in whole, text
    lost = [one.title for one in FIELDS if one.key not in printed and values[one.key]]
    told = "".join(filled.notes)
    spared = {"发文机关", "届次", "案号", "案由", "提案者", "主办单位", "联系人", "联系电话"}
    contacts_shown = bool(printed & {"contacts", "phones"})
    for title in lost:
        expected = title not in spared and not (title == "附注" and contacts_shown)
        assert (title in told) == expected, title


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_filled_template_is_valid_and_the_same_paper_gives_the_same_bytes(
    name: str, schema: Callable[[str], etree.XMLSchema]
) -> None:
    template = TEMPLATES[name]()
    content = fill(template, PAPER, DRAFT).content
    assert content == fill(template, PAPER, DRAFT).content
    checked = schema("wml.xsd")
    with zipfile.ZipFile(io.BytesIO(content)) as held, zipfile.ZipFile(io.BytesIO(template)) as old:
        assert held.namelist() == old.namelist()
        for part in held.namelist():
            if not re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", part):
                if not part.endswith(".rels"):
                    assert held.read(part) == old.read(part), part
                continue
            root = etree.fromstring(held.read(part))
            # What Word writes for itself is no part of the schema; what it falls back on is.
            for one in list(root.iter(f"{MC}AlternateContent")):
                one.getparent().replace(one, one.find(f"{MC}Fallback")[0])
            root.attrib.pop(f"{MC}Ignorable", None)
            for one in root.iter(f"{W}txbxContent"):
                assert one[-1].tag == f"{W}p"
            assert checked.validate(root), (part, checked.error_log.last_error)
    docx.Document(io.BytesIO(content))


@pytest.mark.parametrize("name", ["box", "controls", "letterhead", "shown"])
def test_a_filled_template_is_read_as_the_paper_that_it_is(name: str) -> None:
    content = fill(TEMPLATES[name](), PAPER, DRAFT).content
    read = read_bytes(content, "a.docx")
    assert (read.doc_no, read.date) == (PAPER.doc_no, PAPER.date)
    assert (read.title or "").replace("\n", "") == PAPER.title


def test_the_looks_are_those_of_the_template() -> None:
    opened = docx.Document(io.BytesIO(fill(TEMPLATES["shown"](), PAPER, DRAFT).content))
    looks = {
        one.text: (one.runs[0]._element.rPr.rFonts.get(f"{W}eastAsia"), one.runs[0].bold)
        for one in opened.paragraphs
        if "建议" in one.text or "打算" in one.text
    }
    assert looks["一、关于“增加车位”的建议"] == ("黑体", True)
    assert looks["（二）下一步工作打算"] == ("楷体", None)
    levels = [
        one._p.pPr.find(f"{W}outlineLvl").get(f"{W}val")
        for one in opened.paragraphs
        if one._p.pPr is not None and one._p.pPr.find(f"{W}outlineLvl") is not None
    ]
    assert set(levels) == {"0", "1"}


def test_headings_take_the_styles_that_are_named_so_or_chosen() -> None:
    document = blank_paper()
    named = document.styles.add_style("一级标题", 1)
    chosen = document.styles.add_style("小标题", 1)
    for text in WHOLE:
        line(document, text)
    template = saved(document)
    assert inspect(template).headings == {1: named.style_id}
    opened = docx.Document(
        io.BytesIO(fill(template, PAPER, DRAFT, Binding(headings={"2": chosen.style_id})).content)
    )
    styles = {one.text: one.style.name for one in opened.paragraphs}
    assert styles["一、关于“增加车位”的建议"] == "一级标题"
    assert styles["（二）下一步工作打算"] == "小标题"


def test_what_is_to_be_verified_is_marked_and_dashes_keep_the_chinese_face() -> None:
    opened = docx.Document(io.BytesIO(fill(of_lines(*WHOLE), PAPER, DRAFT).content))
    runs = [run for one in opened.paragraphs for run in one.runs]
    (marked,) = {run.text for run in runs if run._element.find(f"{W}rPr/{W}shd") is not None}
    assert marked == "【待核实：完成时限】"
    hints = {
        run._element.rPr.rFonts.get(f"{W}hint")
        for run in runs
        if "——" in run.text or "“" in run.text
    }
    assert hints == {"eastAsia"}


# ------------------------------------------------------------------ placeholders


@given(cuts=st.lists(st.integers(1, 12), max_size=6), full=st.booleans())
@tried(20)
def test_a_placeholder_is_found_however_word_cuts_the_line(cuts: list[int], full: bool) -> None:
    text = "字号{{ 发文字号 }}号" if not full else "字号｛｛发文字号｝｝号"
    document = blank_paper()
    for other in WHOLE[1:]:
        line(document, other)
    paragraph = document.add_paragraph()
    places = sorted({min(cut, len(text)) for cut in cuts})
    for start, end in zip([0, *places], [*places, len(text)], strict=True):
        paragraph.add_run(text[start:end])
    content = saved(document)
    assert inspect(content).errors == ()
    assert f"字号{PAPER.doc_no}号" in lines_of(fill(content, PAPER, DRAFT).content)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("{{ 主送 }}", "普绍平委员："),
        ("{{主送机关}}：", "普绍平委员："),
        ("（{{ 附注 }}）", "（联系人：李明远，电话：0789-8213306）"),
        ("{{ 附注 }}", "（联系人：李明远，电话：0789-8213306）"),
        ("抄送：{{ 抄送 }}", f"抄送：{'，'.join(PAPER.copies_to)}。"),
        ("抄送：{{ 抄送 }}。", f"抄送：{'，'.join(PAPER.copies_to)}。"),
        ("结果{{ 办理结果类别 }}，{{ 公开属性 }}", "结果A，主动公开"),
        ("{% if 密级 %}密级{% else %}{{ 案号 }}号{% endif %}件", "12号件"),
        ("{% if not 密级 %}无{{ 届次 }}{% endif %}件", "无区政协十届三次会议件"),
        (
            "{% for 人 in 联系人 %}{{ 人.姓名 }}（{{ 人.电话 }}）{% endfor %}止",
            "李明远（0789-8213306）周知行（0789-8213307）止",
        ),
        ("{# 说明 #}{{ 案由 }}", "关于加强停车管理的提案"),
        ("{{ r 案由 }}", "关于加强停车管理的提案"),
        ("{{ 提案 者 }}由{{ 主办单位 }}答复", f"普绍平由{LEAD}答复"),
    ],
)
def test_what_a_line_with_placeholders_prints(text: str, printed: str) -> None:
    assert printed in filled_lines(*WHOLE, text)


def test_lines_that_have_nothing_to_say_go_and_are_told_of() -> None:
    bare = replace(PAPER, copies_to=(), remark=None)
    lines = ("抄送：{{ 抄送 }}", "（{{ 附注 }}）", "{{ 密级 }}", "发：{{ 发文字号 }}")
    filled = fill(of_lines(*WHOLE, *lines), replace(bare, doc_no=None), DRAFT)
    texts = lines_of(filled.content)
    assert "发：" in texts
    assert [one for one in texts if "抄送" in one or one == "（）"] == []
    assert "模板里的“抄送：”没有内容，这一行没有印。" in filled.notes


def test_several_signers_stand_below_each_other() -> None:
    paper = replace(PAPER, signatures=(LEAD, "云湖市公安局青岚分局"))
    texts = filled_lines(*WHOLE, paper=paper)
    assert texts[texts.index(LEAD, texts.index(PAPER.body[-1].text)) + 1] == "云湖市公安局青岚分局"


def test_attachments_without_a_place_are_put_behind_and_told_of() -> None:
    kept = Attachment("停车泊位建设计划表", (TABLE, Block("paragraph", "以上为初步安排。")))
    paper = replace(PAPER, attachments=(kept,))
    filled = fill(of_lines(*WHOLE), paper, DRAFT)
    texts = lines_of(filled.content)
    assert texts.index("附件") > texts.index("2026年5月18日")
    assert texts[-1] == "以上为初步安排。"
    assert filled.notes[0] == "模板里没有“附件”，附件接在文末另面印出。"
    placed = fill(of_lines(*WHOLE[:4], "{{ 附件 }}", *WHOLE[4:]), paper, DRAFT)
    texts = lines_of(placed.content)
    assert texts.index("附件") < texts.index("2026年5月18日")


def test_a_placeholder_is_bound_to_a_field_or_left_empty() -> None:
    texts = (*WHOLE, "{{ 单位流水 }}", "存档{{ 归档号 }}完")
    template = of_lines(*texts)
    assert [one for one in said(template) if one[0] == "error"] == [
        ("error", "第7段：“单位流水”不是认得的栏目，请在下面选定它填什么，或选“留空”。"),
        ("error", "第8段：“归档号”不是认得的栏目，请在下面选定它填什么，或选“留空”。"),
    ]
    binding = Binding({"单位流水": "item_no", "归档号": BLANK})
    assert inspect(template, binding).errors == ()
    lines = lines_of(fill(template, PAPER, DRAFT, binding).content)
    assert ("12" in lines, "存档完" in lines) == (True, True)


@given(text=st.text(alphabet="{}%｛｝ 标题正文if.·|#\n", max_size=24))
@tried(150)
def test_no_line_breaks_the_reading_of_placeholders(text: str) -> None:
    for tag in read_tags(text):
        assert text[tag.start : tag.end].translate(str.maketrans("｛｝", "{}")) == tag.written


def test_every_name_of_a_field_means_one_field() -> None:
    names = [name for one in FIELDS for name in (one.title, *one.names)]
    assert [name for name in names if find_field(name) is None] == []
    assert all(find_field(one.title) is one for one in FIELDS)


# ------------------------------------------------------------------ what is wrong with a template


@pytest.mark.parametrize(
    ("texts", "remark"),
    [
        (
            ("没有栏目的文件",),
            "里面没有占位的栏目。请在要填写的地方写上“{{ 标题 }}”等。",
        ),
        ((*WHOLE, "第 {{ 标题"), "第7段：“{{ 标题”没有配对的右花括号。"),
        ((*WHOLE, "标题 }} 号"), "第7段：“标题 }}”没有配对的左花括号。"),
        ((*WHOLE, "{ { 标题 }}"), "第7段：“{ { 标题 }}”花括号之间有空格。"),
        ((*WHOLE, "{标题}"), "第7段：“{标题}”只有一层花括号，应为“{{ 标题 }}”。"),
        ((*WHOLE, "{{ }}"), "第7段：“{{ }}”看不懂。花括号里没有写栏目。"),
        (
            (*WHOLE, "{{ 标题 | upper }}"),
            "第7段：“{{ 标题 | upper }}”看不懂。花括号里只写栏目的名称，如“{{ 标题 }}”，"
            "不写运算和过滤。",
        ),
        (
            (*WHOLE, "{% while 1 %}"),
            "第7段：“{% while 1 %}”看不懂。只认得 if 栏目、if not 栏目、else、endif、"
            "for 名称 in 栏目、endfor。",
        ),
        (
            (*WHOLE, "{%p if 抄送 %}"),
            "第7段：“{%p if 抄送 %}”没有配对的 endif；开头和结尾要么同在一段，要么各占一段。",
        ),
        ((*WHOLE, "{%p endif %}"), "第7段：“{%p endif %}”前面没有配对的 if。"),
        ((*WHOLE, "{% else %}"), "第7段：“{% else %}”前面没有 if。"),
        (
            (*WHOLE, "{% if 抄送 %}有", "{% endif %}"),
            "第7段：“{% if 抄送 %}”没有配对的 endif；开头和结尾要么同在一段，要么各占一段。",
        ),
        (WHOLE[:3] + WHOLE[4:], "缺少“{{ 正文 }}”，没有地方印正文。"),
        ((*WHOLE, "{{ 正文 }}"), "第4段、第7段：“正文”有 2 处，会印 2 遍。"),
        (
            (*WHOLE[:3], "内容：{{ 正文 }}", *WHOLE[4:]),
            "第4段：“{{ 正文 }}”要独占一段，同一段里不能有别的字：正文由许多段组成。",
        ),
        (
            (*WHOLE[:3], "{{ 正文.段落 }}", "隔开", "{{ 正文.一级标题 }}", *WHOLE[4:]),
            "“正文.段落”“正文.一级标题”等样子要一段接一段写在一处，中间不能有别的内容。",
        ),
        (
            (*WHOLE, "{{ 标题.大写 }}"),
            "第7段：“{{ 标题.大写 }}”：“标题”没有下一级。",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(texts: tuple[str, ...], remark: str) -> None:
    assert ("error", remark) in said(of_lines(*texts))


@pytest.mark.parametrize(
    ("texts", "remark"),
    [
        (WHOLE[1:], "没有“{{ 发文字号 }}”，发文字号不会印出来。"),
        (
            (*WHOLE, "{{ 署名 }}"),
            "第5段、第7段：“署名”有 2 处，会印 2 遍；不要的请删去。",
        ),
        (
            (*WHOLE, "{{ 附注 }}", "{{ 联系人 }}"),
            "既有“附注”又有“联系人”或“联系电话”：附注里已有联系人的，会印两遍。",
        ),
    ],
)
def test_what_is_doubtful_is_said_and_does_not_stop(texts: tuple[str, ...], remark: str) -> None:
    found = said(of_lines(*texts))
    assert ("warn", remark) in found
    assert "error" not in {level for level, _ in found}


def test_fields_that_are_not_used_are_named() -> None:
    ((level, text),) = said(of_lines(*WHOLE))
    assert level == "hint"
    assert text.startswith("没有用到的栏目：发文机关、附件说明、附注、抄送、办理结果类别、")


def test_a_text_in_a_margin_or_a_box_is_refused() -> None:
    document = blank_paper()
    for text in (*WHOLE[:3], *WHOLE[4:]):
        line(document, text)
    document.sections[0].header.paragraphs[0].text = "{{ 正文 }}"
    remark = "页眉第1段：正文不能放在页眉、页脚、注释里，排不到下一页。"
    assert ("error", remark) in said(saved(document))


def test_revisions_are_refused_and_comments_told() -> None:
    def tracked(content: bytes) -> bytes:
        mark = '<w:ins w:id="1" w:author="言"><w:r><w:t>新</w:t></w:r></w:ins></w:p>'
        return content.replace(b"</w:p>", mark.encode(), 1)

    template = with_entry(of_lines(*WHOLE), "word/document.xml", tracked)
    remark = "正文：里面有修订痕迹，会印进公文；请在 Word 里接受或拒绝全部修订后再传。"
    assert ("error", remark) in said(template)


def test_a_control_that_is_no_field_stays_and_is_told() -> None:
    def ticked(content: bytes) -> bytes:
        control = (
            '<w:sdt><w:sdtPr><w:alias w:val="是否催办"/></w:sdtPr><w:sdtContent>'
            "<w:r><w:t>否</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        )
        return content.replace(b"</w:p>", control.encode(), 1)

    template = with_entry(of_lines(*WHOLE), "word/document.xml", ticked)
    told = [text for level, text in said(template) if level == "warn"]
    assert told == [
        "“否”：内容控件“是否催办”不是栏目的名称，照原样保留；要填写的请把它的标题改成栏目的名称。"
    ]
    assert "w:sdt" in _part(fill(template, PAPER, DRAFT).content, "word/document.xml")


def _part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return held.read(name).decode()


# ------------------------------------------------------------------ what is no template


def _related(kind: str, target: str) -> Callable[[bytes], bytes]:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    line = f'<Relationship Id="rIdX" Type="{base}/{kind}" Target="{target}" TargetMode="External"/>'
    return lambda rels: rels.replace(b"</Relationships>", f"{line}</Relationships>".encode())


def _field(code: str) -> Callable[[bytes], bytes]:
    run = f"<w:r><w:instrText> {code} </w:instrText></w:r></w:p>"
    return lambda content: content.replace(b"</w:p>", run.encode(), 1)


def _field_in_runs(content: bytes) -> bytes:
    """A field whose code Word has cut, within the code of another."""
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    parts = (" INCLU", "DEPICTURE ")
    cut = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in parts)
    outer = "<w:r><w:instrText> IF </w:instrText></w:r>"
    return content.replace(b"</w:p>", f"{begin}{outer}{begin}{cut}{end}{end}</w:p>".encode(), 1)


def _bomb() -> bytes:
    return with_entry(of_lines(*WHOLE), "word/media/a.png", bytes(120_000_000))


def _huge() -> bytes:
    noise = b"".join(bytes((n * 7919 + k) % 251 for k in range(251)) for n in range(5))
    return with_entry(of_lines(*WHOLE), "a.bin", noise) + bytes(40 * 1024 * 1024)


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("甲.docm", lambda: of_lines(*WHOLE), "文件含有宏（.docm），不能作模板"),
        (
            "甲.docx",
            lambda: with_entry(of_lines(*WHOLE), "word/vbaProject.bin", b"x"),
            "文件含有宏，不能作模板",
        ),
        ("甲.doc", lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "模板要用 .docx，这份是 .doc"),
        ("甲.wps", lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "模板要用 .docx，这份是 .wps"),
        ("甲.docx", lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "文件已加密，或是改了扩展名的旧版"),
        ("甲.docx", lambda: b"", "文件是空的"),
        ("甲.docx", lambda: "一封信".encode(), "文件已损坏，或不是 Word 文档"),
        ("甲.docx", lambda: of_lines(*WHOLE)[:-200], "文件已损坏"),
        ("甲.docx", _huge, "模板有 40 MB，超过 10 MB"),
        ("甲.docx", _bomb, "压缩比异常"),
        (
            "甲.docx",
            lambda: with_entry(
                of_lines(*WHOLE),
                "word/_rels/document.xml.rels",
                _related("image", "http://127.0.0.1/a.png"),
            ),
            "正文里的图片链接到外部（http://127.0.0.1/a.png），不能作模板",
        ),
        (
            "甲.docx",
            lambda: with_entry(
                of_lines(*WHOLE), "word/_rels/document.xml.rels", _related("oleObject", "a.bin")
            ),
            "正文里嵌有别的程序的对象，不能作模板",
        ),
        (
            "甲.docx",
            lambda: with_entry(
                of_lines(*WHOLE), "word/document.xml", _field('INCLUDETEXT "C:\\甲.docx"')
            ),
            "正文里有会取外部内容的域（INCLUDETEXT），不能作模板",
        ),
        (
            "甲.docx",
            lambda: with_entry(of_lines(*WHOLE), "word/document.xml", _field_in_runs),
            "正文里有会取外部内容的域（INCLUDEPICTURE），不能作模板",
        ),
        (
            "甲.docx",
            lambda: with_entry(
                of_lines(*WHOLE), "word/_rels/document.xml.rels", _related("package", "a.xlsx")
            ),
            "正文里嵌有另一份 Office 文件，不能作模板",
        ),
        (
            "甲.docx",
            lambda: with_entry(
                of_lines(*WHOLE),
                "word/document.xml",
                lambda content: b'<!DOCTYPE a [<!ENTITY b "c">]>' + content.partition(b"?>")[2],
            ),
            "文件内部结构异常",
        ),
    ],
)
def test_what_can_be_no_template_is_refused(
    name: str, make: Callable[[], bytes], message: str
) -> None:
    with pytest.raises(UserError) as refused:
        inspect(make(), name=name)
    assert message in refused.value.message


def test_the_link_to_a_former_template_is_cut_and_told() -> None:
    template = with_entry(
        of_lines(*WHOLE),
        "word/_rels/document.xml.rels",
        _related("attachedTemplate", "file:///C:/Templates/Normal.dotm"),
    )
    assert ("hint", "文件还连着制作它的模板（.dot），填写时断开。") in said(template)
    content = fill(template, PAPER, DRAFT).content
    assert "Normal.dotm" not in _part(content, "word/_rels/document.xml.rels")


def test_a_dotx_gives_a_document() -> None:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    kind = main.replace("document.main", "template.main")
    template = with_entry(
        of_lines(*WHOLE),
        "[Content_Types].xml",
        lambda types: types.replace(main.encode(), kind.encode()),
    )
    assert kind in _part(template, "[Content_Types].xml")
    assert main in _part(fill(template, PAPER, DRAFT).content, "[Content_Types].xml")


def test_what_the_template_itself_prints() -> None:
    assert texts_without_tags(of_lines("机关：{{ 发文机关 }}", *WHOLE, "地址：青岚大道")) == [
        "机关：",
        "地址：青岚大道",
    ]


def test_a_control_that_another_program_has_cut_is_one() -> None:
    def cut(content: bytes) -> bytes:
        control = (
            '<w:sdt><w:sdtPr><w:alias w:val="案号"/></w:sdtPr><w:sdtContent>'
            "<w:r><w:t>号</w:t></w:r></w:sdtContent></w:sdt>"
        )
        return content.replace(b"</w:p>", f"{control * 3}</w:p>".encode(), 1)

    template = with_entry(of_lines("第", *WHOLE), "word/document.xml", cut)
    assert inspect(template).placeholders[0].name == "案号"
    assert lines_of(fill(template, PAPER, DRAFT).content)[0] == "第12"


def test_a_filled_template_comes_back_from_word_without_a_change_of_the_text() -> None:
    profile = load_profile("default")
    draft = sample_draft(profile, "提案", dt.date(2026, 5, 18))
    reply = assemble(draft, profile, form="reply")
    for name in ("box", "table", "controls"):
        edited = read_edited(fill(TEMPLATES[name](), reply, draft).content)
        assert edited.suggestions == reply.suggestions
        found = review(draft, profile, edited, form="reply").changes
        # Only what the template itself prints, or prints elsewhere.
        assert [one.where for one in found if "建议" in one.where or one.where == "结束语"] == []


def test_bookmarks_of_a_template_do_not_meet_ours() -> None:
    def marked(content: bytes) -> bytes:
        mark = '<w:bookmarkStart w:id="1" w:name="甲"/><w:bookmarkEnd w:id="1"/></w:p>'
        return content.replace(b"</w:p>", mark.encode(), 1)

    template = with_entry(of_lines("红头", *WHOLE), "word/document.xml", marked)
    paper = replace(PAPER, suggestions=("a" * 32,))
    text = _part(fill(template, paper, DRAFT).content, "word/document.xml")
    numbers = re.findall(r'bookmarkStart[^>]* w:id="(\d+)"', text)
    assert len(numbers) == len(set(numbers)) > 2


def test_names_of_attachments_stand_below_each_other_behind_their_label() -> None:
    kept = tuple(Attachment(name, (Block("paragraph", "略。"),)) for name in ("计划表", "标准"))
    paper = replace(PAPER, attachments=kept)
    template = of_lines(*WHOLE[:4], "附件：{{ 附件说明 }}", *WHOLE[4:])
    opened = docx.Document(io.BytesIO(fill(template, paper, DRAFT).content))
    texts = [one.text for one in opened.paragraphs]
    place = texts.index("附件：1.计划表")
    assert texts[place + 1] == "\u3000\u3000\u30002.标准"
    inline = of_lines(*WHOLE, "{% if 附件说明 %}附件：{{ 附件说明 }}{% endif %}")
    assert "附件：1.计划表、2.标准" in lines_of(fill(inline, paper, DRAFT).content)


def test_attachments_without_a_place_look_like_the_text() -> None:
    kept = Attachment("计划表", (Block("paragraph", "略。"),))
    document = blank_paper()
    for text in WHOLE:
        line(document, text, indent=text == "{{ 正文 }}")
    content = fill(saved(document), replace(PAPER, attachments=(kept,)), DRAFT).content
    last = docx.Document(io.BytesIO(content)).paragraphs[-1]
    assert (last.text, last.paragraph_format.first_line_indent) == ("略。", Pt(32))
