"""What is no wrong character: known names, coinages, numbers; and what official texts tell."""

from __future__ import annotations

import numpy as np
import pytest

from drafting.checking import Office, check_case, check_text
from drafting.checking.engine.office import Names
from drafting.checking.engine.rule import Example, Paragraph
from drafting.checking.rules.wrong_characters import is_spared
from drafting.checking.spelling import Slip
from drafting.checking.spelling.runs import level_of, load
from drafting.checking.spelling.tables import codes_of, tables


def marked(text: str, office: Office | None = None) -> list[tuple[str, str | None]]:
    findings = check_case(Example(text, office=office)) if office else check_text(text)
    return [(one.text, one.replacement) for one in findings if one.rule == "W40"]


def spared(text: str, stands: str, right: str, *names: str) -> bool:
    start = text.index(stands)
    slip = Slip(0, start, start + len(stands), right, stands, right, 3.0)
    return is_spared(Paragraph(0, text, "body"), slip, frozenset(names))


@pytest.mark.parametrize(
    ("text", "stands", "right"),
    [
        ("在郫都考察。", "郫都", "批斗"),
        ("在鄞州等地考察。", "鄞", "郢"),
        ("落实应保尽保、应停尽停的要求。", "尽停", "禁停"),
        ("能调则调，应改尽改，逐项落实。", "改尽", "改进"),
        ("推进“智安小区”建设。", "智", "治"),
        ("经覃文静、仝素卓委员同意。", "覃", "谭"),
        ("在市九届人大四次会议上提出。", "市", "十"),
    ],
)
def test_names_coinages_terms_and_numbers_are_spared(text: str, stands: str, right: str) -> None:
    assert spared(text, stands, right)


@pytest.mark.parametrize(
    ("text", "stands", "right"),
    [
        ("按照才政部的规定办理。", "才", "财"),
        ("“会议要求，各部门要加强预算管里，严格执行。”", "里", "理"),
        ("应该尽快加强管里。", "里", "理"),
        ("这项工作取得了明显成校。", "校", "效"),
    ],
)
def test_plain_words_are_not(text: str, stands: str, right: str) -> None:
    assert not spared(text, stands, right)


def test_a_name_known_beside_the_text_is_spared() -> None:
    assert not spared("由望岚汁公司承建。", "汁", "之")
    assert spared("由望岚汁公司承建。", "汁", "之", "望岚汁公司")


def test_names_that_the_office_keeps_are_never_slips() -> None:
    text = "推进仁和智安小区建设，会同财政部们研究。"
    assert marked(text) == [("智", "治"), ("们", "门")]
    office = Office(names=Names(bodies=("仁和智安小区",)))
    assert marked(text, office) == [("们", "门")]


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("贯彻落实《“健康中国2030”桂花纲要》。", ("桂花", "规划")),
        ("现将有关情况答复入下：", ("入", "如")),
        ("维护旅游时常秩序。", ("时常", "市场")),
    ],
)
def test_another_good_word_is_told_by_its_neighbours(text: str, slip: tuple[str, str]) -> None:
    assert slip in marked(text)


def test_counts_are_read_as_written() -> None:
    runs = load(
        f"-\t一{level_of(900)}二{level_of(90)}三{level_of(9)}\n一\t二{level_of(50)}\n二\t三{level_of(8)}\n一二\t三{level_of(8)}\n"
    )
    one, two, three = (codes_of(char).astype(np.int64) for char in "一二三")
    assert np.exp(runs.pair(one, two)).round(-1).tolist() == [50]
    assert runs.pair(two, one).tolist() == [0]
    assert 6 < float(np.exp(runs.triple(one, two, three))[0]) < 10
    assert runs.triple(two, one, three).tolist() == [0]
    nothing = np.zeros(1, np.int64)
    seen, unseen = runs.likelihood(one, two, three), runs.likelihood(three, two, one)
    assert seen[0] > unseen[0] and unseen[0] < 0
    assert runs.likelihood(one, two, nothing).tolist() == [0]


def test_official_words_are_likelier_than_what_sounds_like_them() -> None:
    def chance(word: str) -> float:
        codes = np.concatenate([[0, 0], codes_of(word)]).astype(np.int64)
        return float(tables().runs.likelihood(codes[:-2], codes[1:-1], codes[2:]).sum())

    for good, slip in (
        ("发展规划", "发展桂花"),
        ("依法查处", "依法查出"),
        ("人民政府", "人民正府"),
    ):
        assert chance(good) > chance(slip) + 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("会议于9：00召开。", [("N30", "9:00")]),
        ("图纸比例为1：50。", []),
        ("截至二〇2六年。", [("N31", "2026")]),
        ("会议于2026年五月一日召开。", [("N31", "2026年5月1日")]),
        ("五1班有学生。", []),
        ("为了了解情况，实现了目标。", []),
        ("实现了了目标。", [("W29", "了")]),
        ("达到目的的办法。", []),
        ("对大厅进行进行改造。", [("W29", "进行")]),
        ("落实就业创业创新政策。", []),
        ("己完成改造。", [("W09", "已")]),
        ("知己知彼，舍己为人。", []),
        ("与2025年6月相比增长。", []),
    ],
)
def test_numbers_times_and_words_said_twice(text: str, found: list[tuple[str, str]]) -> None:
    rules = {"N30", "N31", "W29", "W09", "W41"}
    assert [(f.rule, f.replacement) for f in check_text(text) if f.rule in rules] == found


def test_a_name_with_a_character_that_no_table_knows_is_spared() -> None:
    # Beyond the basic plane and in extension A: characters of names alone.
    text = "查处𠮷祥路、㙟祥路违规停车。"
    assert [one.text for one in check_text(text) if one.rule == "W40"] == []
