"""An import can be left alone: killed, run twice, fed with rubbish, and never too large."""

import io
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from bench.importing import peaks
from corpus import EVERYTHING, Archive, import_bytes, import_paths
from corpus.importing.importer import Failure, Outcome
from corpus.importing.pool import Pool, Worker
from corpus.importing.worker import FileTask, LinesTask, Refused
from corpus.store.listing import Filter
from drafting.errors import UserError
from drafting.model import Kind

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import sys
import threading
import time
from pathlib import Path
from corpus import Archive, import_paths
archive = Archive.open(Path(sys.argv[1]))
outcome = import_paths(archive, [Path(one) for one in sys.argv[2:]])
print(outcome.imported, outcome.unchanged, len(outcome.failed))
"""
SECRET = "000012\n机密★1年\n特急\n青岚区科技局文件\n关于某事项的请示\n区政府：\n现报告如下。"


def reply(number: int, body: str) -> str:
    return (
        f"关于区政协十届四次会议第{number}号提案的答复\n薄望舒委员：\n"
        f"您提出的提案收悉，现答复如下：\n{body}\n青岚区城市管理局\n2025年6月1日"
    )


def write_ledger(path: Path, lines: int, length: int = 400) -> None:
    chance = random.Random(lines)
    words = "停车泊位新建道路改造养老服务社区学校公交线路增设绿化公园农村电商企业科技平台"
    with path.open("w", encoding="utf-8") as out:
        for number in range(lines):
            body = "".join(chance.choice(words) for _ in range(length))
            record = {"source": f"s{number}", "text": reply(number, f"{body}。")}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def start(data: Path, *paths: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(data), *map(str, paths)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )


def stored(data: Path) -> int:
    try:
        db = sqlite3.connect(data / "archive.db")
        try:
            return int(db.execute("SELECT count(*) FROM documents").fetchone()[0])
        finally:
            db.close()
    except sqlite3.OperationalError:
        return 0


def killed(data: Path, ledger: Path, after: int) -> int:
    """Start an import, kill it once ``after`` documents are stored; return its process number."""
    child = start(data, ledger)
    until = time.monotonic() + 60
    while stored(data) < after and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    return child.pid


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path / "data")


# ------------------------------------------------------------------ killed, and at once


@pytest.mark.sqlite
def test_a_killed_import_goes_on_where_it_was(tmp_path: Path) -> None:
    ledger, data = tmp_path / "台账.jsonl", tmp_path / "data"
    write_ledger(ledger, 1_500)
    killed(data, ledger, 200)
    kept = stored(data)
    assert 200 <= kept < 1_500
    archive = Archive.open(data)
    outcome = import_paths(archive, [ledger])
    # What was acknowledged is neither lost nor read again.
    assert (outcome.imported, outcome.unchanged, outcome.failed) == (1_500 - kept, kept, [])
    assert archive.reader(EVERYTHING).count() == 1_500
    assert archive.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert import_paths(archive, [ledger]) == Outcome(0, 1_500, [])


def test_no_worker_outlives_a_killed_import(tmp_path: Path) -> None:
    ledger, data = tmp_path / "台账.jsonl", tmp_path / "data"
    write_ledger(ledger, 4_000)
    group = killed(data, ledger, 100)
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("a worker is still there")


@pytest.mark.sqlite
def test_two_imports_at_once_take_turns_and_double_nothing(tmp_path: Path) -> None:
    one, other, data = tmp_path / "甲.jsonl", tmp_path / "乙.jsonl", tmp_path / "data"
    write_ledger(one, 400)
    other.write_text(one.read_text("utf-8").replace('"s', '"t'), "utf-8")
    children = [start(data, one, other), start(data, other, one)]
    said = [child.communicate(timeout=240) for child in children]
    assert [child.returncode for child in children] == [0, 0], said
    counts = [tuple(int(word) for word in out.split()[:3]) for out, _ in said]
    assert [sum(count) for count in counts] == [800, 800]
    assert sum(count[0] for count in counts) == 800
    assert Archive.open(data).reader(EVERYTHING).count() == 800


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="没有 /proc，量不到内存")
def test_twenty_thousand_lines_stay_within_the_memory(tmp_path: Path) -> None:
    ledger, data = tmp_path / "台账.jsonl", tmp_path / "data"
    write_ledger(ledger, 20_000)
    child = start(data, ledger)
    held: dict[int, int] = {}
    until = time.monotonic() + 600
    while child.poll() is None and time.monotonic() < until:
        held |= peaks(child.pid)
        time.sleep(0.05)
    out, said = child.communicate(timeout=1)
    assert child.returncode == 0, said
    assert tuple(map(int, out.split())) == (20_000, 0, 0)
    # The import itself and two readers.
    assert len(held) == 3
    assert sum(held.values()) < 400 * 1024, held


# ------------------------------------------------------------------ the journal


def test_the_same_files_again_are_not_even_read(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "答复"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text(reply(number, "新建泊位。"), "utf-8")
    assert import_paths(archive, [folder]) == Outcome(5, 0, [])
    state = (folder / "3.txt").stat()
    (folder / "3.txt").write_bytes(b"\xff" * state.st_size)
    os.utime(folder / "3.txt", ns=(state.st_atime_ns, state.st_mtime_ns))
    assert import_paths(archive, [folder]) == Outcome(0, 5, [])


def test_a_changed_file_replaces_its_document(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(reply(3, "新建泊位。"), "utf-8")
    import_paths(archive, [path])
    path.write_text(reply(3, "更换路灯灯具。"), "utf-8")
    assert import_paths(archive, [path]) == Outcome(1, 0, [])
    assert archive.reader(EVERYTHING).count() == 1
    assert archive.reader(EVERYTHING).search("路灯")[0].source == "a.txt"


def test_another_kind_is_another_import(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(reply(3, "新建泊位。"), "utf-8")
    import_paths(archive, [path])
    assert import_paths(archive, [path], kind=Kind.POLICY) == Outcome(1, 0, [])
    assert archive.reader(EVERYTHING).count_by_kind() == {Kind.POLICY: 1}


def test_what_failed_is_tried_again_and_forgotten_when_it_works(
    archive: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"")
    failed = [Failure("a.txt", "文件是空的，没有可读的内容。")]
    assert import_paths(archive, [path]) == Outcome(0, 0, failed)
    assert import_paths(archive, [path]) == Outcome(0, 0, failed)
    assert [one.source for one in archive.reader(EVERYTHING).failures()] == ["a.txt"]
    path.write_text(reply(3, "新建泊位。"), "utf-8")
    assert import_paths(archive, [path]) == Outcome(1, 0, [])
    assert archive.reader(EVERYTHING).failures() == []


def test_a_ledgers_bad_lines_are_listed_each_time(archive: Archive, tmp_path: Path) -> None:
    ledger = tmp_path / "台账.jsonl"
    ledger.write_text('{"text": "正文。"}\nnot json\n{"title": "无"}\n', "utf-8")
    failed = [
        Failure("台账.jsonl#2", "第2行：这一行不是有效的 JSON（须为 UTF-8 编码）"),
        Failure("台账.jsonl#3", "第3行：缺少正文（text）"),
    ]
    assert import_paths(archive, [ledger]) == Outcome(1, 0, failed)
    assert import_paths(archive, [ledger]) == Outcome(0, 1, failed)


def test_a_zip_is_taken_in_entry_by_entry(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "答复.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("2025/a.txt", reply(3, "新建泊位。"))
        out.writestr("../../b.txt", reply(4, "更换路灯。"))
        out.writestr("c.bin", b"x")
        out.writestr("机密.txt", SECRET)
    outcome = import_paths(archive, [path])
    assert (outcome.imported, [one.path for one in outcome.failed]) == (
        2,
        ["答复.zip/c.bin", "答复.zip/机密.txt"],
    )
    assert import_paths(archive, [path]).unchanged == 2
    assert sorted(one.source for one in archive.reader(EVERYTHING).listed(Filter())) == [
        "答复.zip/2025/a.txt",
        "答复.zip/b.txt",
    ]


def zipped(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in entries.items():
            out.writestr(name, data)
    return stream.getvalue()


def test_zips_and_ledgers_within_a_zip_are_taken_in_too(archive: Archive, tmp_path: Path) -> None:
    book = Workbook()
    for sheet in (book.active, book.create_sheet("下半年")):
        sheet.append(["题目", "答复内容"])
        sheet.append(["关于路灯的提案", reply(5, f"更换路灯，{sheet.title}。")])
    stream = io.BytesIO()
    book.save(stream)
    within = zipped({"a.txt": reply(3, "新建泊位。").encode(), "Thumbs.db": b"x"})
    path = tmp_path / "全年.zip"
    path.write_bytes(
        zipped({"上半年.zip": within, "台账.xlsx": stream.getvalue(), "坏.zip": b"PK\x03\x04"})
    )
    broken = Failure("全年.zip/坏.zip", "里层的压缩包打不开；请解压后导入文件夹。")
    assert import_paths(archive, [path]) == Outcome(3, 0, [broken])
    assert import_paths(archive, [path]) == Outcome(0, 3, [broken])
    assert sorted(one.source for one in archive.reader(EVERYTHING).listed(Filter())) == [
        "全年.zip/上半年.zip/a.txt",
        "全年.zip/台账.xlsx!下半年#2",
        "全年.zip/台账.xlsx#2",
    ]


def test_zips_within_each_other_have_one_bound_for_all(archive: Archive, tmp_path: Path) -> None:
    bomb = zipped({f"{number}.txt": b"x" for number in range(300)})
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"{number}.zip": bomb for number in range(10)}))
    (failure,) = import_paths(archive, [path]).failed[-1:]
    assert failure == Failure(
        "a.zip", "压缩包里套的文件过多或过大，为安全起见不再读；请解压后导入文件夹。"
    )
    deep = zipped({"a.txt": b"x"})
    for _ in range(3):
        deep = zipped({f"{number}.zip": deep for number in range(9)})
    path.write_bytes(deep)
    assert import_paths(archive, [path]).failed == [
        Failure("a.zip", "压缩包套了三层以上，为安全起见不再读；请解压后导入文件夹。")
    ]
    path.write_bytes(zipped({".DS_Store": b"x"}))
    assert import_paths(archive, [path]).failed == [
        Failure("a.zip", "压缩包里没有可以导入的文件。")
    ]


def test_a_ledger_marked_as_secret_above_its_head_is_refused_whole(
    archive: Archive, tmp_path: Path
) -> None:
    book = Workbook()
    for row in (["密级：机密"], ["标题", "正文"], ["关于路灯", "更换路灯。"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.csv").write_text("办理台账\n秘密★3年\n标题\t正文\n甲\t新建泊位。\n", "utf-8")
    (tmp_path / "c.csv").write_text("办理台账\n密级：公开\n标题\t正文\n甲\t新建泊位。\n", "utf-8")
    reason = "文件标有密级“{}”，涉密文件不得导入，没有保留任何内容。"
    outcome = import_paths(archive, [tmp_path / name for name in ("a.xlsx", "b.csv", "c.csv")])
    refused = [
        Failure("a.xlsx", reason.format("机密")),
        Failure("b.csv", reason.format("秘密★3年")),
    ]
    assert outcome == Outcome(1, 0, refused)


def test_progress_ends_at_its_total(archive: Archive, tmp_path: Path) -> None:
    ledger = tmp_path / "台账.jsonl"
    write_ledger(ledger, 700, 60)
    (tmp_path / "a.txt").write_text(reply(3, "新建泊位。"), "utf-8")
    seen: list[tuple[int, int]] = []
    import_paths(archive, [ledger, tmp_path / "a.txt"], progress=lambda *now: seen.append(now))
    assert seen[-1] == (701, 701)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_what_is_too_long_to_be_one_document_is_refused(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{'新建停车泊位。' * 10}\n" * 22_000, "utf-8")
    ledger = tmp_path / "台账.jsonl"
    ledger.write_text(json.dumps({"text": "新建停车泊位。" * 220_000}), "utf-8")
    reason = "文字超过 150 万字，请拆分成单份文件后再导入。"
    assert import_paths(archive, [tmp_path / "a.txt", ledger]).failed == [
        Failure("a.txt", reason),
        Failure("台账.jsonl#1", f"第1行：{reason}"),
    ]


# ------------------------------------------------------------------ care


@pytest.mark.sqlite
def test_what_is_marked_as_secret_is_refused_and_not_kept(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SECRET, "utf-8")
    ledger = tmp_path / "台账.jsonl"
    lines = [{"source": "x", "text": SECRET}, {"source": "y", "text": "正文。", "密级": "秘密"}]
    ledger.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    outcome = import_paths(archive, [tmp_path / "a.txt", ledger])
    reason = "文件标有密级“{}”，涉密文件不得导入，没有保留任何内容。"
    assert outcome == Outcome(
        0,
        0,
        [
            Failure("a.txt", reason.format("机密★1年")),
            Failure("x", "第1行：" + reason.format("机密★1年")),
            Failure("y", "第2行：" + reason.format("秘密")),
        ],
    )
    with pytest.raises(UserError, match="涉密文件不得导入"):
        import_bytes(archive, SECRET.encode(), "b.txt")
    archive.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert "某事项".encode() not in held


def test_search_hides_private_particulars_but_the_original_stays(archive: Archive) -> None:
    body = "新建停车泊位，联系人电话18612341228，家住望湖路12号3单元502室。"
    data = reply(3, body).encode()
    import_bytes(archive, data, "a.txt")
    (hit,) = archive.reader(EVERYTHING).search("停车泊位")
    assert "186****1228" in hit.excerpt
    assert "502室" not in hit.excerpt
    (passage,) = archive.reader(EVERYTHING).passages("停车泊位")
    assert passage.text == "新建停车泊位，联系人电话186****1228，家住******。"
    kept = archive.reader(EVERYTHING).document(hit.document)
    assert kept is not None
    assert archive.reader(EVERYTHING).original(kept.id) == data


# ------------------------------------------------------------------ workers


def test_a_worker_that_crashes_costs_only_what_it_was_reading(tmp_path: Path) -> None:
    worker = Worker(20)
    (tmp_path / "a.txt").write_text(reply(3, "新建泊位。"), "utf-8")
    good = FileTask(tmp_path / "a.txt", "a.txt")
    assert [type(one).__name__ for one in worker.ask(good)] == ["Incoming"]
    assert worker._process is not None
    worker._process.kill()
    worker._process.wait()
    (refused,) = worker.ask(good)
    assert isinstance(refused, Refused)
    assert refused.reason.startswith("读取这份文件时程序意外中断")
    assert [type(one).__name__ for one in worker.ask(good)] == ["Incoming"]
    worker.clear()


def test_what_takes_much_memory_is_not_read_at_once(tmp_path: Path, monkeypatch) -> None:
    """LibreOffice alone, two recognitions at most; what is read by ourselves waits for nobody."""
    under_way: list[str] = []
    seen: set[tuple[str, ...]] = set()
    changed = threading.Lock()

    def ask(_worker: Worker, task: FileTask) -> list[Refused]:
        with changed:
            under_way.append(task.path.suffix)
            seen.add(tuple(sorted(under_way)))
        time.sleep(0.002)
        with changed:
            under_way.remove(task.path.suffix)
        return []

    monkeypatch.setattr(Worker, "ask", ask)
    pool = Pool(3)
    endings = (".doc", ".png", ".txt", ".docx")
    names = [f"{number}{ending}" for number in range(8) for ending in endings]
    for name in names:
        # The .docx are renamed: LibreOffice reads them too.
        (tmp_path / name).write_bytes(b"{\\rtf1}" if name.endswith("docx") else b"x")
    for done in [pool.submit(FileTask(tmp_path / name, name)) for name in names]:
        done.result(timeout=20)
    pool.close()
    heavy = {tuple(one for one in together if one != ".txt") for together in seen}
    assert heavy - {()} <= {(".doc",), (".docx",), (".png",), (".png", ".png")}
    assert {(".doc",), (".docx",), (".png",)} <= heavy


def test_a_worker_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    worker = Worker(0.05)
    lines = tuple((n, {"text": reply(n, "新建泊位。" * 500)}) for n in range(3))
    refused = worker.ask(LinesTask("台账.jsonl", lines))
    worker.clear()
    assert {type(one).__name__ for one in refused} == {"Refused"}
    assert [one.source for one in refused] == ["台账.jsonl#0", "台账.jsonl#1", "台账.jsonl#2"]
