"""A backup is one consistent moment; a restore is all or nothing."""

import json
import sqlite3
import zipfile

import pytest

from corpus import Archive, import_samples
from drafting.model import UserError
from storage import connect, migrate, transaction
from storage.backup import backup, check_integrity
from storage.lock import serving
from storage.restoring import restore


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    archive = Archive.open(folder)
    import_samples(archive)
    (folder / "profiles").mkdir()
    (folder / "profiles" / "本局.toml").write_text("x = 1", "utf-8")
    return folder


def test_what_was_backed_up_comes_back(data, tmp_path):
    assert backup(data, tmp_path / "b.zip") == ["archive.db", "profiles/本局.toml"]
    found = [hit.source for hit in Archive.open(data).search("长者食堂")]
    assert restore(tmp_path / "b.zip", tmp_path / "new") == ["archive.db", "profiles/本局.toml"]
    assert [hit.source for hit in Archive.open(tmp_path / "new").search("长者食堂")] == found
    assert check_integrity(tmp_path / "new" / "archive.db") is None


def test_the_units_own_search_words_come_back(data, tmp_path):
    (data / "words.toml").write_text('[[term]]\nnames = ["甲", "乙"]\n', "utf-8")
    assert "words.toml" in backup(data, tmp_path / "b.zip")
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
    assert Archive.open(data).count() == 37
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
    assert Archive.open(data).count() == 37
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
    assert names == {"a"}
    assert db.execute("PRAGMA user_version").fetchone()[0] == 1


def test_connections_keep_what_was_acknowledged(tmp_path):
    db = connect(tmp_path / "a.db")
    settings = {
        name: db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
