"""Titles break at words: bodies, sessions, numbers, names and books' titles stay whole."""

from __future__ import annotations

from itertools import product

import pytest

from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.titles import title_lines
from drafting.writing.typesetting.words import width_pt

_SESSIONS = (
    "区政协十届五次会议",
    "十四届全国人大三次会议",
    "第十四届全国人民代表大会第三次会议",
    "政协第十四届全国委员会第三次会议",
    "区十八届人大四次会议",
    "青岚区第十九届人民代表大会第二次会议",
    "政协云湖市青岚区第十届委员会第五次会议",
    "县政协第十一届委员会第四次会议",
)
_NUMBERS = ("第211号", "第B018号", "B类第018号", "A类第7号", "第19B15号", "〔2026〕第23号")
_PATTERNS = (
    "关于{}{}提案的答复",
    "对{}{}建议的答复",
    "关于对{}{}提案答复的函",
    "青岚区园林绿化中心关于{}{}重点提案的答复",
    "云湖市发展和改革委员会关于对{}{}建议的会办意见",
    "关于{}{}《关于进一步规范网约车经营管理的建议》的答复函",
)
_LONG = 12


@pytest.mark.parametrize("pattern", _PATTERNS)
def test_sessions_and_numbers_stay_whole(pattern: str) -> None:
    cut = []
    for session, number in product(_SESSIONS, _NUMBERS):
        lines = title_lines(pattern.format(session, number))
        assert "".join(lines) == pattern.format(session, number)
        assert all(width_pt(line, gb.SIZE_2_PT) <= gb.TEXT_WIDTH_PT for line in lines)
        whole = any(session in line for line in lines)
        # A long one may go over before its meeting: 第十四届全国人民代表大会 / 第三次会议.
        before_meeting = any(line.endswith(("大会", "委员会")) for line in lines)
        kept = whole or (len(session) > _LONG and before_meeting)
        if not kept or not any(number in line for line in lines):
            cut.append(lines)
        if any(line.startswith(("的", "次会议", "会议", "届", "号")) for line in lines):
            cut.append(lines)
    assert cut == []


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "关于县政协第十一届委员会第四次会议A类第7号《关于进一步规范网约车经营管理的建议》的答复函",
            (
                "关于县政协第十一届委员会第四次会议",
                "A类第7号《关于进一步规范",
                "网约车经营管理的建议》的答复函",
            ),
        ),
        (
            "关于对普绍平等3名委员第211号提案的答复，并关于停车管理工作的情况说明",
            ("关于对普绍平等3名委员第211号提案的答复，", "并关于停车管理工作的情况说明"),
        ),
        (
            "关于区政协十届五次会议第0211号（农业水利类031号）委员提案的答复",
            ("关于区政协十届五次会议第0211号", "（农业水利类031号）委员提案的答复"),
        ),
        (
            "对政协第十四届全国委员会第三次会议第211号提案的答复",
            ("对政协第十四届全国委员会第三次会议", "第211号提案的答复"),
        ),
        (
            "关于对区政协十届四次会议第12、35号提案的答复",
            ("关于对区政协十届四次会议", "第12、35号提案的答复"),
        ),
        (
            "青岚区人力资源和社会保障局对区十九届人大二次会议第7号建议（关于调整社保窗口的建议）的答复",
            (
                "青岚区人力资源和社会保障局",
                "对区十九届人大二次会议第7号建议",
                "（关于调整社保窗口的建议）的答复",
            ),
        ),
        (
            "青岚区机关事务管理局关于市人大代表建议第26号答复的函",
            ("青岚区机关事务管理局", "关于市人大代表建议第26号答复的函"),
        ),
        (
            "关于对《关于要求尽快实施云溪路道路建设的议案》的答复函",
            ("关于对《关于要求尽快实施", "云溪路道路建设的议案》的答复函"),
        ),
        (
            "关于对《关于改造柳沟、双林山高标准农田的建议》的答复函",
            ("关于对《关于改造柳沟、双林山", "高标准农田的建议》的答复函"),
        ),
        (
            "关于对区十九届人大二次会议第31号建议（关于拓宽松岭路(云溪至石门段)的建议）的答复",
            (
                "关于对区十九届人大二次会议",
                "第31号建议（关于拓宽松岭路",
                "(云溪至石门段)的建议）的答复",
            ),
        ),
    ],
)
def test_how_titles_are_cut(title: str, lines: tuple[str, ...]) -> None:
    assert title_lines(title) == lines
