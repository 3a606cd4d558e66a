"""Search: how good on real questions, how quick over a hundred thousand documents.

``BENCH_DOCUMENTS=10000`` builds a smaller archive; the marks are meant for the full one.
``BENCH_ENGINE=postgresql`` compares the two engines instead (:mod:`bench.search_engines`).
"""

from __future__ import annotations

import json
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bench import search_engines
from bench import search_peers as peers
from bench.search_corpus import SHARED, documents, questions, sentences
from bench.table import Row, show
from corpus import EVERYTHING, Archive, import_paths
from corpus.index import finding, gathering
from drafting.model import Kind
from drafting.reading import read_pasted
from storage import transaction

DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "100000"))
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "1000"))
COMMONEST = ("工作", "管理", "建设", "问题", "服务", "停车", "养老", "学校")
_PEERS: dict[str, Callable[[Path, Iterable[str]], peers.Search | None]] = {
    "LIKE": peers.like,
    "FTS5 trigram": peers.trigram,
    "FTS5 jieba words": peers.jieba_words,
    "tantivy": peers.tantivy_words,
}
_INDEX = ("sections", "postings", "segments", "fresh_sections", "standing", "named", "facet_values")


def main() -> None:
    """Print quality, then speed."""
    pairs = SHARED / "relevance" / "pairs-dev.jsonl"
    records = []
    if pairs.exists():
        records = [json.loads(line) for line in pairs.read_text("utf-8").splitlines()]
    if os.environ.get("BENCH_ENGINE") == "postgresql":
        asked = {what: [(one, "") for one in wanted] for what, (wanted, _) in _asked().items()}
        messages = [(one["body"], one["title"]) for one in records[:MESSAGES]]
        asked["real messages, the even ones"] = messages[1::2]
        asked["real messages, the odd ones"] = messages[::2]
        search_engines.measure(DOCUMENTS, asked)
        return
    if records:
        _quality(records)
    _speed(records)


# ------------------------------------------------------------------ quality


def _quality(records: Sequence[dict[str, str]]) -> None:
    """Each of 1,000 real messages, title and body, is to find the reply that it got."""
    texts = [one["reply"] for one in records]
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.open(Path(folder) / "archive")
        _add_replies(archive, records)
        ours = [_rank_of(archive, one) for one in records]
        rows = []
        for name, make in _PEERS.items():
            place = Path(folder) / name
            place.mkdir()
            search = make(place, texts)
            if search is None:
                continue
            theirs = [
                _place(search(f"{one['title']}\n{one['body']}"), number)
                for number, one in enumerate(records, start=1)
            ]
            rows.append(Row("MRR@10", _mrr(ours), "%", name, _mrr(theirs), "> 72", True))
        rows.append(Row("MRR@10, every second question", _mrr(ours[::2]), "%"))
        rows.append(Row("MRR@10, the others", _mrr(ours[1::2]), "%"))
        rows.append(Row("recall@1", 100 * sum(one == 1 for one in ours) / len(ours), "%"))
        rows.append(Row("recall@10", 100 * sum(one > 0 for one in ours) / len(ours), "%"))
    show("search: quality on 1,000 real questions", rows)


def _add_replies(archive: Archive, records: Sequence[dict[str, str]]) -> None:
    with transaction(archive.db):
        for one in records:
            archive.store(replace(read_pasted(one["reply"]), kind=Kind.REPLY), one["id"])


def _rank_of(archive: Archive, record: dict[str, str]) -> int:
    hits = archive.reader(EVERYTHING).search(
        record["body"], title=record["title"], limit=10, distinct=False
    )
    return _place([hit.source for hit in hits], record["id"])


def _place(found: Sequence[object], wanted: object) -> int:
    return found.index(wanted) + 1 if wanted in found else 0


def _mrr(ranks: Sequence[int]) -> float:
    """Return the mean reciprocal rank in percent."""
    return 100 * sum(1 / rank for rank in ranks if rank) / max(len(ranks), 1)


# ------------------------------------------------------------------ speed


def _speed(records: Sequence[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger = folder / "ledger.jsonl"
        size = 0
        with ledger.open("w", encoding="utf-8") as stream:
            for one in documents(DOCUMENTS):
                size += len(one["text"].encode())
                stream.write(json.dumps(one, ensure_ascii=False) + "\n")
        archive = Archive.open(folder / "archive")
        start = time.perf_counter()
        import_paths(archive, [ledger])
        rows = [Row("import with index", DOCUMENTS / (time.perf_counter() - start), "documents/s")]
        rows.append(Row("index / text", _index_size(archive) / size, "×", mark="≤ 1.6"))
        show(f"search: {DOCUMENTS:,} documents, {size / 1e6:.0f} MB of text", rows)
        asked = _asked()
        _times(archive, asked, folder, ledger)
        if records:
            _pruning(archive, records)
        _writing(archive)


def _index_size(archive: Archive) -> int:
    """Return the bytes of the index's tables with their own indexes."""
    marks = ",".join("?" * len(_INDEX))
    row = archive.db.execute(
        "SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema"  # noqa: S608
        f" WHERE tbl_name IN ({marks}))",
        _INDEX,
    ).fetchone()
    return int(row[0])


def _asked() -> dict[str, tuple[list[str], str]]:
    """Return the kinds of questions, each with its mark."""
    pool = sentences()
    dice = random.Random(7)
    some = [one for one in dice.sample(pool, 2_000) if len(one) > 12 and one[4:8].isalnum()]
    long = [one[:60] for one in pool if len(one) >= 60]
    return {
        "2 characters": (list(COMMONEST) * 5, "p95 ≤ 60"),
        "4 characters": ([one[4:8] for one in some[:40]], ""),
        "60 characters": (dice.sample(long, 40), ""),
        "1,500 characters": (questions(40), "p95 ≤ 40"),
    }


def _times(
    archive: Archive, asked: dict[str, tuple[list[str], str]], folder: Path, ledger: Path
) -> None:
    ours = {
        what: _measure(
            lambda question: archive.reader(EVERYTHING).search(question, limit=10), wanted
        )
        for what, (wanted, _) in asked.items()
    }
    rows = []
    for name, make in _PEERS.items():
        place = folder / name
        place.mkdir()
        search = make(place, _texts(ledger))
        if search is None:
            continue
        for what, (wanted, mark) in asked.items():
            # A peer that takes seconds is asked a few times only.
            theirs = _measure(search, wanted[: 40 if name == "tantivy" else 8])
            for quantile, mine, his in zip(("p50", "p95"), ours[what], theirs, strict=True):
                rows.append(Row(f"{what}, {quantile}", mine, "ms", name, his, mark))
        size = _index_size(archive) / 1e6
        rows.append(Row("index", size, "MB", name, peers.size_of(place) / 1e6))
    show("search: times", rows)


def _texts(ledger: Path) -> Iterable[str]:
    with ledger.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)["text"]


def _measure(search: Callable[[str], object], wanted: Sequence[str]) -> tuple[float, float]:
    """Return median and 95th percentile in milliseconds."""
    search(wanted[0])
    times = []
    for question in wanted:
        start = time.perf_counter()
        search(question)
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return statistics.median(times), times[min(len(times) - 1, int(len(times) * 0.95))]


def _pruning(archive: Archive, records: Sequence[dict[str, str]]) -> None:
    """What is given up by looking up only the weightiest terms, among all the documents."""
    _add_replies(archive, records)
    chosen = records[::4]
    pruned = [_rank_of(archive, one) for one in chosen]
    kept = gathering.MOST_TERMS, gathering.MOST_POSTINGS, finding._CANDIDATES
    gathering.MOST_TERMS, gathering.MOST_POSTINGS, finding._CANDIDATES = 10**6, 10**12, 1_000
    whole = [_rank_of(archive, one) for one in chosen]
    gathering.MOST_TERMS, gathering.MOST_POSTINGS, finding._CANDIDATES = kept
    row = Row(
        f"MRR@10 among {DOCUMENTS:,} others",
        _mrr(pruned),
        "%",
        "unpruned",
        _mrr(whole),
        "at most 1 less",
        higher_is_better=True,
    )
    show("search: pruning", [row])


def _writing(archive: Archive) -> None:
    """Add documents one by one, each found at once, while twenty readers search."""
    alone = [_add_one(archive, number) for number in range(200)]
    failures: list[BaseException] = []
    read: list[float] = []
    done = threading.Event()

    def reader() -> None:
        try:
            while not done.is_set():
                start = time.perf_counter()
                archive.reader(EVERYTHING).search("停车泊位", limit=10)
                read.append((time.perf_counter() - start) * 1000)
        except BaseException as error:  # noqa: BLE001 - counted below
            failures.append(error)
        finally:
            archive.close()

    readers = [threading.Thread(target=reader) for _ in range(20)]
    for one in readers:
        one.start()
    busy = [_add_one(archive, number) for number in range(200, 230)]
    done.set()
    for one in readers:
        one.join()
    alone.sort()
    rows = [
        Row("one document added, p50", statistics.median(alone), "ms", mark="< 20"),
        Row("one document added, p95", alone[189], "ms", mark="< 20"),
        Row("one document added, longest", alone[-1], "ms"),
        Row("added beside 20 readers, p50", statistics.median(busy), "ms"),
        Row("readers refused", len(failures), "", mark="0"),
        Row("searches beside the writer, p50", statistics.median(read), "ms"),
    ]
    show("search: writing", rows)


def _add_one(archive: Archive, number: int) -> float:
    """Add one document; return the milliseconds. Raises where it is not found at once."""
    word = f"新増{number}号事项"
    document = read_pasted(f"关于{word}的答复\n" + "已经研究办理，路灯、道路、绿化逐项落实。" * 60)
    start = time.perf_counter()
    archive.store(document, f"one/{number}")
    took = (time.perf_counter() - start) * 1000
    if (
        archive.reader(EVERYTHING).search(word, limit=1, distinct=False)[0].source
        != f"one/{number}"
    ):
        raise AssertionError("a document just added is not found")
    return took
