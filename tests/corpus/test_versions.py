"""Versions of a document are found, told apart from mere likeness, and shown as one."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from corpus import EVERYTHING, Archive
from corpus.store.duplicates import fingerprint, likeness
from drafting.model import Document, Kind
from drafting.reading import read_pasted

SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "samples" / "replies"
HEAD = (
    "关于区政协十届四次会议第{number}号提案的答复\n薄望舒委员：\n"
    "您提出的《关于{what}的提案》收悉，现答复如下：\n"
)
TAIL = "\n感谢您对我区工作的关心和支持。\n青岚区城市管理局\n{year}年6月{number}日"


def sentences() -> list[str]:
    texts = (path.read_text("utf-8") for path in sorted(SAMPLES.glob("*.txt")))
    parts = (one.strip() for text in texts for one in text.split("。"))
    return [one for one in parts if 20 < len(one) < 160 and "\n" not in one]


def body(seed: int, count: int = 12) -> list[str]:
    return random.Random(seed).sample(sentences(), count)


def reply(number: int, parts: list[str], *, year: int = 2025, what: str = "停车") -> Document:
    text = HEAD.format(number=number, what=what) + "。\n".join(parts) + "。"
    return read_pasted(text + TAIL.format(number=number, year=year))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path)


def put(archive: Archive, **documents: Document) -> dict[str, int]:
    for source, document in documents.items():
        archive.store(document, source)
    rows = archive.db.execute("SELECT source, id FROM documents")
    return {row["source"]: row["id"] for row in rows}


def versions(archive: Archive, number: int) -> list[tuple[str, str]]:
    return [(one.source, one.relation) for one in archive.reader(EVERYTHING).variants(number)]


def test_the_same_reply_published_twice_is_one(archive: Archive) -> None:
    one = reply(3, body(1))
    again = replace(one, title="［转载］" + (one.title or ""), session=None, item_no=None)
    ids = put(archive, one=one, again=again, other=reply(4, body(2)))
    assert versions(archive, ids["one"]) == [("again", "同文")]
    assert versions(archive, ids["again"]) == [("one", "同文")]
    assert versions(archive, ids["other"]) == []


def test_a_draft_and_its_final_are_versions(archive: Archive) -> None:
    parts = body(1)
    draft = [*parts[:9], "此处数字待业务科室核实后补充", *parts[10:]]
    unnumbered = replace(reply(3, draft), session=None, item_no=None, issuers=(), date=None)
    ids = put(archive, draft=unnumbered, final=reply(3, parts))
    assert versions(archive, ids["final"]) == [("draft", "不同版本")]


def test_a_reply_and_its_continuation_are_versions_though_all_is_said_anew(
    archive: Archive,
) -> None:
    later = reply(3, ["该提案续办情况如下", *body(7)], year=2026)
    ids = put(archive, first=reply(3, body(1)), later=later)
    assert versions(archive, ids["first"]) == [("later", "续办")]


def test_two_replies_to_two_proposals_are_two_even_from_one_pattern(archive: Archive) -> None:
    parts = body(1)
    other = [*parts[:10], *body(9, 2)]
    ids = put(archive, one=reply(3, parts), other=reply(4, other))
    assert versions(archive, ids["one"]) == []


def test_one_answer_to_merged_proposals_is_one_text(archive: Archive) -> None:
    parts = body(1, 30)
    ids = put(archive, one=reply(3, parts), other=reply(4, parts))
    assert versions(archive, ids["one"]) == [("other", "同文")]


def test_two_units_answers_to_one_proposal_are_two(archive: Archive) -> None:
    one, other = reply(3, body(1)), replace(reply(3, body(5)), issuers=("青岚区公安局",))
    ids = put(archive, one=one, other=other)
    assert versions(archive, ids["one"]) == []


def test_another_session_or_kind_is_another_matter(archive: Archive) -> None:
    one = reply(3, body(1))
    later = replace(reply(3, body(5)), session="区政协十届五次会议")
    proposal = replace(reply(3, body(6)), kind=Kind.PROPOSAL)
    ids = put(archive, one=one, later=later, proposal=proposal)
    assert versions(archive, ids["one"]) == []


def test_search_shows_versions_as_one_and_counts_the_others(archive: Archive) -> None:
    parts = body(1)
    put(archive, one=reply(3, parts), two=reply(3, [*parts[:11], "定稿时所加的一句话"]))
    put(archive, other=reply(4, body(2)))
    hits = archive.reader(EVERYTHING).search(parts[0])
    assert [hit.variants for hit in hits if hit.source in ("one", "two")] == [1]
    every = archive.reader(EVERYTHING).search(parts[0], distinct=False)
    assert sorted(hit.source for hit in every if hit.variants) == ["one", "two"]


def test_many_versions_do_not_push_others_off_the_list(archive: Archive) -> None:
    parts = body(1)
    put(archive, **{f"v{n}": replace(reply(3, parts), signer=f"甲{n}") for n in range(12)})
    put(archive, other=reply(4, [*body(2), parts[0]]))
    hits = archive.reader(EVERYTHING).search(parts[0], limit=3)
    assert sorted(hit.variants for hit in hits) == [0, 11]


def test_links_go_with_a_document_and_come_back_with_it(archive: Archive) -> None:
    parts = body(1)
    ids = put(archive, one=reply(3, parts), two=reply(3, parts[:11]))
    archive.delete(ids["two"])
    assert versions(archive, ids["one"]) == []
    assert archive.undelete(ids["two"]) == ids["two"]
    assert [source for source, _ in versions(archive, ids["one"])] == ["two"]
    archive.store(reply(8, body(11)), "two")
    assert versions(archive, ids["one"]) == []
    assert archive.db.execute("SELECT count(*) FROM alike").fetchone()[0] == 0


def test_documents_of_a_former_version_are_signed_at_the_next_start(
    archive: Archive, tmp_path: Path
) -> None:
    parts = body(1)
    ids = put(archive, one=reply(3, parts), two=reply(3, parts[:11]))
    for table in ("alike", "bands", "signatures"):
        archive.db.execute(f"DELETE FROM {table}")  # noqa: S608
    archive.db.execute("DELETE FROM settings WHERE name = 'signature_version'")
    archive.close()
    assert [source for source, _ in versions(Archive.open(tmp_path), ids["one"])] == ["two"]


@given(st.integers(0, 40), st.integers(0, 1_000))
@tried(40)
def test_the_estimate_keeps_near_what_two_texts_really_share(changed: int, seed: int) -> None:
    one = body(seed, 40)
    other = [*body(seed + 5_000, 40)[:changed], *one[changed:]]
    texts = ["".join(char for char in "".join(parts) if char.isalnum()) for parts in (one, other)]
    grams = [{text[at : at + 4] for at in range(len(text) - 3)} for text in texts]
    share = len(grams[0] & grams[1]) / len(grams[0] | grams[1])
    signatures = [fingerprint(Document(Kind.REPLY, text)).signature for text in texts]
    assert abs(likeness(*signatures) - share) < 0.3
    assert likeness(signatures[0], signatures[0]) == 1.0
