"""附件 of a reply in the browser: texts and files, their order, undo, the paper, 全套文书."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import openpyxl
from web_fakes import Browser

from casework import Casework, Matter
from drafting.assembly import ATTACHMENTS_MOST, assemble
from drafting.model import Attached, attached
from drafting.profile import load_profile
from storage.log import audit

LIST = "一、点位\n共3处。\n表：点位明细\n| 街道 | 数量 |\n| 长宁 | 120 |"


def sheet() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["街道", "数量"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def locked() -> bytes:
    """A workbook of which each entry is said to be encrypted."""
    data = bytearray(sheet())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def now(casework: Casework, matter: Matter) -> Matter:
    found = casework.matter(matter.id)
    assert found is not None
    return found


def titles(casework: Casework, matter: Matter) -> list[str]:
    return [one.title for one in attached(now(casework, matter).draft)]


def write(browser: Browser, casework: Casework, matter: Matter, **values: object) -> int:
    data = {"kind": "text", "version": now(casework, matter).version, "public": "1", **values}
    return browser.post(f"/matters/{matter.id}/attachments", data).status_code


def send(browser: Browser, casework: Casework, matter: Matter, *sent: tuple[str, bytes]) -> str:
    data = {
        "kind": "file",
        "version": now(casework, matter).version,
        "file": [(io.BytesIO(content), name) for name, content in sent],
    }
    return browser.post(f"/matters/{matter.id}/attachments", data).text


def press(
    browser: Browser, casework: Casework, matter: Matter, number: int, **values: object
) -> int:
    data = {"version": now(casework, matter).version, **values}
    return browser.post(f"/matters/{matter.id}/attachments/{number}", data).status_code


def test_a_text_is_set_as_pages_behind_the_signature_and_a_file_is_named(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    assert write(browser, casework, matter, title="《点位明细表》。", text=LIST) == 302
    send(browser, casework, matter, ("清单.xlsx", sheet()))
    page = browser.get(f"/matters/{matter.id}/reply").text
    assert re.findall(r'class="attachment-note[^>]*>.*?</div>', page)[0].count("点位明细表") == 1
    assert re.findall(r'class="attachment-label">(.*?)<', page) == ["附件1"]
    assert "表1　点位明细" in page and "清单" in page
    got = browser.get(f"/matters/{matter.id}/attachments/2/file")
    assert got.data == sheet() or got.data[:2] == b"PK"
    assert got.headers["Content-Disposition"].startswith("attachment")
    logged = audit.entries(casework.db, audit.Filters(action="修改附件"))
    assert [one.detail for one in logged][::-1] == ["添加附件“点位明细表”", "添加附件“清单”"]


def test_order_publicity_and_removal_are_versions_and_taken_back(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    for title in ("甲", "乙", "丙"):
        write(browser, casework, matter, title=title, text="内容。")
    press(browser, casework, matter, 3, do="up")
    assert titles(casework, matter) == ["甲", "丙", "乙"]
    before = now(casework, matter).version
    press(browser, casework, matter, 1, do="remove")
    assert titles(casework, matter) == ["丙", "乙"]
    assert f"/versions/{before}/restore" in browser.get(f"/matters/{matter.id}/attachments").text
    compared = browser.get(f"/matters/{matter.id}/compare?from={before}&to={before + 1}").text
    assert "<h3>附件</h3>" in compared and "<del>" in compared
    assert "<h3>1. 甲</h3>" in browser.get(f"/matters/{matter.id}/versions/{before}").text
    browser.post(f"/matters/{matter.id}/versions/{before}/restore", {})
    assert titles(casework, matter) == ["甲", "丙", "乙"]
    # Without its tick it does not go with the public version.
    press(browser, casework, matter, 1, title="甲", text="内容。")
    draft = replace(now(casework, matter).draft, disclosure="主动公开")
    shown = assemble(draft, load_profile("default"), form="public").attachments
    assert [one.title for one in shown] == ["丙", "乙"]
    assert [one.title for one in assemble(draft, load_profile("default")).attachments] == [
        *("甲", "丙", "乙")
    ]


def test_what_is_refused_says_why_and_nothing_typed_is_lost(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    assert write(browser, casework, matter, title="", text=LIST) == 400
    data = {"kind": "text", "version": matter.version, "title": "名" * 101, "text": LIST}
    page = browser.post(f"/matters/{matter.id}/attachments", data).text
    assert "附件名称不能超过100个字。" in page and "| 长宁 | 120 |" in page
    said = send(
        browser,
        casework,
        matter,
        ("工具.docx", b"MZ\x90"),
        ("工具.exe", b"abc"),
        ("空.pdf", b""),
        ("锁.xlsx", locked()),
        ("图.png", b"\x89PNG" + b"x" * (20 * 1024 * 1024)),
    )
    assert "“工具.docx”是程序，不能作为附件。" in said
    assert "“工具.exe”不是文稿、表格或图片，没有添加" in said
    assert "“空.pdf”是空文件，没有添加。" in said
    assert "“锁.xlsx”不能作为附件，收到的人打不开：文件已加密，请去掉密码后再试。" in said
    assert "文件超过 20 MB：图.png" in said
    assert titles(casework, matter) == []


def test_two_hundred_are_refused(browser: Browser, matter: Matter, casework: Casework) -> None:
    many = tuple(Attached(f"附件之{n}", "内容。") for n in range(ATTACHMENTS_MOST))
    draft = replace(now(casework, matter).draft, attachments=many)
    casework.save_draft(matter.id, draft, now(casework, matter).version)
    assert write(browser, casework, matter, title="又一个", text="内容。") == 400
    casework.save_draft(
        matter.id,
        replace(draft, attachments=many * 7),
        now(casework, matter).version,
    )
    page = browser.get(f"/matters/{matter.id}/reply").text
    assert "附件共210个，附件说明最多列30个；请合并成册，或另附清单。" in page


def test_whoever_saw_older_attachments_is_told_and_keeps_what_was_typed(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    seen = now(casework, matter).version
    write(browser, casework, matter, title="甲", text="内容。")
    assert write(browser, casework, matter, title="乙", text="另一份。", version=seen) == 400
    data = {"kind": "text", "version": seen, "title": "乙", "text": "另一份。"}
    page = browser.post(f"/matters/{matter.id}/attachments", data).text
    assert "附件刚被他人修改，请看过下面现在的清单再改。" in page and "另一份。" in page


def test_the_files_are_in_the_bundle(browser: Browser, matter: Matter, casework: Casework) -> None:
    write(browser, casework, matter, title="方案", text="内容。")
    send(browser, casework, matter, ("清单.xlsx", sheet()))
    press(browser, casework, matter, 2, title="点位清单")
    answer = browser.get(f"/matters/{matter.id}/papers.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        names = packed.namelist()
        listed = packed.read("目录.txt").decode("utf-8-sig")
    assert [name for name in names if re.fullmatch(r"\d+_附件2_点位清单\.xlsx", name)] != []
    assert "附件2“点位清单”不随公开版公开。" in listed


def test_figures_of_an_attachment_are_answered_for(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    write(browser, casework, matter, title="点位明细表", text=LIST)
    page = browser.get(f"/matters/{matter.id}/review").text
    assert f'href="/matters/{matter.id}/attachments">附件</a>' in page
    assert "120" in page
