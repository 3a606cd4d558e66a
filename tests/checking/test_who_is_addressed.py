"""Who is addressed and who signs is told by the names of units as everywhere else."""

import pytest

from drafting.checking import check_text
from drafting.checking.engine.sheet import sheet_of_text

_LETTER = (
    "关于区政协十届三次会议第12号提案的答复\n{to}\n"
    "您提出的《关于增加停车位的提案》收悉，现答复如下：\n今年新增泊位210个。\n"
    "{unit}\n2026年5月20日"
)


def _parts(to: str = "苏明远委员：", unit: str = "青岚区城市管理局"):
    return sheet_of_text(_LETTER.format(to=to, unit=unit)).parts


@pytest.mark.parametrize(
    "unit",
    [
        *("青岚区南屏街道办事处", "白鹭镇人民政府", "南屏街道", "白鹭镇", "青岚高新区"),
        *("云湖市青岚区第一中学", "青岚区妇联", "青岚区公安局交通警察大队", "青岚区消防救援总队"),
    ],
)
def test_a_unit_of_any_kind_signs(unit):
    assert _parts(unit=unit).signatures == (unit,)
    assert "T23" not in {
        one.rule for one in check_text(_LETTER.format(to="苏明远委员：", unit=unit))
    }


def test_a_seals_remark_is_no_part_of_the_name_and_several_sign_on_one_line():
    assert _parts(unit="青岚区水务局　青岚区财政局（盖章）").signatures == (
        "青岚区水务局",
        "青岚区财政局",
    )


@pytest.mark.parametrize("line", ["新增泊位的好处", "全部由我局负责", "各部", "二级医院"])
def test_other_short_lines_sign_nothing(line):
    assert _parts(unit=line).signatures == ()


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("苏明远委员：", "苏明远委员"),
        ("尊敬的苏明远委员：您好！", "尊敬的苏明远委员"),
        ("苏明远委员，您好：", "苏明远委员"),
        ("民盟青岚区总支：", "民盟青岚区总支"),
        ("区妇联：", "区妇联"),
        ("区市场监督管理局：", "区市场监督管理局"),
        ("各县（市、区）人民政府，市政府各委办局：", "各县（市、区）人民政府，市政府各委办局"),
        ("增设泊位的好处：", None),
        ("现将有关情况答复如下：", None),
    ],
)
def test_who_is_addressed(line, named):
    assert _parts(to=line).salutation == named


def test_a_body_and_a_unit_are_no_you_of_one_person():
    for to in ("民盟青岚区总支：", "区妇联：", "区城市管理局："):
        found = check_text(_LETTER.format(to=to, unit="青岚区水务局"))
        assert [(one.paragraph, one.text) for one in found if one.rule == "T07"] == [(2, "您")]
    found = check_text(_LETTER.format(to="苏明远委员：您好！", unit="青岚区水务局"))
    assert not [one for one in found if one.rule in ("T07", "T23")]
