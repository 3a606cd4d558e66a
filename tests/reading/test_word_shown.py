"""What Word shows of a document's text, and what it hides or leaves out."""

import pytest
from word_package import (
    control,
    p,
    run,
    texts,
)


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
