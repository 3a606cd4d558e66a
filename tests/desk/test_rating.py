"""征询: links, ratings by link and on paper, and what they do to the moves of the procedure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from procedure_fakes import (
    PROFILE,
    PROPOSAL,
    TO_SENT,
    TODAY,
    go,
    look,
    matter_of,
    ready,
    store,
    through,
    whole,
)

from casework import Casework, Person
from casework.moving import Hindered
from casework.overview.digest import digest, written
from casework.people.secret import secret_key
from casework.procedure import ratings
from casework.procedure.ratings import Rating, together
from casework.procedure.stage import stage_of
from desk.context import Context
from desk.opinions import rating
from drafting.errors import UserError
from drafting.model import Proposer
from storage.configuration import Server
from storage.engine import Connection
from storage.log import audit
from storage.tables.catalog import table_names

SERVER = Server(public_url="https://tian.example.cn/yi/")
THREE = (Proposer("周望舒"), Proposer("沈知秋委员", part="联名"), Proposer("周望舒", part="附议"))


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    with Casework.open(tmp_path) as casework:
        yield Context(tmp_path, TODAY, casework, author="林知远")


@pytest.fixture
def matter_id(context: Context) -> int:
    """A matter of three proposers, its reply sent."""
    number = ready(store(context), whole(replace(PROPOSAL, proposers=THREE)))
    through(store(context), number, *TO_SENT)
    return number


def links(context: Context, matter_id: int) -> dict[str, str]:
    """The token of each proposer's link."""
    found = rating.lines(context, matter_of(store(context), matter_id), SERVER)
    return {one.proposer: one.url.rpartition("/")[2] for one in found if one.url}


def made(context: Context, matter_id: int) -> dict[str, str]:
    rating.make_links(context, matter_of(store(context), matter_id), SERVER)
    return links(context, matter_id)


def on_paper(proposer: str = "沈知秋", satisfaction: str = "满意", words: str = "") -> Rating:
    return Rating(0, 0, 0, proposer, satisfaction, "", words, TODAY, "表格")


def everything(db: Connection) -> str:
    """Return all that is in a database, as text."""
    rows = (row for name in table_names(db) for row in db.execute(f'SELECT * FROM "{name}"'))  # noqa: S608
    return "\n".join(repr(tuple(row)) for row in rows)


def test_each_proposer_has_a_link_of_his_own_and_the_table_only_its_digest(
    context: Context, matter_id: int
) -> None:
    tokens = made(context, matter_id)
    assert list(tokens) == ["周望舒", "沈知秋", "周望舒（2）"]
    assert len(set(tokens.values())) == 3 and all(len(one) == 32 for one in tokens.values())
    (first, *_) = rating.lines(context, matter_of(store(context), matter_id), SERVER)
    assert first.url == f"https://tian.example.cn/yi/r/{tokens['周望舒']}"
    dump = everything(store(context).db)
    assert not any(one in dump for one in tokens.values())
    # Who has the file but not the server's key cannot make the token from it.
    assert first.link is not None
    key = secret_key(context.folder)
    assert ratings.token_of(key, first.link.salt) == tokens["周望舒"]
    assert ratings.token_of(bytes(32), first.link.salt) not in tokens.values()


def test_a_link_of_a_key_that_was_lost_still_rates_and_is_not_printed_again(
    context: Context, matter_id: int
) -> None:
    before = made(context, matter_id)
    (context.folder / "secret.key").unlink()
    secret_key(context.folder)
    # Printed by the new key it would lead nowhere.
    assert links(context, matter_id) == {}
    assert store(context).run(ratings.link_of, before["周望舒"]) is not None
    now = dt.datetime.now(dt.UTC)
    key = secret_key(context.folder)
    assert store(context).run(ratings.of_another_key, key, now) == 3
    after = made(context, matter_id)
    assert len(after) == 3 and not set(after.values()) & set(before.values())
    assert store(context).run(ratings.of_another_key, key, now) == 0


def test_links_are_made_once_and_anew_for_who_is_named(context: Context, matter_id: int) -> None:
    before = made(context, matter_id)
    matter = matter_of(store(context), matter_id)
    assert rating.make_links(context, matter, SERVER) == 0
    assert rating.make_links(context, matter, SERVER, ["沈知秋"]) == 1
    after = links(context, matter_id)
    assert {name for name in after if after[name] != before[name]} == {"沈知秋"}
    tried = (before["沈知秋"], *after.values())
    states = [rating.arrive(store(context), one).state for one in tried]
    assert states == ["ended", "open", "open", "open"]


@pytest.mark.parametrize(
    ("server", "role", "message"),
    [
        (Server(), "主办", "请管理员设置"),
        (SERVER, "会办", "会办"),
        (SERVER, "主办", "编号以后"),
    ],
)
def test_links_are_refused_with_what_to_do(
    context: Context, server: Server, role: str, message: str
) -> None:
    proposal = replace(PROPOSAL, role=role)  # type: ignore[arg-type]
    number = ready(store(context), whole(proposal))
    with pytest.raises(UserError, match=message):
        rating.make_links(context, matter_of(store(context), number), server)


def test_a_link_is_good_once(context: Context, matter_id: int) -> None:
    token = made(context, matter_id)["沈知秋"]
    casework = store(context)
    with pytest.raises(UserError) as error:
        rating.rate(casework, token, "不满意", "", "", TODAY)
    assert error.value.field == "words"
    # What was refused did not use the link up.
    assert rating.rate(casework, token, "满意", "基本满意", "谢谢。", TODAY).state == "open"
    assert rating.rate(casework, token, "不满意", "", "改主意了。", TODAY).state == "used"
    assert rating.arrive(casework, token).state == "used"
    (kept,) = ratings.of_matter(casework.db, matter_id, 1)
    assert replace(kept, id=0, link=None) == Rating(
        0, matter_id, 1, "沈知秋", "满意", "基本满意", "谢谢。", TODAY, "链接"
    )
    told = [(one.action, one.result) for one in audit.each(casework.db, audit.Filters())]
    assert told.count(("提交评价", "成功")) == 1
    assert ("打开征询链接", "拒绝") in told
    assert token not in everything(casework.db)


def test_guessed_expired_withdrawn_and_early_links_open_nothing(
    context: Context, matter_id: int
) -> None:
    casework, tokens = store(context), made(context, matter_id)
    assert rating.arrive(casework, "x" * 32) == rating.Arrival("unknown")
    assert rating.withdraw(context, matter_of(casework, matter_id), "沈知秋")
    assert not rating.withdraw(context, matter_of(casework, matter_id), "沈知秋")
    assert rating.arrive(casework, tokens["沈知秋"]).state == "ended"
    casework.db.execute("UPDATE rating_links SET expires = '2020-01-01T00:00:00.000+00:00'")
    assert rating.rate(casework, tokens["周望舒"], "满意", "", "", TODAY).state == "ended"
    assert ratings.of_matter(casework.db, matter_id, 1) == []
    early = ready(casework, whole(replace(PROPOSAL, item_no="13")))
    through(casework, early, *TO_SENT[:-1])
    token = made(context, early)["周望舒"]
    assert rating.rate(casework, token, "满意", "", "", TODAY).state == "early"
    go(casework, early, "send")
    assert rating.rate(casework, token, "满意", "", "", TODAY).state == "open"


def test_a_deleted_matter_is_not_shown_to_who_has_its_link(
    context: Context, matter_id: int
) -> None:
    token = made(context, matter_id)["周望舒"]
    store(context).delete(matter_id)
    assert rating.arrive(store(context), token) == rating.Arrival("unknown")


def test_who_is_not_satisfied_opens_the_matter_again_and_nothing_closes_it_over_him(
    context: Context, matter_id: int
) -> None:
    casework, tokens = store(context), made(context, matter_id)
    rating.rate(casework, tokens["周望舒"], "满意", "满意", "", TODAY)
    rating.rate(casework, tokens["沈知秋"], "不满意", "基本满意", "没有说到收费。", TODAY)
    with pytest.raises(Hindered, match="沈知秋评价为不满意"):
        go(casework, matter_id, "satisfied")
    told = together(ratings.of_matter(casework.db, matter_id, 1))
    assert told == {
        "satisfaction": "不满意",
        "attitude": "基本满意",
        "opinion": "沈知秋：没有说到收费。",
        "day": TODAY.isoformat(),
    }
    go(casework, matter_id, "dissatisfied", opinion=told["opinion"])
    now = look(casework, matter_id)
    assert (now.stage.state, now.stage.round, list(now.ratings)) == ("起草", 2, [])
    former = now.matter.draft.former
    assert former is not None and former.objection == "沈知秋：没有说到收费。"
    # The links of the first reply do not rate the second.
    assert rating.arrive(casework, tokens["周望舒（2）"]).state == "ended"


def test_paper_and_link_stand_together_and_nobody_rates_twice(
    context: Context, matter_id: int
) -> None:
    casework, tokens = store(context), made(context, matter_id)
    matter = matter_of(casework, matter_id)
    number = rating.record(context, matter, on_paper(words="已电话沟通。"))
    assert rating.arrive(casework, tokens["沈知秋"]).state == "ended"
    with pytest.raises(UserError, match="沈知秋已经登记过评价"):
        rating.record(context, matter, on_paper(satisfaction="基本满意"))
    assert rating.undo(context, matter, number) and not rating.undo(context, matter, number)
    second = rating.record(context, matter, on_paper(satisfaction="基本满意"))
    with pytest.raises(UserError, match="已经登记过评价"):
        rating.redo(context, matter, number)
    assert rating.undo(context, matter, second) and rating.redo(context, matter, number)
    (line,) = [one for one in rating.lines(context, matter, SERVER) if one.rating]
    assert line.rating is not None
    assert (line.proposer, line.rating.words, line.rating.author) == (
        "沈知秋",
        "已电话沟通。",
        "林知远",
    )


def test_what_a_proposer_sent_himself_is_not_taken_back(context: Context, matter_id: int) -> None:
    casework, tokens = store(context), made(context, matter_id)
    rating.rate(casework, tokens["周望舒"], "满意", "", "", TODAY)
    (kept,) = ratings.of_matter(casework.db, matter_id, 1)
    assert not rating.undo(context, matter_of(casework, matter_id), kept.id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"proposer": "别人"}, "proposer"),
        ({"satisfaction": "尚可"}, "satisfaction"),
        ({"attitude": "尚可"}, "attitude"),
        ({"satisfaction": "不满意"}, "words"),
        ({"words": "字" * 2001}, "words"),
        ({"day": TODAY + dt.timedelta(1)}, "day"),
        ({"day": TODAY - dt.timedelta(1)}, "day"),
    ],
)
def test_what_is_wrong_on_paper_is_said_at_its_field(
    context: Context, matter_id: int, change: dict[str, object], field: str
) -> None:
    wrong = replace(on_paper(), **change)  # type: ignore[arg-type]
    with pytest.raises(UserError) as error:
        rating.record(context, matter_of(store(context), matter_id), wrong)
    assert error.value.field == field
    assert ratings.of_matter(store(context).db, matter_id, 1) == []
    assert stage_of(store(context).db, matter_id).state == "征询"


def test_a_rating_by_a_link_is_told_to_the_handler(context: Context, matter_id: int) -> None:
    casework = store(context)
    casework.people.add("林知远", "青岚-城管-2026-春", roles=["经办"])
    casework.db.execute("UPDATE stages SET handler = '林知远'")
    token = made(context, matter_id)["沈知秋"]
    rating.rate(casework, token, "满意", "", "", TODAY)
    rows = casework.db.execute("SELECT person, kind, matter FROM notices").fetchall()
    assert [tuple(row) for row in rows] == [("林知远", "反馈", matter_id)]


def test_who_is_not_satisfied_stands_on_today_until_he_is_answered_again(
    context: Context, matter_id: int
) -> None:
    casework, alone = store(context), Person("", "", dt.datetime.min)

    def told() -> list[tuple[int, tuple[str, ...]]]:
        found = digest(casework, alone, TODAY, lambda name: PROFILE)
        said = "【评价不满意】1 件\n  第12号 关于加强老旧小区停车管理的提案" in written(found)
        assert said == bool(found.objections) and not (said and found.is_empty)
        return [(line.summary.id, line.objections) for line in found.objections]

    tokens = made(context, matter_id)
    rating.rate(casework, tokens["周望舒"], "满意", "", "", TODAY)
    assert told() == []
    rating.rate(casework, tokens["沈知秋"], "不满意", "", "还没有动工。", TODAY)
    assert told() == [(matter_id, ("沈知秋",))]
    matter = matter_of(casework, matter_id)
    rating.record(context, matter, on_paper("周望舒（2）", "不满意", "同上。"))
    assert told() == [(matter_id, ("沈知秋", "周望舒（2）"))]
    # It is no way out to close the matter in spite of them.
    go(casework, matter_id, "satisfied", override="已当面说明")
    assert told() == [(matter_id, ("沈知秋", "周望舒（2）"))]
    go(casework, matter_id, "dissatisfied", opinion="还没有动工。")
    assert told() == [] and stage_of(casework.db, matter_id).state == "起草"
