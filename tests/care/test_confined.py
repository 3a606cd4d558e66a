"""Marks by which a text is not for other eyes, and what is masked before anything leaves."""

from __future__ import annotations

import pytest

from drafting.answering.local_model.sheet import masked
from drafting.language.secrecy import confined_mark


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("机密★1年", "机密★1年"),
        ("機 密 ★ 1 年", "机密★1年"),
        ("机\u200b密★长期", "机密★长期"),
        ("绝　密 ★ 三十年", "绝密★三十年"),
        ("秘密★", "秘密★"),
        ("001 机密★5年 特急", "机密★5年"),
        ("关于泊位的提案\n正文。\n附件2\n秘　密\n表", "秘密"),
        ("密 级： 机 密", "密级：机密"),
        ("密级:内部", "密级:内部"),
        ("【机密】关于泊位的报告", "【机密】"),
        ("关于泊位的报告（内部资料）", "（内部资料）"),
        ("內部資料　注意保存", "内部资料注意保存"),
        ("内部资料，免费交流", "内部资料，免费交流"),
        ("不得外传", "不得外传"),
        ("涉密", "涉密"),
        ("本材料属内部资料，不得外传。", "本材料属内部资料"),
        ("此件为秘密级，请保管。", "此件为秘密"),
    ],
)
def test_a_mark_is_found_wherever_and_however_it_stands(text: str, mark: str) -> None:
    assert confined_mark(text) == mark


@pytest.mark.parametrize(
    "text",
    [
        "关于加强商业秘密保护的建议",
        "保守国家秘密是公民的义务。",
        "国家秘密和工作秘密管理工作会议召开。",
        "加强内部管理，完善内部控制。",
        "此件不公开",
        "单位内部停车场向社会开放。",
        "机密仪器厂旧址改造",
        "注意保存好票据。",
    ],
)
def test_prose_about_secrets_is_no_mark(text: str) -> None:
    assert confined_mark(text) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("座机六三六二三八〇四", "座机********"),
        ("客服400-820-8820", "客服******"),
        ("一三八零零一三八零零零", "******"),
        ("邮箱 some.body@example.com。", "邮箱 ******。"),
        ("微信号：abc_123", "微信号：******"),
        ("地址：青岚区和平路12号院3号楼502", "地址：******"),
        ("我是和平路12号5栋201的住户", "******的住户"),
        ("手机用户12000户", "手机用户12000户"),
        ("补助手机20000部", "补助手机20000部"),
        ("热线12345接单", "热线12345接单"),
        ("投资400万元，受益4000户", "投资400万元，受益4000户"),
        ("保安花园10幢10单元加装2台电梯", "保安花园10幢10单元加装2台电梯"),
    ],
)
def test_what_leads_to_a_person_is_hidden_and_a_figure_is_not(text: str, left: str) -> None:
    assert (masked(text), masked(masked(text))) == (left, left)
