"""Which passages stand before which, and how many of each kind: every weight between two cases.

The measure of fit is told by the test here: what ``held`` says of a passage is how it fits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.answering.passages import evidence
from drafting.answering.passages.evidence import find_evidence, is_general, role_of, take_evidence
from drafting.answering.passages.sources import Ours, SourceStatus
from drafting.model import Evidence, Kind, Passage, Proposal, Suggestion

ASKED = Suggestion("一、", "规范收费", "实行最高限价。")
REPLY = Passage(1, "a.txt", Kind.REPLY, "关于停车的答复", "已建成泊位。")
POLICY = replace(REPLY, kind=Kind.POLICY, title="停车管理办法")


class Shelf:
    """A library that finds ``own`` for a suggestion's own words, ``wider`` with the subject."""

    def __init__(self, own: list[Passage], wider: list[Passage] | None = None) -> None:
        self.own, self.wider = own, wider or []
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def passages(self, query: str, **how: Any) -> list[Passage]:
        self.asked.append((query, how))
        return list(self.wider if "\n" in query else self.own)


class ToldFit:
    """In the place of the measure of fit."""

    def __init__(self, _proposal: Proposal, _pool: list[Passage]) -> None:
        pass

    def score(self, _suggestion: Suggestion, passage: Passage) -> float:
        return passage.held


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fit by ``held``, status by ``issuer``."""

    def status(passage: Passage, _ours: Ours) -> SourceStatus:
        return SourceStatus(passage.issuer or SourceStatus.NEIGHBOUR)

    monkeypatch.setattr(evidence, "Relevance", ToldFit)
    monkeypatch.setattr(evidence, "status_of", status)


def numbers(passages: list[Passage]) -> list[int]:
    return [one.document for one in passages]


# ------------------------------------------------------------------ what is asked of the library


def test_the_library_is_asked_four_times_deeper_for_what_can_carry_an_answer() -> None:
    shelf = Shelf([])
    long = Suggestion(None, "规范收费", "详" * 500)
    excluded = frozenset({"自己.txt"})
    assert find_evidence(Proposal(subject="停车"), long, shelf, limit=3, exclude=excluded) == []
    own = f"规范收费。{'详' * 400}"
    how = {"kinds": (Kind.REPLY, Kind.POLICY), "limit": 12, "exclude": excluded}
    assert shelf.asked == [(own, how), (f"{own}\n停车", how)]
    bare = Shelf([])
    assert find_evidence(Proposal(), Suggestion(None, "规范收费"), bare) == []
    assert bare.asked == [("规范收费", {**how, "limit": 32, "exclude": ()})]


@pytest.mark.usefixtures("told")
def test_eight_are_given_where_no_number_is_asked_for() -> None:
    many = [replace(REPLY, document=number) for number in range(20)]
    assert numbers(find_evidence(Proposal(), ASKED, Shelf(many))) == list(range(8))


def test_what_is_the_units_own_stands_before_what_the_search_thought_nearer() -> None:
    theirs = replace(REPLY, issuer="青岚区教育局")
    third = replace(theirs, document=2)
    ours = replace(REPLY, document=3, issuer="青岚区城市管理局")
    shelf = Shelf([theirs, third, ours])
    units = ("青岚区城市管理局",)
    assert numbers(find_evidence(Proposal(), ASKED, shelf)) == [1, 2, 3]
    assert numbers(find_evidence(Proposal(), ASKED, shelf, units=units)) == [1, 3, 2]


# ------------------------------------------------------------------ by fit and status


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("first", "enough"),
    [
        # The first place in the search is worth a fifth more than the second.
        (REPLY, 0.2),
        (replace(REPLY, issuer=SourceStatus.CO_UNIT), 0.2),
        (replace(REPLY, issuer=SourceStatus.ELSEWHERE), 0.2),
        (replace(POLICY, issuer=SourceStatus.SUPERIOR), 0.2),
        (replace(POLICY, issuer=SourceStatus.LAPSED), 0.2),
        # What is ours has two tenths more, in force or not.
        (replace(REPLY, issuer=SourceStatus.OWN), 0.4),
        (replace(REPLY, issuer=SourceStatus.UNSIGNED), 0.4),
        (replace(POLICY, issuer=SourceStatus.OUR_POLICY), 0.4),
        (replace(POLICY, issuer=SourceStatus.EXPIRED), 0.4),
        # Of a letter, and of what only says again what was asked, place and fit count half.
        (replace(REPLY, issuer=SourceStatus.LETTER, held=1.0), 0.2),
        (replace(REPLY, text="您提出的建议收悉。", held=1.0), 0.2),
        (replace(REPLY, path=("一、存在的主要问题",), held=1.0), 0.2),
        # Another place's plan counts six tenths.
        (replace(POLICY, issuer=SourceStatus.ELSEWHERE, held=1.0), 0.4),
    ],
)
def test_how_much_better_the_second_must_fit_to_stand_before(first: Passage, enough: float) -> None:
    for fit, order in ((enough - 0.01, [1, 2]), (enough + 0.01, [2, 1])):
        second = replace(REPLY, document=2, held=fit)
        assert numbers(find_evidence(Proposal(), ASKED, Shelf([first, second]))) == order


@pytest.mark.usefixtures("told")
def test_the_third_place_is_worth_a_third_less_than_the_first() -> None:
    for fit, order in ((0.32, [1, 3, 2]), (0.34, [3, 1, 2])):
        found = [REPLY, replace(REPLY, document=2), replace(REPLY, document=3, held=fit)]
        assert numbers(find_evidence(Proposal(), ASKED, Shelf(found))) == order


# ------------------------------------------------------------------ two questions joined


def scored(score: float, number: int, **more: Any) -> Passage:
    return replace(REPLY, document=number, score=score, **more)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("own", "wider", "order"),
    [
        # The wider question counts half: 9 + 2, 10, 19 / 2.
        ([scored(10, 1), scored(9, 2)], [scored(4, 2), scored(19, 3)], [2, 1, 3]),
        ([scored(10, 1)], [scored(21, 3)], [3, 1]),
        ([scored(10, 1), scored(9, 2)], [scored(3, 2)], [2, 1]),
        # Two passages of one document are two.
        ([scored(10, 1), scored(9, 1, seq=1)], [scored(4, 1, seq=1)], [1, 1]),
        # A general part counts half, whichever question found it.
        ([scored(10, 1, path=("保障措施",)), scored(4.9, 2)], [], [1, 2]),
        ([scored(10, 1, path=("保障措施",)), scored(5.1, 2)], [], [2, 1]),
        ([scored(2.4, 1)], [scored(10, 2, path=("保障措施",))], [2, 1]),
        ([scored(2.6, 1)], [scored(10, 2, path=("保障措施",))], [1, 2]),
    ],
)
def test_what_two_questions_found_stands_by_the_sum(
    own: list[Passage], wider: list[Passage], order: list[int]
) -> None:
    proposal = Proposal(subject="停车")
    assert numbers(find_evidence(proposal, ASKED, Shelf(own, wider))) == order


@pytest.mark.usefixtures("told")
def test_what_only_the_subject_found_holds_nothing_of_the_suggestion() -> None:
    both, alone = scored(10, 1, held=0.4), scored(5, 2, held=0.3)
    shelf = Shelf([both], [replace(both, held=0.9), alone])
    assert find_evidence(Proposal(subject="停车"), ASKED, shelf) == [both, replace(alone, held=0.0)]


# ------------------------------------------------------------------ neither kind crowds out


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("found", "limit", "kept"),
    [
        ("RRRRRRRRPPPP", 8, [1, 2, 3, 4, 5, 6, 9, 10]),
        ("PPPPPPPPRRRR", 8, [1, 2, 3, 4, 5, 6, 9, 10]),
        ("RRRRRRPPP", 4, [1, 2, 7, 8]),
        # One of the other kind is there already, or is all there is.
        ("RRPRRPPP", 4, [1, 2, 3, 6]),
        ("RRRRRRRP", 4, [1, 2, 3, 8]),
        ("RRRPPRRR", 5, [1, 2, 3, 4, 5]),
        # Of three and two only one is the other's, of one none.
        ("RRRRPP", 3, [1, 2, 5]),
        ("RRRRPP", 2, [1, 5]),
        ("RRRRPP", 1, [1]),
        # What is all of one kind stays as it is.
        ("RRRRRR", 3, [1, 2, 3]),
        ("RP", 8, [1, 2]),
        ("", 8, []),
    ],
)
def test_the_best_two_of_each_kind_are_among_those_kept(
    found: str, limit: int, kept: list[int]
) -> None:
    kinds = {"R": REPLY, "P": POLICY}
    shelf = Shelf([replace(kinds[one], document=n) for n, one in enumerate(found, 1)])
    assert numbers(find_evidence(Proposal(), ASKED, shelf, limit=limit)) == kept


@given(st.text("RP", max_size=30), st.integers(1, 10))
def test_no_more_are_kept_than_asked_for_and_none_twice(found: str, limit: int) -> None:
    kinds = {"R": REPLY, "P": POLICY}
    passages = [replace(kinds[one], document=n) for n, one in enumerate(found)]
    kept = evidence._both_kinds(passages, limit)
    assert len(kept) == len(set(numbers(kept))) == min(limit, len(found))
    assert kept[:1] == passages[:1]
    for kind in evidence.ANSWERING:
        there = sum(one.kind is kind for one in passages)
        assert sum(one.kind is kind for one in kept) >= min(2, limit // 2, there)


# ------------------------------------------------------------------ what a passage is


@pytest.mark.parametrize(
    ("text", "path", "general"),
    [
        *(
            ("新建泊位。", ("第二章", f"三、{heading}"), True)
            for heading in (
                "总体要求", "指导思想", "基本原则", "工作目标", "主要目标", "发展目标", "保障措施",
                "组织领导", "组织实施",
            )
        ),
        ("新建泊位。", ("保障措施", "（一）停车"), True),
        ("新建泊位。", ("主要任务",), False),
        *((f"{word}缓解停车难，特{made}本办法。", (), True)
          for word in ("为", "根据", "按照", "依据")
          for made in ("制定", "制订", "提出", "出台", "印发")),
        # Four characters at least and 200 at most lie between, in one sentence, at the beginning.
        ("为停车难制定办法。", (), False),
        ("为了停车难制定办法。", (), True),
        (f"为{'甲' * 200}制定办法。", (), True),
        (f"为{'甲' * 201}制定办法。", (), False),
        ("为了停车。难。制定办法。", (), False),
        ("我区为了停车难制定办法。", (), False),
    ],
)  # fmt: skip
def test_preambles_and_principles_promise_nothing(
    text: str, path: tuple[str, ...], general: bool
) -> None:
    assert is_general(replace(POLICY, text=text, path=path)) is general


@pytest.mark.parametrize(
    ("passage", "role"),
    [
        (replace(REPLY, path=("下一步打算", "一、停车")), "往年答复"),
        (replace(REPLY, path=("一、停车", "下一步打算")), "以往承诺"),
        (replace(REPLY, text="已建2处。我局将再建2处。"), "往年答复"),
        (replace(REPLY, text="我局将再建2处。已建2处。"), "以往承诺"),
        (replace(POLICY, state="已被替代"), "失效措施"),
        (replace(POLICY, path=("下一步打算",)), "现行措施"),
    ],
)
def test_a_reply_promised_by_its_nearest_heading_or_its_first_sentence(
    passage: Passage, role: str
) -> None:
    assert role_of(passage) == role


@pytest.mark.parametrize(
    ("stood", "joined"),
    [
        ("", "已建成泊位。"),
        (" \n", "已建成泊位。"),
        ("已办。", "已办。\n已建成泊位。"),
        ("  已办。 \n", "  已办。\n已建成泊位。"),
    ],
)
def test_what_is_taken_stands_on_a_line_of_its_own_and_is_recorded(stood: str, joined: str) -> None:
    passage = replace(REPLY, text="1.已建成泊位。\n牵头单位：区城管局")
    assert take_evidence(stood, passage) == (joined, Evidence(passage, "已建成泊位。"))
