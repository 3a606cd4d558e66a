"""What a sentence tells: work done, or what is to come."""

import pytest

from drafting.language.sentences.tense import (
    is_promise,
    looks_ahead,
    names_next_steps,
    opens_ahead,
    tells_work,
    without_opening,
)


@pytest.mark.parametrize(
    "sentence",
    [
        "我局将对柳巷泊位进行改造。",
        "我委拟协调客运公司增开一条线路。",
        "我区2027年计划新建公厕12座。",
        "目前方案正在评审，预计八月可以开工。",
        "待审批完成后，统一组织安装。",
        "我局也会积极协调资金。",
        "该路段已列入规划，将根据财力适时实施。",
        "争取将该项目列入明年计划。",
        "2027年底前建成投用。",
        "在以后的建设中逐步解决。",
    ],
)
def test_these_look_ahead(sentence):
    assert looks_ahead(sentence)
    assert not tells_work(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "我局已将3个小区纳入改造范围。",
        "县里将此项工作作为头等大事来抓。",
        "镇政府将您的建议转交柳巷社区。",
        "现将有关情况答复如下。",
        "2005年底前建成的住宅小区共有30个。",
        "因资金不到位，该项目未能按计划实施。",
        "2024年争取到补助资金300万元。",
        "依据《青岚区下一步停车行动方案》，新增泊位20个。",
        "您提出“今后将收费改为按次”的建议。",
        "业主委员会根据规定选聘了物业企业。",
    ],
)
def test_these_do_not(sentence):
    assert not looks_ahead(sentence)
    assert not is_promise(sentence)


def test_in_a_part_on_what_comes_next_all_promises_but_what_is_done():
    assert is_promise("完成改造3处。", ahead=True)
    assert not is_promise("完成改造3处。")
    assert not is_promise("目前完成了改造3处。", ahead=True)
    assert is_promise("目前完成了改造3处，继续做好管护。", ahead=True)


def test_what_began_in_a_year_gone_by_is_told():
    sentence = "2022年将时限压缩至三日，力争不出区。"
    assert is_promise(sentence, year=2022)
    assert not is_promise(sentence, year=2024)


def test_a_next_step_is_to_come_until_it_says_otherwise():
    assert is_promise("新建泊位20个。", ahead=True)
    assert not is_promise("目前已建成泊位20个。", ahead=True)
    assert is_promise("对已建成的泊位逐一编号。", ahead=True)


def test_openings_and_headings():
    assert names_next_steps("三、下一步工作打算")
    assert not names_next_steps("一、工作开展情况")
    assert opens_ahead("下一步，我局将新建泊位。")
    assert without_opening("今后，我局将新建泊位。") == "我局将新建泊位。"
    assert without_opening("目前，正在建设。") == "目前，正在建设。"
