"""Automatic numbers of Word files, as Word prints them.

What is expected was printed by Aspose.Words 26 for the same lists, and by LibreOffice where it
differs from a first reading of the standard.
"""

import pytest
from word_package import (
    abstract,
    control,
    level,
    num,
    numbered,
    p,
    row,
    rows,
    table,
    texts,
    word_file,
)

from drafting.reading import read_bytes
from drafting.reading.word.markup.number_formats import printed

THREE = abstract(level(0, "%1."), level(1, "%1.%2"), level(2, "%1.%2.%3"))


def labels(numbering: str, *where: tuple[int, int], **more) -> list[str]:
    """The labels of paragraphs "甲" at (list, level)."""
    blocks = (numbered("甲", depth, number) for number, depth in where)
    return [text.removesuffix("甲").strip() for text in texts(*blocks, numbering=numbering, **more)]


def at(*depths: int, number: int = 1) -> list[tuple[int, int]]:
    return [(number, depth) for depth in depths]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("upperRoman", "I IV IX XIV XL XCIX CD MCCXXXIV"),
        ("lowerRoman", "i iv ix xiv xl xcix cd mccxxxiv"),
        ("decimalZero", "01 04 09 14 40 99 400 1234"),
        ("hex", "1 4 9 E 28 63 190 4D2"),
        ("ordinal", "1st 4th 9th 14th 40th 99th 400th 1234th"),
        ("decimalFullWidth", "１ ４ ９ １４ ４０ ９９ ４００ １２３４"),
        ("decimalEnclosedCircle", "① ④ ⑨ ⑭ 40 99 400 1234"),
        ("decimalEnclosedCircleChinese", "① ④ ⑨ ⑭ 40 99 400 1234"),
        ("decimalEnclosedParen", "⑴ ⑷ ⑼ ⒁ 40 99 400 1234"),
        ("decimalEnclosedFullstop", "⒈ ⒋ ⒐ ⒕ 40 99 400 1234"),
        ("ideographEnclosedCircle", "㈠ ㈣ ㈨ 14 40 99 400 1234"),
        ("ideographTraditional", "甲 丁 壬 14 40 99 400 1234"),
        ("ideographZodiac", "子 卯 申 14 40 99 400 1234"),
        ("ideographZodiacTraditional", "甲子 丁卯 壬申 丁丑 癸卯 壬寅"),
        ("ideographDigital", "一 四 九 一四 四〇 九九 四〇〇 一二三四"),
        ("japaneseCounting", "一 四 九 十四 四十 九十九 四百 千二百三十四"),
        ("chineseCounting", "一 四 九 十四 四十 九十九 四○○ 一二三四"),
        ("taiwaneseCounting", "一 四 九 十四 四十 九十九 四○○ 一二三四"),
        ("chineseCountingThousand", "一 四 九 十四 四十 九十九 四百 一千二百三十四"),
        ("chineseLegalSimplified", "壹 肆 玖 壹拾肆 肆拾 玖拾玖 肆佰 壹仟贰佰叁拾肆"),
        ("ideographLegalTraditional", "壹 肆 玖 壹拾肆 肆拾 玖拾玖 肆佰 壹仟貳佰參拾肆"),
        ("russianLower", "а г и о лл мммм"),
        ("aiueoFullWidth", "ア エ ケ セ リ キ"),
        ("chicago", "* § *** †††† §§§§§§§§§§ " + "‡" * 25),
        ("none", ""),
        ("bullet", ""),
    ],
)  # fmt: skip
def test_a_number_in_each_format(form, expected):
    numbers = (1, 4, 9, 14, 40, 99, 400, 1234)[: len(expected.split()) or None]
    assert " ".join(printed(number, form) for number in numbers).strip() == expected


def test_numbers_with_skipped_places_letters_beyond_z_and_words():
    assert [printed(n, "chineseCountingThousand") for n in (20, 101, 110, 1010, 10001)] == [
        *("二十", "一百〇一", "一百一十", "一千〇一十", "一万〇一"),
    ]
    assert [printed(n, "chineseLegalSimplified") for n in (101, 1001)] == ["壹佰零壹", "壹仟零壹"]
    assert [printed(n, "upperLetter") for n in (26, 27, 28, 53)] == ["Z", "AA", "BB", "AAA"]
    assert [printed(n, "cardinalText") for n in (21, 1234)] == [
        *("Twenty-one", "One thousand two hundred thirty-four"),
    ]
    assert [printed(n, "ordinalText") for n in (12, 20, 101)] == [
        *("Twelfth", "Twentieth", "One hundred first"),
    ]
    assert printed(7, "custom", "001, 002, 003, ...") == "007"
    assert printed(5, "noSuchFormat") == "5"


def test_a_format_newer_than_the_schema_stands_in_an_alternative():
    newer = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom"'
        ' w:format="001, 002, ..."/></mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/>'
        "</mc:Fallback></mc:AlternateContent>"
    )
    lvl = f'<w:lvl w:ilvl="0"><w:start w:val="8"/>{newer}<w:lvlText w:val="%1."/></w:lvl>'
    assert labels(abstract(lvl) + num(1), *at(0, 0)) == ["008.", "009."]


def test_legal_numbering_prints_every_number_of_its_level_in_digits():
    legal = "<w:isLgl/>"
    numbering = abstract(
        level(0, "第%1章", "chineseCounting"),
        level(1, "%1.%2", "chineseCounting", legal),
        level(2, "%1.%2.%3", "decimalEnclosedCircle", legal),
        level(3, "%2-%4", "upperRoman"),
    ) + num(1)
    assert labels(numbering, *at(0, 1, 2, 3)) == ["第一章", "1.1", "1.1.1", "一-I"]


def test_lists_of_one_abstract_list_count_together_until_one_starts_anew():
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    where = ((1, 0), (1, 0), (2, 0), (3, 0), (3, 0), (1, 0), (3, 0))
    numbering = THREE + num(1) + num(2) + num(3, anew)
    assert labels(numbering, *where) == ["1.", "2.", "3.", "5.", "6.", "7.", "8."]


def test_a_level_of_its_own_changes_the_format_and_counts_on_unless_told_to_start():
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "%1)", "lowerLetter")}</w:lvlOverride>'
    start = own.replace(">", '><w:startOverride w:val="3"/>', 1)
    where = ((1, 0), (1, 0), (2, 0), (2, 0))
    assert labels(THREE + num(1) + num(2, own), *where) == ["1.", "2.", "c)", "d)"]
    # A start together with a level of its own: the level's own start holds ([MS-DOC] LFOLVL).
    assert labels(THREE + num(1) + num(2, start), *where) == ["1.", "2.", "a)", "b)"]


@pytest.mark.parametrize(
    ("restart", "expected"),
    [
        ("", ["1.", "1.1", "(1)", "(2)", "1.2", "(1)", "2.", "2.1", "(1)"]),
        ("0", ["1.", "1.1", "(1)", "(2)", "1.2", "(3)", "2.", "2.1", "(4)"]),
        ("1", ["1.", "1.1", "(1)", "(2)", "1.2", "(3)", "2.", "2.1", "(1)"]),
        ("2", ["1.", "1.1", "(1)", "(2)", "1.2", "(1)", "2.", "2.1", "(1)"]),
    ],
)  # fmt: skip
def test_which_level_makes_another_begin_anew(restart, expected):
    more = f'<w:lvlRestart w:val="{restart}"/>' if restart else ""
    levels = (level(0, "%1."), level(1, "%1.%2"), level(2, "(%3)", more=more))
    assert labels(abstract(*levels) + num(1), *at(0, 1, 2, 2, 1, 2, 0, 1, 2)) == expected


def test_levels_left_out_count_as_begun():
    assert labels(THREE + num(1), *at(0, 2, 1, 2, 0, 2, 1)) == [
        *("1.", "1.1.1", "1.2", "1.2.1", "2.", "2.1.1", "2.2"),
    ]
    assert labels(THREE + num(1), *at(2, 2, 0, 2)) == ["1.1.1", "1.1.2", "2.", "2.1.1"]


def test_starts_words_instead_of_numbers_hidden_numbers_and_levels_that_are_not_there():
    starts = abstract(level(0, "%1.", start=0), level(1, "%1.%2", start=5)) + num(1)
    assert labels(starts, *at(0, 1, 1, 0)) == ["0.", "0.5", "0.6", "1."]
    words = abstract(level(0, "前言", "none"), level(1, "%1.%2")) + num(1)
    assert labels(words, *at(0, 1, 1)) == ["前言", ".1", ".2"]
    hidden = level(0, "%1.").replace("</w:lvl>", "<w:rPr><w:vanish/></w:rPr></w:lvl>")
    assert labels(abstract(hidden, level(1, "%1.%2")) + num(1), *at(0, 0, 1)) == ["", "", "2.1"]
    assert labels(abstract(level(0, "%1.")) + num(1), (1, 0), (1, 3), (9, 0), (1, 0)) == [
        *("1.", "", "", "2."),
    ]


STYLES = """<w:style w:type="paragraph" w:default="1" w:styleId="a">
<w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>
<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/>
<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Off"><w:name w:val="off"/><w:basedOn w:val="H1"/>
<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>"""


def styled(style: str, more: str = "") -> str:
    return p("甲", properties=f'<w:pStyle w:val="{style}"/>{more}')


def test_numbers_of_styles_their_levels_and_switching_them_off():
    off = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    deeper = '<w:numPr><w:ilvl w:val="2"/></w:numPr>'
    blocks = (
        *(styled("H1"), styled("H2"), styled("H2", deeper), styled("Off"), styled("H1", off)),
        *(styled("a"), styled("H1")),
    )
    lines = texts(*blocks, styles=STYLES, numbering=THREE + num(1))
    assert lines == ["1.甲", "1.1 甲", "1.1.1 甲", "甲", "甲", "甲", "2.甲"]


def test_a_numbered_default_style_numbers_paragraphs_that_name_none():
    plain = STYLES.replace(
        '<w:name w:val="Normal"/>',
        '<w:name w:val="Normal"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>',
    )
    assert texts(p("甲"), p("乙"), styles=plain, numbering=THREE + num(1)) == ["1.甲", "2.乙"]


@pytest.mark.parametrize(
    ("text", "suffix", "said", "expected"),
    [
        ("%1、", "tab", "总体要求", "一、总体要求"),
        ("（%1）", "tab", "总体要求", "（一）总体要求"),
        ("第%1章", "tab", "总则", "第一章 总则"),
        ("第%1条", "space", "为了规范", "第一条 为了规范"),
        ("第%1条", "nothing", "为了规范", "第一条为了规范"),
        ("第%1章 ", "tab", "总则", "第一章 总则"),
        ("%1.", "space", "新建泊位", "一. 新建泊位"),
        ("%1.", "tab", "新建泊位", "一.新建泊位"),
        ("%1.", "tab", "2026年完成", "一. 2026年完成"),
        ("%1、", "tab", "2026年完成", "一、2026年完成"),
    ],
)
def test_what_stands_between_number_and_text(text, suffix, said, expected):
    numbering = abstract(level(0, text, "chineseCounting", f'<w:suff w:val="{suffix}"/>')) + num(1)
    assert texts(numbered(said), numbering=numbering) == [expected]


def test_a_serial_column_that_numbers_itself_is_read_through_controls_too():
    lines = (row(f"<w:tc>{numbered('')}</w:tc>", unit) for unit in ("区城管局", "区住建局"))
    numbering = abstract(level(0, "%1")) + num(1)
    assert rows(
        table(row("序号", "单位"), *(control(one) for one in lines)), numbering=numbering
    ) == [
        *(("序号", "单位"), ("1", "区城管局"), ("2", "区住建局")),
    ]


def test_empty_and_struck_out_paragraphs_print_no_number_of_their_own():
    struck = numbered("", more='<w:rPr><w:del w:id="1" w:author="甲"/></w:rPr>').replace(
        "</w:p>", '<w:del w:id="2" w:author="甲"><w:r><w:delText>乙</w:delText></w:r></w:del></w:p>'
    )
    numbering = THREE + num(1)
    assert texts(numbered("甲"), struck, numbered("丙"), numbering=numbering) == ["1.甲", "2.丙"]
    # An empty numbered paragraph has its number in Word: the next one is one further.
    assert texts(numbered("甲"), numbered(""), numbered("丙"), numbering=numbering) == [
        "1.甲",
        "3.丙",
    ]


def test_an_article_beyond_the_hundredth_is_an_article_as_word_numbers_it():
    numbering = abstract(level(0, "第%1条", "chineseCountingThousand", start=101)) + num(1)
    title = p("青岚区停车管理办法"), p("第一章 总则")
    blocks = (
        *title,
        numbered("为了规范停车管理，制定本办法。"),
        numbered("本办法自2026年7月1日起施行。"),
    )
    read = read_bytes(word_file(*blocks, numbering=numbering), "办法.docx")
    assert [(block.label, block.text) for block in read.body] == [
        ("第一章", "总则"),
        ("第一百〇一条", "为了规范停车管理，制定本办法。"),
        ("第一百〇二条", "本办法自2026年7月1日起施行。"),
    ]
