"""盖章件: taken back as PDF or OFD, held against the paper, filed; removed and brought back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ofd_files import lines, ofd, page
from procedure_fakes import store

from casework import Matter
from casework.matters import sealed as kept
from desk import papers
from desk.context import Context
from desk.handing_in import materials
from desk.prints import sealed
from drafting.errors import UserError
from drafting.returning.sealed import Difference, differences, pieces
from drafting.writing import write_text
from storage.log import audit

_OURS = (
    "青岚区水务局\n青水函〔2026〕3号\n关于第12号提案的答复\n林知远委员：\n现答复如下：\n"
    "2026年6月10日\n"
)


def paper_as_ofd(context: Context, matter: Matter, old: str = "", new: str = "") -> bytes:
    """The main paper as an OFD, broken into lines anyhow; with one thing said otherwise."""
    text = write_text(papers.paper(context, matter)).replace(old, new) if old else ""
    text = text or write_text(papers.paper(context, matter))
    rows = [line[at : at + 25] for line in text.split("\n") for at in range(0, len(line), 25)]
    sheets = [
        page(lines([*rows[at : at + 20], f"— {at // 20 + 1} —"], 28, 40))
        for at in range(0, len(rows), 20)
    ]
    return ofd(*sheets)


def test_a_sealed_paper_that_says_the_same_is_filed_with_its_digest(
    context: Context, matter: Matter
) -> None:
    content = paper_as_ofd(context, matter)
    number = sealed.add(context, matter, "reply", None, "盖章.ofd", content)
    (found,) = store(context).run(kept.of_matter, matter.id)
    assert (found.material.id, found.form, found.version) == (number, "reply", matter.version)
    assert found.spots == () and sealed.told(found.spots) == "文字与文稿一致"
    assert materials.load(context, found.material) == content
    logged = audit.entries(store(context).db, audit.Filters(action="存放盖章件"))
    assert [one.detail for one in logged] == ["答复：盖章.ofd，文字与文稿一致"]


def test_what_is_otherwise_is_told_where(context: Context, matter: Matter) -> None:
    content = paper_as_ofd(context, matter, "第", "笫")
    sealed.add(context, matter, "reply", None, "盖章.ofd", content)
    (found,) = store(context).run(kept.of_matter, matter.id)
    assert found.spots
    for kind, ours, theirs in found.spots:
        assert kind == "changed" and ours.replace("第", "笫") == theirs


def test_it_is_removed_and_brought_back_with_what_is_known_of_it(
    context: Context, matter: Matter
) -> None:
    number = sealed.add(context, matter, "reply", None, "章.ofd", paper_as_ofd(context, matter))
    assert materials.remove(context, matter, number)
    assert store(context).run(kept.of_matter, matter.id) == []
    assert materials.restore(context, matter, number)
    assert len(store(context).run(kept.of_matter, matter.id)) == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("章.docx", b"PK", "请选盖章后的 PDF 或 OFD 文件。"),
        ("章.pdf", b"", "“章.pdf”是空文件，没有存放。"),
        ("章.pdf", b"%PDF-1.7 nothing", "PDF 文件已损坏"),
    ],
)
def test_what_is_no_sealed_paper_is_refused_and_nothing_kept(
    context: Context, matter: Matter, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(UserError) as caught:
        sealed.add(context, matter, "reply", None, name, content)
    assert said in caught.value.message
    assert store(context).run(kept.of_matter, matter.id) == []


def test_differences_are_paired_and_what_has_no_other_is_told_alone() -> None:
    theirs = [
        *("青岚区水务局", "青水函〔2026〕3号", "关于第13号提案的", "答复", "林知远委员：", "— 1 —"),
        *("2026年 6 月 10 日", "仅供参考使用请勿外传"),
    ]
    assert differences(_OURS, theirs) == (
        Difference("changed", "关于第12号提案的答复", "关于第13号提案的答复"),
        Difference("missing", "现答复如下：", ""),
        Difference("added", "", "仅供参考使用请勿外传"),
    )
    assert pieces(Difference("changed", "第12号", "第13号")) == [
        ("same", "第"),
        ("deleted", "12"),
        ("inserted", "13"),
        ("same", "号"),
    ]


def test_the_words_for_sealing_software_are_no_difference() -> None:
    assert differences("甲局\n乙函", ["甲局", "印章定位", "乙函"], "印章定位") == ()


@given(st.lists(st.text("甲乙丙丁戊己庚辛，。", min_size=3, max_size=12), min_size=1, max_size=8))
def test_the_same_words_differently_broken_are_the_same(parts: list[str]) -> None:
    text = "\n".join(parts)
    whole = "".join(parts)
    broken = [whole[at : at + 7] for at in range(0, len(whole), 7)]
    assert differences(text, broken) == ()
    assert differences(text, [*broken, "— 2 —"]) == ()
    assert differences(text, [*broken, "子丑寅卯"])[-1] == Difference("added", "", "子丑寅卯")
