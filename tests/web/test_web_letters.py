"""退办、延期: a reason typed on the paper's page leaves in no file while nobody answers for it."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from flask import Flask
from procedure_fakes import whole
from web_fakes import Browser

from casework import Casework, Matter
from casework.procedure.stage import history
from drafting.model import Extension, Return
from drafting.reading import read_bytes

REASON = "该地块涉及12个小区、3400户，权属在2027年6月以前不能划转。"
OPEN = ("【待核实：12个】", "【待核实：3400户】", "【待核实：2027年6月】")


def text_of(browser: Browser, path: str) -> str:
    return read_bytes(browser.get(path).data, "x.docx").text


def lettered(casework: Casework, matter: Matter) -> int:
    draft = replace(
        matter.draft, returning=Return(reason=REASON), extension=Extension(reason="另需30日。")
    )
    casework.save_draft(matter.id, draft, matter.version)
    return matter.id


def moves_of(browser: Browser, number: int) -> str:
    page = browser.get(f"/matters/{number}/procedure").text
    return re.findall(r'name="moves" value="(\d+)"', page)[0]


def asked(browser: Browser, number: int, field: str) -> list[str]:
    page = browser.get(f"/matters/{number}/review").text
    return re.findall(rf'name="which" value="(\|{field}\|[^"]*)"', page)


def test_no_file_prints_what_nobody_answers_for(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    number = lettered(casework, matter)
    page = browser.get(f"/matters/{number}/reply?form=return").text
    assert "文中有3处数字、日期没有出处，也没有人确认。" in page
    letter = text_of(browser, f"/matters/{number}/reply.docx?form=return")
    assert all(mark in letter for mark in OPEN)
    with zipfile.ZipFile(BytesIO(browser.get(f"/matters/{number}/papers.zip").data)) as papers:
        listed = papers.read("目录.txt").decode("utf-8-sig").splitlines()
        (name,) = (one for one in papers.namelist() if "退办" in one)
        assert OPEN[0] in read_bytes(papers.read(name), "x.docx").text
    assert "退办说明：文中有3处数字、日期没有出处，也没有人确认。" in listed
    assert "延期申请：文中有1处数字没有出处，也没有人确认。" in listed


def test_each_is_confirmed_by_name_and_printed_then(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    number = lettered(casework, matter)
    which = asked(browser, number, "return")
    assert [one.rpartition("|")[2] for one in which] == ["12个", "3400户", "2027年6月"]
    path = f"/matters/{number}/review/confirm"
    for one in which:
        done = browser.post(path, {"which": one, "name": "林知远"})
    assert done.headers["Location"].endswith("#p0-extension-2")
    letter = text_of(browser, f"/matters/{number}/reply.docx?form=return")
    assert REASON in letter
    # The other letter is not touched, and a changed reason is asked for anew.
    assert "【待核实：30日】" in text_of(browser, f"/matters/{number}/reply.docx?form=extension")
    now = casework.matter(number)
    assert now is not None
    changed = replace(now.draft, returning=Return(reason=REASON.replace("12个", "15个")))
    casework.save_draft(number, changed, now.version)
    letter = text_of(browser, f"/matters/{number}/reply.docx?form=return")
    assert "【待核实：15个】" in letter and "【待核实：3400户】" not in letter


def test_the_reason_that_a_move_was_made_with_is_answered_for(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    number = matter.id
    path = f"/matters/{number}/procedure/send-back"
    said = {"opinion": REASON, "override": "领导同意", "moves": moves_of(browser, number)}
    refused = browser.post(path, said)
    assert refused.status_code == 400 and "逐处勾选" in refused.text
    done = browser.post(path, {**said, "confirmed": ["12个", "3400户", "2027年6月"]})
    assert done.status_code == 302
    *_, step = casework.run(history, number)
    assert step.details["核实无误"] == "12个、3400户、2027年6月"
    assert REASON in text_of(browser, f"/matters/{number}/reply.docx?form=return")
    assert asked(browser, number, "return") == []


def test_what_was_confirmed_before_needs_no_tick(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    number = lettered(casework, matter)
    for one in asked(browser, number, "return"):
        browser.post(f"/matters/{number}/review/confirm", {"which": one, "name": "林知远"})
    said = {"opinion": REASON, "override": "领导同意", "moves": moves_of(browser, number)}
    assert browser.post(f"/matters/{number}/procedure/send-back", said).status_code == 302


def test_a_unit_that_only_warns_prints_them(
    browser: Browser, casework: Casework, matter: Matter, app: Flask
) -> None:
    number = lettered(casework, matter)
    folder = Path(app.config["DATA_FOLDER"]) / "profiles"
    (usual,) = (one for one in folder.iterdir() if one.stem == matter.draft.profile)
    warning = usual.read_text("utf-8").replace('unproven = "block"', 'unproven = "warn"')
    (folder / "warns.toml").write_text(warning, "utf-8")
    now = casework.matter(number)
    assert now is not None
    casework.save_draft(number, replace(now.draft, profile="warns"), now.version)
    assert REASON in text_of(browser, f"/matters/{number}/reply.docx?form=return")
    page = browser.get(f"/matters/{number}/reply?form=return").text
    assert "文中有3处数字、日期没有出处" in page


def test_a_closing_of_ones_own_is_asked_for_with_the_answers(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    closing = "今后每年将安排专项资金80万元，感谢您的关心支持。"
    draft = replace(matter.draft, closing=closing, contacts=whole().contacts)
    casework.save_draft(matter.id, draft, matter.version)
    page = browser.get(f"/matters/{matter.id}/review").text
    assert "今后每年将安排专项资金<mark>80万元</mark>，感谢您的关心支持" in page
