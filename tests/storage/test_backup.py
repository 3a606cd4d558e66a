"""A backup is one consistent moment; a restore is all or nothing."""

import json
import sqlite3
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from shared_data import PROJECT

from casework import Casework
from corpus import EVERYTHING, Archive, import_paths
from drafting.errors import UserError
from storage import connect, migrate, transaction
from storage.backups.backup import backup, check_integrity
from storage.backups.restoring import finish_restore, restore
from storage.lock import serving
from web import create_app, stores

pytestmark = pytest.mark.sqlite


@pytest.fixture
def data(tmp_path, fill):
    folder = fill(tmp_path / "data")
    (folder / "profiles").mkdir()
    (folder / "profiles" / "本局.toml").write_text("x = 1", "utf-8")
    return folder


def test_what_was_backed_up_comes_back(data, tmp_path):
    names = list(backup(data, tmp_path / "b.zip").names)
    assert names[:2] == ["archive.db", "profiles/本局.toml"]
    assert {name.partition("/")[0] for name in names[2:]} == {"files"} and len(names) == 2 + 37
    found = [hit.source for hit in Archive.open(data).reader(EVERYTHING).search("长者食堂")]
    assert restore(tmp_path / "b.zip", tmp_path / "new") == names
    assert [
        hit.source for hit in Archive.open(tmp_path / "new").reader(EVERYTHING).search("长者食堂")
    ] == found
    assert check_integrity(tmp_path / "new" / "archive.db") is None


def test_the_units_own_search_words_come_back(data, tmp_path):
    (data / "words.toml").write_text('[[term]]\nnames = ["甲", "乙"]\n', "utf-8")
    assert "words.toml" in backup(data, tmp_path / "b.zip").names
    restore(tmp_path / "b.zip", tmp_path / "new")
    assert (tmp_path / "new" / "words.toml").read_bytes() == (data / "words.toml").read_bytes()


def test_a_backup_is_taken_while_another_connection_writes(data, tmp_path):
    db = connect(data / "archive.db")
    with transaction(db):
        db.execute("DELETE FROM documents WHERE kind = 'nothing'")
        db.execute("INSERT INTO settings (name, value) VALUES ('x', '1')")
        backup(data, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "new")
    restored = sqlite3.connect(tmp_path / "new" / "archive.db")
    assert restored.execute("SELECT count(*) FROM settings WHERE name = 'x'").fetchone() == (0,)


def test_what_stood_there_before_is_kept(data, tmp_path):
    backup(data, tmp_path / "b.zip")
    archive = Archive.open(data)
    archive.remove("样例/2024-chengguan-yeshi.txt")
    archive.close()
    restore(tmp_path / "b.zip", data)
    assert Archive.open(data).reader(EVERYTHING).count() == 37
    (rescued,) = data.glob("before-restore-*")
    kept = sqlite3.connect(rescued / "archive.db")
    assert kept.execute("SELECT count(*) FROM documents").fetchone() == (36,)
    restore(tmp_path / "b.zip", data)
    assert len(list(data.glob("before-restore-*"))) == 2


def test_nothing_is_restored_under_the_feet_of_a_running_service(data, tmp_path):
    backup(data, tmp_path / "b.zip")
    with serving(data), pytest.raises(UserError, match="请先停止服务，再恢复备份"):
        restore(tmp_path / "b.zip", data)
    restore(tmp_path / "b.zip", data)


@pytest.mark.parametrize("spoil", ["cut", "changed", "strange", "none"])
def test_a_spoilt_backup_changes_nothing(data, tmp_path, spoil):
    target = tmp_path / "b.zip"
    backup(data, target)
    if spoil == "cut":
        target.write_bytes(target.read_bytes()[:2000])
    elif spoil == "none":
        target.unlink()
    else:
        with zipfile.ZipFile(target, "w") as container:
            name = "archive.db" if spoil == "changed" else "../evil.txt"
            container.writestr(name, b"x")
            manifest = {"format": 1, "sha256": {name: "0" * 64}}
            container.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(UserError):
        restore(target, data)
    assert Archive.open(data).reader(EVERYTHING).count() == 37
    assert not (tmp_path / "evil.txt").exists()


def test_nothing_to_back_up_is_said(tmp_path):
    with pytest.raises(UserError, match="没有可备份的数据"):
        backup(tmp_path, tmp_path / "b.zip")


def test_a_migration_that_fails_leaves_the_schema_as_it_was(tmp_path):
    db = connect(tmp_path / "a.db")

    def good(db):
        db.execute("CREATE TABLE a (x)")

    def bad(db):
        db.execute("CREATE TABLE b (x)")
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        migrate(db, [good, bad])
    names = {row["name"] for row in db.execute("SELECT name FROM sqlite_master")}
    assert names == set()
    assert db.execute("PRAGMA user_version").fetchone()[0] == 0


SETTINGS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def settings(db):
    return {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in SETTINGS}


def read_with(archive):
    with archive.connections.seeing(archive.reader) as db:
        return settings(db)


def test_every_way_to_open_a_database_keeps_what_was_acknowledged(tmp_path):
    archive = Archive.open(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        in_another_thread = pool.submit(lambda: settings(archive.db)).result()
    app = create_app(tmp_path)
    with app.test_request_context(), Casework.open(tmp_path) as casework:
        opened = [
            settings(connect(tmp_path / "a.db")),
            settings(archive.db),
            in_another_thread,
            settings(casework._db),
            settings(stores.casework()._db),
            read_with(stores.archive()),
        ]
    assert opened == [SETTINGS] * len(opened)


def test_nothing_else_opens_a_database():
    """Only here: the one above, the copies of a backup, a look at one, a schema in memory."""
    found = {
        path.relative_to(PROJECT).as_posix()
        for room in ("casework", "corpus", "desk", "drafting", "service", "storage", "web")
        for path in (PROJECT / room).rglob("*.py")
        if "sqlite3.connect(" in path.read_text("utf-8")
    }
    assert found == {
        *(
            "service/doctor.py",
            "storage/log/audit.py",
            "storage/backups/backup.py",
            "storage/connection.py",
        ),
        *("storage/migrations.py", "storage/backups/restoring.py"),
    }


def test_files_that_wait_for_their_import_come_along_and_the_key_does_not(data, tmp_path):
    (data / "uploads").mkdir()
    (data / "uploads" / "1-2.docx").write_bytes(b"waiting")
    (data / "holidays.csv").write_text("2026-10-01,休", "utf-8")
    (data / "secret.key").write_bytes(b"k" * 32)
    names = backup(data, tmp_path / "b.zip").names
    own = [name for name in names if not name.startswith("files/")]
    assert own == ["archive.db", "holidays.csv", "profiles/本局.toml", "uploads/1-2.docx"]
    restore(tmp_path / "b.zip", tmp_path / "new")
    assert (tmp_path / "new" / "uploads" / "1-2.docx").read_bytes() == b"waiting"
    assert list(tmp_path.glob(".*")) == [], "no copies are left beside the backup"


def test_originals_come_along(tmp_path):
    paper = tmp_path / "答复.txt"
    paper.write_bytes("关于停车的答复\n\n已新建泊位。\n".encode("gbk"))
    archive = Archive.open(tmp_path / "data")
    import_paths(archive, [paper])
    backup(tmp_path / "data", tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "new")
    seen = Archive.open(tmp_path / "new").reader(EVERYTHING)
    found = seen.document(1)
    assert found is not None
    assert seen.original(found.id) == paper.read_bytes()


def test_one_database_alone_is_restored_and_the_rest_left(data, tmp_path):
    with Casework.open(data) as casework:
        casework.add_phrase("以前")
    backup(data, tmp_path / "b.zip")
    with Casework.open(data) as casework:
        casework.add_phrase("以后")
    Archive.open(data).remove("样例/2024-chengguan-yeshi.txt")
    (data / "profiles" / "本局.toml").write_text("x = 2", "utf-8")
    assert restore(tmp_path / "b.zip", data, ["archive.db"]) == ["archive.db"]
    with Casework.open(data) as casework:
        assert {phrase.text for phrase in casework.phrases()} == {"以前", "以后"}
    assert Archive.open(data).reader(EVERYTHING).count() == 37
    assert (data / "profiles" / "本局.toml").read_text("utf-8") == "x = 2"
    with pytest.raises(UserError, match="没有要恢复的数据库"):
        restore(tmp_path / "b.zip", data, ["other.db"])


@pytest.mark.parametrize("moves", range(1, 12))
def test_a_restore_cut_off_anywhere_is_finished_later(data, tmp_path, monkeypatch, moves):
    """The power goes after any number of renames; the next start finishes, or nothing was begun."""
    with Casework.open(data) as casework:
        casework.add_phrase("以前")
    backup(data, tmp_path / "b.zip")
    archive = Archive.open(data)
    archive.remove("样例/2024-chengguan-yeshi.txt")
    archive.close()
    with Casework.open(data) as casework:
        casework.add_phrase("以后")
    done = 0
    rename = Path.replace

    def cut(self, target):
        nonlocal done
        done += 1
        if done > moves:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", cut)
    with suppress(KeyboardInterrupt):
        restore(tmp_path / "b.zip", data)
    monkeypatch.undo()
    finish_restore(data)
    with Casework.open(data) as casework:
        assert [phrase.text for phrase in casework.phrases()] == ["以前"]
    assert Archive.open(data).reader(EVERYTHING).count() == 37
    assert not (data / "restoring").exists()
    (rescued,) = data.glob("before-restore-*")
    kept = sqlite3.connect(rescued / "casework.db")
    assert kept.execute("SELECT count(*) FROM phrases").fetchone() == (2,)
