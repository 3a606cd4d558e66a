"""Controls that repeat, hold rows or one another; placeholders where nothing can be put."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree
from office_templates import WHOLE, blank, line, saved, with_entry
from test_own_template import DRAFT, PAPER, lines_of, said

from drafting.reading.word.markup.names import W
from drafting.writing.own_template import fill, inspect

NAMES = (
    f'{nsdecls("w")} xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
ITEM = "<w15:repeatingSectionItem/>"
REPEATS = "<w15:repeatingSection/>"
PEOPLE = ["李明远 0789-8213306", "周知行 0789-8213307"]


def control(name: str, content: str, more: str = "") -> str:
    alias = f'<w:alias w:val="{name}"/>' if name else ""
    return (
        f"<w:sdt {NAMES}><w:sdtPr>{alias}{more}</w:sdtPr>"
        f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc><w:p>{one}</w:p></w:tc>' for one in cells)}</w:tr>"


PERSON = row(control("姓名", run("某某")), control("电话", run("0000")))


def with_line(content: str) -> bytes:
    document = _whole()
    line(document, "")._p.append(parse_xml(content))
    return saved(document)


def with_rows(content: str) -> bytes:
    document = _whole()
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "经办", "电话"
    table._tbl.append(parse_xml(content))
    return saved(document)


def with_block(content: str) -> bytes:
    document = _whole()
    document.element.body.sectPr.addprevious(parse_xml(content))
    return saved(document)


def _whole() -> Document:
    document = blank()
    for text in WHOLE:
        line(document, text)
    return document


def shapes(data: bytes) -> set[tuple[str, str]]:
    """Which elements hold paragraphs, runs and cells: what no program opens shows here."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        root = etree.fromstring(held.read("word/document.xml"))
    tags = (f"{W}p", f"{W}tc", f"{W}tr", f"{W}r")
    return {
        (etree.QName(one).localname, etree.QName(one.getparent()).localname)
        for one in root.iter(*tags)
    }


@pytest.mark.parametrize(
    "content",
    [
        control("联系人", PERSON),
        control("联系人", control("", PERSON, ITEM), REPEATS),
        control("联系人", control("", PERSON, ITEM) * 3, REPEATS),
        control(
            "经办人", row(control("联系人", run("某")), control("联系电话", run("0"))), REPEATS
        ),
    ],
)
def test_a_control_of_rows_is_a_row_for_each_person(content: str) -> None:
    template = with_rows(content)
    assert inspect(template).errors == ()
    filled = fill(template, PAPER, DRAFT).content
    assert lines_of(filled)[-3:] == ["经办 电话", *PEOPLE]
    assert ("p", "tr") not in shapes(filled)


def test_a_control_of_paragraphs_repeats_them() -> None:
    inner = (
        f"{run('联系人：')}{control('姓名', run('某'))}{run('，电话：')}{control('电话', run('0'))}"
    )
    template = with_block(control("联系人", control("", f"<w:p>{inner}</w:p>", ITEM), REPEATS))
    assert inspect(template).errors == ()
    assert lines_of(fill(template, PAPER, DRAFT).content)[-2:] == [
        "联系人：李明远，电话：0789-8213306",
        "联系人：周知行，电话：0789-8213307",
    ]


def test_a_control_around_a_row_that_says_not_where_is_refused() -> None:
    found = inspect(with_rows(control("抄送", row(run("抄送"), run("某单位")))))
    assert [one.said for one in found.errors] == [
        "“抄送某单位”：内容控件“抄送”套着整行，看不出填在哪里；请只套住要填写的一格，"
        "或在行里另放控件，标题写“姓名”“电话”。"
    ]


@pytest.mark.parametrize(
    "content",
    [
        control("版头", run("类别：") + control("办理结果类别", run("某")) + run("。")),
        f'<w:hyperlink {NAMES} w:anchor="x">{control("办理结果类别", run("某"))}</w:hyperlink>',
        f'<w:smartTag {NAMES} w:uri="u" w:element="e">{control("办理结果类别", run("某"))}'
        "</w:smartTag>",
    ],
)
def test_a_control_within_a_line_stays_in_it_whatever_holds_it(content: str) -> None:
    filled = fill(with_line(content), PAPER, DRAFT).content
    holders = {holder for one, holder in shapes(filled) if one == "p"}
    assert holders == {"body", "tc"}
    assert re.fullmatch(r"(类别：)?A。?", lines_of(filled)[-1])


def test_a_control_that_another_writes_over_is_told() -> None:
    template = with_line(control("附注", run("联系人：") + control("联系人", run("某某"))))
    assert (
        "warn",
        "“某某”：内容控件“附注”里还套着“联系人”：按外面的“附注”填写，里面的不另填。",
    ) in said(template)
    assert lines_of(fill(template, PAPER, DRAFT).content)[-1] == (
        "（联系人：李明远，电话：0789-8213306）"
    )


ART = (
    f'<w:r {NAMES}><w:pict><v:shape><v:textpath string="{{{{ 发文机关 }}}}"/>'
    "</v:shape></w:pict></w:r>"
)
OUT = "填不进去，会照原样印出；请改写在普通段落、表格或文本框里。"


def field(code: str) -> str:
    return f'<w:fldSimple {NAMES} w:instr=" {code} ">{run("«某»")}</w:fldSimple>'


@pytest.mark.parametrize(
    ("content", "level", "remark"),
    [
        (ART, "error", f"正文：“{{{{ 发文机关 }}}}”写在艺术字里，{OUT}"),
        (
            field("TITLE {{ 案号 }}"),
            "error",
            f"正文：“{{{{ 案号 }}}}”写在域代码里，{OUT}",
        ),
        (
            field("MERGEFIELD 抄送"),
            "error",
            "正文：邮件合并域“抄送”不由本系统填写，会照原样印出；请改成“{{ 抄送 }}”。",
        ),
        (
            field("MERGEFIELD  &quot;秘书长&quot;  \\* MERGEFORMAT"),
            "error",
            "正文：邮件合并域“秘书长”不由本系统填写，会照原样印出；请删去。",
        ),
        (
            f'<w:r {NAMES}><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="抄送"/>'
            "</w:ffData></w:fldChar></w:r>",
            "warn",
            "正文：旧式窗体域“抄送”不作栏目用，照原样保留；要填写的请改成“{{ 抄送 }}”。",
        ),
    ],
)
def test_a_placeholder_out_of_reach_is_told(content: str, level: str, remark: str) -> None:
    assert (level, remark) in said(with_line(content))


def test_a_placeholder_in_a_diagram_is_told() -> None:
    drawn = (
        '<d:dataModel xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        "<a:t>{{ 发文</a:t><a:t>机关 }}</a:t></d:dataModel>"
    )
    template = with_entry(saved(_whole()), "word/diagrams/data1.xml", drawn.encode())
    assert ("error", f"正文：“{{{{ 发文机关 }}}}”写在图示里，{OUT}") in said(template)


def test_a_line_of_several_labels_with_nothing_behind_them_goes() -> None:
    document = _whole()
    line(document, "份号：{{ 份号 }}\t密级：{{ 密级 }}")
    line(document, "此件依申请公开，由办公室存档，密级：{{ 密级 }}")
    filled = fill(saved(document), PAPER, DRAFT)
    assert lines_of(filled.content)[-1] == "此件依申请公开，由办公室存档，密级："
    assert "模板里的“份号： 密级：”没有内容，这一行没有印。" in filled.notes
