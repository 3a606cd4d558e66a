"""Pages over a store that fails: nothing half registered, nothing typed lost, said in Chinese."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask
from s3_fakes import FakeS3, configure, fake_s3
from web_fakes import Browser

from casework import Casework, Matter
from casework.batches import Batches
from casework.matters import materials
from drafting.model import Proposal
from service.doctor import examine
from storage.originals import Kept

TYPED = "关于加强老旧小区停车管理的提案\n\n建议：\n一、利用边角地增加停车泊位。\n"
BUSY = "对象存储忙，文件没有存取成。请过一会儿再试。"


@pytest.fixture
def fake(app: Flask) -> Iterator[FakeS3]:
    """The store of the application, over the network of this machine."""
    with fake_s3() as running:
        configure(app.config["DATA_FOLDER"], running.endpoint, seconds=1, tries=1)
        yield running


def test_what_was_pasted_or_chosen_stands_when_the_store_does_not_take_it(
    browser: Browser, casework: Casework, fake: FakeS3
) -> None:
    fake.mode = "503"
    answer = browser.post("/new", {"text": TYPED, "profile": "default"})
    assert answer.status_code == 400
    assert BUSY in answer.text and "利用边角地增加停车泊位" in answer.text
    upload = (io.BytesIO(TYPED.encode()), "提案.txt")
    answer = browser.post("/new", {"text": "", "file": upload})
    assert answer.status_code == 400 and BUSY in answer.text
    assert casework.matters() == []
    fake.mode = ""
    assert browser.post("/new", {"text": TYPED, "profile": "default"}).status_code == 302
    assert browser.get("/matters/1/original").data == TYPED.strip().encode()


def test_so_do_an_opinion_a_material_a_checked_text_and_a_batch(
    browser: Browser, matter: Matter, casework: Casework, fake: FakeS3
) -> None:
    casework.keep_co_units(matter.id, ["区住建局"])
    (line,) = casework.co_opinions(matter.id)
    fake.mode = "503"
    path = f"/matters/{matter.id}/opinions/{line.id}/receive"
    day = {"received": "2026-05-18", f"received{line.id}": "2026-05-18"}
    answer = browser.post(path, {"text": "同意，我局配合。", **day})
    assert answer.status_code == 400 and BUSY in answer.text and "同意，我局配合。" in answer.text
    letter = (io.BytesIO("关于商请提供停车数据的函。".encode()), "函.txt")
    answer = browser.post(f"/matters/{matter.id}/materials", {"kind": "照片", "file": letter})
    assert answer.status_code == 400 and BUSY in answer.text
    word = (io.BytesIO(TYPED.encode()), "一.txt"), (io.BytesIO(b"x" + TYPED.encode()), "二.txt")
    answer = browser.post("/new", {"text": "", "file": list(word)})
    assert answer.status_code == 400 and BUSY in answer.text
    assert casework.run(materials.listed, matter.id) == [] and Batches(casework).recent() == []
    assert [one.received for one in casework.co_opinions(matter.id)] == [None]


@pytest.mark.parametrize(("mode", "said"), [("lies", "校验值不符"), ("503", "对象存储忙")])
def test_a_file_that_lies_or_cannot_be_had_is_not_handed_out(
    browser: Browser, casework: Casework, fake: FakeS3, mode: str, said: str
) -> None:
    browser.post("/new", {"text": TYPED, "profile": "default"})
    fake.mode = mode
    answer = browser.get("/matters/1/original")
    assert answer.status_code == 400 and said in answer.text
    assert "利用边角地" not in answer.text


def test_the_other_papers_are_packed_where_the_original_is_gone(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    found = casework.original_as_kept(matter.id)
    assert found is not None and isinstance(found[1], Kept)

    def packed() -> list[str]:
        answer = browser.get(f"/matters/{matter.id}/papers.zip")
        with zipfile.ZipFile(io.BytesIO(answer.data)) as container:
            return container.namelist()

    whole = packed()
    assert [name for name in whole if "原件" in name]
    casework.originals.delete(found[1].digest)
    assert packed() == [name for name in whole if "原件" not in name]


def test_doctor_says_what_the_store_says(app: Flask, casework: Casework, fake: FakeS3) -> None:
    folder = app.config["DATA_FOLDER"]
    casework.create_matter(Proposal(), original=("a", b"abc"))

    def said() -> tuple[bool, str]:
        (found,) = [one for one in examine(folder) if one.name == "原件"]
        return found.ok, found.detail

    where = f"s3://drafting/o（{fake.endpoint}）"
    assert said() == (True, f"{where}，1 个，共 0 MB，齐全")
    fake.mode = "403"
    assert said() == (
        False,
        f"{where}：对象存储拒绝访问，请管理员检查密钥和权限（originals.key_file）。",
    )
    fake.mode = "lies"
    assert "缺失 0 个，损坏 1 个" in said()[1]
    fake.mode = ""
    fake.objects.clear()
    assert "缺失 1 个，损坏 0 个" in said()[1]
