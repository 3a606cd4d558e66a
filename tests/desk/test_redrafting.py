"""重新生成: what was typed stays, what was not is replaced, and nobody's change is lost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casework import Casework, Conflict, Matter, answer_mark, realign
from casework.matters.drafts.redrafts import install
from casework.migrations import STEPS
from corpus import EVERYTHING, Archive
from desk.drafts.composing import Change, changed, compose
from desk.drafts.redrafting import EMPTY, Choice, Redrafted, closed, redraft, take, waiting
from drafting.answering.redraft import FIELDS, typed
from drafting.errors import UserError
from drafting.model import Answer, Kind, Passage, Proposal, Suggestion
from drafting.reading import read_bytes
from storage import connect, migrate
from storage.log import audit

NAMES = ("云湖市青岚区城市管理局", "区城管局")
NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
PROPOSAL = Proposal(
    subject="关于缓解停车难的提案",
    handling_unit="青岚区城市管理局",
    suggestions=(
        Suggestion(None, "利用零星土地建设口袋停车场"),
        Suggestion(None, "增设夜间照明路灯"),
    ),
)


def reply(number: int, text: str) -> Passage:
    return Passage(
        document=number,
        source=f"{number}.txt",
        kind=Kind.REPLY,
        title=f"关于区政协十届二次会议第{number}号提案的答复",
        text=text,
        issuer="云湖市青岚区城市管理局",
        date=dt.date(2024, 6, 1),
    )


PARKING = reply(1, "2024年，我局利用零星土地建成口袋停车场三处，已投入使用。")
LIGHTS = reply(2, "2024年，我局在梧桐路增设夜间照明路灯十二盏，已亮灯。")
MORE = reply(3, "2024年，我局在临水街增设夜间照明路灯，已全部完成增设夜间照明路灯。")


class Shelf:
    """An archive of given passages; ``meanwhile`` happens while it is searched."""

    def __init__(self, *passages: Passage) -> None:
        self.found = list(passages)
        self.newer = 0
        self.asked = 0
        self.meanwhile: Callable[[], None] = lambda: None

    def passages(
        self,
        query: str,
        *,
        title: str = "",
        kinds: Collection[Kind] = (),
        limit: int = 10,
        exclude: Collection[str] = (),
    ) -> list[Passage]:
        self.asked += 1
        happens, self.meanwhile = self.meanwhile, lambda: None
        happens()
        return [one for one in self.found if not kinds or one.kind in kinds][:limit]

    def count(self) -> int:
        return len(self.found)

    def state(self) -> tuple[str, ...]:
        return tuple(one.source for one in self.found)

    def count_newer(self, numbers: Collection[int], moment: dt.datetime) -> int:
        return self.newer


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(PARKING, LIGHTS)


@pytest.fixture
def matter(casework: Casework, shelf: Shelf) -> Matter:
    """A matter with a first draft, as registering makes it."""
    number = casework.create_matter(PROPOSAL)
    found = matter_now(casework, number)
    casework.confirm_suggestions(number, compose(found.draft, shelf, NAMES, NOW), 1)
    return matter_now(casework, number)


def matter_now(casework: Casework, number: int) -> Matter:
    found = casework.matter(number)
    assert found is not None
    return found


def write(casework: Casework, matter: Matter, place: int, **fields: str) -> Matter:
    answer = replace(matter.draft.answers[place], **fields)  # type: ignore[arg-type]
    casework.save_answer(matter.id, place, answer, matter.version, author="林知远")
    return matter_now(casework, matter.id)


def again(
    casework: Casework, shelf: Shelf, matter: Matter, place: int | None = None, author: str = ""
) -> Redrafted:
    return redraft(casework, shelf, matter.id, NAMES, now=LATER, place=place, author=author)


def anew(draft_of: Matter, shelf: Shelf) -> tuple[Answer, ...]:
    return compose(draft_of.draft, shelf, NAMES, LATER).answers


# ------------------------------------------------------------------ taken over, or beside


def test_where_nothing_was_typed_the_new_draft_is_taken_over_and_can_be_undone(
    casework: Casework, shelf: Shelf, matter: Matter
) -> None:
    shelf.found[1] = MORE
    expected = anew(matter, shelf)
    assert again(casework, shelf, matter, author="林知远") == Redrafted(2, 3, (1,), (0,))
    after = matter_now(casework, matter.id)
    assert after.draft.answers == expected != matter.draft.answers
    assert [one.passage.document for one in after.draft.answers[1].evidence] == [3]
    assert waiting(casework, after, "林知远") == []
    newest, former, _ = casework.versions(matter.id)
    assert (newest.note, newest.author, former.number) == ("全部重新生成", "林知远", 2)
    assert casework.version(matter.id, 2) == matter.draft
    (entry, *_) = audit.entries(casework.db, audit.Filters(action="保存文稿"))
    assert (entry.what, entry.detail) == (f"提案 {matter.id}", "第3版：全部重新生成")


def test_what_was_typed_stays_and_the_new_draft_waits_beside_it(
    casework: Casework, shelf: Shelf, matter: Matter
) -> None:
    mine = write(casework, matter, 1, done="我局自己写的照明情况。")
    shelf.found[1] = MORE
    assert again(casework, shelf, mine) == Redrafted(3, 4, (), (0,), (1,))
    after = matter_now(casework, matter.id)
    assert after.draft.answers[1] == mine.draft.answers[1]
    (pair,) = waiting(casework, after, "")
    assert (pair.place, pair.current, pair.fields) == (1, mine.draft.answers[1], ("done",))
    assert pair.anew.done == anew(mine, shelf)[1].done
    assert pair.typed == {"done"}


def test_only_one_answer_is_composed_anew_where_one_was_asked_for(
    casework: Casework, shelf: Shelf, matter: Matter
) -> None:
    shelf.found[:] = [reply(7, PARKING.text.replace("三处", "九处")), MORE]
    assert again(casework, shelf, matter, place=0) == Redrafted(2, 3, (0,))
    after = matter_now(casework, matter.id).draft.answers
    assert "九处" in after[0].done and after[1] == matter.draft.answers[1]
    assert casework.versions(matter.id)[0].note == "重新生成第1条"


def test_what_has_nothing_new_is_not_held_against_what_was_typed_unless_asked_for(
    casework: Casework, shelf: Shelf, matter: Matter
) -> None:
    mine = write(casework, matter, 1, done="我局自己写的照明情况。")
    assert again(casework, shelf, mine) == Redrafted(3, 4, (), (0, 1))
    kept = matter_now(casework, matter.id)
    assert kept.draft.answers[1].done == "我局自己写的照明情况。"
    assert again(casework, shelf, kept, place=1).differing == (1,)


def test_from_a_blank_beginning_a_draft_is_composed_and_what_stands_is_kept(
    casework: Casework, shelf: Shelf
) -> None:
    number = casework.create_matter(PROPOSAL)
    casework.confirm_suggestions(number, matter_now(casework, number).draft, 1)
    blank = write(casework, matter_now(casework, number), 1, done="先写了这一条。")
    assert again(casework, shelf, blank) == Redrafted(blank.version, 3, (0,), (), (1,))
    first, second = matter_now(casework, number).draft.answers
    assert first == anew(blank, shelf)[0]
    assert (second.done, second.composed) == ("先写了这一条。", None)


def test_what_only_the_clerk_decides_stays_with_the_new_text(
    casework: Casework, shelf: Shelf, matter: Matter
) -> None:
    answer = replace(matter.draft.answers[1], disposition="列入计划", reason="分年实施。")
    casework.save_answer(matter.id, 1, answer, matter.version)
    shelf.found[1] = MORE
    assert again(casework, shelf, matter_now(casework, matter.id)).taken == (1,)
    found = matter_now(casework, matter.id).draft.answers[1]
    expected = anew(matter, shelf)[1]
    assert found == replace(expected, disposition="列入计划", reason="分年实施。")


# ------------------------------------------------------------------ choosing


@pytest.fixture
def beside(casework: Casework, shelf: Shelf, matter: Matter) -> Matter:
    """A matter in which two fields were typed over and a new draft waits."""
    mine = write(casework, matter, 1, done="我局自己写的。", next_unit="区住建局")
    shelf.found[1] = MORE
    again(casework, shelf, mine)
    return matter_now(casework, matter.id)


def choice(casework: Casework, matter: Matter, fields: Collection[str]) -> Choice:
    (pair,) = waiting(casework, matter, "")
    return Choice(pair.place, answer_mark(pair.current), answer_mark(pair.anew), frozenset(fields))


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ((), "重新生成后保留原稿"),
        (("done",), "重新生成后选用第2条的新稿"),
        (FIELDS, "重新生成后选用第2条的新稿"),
    ],
)
def test_field_by_field_the_choice_is_a_version_and_settles_it(
    casework: Casework, beside: Matter, fields: tuple[str, ...], note: str
) -> None:
    (pair,) = waiting(casework, beside, "")
    version = take(casework, beside.id, [choice(casework, beside, fields)], beside.version)
    found = matter_now(casework, beside.id)
    answer = found.draft.answers[1]
    for name in FIELDS:
        assert getattr(answer, name) == getattr(pair.anew if name in fields else pair.current, name)
    assert (version, found.version, casework.versions(beside.id)[0].note) == (
        beside.version + 1, beside.version + 1, note,
    )  # fmt: skip
    assert casework.version(beside.id, beside.version) == beside.draft
    assert waiting(casework, found, "") == []
    assert answer.composed == pair.anew.composed
    if fields == FIELDS:
        assert answer == pair.anew and typed(answer) == frozenset()


def test_a_colleagues_change_elsewhere_stands_and_one_of_the_same_lines_is_a_conflict(
    casework: Casework, beside: Matter
) -> None:
    chosen = choice(casework, beside, ("done",))
    other = write(casework, beside, 0, done="同事改了第一条。")
    other = write(casework, other, 1, next_date="2027年底前")
    take(casework, beside.id, [chosen], beside.version)
    first, second = matter_now(casework, beside.id).draft.answers
    assert (first.done, second.next_date) == ("同事改了第一条。", "2027年底前")
    assert "临水街" in second.done and second.next_unit == "区住建局"
    # The clerk left the source of what was typed over; no text tells whose it is, so it stays.
    assert [one.passage.document for one in second.evidence] == [2, 3]


def test_a_conflict_saves_nothing_and_the_new_draft_still_waits(
    casework: Casework, beside: Matter
) -> None:
    chosen = choice(casework, beside, ("done",))
    other = write(casework, beside, 1, done="同事把这一段也改了。")
    with pytest.raises(Conflict) as raised:
        take(casework, beside.id, [chosen], beside.version)
    assert raised.value.current == other == matter_now(casework, beside.id)
    (pair,) = waiting(casework, other, "")
    assert pair.current.done == "同事把这一段也改了。"


def test_a_choice_on_a_draft_composed_again_since_is_asked_for_once_more(
    casework: Casework, shelf: Shelf, beside: Matter
) -> None:
    chosen = choice(casework, beside, ("done",))
    shelf.found[1] = reply(8, MORE.text.replace("临水街", "望江路"))
    again(casework, shelf, beside)
    now = matter_now(casework, beside.id)
    with pytest.raises(UserError, match="再选一次"):
        take(casework, beside.id, [chosen], now.version)
    assert matter_now(casework, beside.id) == now


def test_each_person_has_a_new_draft_of_his_own(
    casework: Casework, shelf: Shelf, beside: Matter
) -> None:
    assert waiting(casework, beside, "林知远") == []
    again(casework, shelf, beside, author="林知远")
    ours, theirs = (waiting(casework, beside, name) for name in ("", "林知远"))
    assert len(ours) == len(theirs) == 1
    take(
        casework, beside.id, [choice(casework, beside, ())], matter_now(casework, beside.id).version
    )
    now = matter_now(casework, beside.id)
    assert (len(waiting(casework, now, "")), len(waiting(casework, now, "林知远"))) == (0, 1)


# ------------------------------------------------------------------ meanwhile, and bad input


def test_what_a_colleague_writes_while_it_is_composed_is_not_replaced(
    casework: Casework, shelf: Shelf, matter: Matter
) -> None:
    shelf.found[1] = MORE
    shelf.meanwhile = lambda: void(write(casework, matter, 1, done="同事刚写的。"))
    assert again(casework, shelf, matter) == Redrafted(3, 4, (), (0,), (1,))
    assert matter_now(casework, matter.id).draft.answers[1].done == "同事刚写的。"


def test_a_list_changed_while_it_is_composed_keeps_its_answers(
    casework: Casework, shelf: Shelf, matter: Matter
) -> None:
    swapped = replace(
        PROPOSAL, suggestions=(Suggestion(None, "清理僵尸车"), PROPOSAL.suggestions[1])
    )
    shelf.found[1] = MORE
    expected = anew(matter, shelf)
    shelf.meanwhile = lambda: void(
        casework.save_draft(
            matter.id,
            realign(matter.draft, swapped, [(), (PROPOSAL.suggestions[1].key,)]),
            matter.version,
        )
    )
    assert again(casework, shelf, matter) == Redrafted(3, 4, (1,), (), (), gone=1)
    first, second = matter_now(casework, matter.id).draft.answers
    assert first == Answer(Suggestion(None, "清理僵尸车"))
    assert (second.done, second.evidence) == (expected[1].done, expected[1].evidence)


def void(_: object) -> None:
    pass


def test_an_empty_archive_changes_nothing(casework: Casework, matter: Matter) -> None:
    with pytest.raises(UserError) as raised:
        again(casework, Shelf(), matter)
    assert raised.value.message == EMPTY
    assert matter_now(casework, matter.id) == matter


def test_an_unknown_place_or_matter_or_unchecked_list_is_refused(
    casework: Casework, shelf: Shelf, matter: Matter
) -> None:
    with pytest.raises(LookupError):
        again(casework, shelf, matter, place=2)
    with pytest.raises(UserError, match="没有这件提案"):
        again(casework, shelf, replace(matter, id=99))
    unchecked = casework.create_matter(PROPOSAL)
    with pytest.raises(UserError, match="先核对建议清单"):
        again(casework, shelf, matter_now(casework, unchecked))


def test_a_paper_that_moved_on_is_not_composed_anew_and_says_so(
    casework: Casework, shelf: Shelf, beside: Matter
) -> None:
    said = {
        "核稿": "文稿已送核稿，撤回后可以重新生成。",
        "签发": "文稿待签发，不能重新生成。",
        "征询": "文稿已答复，征询中，不能重新生成。",
        "归档": "文稿已归档，不能重新生成。",
    }
    chosen = choice(casework, beside, ("done",))
    for state, reason in said.items():
        casework.db.execute("UPDATE stages SET state = ?", (state,))
        assert closed(casework, beside.id) == reason
        for attempt in (
            lambda: again(casework, shelf, beside),
            lambda: take(casework, beside.id, [chosen], beside.version),
        ):
            with pytest.raises(UserError, match=re.escape(reason)):
                attempt()
    assert matter_now(casework, beside.id) == beside
    casework.db.execute("UPDATE stages SET state = '起草'")
    assert closed(casework, beside.id) == ""


def test_forty_suggestions_are_one_version(casework: Casework, shelf: Shelf) -> None:
    many = replace(
        PROPOSAL, suggestions=tuple(Suggestion(None, f"增设夜间照明路灯第{n}处") for n in range(40))
    )
    number = casework.create_matter(many)
    casework.confirm_suggestions(number, matter_now(casework, number).draft, 1)
    came = again(casework, shelf, matter_now(casework, number))
    assert (came.former, came.version, came.taken) == (1, 2, tuple(range(40)))


# ------------------------------------------------------------------ what has changed since


def test_nothing_has_changed_and_the_archive_is_not_searched(matter: Matter, shelf: Shelf) -> None:
    asked = shelf.asked
    assert [changed(matter.draft, n, shelf, NAMES) for n in (0, 1)] == [None, None]
    assert shelf.asked == asked


def test_unit_suggestion_and_archive_are_told_apart(matter: Matter, shelf: Shelf) -> None:
    other = replace(matter.draft.proposal, handling_unit="青岚区教育局")
    assert changed(replace(matter.draft, proposal=other), 0, shelf, NAMES) == Change(
        unit="青岚区教育局"
    )
    reworded = replace(PROPOSAL.suggestions[0], text="利用边角地建设口袋停车场")
    draft = realign(
        matter.draft,
        replace(PROPOSAL, suggestions=(reworded, PROPOSAL.suggestions[1])),
        [(one.key,) for one in PROPOSAL.suggestions],
    )
    assert changed(draft, 0, shelf, NAMES) == Change(suggestion=True)
    assert changed(draft, 1, shelf, NAMES) is None
    shelf.found.append(MORE)
    assert changed(matter.draft, 1, shelf, NAMES) is None  # none of it is newer
    shelf.newer = 3
    assert changed(matter.draft, 1, shelf, NAMES) == Change(documents=3)
    assert changed(replace(matter.draft, answers=(Answer(reworded),)), 0, shelf, NAMES) is None


def test_the_archive_counts_what_came_or_came_anew_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive.open(tmp_path)

    def put(name: str, text: str) -> None:
        archive.store(read_bytes(text.encode(), name), name)

    put("1.txt", "关于路灯的答复\n已增设路灯十二盏。\n")
    put("2.txt", "关于停车的答复\n已建成停车场三处。\n")
    archive.db.execute("UPDATE documents SET imported = '2026-03-01T00:00:00+00:00'")
    assert archive.reader(EVERYTHING).count_newer({1, 2, 9}, NOW) == 0
    put("1.txt", "关于路灯的答复\n已增设路灯二十盏。\n")
    put("3.txt", "关于照明的答复\n已补点四十处。\n")
    assert (
        archive.reader(EVERYTHING).count_newer({1, 2, 3}, NOW),
        archive.reader(EVERYTHING).count_newer({2}, NOW),
    ) == (2, 0)
    assert archive.reader(EVERYTHING).count_newer((), NOW) == 0
    # Another zone's clock says the same moment.
    zone = dt.timezone(dt.timedelta(hours=8))
    assert archive.reader(EVERYTHING).count_newer({1, 2, 3}, NOW.astimezone(zone)) == 2
    archive.close()


# ------------------------------------------------------------------ what waits, kept


@pytest.mark.parametrize("kept", ["{}", '[{"suggestion": 3}]', "[3]"])
def test_what_waits_in_another_shape_counts_as_none(
    casework: Casework, beside: Matter, kept: str
) -> None:
    casework.db.execute("UPDATE redrafts SET answers = ?", (kept,))
    assert waiting(casework, beside, "") == []


@pytest.mark.sqlite
def test_a_matter_of_the_schema_before_has_nothing_waiting(tmp_path: Path) -> None:
    db = connect(tmp_path / "casework.db")
    migrate(db, STEPS[: STEPS.index(install)])
    assert db.execute("SELECT 1 FROM sqlite_master WHERE name = 'redrafts'").fetchone() is None
    db.close()
    with Casework.open(tmp_path) as opened:
        number = opened.create_matter(PROPOSAL)
        assert waiting(opened, matter_now(opened, number), "") == []
