"""Data of every former schema opens in this program, with all that was in it.

A former schema is built by running the steps up to it; the rows go in when their table is made, as
the program of that day wrote them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from shared_data import PROJECT

from casework import Casework, aligned, commenting, realign
from casework import figures as house
from casework.figures import Asking
from casework.matters import cohandling, handling, materials
from casework.matters.materials import Material
from casework.matters.tables import comments as comment_tables
from casework.migrations import STEPS as CASEWORK_STEPS
from casework.notices import looking, outbox
from casework.notices.choices import Choice, choice_of
from casework.procedure import numbers, ratings
from casework.procedure.ratings import Rating
from casework.procedure.stage import Stage, stage_of
from corpus import EVERYTHING, Archive, Reader
from corpus.store.migrations import STEPS as ARCHIVE_STEPS
from desk.drafts import redrafting
from desk.drafts.figures import place_of
from drafting.assembly.requesting import concerned
from drafting.errors import UserError
from drafting.intake import take_in
from drafting.language.likeness.anchors import Anchor
from drafting.model import Answer, AppliedFix, Document, Draft, Proposal, Proposer, Suggestion
from drafting.model.serial import dumps
from drafting.reading import read_file
from storage import Migration, connect, migrate
from storage.migrations import SET
from storage.tables.schema import differences
from storage.tables.toolbox import migrations, toolbox

pytestmark = pytest.mark.sqlite

SAMPLES = PROJECT / "corpus" / "samples"
THEN = "2026-01-05T08:00:00+00:00"
FIX = AppliedFix(0, "done", 2, "其它", "其他", "会同", "部门")


def build(path: Path, steps: tuple[Migration, ...], rows: dict[int, Callable[..., None]]) -> None:
    """Make a database at the schema ``len(steps)`` holding what each of its steps brought."""
    db = connect(path)
    for number in range(1, len(steps) + 1):
        migrate(db, steps[:number])
        if number in rows:
            rows[number](db)
    db.close()


def insert(db: sqlite3.Connection, table: str, **values: object) -> None:
    names, marks = ",".join(values), ",".join("?" * len(values))
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))  # noqa: S608


@pytest.fixture(scope="module")
def draft() -> Draft:
    proposal = take_in(read_file(SAMPLES / "proposals" / "laojiu-pianqu-tingche.txt"))
    return aligned(Draft(proposal=proposal, profile="default"))


def rated(db: sqlite3.Connection) -> None:
    link = {"proposer": "路遥岑", "salt": "s", "token": "t", "expires": THEN, "used": THEN}
    insert(db, "rating_links", matter=1, round=1, made=THEN, **link)
    said = {"satisfaction": "不满意", "words": "没有说到收费。", "way": "链接", "link": 1}
    insert(db, "ratings", matter=1, round=1, proposer="路遥岑", day="2026-04-01", **said)


def material(db: sqlite3.Connection) -> None:
    digest = hashlib.sha256("函".encode()).hexdigest()
    what = {"name": "函.txt", "kind": "来往函件", "digest": digest, "size": 3}
    insert(db, "materials", matter=1, added=THEN, author="林知远", **what)


def same_materials(casework: Casework, schema: int) -> None:
    digest = hashlib.sha256("函".encode()).hexdigest()
    added = dt.datetime.fromisoformat(THEN)
    kept = Material(1, 1, "函.txt", "来往函件", digest, 3, added, "林知远")
    assert materials.listed(casework.db, 1) == ([kept] if schema >= 20 else [])


def noticed(db: sqlite3.Connection) -> None:
    told = {"person": "林知远", "kind": "待办", "matter": 1, "mark": "1", "at": THEN}
    insert(db, "notices", **told)
    insert(db, "notice_choices", person="林知远", muted="会办 催办", quiet="21:30-07:30", digest=1)
    sent = {"id": "3f2a91c4", "channel": "群", "person": "林知远", "kinds": "待办", "items": "[]"}
    insert(db, "outbox", made=THEN, due=THEN, tries=2, reason="对方应答 500。", **sent)


def same_notices(casework: Casework, schema: int) -> None:
    """What happened before there were notices is told to nobody."""
    person = casework.people.one("林知远")
    assert person is not None
    chosen = Choice(frozenset({"会办", "催办"}), "21:30-07:30", digest=True)
    assert choice_of(casework.db, "林知远") == (chosen if schema >= 22 else Choice())
    seen = [(one.kind, one.new) for one in looking.look(casework, person)]
    assert seen == ([("待办", True)] if schema >= 22 else [])
    kept = [(one.id, one.tries, one.reason) for one in outbox.listed(casework.db, ("等待",))]
    assert kept == ([("3f2a91c4", 2, "对方应答 500。")] if schema >= 22 else [])


def asked_on_line(db: sqlite3.Connection) -> None:
    said = json.dumps([["s1", "同意。"]], ensure_ascii=False)
    db.execute("UPDATE opinions SET parts = ?", (said,))
    summary = db.execute("SELECT summary FROM matters WHERE id = 1").fetchone()[0]
    insert(db, "matters", version=1, summary=summary, created=THEN, updated=THEN)
    insert(db, "cohandling", opinion=1, lead=1, matter=2, unit="区财政局", lead_unit="区城管局")


def same_askings(casework: Casework, schema: int) -> None:
    """What was received before knows no suggestion: its parts are told by their words."""
    if schema < 2:
        return
    (line,) = casework.co_opinions(1)
    assert line.said == ("同意。",)
    assert line.parts == ((("s1", "同意。"),) if schema >= 27 else ())
    links = {
        number: (one.matter, one.unit, one.lead_unit, one.lead_state, one.received)
        for number, one in cohandling.of_lead(casework.db, 1).items()
    }
    kept = {line.id: (2, "区财政局", "区城管局", "核稿", False)}
    assert links == (kept if schema >= 27 else {})


def same_ratings(casework: Casework, schema: int) -> None:
    day = dt.date(2026, 4, 1)
    kept = Rating(1, 1, 1, "路遥岑", "不满意", "", "没有说到收费。", day, "链接", link=1)
    assert ratings.of_matter(casework.db, 1, 1) == ([kept] if schema >= 17 else [])


@pytest.mark.parametrize("schema", range(1, len(CASEWORK_STEPS) + 1))
def test_casework_of_every_schema_opens_with_all_its_papers(
    tmp_path: Path, schema: int, draft: Draft
) -> None:
    summary = {
        "matter": "提案", "session": "区政协十届五次会议", "item_no": "211", "subject": "停车",
        "proposers": ["路遥岑"], "role": "主办", "due": "2026-12-20",
        "progress": {"total": 5, "answered": 0, "pending": 0},
    }  # fmt: skip

    def first(db: sqlite3.Connection) -> None:
        said = msgspec.json.encode(summary).decode()
        insert(db, "matters", version=2, confirmed=1, summary=said, created=THEN, updated=THEN)
        for number in (1, 2):
            insert(db, "versions", matter=1, number=number, draft=dumps(draft), saved=THEN)
        insert(db, "originals", matter=1, name="提案.txt", content="全文".encode())
        insert(db, "people", name="林知远", password="scrypt:x", stamp="s", created=THEN)

    def second(db: sqlite3.Connection) -> None:
        insert(db, "typed", matter=1, text="120个", saved=THEN, author="林知远")
        insert(db, "opinions", matter=1, unit="区财政局", text="同意。", name="意见.txt")
        insert(db, "phrases", text="感谢您的关心。", saved=THEN)
        insert(db, "phrases", text="专此答复。", author="林知远", saved=THEN)
        insert(db, "stages", matter=1, stage="送核稿", version=2, at=THEN)

    def third(db: sqlite3.Connection) -> None:
        db.execute("UPDATE people SET unit = '区城管局'")

    def proofread(db: sqlite3.Connection) -> None:
        said = msgspec.json.encode(FIX).decode()
        insert(db, "mends", matter=1, mend=said, what="改“其它”", author="林知远", saved=THEN)

    def moved(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM standing")
        insert(db, "standing", matter=1, state="核稿", moves=2, handler="林知远", entered=THEN)

    def figures(db: sqlite3.Connection) -> None:
        asking = Asking(
            "新增泊位数", "停车管理科", dt.date(2026, 3, 2), "增加泊位", "done", "【】", "新增"
        )
        said, due = msgspec.json.encode(asking).decode(), "2026-03-02"
        insert(db, "figure_requests", matter=1, asking=said, due=due, asked=THEN)
        insert(
            db, "figures", request=1, text="1310个", as_of="2026-02-28", giver="停车管理科",
            recorded=THEN,
        )  # fmt: skip

    rows = {
        1: first,
        2: second,
        3: third,
        5: proofread,
        6: moved,
        14: figures,
        17: rated,
        20: material,
        22: noticed,
        27: asked_on_line,
    }
    build(tmp_path / "casework.db", CASEWORK_STEPS[:schema], rows)
    with Casework.open(tmp_path) as casework:
        matter = casework.matter(1)
        assert matter is not None
        assert (matter.draft, matter.version, matter.confirmed) == (draft, 2, True)
        assert [version.number for version in casework.versions(1)] == [2, 1]
        assert casework.version(1, 1) == draft
        assert casework.original(1) == ("提案.txt", "全文".encode())
        if schema >= 2:
            assert [one.text for one in casework.co_opinions(1)] == ["同意。"]
            own = "区城管局" if schema >= 3 else ""
            assert [one.text for one in casework.phrases()] == ["专此答复。", "感谢您的关心。"]
            assert "专此答复。" in [one.text for one in casework.phrases(own)]
            assert "120个" in casework.typed(1)
        assert [(one.fix, one.what, one.author) for one in casework.proofing.fixes(1)] == (
            [(FIX, "改“其它”", "林知远")] if schema >= 5 else []
        )
        now = stage_of(casework.db, 1)
        if schema >= 6:
            entered = dt.datetime.fromisoformat(THEN)
            assert now == Stage(1, "核稿", moves=2, handler="林知远", entered=entered)
        given = house.given(casework.db, 1)
        assert [(one.text, one.giver) for one in given] == (
            [("1310个", "停车管理科")] if schema >= 14 else []
        )
        same_ratings(casework, schema)
        same_materials(casework, schema)
        same_notices(casework, schema)
        same_askings(casework, schema)
    db = sqlite3.connect(tmp_path / "casework.db")
    assert differences(db, CASEWORK_STEPS) == []
    assert db.execute("SELECT name FROM people").fetchall() == [("林知远",)]
    assert db.execute("PRAGMA user_version").fetchone() == (len(CASEWORK_STEPS),)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_units_share_comes_to_belong_to_one(tmp_path: Path, draft: Draft) -> None:
    """Of a matter of several units its registrar owns it; numbers are their profile's, what is not
    to be reported again its author's unit's."""
    db = connect(tmp_path / "casework.db")
    migrate(db, CASEWORK_STEPS[: CASEWORK_STEPS.index(handling.own)])
    for name, unit in (("林知远", "区城管局"), ("顾清和", "区教育局")):
        insert(db, "people", name=name, password="!", stamp="s", created=THEN, unit=unit)
    owned = {
        1: ("林知远", ["区城管局", "区教育局"]),
        2: ("", ["区城管局", "区教育局"]),
        3: ("", [""]),
    }
    for matter, (author, units) in owned.items():
        insert(db, "matters", version=1, summary="{}", created=THEN, updated=THEN)
        said = dumps(replace(draft, profile="jia"))
        insert(db, "versions", matter=matter, number=1, draft=said, saved=THEN, author=author)
        for unit in units:
            insert(db, "handling", matter=matter, unit=unit)
    insert(
        db, "numbers", code="青城管函", year=2026, seq=1, text="青城管函〔2026〕1号", matter=1,
        round=1, given=THEN, author="林知远",
    )  # fmt: skip
    for words, matter, author in (("甲", None, "林知远"), ("乙", None, ""), ("丙", 1, "林知远")):
        insert(
            db, "ignored", profile="jia", matter=matter, rule="t", words=words, author=author,
            saved=THEN,
        )  # fmt: skip
    db.close()
    with Casework.open(tmp_path) as casework:
        owners = {number: casework.run(handling.owners_of, number) for number in owned}
        assert owners == {1: {"区城管局"}, 2: {"区城管局", "区教育局"}, 3: {""}}
        assert [(one.profile, one.unit) for one in casework.run(numbers.every)] == [("jia", "")]
        rows = casework.db.execute("SELECT words, unit FROM ignored ORDER BY id").fetchall()
        assert [tuple(row) for row in rows] == [("甲", "区城管局"), ("乙", ""), ("丙", "")]


@pytest.mark.parametrize("sector", ["", "经济界"])
def test_lists_tell_matters_of_an_older_program_apart(tmp_path: Path, sector: str) -> None:
    proposer = Proposer("路遥岑", sector=sector, delegation="梧桐代表团")
    asked = Proposal(proposers=(proposer, proposer), key=True, overseer="顾清和", merged=("7",))
    told = Draft(asked)
    summary = {
        "matter": "提案", "session": None, "item_no": "211", "subject": "停车", "proposers": [],
        "role": "主办", "due": None, "progress": {"total": 0, "answered": 0, "pending": 0},
    }  # fmt: skip

    def first(db: sqlite3.Connection) -> None:
        # Of the oldest drafts: without the fields that came later.
        for number, draft in enumerate((dumps(told), '{"proposal": {"text": "全文"}}'), start=1):
            said = msgspec.json.encode(summary).decode()
            insert(db, "matters", version=2, summary=said, created=THEN, updated=THEN)
            insert(db, "versions", matter=number, number=1, draft="{}", saved=THEN)
            insert(db, "versions", matter=number, number=2, draft=draft, saved=THEN)

    build(tmp_path / "casework.db", CASEWORK_STEPS[:17], {1: first})
    with Casework.open(tmp_path) as casework:
        assert [
            (one.subject, one.sectors, one.key, one.overseer, one.merged)
            for one in casework.matters()
        ] == [
            ("停车", (sector or "梧桐代表团",), True, "顾清和", ("7",)),
            ("停车", (), False, "", ()),
        ]


COMMENTED = 1 + CASEWORK_STEPS.index(comment_tables.install)


@pytest.mark.parametrize("schema", range(COMMENTED, len(CASEWORK_STEPS) + 1))
def test_comments_of_every_schema_that_had_them_are_kept(tmp_path: Path, schema: int) -> None:
    def first(db: sqlite3.Connection) -> None:
        insert(db, "matters", version=1, summary="{}", created=THEN, updated=THEN)

    def commented(db: sqlite3.Connection) -> None:
        said = {"quoted": "停车", "before": "老旧片区", "text": "写明路段。", "author": "林知远"}
        insert(db, "comments", matter=1, **said, at=THEN)

    build(tmp_path / "casework.db", CASEWORK_STEPS[:schema], {1: first, COMMENTED: commented})
    with Casework.open(tmp_path) as casework:
        (found,) = commenting.listed(casework.db, 1)
        anchor, at = Anchor("停车", "老旧片区"), dt.datetime.fromisoformat(THEN)
        assert found == commenting.Comment(1, "", anchor, "写明路段。", "林知远", at)


def test_what_was_recorded_before_suggestions_had_ids_finds_them(tmp_path: Path) -> None:
    asked = [Suggestion(None, text) for text in ("增加泊位", "加强宣传", "加强宣传")]
    proposal = Proposal(suggestions=tuple(asked))
    answers = [Answer(one, done) for one, done in zip(asked, ("甲", "乙", "丙"), strict=True)]
    first_ = Draft(proposal, tuple(answers))
    turned = replace(proposal, suggestions=(asked[1], asked[2], asked[0]))
    second_ = Draft(turned, (answers[1], answers[2], replace(answers[0], done="甲又写")))
    summary = {
        "matter": "提案", "session": None, "item_no": "211", "subject": None, "proposers": [],
        "role": "主办", "due": None, "progress": {"total": 3, "answered": 0, "pending": 0},
    }  # fmt: skip

    def former(value: object) -> str:
        return re.sub(r',\n\s*"id": ""', "", dumps(value))

    def first(db: sqlite3.Connection) -> None:
        said = msgspec.json.encode(summary).decode()
        insert(db, "matters", version=2, confirmed=1, summary=said, created=THEN, updated=THEN)
        for number, draft in enumerate((first_, second_), start=1):
            assert '"id"' not in former(draft)
            insert(db, "versions", matter=1, number=number, draft=former(draft), saved=THEN)

    def waits(db: sqlite3.Connection) -> None:
        kept = [replace(answers[1], done="乙新稿"), replace(answers[2], done="丙新稿")]
        insert(db, "redrafts", matter=1, person="", answers=former(kept))

    def about(db: sqlite3.Connection) -> None:
        insert(db, "opinions", matter=1, unit="区财政局", about='["增加泊位"]', asked=THEN[:10])

    def asking(db: sqlite3.Connection) -> None:
        said = json.dumps({"what": "泊位数", "suggestion": "增加泊位", "field": "done"})
        insert(db, "figure_requests", matter=1, asking=said, asked=THEN)

    rows = {1: first, 12: waits, 13: about, 14: asking}
    build(tmp_path / "casework.db", CASEWORK_STEPS[:14], rows)
    with Casework.open(tmp_path) as casework:
        old, matter = casework.version(1, 1), casework.matter(1)
        assert old is not None and matter is not None and old == first_
        told = {answer.suggestion.id: answer.done for answer in aligned(old).answers}
        now = aligned(matter.draft)
        assert [told[answer.suggestion.id] for answer in now.answers] == ["乙", "丙", "甲"]
        waiting = redrafting.waiting(casework, matter, "")
        assert [(pair.place, pair.anew.done) for pair in waiting] == [(0, "乙新稿"), (1, "丙新稿")]
        # Reworded by this program, all that was recorded by the former words goes along.
        ids = [one.id for one in now.proposal.suggestions]
        better = replace(asked[0], text="增加停车泊位", id=ids[2])
        listed = (*now.proposal.suggestions[:2], better)
        reworded = realign(now, replace(now.proposal, suggestions=listed), [[id] for id in ids])
        casework.confirm_suggestions(1, reworded, 2)
        after = casework.matter(1)
        assert after is not None and after.draft.answers[2].done == "甲又写"
        (request,) = house.listed(casework.db, 1)
        assert place_of(after.draft, request.asking) == 2
        assert concerned(after.draft, "区财政局") == (2,)


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    return {path.stem: read_file(path) for path in sorted(SAMPLES.glob("policies/*.txt"))}


@pytest.mark.parametrize("schema", range(1, len(ARCHIVE_STEPS) + 1))
def test_an_archive_of_every_schema_opens_and_is_searched(
    tmp_path: Path, schema: int, documents: dict[str, Document]
) -> None:
    def first(db: sqlite3.Connection) -> None:
        for source, document in documents.items():
            record = msgspec.json.encode(document)
            insert(
                db, "documents", source=source, kind=document.kind.value, title=document.title,
                doc_no=document.doc_no, date=str(document.date or "") or None, imported=THEN,
                sha256=hashlib.sha256(record).hexdigest(), record=record.decode(),
                original=source.encode(),
            )  # fmt: skip

    def visible(db: sqlite3.Connection) -> None:
        for name, unit in (("甲.docx", "区城管局"), ("乙.docx", "")):
            insert(db, "failures", source=name, file=name, reason="打不开", failed=THEN)
            insert(db, "jobs", kind="auto", author="", state="done", created=THEN, unit=unit)
        insert(db, "job_files", job=1, name="甲.docx", path="1", state="done")

    build(tmp_path / "archive.db", ARCHIVE_STEPS[:schema], {1: first, 7: visible})
    archive = Archive.open(tmp_path)
    if schema >= 7:
        readers = (Reader("区城管局"), Reader("区教育局"), EVERYTHING)
        assert [archive.reader(who).count_failures() for who in readers] == [2, 1, 2]
    assert archive.reader(EVERYTHING).count() == len(documents)
    for number, (source, document) in enumerate(documents.items(), 1):
        found = archive.reader(EVERYTHING).document(number)
        assert found is not None
        assert (found.source, found.document) == (source, document)
        assert found.original == source.encode()
        hits = archive.reader(EVERYTHING).search(document.title or "", limit=3)
        assert source in [hit.source for hit in hits]
    assert differences(archive.db, ARCHIVE_STEPS) == []
    archive.close()


def test_steps_done_before_they_were_noted_are_taken_over(tmp_path: Path) -> None:
    """A database of a program that kept only ``user_version``, and then of this one."""
    db = connect(tmp_path / "casework.db")
    migrate(db, CASEWORK_STEPS[:5])
    db.execute("DROP TABLE _sqlite_migrations")
    migrate(db, CASEWORK_STEPS)
    noted = migrations(SET, []).applied(toolbox(db))
    assert [one.name for one in noted] == [
        f"{number:03d}" for number in range(1, len(CASEWORK_STEPS) + 1)
    ]
    assert [bool(one.applied_at) for one in noted] == [
        number > 5 for number in range(1, len(CASEWORK_STEPS) + 1)
    ]
    assert differences(db, CASEWORK_STEPS) == []


def test_a_step_that_is_renamed_or_moved_is_not_applied_again(tmp_path: Path) -> None:
    db = connect(tmp_path / "a.db")

    def first(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE a (x INTEGER)")

    def other_name(db: sqlite3.Connection) -> None:
        raise AssertionError

    def second(db: sqlite3.Connection) -> None:
        toolbox(db).table("a").transform(rename={"x": "y"})

    migrate(db, [first])
    db.execute("INSERT INTO a VALUES (7)")
    assert migrate(db, [other_name, second]) == 2
    assert list(toolbox(db).query("SELECT * FROM a")) == [{"y": 7}]


def test_the_toolbox_leaves_the_connection_as_it_is(tmp_path: Path) -> None:
    db = connect(tmp_path / "a.db")
    asked = ("recursive_triggers", "foreign_keys", "synchronous", "journal_mode")

    def state() -> list[object]:
        return [db.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]

    before = state()
    toolbox(db).table("a").insert({"x": 1})
    assert (state(), db.in_transaction) == (before, False)


@pytest.mark.parametrize("name", ["casework.db", "archive.db"])
def test_data_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path, name: str) -> None:
    opened = Casework.open if name == "casework.db" else Archive.open
    opened(tmp_path).close()
    db = sqlite3.connect(tmp_path / name)
    db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(UserError, match="更新版本的程序"):
        opened(tmp_path)
    assert sqlite3.connect(tmp_path / name).execute("PRAGMA user_version").fetchone() == (999,)
