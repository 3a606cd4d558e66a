"""The plain text, the preview's markup, the numbers' home, and the PDF door."""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from writing_samples import CASES, DOCUMENT, EMPTY, FORM, HOSTILE, LETTER, SHORT, TABLE, joint

from drafting.errors import UserError
from drafting.model import Attachment, Block
from drafting.writing import render_preview, write_text
from drafting.writing.printing import pdf

ROOT = Path(__file__).resolve().parents[2]


def test_a_letter_as_text_is_what_is_printed_in_its_order() -> None:
    reply = replace(
        LETTER,
        body=(
            Block("paragraph", "您提出的提案收悉，现答复如下："),
            Block("heading", "关于“增加车位”的建议", 1, "一、"),
            Block("paragraph", "正文。", 2, "（一）", "标题。"),
            TABLE,
        ),
        attachments=(Attachment("计划表。"), Attachment("收费标准")),
        result_label="办理结果类别：A",
        signer="签发人：王怀远",
    )
    assert write_text(reply) == (
        "云湖市青岚区城市管理局\n"
        "青城管函〔2026〕12号\n"
        "办理结果类别：A\n"
        "签发人：王怀远\n"
        "云湖市青岚区城市管理局关于对区政协十届三次会议第12号提案的答复\n"
        "普绍平委员：\n"
        "您提出的提案收悉，现答复如下：\n"
        "一、关于“增加车位”的建议\n"
        "（一）标题。正文。\n"
        "序号\t项目\t泊位数\t责任单位\n"
        "1\t云湖路停车场\t120\t区城市管理局\n"
        "2\t青岚大道东侧老旧小区边角地停车场（含充电设施）\t86\t区住房和城乡建设局\n"
        "附件：1.计划表\n"
        "2.收费标准\n"
        "云湖市青岚区城市管理局\n"
        "2026年5月18日\n"
        "（联系人：李明远，电话：0789-8213306）\n"
        "附件1\n"
        "计划表\n"
        "附件2\n"
        "收费标准\n"
        "抄送：青岚区政府办公室，青岚区政协提案委员会。\n"
    )


def test_a_joint_document_as_text_names_all_issuers_and_the_printer() -> None:
    reply = replace(joint(DOCUMENT, 2), body=SHORT, copy_no="000001", urgency="特急")
    assert write_text(reply).splitlines() == [
        "000001",
        "特急",
        "云湖市青岚区城市管理局",
        "云湖市青岚区交通运输局文件",
        "青城管函〔2026〕12号",
        "云湖市青岚区城市管理局关于对区政协十届三次会议第12号提案的答复",
        "普绍平委员：",
        "您提出的提案收悉，现答复如下：所提建议已经采纳。",
        "云湖市青岚区城市管理局　　云湖市青岚区交通运输局",
        "2026年5月18日",
        "（联系人：李明远，电话：0789-8213306）",
        "抄送：青岚区政府办公室，青岚区政协提案委员会。",
        "青岚区城市管理局办公室　2026年5月19日印发",
    ]


def test_a_form_has_no_head_and_no_imprint() -> None:
    text = write_text(replace(FORM, copies_to=("区政府办公室",), doc_no="青城管函〔2026〕12号"))
    assert text.startswith("青岚区政协提案办理情况征询意见表\n编　号\t第12号")
    assert "抄送" not in text


@pytest.mark.parametrize("name", [*CASES, "hostile", "empty"])
def test_the_preview_obeys_a_strict_policy(name: str) -> None:
    html = render_preview({**CASES, "hostile": HOSTILE, "empty": EMPTY}[name])
    markup = re.sub(r">[^<]*<", "><", html)
    assert " style=" not in markup
    assert "<script" not in html
    assert " on" not in re.sub(r'"[^"]*"', "", markup)


def test_the_preview_escapes_what_was_typed() -> None:
    html = render_preview(HOSTILE)
    assert "&lt;b&gt;粗体&lt;/b&gt; &amp;amp;" in html
    assert "<b>粗体" not in html


def test_every_class_of_the_preview_is_in_the_stylesheet() -> None:
    css = (ROOT / "web/static/paper.css").read_text(encoding="utf-8")
    html = "".join(render_preview(reply) for reply in [*CASES.values(), HOSTILE])
    used = {name for value in re.findall(r'class="([^"]*)"', html) for name in value.split()}
    plain = {"body", "salutation", "remark", "level-3", "level-4", "lead-3", "lead-4", "further"}
    plain |= {"columns-1", "attachment-note"}
    assert {name for name in used - plain if f".{name}" not in css} == set()


def test_measures_stand_in_one_module_only() -> None:
    """No length in points, millimetres or twips but in gbt9704.py."""
    for path in (ROOT / "drafting/writing").glob("*.py"):
        if path.name in ("gbt9704.py", "words.py"):
            continue
        text = re.sub(r'""".*?"""|#[^\n]*|"[^"\n]*"', "", path.read_text("utf-8"), flags=re.DOTALL)
        calls = re.findall(r"\b(?:mm|pt|mm_to_pt|half_points|eighths)\((\d[\d.]*)\)", text)
        assert set(calls) <= {"1"}, path.name  # pt(1): the least line there is


def test_a_missing_office_is_said_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert not pdf.office_available()
    with pytest.raises(UserError, match="没有安装 LibreOffice"):
        pdf.to_pdf(b"")


def fake_office(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_a_slow_office_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_office(tmp_path, "sleep 30", monkeypatch)
    started = time.monotonic()
    with pytest.raises(UserError, match="超过 1 秒"):
        pdf.to_pdf(b"", timeout=1)
    assert time.monotonic() - started < 20


def test_an_office_that_writes_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_office(tmp_path, "exit 0", monkeypatch)
    with pytest.raises(UserError, match="未能生成 PDF"):
        pdf.to_pdf(b"")


def test_dates_are_printed_without_padding() -> None:
    text = write_text(replace(LETTER, date=dt.date(2026, 1, 2)))
    assert "2026年1月2日" in text
