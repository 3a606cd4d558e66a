"""The archive's pages: import, list, trash, corrections; with a real archive behind them."""

from __future__ import annotations

import hashlib
import html
import io
import re
import time
from pathlib import Path

import pytest
from flask import Flask
from web_fakes import Browser

from corpus import EVERYTHING, Archive
from corpus.importing import jobs, uploads
from corpus.store.listing import Filter
from drafting.reading import read_bytes
from web import create_app

TEXT = """关于区政协十届四次会议第{n}号提案的答复
薄望舒委员：
您提出的《关于停车的提案》收悉，现答复如下：
一、已开展的工作
{body}
青岚区城市管理局
2025年6月3日"""
SECRET = "机密★1年\n关于某事项的请示\n区政府：\n现报告如下。"


def text(n: int = 3, body: str = "新建停车泊位1200个。") -> bytes:
    return TEXT.format(n=n, body=body).encode()


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    made = create_app(tmp_path)
    made.testing = False
    return made


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path)


def upload(browser: Browser, *files: tuple[bytes, str], **form: str) -> object:
    data = {"files": [(io.BytesIO(content), name) for content, name in files], **form}
    return browser.post("/archive/import", data, content_type="multipart/form-data")


def wait(archive: Archive, number: int = 1) -> jobs.Job:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = jobs.job(archive.own_reader(), number)
        if found and found.state != "running":
            return found
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_an_empty_archive_says_what_to_do_first(browser: Browser) -> None:
    page = browser.get("/archive")
    assert page.status_code == 200
    assert "档案还是空的" in page.text
    assert 'aria-current="page">档案目录<' in page.text


def test_files_go_in_behind_the_page_and_are_listed(browser: Browser, archive: Archive) -> None:
    answer = upload(browser, (text(), "答复.txt"), (b"", "空.txt"), (SECRET.encode(), "密.txt"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/archive")
    done = wait(archive)
    assert (done.imported, done.unchanged, done.failed, done.done) == (1, 0, 2, 3)
    page = words(browser.get("/archive").text)
    assert "导入 1 件，未变 0 件，未能导入 2 件" in page
    assert "关于区政协十届四次会议第3号提案的答复" in page
    assert "空.txt 文件是空的，没有可读的内容。" in page
    assert "密.txt 文件标有密级“机密★1年”" in page
    # Nothing waits any more, least of all what must not be kept.
    assert list((archive.path.parent / uploads.FOLDER).iterdir()) == []


def test_script_is_told_the_job_and_adds_files_to_it(browser: Browser, archive: Archive) -> None:
    json = {"Accept": "application/json"}
    token = browser.token()
    for name in ("a.txt", "文件夹/b.txt", "../../c.txt"):
        data = {"csrf": token, "job": "" if name == "a.txt" else "1"}
        data["files"] = (io.BytesIO(text(body=name)), name)
        answer = browser.client.post("/archive/import", data=data, headers=json)
        assert answer.json == {"job": 1, "refused": []}
    wait(archive)
    state = browser.get("/archive/jobs/1").json
    assert state["state"] == "done"
    assert {name: state[name] for name in ("done", "total", "imported", "failed")} == {
        "done": 3,
        "total": 3,
        "imported": 3,
        "failed": 0,
    }
    assert sorted(one.source for one in archive.reader(EVERYTHING).listed(_all())) == [
        "a.txt",
        "c.txt",
        "文件夹/b.txt",
    ]


def test_a_file_that_replaces_another_of_its_name_says_so(
    browser: Browser, archive: Archive
) -> None:
    said = "“a.txt”内容与原来的不同，已替换档案里的同名文件。"
    for number, (body, message) in enumerate((("新建泊位。", ""), ("更换路灯。", said)), 1):
        upload(browser, (text(body=body), "a.txt"))
        done = wait(archive, number)
        assert (done.imported, done.failed, done.message) == (1, 0, message)
        assert browser.get(f"/archive/jobs/{done.id}").json["message"] == message
    assert f"未能导入 0 件。{said}" in words(browser.get("/archive").text)


def _all() -> object:
    from corpus.store.listing import Filter

    return Filter()


def test_a_chosen_kind_overrides_what_is_read(browser: Browser, archive: Archive) -> None:
    upload(browser, (text(), "a.txt"), kind="policy")
    wait(archive)
    assert [one.kind.value for one in archive.reader(EVERYTHING).listed(_all())] == ["policy"]


def test_no_file_and_no_job_are_said(browser: Browser) -> None:
    answer = browser.post("/archive/import", {})
    assert (answer.status_code, "请先选择要导入的文件" in answer.text) == (400, True)
    assert browser.get("/archive/jobs/9").status_code == 404
    assert upload(browser, (text(), "a.txt"), job="9").status_code == 302
    assert "没有这次导入，请重新选择文件。" in browser.get("/archive").text


def test_what_waited_when_the_service_was_killed_is_taken_in_later(
    browser: Browser, archive: Archive
) -> None:
    number = jobs.begin(archive, None, "")
    jobs.add_file(archive, number, "a.txt", io.BytesIO(text()))
    found = jobs.job(archive.own_reader(), number)
    assert found is not None
    assert (found.state, found.total) == ("running", 1)
    browser.get("/archive")
    assert wait(archive, number).imported == 1


def test_a_full_disk_stops_the_import_and_the_files_wait(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    number = jobs.begin(archive, None, "")
    jobs.add_file(archive, number, "a.txt", io.BytesIO(text()))
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "import_files", full)
        assert jobs.run(archive, number)
    stopped = jobs.job(archive.own_reader(), number)
    assert stopped is not None
    assert (stopped.state, stopped.message[:6]) == ("stopped", "磁盘可能已满")
    assert not jobs.run(archive, number)
    assert jobs.resume(archive) and jobs.run(archive, number)
    assert wait(archive, number).imported == 1


# ------------------------------------------------------------------ the list


@pytest.fixture
def filled(archive: Archive) -> Archive:
    from corpus import import_bytes

    for n, year in ((1, 2023), (2, 2024), (3, 2025)):
        data = text(n).replace(b"2025", str(year).encode())
        import_bytes(archive, data.replace("停车".encode(), f"事{n}".encode()), f"{n}.txt")
    return archive


@pytest.mark.parametrize(
    ("query", "sources"),
    [
        ("", ["3.txt", "2.txt", "1.txt"]),
        ("?year=2024", ["2.txt"]),
        ("?kind=policy", []),
        ("?unit=青岚区城市管理局&title=第3号", ["3.txt"]),
        ("?year=x&kind=y&page=99", ["3.txt", "2.txt", "1.txt"]),
    ],
)
def test_the_list_is_filtered(
    browser: Browser, filled: Archive, query: str, sources: list[str]
) -> None:
    page = browser.get(f"/archive{query}")
    assert page.status_code == 200
    assert re.findall(r"<small>(?:[^<]* · )?(\d\.txt)</small>", page.text) == sources


def test_deleting_has_its_undo_and_its_list(browser: Browser, filled: Archive) -> None:
    page = browser.client.post(
        "/archive/2/delete", data={"csrf": browser.token(), "year": "2024"}, follow_redirects=True
    )
    assert ">撤销</button>" in page.text
    assert page.request.query_string == b"year=2024"
    assert "2.txt" in browser.get("/archive/deleted").text
    assert browser.get("/documents/2").status_code == 404
    assert browser.post("/archive/2/delete").status_code == 404
    answer = browser.post("/archive/2/restore")
    assert answer.headers["Location"] == "/documents/2"
    assert browser.get("/documents/2").status_code == 200
    assert browser.post("/archive/2/restore").status_code == 404
    browser.post("/archive/2/delete")
    # What cannot be undone is asked about: the button stands behind a line that says so.
    asked = browser.get("/archive/deleted").text.partition('<details class="sure">')[2]
    assert asked.index("1 份文件连同原件都将不能恢复") < asked.index("确认彻底删除")
    browser.post("/archive/deleted/empty")
    assert "没有已删除的文件" in browser.get("/archive/deleted").text


def test_failures_are_listed_and_cleared(browser: Browser, archive: Archive) -> None:
    upload(browser, (b"", "空.txt"))
    wait(archive)
    assert "文件是空的" in browser.get("/archive/failures").text
    browser.post("/archive/failures/clear")
    assert "没有未能导入的文件" in browser.get("/archive/failures").text
    browser.post("/archive/resume")
    assert "没有等待导入的文件" in browser.get("/archive").text


# ------------------------------------------------------------------ one document


def test_a_document_shows_its_structure_its_digest_and_its_versions(
    browser: Browser, filled: Archive
) -> None:
    filled.store(filled.own_reader().document(3).document, "转载.txt")  # type: ignore[union-attr]
    page = words(browser.get("/documents/3").text)
    assert "另有 1 个版本 同文" in page
    assert "读出的结构 层次 一、已开展的工作" in page
    original = browser.get("/documents/3/original")
    assert hashlib.sha256(original.data).hexdigest() in page
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert original.headers["X-Content-Type-Options"] == "nosniff"


def test_corrections_are_kept_and_taken_back(browser: Browser, filled: Archive) -> None:
    form = browser.get("/documents/3/correct")
    assert form.status_code == 200
    wanted = {
        "title": "更正后的标题",
        "date": "2025年6月30日",
        "issuers": "青岚区城市管理局\n青岚区公安局",
        "contacts": "沈知秋 0871-63901234",
        "kind": "reply",
    }
    answer = browser.post("/documents/3/correct", wanted)
    assert answer.headers["Location"] == "/documents/3"
    page = words(browser.get("/documents/3").text)
    assert "更正后的标题" in page
    assert "已由人工更正 4 项。" in page
    assert "已更正" in browser.get("/archive").text
    assert "恢复读出的内容：2025-06-03" in browser.get("/documents/3/correct").text
    browser.post("/documents/3/correct", {"as_read": ["title", "date", "issuers", "contacts"]})
    assert "关于区政协十届四次会议第3号提案的答复" in browser.get("/documents/3").text
    assert filled.own_reader().corrections("3.txt") == {}


POLICY = """青岚区人民政府关于印发停车行动计划的通知
青政发〔2025〕9号
各街道办事处：
现印发给你们。
一、重点任务
（一）新建泊位。2026年，新增100个。每个补助500元。
牵头单位：区城管局
（二）错时共享。鼓励开放。
责任单位：区教体局、区卫健局
青岚区人民政府
2025年3月1日"""


def test_measures_and_text_are_corrected_by_hand(browser: Browser, archive: Archive) -> None:
    upload(browser, (POLICY.encode(), "p.txt"))
    wait(archive)
    form = html.unescape(browser.get("/documents/1/correct").text)
    shown = "一 新建泊位｜牵头：区城管局｜2026年：新增100个\n二 错时共享｜责任：区教体局、区卫健局"
    assert shown in form
    wrong = browser.post("/documents/1/correct", {"measures": "一 新建泊位｜区城管局"})
    assert wrong.status_code == 400
    assert "“区城管局”看不懂" in html.unescape(wrong.text)
    better = "一 新建泊位｜牵头：区住建局｜2026年：新增120个\n二 错时共享｜责任：区教体局、区卫健局"
    assert browser.post("/documents/1/correct", {"measures": better}).status_code == 302
    found = archive.reader(EVERYTHING).document(1)
    assert found is not None
    one, other = found.document.measures
    assert (one.lead, [target.text for target in one.targets]) == (("区住建局",), ["新增120个"])
    # What the form does not show of a measure stays: its text and its sums.
    assert [grant.text for grant in one.grants] == ["每个补助500元"]
    assert other.responsible == ("区教体局", "区卫健局")
    assert browser.post("/documents/1/correct", {"text": " "}).status_code == 400
    browser.post("/documents/1/correct", {"text": POLICY.replace("错时共享", "分时共享")})
    assert "分时共享" in browser.get("/documents/1").text
    # The measures were corrected by hand and stay so until that is taken back.
    assert "区住建局" in browser.get("/documents/1").text


def test_a_wrong_correction_keeps_what_was_typed(browser: Browser, filled: Archive) -> None:
    answer = browser.post(
        "/documents/3/correct", {"title": "新标题", "date": "去年", "matter": "x"}
    )
    assert answer.status_code == 400
    page = html.unescape(answer.text)
    assert "成文日期请写成 2026-03-15" in page
    assert "新标题" in page
    assert 'value="去年"' in page
    assert filled.own_reader().corrections("3.txt") == {}


@pytest.mark.parametrize("path", ["/documents/9/correct", "/archive/jobs/9"])
def test_what_is_not_there_is_404(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404
    assert browser.post("/documents/9/correct", {"title": "x"}).status_code == 404


def test_the_pages_hold_no_script_and_name_no_other_server(
    browser: Browser, filled: Archive
) -> None:
    paths = ["/archive", "/archive/deleted", "/archive/failures", "/documents/1/correct"]
    for path in [*paths, "/documents/1"]:
        page = browser.get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", page)
        assert re.findall(r'(?:src|href|action)="(?!/|#|\?)[^"]*"', page) == []


# ------------------------------------------------------------------ a ledger's own columns

OWN = "单位内部编号,题目,回函正文,何时办结\n1,关于停车的建议,新建停车泊位1200个。,2025-06-03\n"


def test_a_ledger_with_unknown_columns_is_asked_about_once(
    browser: Browser, archive: Archive
) -> None:
    upload(browser, (OWN.encode(), "甲.csv"))
    assert wait(archive).failed == 1
    (asked,) = jobs.unclear(archive.own_reader())
    page = browser.get("/archive").get_data(as_text=True)
    assert "台账“甲.csv”的列名认不出" in page
    address = f"/archive/columns/{asked.id}"
    page = browser.get(address).get_data(as_text=True)
    assert all(name in page for name in ("单位内部编号", "回函正文", "新建停车泊位1200个。"))
    refused = browser.post(address, {"column-1": "title"})
    assert refused.status_code == 400
    assert "请指定哪一列是“正文”。" in refused.get_data(as_text=True)
    chosen = {"column-0": "", "column-1": "title", "column-2": "text", "column-3": "date"}
    assert browser.post(address, chosen).status_code == 302
    done = wait(archive)
    assert (done.imported, done.failed, jobs.unclear(archive.own_reader())) == (1, 0, [])
    assert archive.reader(EVERYTHING).count_failures() == 0
    found = archive.reader(EVERYTHING).document(1)
    assert found is not None
    assert (found.document.title, str(found.document.date)) == ("关于停车的建议", "2025-06-03")
    assert "回函正文" not in found.document.text
    # The next one of this kind is known, and nothing is left of the uploads.
    upload(browser, (OWN.replace("1200", "300").encode(), "乙.csv"))
    assert wait(archive, 2).imported == 1
    assert list((archive.path.parent / uploads.FOLDER).iterdir()) == []
    assert browser.get(address).status_code == 404


def test_a_ledger_with_unknown_columns_can_be_put_away(browser: Browser, archive: Archive) -> None:
    upload(browser, (OWN.encode(), "甲.csv"))
    wait(archive)
    (asked,) = jobs.unclear(archive.own_reader())
    browser.post(f"/archive/columns/{asked.id}", {"action": "give-up"})
    assert jobs.unclear(archive.own_reader()) == []
    assert list((archive.path.parent / uploads.FOLDER).iterdir()) == []


def test_lines_marked_as_secret_are_refused_by_line(browser: Browser, archive: Archive) -> None:
    table = "正文,密级\n新建停车泊位。,公开\n某事项。,机密★3年\n更换路灯。,\n"
    upload(browser, (table.encode("gb18030"), "台账.csv"))
    done = wait(archive)
    assert (done.imported, done.failed) == (2, 1)
    assert [(one.source, one.reason) for one in archive.reader(EVERYTHING).failures()] == [
        (
            "台账.csv#3",
            "第3行：文件标有密级“机密★3年”，涉密文件不得导入，没有保留任何内容。",
        )
    ]


def test_a_secret_proposal_is_not_registered(browser: Browser, archive: Archive) -> None:
    for form in (
        {"text": SECRET},
        {"file": (io.BytesIO(SECRET.encode()), "a.txt")},
    ):
        answer = browser.post("/new", form, content_type="multipart/form-data")
        assert answer.status_code == 400
        assert "涉密文件不得导入，没有保留任何内容" in answer.get_data(as_text=True)
    held = b"".join(path.read_bytes() for path in archive.path.parent.glob("*.db*"))
    assert "现报告如下".encode() not in held


def test_what_failed_and_what_was_deleted_come_page_by_page(
    browser: Browser, archive: Archive
) -> None:
    lines = [f"某事项第{n}号。,机密" for n in range(60)] + ["新建停车泊位。,公开"]
    upload(browser, ("\n".join(["正文,密级", *lines]).encode("gb18030"), "台账.csv"))
    assert wait(archive).failed == 60
    first, second = (browser.get(f"/archive/failures?page={n}").text for n in (1, 2))
    shown = [re.findall(r"<td>(台账.csv#\d+)</td>", page) for page in (first, second)]
    assert [len(one) for one in shown] == [50, 10]
    assert {*shown[0], *shown[1]} == {f"台账.csv#{n}" for n in range(2, 62)}
    assert "60 件" in words(first) and "第 1 页，共 2 页" in words(first)

    reply = read_bytes(text(), "答复.txt")
    for n in range(55):
        archive.store(reply, f"第{n}份.txt")
    ids = {
        one.source: one.id
        for page in (0, 1)
        for one in archive.reader(EVERYTHING).listed(Filter(), page)
    }
    for n in range(55):
        archive.delete(ids[f"第{n}份.txt"])
    first, second = (browser.get(f"/archive/deleted?page={n}").text for n in (1, 2))
    shown = [re.findall(r"<td>(第\d+份.txt)</td>", page) for page in (first, second)]
    assert [*shown[0], *shown[1]] == [f"第{n}份.txt" for n in reversed(range(55))]
    assert len(shown[0]) == 50 and "第 2 页，共 2 页" in words(second)
