"""Draft files written by hand: refused with one Chinese line, never with a traceback."""

from __future__ import annotations

import pytest

from drafting.errors import UserError
from drafting.model.serial import loads_draft

NOT_JSON = "不是有效的草稿文件：内容不是 JSON。"
NO_PROPOSAL = "不是有效的草稿文件：缺少“proposal”一项。"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", NOT_JSON),
        ("not json", NOT_JSON),
        (b"\xff\xfe{", NOT_JSON),
        ("[" * 100_000, NOT_JSON),
        ("null", NO_PROPOSAL),
        ("[]", NO_PROPOSAL),
        ('{"answers": []}', NO_PROPOSAL),
        (
            '{"proposal": {"matter": "建议案"}}',
            "数据格式不符：“$.proposal.matter”处的内容类型不对",
        ),
        (
            '{"proposal": {}, "date": "2026-13-40"}',
            "数据格式不符：“$.date”处的内容类型不对",
        ),
    ],
)
def test_a_broken_draft_file_is_refused_with_its_place(text: str | bytes, said: str) -> None:
    with pytest.raises(UserError) as caught:
        loads_draft(text)
    assert caught.value.message == said
