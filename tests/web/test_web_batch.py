"""批量登记 in the browser's forms, without script: plan, choices, confirmation, undo."""

from __future__ import annotations

import io
import re
import time

import pytest
from flask import Flask
from web_fakes import Browser
from werkzeug.test import TestResponse

from bench.ledger_files import Item, items, ledger_with_papers, packed, paper, table, workbook
from casework import Casework
from casework.batches import Batches

PARKING = Item(118, "关于缓解老旧小区停车难的提案", ("祁听雨",), "", ("增加停车泊位", "错时开放"))
HEAD = ["案号", "案由", "提案者"]


def send(browser: Browser, *files: tuple[str, bytes]) -> TestResponse:
    """Send files as the form of 登记 does."""
    sent = [(io.BytesIO(content), name) for name, content in files]
    return browser.post("/new", {"file": sent, "profile": "default"})


def opened(browser: Browser, answer: TestResponse) -> str:
    """The page of the batch once its files are read, its address in front."""
    assert answer.status_code == 302, answer.text
    return settled(browser, answer.location)


def settled(browser: Browser, address: str) -> str:
    for _ in range(500):
        page = browser.get(address).text
        if 'id="progress"' not in page:
            return page
        time.sleep(0.02)
    raise TimeoutError


def ticked(page: str) -> list[str]:
    return re.findall(r'name="tick" value="([^"]+)"[^>]*\schecked', page)


def keys(page: str) -> list[str]:
    return re.findall(r'name="tick" value="([^"]+)"', page)


def test_a_ledger_with_papers_is_shown_confirmed_and_undone(
    browser: Browser, casework: Casework
) -> None:
    answer = send(browser, ("交办.zip", ledger_with_papers(3)))
    page = opened(browser, answer)
    assert answer.location == "/batches/1"
    assert "新登记 3" in page and "确认以前什么都不登记" in page
    assert "第6行（" not in page and "（合计）：合计 共3件" in page
    assert casework.matters() == []
    chosen = ticked(page)
    assert len(chosen) == 3
    done = browser.post("/batches/1/confirm", {"tick": chosen[:2], "action": "confirm"})
    page = opened(browser, done)
    assert "已登记 2 件" in page and "没有勾选" in page
    assert [one.subject for one in casework.matters()] == [one.subject for one in items(2)]
    assert all(f'href="/matters/{one.id}/intake"' in page for one in casework.matters())
    undone = browser.post("/batches/1/undo")
    assert undone.status_code == 302
    page = browser.get("/batches/1").text
    assert "已撤销：2 件移到" in page and "撤销整批登记" not in page
    assert casework.matters() == [] and casework.count_deleted() == 2


def test_several_files_become_several_matters(browser: Browser, casework: Casework) -> None:
    first, second = items(2)
    page = opened(browser, send(browser, ("甲.docx", paper(first)), ("乙.docx", paper(second))))
    assert "新登记 2" in page
    settled(browser, browser.post("/batches/1/confirm", {"tick": ticked(page)}).location)
    assert {one.subject for one in casework.matters()} == {first.subject, second.subject}


def test_one_paper_alone_is_registered_at_once_as_ever(
    browser: Browser, casework: Casework
) -> None:
    answer = send(browser, ("甲.docx", paper(PARKING)))
    assert answer.location == "/matters/1/intake"
    assert Batches(casework).recent() == []


def test_one_tick_settles_all_lines_of_one_doubt_without_script(
    browser: Browser, casework: Casework
) -> None:
    rows = [HEAD, *([n, f"关于第{n}项设施的提案", "祁听雨"] for n in range(1, 5))]
    page = opened(browser, send(browser, ("表.xlsx", workbook(rows, ()))))
    assert "没有找到正文的，只按台账登记（4 件）" in page and ticked(page) == []
    refused = browser.post("/batches/1/confirm", {})
    assert refused.status_code == 400 and "还没有勾选要登记的提案" in refused.text
    done = browser.post("/batches/1/confirm", {"all": "no-paper"})
    assert "已登记 4 件" in opened(browser, done)
    assert len(casework.matters()) == 4


def test_a_line_with_two_papers_must_have_one_chosen_and_keeps_what_was_chosen(
    browser: Browser, casework: Casework
) -> None:
    rows = [HEAD, [118, PARKING.subject, "薄望舒"]]
    content = paper(PARKING) + b"\0"
    files = (("118.docx", paper(PARKING)), ("第118号.docx", content))
    page = opened(browser, send(browser, ("表.xlsx", workbook(rows, ())), *files))
    (key,) = keys(page)
    refused = browser.post("/batches/1/confirm", {"tick": key})
    assert refused.status_code == 400
    assert "请先选定正文" in refused.text and f'href="#l-{key}"' in refused.text
    assert ticked(refused.text) == [key]
    second = re.findall(r'<option value="(\d+)" >第118号\.docx', page)[0]
    form = {"tick": key, f"paper-{key}": second, "action": "look"}
    page = opened(browser, browser.post("/batches/1/confirm", form))
    assert re.search(rf'<option value="{second}" selected>', page)
    assert "提案者：正文与台账不同" in page
    form = {"tick": key, f"paper-{key}": second, f"side-{key}:proposers": "paper"}
    opened(browser, browser.post("/batches/1/confirm", form))
    (matter,) = casework.matters()
    assert matter.proposers == ("祁听雨",)
    assert casework.original(matter.id) == ("第118号.docx", content)


def test_unknown_columns_are_asked_for_at_their_place(browser: Browser, casework: Casework) -> None:
    rows = [["流水", "事项", "谁提的"], [1, PARKING.subject, "祁听雨"]]
    page = opened(browser, send(browser, ("表.xlsx", workbook(rows, ()))))
    assert "还不知道是哪些提案" in page and "必须有“案由”" in page and PARKING.subject in page
    refused = browser.post("/batches/1/columns", {"column-2": "proposers"})
    assert refused.status_code == 400 and "没有“案由”或“案号”一列" in refused.text
    assert re.search(r'name="column-2".*?value="proposers" selected', refused.text, re.S)
    answer = browser.post("/batches/1/columns", {"column-1": "subject", "column-2": "proposers"})
    assert "案由 ← 事项" in opened(browser, answer)
    # The next ledger with the same head is not asked about.
    rows = [["流水", "事项", "谁提的"], [2, "关于路灯的提案", "薄望舒"]]
    assert "关于路灯的提案" in opened(browser, send(browser, ("表2.xlsx", workbook(rows, ()))))


def test_papers_are_registered_without_a_table_that_is_no_ledger(browser: Browser) -> None:
    rows = [["领域", "件数", "占比"], ["停车", 3, 5]]
    files = (("统计.xlsx", workbook(rows, ())), ("118.docx", paper(PARKING)))
    page = opened(browser, send(browser, *files))
    assert "不用这份台账，只登记正文" in page
    answer = browser.post("/batches/1/columns", {"action": "no-ledger"})
    page = opened(browser, answer)
    assert "新登记 1" in page
    done = browser.post("/batches/1/confirm", {"tick": ticked(page)})
    assert "已登记 1 件" in opened(browser, done)


def test_what_is_registered_already_leads_to_it(browser: Browser, casework: Casework) -> None:
    opened(browser, send(browser, ("交办.zip", ledger_with_papers(2))))
    form = {"tick": ticked(browser.get("/batches/1").text)}
    opened(browser, browser.post("/batches/1/confirm", form))
    page = opened(browser, send(browser, ("交办.zip", ledger_with_papers(2))))
    assert "已登记 2" in page and keys(page) == []
    assert all(f'href="/matters/{one.id}/intake"' in page for one in casework.matters())


def test_a_batch_can_be_left_and_put_away(browser: Browser, casework: Casework) -> None:
    opened(browser, send(browser, ("交办.zip", ledger_with_papers(2))))
    assert 'href="/batches/1"' in browser.get("/new").text
    assert "等待确认" in browser.get("/new").text
    browser.post("/batches/1/drop")
    page = browser.get("/new").text
    assert "这一批没有登记" in page and 'href="/batches/1"' not in page
    assert casework.matters() == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("坏.xlsx", b"PK\x03\x04 cut", "文件已损坏，或不是 Excel 工作簿"),
        ("旧.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "请另存为未加密的 .xlsx"),
        ("坏.zip", b"PK\x03\x04 cut", "文件已损坏，或不是压缩包"),
        ("空.csv", "案号,案由\n".encode(), "没有读出一行提案"),
        ("密.csv", "秘密★1年\n案号,案由\n1,关于某事的提案\n".encode(), "涉密文件不得导入"),
        ("空.zip", packed([]), "里面没有文件"),
    ],
)
def test_bad_files_get_one_sentence_at_their_place(
    browser: Browser, casework: Casework, name: str, content: bytes, message: str
) -> None:
    page = opened(browser, send(browser, (name, content)))
    assert message in page and name in page
    assert casework.matters() == []


def test_how_far_it_is_is_told_as_json(browser: Browser) -> None:
    opened(browser, send(browser, ("交办.zip", ledger_with_papers(1))))
    told = browser.get("/batches/1/state").json
    assert told == {"state": "planned", "done": 3, "total": 3, "message": ""}


def test_a_large_file_is_refused_with_its_name(browser: Browser) -> None:
    large = b"x" * (20 * 1024 * 1024 + 1)
    answer = send(browser, ("甲.docx", paper(PARKING)), ("大.docx", large))
    assert answer.status_code == 400 and "“大.docx”超过 20 MB" in answer.text


def test_a_name_from_the_browser_leads_nowhere(browser: Browser, app: Flask) -> None:
    first, second = items(2)
    page = opened(
        browser,
        send(browser, ("../../<b>甲</b>.docx", paper(first)), ("乙.docx", paper(second))),
    )
    assert "<b>甲" not in page and "../" not in page


def test_a_page_that_is_under_way_refreshes_itself_without_script(
    browser: Browser, casework: Casework
) -> None:
    number = Batches(casework).begin("", "", "default", [("甲.docx", paper(PARKING))])
    page = browser.get(f"/batches/{number}").text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    settled(browser, f"/batches/{number}")


def test_ledger_rows_are_merged_as_in_the_sheet(browser: Browser) -> None:
    page = opened(browser, send(browser, ("表.xlsx", workbook(table(items(5))))))
    assert "不明确 5" in page and "主办单位" in page


def test_a_batch_that_was_stopped_says_why_and_goes_on(
    browser: Browser, casework: Casework
) -> None:
    batches = Batches(casework)
    number = batches.begin("", "", "default", [("甲.docx", paper(PARKING))])
    batches.stop(number, "磁盘可能已满。")
    page = browser.get(f"/batches/{number}").text
    assert "已停下：磁盘可能已满。" in page and "继续登记" in page
    answer = browser.post(f"/batches/{number}/resume")
    assert "新登记 1" in settled(browser, answer.location)
