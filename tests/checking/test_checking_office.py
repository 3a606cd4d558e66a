"""What an office brings: switches, severities, its archive and its names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from checking_cases import text_of

from corpus import EVERYTHING, Archive
from corpus.facts import ArchiveFacts
from drafting.checking import (
    RULES,
    Names,
    Office,
    check_text,
    fix_safely,
    load_names,
    office_of,
)
from drafting.errors import UserError
from drafting.model import Passage
from drafting.reading import read_pasted

PLAN = "青岚区停车设施建设和管理三年行动计划（2025—2027年）"
TODAY = dt.date(2026, 6, 1)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory, fill: Callable[[Path], Path]) -> ArchiveFacts:
    return ArchiveFacts(
        Archive.open(fill(tmp_path_factory.mktemp("data"))).reader(EVERYTHING), TODAY
    )


def marks(text: str, office: Office) -> list[tuple[str, str, str]]:
    return [(f.rule, f.text, f.message) for f in check_text(text, office)]


def test_a_severity_of_the_office_replaces_the_rules_own() -> None:
    [finding] = check_text("会同其它部门研究。", Office(severity={"W01": "block"}))
    assert (finding.rule, finding.severity, finding.fix) == ("W01", "block", "safe")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_rule_switched_off_finds_or_fixes_its_example(rule) -> None:
    text = text_of(rule.example)
    office = Office(off=frozenset({rule.id}))
    assert rule.id not in {finding.rule for finding in check_text(text, office)}
    everything = Office(off=frozenset(one.id for one in RULES))
    assert fix_safely(text, everything) == text
    assert check_text(text, everything) == []


def test_switches_of_rules_that_do_not_exist_are_refused() -> None:
    with pytest.raises(UserError) as caught:
        office_of(["T12", "T99"], {})
    assert caught.value.message == "单位设置中的“checking.off”没有这样的校对规则：T99。"


def test_a_citation_that_the_archive_has_is_left_alone(facts: ArchiveFacts) -> None:
    text = f"按照《{PLAN}》（青政办发〔2025〕10号）的要求推进。"
    assert marks(text, Office(archive=facts)) == []


def test_title_and_number_must_belong_together(facts: ArchiveFacts) -> None:
    text = f"按照《{PLAN}》（青政办发〔2025〕11号）的要求推进。"
    [found] = marks(text, Office(archive=facts))
    assert found[:2] == ("F01", "青政办发〔2025〕11号")
    assert found[2] == "档案中这一标题的文号为“青政办发〔2025〕10号”，请核对"


def test_what_the_archive_does_not_have_is_a_hint(facts: ArchiveFacts) -> None:
    text = "按照《云湖市绿道建设导则》（云建发〔2024〕3号）的要求推进。"
    [finding] = check_text(text, Office(archive=facts))
    assert (finding.rule, finding.severity) == ("D10", "hint")


def test_a_policy_whose_term_is_over_is_no_ground(facts: ArchiveFacts) -> None:
    title = "青岚区科技创新三年行动计划（2022—2024年）"
    [found] = marks(f"按照《{title}》要求，继续给予补助。", Office(archive=facts))
    assert found == ("Q08", title, "据档案，这份文件已被替代，请确认是否仍可作为依据")
    assert marks(f"2022年印发了《{title}》。", Office(archive=facts)) == []


def test_who_issued_it_must_issue_under_that_mark(facts: ArchiveFacts) -> None:
    text = f"区财政局印发了《{PLAN}》（青政办发〔2025〕10号）。"
    [found] = marks(text, Office(archive=facts))
    assert found[:2] == ("F02", "青政办发")


def test_a_figure_other_than_the_archives_is_marked(facts: ArchiveFacts) -> None:
    office = Office(archive=facts)
    [found] = marks("截至2024年末，城区公共停车泊位12530个。", office)
    assert found[:2] == ("N22", "12530个")
    assert "12520个" in found[2]
    assert marks("截至2024年末，城区公共停车泊位12520个。", office) == []


class Asked:
    """The archive's facts, with what was searched for."""

    def __init__(self, facts: ArchiveFacts) -> None:
        self.by_title, self.by_number = facts.by_title, facts.by_number
        self.issuers_of, self.written = facts.issuers_of, facts.written
        self._facts = facts
        self.questions: list[str] = []

    def passages(self, query: str, **more: Any) -> list[Passage]:
        self.questions.append(query)
        return self._facts.passages(query, **more)


def test_the_archive_is_searched_for_figures_alone(facts: ArchiveFacts) -> None:
    asked = Asked(facts)
    cited = "".join(
        f"按照《青岚区第{n}号管理办法》（青政办发〔2025〕{n}号）办理。\n" for n in range(9)
    )
    check_text(f"{cited}我局走访居民家庭。新建泊位57个。\n按季度公布。", Office(archive=asked))
    assert asked.questions == ["新建泊位57个。"]


def test_a_change_in_one_section_leaves_the_other_questions_as_they_were(
    facts: ArchiveFacts,
) -> None:
    def questions(first: str) -> list[str]:
        asked = Asked(facts)
        lines = [first, *(f"第{n}街道建成口袋公园{n + 20}个。" for n in range(40))]
        text = "\n".join(
            ["一、增加车位", *lines, "二、规范收费", *lines[1:], "三、其他", *lines[1:]]
        )
        check_text(text, Office(archive=asked))
        return asked.questions

    before, after = questions("新建泊位57个。"), questions("改建和新建停车泊位58个。")
    assert len(before) == 3
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True, True]


def test_names_are_read_from_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "names.toml").write_text(
        'bodies = ["青岚区城市管理局"]\n[leaders]\n"苏明远" = "区长"\n', "utf-8"
    )
    assert load_names(tmp_path / "names.toml") == Names({"苏明远": "区长"}, ("青岚区城市管理局",))
    office = office_of([], {}, folder=tmp_path)
    assert [mark[:2] for mark in marks("由青岚区城市管里局报副区长苏明远。", office)] == [
        ("Z13", "青岚区城市管里局"), ("Z08", "副区长"),
    ]  # fmt: skip
    assert marks("由区长苏明远批示，副区长另行安排。", office) == []


@pytest.mark.parametrize(
    "text", ["leaders = 3", "bodies = [1]", "[leaders]\n苏明远 = 区长", 'bodies = "区政府"']
)
def test_a_bad_list_of_names_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "names.toml").write_text(text, "utf-8")
    with pytest.raises(UserError, match="名单文件"):
        load_names(tmp_path / "names.toml")


def test_no_list_of_names_is_no_error(tmp_path: Path) -> None:
    assert load_names(tmp_path / "names.toml") == Names()


def test_what_two_papers_of_the_archive_write_is_no_slip(tmp_path: Path) -> None:
    text = "推进仁和街道智安小区建设，会同财政部们研究。"
    archive = Archive.open(tmp_path)
    facts = ArchiveFacts(archive.reader(EVERYTHING), TODAY)

    def said() -> list[tuple[str, str]]:
        return [mark[:2] for mark in marks(text, Office(archive=facts)) if mark[0] == "W40"]

    assert said() == [("W40", "智"), ("W40", "们")]
    one = "关于食堂的答复\n仁和街道智安小区建设已有食堂1家。"
    archive.store(read_pasted(one), "a.txt")
    # One paper may hold the slip itself.
    assert said() == [("W40", "智"), ("W40", "们")]
    archive.store(read_pasted(one.replace("已有食堂1家", "的道路已经修好")), "b.txt")
    assert said() == [("W40", "们")]
    assert (facts.written("街道智安", 9), facts.written("街道治安", 9)) == (2, 0)
