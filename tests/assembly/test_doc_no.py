"""发文字号 as typed: printed in one form, or refused with what it must be."""

from __future__ import annotations

import pytest

from drafting.assembly.suits import read_doc_no
from drafting.errors import UserError


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("", ""),
        ("  ", ""),
        ("青城管函〔2026〕12号", "青城管函〔2026〕12号"),
        (" 青城管函 [２０２６] 12 号", "青城管函〔2026〕12号"),
        ("青城管函【2026】12号", "青城管函〔2026〕12号"),
        ("建议字：（2026）8号", "建议字：〔2026〕8号"),
        ("青建提复字〔2026〕第09号", "青建提复字〔2026〕第09号"),
    ],
)
def test_a_number_is_printed_in_one_form(typed: str, printed: str) -> None:
    assert read_doc_no(typed, "发文字号", "doc_no") == printed


@pytest.mark.parametrize(
    "typed",
    [
        "12号",
        "青城管函2026-12",
        "青城管函〔26〕12号",
        "青城管函〔2026〕号",
        "〔2026〕12号",
        "😀" * 9,
    ],
)
def test_what_is_no_number_is_refused_at_its_place(typed: str) -> None:
    with pytest.raises(UserError) as caught:
        read_doc_no(typed, "原答复文号", "former_doc_no")
    assert caught.value.field == "former_doc_no"
    assert caught.value.message == (
        "原答复文号由机关代字、年份、序号组成，如“青城管函〔2026〕12号”；还没有编号的，请留空。"
    )
