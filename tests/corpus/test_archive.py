"""The archive keeps documents, finds them at once, and never doubles one."""

import hashlib
import threading
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from corpus import EVERYTHING, Archive, Reader, import_bytes, import_paths, import_samples
from corpus.importing.importer import Failure
from corpus.store.migrations import STEPS
from drafting.errors import UserError
from drafting.model import Kind
from drafting.reading import read_pasted
from storage import connect, migrate

REPLY = """关于区政协十届四次会议第{n}号提案的答复
薄望舒委员：
您提出的《关于{what}的提案》收悉，现答复如下：
一、已开展的工作
{body}
青岚区城市管理局
2025年6月{n}日"""


def reply(n: int, what: str, body: str):
    return read_pasted(REPLY.format(n=n, what=what, body=body))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path)


def titles(hits) -> list[str]:
    return [hit.title for hit in hits]


def test_what_is_stored_is_found_at_once_and_comes_back_whole(archive):
    document = reply(3, "停车", "新建停车泊位1200个。")
    assert archive.store(document, "a.txt", b"bytes") == "imported"
    (hit,) = archive.reader(EVERYTHING).search("停车泊位")
    assert (hit.source, hit.kind, str(hit.date)) == ("a.txt", Kind.REPLY, "2025-06-03")
    assert "新建停车泊位1200个" in hit.excerpt
    kept = archive.reader(EVERYTHING).document(hit.document)
    assert (kept.document, archive.reader(EVERYTHING).original(kept.id)) == (document, b"bytes")


def test_the_same_source_again_changes_nothing_and_a_changed_one_replaces(archive):
    document = reply(3, "停车", "新建停车泊位1200个。")
    archive.store(document, "a.txt")
    assert archive.store(document, "a.txt") == "unchanged"
    assert archive.store(reply(3, "停车", "改造路灯。"), "a.txt") == "replaced"
    assert archive.reader(EVERYTHING).count() == 1
    assert (
        archive.reader(EVERYTHING).search("停车泊位1200") == []
        or "1200" not in archive.reader(EVERYTHING).search("停车泊位1200")[0].excerpt
    )
    assert titles(archive.reader(EVERYTHING).search("路灯")) == [
        "关于区政协十届四次会议第3号提案的答复"
    ]


def test_what_is_removed_is_found_no_more(archive):
    archive.store(reply(3, "停车", "新建泊位。"), "a.txt")
    assert archive.remove("a.txt")
    assert not archive.remove("a.txt")
    assert archive.reader(EVERYTHING).search("泊位") == []
    assert archive.reader(EVERYTHING).count() == 0


@pytest.mark.parametrize(
    "query", ["停", "停车", "停车泊位", "泊位1200个", "1200", "第3号提案", "ＰＰＰ", "ppp项目"]
)
def test_one_character_two_and_a_phrase_all_find(archive, query):
    archive.store(reply(3, "停车", "以PPP项目新建停车泊位1200个。"), "a.txt")
    archive.store(reply(4, "路灯", "更换灯具。"), "b.txt")
    assert archive.reader(EVERYTHING).search(query)[0].source == "a.txt"


@pytest.mark.parametrize(
    "query",
    [
        *('"', "(", "-", "AND", "OR NOT", "*", "%", "，。！", "", " ", "😀", "\x00", "𠮷㛃"),
        *("a" * 100_000, "的" * 100_000, 'NEAR("a", 2)', "title:停车"),
    ],
)
def test_no_question_is_an_error(archive, query):
    archive.store(reply(3, "停车", "新建停车泊位1200个。"), "a.txt")
    assert isinstance(archive.reader(EVERYTHING).search(query), list)
    assert isinstance(archive.reader(EVERYTHING).passages(query), list)


def test_a_document_number_goes_straight_to_its_document(archive):
    numbered = replace(reply(3, "停车", "新建泊位。"), doc_no="青城管函〔2025〕31号")
    archive.store(numbered, "a.txt")
    archive.store(reply(4, "停车", "依据青城管函〔2025〕31号，新建泊位。"), "b.txt")
    assert archive.reader(EVERYTHING).search("青城管函[2025]第31号")[0].source == "a.txt"


def test_kinds_narrow_the_search(archive):
    archive.store(reply(3, "停车", "新建泊位。"), "a.txt")
    archive.store(replace(reply(4, "停车", "新建泊位。"), kind=Kind.POLICY), "b.txt")
    assert [
        hit.source for hit in archive.reader(EVERYTHING).search("泊位", kinds=(Kind.POLICY,))
    ] == ["b.txt"]


def test_passages_carry_their_source_their_path_and_why(archive):
    archive.store(reply(3, "停车", "新建停车泊位1200个，投入使用。"), "a.txt")
    (passage,) = archive.reader(EVERYTHING).passages("停车泊位不足")
    assert passage.text == "新建停车泊位1200个，投入使用。"
    assert passage.path == ("一、已开展的工作",)
    assert (passage.issuer, passage.source) == ("青岚区城市管理局", "a.txt")
    assert passage.shared == ("停车泊位",)


def test_near_identical_passages_appear_once_and_the_newer_one(archive):
    for n in (3, 9):
        archive.store(reply(n, "停车", "利用边角地新建停车泊位，缓解老旧小区停车难。"), f"{n}.txt")
    found = archive.reader(EVERYTHING).passages("老旧小区停车难")
    assert [passage.source for passage in found] == ["9.txt"]


def test_excluded_sources_give_no_passage(archive):
    archive.store(reply(3, "停车", "新建停车泊位。"), "a.txt")
    assert archive.reader(EVERYTHING).passages("停车泊位", exclude=("a.txt",)) == []


def test_twenty_readers_find_while_one_writes(archive):
    archive.store(reply(1, "停车", "新建停车泊位。"), "0.txt")
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert archive.reader(EVERYTHING).search("停车泊位")
        except BaseException as error:  # noqa: BLE001 - handed to the main thread
            failures.append(error)
        finally:
            archive.close()

    readers = [threading.Thread(target=read) for _ in range(20)]
    for reader in readers:
        reader.start()
    for n in range(1, 28):
        archive.store(reply(n, "停车", f"新建停车泊位{n}个。"), f"{n}.txt")
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert archive.reader(EVERYTHING).count() == 28


# ------------------------------------------------------------------ import


def test_a_folder_goes_in_and_what_fails_is_listed_with_its_reason(archive, tmp_path):
    folder = tmp_path / "答复"
    (folder / "2025").mkdir(parents=True)
    (folder / "2025" / "a.txt").write_text(
        REPLY.format(n=3, what="停车", body="新建泊位。"), "utf-8"
    )
    (folder / "b.docx").write_bytes(b"no docx")
    (folder / "c.txt").write_bytes(b"")
    (folder / ".hidden.txt").write_text("x", "utf-8")
    (folder / "~$a.docx").write_text("x", "utf-8")
    outcome = import_paths(archive, [folder])
    assert outcome.imported == 1
    assert outcome.failed == [
        Failure("答复/b.docx", "文件已损坏，或不是 Word 文档（.docx）。"),
        Failure("答复/c.txt", "文件是空的，没有可读的内容。"),
    ]
    again = import_paths(archive, [folder])
    assert (again.imported, again.unchanged) == (0, 1)


def test_a_ledger_goes_in_line_by_line(archive, tmp_path):
    ledger = tmp_path / "台账.jsonl"
    ledger.write_text(
        '{"source": "x1", "title": "关于停车的答复", "text": "新建停车泊位。", "kind": "reply",'
        ' "issuer": "青岚区城市管理局", "date": "2025-06-18", "doc_no": "青城管函〔2025〕31号"}\n'
        '{"text": "只有正文的一行。"}\n'
        "not json\n"
        '{"title": "没有正文"}\n'
        '{"text": "日期不对", "date": "去年"}\n',
        "utf-8",
    )
    outcome = import_paths(archive, [ledger])
    assert outcome.imported == 2
    assert [(one.path, one.reason) for one in outcome.failed] == [
        ("台账.jsonl#3", "第3行：这一行不是有效的 JSON（须为 UTF-8 编码）"),
        ("台账.jsonl#4", "第4行：缺少正文（text）"),
        ("台账.jsonl#5", "第5行：日期“去年”无法识别"),
    ]
    (hit,) = archive.reader(EVERYTHING).search("青城管函〔2025〕31号")
    assert (hit.source, hit.issuer, str(hit.date)) == ("x1", "青岚区城市管理局", "2025-06-18")


def test_a_csv_ledger_with_chinese_columns_goes_in(archive, tmp_path):
    ledger = tmp_path / "台账.csv"
    ledger.write_bytes(
        "标题,正文,答复单位\n关于停车的答复,新建停车泊位。,区城管局\n".encode("gb18030")
    )
    assert import_paths(archive, [ledger]).imported == 1
    assert archive.reader(EVERYTHING).search("停车泊位")[0].issuer == "区城管局"


def test_a_path_that_does_not_exist_is_the_callers_mistake(archive, tmp_path):
    with pytest.raises(UserError, match="找不到文件或文件夹"):
        import_paths(archive, [tmp_path / "没有.txt"])


def test_an_uploaded_file_is_kept_with_its_bytes(archive):
    data = REPLY.format(n=3, what="停车", body="新建泊位。").encode("gbk")
    assert import_bytes(archive, data, "a.txt")[0] == "imported"
    seen = archive.reader(EVERYTHING)
    assert seen.original(1) == data


def test_the_sample_archive_loads_whole_and_only_once(archive):
    first = import_samples(archive)
    assert first.failed == []
    assert archive.reader(EVERYTHING).count_by_kind() == {Kind.REPLY: 27, Kind.POLICY: 10}
    assert import_samples(archive).imported == 0


def test_an_index_of_another_segmenter_is_built_anew(archive, tmp_path):
    archive.store(reply(3, "停车", "新建停车泊位。"), "a.txt")
    archive.db.execute("UPDATE settings SET value = '0' WHERE name = 'segment_version'")
    archive.close()
    assert [hit.source for hit in Archive.open(tmp_path).reader(EVERYTHING).search("停车泊位")] == [
        "a.txt"
    ]


@pytest.mark.sqlite
def test_documents_of_a_former_version_are_packed_and_come_back_whole(tmp_path):
    kept, gone = reply(3, "停车", "新建停车泊位。"), reply(4, "路灯", "更换路灯。")
    db = connect(tmp_path / "archive.db")
    migrate(db, STEPS[:3])
    plain = [msgspec.json.encode(one).decode() for one in (kept, gone)]
    db.execute(
        "INSERT INTO documents (id, source, kind, sha256, record, imported)"
        " VALUES (1, 'a.txt', 'reply', ?, ?, '2026-01-01T00:00:00+00:00')",
        (hashlib.sha256(b"a").hexdigest(), plain[0]),
    )
    db.execute(
        "INSERT INTO trash (id, source, kind, record, imported, deleted) VALUES (2, 'b.txt',"
        " 'reply', ?, '2026-01-01T00:00:00+00:00', '2026-01-02T00:00:00+00:00')",
        plain[1:],
    )
    db.close()
    archive = Archive.open(tmp_path)
    assert archive.reader(EVERYTHING).document(1).document == kept
    assert archive.store(kept, "a.txt", b"a") == "unchanged"
    assert archive.reader(EVERYTHING).document(archive.undelete(2)).document == gone
    assert [hit.source for hit in archive.reader(EVERYTHING).search("停车泊位")] == ["a.txt"]


def test_a_newer_programs_data_is_refused(archive, tmp_path):
    archive.db.execute("PRAGMA user_version = 99")
    archive.close()
    with pytest.raises(UserError, match="更新版本的程序"):
        Archive.open(tmp_path)


@pytest.mark.sqlite
def test_a_damaged_database_is_said(tmp_path):
    (tmp_path / "archive.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(UserError, match=r"数据库“archive\.db”打不开"):
        Archive.open(tmp_path)


@pytest.mark.sqlite
def test_whether_there_are_samples_is_asked_by_the_index(tmp_path: Path) -> None:
    """Every page asks it: with 50,000 documents a look at each took ten milliseconds."""
    archive = Archive.open(tmp_path)
    for who in (EVERYTHING, Reader("青岚区城管局")):
        view, asked = archive.reader(who), []
        with view.connections.seeing(who) as db:
            db.set_trace_callback(asked.append)
            assert not view.has_samples()
            db.set_trace_callback(None)
            (question,) = [one for one in asked if "FROM documents" in one]
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {question}")]
        assert [one for one in plan if "documents" in one] == [
            "SEARCH main.documents USING COVERING INDEX idx_documents_source"
            " (source>? AND source<?)"
        ]
    import_samples(archive)
    assert archive.reader(EVERYTHING).has_samples()
    archive.close()
