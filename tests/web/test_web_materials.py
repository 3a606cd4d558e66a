"""办理材料 as a page: several at once, each by itself; download, removal and its undo."""

from __future__ import annotations

import io
import re

import pytest
from web_fakes import Browser

from casework import Casework, Matter
from casework.matters import materials as kept
from storage.log import audit

LETTER = "关于商请提供停车数据的函\n请于5日内提供。\n".encode()


def send(browser: Browser, matter: Matter, *sent: tuple[str, bytes], kind: str = "照片") -> object:
    data = {"kind": kind, "file": [(io.BytesIO(content), name) for name, content in sent]}
    return browser.post(f"/matters/{matter.id}/materials", data)


def test_several_files_are_kept_or_refused_each_by_itself(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    answer = send(browser, matter, ("函.txt", LETTER), ("工具.exe", b"MZ"), kind="来往函件")
    text = answer.text  # type: ignore[attr-defined]
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert "“工具.exe”不是文稿、表格或图片" in text and "已存放 1 份材料" in text
    assert 'value="来往函件" selected' in text
    (found,) = casework.run(kept.listed, matter.id)
    assert found.name == "函.txt" and "函.txt" in text


def test_it_comes_back_as_it_was_and_the_download_is_in_the_log(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    send(browser, matter, ("函.html", LETTER))
    (found,) = casework.run(kept.listed, matter.id)
    path = f"/matters/{matter.id}/materials/{found.id}"
    answer = browser.get(path)
    assert answer.data == LETTER
    # Never shown as a page of ours, whatever it is.
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    logged = audit.entries(casework.db, audit.Filters(action="下载"))
    assert [one.what for one in logged] == [path]


def test_removed_it_is_gone_until_it_is_brought_back(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    send(browser, matter, ("函.txt", LETTER))
    (found,) = casework.run(kept.listed, matter.id)
    path = f"/matters/{matter.id}/materials"
    assert browser.post(f"{path}/{found.id}/remove", {}).status_code == 302
    page = browser.get(path).text
    assert "已移除。" in page and ">函.txt</a>" not in page
    assert browser.get(f"{path}/{found.id}").status_code == 404
    assert browser.post(f"{path}/{found.id}/remove", {}).status_code == 404
    (undo,) = re.findall(r'action="([^"]+/restore)"', page)
    assert browser.post(undo, {}).status_code == 302
    assert "函.txt" in browser.get(path).text


def test_nothing_chosen_is_said(browser: Browser, matter: Matter) -> None:
    answer = browser.post(f"/matters/{matter.id}/materials", {"kind": "照片"})
    assert answer.status_code == 400 and "请选择文件" in answer.text


def test_another_matters_material_is_not_there(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    send(browser, matter, ("函.txt", LETTER))
    (found,) = casework.run(kept.listed, matter.id)
    other = casework.create_matter(matter.draft.proposal)
    assert browser.get(f"/matters/{other}/materials/{found.id}").status_code == 404
    assert browser.post(f"/matters/{other}/materials/{found.id}/remove", {}).status_code == 404


def test_a_photograph_is_listed_at_once_and_read_in_the_background(
    browser: Browser, matter: Matter, casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []
    monkeypatch.setattr("web.stores.work_on", begun.append)
    assert send(browser, matter, ("现场.jpg", b"photo")).status_code == 302  # type: ignore[attr-defined]
    page = browser.get(f"/matters/{matter.id}/materials").text
    assert "正在识别" in page and "data-waits" in page and "waits.js" in page
    assert len(begun) == 2
    (found,) = casework.run(kept.listed, matter.id)
    early = browser.get(f"/matters/{matter.id}/materials/{found.id}")
    assert early.status_code == 404 and "还没有识别完" in early.text
    casework.run(kept.settle, found.id, "没有收", "这是涉密文件。")
    page = browser.get(f"/matters/{matter.id}/materials").text
    assert "这是涉密文件。" in page and "知道了" in page and "data-waits" not in page
    assert browser.post(f"/matters/{matter.id}/materials/{found.id}/remove").status_code == 302
    assert "现场.jpg" not in browser.get(f"/matters/{matter.id}/materials").text
