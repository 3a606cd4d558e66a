"""A .docx of ours edited in Word: what changed is found, shown and taken over."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import docx
import pytest
from assembly_cases import DEPUTY_DRAFT, PARKING_DRAFT
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from drafting.answering.progress import realign
from drafting.assembly import assemble
from drafting.errors import UserError
from drafting.model import Draft, Suggestion
from drafting.model.identity import aligned
from drafting.profile import load_profile
from drafting.programs import libreoffice
from drafting.returning.comparing import Change, Piece, compare, review, take_over
from drafting.returning.edited import Comment, Edited, Tracked, read_edited
from drafting.writing import write_docx
from drafting.writing.printing.pdf import office_available

DEFAULT, WUHUA = load_profile("default"), load_profile("wuhua")
DRAFT = replace(PARKING_DRAFT, doc_no="青城管函〔2026〕12号")


def paper(draft: Draft = DRAFT) -> bytes:
    return write_docx(assemble(draft, DEFAULT))


def edit(change: Callable[[docx.document.Document], None], data: bytes | None = None) -> Edited:
    document = docx.Document(io.BytesIO(data or paper()))
    change(document)
    stream = io.BytesIO()
    document.save(stream)
    return read_edited(stream.getvalue())


def replacing(old: str, new: str) -> Callable[[docx.document.Document], None]:
    def change(document: docx.document.Document) -> None:
        (found,) = (p for p in document.paragraphs if old in p.text)
        text = found.text.replace(old, new)
        for run in found.runs[1:]:
            run.text = ""
        found.runs[0].text = text

    return change


def changes(edited: Edited, draft: Draft = DRAFT) -> tuple[Change, ...]:
    return compare(draft, DEFAULT, edited, form="reply")


@pytest.mark.parametrize("profile", [DEFAULT, WUHUA])
@pytest.mark.parametrize("draft", [DRAFT, DEPUTY_DRAFT])
def test_an_unchanged_file_has_no_changes(draft: Draft, profile: object) -> None:
    reply = assemble(draft, profile)
    edited = read_edited(write_docx(reply))
    assert compare(draft, profile, edited, form="reply") == ()


@pytest.mark.parametrize("written", ["2026年11月6日", "2026年 11 月 6 日"])
def test_a_date_filled_in_where_it_was_left_open_is_taken_over(written: str) -> None:
    undated = replace(DRAFT, date=None)
    open_date = "\u3000\u3000年\u3000月\u3000日"
    filled = edit(replacing(open_date, written), paper(undated))
    (one,) = compare(undated, DEFAULT, filled, form="reply")
    assert (one.where, one.takes) == ("成文日期", True)
    assert take_over(undated, [one]) == replace(take_over(undated, []), date=dt.date(2026, 11, 6))
    assert compare(undated, DEFAULT, read_edited(paper(undated)), form="reply") == ()


def test_a_changed_sentence_goes_back_to_its_answer() -> None:
    (one,) = changes(edit(replacing("更新公示牌620块", "更新公示牌680块")))
    assert (one.where, one.takes, one.refusal) == ("第二条建议·下一步工作", True, "")
    assert one.pieces == (
        Piece("same", "下一步，区城管局将在2026年12月底前更新公示牌"),
        Piece("deleted", "620"),
        Piece("inserted", "680"),
        Piece("same", "块。"),
    )
    taken = take_over(DRAFT, [one])
    assert taken.answers[1].next_step == "下一步，区城管局将在2026年12月底前更新公示牌680块。"
    assert taken.answers[0] == DRAFT.answers[0]


def test_what_the_paper_prints_around_is_taken_off_again() -> None:
    (one,) = changes(edit(replacing("再建公共停车场2处", "再建公共停车场3处")))
    assert take_over(DRAFT, [one]).answers[0].next_step == "再建公共停车场3处、泊位300个"
    (other,) = changes(edit(replacing("不宜对外开放", "暂不对外开放")))
    assert take_over(DRAFT, [other]).answers[2].reason == "涉密单位停车场暂不对外开放。"


def test_own_labels_and_references_stay() -> None:
    (one,) = changes(edit(replacing("新建泊位1200个", "新建泊位1250个")))
    assert take_over(DRAFT, [one]).answers[0].done.split("\n")[1] == (
        "1、盘活边角地。利用南屏街道、北苑街道边角地11处，新建泊位1250个。"
    )
    (other,) = changes(edit(replacing("停车资源普查，主要", "停车泊位普查，主要")))
    assert take_over(DRAFT, [other]).answers[0].done.split("\n")[0] == (
        "2024年以来，我局会同区住建局开展老城区停车泊位普查〔1〕，主要做了两项工作："
    )


def test_inserted_and_deleted_lines_are_taken_over() -> None:
    def insert(document: docx.document.Document) -> None:
        (found,) = (p for p in document.paragraphs if "新增泊位460个" in p.text)
        after = next(p for p in document.paragraphs if "再建公共停车场" in p.text)
        after.insert_paragraph_before("（三）开放共享。开放泊位80个。")
        after.insert_paragraph_before("（四）加强管理。清理乱停车辆。")
        assert found is not None

    found = changes(edit(insert))
    assert [(one.before, one.takes) for one in found] == [("", True), ("", True)]
    assert take_over(DRAFT, found).answers[0].done.split("\n")[2:] == [
        "2、改造老旧小区停车位。改造小区7个，新增泊位460个。",
        "（三）开放共享。开放泊位80个。",
        "（四）加强管理。清理乱停车辆。",
    ]

    def delete(document: docx.document.Document) -> None:
        (found,) = (p for p in document.paragraphs if "新增泊位460个" in p.text)
        found._p.getparent().remove(found._p)

    (gone,) = changes(edit(delete))
    assert (gone.after, gone.takes) == ("", True)
    assert len(take_over(DRAFT, [gone]).answers[0].done.split("\n")) == 2


def test_number_date_and_copies_are_taken_over() -> None:
    def change(document: docx.document.Document) -> None:
        replacing("感谢您对", "衷心感谢您对")(document)
        replacing("〔2026〕12号", "〔2026〕15号")(document)
        replacing("2026年11月16日", "2026年11月20日")(document)
        cell = document.tables[-1].cell(0, 0).paragraphs[0]
        cell.runs[0].text = "抄送：区政府办公室，区政协提案委员会。"

    taken = take_over(DRAFT, changes(edit(change)))
    assert taken.closing == "衷心感谢您对我区城市管理工作的关心和支持。"
    assert taken.doc_no == "青城管函〔2026〕15号"
    assert taken.date == dt.date(2026, 11, 20)
    assert taken.copies_to == ("区政府办公室", "区政协提案委员会")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("我局部分采纳", "我局原则同意", "采纳情况"),
        ("（二）改造", "（三）改造", "序号"),
    ],
)
def test_what_is_generated_is_shown_but_not_taken(old: str, new: str, why: str) -> None:
    (one,) = changes(edit(replacing(old, new)))
    assert not one.takes
    assert why in one.refusal
    assert take_over(DRAFT, [one]) == take_over(DRAFT, [])


def test_what_the_paper_prints_within_a_sentence_is_taken_into_its_field() -> None:
    (when,) = changes(edit(replacing("完成时限：2027年6月底前", "完成时限：2027年9月底前")))
    assert take_over(DRAFT, [when]).answers[0] == replace(
        take_over(DRAFT, []).answers[0], next_date="2027年9月底前"
    )
    (what,) = changes(edit(replacing("我局部分采纳", "我局予以采纳")))
    assert take_over(DRAFT, [what]).answers[2] == replace(
        take_over(DRAFT, []).answers[2], disposition="采纳"
    )
    (opening,) = changes(edit(replacing("收悉。经", "已收悉。经")))
    assert take_over(DRAFT, [opening]).opening.startswith("您提出的《关于加强老城区停车管理")
    assert "已收悉。" in take_over(DRAFT, [opening]).opening


def test_only_what_was_chosen_is_taken() -> None:
    def change(document: docx.document.Document) -> None:
        replacing("更新公示牌620块", "更新公示牌680块")(document)
        replacing("再建公共停车场2处", "再建公共停车场3处")(document)

    first, second = changes(edit(change))
    assert take_over(DRAFT, [second]).answers[0] == DRAFT.answers[0]
    both = take_over(DRAFT, [first, second])
    assert changes(edit(change), both) == ()


def test_tracked_changes_and_comments_are_read_with_author_and_date() -> None:
    who = 'w:author="陆承安" w:date="2026-11-18T09:30:00Z"'
    with zipfile.ZipFile(io.BytesIO(paper())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts["word/document.xml"].decode()
    at = text.index("全区路内泊位3860个")
    start, end = text.rindex("<w:r>", 0, at), text.index("</w:r>", at) + len("</w:r>")
    run = text[start:end]
    struck = run.replace("全区路内泊位3860个", "3860个").split("，")[0]
    struck = struck + "</w:t></w:r>"
    struck = struck.replace("w:t ", "w:delText ").replace("</w:t>", "</w:delText>")
    put_in = "<w:r><w:t>3900个</w:t></w:r>"
    head = "<w:r><w:t>全区路内泊位</w:t></w:r>"
    tail = "<w:r><w:t>，全部实行电子计费，收费标准已在泊位现场公示。</w:t></w:r>"
    parts["word/document.xml"] = (
        text[:start]
        + '<w:commentRangeStart w:id="7"/>'
        + head
        + f'<w:del w:id="1" {who}>{struck}</w:del><w:ins w:id="2" {who}>{put_in}</w:ins>'
        + '<w:commentRangeEnd w:id="7"/>'
        + tail
        + text[end:]
    ).encode()
    parts["word/comments.xml"] = (
        '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:comment w:id="7" {who}><w:p><w:r><w:t>请核实泊位数。</w:t></w:r></w:p></w:comment>'
        "</w:comments>"
    ).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    edited = read_edited(stream.getvalue())
    signed = ("陆承安", "2026-11-18 09:30")
    assert edited.tracked == (
        Tracked("deleted", "3860个", *signed),
        Tracked("inserted", "3900个", *signed),
    )
    assert edited.comments == (Comment("请核实泊位数。", "全区路内泊位3900个", *signed),)
    (one,) = changes(edited)
    assert take_over(DRAFT, [one]).answers[1].done.startswith("全区路内泊位3900个，")


def test_what_is_no_version_of_the_paper_is_refused() -> None:
    with pytest.raises(UserError, match="差别过大"):
        changes(Edited(("完全不同的一篇文章，讲的是植树造林。",)))
    with pytest.raises(UserError, match="不能取回修改"):
        compare(DRAFT, DEFAULT, Edited(()), form="consultation")
    with pytest.raises(UserError, match="文件已损坏"):
        read_edited(b"not a zip")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(UserError, match="为安全起见不予打开"):
        read_edited(stream.getvalue())


@tried(40)
@given(st.lists(st.text("停车泊位改造收费，。1", min_size=0, max_size=30), max_size=8), st.data())
def test_any_file_is_compared_without_error(lines: list[str], data: st.DataObject) -> None:
    kept = list(read_edited(paper()).lines)
    for line in lines:
        at = data.draw(st.integers(0, len(kept) - 1))
        kept[at : at + data.draw(st.integers(0, 1))] = [line]
    found = changes(Edited(tuple(kept)))
    assert len({one.key for one in found}) == len(found)
    taken = take_over(DRAFT, found)
    assert len(taken.answers) == len(DRAFT.proposal.suggestions)


@pytest.mark.office
def test_a_file_saved_by_another_program_has_no_changes() -> None:
    if not office_available():
        pytest.skip("缺少 LibreOffice")
    from drafting.programs import libreoffice

    saved = libreoffice.convert({"a.docx": paper()}, "docx", timeout=60)["a"]
    assert changes(read_edited(saved)) == ()


def test_a_file_saved_as_odt_and_back_has_no_changes() -> None:
    # LibreOffice puts 版记 into a text box then, twice: once for older programs.
    if not office_available():
        pytest.skip("缺少 LibreOffice")
    odt = libreoffice.convert({"a.docx": paper()}, "odt", timeout=60)["a"]
    back = libreoffice.convert({"a.odt": odt}, "docx", timeout=60)["a"]
    edited = read_edited(back)
    assert [line for line in edited.lines if line.startswith("抄送：")] != []
    found = review(DRAFT, DEFAULT, edited, form="reply")
    assert (found.changes, found.extras) == ((), ())


def test_a_formula_that_the_converter_leaves_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drafting.returning.edited.as_docx", lambda _data, _kind: paper())
    read = read_edited(rb"{\rtf1 {\field{\*\fldinst EQ \\o\\ac(O,1)}}}", "改过的.rtf")
    (one,) = review(DRAFT, DEFAULT, read, form="reply").extras
    assert (one.kind, one.where) == ("公式", "全文")


# ------------------------------------------------------------------ a list that changed meanwhile


def listed(draft: Draft, order: list[int], texts: dict[int, str] | None = None) -> Draft:
    """The draft with its list in another order, some suggestions reworded or left out."""
    asked = aligned(draft).proposal.suggestions
    chosen = [replace(asked[n], text=(texts or {}).get(n, asked[n].text)) for n in order]
    proposal = replace(draft.proposal, suggestions=tuple(chosen))
    return realign(draft, proposal, [[asked[n].id] for n in order])


@pytest.mark.parametrize("order", [[3, 2, 1, 0], [1, 0, 3, 2], [2, 1]])
def test_a_file_made_before_the_list_was_put_in_another_order_goes_back(order: list[int]) -> None:
    edited = edit(replacing("更新公示牌620块", "更新公示牌680块"))
    now = listed(DRAFT, order, {1: "规范收费公示"})
    wanted = [one for one in changes(edited, now) if one.takes]
    assert [one.after for one in wanted if "680块" in one.after]
    taken = take_over(now, [one for one in wanted if "680块" in one.after])
    before, after = aligned(now).answers, taken.answers
    at = order.index(1)
    assert [n for n in range(len(order)) if before[n] != after[n]] == [at]
    assert after[at].next_step == before[at].next_step.replace("620块", "680块")


def test_a_suggestion_added_since_is_not_taken_for_one_struck_out() -> None:
    edited = read_edited(paper())
    asked = aligned(DRAFT).proposal.suggestions
    proposal = replace(DRAFT.proposal, suggestions=(Suggestion(None, "增设充电桩"), *asked))
    now = realign(DRAFT, proposal, [[], *([one.id] for one in asked)])
    first = replace(now.answers[0], done="已建成充电桩45个。")
    now = replace(now, answers=(first, *now.answers[1:]))
    assert changes(edited, now) == ()
    # Without ids, by a program that dropped them, it looks struck out.
    assert changes(replace(edited, suggestions=()), now) != ()


# ------------------------------------------------------------------ who is to be asked


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("（联系人：林 满，电话：0789-8213307）", ["林满"]),
        ("（联系人：林小满　何静秋，电话：0789-8213307）", ["林小满", "何静秋"]),
        ("（联系人：停车管理科，电话：0789-8213307）", ["停车管理科"]),
        ("（联系人：林科长，电话：0789-8213307）", ["林科长"]),
    ],
)
def test_who_is_to_be_asked_is_taken(line: str, names: list[str]) -> None:
    found = changes(edit(replacing("（联系人：沈知远、江一苇，电话：0789-8213306）", line)))
    assert [one.refusal for one in found] == [""]
    assert [one.name for one in take_over(DRAFT, found).contacts] == names


@pytest.mark.parametrize("words", ["另有两处点位正在办理手续。系人：", "详见附表，联系人："])
def test_other_words_on_the_line_are_nobodys_name(words: str) -> None:
    (one,) = changes(edit(replacing("（联系人：", words)))
    assert "不像联系人的姓名" in one.refusal
