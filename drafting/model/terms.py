"""The closed sets of words that the nouns use: kinds, roles, forms, states."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

ItemKind = Literal["提案", "建议"]
"""提案 of a political adviser or body (政协), or 建议 of a deputy (人大)."""

Role = Literal["主办", "会办"]
"""主办 answers the proposer; 会办 gives its opinion to the lead unit only."""

ProposerKind = Literal["委员", "代表", "党派", "团体", "界别", "专委会"]
"""Who proposes. The first two are persons, the others bodies (集体提案)."""

ProposerPart = Literal["领衔", "联名", "附议"]
"""Who leads a proposal, who signs it with them, and who seconds it."""

Disposition = Literal["采纳", "部分采纳", "列入计划", "留作参考"]
"""What becomes of a suggestion; the profile turns it into the local result class."""

Verdict = Literal["满意", "基本满意", "不满意"]
"""How a proposer rates a reply; a profile has the local words for it."""

Skin = Literal["letter", "document"]
"""信函格式 (GB/T 9704-2012, 10.1) or 文件格式 (clause 7)."""

Structure = Literal[
    "one-by-one", "summary-then-plan", "situation-then-plan", "handling-then-answers", "short"
]
"""逐条答复; 先述后列 (the proposal's contents, work done, plan); 先情况后打算, the same without the
proposal's contents; 先办理经过后逐条, who handled it and when the proposer was met, then each
suggestion; 短件, without headings (domain 2.8: C, A, D, E, F)."""

Form = Literal[
    "reply",
    "co-handling",
    "consultation",
    "contact-record",
    "public",
    "return",
    "extension",
    "second-reply",
    "sign-off",
    "opinion-request",
    "figure-request",
]
"""答复, 会办意见, 征询意见表, 面商记录表, 公开版, 退办说明, 延期申请, 再次答复, 发文稿纸,
征求会办意见函; 数据征集表, which is made of what is asked of the sections, not of the draft."""

Sealing = Literal["", "seal", "stamp", "none"]
"""What is put on the paper: what the unit usually does, 印章, 签发人签名章, nothing (7.3.5)."""

SEAL_KEYWORD_TAG = "seal-keyword"
"""Tag of the content control that holds the words by which sealing software finds a place."""

SignStep = Literal["拟稿", "核稿", "会签", "督审", "签发"]
"""The steps of signing off, in their order (党政机关公文处理工作条例, 第十九至二十二条).

督审 is the supervising office's, where a place has it."""

PolicyState = Literal["现行", "已到期", "已被替代", "已废止", "已失效", ""]
"""Whether a policy is in force; empty where that is not asked (a reply, a proposal)."""

OUT_OF_FORCE: tuple[PolicyState, ...] = ("已到期", "已被替代", "已废止", "已失效")
"""The states in which a policy is no ground to go on."""


class Kind(StrEnum):
    """What a document is for the archive."""

    REPLY = "reply"
    POLICY = "policy"
    PROPOSAL = "proposal"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person named for enquiries, with the telephone number as printed."""

    name: str | None
    phone: str | None = None


FactKind = Literal["figure", "date", "title", "doc_no", "unit", "place", "person", "project"]

Severity = Literal["block", "error", "warn", "hint"]

Fix = Literal["safe", "confirm", "notice"]

SEVERITY_NAMES: dict[Severity, str] = {
    "block": "须改",
    "error": "错误",
    "warn": "注意",
    "hint": "建议",
}
"""What a person sees of a finding's severity, the gravest first."""
