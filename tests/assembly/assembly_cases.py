"""The cases whose whole print is kept in ``expected/``; run this file to write them afresh."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from drafting.assembly import assemble
from drafting.model import (
    Answer,
    Contact,
    Draft,
    Evidence,
    Extension,
    Form,
    FormerReply,
    HeadMarks,
    Kind,
    Opinion,
    OpinionState,
    Passage,
    Proposal,
    Proposer,
    Reply,
    Return,
    Skin,
    Suggestion,
)
from drafting.profile import load_profile

EXPECTED = Path(__file__).parent / "expected"
TODAY = dt.date(2026, 11, 16)

PARKING = Proposal(
    matter="提案",
    session="区政协十届五次会议",
    item_no="031",
    subject="关于加强老城区停车管理的提案",
    proposers=(Proposer("普绍平"),),
    handling_unit="青岚区城市管理局",
    co_units=("区公安分局", "区住建局", "区公安分局"),
    suggestions=(
        Suggestion("1.", "盘活边角地、闲置地，增加公共停车泊位"),
        Suggestion("2.", "建议规范路内停车收费；公开收费标准"),
        Suggestion("3.", "关于推进机关单位停车场错时共享的建议"),
        Suggestion("4.", "对占用消防通道的“僵尸车”集中清理"),
    ),
)

_PASSAGE = Passage(1, "2025-31.txt", Kind.REPLY, "第31号答复", "新建泊位1200个。")

PARKING_DRAFT = Draft(
    PARKING,
    answers=(
        Answer(
            PARKING.suggestions[0],
            done=(
                "2024年以来，我局会同区住建局开展老城区停车资源普查〔1〕，主要做了两项工作：\n"
                "1、盘活边角地。利用南屏街道、北苑街道边角地11处，新建泊位1200个\n"
                "2、改造老旧小区停车位。改造小区7个，新增泊位460个。"
            ),
            next_step="再建公共停车场2处、泊位300个",
            next_unit="区城管局",
            next_date="2027年6月底前",
            disposition="列入计划",
            evidence=(Evidence(_PASSAGE, "新建泊位1200个"),),
        ),
        Answer(
            PARKING.suggestions[1],
            done="全区路内泊位3860个，全部实行电子计费，收费标准已在泊位现场公示。",
            next_step="下一步，区城管局将在2026年12月底前更新公示牌620块。",
            next_unit="区城管局",
            next_date="2026年12月底前",
            disposition="采纳",
        ),
        Answer(
            PARKING.suggestions[2],
            done="区政务服务中心等5家单位停车场已在夜间向周边居民开放",
            next_step="（一）摸清底数\n对区直机关停车场逐一登记。\n（二）签订共享协议\n由街道与单位签订协议。",
            next_unit="区机关事务服务中心",
            disposition="部分采纳",
            reason="涉密单位停车场不宜对外开放",
        ),
    ),
    date=dt.date(2026, 11, 16),
    contacts=(Contact("沈知远", "0789-8213306"), Contact("江一苇", "0789-8213306")),
    disclosure="主动公开",
    signer="陆承安",
    attachments=("《老城区停车资源普查表》。",),
    co_opinions=tuple(
        OpinionState(unit, dt.date(2026, 9, 1), dt.date(2026, 10, 9), dt.date(2026, 9, 28))
        for unit in ("区公安分局", "区住建局")
    ),
)

DEPUTY = Proposal(
    matter="建议",
    session="区十八届人大五次会议",
    item_no="12",
    subject="关于在白鹭镇增设公交站点的建议",
    proposers=tuple(
        Proposer(name, "代表") for name in ("纪占荣", "杨文澜", "何静秋", "罗守正", "白一鸣")
    ),
    handling_unit="青岚区交通运输局",
    suggestions=(Suggestion(None, "在白鹭镇卫生院门前增设公交站点"),),
)

DEPUTY_DRAFT = Draft(
    DEPUTY,
    answers=(
        Answer(
            DEPUTY.suggestions[0],
            done="经现场踏勘，卫生院门前道路宽度为6.5米，不满足公交停靠的安全要求。",
            disposition="留作参考",
            reason="受道路红线宽度限制，近期不具备设站条件",
        ),
    ),
    doc_no="青城管函〔2026〕48号",
    date=dt.date(2026, 11, 9),
    contacts=(Contact("沈知远", "0789-8213306"), Contact("江一苇", "13812345678")),
)

BODY_DRAFT = replace(
    PARKING_DRAFT,
    proposal=replace(
        PARKING, proposers=(Proposer("青岚区政协社会和法制委员会", "专委会"),), co_units=()
    ),
    issuers=("区城管局", "青岚区住房和城乡建设局"),
    copies_to=("区政府办公室", "区政府办公室", "区政协提案委员会。"),
)

PROCEDURE_DRAFT = replace(
    PARKING_DRAFT,
    proposal=replace(PARKING, assigned=dt.date(2026, 8, 20), due=dt.date(2026, 11, 20)),
    marks=HeadMarks(copy_no="12", urgency="加急"),
    returning=Return("该件反映的事项属住房建设职责范围\n我局只承担路面停车秩序管理。", "区住建局"),
    extension=Extension("该件涉及三个单位，需逐处踏勘后方可答复", dt.date(2027, 1, 20)),
    former=FormerReply("青城管函〔2026〕31号", dt.date(2026, 9, 1), "没有说明何时建成"),
    opinions=(
        Opinion("拟稿", "沈知远", "", dt.date(2026, 11, 10)),
        Opinion("核稿", "江一苇", "已核，数字与台账一致", dt.date(2026, 11, 11)),
        Opinion("会签", "何静秋", "同意", dt.date(2026, 11, 12), "区住建局"),
        Opinion("会签", "罗守正", "同意。", None, "区公安分局"),
        Opinion("签发", "陆承安", "同意，印发", dt.date(2026, 11, 16)),
    ),
)

BARE_DRAFT = Draft(Proposal(suggestions=PARKING.suggestions[:2]))

_ASKED = OpinionState("区公安分局", dt.date(2026, 9, 1), dt.date(2026, 10, 9))
# One unit was asked and is silent, the other was never asked.
AWAITING_DRAFT = replace(
    PARKING_DRAFT,
    co_opinions=(
        replace(_ASKED, about=(PARKING.suggestions[1].text, PARKING.suggestions[3].text)),
    ),
)

CASES: dict[str, tuple[Draft, str, Form, Skin | None]] = {
    "reply-default": (PARKING_DRAFT, "default", "reply", None),
    "reply-wuhua": (PARKING_DRAFT, "wuhua", "reply", None),
    "reply-deputies": (DEPUTY_DRAFT, "default", "reply", "document"),
    "reply-joint-to-a-body": (BODY_DRAFT, "default", "reply", None),
    "reply-situation-then-plan": (
        replace(PARKING_DRAFT, structure="situation-then-plan"),
        "default",
        "reply",
        None,
    ),
    "reply-handling-then-answers": (
        replace(PARKING_DRAFT, structure="handling-then-answers"),
        "default",
        "reply",
        None,
    ),
    "reply-nothing-known": (BARE_DRAFT, "default", "reply", None),
    "co-handling": (
        replace(
            PARKING_DRAFT,
            proposal=replace(PARKING, role="会办", handling_unit="青岚区住房和城乡建设局"),
        ),
        "default",
        "co-handling",
        None,
    ),
    "consultation": (PARKING_DRAFT, "default", "consultation", None),
    "consultation-deputies": (DEPUTY_DRAFT, "default", "consultation", None),
    "contact-record": (PARKING_DRAFT, "default", "contact-record", None),
    "public": (PARKING_DRAFT, "default", "public", None),
    "return": (PROCEDURE_DRAFT, "default", "return", None),
    "return-nothing-known": (BARE_DRAFT, "wuhua", "return", None),
    "extension": (PROCEDURE_DRAFT, "default", "extension", None),
    "extension-nothing-known": (BARE_DRAFT, "default", "extension", None),
    "second-reply": (PROCEDURE_DRAFT, "default", "second-reply", None),
    "second-reply-wuhua": (replace(PROCEDURE_DRAFT, former=None), "wuhua", "second-reply", None),
    "sign-off": (PROCEDURE_DRAFT, "default", "sign-off", None),
    "reply-opinions-awaited": (AWAITING_DRAFT, "default", "reply", None),
    "opinion-request": (AWAITING_DRAFT, "default", "opinion-request", None),
    "opinion-request-nothing-known": (BARE_DRAFT, "wuhua", "opinion-request", None),
    "sign-off-nothing-known": (BARE_DRAFT, "default", "sign-off", None),
}


def make(case: str) -> Reply:
    draft, profile, form, skin = CASES[case]
    return assemble(draft, load_profile(profile), form=form, skin=skin, today=TODAY)


def printed(reply: Reply) -> str:
    """Every field of a Reply, one a line, with the Blocks as kind, level and text."""
    lines = []
    for name in reply.__dataclass_fields__:
        value = getattr(reply, name)
        if name != "body":
            lines.append(f"{name}: {value!r}")
            continue
        lines.append("body:")
        for block in reply.body:
            if block.kind == "table":
                lines += ["  table", *("    " + " | ".join(row) for row in block.rows)]
                continue
            parts = [part for part in (block.label, block.lead, block.text) if part]
            lines.append(f"  {block.kind[0].upper()}{block.level} {'｜'.join(parts)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for name in CASES:
        (EXPECTED / f"{name}.txt").write_text(printed(make(name)), "utf-8")
