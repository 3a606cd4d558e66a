"""Level numbers that Word prints and keeps out of the text: rules see them, places do not move."""

from __future__ import annotations

import io
import zipfile

from word_cases import NS, comments, paragraph, parts, read, run, word_file

from drafting.checking import check_text
from drafting.checking.annotate import annotate, word_text
from drafting.model import Finding

HAN, BARE = "chineseCounting", "decimal"


def listing(*levels: tuple[str, str]) -> str:
    """A ``numbering.xml`` with one list (1) of these levels: number format and text."""
    inner = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (number_format, text) in enumerate(levels)
    )
    return (
        f'<w:numbering {NS}><w:abstractNum w:abstractNumId="0">{inner}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def numbered(text: str, depth: int = 0) -> str:
    numbers = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>'
    return paragraph(f"<w:pPr>{numbers}</w:pPr>", run(text))


def with_numbering(data: bytes, numbering: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, content in parts(data).items():
            own = name == "word/numbering.xml"
            target.writestr(name, numbering.encode() if own else content)
    return stream.getvalue()


LADDER = listing((HAN, "%1、"), (HAN, "（%2）"), (BARE, "%3."))
REPLY = with_numbering(
    word_file(
        paragraph(run("下一步，重点做好以下三个方面工作：")),
        numbered("摸清底数"),
        paragraph(run("会同其它部门逐街登记。")),
        numbered("新增泊位"),
        numbered("规范收费。", 2),
        numbered("加强巡查", 1),
    ),
    LADDER,
)


def checked(data: bytes) -> list[Finding]:
    text = word_text(data)
    return check_text("\n".join(text.lines), automatic=text.numbers)


def told(data: bytes) -> list[tuple[str, int, int, int, str]]:
    return [(f.rule, f.paragraph, f.start, f.end, f.message) for f in checked(data)]


def test_lines_and_their_numbers_are_told_apart() -> None:
    text = word_text(REPLY)
    assert text.lines == [
        "下一步，重点做好以下三个方面工作：", "摸清底数", "会同其它部门逐街登记。", "新增泊位",
        "规范收费。", "加强巡查",
    ]  # fmt: skip
    # A level that was left out counts as begun: so do Word and LibreOffice.
    assert text.numbers == ["", "一、", "", "二、", "1.", "（二）"]


def test_rules_on_level_numbers_see_automatic_ones_and_others_keep_their_places() -> None:
    assert told(REPLY) == [
        ("L19", 0, 10, 16, "说“三个方面工作”，其后列了2项，请核对"),
        ("W01", 2, 2, 4, "“其它”宜作“其他”"),
        ("L12", 4, 0, 0, "此处越过了别处使用的“（一）”一级，全文层次应一致"),
    ]


def test_without_the_numbers_the_lines_are_read_as_they_stand() -> None:
    assert [f.rule for f in check_text("\n".join(word_text(REPLY).lines))] == ["W01"]


def test_the_form_of_an_automatic_number_is_told_and_never_changed() -> None:
    data = with_numbering(
        word_file(numbered("摸清底数"), numbered("新增泊位")), listing((BARE, "%1、"))
    )
    assert told(data) == [
        ("L01", 0, 0, 0, "自动编号“1、”：阿拉伯数字序号后应用下圆点“.”"),
        ("L01", 1, 0, 0, "自动编号“2、”：阿拉伯数字序号后应用下圆点“.”"),
    ]
    assert {(f.fix, f.replacement) for f in checked(data)} == {("notice", None)}


def test_what_is_said_of_an_automatic_number_is_a_comment_at_the_head_of_its_line() -> None:
    data = with_numbering(word_file(numbered("摸清底数")), listing((BARE, "%1）")))
    found = checked(data)
    done = annotate(data, found, found)
    assert read(done, accepted=True) == read(done, accepted=False) == ["摸清底数"]
    assert comments(done) == [
        ("", "【注意】自动编号“1）”：第四层序号应为“（1）”。（L09，GB/T 9704-2012 7.3.3）")
    ]


def test_bullets_and_typed_numbers_are_read_as_before() -> None:
    data = with_numbering(
        word_file(
            numbered("摸清底数"), paragraph(run("一、工作情况")), paragraph(run("三、下一步"))
        ),
        listing(("bullet", "•")),
    )
    assert told(data) == [("L14", 2, 0, 2, "序号“三、”与上文不连续，此处应为“二、”")]
