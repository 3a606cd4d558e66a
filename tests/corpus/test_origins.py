"""The same file again is the same document; another of its name is another, or it is said."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus import EVERYTHING, Archive, import_bytes, import_paths
from corpus.store.listing import Filter
from service.cli.app import cli


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path / "data")


def page(folder: Path, words: str, name: str = "x.html") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"<html><body><p>关于{words}的通知</p><p>新建{words}。</p></body></html>")
    return path


def kept(archive: Archive) -> dict[str, str]:
    """What each source holds, by the last line of its text."""
    rows = archive.db.execute("SELECT id, source FROM documents").fetchall()
    found = {row["source"]: archive.reader(EVERYTHING).document(row["id"]) for row in rows}
    return {
        source: one.document.text.split("\n")[-1]
        for source, one in found.items()
        if one is not None
    }


def outcome(archive: Archive, *paths: Path) -> tuple[int, int, list[str]]:
    done = import_paths(archive, list(paths))
    assert done.failed == []
    return done.imported, done.unchanged, done.notes


def test_alone_and_in_its_folder_it_is_one_document(archive: Archive, tmp_path: Path) -> None:
    one = page(tmp_path / "policies", "泊位")
    page(tmp_path / "policies", "路灯", "y.html")
    assert outcome(archive, one) == (1, 0, [])
    assert outcome(archive, tmp_path / "policies") == (1, 1, [])
    assert outcome(archive, tmp_path / "policies" / "y.html") == (0, 1, [])
    assert outcome(archive, tmp_path / "policies", one) == (0, 3, [])
    assert kept(archive) == {"x.html": "新建泊位。", "policies/y.html": "新建路灯。"}


def test_several_files_of_a_folder_are_named_as_with_it(archive: Archive, tmp_path: Path) -> None:
    pages = [page(tmp_path / "policies", what, f"{what}.html") for what in ("泊位", "路灯")]
    assert outcome(archive, *pages) == (2, 0, [])
    assert outcome(archive, tmp_path / "policies") == (0, 2, [])
    assert outcome(archive, pages[0]) == (0, 1, [])
    assert sorted(kept(archive)) == ["policies/泊位.html", "policies/路灯.html"]


def test_from_another_working_directory_too(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = page(tmp_path / "policies", "泊位")
    outcome(archive, tmp_path / "policies")
    monkeypatch.chdir(tmp_path / "policies")
    for path in (Path("x.html"), Path("../policies/x.html"), Path()):
        assert outcome(archive, path) == (0, 1, []), path
    page(tmp_path / "policies", "路灯")
    said = "“policies/x.html”内容与原来的不同，已替换档案里的同名文件。"
    assert outcome(archive, Path("x.html")) == (1, 0, [said])
    assert kept(archive) == {"policies/x.html": "新建路灯。"}
    assert outcome(archive, one) == (0, 1, [])


@pytest.mark.parametrize("at_once", [True, False])
def test_two_files_of_one_name_both_stay(archive: Archive, tmp_path: Path, at_once: bool) -> None:
    one, other = page(tmp_path / "a", "泊位"), page(tmp_path / "b", "路灯")
    said = f"“x.html”与档案里同名的文件（来自 {one}）内容不同，存为“b/x.html”，原有的没有动。"
    if at_once:
        assert outcome(archive, one, other) == (2, 0, [said])
    else:
        assert outcome(archive, one) == (1, 0, [])
        assert outcome(archive, other) == (1, 0, [said])
    assert kept(archive) == {"x.html": "新建泊位。", "b/x.html": "新建路灯。"}
    assert outcome(archive, one, other) == (0, 2, [])
    page(tmp_path / "b", "绿道")
    changed = "“b/x.html”内容与原来的不同，已替换档案里的同名文件。"
    assert outcome(archive, other) == (1, 0, [changed])
    assert kept(archive) == {"x.html": "新建泊位。", "b/x.html": "新建绿道。"}


def test_folders_of_one_name_keep_theirs_apart(archive: Archive, tmp_path: Path) -> None:
    for year, words in (("2024", "泊位"), ("2025", "路灯")):
        page(tmp_path / year / "policies", words)
        outcome(archive, tmp_path / year / "policies")
    assert kept(archive) == {
        "policies/x.html": "新建泊位。",
        "2025/policies/x.html": "新建路灯。",
    }


def test_a_copy_is_the_same_until_it_is_changed(archive: Archive, tmp_path: Path) -> None:
    one, copy = page(tmp_path / "a", "泊位"), page(tmp_path / "b", "泊位")
    assert outcome(archive, one, copy) == (1, 1, [])
    page(tmp_path / "b", "路灯")
    said = f"“x.html”与档案里同名的文件（来自 {one}）内容不同，存为“b/x.html”，原有的没有动。"
    assert outcome(archive, copy) == (1, 0, [said])
    assert kept(archive) == {"x.html": "新建泊位。", "b/x.html": "新建路灯。"}


def test_a_file_moved_and_changed_replaces_and_that_is_said(
    archive: Archive, tmp_path: Path
) -> None:
    outcome(archive, page(tmp_path / "a", "泊位"))
    (tmp_path / "a").rename(tmp_path / "b")
    said = "“x.html”内容与原来的不同，已替换档案里的同名文件。"
    assert outcome(archive, page(tmp_path / "b", "路灯")) == (1, 0, [said])
    assert kept(archive) == {"x.html": "新建路灯。"}


def test_ledgers_and_zip_files_of_one_name_keep_their_lines_apart(
    archive: Archive, tmp_path: Path
) -> None:
    for folder, words in (("a", "泊位"), ("b", "路灯")):
        (tmp_path / folder).mkdir()
        line = json.dumps({"text": f"新建{words}。"}, ensure_ascii=False)
        (tmp_path / folder / "台账.jsonl").write_text(f"{line}\n", "utf-8")
        with zipfile.ZipFile(tmp_path / folder / "答复.zip", "w") as out:
            out.writestr("x.txt", f"新建{words}。")
    for folder in ("a", "b", "a", "b"):
        done = import_paths(
            archive, [tmp_path / folder / name for name in ("台账.jsonl", "答复.zip")]
        )
        assert (done.imported + done.unchanged, done.failed) == (2, [])
    assert kept(archive) == {
        "台账.jsonl#1": "新建泊位。",
        "答复.zip/x.txt": "新建泊位。",
        "b/台账.jsonl#1": "新建路灯。",
        "b/答复.zip/x.txt": "新建路灯。",
    }


def test_an_archive_of_before_takes_the_same_name_for_the_same_file(
    archive: Archive, tmp_path: Path
) -> None:
    one = page(tmp_path / "policies", "泊位")
    import_bytes(archive, one.read_bytes(), "x.html")
    assert outcome(archive, tmp_path / "policies") == (0, 1, [])
    import_bytes(archive, b"<p>\xe6\x97\xa7\xe6\x96\x87</p>", "y.html")
    said = "“y.html”内容与原来的不同，已替换档案里的同名文件。"
    assert outcome(archive, page(tmp_path / "other", "路灯", "y.html")) == (1, 0, [said])
    assert kept(archive) == {"x.html": "新建泊位。", "y.html": "新建路灯。"}


def test_what_a_unit_put_in_is_not_replaced_from_the_command_line(
    archive: Archive, tmp_path: Path
) -> None:
    import_bytes(archive.for_unit("青岚区城管局"), b"<p>\xe6\x97\xa7\xe6\x96\x87</p>", "x.html")
    said = (
        "“x.html”与档案里同名的文件（青岚区城管局导入的）内容不同，存为“a/x.html”，原有的没有动。"
    )
    assert outcome(archive, page(tmp_path / "a", "泊位")) == (1, 0, [said])
    assert sorted(one.source for one in archive.reader(EVERYTHING).listed(Filter())) == [
        "a/x.html",
        "x.html",
    ]


def test_the_command_line_says_it(tmp_path: Path) -> None:
    one, other = page(tmp_path / "a", "泊位"), page(tmp_path / "b", "路灯")
    asked = ["--data", str(tmp_path / "data"), "import", str(one), str(other), "--json"]
    done = CliRunner().invoke(cli, asked, standalone_mode=False)
    assert json.loads(done.stdout) == {"imported": 2, "unchanged": 0, "failed": []}
    said = (
        f"请注意：“x.html”与档案里同名的文件（来自 {one}）内容不同，存为“b/x.html”，原有的没有动。"
    )
    assert said in done.stderr.split(os.linesep)
