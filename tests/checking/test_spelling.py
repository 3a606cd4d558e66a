"""Wrong characters beyond the lists: what is found, what is left alone, and what it costs."""

from __future__ import annotations

import time

import numpy as np
import pytest
from checking_cases import SHARED
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.checking import apply_fixes, check_text
from drafting.checking.spelling import Slip, slips
from drafting.checking.spelling.candidates import LEAST_GAIN, candidates, cut
from drafting.checking.spelling.evidence import COLUMNS, evidence
from drafting.checking.spelling.learn import learn
from drafting.checking.spelling.tables import tables
from drafting.checking.spelling.trees import dump, load, score, shipped

# Written for this test; none stands in the sentences that were learnt from.
FAULTY = {
    "完善应机预案。": "完善应急预案。",
    "建立建全长效机制。": "建立健全长效机制。",
    "做好防讯抗旱工作。": "做好防汛抗旱工作。",
    "优化公交线路，加强队武建设。": "优化公交线路，加强队伍建设。",
    "落实主休责任。": "落实主体责任。",
    "完善配淘设施。": "完善配套设施。",
    "加强宣专引导。": "加强宣传引导。",
    "改善居住条见，规范停车收废。": "改善居住条件，规范停车收费。",
}
FAITHFUL = [
    "青岚区城市管理局将于2026年12月底前建成泊位300个。",
    "由苏明远、颜如舜、游静仪三位委员提出，已交白鹭镇人民政府研究办理。",
    "民宿和非遗工坊接入平台，村卫生室不再缺药。",
    "执业医师、执业药师和护理员按月轮训。",
]
RUNS = st.text(alphabet="人民政府财才部管里理的一区停车位收废费建全健", min_size=1, max_size=24)


@pytest.mark.parametrize(("wrong", "right"), FAULTY.items())
def test_mends_what_sounds_or_looks_alike(wrong: str, right: str) -> None:
    found = [finding for finding in check_text(wrong) if finding.rule == "W40"]
    assert {finding.fix for finding in found} == {"confirm"}
    assert apply_fixes(wrong, found, everything=True) == right


@pytest.mark.parametrize("text", FAITHFUL)
def test_leaves_good_sentences_alone(text: str) -> None:
    assert slips([text]) == []


def test_a_slip_is_reported_whole_and_marks_only_what_changes() -> None:
    [slip] = slips(["加强管理。", "按照才政部的规定办理。"])
    expected = Slip(1, 2, 3, "财", "才政部", "财政部", slip.odds)
    assert slip == expected


def test_what_stands_again_and_again_is_meant() -> None:
    once, often = ["推进科技兴区三年行动。"], ["推进科技兴区三年行动。"] * 5
    assert len(slips(often)) <= len(slips(once))
    assert slips(often) == []


def test_names_in_a_list_are_left_alone() -> None:
    assert slips(["王作安　　中央统战部副部长"]) == []


@given(RUNS)
@settings(max_examples=200, deadline=None)
def test_a_candidate_saves_at_least_what_it_says(run: str) -> None:
    known = tables()
    way = cut(run, known)
    for one in candidates(way, known):
        mended = run[: one.start] + one.word + run[one.end :]
        assert len(mended) == len(run)
        assert way.cost - cut(mended, known).cost >= one.gain >= LEAST_GAIN
        assert one.changed == tuple(at for at in range(len(run)) if run[at] != mended[at])


@given(RUNS)
@settings(max_examples=100, deadline=None)
def test_evidence_has_a_number_for_every_column(run: str) -> None:
    known = tables()
    way = cut(run, known)
    for row in evidence(way, candidates(way, known), known):
        assert len(row) == len(COLUMNS)
        assert all(np.isfinite(value) for value in row)


def test_every_candidate_is_a_word_and_no_persons_name() -> None:
    known = tables()
    run = "人民正府才政部门和证式工作"
    words = {one.word for one in candidates(cut(run, known), known)}
    assert words <= known.costs.keys()
    assert "财政部门" in words


def test_trees_learn_what_tells_rows_apart_and_survive_being_written() -> None:
    chance = np.random.default_rng(2026)
    rows = chance.uniform(-1, 1, (400, 3))
    right = (rows[:, 0] > 0.2) & (rows[:, 2] < 0.5)
    trees = learn(rows.tolist(), right.tolist())
    assert ((score(trees, rows) > 0) == right).mean() > 0.97
    again = load(dump(trees))
    assert np.array_equal(score(again, rows), score(trees, rows))


def test_the_shipped_trees_judge_by_known_columns() -> None:
    assert shipped().column.max() < len(COLUMNS)


def test_no_rows_have_no_scores() -> None:
    assert score(shipped(), np.zeros((0, len(COLUMNS)))).tolist() == []


@pytest.mark.parametrize("unit", ["的", "人民政府", "中国", "正", "一二三", "停车才政"])
def test_cost_grows_with_length(unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            slips([text])
            best = min(best, time.process_time() - start)
        return best

    seconds(1_000)
    assert seconds(16_000) < 12 * seconds(4_000) + 0.05


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="没有 ../shared，跳过错别字的测量")
def test_few_alarms_and_many_finds_on_held_out_sentences() -> None:
    from bench.spelling import SHARED as path
    from bench.spelling import at_alarm_rate, held_out, judge_all, read

    pairs = read(path)[::2]
    judged = judge_all(pairs)
    _, figures = at_alarm_rate(pairs, judged, held_out(pairs, judged, 1), 0.03)
    assert figures.alarms <= 0.03
    # Half the sentences to learn from, so less than the figures of the bench.
    assert figures.detection[1] >= 0.42
    assert figures.correction[0] >= 0.65
