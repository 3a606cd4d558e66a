"""Findings in a .docx as Word comments and tracked changes; all else stays as it was."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import tried
from lxml import etree
from schemas import schema  # noqa: F401 - a fixture, used by name
from word_cases import (
    BOLD,
    TEXT_BOX,
    W,
    comments,
    numbers_of,
    paragraph,
    parts,
    read,
    root_of,
    run,
    word_file,
)

from drafting.checking import apply_fixes, check_text
from drafting.checking.annotate import annotate, word_text
from drafting.errors import UserError
from drafting.writing import write_docx
from drafting.writing.printing.pdf import office_available, to_pdf

sys.path.insert(0, str(Path(__file__).parents[1] / "writing"))
from writing_samples import CASES

NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
MIXED = word_file(
    paragraph(run("会同其"), run("它部", BOLD), run("门研究,并布署工作"), TEXT_BOX),
    paragraph(
        "<w:ins w:id='7' w:author='苏明远' w:date='2026-05-01T00:00:00Z'>",
        run("其它事项"),
        "</w:ins>",
        "<w:del w:id='8' w:author='苏明远' w:date='2026-05-01T00:00:00Z'>"
        "<w:r><w:delText>旧的其它</w:delText></w:r></w:del>",
        run("。"),
    ),
    paragraph(
        '<w:hyperlink w:anchor="a">' + run("做出决定") + "</w:hyperlink>",
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>其它</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r>" + run("三") +
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>",
        run("。"),
    ),
    "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr/>"
    .replace("<w:tbl>", "<w:tbl xmlns:w='" + W[1:-1] + "'>")
    + paragraph(run("台帐")) + "</w:tc></w:tr></w:tbl>",
    paragraph(),
    comment=True,
)  # fmt: skip


def marked(data: bytes) -> bytes:
    findings = check_text("\n".join(word_text(data).lines))
    return annotate(data, findings, findings, now=NOW)


def test_lines_are_what_a_reader_sees_in_the_body() -> None:
    assert word_text(MIXED).lines == [
        "会同其它部门研究,并布署工作", "其它事项。", "做出决定三。", "台帐", "",
    ]  # fmt: skip


def test_words_split_over_runs_are_changed_and_commented_in_place() -> None:
    done = marked(MIXED)
    assert read(done, accepted=True)[0] == "会同其他部门研究，并部署工作"
    assert read(done, accepted=False)[0] == read(MIXED, accepted=False)[0]
    said = comments(done)
    assert [about for about, _ in said if about][:3] == ["其它", ",", "布署"]
    assert said[0][1] == "【注意】“其它”宜作“其他”。（W01，公文用字惯例：统一用“其他”）"


def test_what_is_put_in_has_the_face_of_what_went_out() -> None:
    [inserted] = [
        one for one in root_of(marked(MIXED)).iter(f"{W}ins") if "其他" in "".join(one.itertext())
    ]
    assert inserted.find(f"{W}r/{W}rPr/{W}b") is not None
    assert inserted.get(f"{W}author") == "提案答复助手"
    assert inserted.get(f"{W}date") == "2026-11-24T09:30:00Z"


def test_anothers_revision_is_commented_on_and_never_changed() -> None:
    done = marked(MIXED)
    assert sum("“其它”宜作" in text for _, text in comments(done)) == 2
    assert "".join(root_of(done)[0][1].itertext()) == "其它事项旧的其它。"
    authors = [one.get(f"{W}author") for one in root_of(done)[0][1].iter(f"{W}ins", f"{W}del")]
    assert authors == ["苏明远", "苏明远"]


def test_existing_comments_text_boxes_and_fields_survive() -> None:
    held = parts(marked(MIXED))
    assert "请再核。" in held["word/comments.xml"].decode()
    document = held["word/document.xml"].decode()
    assert "框内其它字样" in document
    assert "<w:instrText>其它</w:instrText>" in document


def test_only_the_parts_that_change_are_written_anew() -> None:
    before, after = parts(MIXED), parts(marked(MIXED))
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"word/document.xml", "word/comments.xml"}
    plain = word_file(paragraph(run("其它事项。")))
    before, after = parts(plain), parts(marked(plain))
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {
        "word/document.xml", "word/comments.xml", "[Content_Types].xml",
        "word/_rels/document.xml.rels",
    }  # fmt: skip


def test_numbers_are_unique_and_every_comment_has_its_place() -> None:
    done = marked(MIXED)
    kinds = ("ins", "del", "commentRangeStart")
    numbers = numbers_of(done, kinds)
    assert len(numbers) == len(set(numbers))
    said = {one.get(f"{W}id") for one in root_of(done, "word/comments.xml")}
    for name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        assert sorted(numbers_of(done, [name])) == sorted(said)


def test_nothing_found_gives_the_file_back_as_it_came() -> None:
    data = word_file(paragraph(run("会同其他部门研究。")))
    assert annotate(data, [], []) == data


def test_a_comment_without_a_change_and_a_change_without_a_comment() -> None:
    data = word_file(paragraph(run("会同其它部门研究。")))
    findings = check_text("会同其它部门研究。")
    noted, changed = annotate(data, findings, []), annotate(data, [], findings)
    assert read(noted, accepted=True) == ["会同其它部门研究。"]
    assert [about for about, _ in comments(noted)] == ["其它"]
    assert read(changed, accepted=True) == ["会同其他部门研究。"]
    assert comments(changed) == []
    assert "word/comments.xml" not in parts(changed)


def test_lines_broken_by_hand_are_lines_and_their_breaks_are_kept() -> None:
    broken = "<w:r><w:t>关于停车的</w:t><w:br/><w:t>其它答复</w:t></w:r>"
    data = word_file(paragraph(broken), paragraph(run("其它。")))
    assert word_text(data).lines == ["关于停车的", "其它答复", "其它。"]
    findings = [one for one in check_text("\n".join(word_text(data).lines)) if one.rule == "W01"]
    done = annotate(data, findings, findings)
    assert read(done, accepted=True) == ["关于停车的\n其他答复", "其他。"]


def test_a_flattened_file_gets_one_comment_and_every_mark_back() -> None:
    text = "区里,镇里,村里,社区里,学校里,医院里都设了点(共6个)。"
    done = marked(word_file(paragraph(run(text))))
    assert read(done, accepted=True) == [
        "区里，镇里，村里，社区里，学校里，医院里都设了点（共6个）。"
    ]
    assert read(done, accepted=False) == [text]
    assert len(comments(done)) == 1


def test_blanks_that_word_does_not_show_are_not_read() -> None:
    data = word_file(paragraph("<w:r><w:t>\n   其它部门  </w:t></w:r>"))
    assert word_text(data).lines == ["其它部门"]
    assert read(marked(data), accepted=True)[0].strip() == "其他部门"


PIECES = [
    "其它",
    "台帐",
    ",",
    "《甲》、《乙》",
    "2018-2020年",
    "车位",
    "12",
    " ",
    "。",
    "…",
    "（",
    "5%",
]


@given(
    st.lists(
        st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join),
        min_size=1,
        max_size=3,
    ),
    st.lists(st.integers(0, 25), max_size=6),
)
@tried(60)
def test_accepted_is_fixed_and_refused_is_as_before(lines: list[str], cuts: list[int]) -> None:
    places = sorted({0, *cuts})
    data = word_file(
        *(
            paragraph(
                *(
                    run(line[a:b])
                    for a, b in zip(places, [*places[1:], None], strict=True)
                    if line[a:b]
                )
            )
            for line in lines
        )
    )
    text = "\n".join(word_text(data).lines)
    findings = check_text(text)
    done = annotate(data, findings, findings, now=NOW)
    assert "\n".join(read(done, accepted=True)) == apply_fixes(text, findings, everything=True)
    assert "\n".join(read(done, accepted=False)) == text
    assert [len(comments(done)), text] == [len(findings), text]


IGNORABLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable"
OURS = {name: write_docx(CASES[name]) for name in list(CASES)[:4]}


@pytest.mark.shared
@pytest.mark.parametrize("data", [MIXED, *OURS.values()], ids=["mixed", *OURS])
def test_every_part_is_valid(data: bytes, schema: Callable[[str], etree.XMLSchema]) -> None:  # noqa: F811
    for name, content in parts(marked(data)).items():
        if name not in ("word/document.xml", "word/comments.xml"):
            continue
        root = etree.fromstring(content)
        root.attrib.pop(IGNORABLE, None)
        for one in list(root.iter(f"{W}pict")):  # VML has a schema of its own
            one.getparent().remove(one)
        checked = schema("wml.xsd")
        assert checked.validate(root), (name, checked.error_log.last_error)


def test_types_and_relations_know_the_new_part() -> None:
    held = parts(marked(word_file(paragraph(run("其它事项。")))))
    types = etree.fromstring(held["[Content_Types].xml"])
    assert "/word/comments.xml" in {one.get("PartName") for one in types}
    relations = etree.fromstring(held["word/_rels/document.xml.rels"])
    names = [one.get("Id") for one in relations]
    assert len(names) == len(set(names))
    assert "comments.xml" in {one.get("Target") for one in relations}


@pytest.mark.office
@pytest.mark.skipif(
    not office_available() or not shutil.which("pdftoppm"), reason="缺少 LibreOffice，跳过"
)
def test_libreoffice_opens_it_and_prints_the_changes() -> None:
    with pdfplumber.open(io.BytesIO(to_pdf(marked(MIXED)))) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages)
    for word in ("其他", "部署", "做出"):
        assert word in text.replace("\n", "")


def rewritten(data: bytes, **changed: str | None) -> bytes:
    names = {key.replace("__", "/") + ".xml": value for key, value in changed.items()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, content in parts(data).items():
            new = names.get(name, content)
            if new is not None:
                target.writestr(name, new)
    return stream.getvalue()


BOMB = '<!DOCTYPE w [<!ENTITY a "aaaa">]><w:document xmlns:w="x"><w:body>&a;</w:body></w:document>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "文件已损坏，或不是 Word 文档（.docx）。"),
        (b"PK\x03\x04", "文件已损坏，或不是 Word 文档（.docx）。"),
        (MIXED[: len(MIXED) // 2], "文件已损坏，或不是 Word 文档（.docx）。"),
        (rewritten(MIXED, word__document=None), "文件已损坏，或不是 Word 文档（.docx）。"),
        (rewritten(MIXED, word__document="<a"), "文件已损坏，无法打开。"),
        (rewritten(MIXED, word__document="<a/>"), "文件已损坏，或不是 Word 文档（.docx）。"),
        (rewritten(MIXED, word__document=BOMB), "文件内部结构异常，为安全起见不予打开。"),
    ],
)
def test_what_is_no_word_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(UserError) as refused:
        word_text(data)
    assert refused.value.message == message


def test_a_main_part_under_another_name_and_without_relations_is_found() -> None:
    data = word_file(paragraph(run("其它事项。")))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, content in parts(data).items():
            if name in ("_rels/.rels", "[Content_Types].xml"):
                content = content.replace(b"word/document.xml", b"word/document2.xml")
            if name != "word/_rels/document.xml.rels":
                target.writestr(name.replace("word/document.xml", "word/document2.xml"), content)
    done = marked(stream.getvalue())
    assert "word/_rels/document2.xml.rels" in parts(done)
    assert [about for about, _ in comments(rewritten_name(done)) if about] == ["其它"]


def rewritten_name(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, content in parts(data).items():
            target.writestr(name.replace("document2", "document"), content)
    return stream.getvalue()


def strict(data: bytes) -> bytes:
    """The same file as ISO/IEC 29500 Strict names things; packages have their names alone."""
    ours = re.compile(
        rb"http://schemas\.openxmlformats\.org/(officeDocument|wordprocessingml|drawingml)/2006/(?!"
        rb"relationships/metadata)"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, content in parts(data).items():
            target.writestr(name, ours.sub(rb"http://purl.oclc.org/ooxml/\1/", content))
    return stream.getvalue()


@pytest.mark.parametrize("comment", [False, True])
def test_a_strict_file_is_marked_as_the_other_and_stays_strict(comment: bool) -> None:
    plain = word_file(paragraph(run("其它事项，"), run("布署工作。", BOLD)), comment=comment)
    marked_strict, wanted = marked(strict(plain)), parts(strict(marked(plain)))
    assert word_text(strict(plain)) == word_text(plain)
    held = parts(marked_strict)
    assert held.keys() == wanted.keys()
    for name in ("word/document.xml", "word/comments.xml", "word/_rels/document.xml.rels"):
        one, other = (etree.fromstring(one[name]) for one in (held, wanted))
        assert [(e.tag, dict(e.attrib), e.text) for e in one.iter()] == [
            (e.tag, dict(e.attrib), e.text) for e in other.iter()
        ]
        assert b"wordprocessingml/2006/main" not in held[name]
    assert b"<w:del " in held["word/document.xml"]
    assert word_text(marked_strict).lines == ["其他事项，部署工作。"]
