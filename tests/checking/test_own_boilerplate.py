"""What the office's own templates and settings print never raises an alarm."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Literal

import pytest

from desk.sample_letter import sample_letter
from drafting.checking import check_reply, check_text
from drafting.profile import load_profile

TEMPLATES = Path(str(resources.files("templates")))
HAN = re.compile(r"[一-鿿]{4}")
FILLED = {
    "{{称呼}}": "您", "{{提案者}}": "苏明远委员", "{{本地}}": "我区", "{{自称}}": "我局",
    "{{类别}}": "提案", "{{届次}}": "区政协十届三次会议", "{{案号}}": "12", "{{条数}}": "3",
    "{{提案}}": "《关于增加停车位的提案》", "{{会办单位}}": "区财政局", "{{贵单位}}": "贵局",
    "{{单位}}": "青岚区城市管理局", "{{工作}}": "停车管理工作", "{{原日期}}": "2026年3月5日",
    "{{原期限}}": "2026年6月30日", "{{延期至}}": "2026年9月30日", "{{期限}}": "2026年5月20日",
    "{{原文号}}": "青城管函〔2026〕7号", "{{意见}}": "泊位还不够。", "{{理由}}": "场地不足。",
    "{{责任单位}}": "区城市管理局", "{{完成时限}}": "2026年12月底前", "{{姓名}}": "林夏",
    "{{电话}}": "62310000", "{{代码}}": "A", "{{公开属性}}": "主动公开", "{{建议}}": "增加泊位",
    "{{建议清单}}": "增加泊位、开放场地、完善标识", "{{建议单位}}": "区交通运输局",
    "{{案由}}": "关于增加停车位的提案",
}  # fmt: skip
UNVERIFIED = ("Q14", "R08")
"""The rules about 【待核实】: what templates print to be filled in must be told."""


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def printed(file: Path) -> Iterator[str]:
    """The texts of a file of settings, or the lines of a template, with every slot filled."""
    whole = file.read_text(encoding="utf-8")
    if file.suffix == ".toml":
        found = list(texts(tomllib.loads(whole)))
    else:
        found = re.sub(r"\{#.*?#\}|\{%.*?%\}", "\n", whole, flags=re.DOTALL).split("\n")
        # Rows of a template's table become cells.
        found = [cell for line in found if "{{" not in line for cell in line.split("|")]
    for text in found:
        for slot, value in FILLED.items():
            text = text.replace(slot, value)
        if HAN.search(text):
            yield text


FILES = sorted(one for one in TEMPLATES.rglob("*") if one.suffix in (".toml", ".j2"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(TEMPLATES)))
def test_no_text_of_the_templates_raises_an_alarm(file: Path) -> None:
    alarms = [
        (text, one.rule, one.text)
        for text in printed(file)
        for one in check_text(text)
        if (one.severity != "hint" or one.rule == "W40") and one.rule not in UNVERIFIED
    ]
    assert alarms == []


def test_the_templates_hold_texts_to_be_checked() -> None:
    assert {"default.toml", "wuhua.toml", "closings.toml"} <= {
        file.name for file in FILES if any(printed(file))
    }


@pytest.mark.parametrize("position", ["head", "end", "remark"])
@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("公开属性：{{公开属性}}", ("主动公开", "不予公开")),
        ("{{公开属性}}", ("同意公开", "不同意公开")),
        ("是否同意公开：（{{公开属性}}）", ("是", "否")),
    ],
)
def test_the_disclosure_is_seen_wherever_and_however_the_unit_prints_it(
    position: Literal["head", "end", "remark"], line: str, values: tuple[str, str]
) -> None:
    usual = load_profile("default")
    disclosure = replace(
        usual.disclosure,
        position=position,
        line=line,
        values=values,
        default=values[0],
        never_published=values[1:],
    )
    paper = sample_letter(replace(usual, disclosure=disclosure), "提案", dt.date(2026, 5, 8))
    assert [one for one in check_reply(paper) if one.rule == "Q10"] == []
    silent = replace(usual, disclosure=replace(disclosure, print=False))
    paper = sample_letter(silent, "提案", dt.date(2026, 5, 8))
    assert [one.rule for one in check_reply(paper) if one.rule == "Q10"] == ["Q10"]
