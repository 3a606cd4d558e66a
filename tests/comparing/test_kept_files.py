"""The files that once came back wrong (../shared/cases/paper): taken as what they are, or said."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from back_laws import Paper, lost_or_doubled, read

from drafting.model import Answer, Contact, Disposition, Draft, Proposal, Proposer, Suggestion

KEPT = Path(__file__).resolve().parents[2] / "../shared/cases/paper"
ASKED = (
    "进一步推进加装电梯工作，完善制度机制",
    "进一步推进停车工作，完善资金保障",
    "进一步推进养老工作，完善监督考核",
)
BECAME: tuple[Disposition, ...] = ("采纳", "部分采纳", "列入计划")
EXPECTED = {
    "d_merge": (("合并",), (), 0),
    "e_heading": (("改动",), (), 0),
    "f_table": (("新增",), (), 0),
    "g_picture_inline": ((), ("图片",), 0),
    "g_picture_own": ((), ("图片",), 0),
    "i_title": (("改动",), (), 0),
    "m_attachment": (("新增",) * 4, (), 4),
    "n_contact": (("改动",), (), 0),
    "n_salutation": (("改动",), (), 0),
    "o_section4": (("新增一节",), (), 0),
    "p_move": (("移动",), (), 0),
    "s_equation": (("改动",), ("公式",), 0),
    "t_symbol": (("改动",), ("符号",), 0),
    "u_textbox": (("新增",), (), 1),
    "v_header": ((), ("页眉", "删去的页眉"), 0),
}


def kept(name: str) -> bytes:
    path = KEPT / f"wb_{name}.docx"
    if not path.is_file():
        pytest.skip("没有 ../shared/cases/paper")
    return path.read_bytes()


def sent() -> Draft:
    """The draft that they were exported from, by the file to which only a picture was added."""
    lines = read(kept("g_picture_inline")).lines
    heads = [at for at, line in enumerate(lines) if re.match("[一二三]、", line)]
    answers = []
    for number, at in enumerate(heads):
        step = lines[at + 2].removeprefix("下一步，")
        remark = re.search(r"（(?:责任单位：([^；）]*))?；?(?:完成时限：([^；）]*))?）。$", step)
        answers.append(
            Answer(
                Suggestion(None, ASKED[number]),
                done=lines[at + 1],
                next_step=f"{step[: remark.start()]}。" if remark else step,
                next_unit=(remark[1] or "") if remark else "",
                next_date=(remark[2] or "") if remark else "",
                disposition=BECAME[number],
                reason="受用地条件限制，近期不具备大面积实施条件" if number == 1 else "",
            )
        )
    proposal = Proposal(
        session="区政协十届五次会议",
        item_no="211",
        subject="关于加强老旧小区综合治理提升居民生活品质的提案",
        proposers=(Proposer("普绍平"),),
        handling_unit="青岚区城市管理局",
        suggestions=tuple(one.suggestion for one in answers),
    )
    return Draft(
        proposal,
        tuple(answers),
        doc_no="青城管函〔2026〕12号",
        date=dt.date(2026, 6, 10),
        contacts=(Contact("景程远", "0789-8213306"),),
        class_code="B",
        disclosure="主动公开",
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_a_kept_file_is_taken_as_what_it_is(name: str) -> None:
    paper, edited = Paper(sent()), read(kept(name))
    found = paper.review(edited)
    assert (
        tuple(one.kind for one in found.changes),
        tuple(one.kind for one in found.extras),
        sum(not one.takes for one in found.changes),
    ) == EXPECTED[name]
    assert lost_or_doubled(paper, edited, found) == []
