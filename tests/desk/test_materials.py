"""办理材料: kept once by digest, within limits, never with a 密级; removed and brought back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from procedure_fakes import PROPOSAL, TODAY, matter_of, store

from casework import Casework, Matter
from casework.matters import materials as kept
from casework.matters.materials import Material
from desk.context import Context
from desk.handing_in import material_work, materials
from desk.jobs.running import Worker
from drafting.errors import UserError
from drafting.language.secrecy import refuse_secrets
from service.steps import STEPS
from storage import originals
from storage.backups.backup import backup
from storage.backups.restoring import restore
from storage.configuration import Configuration
from storage.log import audit
from storage.originals.cleaning import state
from storage.originals.folder import Folder

LOGGED = audit.Filters(action="存放材料")
LETTER = "关于商请提供停车数据的函\n请于5日内提供。\n".encode()


def listed(context: Context, matter: Matter) -> list[Material]:
    return store(context).run(kept.listed, matter.id)


def test_a_file_is_kept_as_it_came_with_who_brought_it(context: Context, matter: Matter) -> None:
    assert materials.add(context, matter, "函.txt", LETTER, "来往函件") == ""
    (found,) = listed(context, matter)
    assert replace(found, id=0, added=dt.datetime.min) == Material(
        0, matter.id, "函.txt", "来往函件", found.digest, len(LETTER), dt.datetime.min, "林知远"
    )
    assert materials.load(context, found) == LETTER
    logged = audit.entries(store(context).db, audit.Filters(action="存放材料"))
    assert [(one.what, one.detail) for one in logged] == [(f"提案 {matter.id}", "来往函件：函.txt")]


@pytest.mark.parametrize(
    ("name", "content", "kind", "field", "message"),
    [
        ("空.txt", b"", "其他", "file", "空文件"),
        ("工具.exe", b"MZ", "其他", "file", "不是文稿、表格或图片"),
        ("包.zip", b"PK", "其他", "file", "不是文稿、表格或图片"),
        ("函.txt", LETTER, "信件", "kind", "材料种类请选"),
        ("函.txt", "机密★1年\n关于停车的函\n".encode(), "其他", None, "涉密文件"),
    ],
)
def test_what_is_not_taken_leaves_nothing(
    context: Context,
    matter: Matter,
    name: str,
    content: bytes,
    kind: str,
    field: str | None,
    message: str,
) -> None:
    with pytest.raises(UserError, match=message) as error:
        materials.add(context, matter, name, content, kind)
    assert error.value.field == field
    assert listed(context, matter) == []
    if "密" in message:
        assert not list((context.folder / originals.KEPT).rglob("*"))


def test_what_cannot_be_looked_into_is_kept_and_said(context: Context, matter: Matter) -> None:
    said = materials.add(context, matter, "汇总.xls", b"\xd0\xcf\x11\xe0" * 99, "其他")
    assert said == "“汇总.xls”读不出文字，请自行确认没有密级。"
    assert [one.name for one in listed(context, matter)] == ["汇总.xls"]


def look(context: Context) -> int:
    """Look at what waits; return how many there were."""
    work = Worker(context.folder, Configuration(), [material_work.KIND])
    try:
        return sum(1 for _ in iter(work.step, False))
    finally:
        work.close()


def stored(context: Context, part: str = originals.KEPT) -> list[str]:
    return [one.name for one in (context.folder / part).rglob("*") if one.is_file()]


def test_a_scan_is_looked_at_in_the_background_before_it_is_kept(
    context: Context, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(material_work, "looked_at", lambda *_: "")
    assert materials.add(context, matter, "扫描.png", b"scan", "来件扫描件") == ""
    (waits,) = listed(context, matter)
    assert (waits.state, waits.note) == ("正在识别", "")
    assert stored(context) == [] and stored(context, originals.WAITING) == [waits.digest]
    with pytest.raises(UserError, match="不在了"):
        materials.load(context, waits)
    assert store(context).run(kept.digests) == []
    assert look(context) == 1 and look(context) == 0
    (found,) = listed(context, matter)
    assert found == replace(waits, state="") and materials.load(context, found) == b"scan"
    assert stored(context, originals.WAITING) == []


def test_a_scan_with_a_mark_of_secrecy_is_refused_and_its_file_is_gone(
    context: Context, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def marked(_content: bytes, _name: str) -> str:
        refuse_secrets(["机密★1年", "青岚区城市管理局文件"])
        return ""

    monkeypatch.setattr(material_work, "looked_at", marked)
    other = matter_of(store(context), store(context).create_matter(PROPOSAL))
    page = b"a page"
    materials.add(context, matter, "扫描.png", page, "来件扫描件")
    materials.add(context, other, "照片.png", page, "照片")
    assert look(context) == 2
    for one in (matter, other):
        (refused,) = listed(context, one)
        assert refused.state == "没有收" and "涉密" in refused.note
    assert stored(context) == stored(context, originals.WAITING) == []
    with pytest.raises(UserError, match=r"没有收：.*涉密"):
        materials.add(context, matter, "又.png", page, "照片")
    results = [(one.result, one.detail[:6]) for one in audit.entries(store(context).db, LOGGED)]
    assert results.count(("拒绝", "扫描.png")) == 1


def test_a_picture_in_which_nothing_can_be_read_is_kept_and_said(
    context: Context, matter: Matter
) -> None:
    materials.add(context, matter, "照片.jpg", b"\xff\xd8 no picture", "照片")
    look(context)
    (found,) = listed(context, matter)
    assert (found.state, found.note) == ("", "“照片.jpg”读不出文字，请自行确认没有密级。")


def test_what_is_refused_at_once_leaves_no_file_that_waits(
    context: Context, matter: Matter
) -> None:
    with pytest.raises(UserError, match="种类"):
        materials.add(context, matter, "照片.jpg", b"x", "信件")
    assert stored(context, originals.WAITING) == []


def test_the_same_file_stands_once_in_a_matter_and_once_on_the_disk(
    context: Context, matter: Matter
) -> None:
    materials.add(context, matter, "函.txt", LETTER, "来往函件")
    with pytest.raises(UserError, match="与已有的“函"):
        materials.add(context, matter, "函二.txt", LETTER, "其他")
    other = matter_of(store(context), store(context).create_matter(PROPOSAL))
    materials.add(context, other, "函.txt", LETTER, "来往函件")
    assert len([one for one in (context.folder / "files").rglob("*") if one.is_file()]) == 1


def test_a_matter_takes_so_many_and_so_much(
    context: Context, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    for number in range(2):
        materials.add(context, matter, f"{number}.txt", f"函{number}".encode(), "其他")
    with pytest.raises(UserError, match="最多存2份"):
        materials.add(context, matter, "2.txt", b"3", "其他")
    monkeypatch.setattr(kept, "MOST", 100)
    monkeypatch.setattr(kept, "MOST_BYTES", 10)
    with pytest.raises(UserError, match="合计不能超过"):
        materials.add(context, matter, "2.txt", b"12345", "其他")


def test_removed_and_brought_back(context: Context, matter: Matter) -> None:
    materials.add(context, matter, "函.txt", LETTER, "来往函件")
    (found,) = listed(context, matter)
    assert materials.remove(context, matter, found.id)
    assert not materials.remove(context, matter, found.id) and listed(context, matter) == []
    assert materials.restore(context, matter, found.id) and listed(context, matter) == [found]
    materials.remove(context, matter, found.id)
    materials.add(context, matter, "又.txt", LETTER, "其他")
    with pytest.raises(UserError, match="已经重新存放"):
        materials.restore(context, matter, found.id)


def test_damage_is_said_and_never_handed_out(context: Context, matter: Matter) -> None:
    materials.add(context, matter, "函.txt", LETTER, "来往函件")
    (found,) = listed(context, matter)
    path = Folder(context.folder, originals.KEPT).path(found.digest)
    path.write_bytes(LETTER.replace(b"5", b"6"))
    with pytest.raises(UserError, match="已损坏"):
        materials.load(context, found)
    path.unlink()
    known = frozenset(store(context).run(kept.digests))
    assert state(originals.of(context.folder), known).missing == (found.digest,)
    with pytest.raises(UserError, match="用备份恢复"):
        materials.load(context, found)
    # Sent once more it is whole again.
    originals.of(context.folder).put(LETTER)
    assert materials.load(context, found) == LETTER


@pytest.mark.parametrize("only", [("casework.db",), ("archive.db", "casework.db")])
def test_a_backup_brings_the_files_back(
    context: Context, matter: Matter, tmp_path: Path, only: tuple[str, ...]
) -> None:
    materials.add(context, matter, "函.txt", LETTER, "来往函件")
    (found,) = listed(context, matter)
    made = backup(context.folder, tmp_path / "b.zip", steps=STEPS)
    assert f"files/{found.digest[:2]}/{found.digest}" in made.names
    restore(tmp_path / "b.zip", tmp_path / "new", only, steps=STEPS)
    with Casework.open(tmp_path / "new") as casework:
        anew = Context(tmp_path / "new", TODAY, casework)
        assert casework.run(kept.listed, matter.id) == [found]
        assert materials.load(anew, found) == LETTER


def test_a_digest_is_no_way_out_of_the_folder(tmp_path: Path) -> None:
    for wrong in ("../../etc/passwd", "", "A" * 64, "0" * 63):
        with pytest.raises(ValueError, match="^" + wrong.replace(".", r"\.")):
            originals.of(tmp_path).exists(wrong)
