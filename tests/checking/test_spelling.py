"""Wrong characters beyond the lists: what is found, what is left alone, and what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from checking_cases import SHARED
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from drafting.checking import apply_fixes, check_text
from drafting.checking.spelling import Slip, slips
from drafting.checking.spelling.candidates import candidates
from drafting.checking.spelling.evidence import COLUMNS, evidence
from drafting.checking.spelling.lattice import cut
from drafting.checking.spelling.tables import LONGEST, codes_of, tables
from drafting.checking.spelling.trees import dump, load, score, shipped
from drafting.checking.spelling.tries import FIRST, Trie, build
from tools.learn_spelling import learn

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
def test_fixes_what_sounds_or_looks_alike(wrong: str, right: str) -> None:
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


@given(st.lists(RUNS, min_size=1, max_size=4))
@tried(200)
def test_a_candidate_saves_what_it_says(runs: list[str]) -> None:
    known = tables()
    way = cut(runs, known)
    text = "\n".join(runs) + "\n"
    found = candidates(way, known)
    for start, end, word, gain, changed in zip(
        found.start, found.end, found.word, found.gain, found.changed, strict=True
    ):
        fixed = text[:start] + known.word(word) + text[end:]
        assert len(fixed) == len(text)
        places = [at for at in range(len(text)) if text[at] != fixed[at]]
        assert places == (start + np.flatnonzero(changed)).tolist()
        saved = way.whole[start] - cut(fixed.split("\n")[:-1], known).whole[start]
        assert saved >= gain


def least_cost(run: str) -> int:
    """The cost of the cheapest cut by the plain definition, one word after another."""
    known = tables()
    costs = {"": 0}
    for end in range(1, len(run) + 1):
        ways = [costs[run[: end - 1]] + int(known.alone[codes_of(run[end - 1])[0]])]
        for start in range(max(0, end - LONGEST), end - 1):
            number = known.number(run[start:end])
            if number >= 0:
                ways.append(costs[run[:start]] + int(known.costs[number]))
        costs[run[:end]] = min(ways)
    return costs[run]


@given(st.lists(RUNS, min_size=1, max_size=4))
@tried(200)
def test_runs_are_cut_at_least_cost_each_by_itself(runs: list[str]) -> None:
    way = cut(runs, tables())
    starts = np.unique(way.start)
    assert way.whole[starts].tolist() == [least_cost(run) for run in runs]
    assert (way.front + way.back >= way.whole).all()


@given(st.lists(RUNS, min_size=1, max_size=4))
@tried(100)
def test_evidence_has_a_number_for_every_column_whatever_stands_in_other_runs(
    runs: list[str],
) -> None:
    def rows(some: list[str]) -> list[list[float]]:
        way = cut(some, known)
        found = candidates(way, known)
        order = np.argsort(way.start[found.start], kind="stable")
        return evidence(way, found.at(order), known).tolist()

    known = tables()
    together = rows(runs)
    assert together == [row for run in runs for row in rows([run])]
    for row in together:
        assert len(row) == len(COLUMNS)
        assert np.isfinite(row).all()


def test_every_candidate_is_a_word_and_no_persons_name() -> None:
    known = tables()
    run = "人民正府才政部门和证式工作"
    found = candidates(cut([run], known), known)
    assert known.proposed[found.word].all()
    assert "财政部门" in {known.word(word) for word in found.word}


@pytest.mark.parametrize("word", ["停车", "人民政府", "人", "人民代表大会"])
def test_words_are_found_by_their_characters(word: str) -> None:
    known = tables()
    assert known.word(known.number(word)) == word


@pytest.mark.parametrize("word", ["", "停车政", "abc", "停a", "人民代表大", "龘龘"])
def test_what_is_no_word_is_not_found(word: str) -> None:
    assert tables().number(word) == -1


@given(st.sets(st.text(alphabet="人民政府中", min_size=1, max_size=5), min_size=1))
@tried(100)
def test_a_trie_leads_to_its_words_and_no_others(words: set[str]) -> None:
    ordered = sorted(words)
    rows = np.zeros((len(ordered), 5), np.uint16)
    for row, word in zip(rows, ordered, strict=True):
        row[: len(word)] = codes_of(word)
    trie, ends = build(rows)
    for word, end in zip(ordered, ends, strict=True):
        node = int(trie.first[codes_of(word[0])[0]])
        for char in word[1:]:
            node = int(trie.step(np.array([node]), codes_of(char))[0])
        assert node == end
        children = trie.code[trie.child[node] : trie.child[node + 1]]
        longer = {other[len(word)] for other in words if other.startswith(word) and other != word}
        assert {chr(code + FIRST) for code in children.tolist()} == longer
        missing = sorted(set("人民政府中") - longer)
        gone = trie.step(np.full(len(missing), node), codes_of("".join(missing)))
        assert not gone.any()


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
def test_looks_up_no_more_than_the_length_says(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Trie.step

    def steps(size: int) -> int:
        """How many ways down a trie are gone in reading ``size`` characters."""
        gone: list[int] = []

        def counted(trie: Trie, nodes: Any, codes: Any) -> Any:
            gone.append(len(nodes))
            return plain(trie, nodes, codes)

        monkeypatch.setattr(Trie, "step", counted)
        slips([(unit * size)[:size]])
        return sum(gone)

    # Whole pieces, so that the cut ends weigh the same.
    assert 0 < steps(16_000) <= 4.1 * steps(4_000)


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
