"""插入 as a use case: over a real archive, opinions and phrases; its sources prove what it says."""

import datetime as dt
import sqlite3
from dataclasses import replace

import pytest

from casework import Casework
from corpus import EVERYTHING, Archive, Reader
from corpus.store.migrations import STEPS, subjects
from desk.drafts.inserting import (
    PARAGRAPH,
    Click,
    find,
    handle,
    insert,
    opinion_passages,
    paragraphs,
    remove,
    used_handles,
)
from drafting.answering.openings import OPENINGS
from drafting.answering.particulars import ledger
from drafting.answering.placing import Cursor
from drafting.errors import UserError
from drafting.model import Answer, Block, Document, Draft, Evidence, Kind, Proposal, Suggestion
from drafting.profile import load_profile

TODAY = dt.date(2026, 11, 27)
PROFILE = load_profile("default")
ASKED = Suggestion(None, "利用零星土地建设口袋停车场")
EMPTY = Answer(ASKED)
PROPOSAL = Proposal(
    subject="关于缓解停车难的提案",
    handling_unit="青岚区城市管理局",
    co_units=("区发改局",),
    suggestions=(ASKED,),
)
PLAN = Document(
    kind=Kind.POLICY,
    text="青岚区停车行动计划",
    title="青岚区停车行动计划（2025—2027年）",
    doc_no="青政发〔2025〕4号",
    issuers=("青岚区人民政府",),
    date=dt.date(2025, 2, 1),
    body=(
        Block("heading", "主要任务", 1, "一、"),
        Block("paragraph", "1.整治秩序。清理私占泊位，加强巡查。"),
        Block(
            "paragraph",
            "2.新建泊位。利用零星土地建设口袋停车场，2026年12月底前新增泊位1200个。",
        ),
        Block("paragraph", "牵头单位：区城管局"),
    ),
)
PAST = Document(
    kind=Kind.REPLY,
    text="关于缓解停车难的答复",
    title="关于区政协十届四次会议第31号提案的答复",
    subject="关于缓解停车难的提案",
    issuers=("青岚区城市管理局",),
    date=dt.date(2026, 6, 1),
    body=(Block("paragraph", "2026年3月，我局利用零星土地建成口袋停车场6处、泊位410个。"),),
)
WORDS = (
    "按照《青岚区停车行动计划（2025—2027年）》（青政发〔2025〕4号）“新建泊位”的要求，"
    "利用零星土地建设口袋停车场，2026年12月底前新增泊位1200个。"
)


@pytest.fixture
def archive(tmp_path):
    opened = Archive.open(tmp_path)
    opened.store(PLAN, "计划.txt")
    opened.store(PAST, "答复.txt")
    yield opened
    opened.close()


@pytest.fixture
def casework(tmp_path):
    with Casework.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def press(archive, casework):
    def pressed(wanted, answer=EMPTY, **more):
        found = find(wanted, archive.reader(EVERYTHING), casework, 1, None)
        return insert(
            Click(wanted, **more), found, Draft(PROPOSAL, (answer,)), answer, PROFILE, TODAY
        )

    return pressed


def blank(**more):
    return Answer(ASKED, done=OPENINGS["done"], next_step=OPENINGS["next_step"], **more)


def test_a_measure_becomes_the_next_step_with_unit_and_term(archive, press):
    inserted = press("1:1", blank(next_unit="【待核实：责任单位】"))
    passage = archive.reader(EVERYTHING).passage(1, 1)
    assert inserted.said == "已插入“下一步工作”，责任单位已填，完成时限已填"
    answer = inserted.answer
    assert replace(answer, evidence=()) == Answer(
        ASKED, OPENINGS["done"], WORDS, "区城管局", "2026年12月底前"
    )
    assert [(one.passage, one.quoted) for one in answer.evidence] == [
        (passage, "新建泊位。利用零星土地建设口袋停车场，2026年12月底前新增泊位1200个。")
    ]
    assert answer.next_step[inserted.start : inserted.end] == WORDS
    assert remove(answer, handle(passage)) == (
        blank(next_unit="【待核实：责任单位】"),
        "已移除这段材料和它带来的内容。",
    )


def test_what_it_brings_counts_as_sourced(archive, press):
    answer = press("2:0", press("1:1").answer).answer
    assert answer.done == PAST.body[0].text
    entries = ledger(Draft(PROPOSAL, (answer,)), library=archive.reader(EVERYTHING), today=TODAY)
    assert [(one.field, one.fact.text, one.state, one.source.title) for one in entries] == [
        ("done", "2026年3月", "proven", PAST.title),
        ("done", "6处", "proven", PAST.title),
        ("done", "410个", "proven", PAST.title),
        ("next_step", "《青岚区停车行动计划（2025—2027年）》", "proven", PLAN.title),
        ("next_step", "青政发〔2025〕4号", "proven", PLAN.title),
        ("next_step", "2026年12月底", "proven", PLAN.title),
        ("next_step", "1200个", "proven", PLAN.title),
        ("next_unit", "区城管局", "proven", PLAN.title),
        ("next_date", "2026年12月底", "proven", PLAN.title),
    ]


def test_what_the_clerk_typed_stays_and_is_said(press):
    inserted = press("1:1", Answer(ASKED, next_unit="区财政局", next_date="2027年6月底前"))
    assert (inserted.answer.next_unit, inserted.answer.next_date) == ("区财政局", "2027年6月底前")
    assert inserted.said == (
        "已插入“下一步工作”，责任单位已有内容，没有改动，完成时限已有内容，没有改动"
    )


def test_the_same_passage_twice_is_one_source_and_one_paragraph(press):
    once = press("1:1").answer
    again = press("1:1", once)
    assert again.answer == once
    assert again.said == "这段话已在“下一步工作”中，没有重复插入"


def test_another_sentence_of_a_source_joins_it_and_both_go_together(archive, press):
    part = press("2:0", selected="泊位410个").answer
    assert part.done == "泊位410个"
    both = press("2:0", part).answer
    assert both.done == f"泊位410个\n{PAST.body[0].text}"
    assert [(one.quoted) for one in both.evidence] == [f"泊位410个\n{PAST.body[0].text}"]
    assert remove(both, "0") == (Answer(ASKED), "已移除这段材料和它带来的内容。")
    edited = replace(both, done=both.done.replace("泊位410个\n", "泊位四百个\n"))
    assert remove(edited, "0") == (
        Answer(ASKED, done="泊位四百个"),
        "出处已移除；“已开展的工作”中的文字已有改动，请自行删改。",
    )


def test_a_passage_that_has_gone_or_changed_is_refused(archive, press):
    old = handle(archive.reader(EVERYTHING).passage(1, 1))
    assert press(old).answer.next_step == WORDS
    archive.store(replace(PLAN, body=PLAN.body[:1] + PLAN.body[:0:-1]), "计划.txt")
    for wanted in (old, "1:9", "9:0", "1:x", "1:", "o1:0", f"{2**70}:0", "1:-1", "p7x:1"):
        with pytest.raises(UserError, match="请重新检索后再插入"):
            press(wanted)
    archive.delete(1)
    with pytest.raises(UserError, match="请重新检索后再插入"):
        press("1:1")


def test_a_unit_cannot_take_in_what_another_keeps_to_itself(archive, casework):
    archive.for_unit("区民政局").store(replace(PAST, text="内部"), "内部.txt")
    archive.for_unit("区民政局").reserve(reserved=True)
    assert find("3:0", archive.reader(Reader("区民政局")), casework, 1, None).source == "内部.txt"
    with pytest.raises(UserError):
        find("3:0", archive.reader(Reader("区城管局")), casework, 1, None)


def test_a_paragraph_of_a_past_reply_opinion_and_phrase_come_the_same_way(archive, casework, press):
    number = casework.create_matter(PROPOSAL)
    assert number == 1
    casework.keep_co_units(1, ("区发改局",))
    (line,) = casework.co_opinions(1)
    casework.receive_opinion(line.id, dt.date(2026, 4, 1), "我局已核查12处停车场。", ("a", b""))
    (opinion,) = opinion_passages(casework, 1)
    assert handle(opinion).startswith(f"o{line.id}:0:")
    assert press(handle(opinion)).answer.done == "经商区发改局，该局已核查12处停车场。"

    (paragraph,) = paragraphs(archive.reader(EVERYTHING).document(2))
    assert paragraph.seq == PARAGRAPH and paragraph.subject == "关于缓解停车难的提案"
    assert press(handle(paragraph)).answer.done == PAST.body[0].text

    phrase = casework.add_phrase("我局将按季度通报进展。")
    inserted = press(f"p{phrase}", Answer(ASKED, next_step="要做。"), cursor=Cursor("next_step"))
    assert inserted.answer == Answer(ASKED, next_step="我局将按季度通报进展。\n要做。")
    casework.remove_phrase(phrase)
    with pytest.raises(UserError, match="这条常用语已被删除"):
        press(f"p{phrase}")


def test_a_table_of_the_archive_stays_a_table(archive, press):
    table = Block("table", rows=(("街道", "泊位"), ("长宁街道", "410个"), ("清河街道", "120个")))
    text = "| 街道 | 泊位 |\n| 长宁街道 | 410个 |\n| 清河街道 | 120个 |"
    archive.store(replace(PAST, text="二", body=(*PAST.body, table)), "另一答复.txt")
    archive.store(replace(PLAN, text="三", body=(table,)), "另一计划.txt")
    reader = archive.reader(EVERYTHING)
    (_, own), (plan,) = (list(paragraphs(reader.document(number))) for number in (3, 4))
    inserted = press(handle(own), Answer(ASKED, done="前文。\n后文。"), cursor=Cursor("done", 3, 3))
    assert inserted.answer.done == f"前文。\n{text}\n后文。"
    # The archive has each cell of it.
    draft = Draft(PROPOSAL, (replace(inserted.answer, done=text),))
    assert [(one.fact.text, one.state) for one in ledger(draft, library=reader)] == [
        ("410个", "proven"),
        ("120个", "proven"),
    ]
    assert press(handle(plan)).answer.next_step == (
        f"按照《青岚区停车行动计划（2025—2027年）》（青政发〔2025〕4号）要求，有关安排如下：\n{text}"
    )


def test_the_words_of_a_settled_conflict_are_not_put_in_again(press):
    typed = Answer(ASKED, next_step=f"我写的。\n{WORDS}")
    inserted = press("1:1", typed, placed=True)
    assert replace(inserted.answer, evidence=()) == typed
    back, _ = remove(inserted.answer, "0")
    assert back == Answer(ASKED, next_step="我写的。\n")


def test_a_source_of_the_first_draft_goes_without_touching_the_text(archive):
    passage = archive.reader(EVERYTHING).passage(2, 0)
    drafted = Answer(ASKED, done="初稿。", evidence=(Evidence(passage, "初稿。"),))
    assert used_handles(drafted) == [handle(passage)]
    assert remove(drafted, handle(passage)) == (
        Answer(ASKED, done="初稿。"),
        "出处已移除；正文没有改动。",
    )
    assert remove(drafted, "5") == (drafted, "这条出处已经移除。")


@pytest.mark.sqlite
def test_subject_and_term_of_a_former_archive_are_filled_in(tmp_path):
    """The step ``subjects``: the data of the schema before it."""
    archive = Archive.open(tmp_path)
    archive.store(PAST, "答复.txt")
    archive.store(PLAN, "计划.txt")
    archive.close()
    with sqlite3.connect(tmp_path / "archive.db") as db:
        version = STEPS.index(subjects) + 1
        db.execute("ALTER TABLE documents DROP COLUMN subject")
        for table in ("documents", "trash"):
            db.execute(f"ALTER TABLE {table} DROP COLUMN original_digest")
        db.execute("DELETE FROM settings WHERE name = 'originals_owner'")
        db.execute(
            "CREATE TABLE fresh AS SELECT section, document, length, date, facets, terms, counts,"
            " characters FROM fresh_sections"
        )
        for table in ("parts", "kept", "parted", "fresh_sections"):
            db.execute(f"DROP TABLE {table}")
        db.execute("DROP TABLE _sqlite_migrations")
        db.execute(f"PRAGMA user_version = {version - 1}")
    archive = Archive.open(tmp_path)
    past, plan = archive.reader(EVERYTHING).passage(1, 0), archive.reader(EVERYTHING).passage(2, 0)
    assert (past.subject, past.ends) == ("关于缓解停车难的提案", "")
    assert (plan.subject, plan.ends, plan.state) == (None, "2027-12-31", "现行")
    (hit, *_) = archive.reader(EVERYTHING).search("口袋停车场", kinds=(Kind.REPLY,))
    assert (hit.subject, hit.ends) == ("关于缓解停车难的提案", "")
    archive.close()
