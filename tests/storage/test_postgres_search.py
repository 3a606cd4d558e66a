"""The same archive imported into both engines: every search says the same to the last hit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from postgres_server import Server, name_of

from bench import search_engines
from bench.search_corpus import documents, questions
from bench.search_engines import READERS, compare, divide
from corpus import EVERYTHING, Archive, import_paths
from corpus.store.connections import Connections
from storage.postgres.connection import PostgresConnection, close_pool

pytestmark = pytest.mark.sqlite

DOCUMENTS = 160
SHORT = ("停车", "管理 建设", "老旧小区 加装电梯", "办理提案", "青岚", "x", "不存在的词语", "")


@pytest.fixture
def archives(tmp_path: Path, postgres: Server) -> Iterator[dict[str, Archive]]:
    """More documents than wait beside the index, so that it has segments, some of them merged;
    every seventh put in anew, every eleventh deleted."""
    ledger = tmp_path / "ledger.jsonl"
    records = list(documents(DOCUMENTS))
    anew = [one | {"text": one["text"] + "\n另已安排专项资金。"} for one in records[::7]]
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in records)
    ledger.write_text(lines, "utf-8")
    again = tmp_path / "again.jsonl"
    again.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in anew), "utf-8")
    url = postgres.fresh(name_of(tmp_path))
    made = {}
    for engine in ("sqlite", "postgresql"):
        folder = tmp_path / engine
        folder.mkdir()
        if engine == "postgresql":
            (folder / "config.toml").write_text(f'[database]\nurl = "{url}"\n', "utf-8")
        archive = made[engine] = Archive.open(folder)
        import_paths(archive, [ledger])
        import_paths(archive, [again])
        for one in records[::11]:
            assert archive.remove(one["source"])
        divide(archive)
    yield made
    for archive in made.values():
        archive.close()
    close_pool(url)


def test_both_engines_answer_alike_to_the_last_hit(archives: dict[str, Archive]) -> None:
    asked = {
        "short": [(one, "") for one in SHORT],
        "whole proposals": [(one, one[:20]) for one in questions(6)],
    }
    found = compare(archives, asked, READERS)
    assert found.unlike == []
    assert found.questions == 14 * len(READERS)
    assert found.hits > 500


def test_a_difference_would_be_found(
    archives: dict[str, Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_engines, "MOST", 5)
    with closing(archives["postgresql"]) as archive:
        hit = archive.reader(EVERYTHING).search("停车", limit=1)[0]
        assert archive.remove(hit.source)
        found = compare(archives, {"short": [("停车", "")]}, [EVERYTHING])
    assert len(found.unlike) == 1


def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is sent to the server from now on."""
    sent: list[str] = []
    for name in ("_send", "run"):
        plain = getattr(PostgresConnection, name)

        def noted(
            db: PostgresConnection, sql: str, *values: object, plain: Callable[..., object] = plain
        ) -> object:
            sent.append(sql)
            return plain(db, sql, *values)

        monkeypatch.setattr(PostgresConnection, name, noted)
    return sent


def test_a_search_sends_as_much_however_many_it_finds(
    archives: dict[str, Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    view = archives["postgresql"].reader(EVERYTHING)
    for question in ("停车", questions(1)[0]):
        view.look(question, limit=40)
        sent = statements(monkeypatch)
        counts = []
        for limit in (1, 40):
            sent.clear()
            found = view.look(question, limit=limit)
            counts.append(len(sent))
        assert len(found.hits) > 20 and any(hit.state for hit in found.hits)
        # Other versions of what is found are asked for by layers: one more, where there are any.
        assert counts[0] <= counts[1] <= counts[0] + 3 <= 18
        monkeypatch.undo()


def test_whoever_reads_takes_no_number_of_a_transaction(archives: dict[str, Archive]) -> None:
    archive = archives["postgresql"]
    connections = Connections(archive.path)
    for reader in READERS:
        with connections.seeing(reader) as db:
            assert db.execute("SELECT count(*) FROM documents").fetchone()[0] > 0
            row = db.execute("SELECT pg_current_xact_id_if_assigned() IS NULL").fetchone()
            assert row[0] == 1
    connections.close()
