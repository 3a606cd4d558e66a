"""The fields of a form: read, cleaned, within limits, refused at their place."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import FileStorage

from drafting.errors import UserError
from drafting.language.limits import FILE_MAX_BYTES
from web import forms
from web.texts import parse_date

SENT = {
    "name": " 林知远\u200b ",
    "note": "甲\r\n乙 ",
    "version": "12",
    "wrong": "-1",
    "due": "明天",
}


@pytest.fixture
def sent() -> Flask:
    return Flask("forms")


def test_what_was_typed_is_read_clean(sent: Flask) -> None:
    with sent.test_request_context(method="POST", data=SENT):
        assert forms.lines(("name", "none")) == {"name": "林知远", "none": ""}
        assert forms.text("note") == "甲\n乙" and forms.line("note") == "甲 乙"
        assert (forms.number("version"), forms.number("wrong"), forms.number("none")) == (12, 0, 0)
        assert forms.day("none", "期限") is None
        with pytest.raises(UserError) as caught:
            forms.day("due", "反馈期限", "due7")
    assert forms.at_place(caught.value) == {"due7": "反馈期限请写成 2026-03-15 或 2026年3月15日。"}


def test_what_is_wrong_stands_at_its_field() -> None:
    errors: dict[str, str] = {}
    good = forms.checked(errors, "date", lambda: parse_date("2026年3月15日", "日期", "date"))
    bad = forms.checked(errors, "until", lambda: parse_date("明天", "时限", "until"))
    assert (good, bad) == (dt.date(2026, 3, 15), None)
    assert errors == {"until": "时限请写成 2026-03-15 或 2026年3月15日。"}
    assert forms.at_place(UserError("没有这一项。"), "what") == {"what": "没有这一项。"}
    values, titles = {"a": "四个字呢", "b": "三个字"}, {"a": "甲栏", "b": "乙栏"}
    assert forms.too_long(values, {"a": 3, "b": 3}, titles) == {"a": "甲栏不能超过3个字。"}


def test_a_list_of_units_is_not_one_long_line() -> None:
    said = "会办单位请每行写一个，每个不超过60个字。"
    assert forms.too_many_units(("青" * 60,) * 100, "会办") == ""
    assert forms.too_many_units(("青" * 61,), "会办") == said
    assert forms.too_many_units(("青",) * 101, "会办") == said


def test_a_file_is_read_up_to_its_limit() -> None:
    def upload(size: int, field: str = "file") -> tuple[str, bytes]:
        file = FileStorage(io.BytesIO(b"x" * size), filename="../提案:1.docx")
        return forms.uploaded(file, too_big="。请去掉图片。", field=field)

    name, data = upload(FILE_MAX_BYTES)
    assert len(data) == FILE_MAX_BYTES and not set(name) & set("/:") and name.endswith(".docx")
    with pytest.raises(UserError) as caught:
        upload(FILE_MAX_BYTES + 1)
    assert (caught.value.field, caught.value.message) == (
        "file",
        "文件超过 20 MB。请去掉图片。",
    )
    with pytest.raises(UserError) as caught:
        upload(FILE_MAX_BYTES + 1, "")
    assert caught.value.field is None


@pytest.mark.parametrize(
    ("call", "element"),
    [
        ("fm.field('due', '时限', v, e, '提示', id='x')", "input"),
        ("fm.area('due', '时限', v, e, '提示', id='x')", "textarea"),
        ("fm.choice('due', '时限', v, [('', '—'), '<明天>'], e, '提示', id='x')", "select"),
    ],
)
def test_a_field_keeps_what_was_typed_and_says_what_is_wrong_below_it(
    app: Flask, call: str, element: str
) -> None:
    page = '{% import "_forms.html" as fm %}{{ ' + call + " }}"
    with app.test_request_context():
        wrong = render_template_string(page, v="<明天>", e="时限“<b>”不对。")
        right = render_template_string(page, v="", e="")
    assert f'<{element} id="f-x" name="due" aria-invalid="true" aria-describedby="h-x"' in wrong
    assert '<p class="error" id="h-x">时限“&lt;b&gt;”不对。</p>' in wrong and "提示" not in wrong
    assert "&lt;明天&gt;" in wrong and "<明天>" not in wrong
    if element == "select":
        assert '<option value="&lt;明天&gt;" selected>' in wrong
        assert '<option value="" selected>—</option>' in right
    assert '<p class="hint" id="h-x">提示</p>' in right and "aria-invalid" not in right
