"""Whether a policy is in force, by what the archive's other documents say: whole answers."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from corpus import EVERYTHING, Archive, Reader
from corpus.store.migrations import STEPS, validity
from corpus.store.validity import Judged, judge
from drafting.answering.first_draft import first_draft
from drafting.model import Document, Kind, Proposal, Suggestion
from drafting.reading import read_bytes
from storage import connect, migrate

TODAY = dt.date(2026, 6, 1)
LAMPS = "青岚区路灯建设办法"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path / "data")


def policy(title: str, text: str, day: str, **more: object) -> Document:
    return Document(
        Kind.POLICY, f"{title}\n{text}", title=title, date=dt.date.fromisoformat(day), **more
    )  # type: ignore[arg-type]


def judged(archive: Archive) -> dict[str, Judged]:
    rows = archive.db.execute("SELECT id, source FROM documents").fetchall()
    found = judge(archive.db, [row["id"] for row in rows], TODAY)
    return {row["source"]: found[row["id"]] for row in rows if row["id"] in found}


OLD = """青岚区人民政府办公室关于印发青岚区路灯建设办法的通知
青政办发〔2008〕7号
各街道办事处：
现将《青岚区路灯建设办法》印发给你们，请遵照执行。
一、新增路灯。每年新增路灯200盏，由区城管局牵头。
青岚区人民政府办公室
2008年3月1日"""
DECISION = """青岚区人民政府关于废止部分行政规范性文件的决定
青政发〔2020〕5号
各街道办事处，区直各单位：
根据《云湖市行政规范性文件管理办法》，决定废止下列文件：
一、关于印发《青岚区路灯建设办法》的通知（青政办发〔2008〕7号）
二、青岚区灯光管理规定（青政发〔2009〕3号）
本决定自公布之日起施行。
青岚区人民政府
2020年6月1日"""


@pytest.mark.parametrize("decision_first", [False, True])
def test_a_policy_of_2008_repealed_in_2020_whichever_came_first(
    archive: Archive, decision_first: bool
) -> None:
    old = read_bytes(OLD.encode(), "a.txt")
    decision = read_bytes(DECISION.encode(), "a.txt")
    papers = [(old, "old"), (decision, "decision")]
    for paper, source in reversed(papers) if decision_first else papers:
        archive.store(paper, source)
    why = "见《青岚区人民政府关于废止部分行政规范性文件的决定》（青政发〔2020〕5号）"
    assert judged(archive) == {"old": Judged("已废止", why), "decision": Judged("现行")}
    states = {one.source: one.state for one in archive.reader(EVERYTHING).passages("新增路灯")}
    assert states["old"] == "已废止"
    asked = Proposal(
        subject="路灯",
        suggestions=(Suggestion("一、", "新增路灯"),),
        handling_unit="青岚区城市管理局",
    )
    (answer,) = first_draft(asked, archive.reader(EVERYTHING), today=TODAY).answers
    assert "按照" not in answer.next_step and "200盏" not in answer.next_step


def test_a_repeal_holds_from_its_day_on(archive: Archive) -> None:
    archive.store(policy(LAMPS, "新增路灯200盏。", "2018-03-01"), "old")
    later = f"本办法自2026年7月1日起施行，《{LAMPS}》同时废止。"
    archive.store(policy("青岚区照明办法", later, "2026-05-01"), "new")
    assert judged(archive)["old"] == Judged("现行")
    rows = archive.db.execute("SELECT id FROM documents WHERE source = 'old'").fetchone()
    then = judge(archive.db, [rows["id"]], dt.date(2026, 7, 1))
    assert then == {rows["id"]: Judged("已被替代", "见《青岚区照明办法》")}


def test_another_places_paper_and_another_number_repeal_nothing(archive: Archive) -> None:
    title = "停车场管理办法"
    ours = policy(
        title, "新建停车场。", "2018-03-01", issuers=("昆明市人民政府",), doc_no="昆政发〔2018〕3号"
    )
    archive.store(ours, "ours")
    text = f"《{title}》同时废止。"
    elsewhere = policy("泊位管理办法", text, "2024-01-01", issuers=("杭州市人民政府",))
    archive.store(elsewhere, "elsewhere")
    other = policy(
        "停车条例", f"《{title}》（昆政发〔2001〕9号）同时废止。", "2024-01-01",
        issuers=("昆明市人民政府",),
    )  # fmt: skip
    archive.store(other, "other")
    assert judged(archive)["ours"] == Judged("现行")
    named = policy("新停车条例", text, "2025-01-01", issuers=("昆明市人民政府",))
    archive.store(named, "named")
    assert judged(archive)["ours"] == Judged("已被替代", "见《新停车条例》")


def test_a_term_that_is_over_and_one_that_was_prolonged(archive: Archive) -> None:
    own = "本办法自2018年4月1日起施行，有效期5年。"
    archive.store(policy(LAMPS, own, "2018-03-01"), "old")
    assert judged(archive)["old"] == Judged("已到期", "有效期至2023年3月31日")
    notice = f"《{LAMPS}》有效期延长至2025年3月31日。"
    archive.store(policy("关于延长路灯办法有效期的通知", notice, "2023-03-01"), "notice")
    assert judged(archive)["old"] == Judged("已到期", "有效期至2025年3月31日")
    notice = f"《{LAMPS}》有效期延长至2027年3月31日。"
    archive.store(policy("关于再次延长路灯办法有效期的通知", notice, "2025-03-01"), "again")
    assert judged(archive)["old"] == Judged("现行")


def test_what_the_page_states_is_believed(archive: Archive) -> None:
    archive.store(policy(LAMPS, "新增路灯。", "2018-03-01", validity="有效性：失效"), "old")
    assert judged(archive)["old"] == Judged("已失效", "文件或网页上已标明")


def test_a_document_that_others_keep_to_themselves_is_not_named(archive: Archive) -> None:
    archive.store(policy(LAMPS, "新增路灯200盏。", "2018-03-01"), "old")
    theirs = archive.for_unit("青岚区城管局")
    theirs.reserve(reserved=True)
    theirs.store(policy("内部照明办法", f"《{LAMPS}》同时废止。", "2024-01-01"), "new")
    number = archive.db.execute("SELECT id FROM documents WHERE source = 'old'").fetchone()["id"]
    assert archive.reader(Reader("青岚区教育局")).judged(number) == Judged(
        "已被替代", "见其他单位的文件"
    )
    assert theirs.own_reader().judged(number) == Judged("已被替代", "见《内部照明办法》")


@pytest.mark.sqlite
def test_an_archive_of_before_learns_it_when_it_is_opened(tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = Archive.open(data)
    made.store(policy(LAMPS, "每年新增路灯200盏。", "2008-03-01"), "old")
    made.store(read_bytes(DECISION.encode(), "a.txt"), "decision")
    made.close()
    with sqlite3.connect(data / "archive.db") as db:
        # As the program of that day had it: nothing but keys of titles.
        db.execute("DROP TABLE named")
        db.execute("DROP TABLE origins")
        db.execute("CREATE TABLE repeals (key INTEGER, document INTEGER)")
        db.execute("ALTER TABLE standing DROP COLUMN stated")
        db.execute("ALTER TABLE documents DROP COLUMN subject")
        for table in ("documents", "trash"):
            db.execute(f"ALTER TABLE {table} DROP COLUMN original_digest")
        db.execute("DELETE FROM settings WHERE name = 'originals_owner'")
        for table in ("parts", "kept", "parted"):
            db.execute(f"DROP TABLE {table}")
        db.execute("DROP INDEX fresh_sections_part")
        db.execute("ALTER TABLE fresh_sections DROP COLUMN part")
        db.execute("ALTER TABLE fresh_sections RENAME TO fresh")
        db.execute("UPDATE standing SET ends = NULL")
        db.execute("DELETE FROM settings WHERE name = 'validity_version'")
        db.execute("DROP TABLE _sqlite_migrations")
        db.execute(f"PRAGMA user_version = {STEPS.index(validity)}")
    assert judged(Archive.open(data))["old"].state == "已废止"


@pytest.mark.sqlite
def test_the_step_of_the_schema_alone(tmp_path: Path) -> None:
    db = connect(tmp_path / "archive.db")
    migrate(db, STEPS)
    columns = [row["name"] for row in db.execute("PRAGMA table_info(named)")]
    assert columns == ["key", "document", "number", "effect", "since"]
