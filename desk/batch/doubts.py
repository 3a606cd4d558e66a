"""The reasons why a line of a batch is unclear or refused, each with what to do about it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from casework import Summary
from desk.batch.known import How
from desk.batch.nouns import PaperReading, PlannedLine, Reason, Surroundings
from drafting.intake.ledger import LedgerItem
from drafting.intake.ledger.matching import Match, PaperCard, unlike_paper
from drafting.intake.ledger.values import session_key
from drafting.language.naming.offices import same_office
from drafting.model import Kind, Proposal

NOTHING_CHOSEN = Reason("no-paper", "不附正文，只按台账登记")
_SECRET = re.compile(r"绝\s*密|机\s*密|秘\s*密")
_RECENT = dt.timedelta(days=120)
_AHEAD = dt.timedelta(days=366)
_SHOWN = 3


def short_name(line: PlannedLine) -> str:
    """Return how another line speaks of a line: 第6行, or the file."""
    return line.name if line.order.item else f"“{line.name}”"


def refusal(line: PlannedLine) -> Reason | None:
    """Return why a line cannot be registered at all, if it cannot."""
    item = line.order.item
    if item is not None and _SECRET.search(item.secrecy):
        return Reason("secret", f"密级一列写着“{item.secrecy}”，涉密件不得登记")
    if not line.proposal.subject and line.paper is None and not line.offered:
        text = item is not None and item.text
        if not text:
            return Reason("no-subject", "没有案由，也没有找到正文；请在台账里补上案由")
    return None


def of_papers(
    item: LedgerItem, found: Match, names: Sequence[str], others: Sequence[str]
) -> list[Reason]:
    """Return what is unclear of the paper that belongs to a ledger's item."""
    shown = "、".join(f"“{_base(name)}”" for name in names[:_SHOWN])
    more = f"等 {len(names)} 个" if len(names) > _SHOWN else ""
    if found.shared:
        rows = "、".join(others)
        return [Reason("shared", f"{shown}{more}也合于{rows}，请选定是哪一件的正文")]
    if len(found.fits) > 1:
        return [Reason("two-papers", f"有 {len(found.fits)} 个文件相符：{shown}{more}，请选一个")]
    if found.alike:
        return [Reason("alike", f"没有找到正文；{shown}{more}案由或编号相近，请看是不是它")]
    if not found.fits and not item.text:
        return [Reason("no-paper", "没有找到正文；勾选则只按台账登记，正文以后再补")]
    return []


def of_unlike(item: LedgerItem, paper: PaperCard) -> list[Reason]:
    """Return that the paper found by its number has plainly another subject."""
    if not unlike_paper(item.proposal, paper):
        return []
    subject = (paper.proposal.subject or "")[:30]
    return [Reason("unlike", f"案号相符而案由不同：正文是“{subject}”，请核对是不是这一件")]


def of_loose_paper(reading: PaperReading, beside_ledger: bool) -> list[Reason]:
    """Return what is unclear of a paper that no ledger names."""
    reasons = []
    if beside_ledger:
        reasons.append(Reason("not-in-ledger", "台账里没有这一件；确是交办给本单位的，请勾选"))
    kinds = {Kind.REPLY: "像是答复", Kind.POLICY: "像是文件、通知"}
    if reading.kind in kinds:
        words = f"{kinds[reading.kind]}，不像提案；确是提案的，请勾选"
        reasons.append(Reason("not-proposal", words))
    if not reading.intake.proposal.subject:
        reasons.append(Reason("no-subject", "没有读出案由，登记后须补填"))
    return reasons


def notes_of_paper(reading: PaperReading | None) -> tuple[str, ...]:
    """Return what the clerk should know of a paper beforehand."""
    if reading is None:
        return ()
    found = reading.intake
    if not found.proposal.suggestions:
        return ("没有读出建议，登记后逐条添加",)
    if not found.suggestions.sure:
        return ("建议清单没有把握，登记后请核对",)
    return ()


def of_known(
    found: tuple[int, How] | None,
    repeated: tuple[PlannedLine, How] | None,
    around: Surroundings,
) -> list[Reason]:
    """Return that another item has the same number, or the same subject."""
    reasons = []
    if found:
        other = next(one for one in around.matters if one.id == found[0])
        if found[1] == "number":
            words = f"同一届次、案号已登记为“{other.subject or '（案由未填）'}”，案由不同，请核对"
        else:
            number = f"第{other.item_no}号" if other.item_no else "另一件"
            words = f"与已登记的{number}案由相同，案号或提案者不同，请核对"
        reasons.append(Reason("like-known", words))
    if repeated:
        line, how = repeated
        same, other_part = ("案号", "案由") if how == "number" else ("案由", "案号或提案者")
        words = f"与{short_name(line)}{same}相同，{other_part}不同，请核对"
        reasons.append(Reason("like-above", words))
    return reasons


def newest_sessions(matters: Sequence[Summary]) -> Mapping[bool, tuple[tuple[int, int], str]]:
    """Return the newest session in hand of 政协 and of 人大, with its name."""
    newest: dict[bool, tuple[tuple[int, int], str]] = {}
    for one in matters:
        key = session_key(one.session)
        if key and (key[0] not in newest or key[1:] > newest[key[0]][0]):
            newest[key[0]] = (key[1:], one.session or "")
    return newest


def of_times(
    line: PlannedLine, newest: Mapping[bool, tuple[tuple[int, int], str]], today: dt.date
) -> list[Reason]:
    """Return that an item is of a former session or of another year."""
    proposal = line.proposal
    key = session_key(proposal.session)
    if key and key[0] in newest and key[1:] < newest[key[0]][0]:
        words = (
            f"届次是“{proposal.session}”，本单位在办的是“{newest[key[0]][1]}”，请核对是不是往年的"
        )
        return [Reason("other-session", words)]
    item = line.order.item
    days = [one for one in (proposal.assigned, proposal.due) if one]
    years = {one.year for one in days} or ({item.year} if item and item.year else set())
    late = max(days, default=dt.date.min)
    if years and max(years) < today.year and today - late > _RECENT:
        return [Reason("other-year", f"是{max(years)}年的，请核对是不是往年的台账")]
    if proposal.assigned and proposal.assigned - today > _AHEAD:
        words = f"交办日期是{proposal.assigned.year}年，还没有到，请核对"
        return [Reason("other-year", words)]
    return []


def of_unit(proposal: Proposal, unit_names: Sequence[str]) -> list[Reason]:
    """Return that another unit handles the item, and ours not even beside it."""
    lead = proposal.handling_unit
    if not lead or proposal.role == "会办":
        return []
    names = [name for name in unit_names if name]
    named = (lead, *proposal.co_units)
    if any(same_office(unit, name) for unit in named for name in names):
        return []
    own = names[0] if names else "本单位"
    words = f"主办单位是“{lead}”，主办、会办里都没有“{own}”；确由本单位办理的，请勾选"
    return [Reason("other-unit", words)]


def of_hidden(line: PlannedLine) -> list[Reason]:
    """Return that the sheet hides the row."""
    item = line.order.item
    if item is None or not item.hidden:
        return []
    return [Reason("hidden", "这一行在表里是隐藏的（可能被筛选掉了），确要登记的请勾选")]


def _base(name: str) -> str:
    return name.rsplit("/", 1)[-1]
