"""Comments: kept, answered, opened again, taken back by their author, all of it in the log."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from procedure_fakes import TO_SENT, ready, through

from casework import Casework, commenting
from casework.commenting import Comment
from drafting.errors import UserError
from drafting.language.likeness.anchors import Anchor
from storage.log import audit

ANCHOR = Anchor("改造泊位", "在清河路", "8处")


def as_(casework: Casework, name: str) -> Casework:
    casework.actor = audit.Actor(name, "测试")
    return casework


def test_a_comment_from_first_word_to_last(casework: Casework) -> None:
    matter_id = ready(casework)
    made = commenting.add(as_(casework, "林知远"), matter_id, ANCHOR, "s1", "写明数量。")
    (first,) = commenting.listed(casework.db, matter_id)
    assert first == Comment(made, "s1", ANCHOR, "写明数量。", "林知远", first.at)
    assert abs(first.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    commenting.resolve(as_(casework, "沈知秋"), matter_id, made, "已写明。")
    (done,) = commenting.listed(casework.db, matter_id)
    assert done == replace(first, answer="已写明。", resolved=done.resolved, resolved_by="沈知秋")
    assert done.resolved is not None and not done.is_open
    commenting.reopen(as_(casework, "林知远"), matter_id, made)
    assert commenting.listed(casework.db, matter_id) == (replace(first, answer="已写明。"),)
    commenting.withdraw(casework, matter_id, made)
    assert commenting.listed(casework.db, matter_id) == ()
    said = [
        (one.who, one.action, one.detail)
        for one in audit.each(casework.db, audit.Filters())
        if "批注" in one.action
    ]
    words = "“改造泊位”：写明数量。"
    assert sorted(said) == sorted(
        [
            ("林知远", "批注", words),
            ("沈知秋", "处理批注", words),
            ("林知远", "重开批注", words),
            ("林知远", "撤回批注", words),
        ]
    )


def test_what_is_refused(casework: Casework) -> None:
    matter_id, other = ready(casework), ready(casework)
    made = commenting.add(as_(casework, "林知远"), matter_id, ANCHOR, "", "写明。")
    for words, said in (("", "请写批注。"), ("长" * 1_001, "批注不能超过1000个字。")):
        with pytest.raises(UserError, match=said):
            commenting.add(casework, matter_id, ANCHOR, "", words)
    with pytest.raises(UserError, match="答复不能超过"):
        commenting.resolve(casework, matter_id, made, "长" * 1_001)
    with pytest.raises(UserError, match="刚刚有变动"):
        commenting.withdraw(as_(casework, "顾清和"), matter_id, made)
    with pytest.raises(UserError, match="刚刚有变动"):
        commenting.resolve(casework, other, made)
    with pytest.raises(UserError, match="刚刚有变动"):
        commenting.reopen(casework, matter_id, made)
    assert [one.is_open for one in commenting.listed(casework.db, matter_id)] == [True]


def test_once_the_reply_is_out_nothing_is_said_any_more(casework: Casework) -> None:
    matter_id = ready(casework)
    made = commenting.add(casework, matter_id, ANCHOR, "", "写明。")
    through(casework, matter_id, *TO_SENT)
    with pytest.raises(UserError, match="已经印送"):
        commenting.add(casework, matter_id, ANCHOR, "", "再看。")
    with pytest.raises(UserError, match="已经印送"):
        commenting.resolve(casework, matter_id, made)
