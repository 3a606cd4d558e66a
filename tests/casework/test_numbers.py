"""发文字号: no gap and no double by threads and processes; void ones, and those from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from procedure_fakes import PROFILE, PROPOSAL

from casework import Casework
from casework.procedure import numbers
from drafting.errors import UserError
from drafting.model import Draft
from drafting.profile import Profile

DRAFT = Draft(PROPOSAL)
ROOT = Path(__file__).resolve().parents[2]
OTHER_PROCESS = """
import sys
from pathlib import Path
from casework import Casework
from casework.procedure import numbers
from drafting.model import Draft, Proposal
from drafting.profile import load_profile

with Casework.open(Path(sys.argv[1])) as casework:
    for matter in sys.argv[2:]:
        numbers.give(casework.db, load_profile("default"), Draft(Proposal()),
                     matter=int(matter), round=1, year=2026)
"""


def give(casework: Casework, typed: str = "", profile: Profile = PROFILE, year: int = 2026) -> str:
    matter = casework.create_matter(PROPOSAL)
    return numbers.give(casework.db, profile, DRAFT, matter=matter, round=1, year=year, typed=typed)


def texts(casework: Casework, year: int = 2026) -> list[str]:
    return [one.text for one in numbers.book(casework.db, year)]


def test_each_series_counts_by_itself(casework: Casework) -> None:
    codes = replace(PROFILE, numbering=replace(PROFILE.numbering, codes={"提案": "青城管提"}))
    given = [
        give(casework),
        give(casework, profile=codes),
        give(casework),
        give(casework, year=2027),
    ]
    assert given == [
        "青城管函〔2026〕1号",
        "青城管提〔2026〕1号",
        "青城管函〔2026〕2号",
        "青城管函〔2027〕1号",
    ]
    assert numbers.years(casework.db) == [2027, 2026]


@pytest.mark.sqlite
def test_threads_and_processes_leave_no_gap_and_no_double(
    casework: Casework, tmp_path: Path
) -> None:
    matters = [casework.create_matter(PROPOSAL) for _ in range(60)]

    def work(own: list[int]) -> None:
        with Casework.open(tmp_path) as mine:
            for matter in own:
                numbers.give(mine.db, PROFILE, DRAFT, matter=matter, round=1, year=2026)

    threads = [threading.Thread(target=work, args=(matters[n:30:3],)) for n in range(3)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OTHER_PROCESS, str(tmp_path), *map(str, matters[n::3])],
            cwd=ROOT,
        )
        for n in range(30, 33)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0, 0, 0]
    book = numbers.book(casework.db, 2026)
    assert [one.seq for one in book] == list(range(1, 61))
    assert sorted(one.matter for one in book) == matters


def test_a_transaction_that_fails_gives_its_number_back(casework: Casework) -> None:
    from storage import transaction

    with pytest.raises(RuntimeError), transaction(casework.db):
        give(casework)
        raise RuntimeError
    assert give(casework) == "青城管函〔2026〕1号"


def test_a_void_number_stays_void_unless_the_profile_gives_it_again(casework: Casework) -> None:
    give(casework)
    matter = casework.create_matter(PROPOSAL)
    taken = {"matter": matter, "round": 1, "year": 2026}
    numbers.give(casework.db, PROFILE, DRAFT, **taken)  # type: ignore[arg-type]
    give(casework)
    assert numbers.withdraw(casework.db, matter, 1, "附件有误") == "青城管函〔2026〕2号"
    assert numbers.withdraw(casework.db, matter, 1, "又一次") == ""
    assert give(casework) == "青城管函〔2026〕4号"
    reusing = replace(PROFILE, numbering=replace(PROFILE.numbering, reuse_void=True))
    assert give(casework, profile=reusing) == "青城管函〔2026〕2号"
    assert give(casework, profile=reusing) == "青城管函〔2026〕5号"
    book = [
        (one.seq, one.void is not None, one.void_reason) for one in numbers.book(casework.db, 2026)
    ]
    assert book == [
        (1, False, ""),
        (2, True, "附件有误"),
        (2, False, ""),
        (3, False, ""),
        (4, False, ""),
        (5, False, ""),
    ]


def test_the_first_number_of_a_year_may_be_typed_and_the_next_follow(casework: Casework) -> None:
    assert give(casework, "青城管函〔2026〕31号") == "青城管函〔2026〕31号"
    assert give(casework) == "青城管函〔2026〕32号"
    with pytest.raises(UserError, match="下一个号是青城管函〔2026〕33号，不能跳号"):
        give(casework, "青城管函〔2026〕40号")
    with pytest.raises(UserError, match="已经用过"):
        give(casework, "青城管函〔2026〕31号")


def test_a_number_given_elsewhere_is_kept_as_it_is(casework: Casework) -> None:
    assert give(casework, "青政办函〔2026〕7号") == "青政办函〔2026〕7号"
    assert give(casework) == "青城管函〔2026〕1号"
    with pytest.raises(UserError, match="已经用过"):
        give(casework, "青政办函〔2026〕7号")
    with pytest.raises(UserError, match="不能超过"):
        give(casework, "号" * 61)
    assert texts(casework) == ["青城管函〔2026〕1号", "青政办函〔2026〕7号"]


def test_a_paper_has_one_number(casework: Casework) -> None:
    matter = casework.create_matter(PROPOSAL)
    numbers.give(casework.db, PROFILE, DRAFT, matter=matter, round=1, year=2026)
    with pytest.raises(UserError, match="已经有发文字号"):
        numbers.give(casework.db, PROFILE, DRAFT, matter=matter, round=1, year=2026)
    assert numbers.of_paper(casework.db, matter, 1) == "青城管函〔2026〕1号"


def test_a_unit_without_code_must_type_it(casework: Casework) -> None:
    nameless = replace(PROFILE, unit=replace(PROFILE.unit, code=""))
    with pytest.raises(UserError, match="没有发文机关代字"):
        give(casework, profile=nameless)
    assert give(casework, "青函〔2026〕3号", profile=nameless) == "青函〔2026〕3号"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("学习园地", "不像发文字号，请写成“青城管函〔2026〕12号”的样子"),
        ("青城管函2026第7", "不像发文字号"),
        ("青政办函〔2019〕7号", "发文字号的年份是2019年，成文日期是2026年"),
    ],
)
def test_what_is_no_number_of_this_year_is_refused(
    casework: Casework, typed: str, message: str
) -> None:
    with pytest.raises(UserError, match=re.escape(message)) as refused:
        give(casework, typed)
    assert refused.value.field == "number"
    assert give(casework) == "青城管函〔2026〕1号"


def test_a_number_may_be_carried_over_the_turn_of_the_year(casework: Casework) -> None:
    assert give(casework, "青政办函〔2027〕1号") == "青政办函〔2027〕1号"
