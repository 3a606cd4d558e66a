"""Forms of Word: boxes, choices, texts to fill in, and the fields behind them."""

import pytest
from word_package import (
    cell,
    control,
    field,
    p,
    row,
    rows,
    run,
    table,
    texts,
)

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
