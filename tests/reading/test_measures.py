"""Measures of policies, with the units that answer for them and the targets by year."""

import pytest

from drafting.model import Block, Target
from drafting.papers.policies.measures import find_measures, find_targets
from drafting.reading import read_pasted

HEAD = (
    "青岚区人民政府关于印发停车行动计划的通知\n青政发〔2025〕9号\n各街道办事处：\n现印发给你们。\n"
)


def measures(text: str):
    return read_pasted(HEAD + text).measures


def test_units_on_their_own_lines():
    (one, two, three) = measures(
        "一、主要任务\n（一）增加供给\n1.新建泊位。利用空地。\n牵头单位：区城管局\n责任单位：区发改局、区财政局（预算股），各街道办事处\n"
        "2.错时共享。鼓励开放。\n主责部门：区城管局；配合部门：区教体局\n（二）强化管理\n3.清理僵尸车。\n牵头单位：区城管局、区交警大队"
    )
    assert (one.label, one.title, one.lead, one.responsible) == (
        "1",
        "新建泊位",
        ("区城管局",),
        ("区发改局", "区财政局（预算股）", "各街道办事处"),
    )
    assert (two.lead, two.supporting) == (("区城管局",), ("区教体局",))
    assert three.lead == ("区城管局", "区交警大队")


def test_units_in_brackets_behind_the_text():
    (one, two) = measures(
        "一、重点任务\n（一）新建泊位。利用空地。（区城管局牵头，区发改局、区财政局配合）\n"
        "（二）错时共享。鼓励开放。（责任单位：区教体局、区卫健局）"
    )
    assert (one.lead, one.supporting) == (("区城管局",), ("区发改局", "区财政局"))
    assert two.responsible == ("区教体局", "区卫健局")


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (
            "一、重点任务\n任务一：新建泊位。利用空地新建泊位100个。\n牵头单位：区城管局\n"
            "任务二：错时共享\n鼓励开放。\n二、保障措施\n加强领导。",
            ["任务一", "任务二"],
        ),
        (
            "1.供给\n1.1 新建泊位。利用空地。\n牵头单位：区城管局\n1.2 错时共享\n鼓励开放。",
            ["1.1", "1.2"],
        ),
    ],
)
def test_labels_off_the_ladder_open_measures_where_they_count_on(text, labels):
    found = measures(text)
    assert [(one.label, one.title) for one in found] == [
        (labels[0], "新建泊位"),
        (labels[1], "错时共享"),
    ]
    assert (found[0].lead, found[1].text) == (("区城管局",), "鼓励开放。")


def test_a_table_of_tasks_is_read_row_by_row():
    rows = (
        ("序号", "重点任务", "具体内容", "牵头单位", "责任单位", "完成时限"),
        ("1", "新建泊位", "利用空地新建泊位", "区城管局", "区发改局、区财政局", "2026年12月底"),
        ("2", "错时共享", "鼓励机关开放", "区机关事务中心", "", "长期"),
    )
    one, other = find_measures((Block("table", rows=rows),))
    assert (one.label, one.title, one.lead, one.responsible) == (
        "1",
        "新建泊位",
        ("区城管局",),
        ("区发改局", "区财政局"),
    )
    assert one.text == "具体内容：利用空地新建泊位\n完成时限：2026年12月底"
    assert (other.label, other.title, other.lead) == ("2", "错时共享", ("区机关事务中心",))


def test_a_table_without_tasks_or_units_is_no_measure():
    rows = (("序号", "名称", "数量"), ("1", "泊位", "12"), ("2", "路灯", "3"))
    assert find_measures((Block("table", rows=rows),)) == ()


def test_principles_and_safeguards_are_no_measures():
    found = measures(
        "一、总体要求\n（一）指导思想\n坚持便民。\n（二）基本原则\n统筹兼顾。\n二、具体措施\n（一）新建泊位\n三年新增。\n"
        "（二）错时共享\n开放泊位。\n三、保障措施\n（一）加强领导\n成立专班。\n（二）严格考核\n纳入考核。"
    )
    assert [one.title for one in found] == ["新建泊位", "错时共享"]


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        (
            "2025年，新增100个；2026年，新增120个。",
            (Target(2025, "新增100个"), Target(2026, "新增120个")),
        ),
        ("占比达1.78%2024年，达1.95%", (Target(2024, "达1.95%"),)),
        ("鼓励建设。到2027年，达到3000个。另行通知。", (Target(2027, "达到3000个"),)),
        ("2025—2027年，实现全覆盖。", (Target(2027, "实现全覆盖"),)),
        ("力争到2030年，建成20个。", ()),
        ("落实《计划（2025—2027年）》，做好工作。", ()),
        ("从2015年起，每年安排1500万元。", ()),
    ],
)
def test_a_target_is_a_clause_that_opens_with_its_year(text, targets):
    assert find_targets(text) == targets
