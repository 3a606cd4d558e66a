"""A file that was made before the draft was changed on the page: neither undoes the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from back_laws import Paper, read, said
from edit_kinds import FIRST
from further_kinds import FURTHER
from later_kinds import LATER
from test_edit_kinds import DRAFT

from drafting.model import Answer, Contact, Draft, Suggestion
from drafting.model.identity import identified
from drafting.returning.comparing import take_over
from drafting.returning.edited import read_edited

BASE = identified(DRAFT)
PAPER = Paper(BASE, skin="letter")
KINDS = {name: edit for name, (edit, _) in {**FIRST, **LATER, **FURTHER}.items()}


def third(**fields: str) -> Draft:
    answers = list(BASE.answers)
    answers[2] = replace(answers[2], **fields)
    return replace(BASE, answers=tuple(answers))


def with_suggestions(answers: tuple[Answer, ...]) -> Draft:
    suggestions = tuple(one.suggestion for one in answers)
    proposal = replace(BASE.proposal, suggestions=suggestions)
    return identified(replace(BASE, answers=answers, proposal=proposal))


CHANGED = {
    "改一段": third(done="区政务服务中心等6家单位停车场已在夜间开放，另有2家正在商谈"),
    "加一段": third(done=f"{BASE.answers[2].done}。\n另有两家单位正在商谈，年内可望开放。"),
    "清空一段": third(done=""),
    "换标题": third(heading="关于机关停车场开放"),
    "换联系人": replace(BASE, contacts=(Contact("林小满", "0789-8213399"),)),
    "换日期": replace(BASE, date=dt.date(2026, 11, 18)),
    "删一条": with_suggestions(BASE.answers[:3]),
    "加一条": with_suggestions(
        (*BASE.answers, Answer(Suggestion("5.", "建议增设充电桩"), done="已增设充电桩四十个。"))
    ),
    "换次序": with_suggestions((*BASE.answers[:2], BASE.answers[3], BASE.answers[2])),
}
EDITS = ("改标题", "插一段", "并两段", "移到别条", "第二条提前", "自动编号", "修订移一条")


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("change", CHANGED)
def test_what_both_did_stands_or_is_refused(change: str, edit: str) -> None:
    make: Callable[[bytes], bytes] = KINDS[edit]
    draft, edited = CHANGED[change], read(make(PAPER.file()))
    found = PAPER.review(edited, draft)
    sent, back = said(read(PAPER.file()).lines), said(edited.lines)
    taken = said(read_edited(PAPER.file(take_over(draft, found.changes))).lines)
    now = said(read(PAPER.file(draft)).lines)
    if all(one.takes for one in found.changes):
        assert taken == now - (sent - back) + (back - sent)
    else:
        # What was refused leaves the draft as it is.
        assert now - taken <= sent - back
