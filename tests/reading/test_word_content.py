"""What Word shows of a document besides plain paragraphs, and what it does not show."""

import io
import zipfile

import pytest
from word_package import (
    cell,
    control,
    field,
    numbered,
    p,
    row,
    rows,
    run,
    table,
    texts,
    word_file,
)

from drafting.model import UserError
from drafting.reading import read_bytes
from drafting.reading.docx import read_docx
from drafting.reading.parts import parse_part

# ------------------------------------------------------------------ strict files

NOTES = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    f'<w:footnote w:id="1">{p("<w:r><w:footnoteRef/></w:r>", " 区统计局《2025年统计公报》。")}'
    f"{p('截至2025年12月31日。')}</w:footnote>"
    f'<w:footnote w:id="2">{p("含在建。")}</w:footnote>'
)
REFERENCE = '<w:r><w:footnoteReference w:id="{}"/></w:r>'


def test_a_strict_file_with_numbers_styles_notes_and_formulas_reads_as_the_other():
    blocks = (
        numbered("泊位", more='<w:pStyle w:val="b"/>'),
        p(
            "现有3260个",
            REFERENCE.format(1),
            "，",
            "<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>",
            "。",
        ),
        p("隐藏", properties='<w:pStyle w:val="h"/>'),
        "<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx>"
        f"<w:txbxContent>{p('框中')}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData>"
        "</a:graphic></wp:inline></w:drawing></w:r></w:p>",
    )
    parts = {
        "numbering": '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
        "styles": '<w:style w:type="paragraph" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>',
        "footnotes": NOTES,
    }
    read = texts(*blocks, strict=True, **parts)
    assert read == [
        *("一、泊位", "现有3260个，a+b。", "注[1]（现有3260个）：区统计局《2025年统计公报》。"),
        *("截至2025年12月31日。", "框中"),
    ]
    assert read == texts(*blocks, **parts)


# ------------------------------------------------------------------ notes


def test_notes_follow_their_paragraph_or_table_and_leave_the_sentence_whole():
    end = f'<w:endnote w:id="1">{p("见附件3。")}</w:endnote>'
    blocks = (
        p("现有泊位3260个", REFERENCE.format(1), "，其中新增480个", REFERENCE.format(2), "。"),
        table(row(cell(p("路外", REFERENCE.format(2))), "120"), row("路内", "80")),
        p("另见文件", '<w:r><w:endnoteReference w:id="1"/></w:r>', "。"),
    )
    lines = read_docx(word_file(*blocks, footnotes=NOTES, endnotes=end))
    assert [(line.text, line.footnote) for line in lines] == [
        ("现有泊位3260个，其中新增480个。", False),
        ("注[1]（现有泊位3260个）：区统计局《2025年统计公报》。", True),
        ("截至2025年12月31日。", True),
        ("注[2]（其中新增480个）：含在建。", True),
        ("路外 120", False),
        ("路内 80", False),
        ("注[3]（路外）：含在建。", True),
        ("另见文件。", False),
        ("尾注[i]（另见文件）：见附件3。", True),
    ]


def test_notes_bear_the_number_or_mark_that_word_prints():
    circled = '<w:numFmt w:val="decimalEnclosedCircle"/><w:numStart w:val="3"/>'
    form = f"<w:footnotePr>{circled}</w:footnotePr>"
    own = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>*</w:t></w:r>'
    blocks = p("甲", REFERENCE.format(1)), p("乙", own, "丙")
    assert texts(*blocks, footnotes=NOTES, settings=form) == [
        *("甲", "注[③]（甲）：区统计局《2025年统计公报》。", "截至2025年12月31日。"),
        *("乙丙", "注[*]（乙）：含在建。"),
    ]


def test_a_note_is_in_the_documents_text_and_in_nothing_that_is_read_from_it():
    lines = ("青岚区城市管理局", "青城管函〔2026〕31号", "关于区政协十届五次会议第31号提案的答复")
    letter = (
        *map(p, lines[:2]),
        p(lines[2], REFERENCE.format(2)),
        p("薄望舒委员："),
        p("您提出的《关于停车的提案》收悉，现答复如下："),
        p("现有泊位3260个", REFERENCE.format(1), "。"),
        p("青岚区城市管理局"),
        p("2026年6月18日"),
    )
    read = read_bytes(word_file(*letter, footnotes=NOTES), "答复.docx")
    assert (read.title, str(read.date)) == (lines[2], "2026-06-18")
    assert [block.text for block in read.body] == [
        *("您提出的《关于停车的提案》收悉，现答复如下：", "现有泊位3260个。"),
    ]
    # The title's note follows it; the words it stands at are the last ones before its mark.
    assert read.text.split("\n")[:2] == [
        lines[2],
        "注[1]（…协十届五次会议第31号提案的答复）：含在建。",
    ]
    assert "现有泊位3260个。\n注[2]（现有泊位3260个）：区统计局《2025年统计公报》。" in read.text


# ------------------------------------------------------------------ tables in wrappers


def test_rows_and_cells_within_controls_custom_xml_and_smart_tags_keep_their_place():
    inner = control(f'<w:customXml w:element="r">{row("2", control(cell("乙")))}</w:customXml>')
    asked = control(cell("单击此处输入文字。"), "<w:showingPlcHdr/>")
    ticked = control(cell("☒"), '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>')
    lines = table(
        row("序号", "建议"),
        f'<w:customXml w:element="row">{row("1", "甲")}</w:customXml>',
        control(inner),
        row("3", asked),
        row("4", ticked),
        control(row("5", "单击此处输入文字。"), "<w:showingPlcHdr/>"),
    )
    assert rows(p("意见表"), lines) == [
        *(("序号", "建议"), ("1", "甲"), ("2", "乙"), ("3", ""), ("4", "☑")),
    ]


def test_deleted_cells_and_rows_are_gone_and_skipped_columns_keep_place():
    gone = '<w:cellDel w:id="1" w:author="甲"/>'
    lines = table(
        row("年度", "数量", "备注"),
        row(cell("删", properties=gone), "2025", "120"),
        row("旧", "行", properties='<w:del w:id="2" w:author="甲"/>'),
        row("补", properties='<w:gridBefore w:val="2"/>'),
    )
    assert rows(lines) == [("年度", "数量", "备注"), ("2025", "120"), ("", "", "补")]


# ------------------------------------------------------------------ forms


def symbol(font: str, code: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (symbol("Wingdings", "F0FE"), "☑"),
        (symbol("Wingdings", "00FE"), "☑"),
        (symbol("Wingdings", "F0FD"), "☒"),
        (symbol("Wingdings", "F0A8"), "☐"),
        (symbol("Wingdings", "F06F"), "☐"),
        (symbol("Wingdings", "F0FC"), "✓"),
        (symbol("Wingdings 2", "F052"), "☑"),
        (symbol("Wingdings 2", "F0A3"), "☐"),
        (symbol("Symbol", "F0B3"), "≥"),
        (symbol("宋体", "25A1"), "□"),
        (symbol("无名字体", "F0FE"), ""),
        (symbol("Wingdings", "XY"), ""),
        (run("R", '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'), "☑"),
        (run("\uf0fe", '<w:rFonts w:ascii="Wingdings"/>'), "☑"),
        (run("þ满意", '<w:rFonts w:ascii="Wingdings" w:eastAsia="宋体"/>'), "☑满意"),
    ],
)
def test_signs_of_symbol_fonts(inner, expected):
    assert texts(p(inner, "末")) == [f"{expected}末"]


def check_box(state: str) -> str:
    return field(
        "FORMCHECKBOX", "", f"<w:ffData><w:checkBox><w:sizeAuto/>{state}</w:checkBox></w:ffData>"
    )


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (check_box("<w:checked/>"), "☑"),
        (check_box('<w:checked w:val="0"/>'), "☐"),
        (check_box('<w:default w:val="1"/>'), "☑"),
        (check_box('<w:default w:val="1"/><w:checked w:val="0"/>'), "☐"),
        (check_box(""), "☐"),
        (control(run("☒"), '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>'), "☑"),
        (control(run("☐"), '<w14:checkbox><w14:checked w14:val="0"/></w14:checkbox>'), "☐"),
        (control(run("□"), "<w14:checkbox/>"), "☐"),
        (field("FORMTEXT", "已面商"), "已面商"),
        (control(run("满意"), "<w:dropDownList/>"), "满意"),
        (control(run("选择一项。"), "<w:showingPlcHdr/><w:dropDownList/>"), ""),
        (control(run("留下的字"), '<w:showingPlcHdr w:val="0"/>'), "留下的字"),
        # A program filled it in and left the mark behind.
        (control(run("薄望舒"), "<w:showingPlcHdr/>"), "薄望舒"),
        (control(run("姓名", '<w:rStyle w:val="a3"/>'), "<w:showingPlcHdr/>"), ""),
        (field("EQ \\o\\ac(□,√)"), "☑"),
        (field("EQ \\o\\ac(○,3)"), "③"),
        (field('SYMBOL 254 \\f "Wingdings" \\s 12'), "☑"),
        (field("SYMBOL 0xA3 \\f Symbol"), "≤"),
    ],
)
def test_boxes_choices_and_texts_of_forms(inner, expected):
    assert texts(p(inner, "末")) == [f"{expected}末"]


def test_the_choice_of_a_list_in_a_form():
    entries = "".join(f'<w:listEntry w:val="{one}"/>' for one in ("满意", "基本满意", "不满意"))
    for chosen, expected in (
        ('<w:result w:val="1"/>', "基本满意"),
        ("", "满意"),
        ('<w:result w:val="9"/>', ""),
    ):
        data = f"<w:ffData><w:ddList>{chosen}{entries}</w:ddList></w:ffData>"
        assert texts(p("意见：", field("FORMDROPDOWN", "", data), "。")) == [f"意见：{expected}。"]


def test_a_control_is_compared_with_the_placeholder_that_the_file_brings():
    asked = "<w:docPartBody><w:p><w:r><w:t>委员 姓名</w:t></w:r></w:p></w:docPartBody>"
    glossary = f'<w:docParts><w:docPart><w:docPartPr><w:name w:val="X1"/></w:docPartPr>{asked}'
    claims = '<w:showingPlcHdr/><w:placeholder><w:docPart w:val="X1"/></w:placeholder>'
    grey = '<w:rStyle w:val="a3"/>'
    blocks = (
        p("提案者：", control(run("委员姓名"), claims), "。"),
        p("联名人：", control(run("薄望舒", grey), claims), "。"),
    )
    parts = {"glossaryDocument": f"{glossary}</w:docPart></w:docParts>"}
    assert texts(*blocks, **parts) == ["提案者：。", "联名人：薄望舒。"]


def test_a_filled_form_for_opinions_is_readable():
    boxes = ("满意", "基本满意", "不满意")
    chosen = "".join(
        symbol("Wingdings 2", "F052" if one == "基本满意" else "F0A3") + run(f"{one}　")
        for one in boxes
    )
    form = table(
        row("案号", "第31号"),
        row("办理态度", cell(p(chosen))),
        row("是否面商", cell(p(check_box("<w:checked/>"), "是　", check_box(""), "否"))),
        row("委员签名", control(cell("单击此处签名"), "<w:showingPlcHdr/>")),
    )
    assert rows(p("征询意见表"), form) == [
        ("案号", "第31号"),
        ("办理态度", "☐满意 ☑基本满意 ☐不满意"),
        ("是否面商", "☑是 ☐否"),
        ("委员签名", ""),
    ]


# ------------------------------------------------------------------ fields


def test_results_are_text_and_codes_are_not_whatever_stands_within_one_another():
    condition = field(f'IF {field("MERGEFIELD 性别", "男")} = "男" "先生" "女士"', "先生")
    hidden = (
        run(" TC 目录用 ", "<w:vanish/>")
        .replace("w:t ", "w:instrText ")
        .replace("w:t>", "w:instrText>")
    )
    tc = (
        '<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType="begin"/></w:r>'
        f'{hidden}<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType="end"/></w:r>'
    )
    simple = f'<w:fldSimple w:instr=" PAGE ">{run("3")}</w:fldSimple>'
    blocks = (
        p("薄望舒", condition, "："),
        p(field('SET 数 "12"', "12"), "共", field("REF 数", "12"), "件，第", simple, "页。", tc),
        p(field("HYPERLINK http://127.0.0.1/", "区政府网站"), "另见。"),
    )
    assert texts(*blocks) == ["薄望舒先生：", "共12件，第3页。", "区政府网站另见。"]


def test_a_field_left_open_swallows_nothing():
    code = "<w:r><w:instrText>REF 甲</w:instrText></w:r>"
    opened = p("前", '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', code, "中")
    assert texts(opened, p("后一段。")) == ["前中", "后一段。"]
    assert texts(p("前", '<w:r><w:fldChar w:fldCharType="end"/></w:r>', "中")) == ["前中"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("EQ \\f(120,3260)", "120/3260"),
        ("EQ \\r(3,x+1)", "∛(x+1)"),
        ("EQ \\r(,a)", "√a"),
        ("EQ \\o(\\s\\up 9(lán),岚)", "岚"),
        ('EQ \\* jc2 \\* "Font:宋体" \\* hps10 \\o\\ad(\\s\\up 9(lán),岚)', "岚"),
        ("EQ \\o\\ac(□,)", "☐"),
        ("EQ \\b(\\f(1,2))", "(1/2)"),
        ("EQ \\o(", ""),
        ("EQ \\", ""),
    ],
)
def test_equation_fields(code, expected):
    assert texts(p("前", field(code), "后")) == [f"前{expected}后"]


# ------------------------------------------------------------------ formulas


def m(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def part(name: str, inner: str) -> str:
    return f"<m:{name}>{inner}</m:{name}>"


def frac(above: str, below: str, properties: str = "") -> str:
    return part("f", properties + part("num", above) + part("den", below))


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (m("补贴=300元") + m("×") + m("车位数"), "补贴=300元×车位数"),
        (frac(m("a+b"), m("c")), "(a+b)/c"),
        (frac(frac(m("1"), m("2")), m("n")), "(1/2)/n"),
        (frac(m("n"), m("k"), '<m:fPr><m:type m:val="noBar"/></m:fPr>'), "(n; k)"),
        (part("sSup", part("e", m("x")) + part("sup", m("2"))), "x²"),
        (part("sSup", part("e", m("10")) + part("sup", m("-4"))), "10⁻⁴"),
        (part("sSup", part("e", m("x")) + part("sup", m("n+1"))), "x^(n+1)"),
        (part("sSub", part("e", m("a")) + part("sub", m("i"))), "a_i"),
        (part("sSubSup", part("e", m("a")) + part("sub", m("ij")) + part("sup", m("2"))), "a_ij²"),
        (part("sPre", part("sub", m("1")) + part("sup", m("n")) + part("e", m("C"))), "_1^nC"),
        (part("rad", "<m:radPr/><m:deg/>" + part("e", m("a+b"))), "√(a+b)"),
        (part("rad", part("deg", m("5")) + part("e", m("a"))), "⁵√a"),
        (
            part("nary", '<m:naryPr><m:chr m:val="∑"/></m:naryPr>' + part("sub", m("i=1"))
                 + part("sup", m("n"))
                 + part("e", part("sSub", part("e", m("x")) + part("sub", m("i"))))),
            "∑_(i=1)^n x_i",
        ),
        (
            part("nary", part("sub", m("0")) + part("sup", m("1")) + part("e", m("f(x)dx"))),
            "∫_0¹ f(x)dx",
        ),
        (part("d", part("e", m("a")) + part("e", m("b"))), "(a|b)"),
        (
            part("d", '<m:dPr><m:begChr m:val="{"/><m:endChr m:val=""/></m:dPr>'
                 + part("e", part("eqArr", part("e", m("x&amp;=1")) + part("e", m("y=2"))))),
            "{x=1; y=2",
        ),
        (
            part("m", part("mr", part("e", m("a")) + part("e", m("b")))
                 + part("mr", part("e", m("c")) + part("e", m("d")))),
            "[a, b; c, d]",
        ),
        (part("acc", part("e", m("x"))), "x̂"),
        (part("bar", '<m:barPr><m:pos m:val="top"/></m:barPr>' + part("e", m("x"))), "x̅"),
        (part("acc", '<m:accPr><m:chr m:val="⃗"/></m:accPr>' + part("e", m("AB"))), "AB⃗"),
        (part("func", part("fName", m("sin")) + part("e", m("x"))), "sin x"),
        (m("a") + part("func", part("fName", m("cos")) + part("e", m("x"))), "a cos x"),
        (
            part("func", part("fName", part("limLow", part("e", m("lim")) + part("lim", m("n→∞"))))
                 + part("e", m("a"))),
            "lim_(n→∞) a",
        ),
        (part("phant", '<m:phantPr><m:show m:val="0"/></m:phantPr>' + part("e", m("x"))), ""),
        (part("box", part("e", m("x"))) + part("borderBox", part("e", m("y"))), "xy"),
    ],
)  # fmt: skip
def test_a_formula_in_one_line(inner, expected):
    assert texts(p("按", f"<m:oMath>{inner}</m:oMath>", "计算。")) == [f"按{expected}计算。"]


def test_a_formula_of_another_program_is_named_where_it_stands():
    equation = '<w:r><w:object><o:OLEObject ProgID="Equation.DSMT4"/></w:object></w:r>'
    sheet = '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
    assert texts(p("按", equation, "计算", sheet, "。")) == ["按［公式］计算。"]


def test_formulas_on_lines_of_their_own():
    maths = "".join(f"<m:oMath>{m(one)}</m:oMath>" for one in ("a=1", "b=2"))
    assert texts(p("式中：", f"<m:oMathPara>{maths}</m:oMathPara>", "其余从略。")) == [
        *("式中：", "a=1", "b=2", "其余从略。"),
    ]


# ------------------------------------------------------------------ what is not said


def test_of_pinyin_over_characters_the_characters_are_read():
    ruby = (
        "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>lán</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>岚</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )
    assert texts(p("青", ruby, "区")) == ["青岚区"]


def test_raised_figures_stay_raised_and_other_raised_text_is_plain():
    high = '<w:vertAlign w:val="superscript"/>'
    low = '<w:vertAlign w:val="subscript"/>'
    blocks = p(
        "120m",
        run("2", high),
        "，10",
        run("4", high),
        "户，PM",
        run("2.5", low),
        "，21",
        run("st", high),
    )
    assert texts(blocks) == ["120m²，10⁴户，PM2.5，21st"]


GALLERY = '<w:docPartGallery w:val="Table of Contents"/>'
CONTENTS_STYLES = """<w:style w:type="paragraph" w:styleId="11"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="TOC Heading"/></w:style>"""


@pytest.mark.parametrize(
    "blocks",
    [
        (
            control(p("目　录") + p("一、总体要求\t1"), f"<w:docPartObj>{GALLERY}</w:docPartObj>"),
        ),
        (p("目 录"), p("一、总体要求\t1", properties='<w:pStyle w:val="11"/>')),
        (
            p("目录", properties='<w:pStyle w:val="T"/>'),
            p("一、总体要求\t1", properties='<w:pStyle w:val="11"/>'),
        ),
        (
            p("目录"),
            p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
              "<w:r><w:instrText>TOC \\o</w:instrText></w:r>",
              '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', "一、总体要求\t1"),
            p("二、重点任务\t2"),
            p('<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
        ),
    ],
    ids=["control", "style", "heading", "field"],
)  # fmt: skip
def test_the_table_of_contents_is_left_out(blocks):
    lines = texts(
        p("行动方案"), *blocks, p("一、总体要求"), p("坚持问题导向。"), styles=CONTENTS_STYLES
    )
    assert lines == ["行动方案", "一、总体要求", "坚持问题导向。"]


def test_a_file_of_contents_alone_is_read_with_them():
    only = p("一、总体要求\t1", properties='<w:pStyle w:val="11"/>')
    assert texts(only, styles=CONTENTS_STYLES) == ["一、总体要求 1"]


HIDING = """<w:style w:type="paragraph" w:default="1" w:styleId="a"/>
<w:style w:type="paragraph" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="hh"><w:basedOn w:val="h"/></w:style>
<w:style w:type="paragraph" w:styleId="s"><w:basedOn w:val="h"/><w:rPr><w:vanish w:val="0"/></w:rPr>
</w:style>
<w:style w:type="character" w:styleId="c"><w:rPr><w:vanish/></w:rPr></w:style>"""


@pytest.mark.parametrize(
    ("style", "properties", "shown"),
    [
        ("", "", True),
        ("", "<w:vanish/>", False),
        ("", '<w:vanish w:val="off"/>', True),
        ("", '<w:rStyle w:val="c"/>', False),
        ("", '<w:rStyle w:val="c"/><w:vanish w:val="0"/>', True),
        ("h", "", False),
        ("hh", "", False),
        ("s", "", True),
        # A toggle set by both styles is switched back (17.7.3).
        ("h", '<w:rStyle w:val="c"/>', True),
        ("", "<w:webHidden/>", True),
    ],
)
def test_text_hidden_by_itself_or_by_its_styles(style, properties, shown):
    where = f'<w:pStyle w:val="{style}"/>' if style else ""
    lines = texts(p(run("批注", properties), properties=where), p("正文。"), styles=HIDING)
    assert lines == (["批注", "正文。"] if shown else ["正文。"])


def test_moved_and_deleted_text_is_gone_and_text_moved_here_stays():
    moved = '<w:moveFrom w:id="1" w:author="甲"><w:r><w:t>旧处</w:t></w:r></w:moveFrom>'
    here = '<w:moveTo w:id="2" w:author="甲"><w:r><w:t>新处</w:t></w:r></w:moveTo>'
    mark = '<w:rPr><w:moveFrom w:id="3" w:author="甲"/></w:rPr>'
    gone = '<w:del w:id="4" w:author="甲"><w:r><w:delText>100</w:delText></w:r></w:del>'
    assert texts(p(moved, properties=mark), p("甲", gone, here)) == ["甲新处"]
    last = p("末段", properties='<w:rPr><w:del w:id="5" w:author="甲"/></w:rPr>')
    assert texts(p("甲"), last) == ["甲", "末段"]


def test_a_hidden_mark_or_a_large_initial_runs_on_into_the_next_paragraph():
    hidden = "<w:rPr><w:vanish/><w:specVanish/></w:rPr>"
    initial = '<w:framePr w:dropCap="drop" w:lines="2"/>'
    assert texts(p("总体要求。", properties=hidden), p("坚持问题导向。")) == [
        "总体要求。坚持问题导向。"
    ]
    assert texts(p("青", properties=initial), p("岚区人民政府")) == ["青岚区人民政府"]


def test_hyphens_breaks_and_line_ends_within_the_xml():
    inner = (
        "<w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>B</w:t><w:softHyphen/><w:t>C</w:t><w:tab/>"
        "<w:t>D\nE</w:t><w:br/><w:t>F</w:t><w:cr/><w:t>G</w:t></w:r>"
    )
    assert texts(p(inner)) == ["A-BC D E", "F", "G"]


# ------------------------------------------------------------------ drawings and what is taken in


def box(*blocks: str) -> str:
    return f"<w:txbxContent>{''.join(blocks)}</w:txbxContent>"


def test_of_alternatives_the_first_that_says_something_is_read_once():
    choice = f'<mc:Choice Requires="wps"><w:drawing>{box(p("新框"))}</w:drawing></mc:Choice>'
    fallback = f"<mc:Fallback><w:pict>{box(p('旧框'))}</w:pict></mc:Fallback>"
    empty = '<mc:Choice Requires="x"><w:drawing/></mc:Choice>'
    both = f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"
    only = f"<w:r><mc:AlternateContent>{empty}{fallback}</mc:AlternateContent></w:r>"
    assert texts(p(both, "正文")) == ["新框", "正文"]
    assert texts(p(only, "正文")) == ["旧框", "正文"]
    blocks = f'<mc:Choice Requires="x">{p("甲")}</mc:Choice><mc:Fallback>{p("乙")}</mc:Fallback>'
    assert texts(f"<mc:AlternateContent>{blocks}</mc:AlternateContent>") == ["甲"]


def test_letters_drawn_as_a_picture_and_diagrams_are_read_and_watermarks_are_not():
    shape = '<w:r><w:pict><v:shape id="{}"><v:textpath string="{}"/></v:shape></w:pict></w:r>'
    art = shape.format("艺术字 1", "青岚区城市管理局文件")
    mark = shape.format("PowerPlusWaterMarkObject1", "草稿")
    data = "".join(f"<a:p><a:r><a:t>{one}</a:t></a:r></a:p>" for one in ("受理", "办理"))
    diagram = (
        '<w:r><w:drawing><a:graphicData><dgm:relIds r:dm="x1"/></a:graphicData></w:drawing></w:r>'
    )
    part_of = f'<d xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{data}</d>'
    files = {"data1.xml": part_of.encode()}
    assert texts(p(art), p(mark), p(diagram), p("正文"), files=files) == [
        *("青岚区城市管理局文件", "受理", "办理", "正文"),
    ]


def test_documents_taken_in_whole_are_read_at_their_place_and_one_level_deep():
    deeper = word_file(p("更深"), '<w:altChunk r:id="x1"/>', files={"a.txt": "不再读".encode()})
    files = {
        "a.html": "<html><body><p>网页一段</p></body></html>".encode(),
        "b.docx": deeper,
        "c.rtf": rb"{\rtf1 x}",
        "d.docx": b"PK\x03\x04 broken",
    }
    chunks = [f'<w:altChunk r:id="x{number}"/>' for number in (1, 2, 3, 4, 5)]
    assert texts(p("前"), *chunks, p("后"), files=files) == [
        *("前", "网页一段", "更深", "不再读"),
        *(
            "［此处嵌入的文件没有读出：格式 rtf］",
            "［此处嵌入的文件没有读出：文件已损坏，或不是 Word 文档（.docx）］",
        ),
        *("［此处嵌入的文件没有读出：文件不在文档里］", "后"),
    ]


# ------------------------------------------------------------------ what would harm


def test_a_part_of_millions_of_elements_is_refused_before_it_is_parsed():
    with pytest.raises(UserError, match="内部结构过于复杂"):
        parse_part(b"<a>" + b"<b/>" * 3_000_000 + b"</a>")


def test_a_workbook_that_may_hold_macros_is_no_macro_of_the_document():
    def typed(kind: bytes) -> bytes:
        out = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(word_file(p("甲")))) as old,
            zipfile.ZipFile(out, "w") as new,
        ):
            for name in old.namelist():
                new.writestr(name, kind if name.startswith("[") else old.read(name))
        return out.getvalue()

    sheet = b'<Types ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.12"/>'
    assert [line.text for line in read_docx(typed(sheet))] == ["甲"]
    template = (
        b'<Types ContentType="application/vnd.ms-word.template.macroEnabledTemplate.main+xml"/>'
    )
    with pytest.raises(UserError, match="含有宏"):
        read_docx(typed(template))


def test_entities_in_notes_and_styles_are_refused_too():
    data = word_file(p("甲"), files={"x.xml": b"x"}, styles="")
    trap = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><w:styles/>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, trap if name == "word/styles.xml" else old.read(name))
    with pytest.raises(UserError):
        read_docx(out.getvalue())
