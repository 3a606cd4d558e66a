"""What cried wolf on real documents once, in invented words, and what must still be told."""

from __future__ import annotations

import pytest

from drafting.checking import check_text


def told(text: str) -> list[tuple[str, int, str]]:
    """Findings from warnings upwards, but guesses: rule, paragraph, words."""
    return [
        (one.rule, one.paragraph, one.text)
        for one in check_text(text)
        if one.severity != "hint" and one.rule != "W40"
    ]


ACROSS_WORDS = [
    "深入开展生态综合补偿试点。",
    "系统梳理项目堵点难点。",
    "全校圆满完成招生任务。",
    "当前安全形势严峻工作不能放松。",
    "通过答辩认定等级。",
    "做到分批覆盖。",
    "制定排污许可按排查结果整改的办法。",
    "建设人文脉博物馆。",
    "确定一种反感概念。",
    "保留良好象征。",
    "征集画像征求意见。",
    "整治搬迁徒步道路。",
    "发放并收到帐篷五百顶。",
    "开展奖补尝试。",
    "举办构想像素画展。",
    "设立过渡假期。",
    "推动后撤消防站。",
    "鼓励音频临时播出。",
    "开发黑瞎子岛。",
    "承办全市科学发展现场会。",
]
SLIPS = [
    ("作了大胆偿试。", "偿试"),
    ("令人目堵。", "目堵"),
    ("走进校圆。", "校圆"),
    ("工程峻工。", "峻工"),
    ("认真辩认笔迹。", "辩认"),
    ("已作批覆。", "批覆"),
    ("作出按排。", "按排"),
    ("城市脉博有力。", "脉博"),
    ("感概良多。", "感概"),
    ("好象没有。", "好象"),
    ("文明的像征。", "像征"),
    ("居民迁徒。", "迁徒"),
    ("建立台帐。", "台帐"),
    ("给予赔尝。", "赔尝"),
    ("超出想像。", "想像"),
    ("旅游渡假。", "渡假"),
    ("撤消机构。", "撤消"),
    ("频临湖畔。", "频临"),
    ("帮助瞎子出行。", "瞎子"),
    ("贯彻科学发展现。", "科学发展现"),
]


@pytest.mark.parametrize("text", ACROSS_WORDS)
def test_no_slip_is_seen_where_one_word_ends_and_another_begins(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(("text", "words"), SLIPS)
def test_the_slips_themselves_are_still_seen(text: str, words: str) -> None:
    assert [found for _, _, found in told(text)] == [words]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（经区政府第12次\n常务会议修订通过）", []),
        ("修订后的《停车管理\n（试行）规定》自即日起施行。", []),
        ("（见下文。\n另起一段）", [("P06", 0, "（"), ("P06", 1, "）")]),
        ("设泊位（含充电位)三百个。", [("P04", 0, ")")]),
        ("设泊位（含充电位三百个。", [("P06", 0, "（")]),
    ],
)
def test_brackets_pair_across_a_broken_line_and_by_kind_not_by_width(
    text: str, expected: list[tuple[str, int, str]]
) -> None:
    assert told(text) == expected


REPLY = "\n".join(
    (
        "关于区政协十届三次会议第12号提案的答复",
        "苏明远委员：",
        "您提出的《关于增加停车位的提案》收悉，现答复如下：",
        "我局将于2026年12月底前新增泊位三百个。",
        "青岚区城市管理局",
        "2026年5月20日",
        "（本文有删减）",
    )
)


def test_a_remark_in_brackets_below_the_date_hides_neither_date_nor_signature() -> None:
    assert told(REPLY) == []
    assert told(REPLY.replace("青岚区城市管理局\n", "")) == [("T23", 5, "")]


def severities(text: str, *rules: str) -> list[tuple[str, str]]:
    return [(one.rule, one.severity) for one in check_text(text) if one.rule in rules]


def test_what_a_page_has_lost_is_a_hint_and_what_a_whole_reply_lacks_is_not() -> None:
    pasted = REPLY.partition("\n青岚区城市管理局")[0]
    assert severities(REPLY, "T23", "T27") == [("T27", "hint")]
    assert severities(pasted, "T23") == [("T23", "block")]
    broken_off = f"{pasted}\n下一步，将按照规划，联合街道，对周边闲置地块摸排登记并逐步开放为临时"
    assert severities(broken_off, "T23", "P12") == [
        ("T23", "hint"), ("P12", "hint"),
    ]  # fmt: skip
    flattened = f"{pasted}\n区里，镇里，村里，社区里，学校里，医院里都设了点。".replace("，", ",")
    assert severities(flattened.replace("：", ":"), "T23", "P42") == [
        ("P42", "hint"), ("T23", "hint"),
    ]  # fmt: skip


def test_units_that_issue_together_keep_their_space_and_may_be_listed_again() -> None:
    assert told("青岚区人民政府办公室 青岚区城市管理局关于印发停车管理办法的通知已经下发。") == []
    assert [one[0] for one in told("生物医药、 金融管理等领域。")] == ["P13"]
    units = "区教育局、区民政局、区财政局、区城市管理局、区交通运输局、区市场监管局"
    body = f"由{units}负责。\n下一步，我局将会同{units}落实。"
    text = REPLY.replace("我局将于2026年12月底前新增泊位三百个。", body)
    assert [one for one in told(text) if one[0] == "Q05"] == []


def test_a_letter_to_a_government_about_its_own_suggestions_is_no_answer_to_a_deputy() -> None:
    letter = "\n".join(
        (
            "关于青岚区所提问题和建议办理意见的复函",
            "青岚区人民政府：",
            "2026年4月16日，市领导赴你区调研。",
            "现将有关意见函告如下：泊位建设由你区统筹。",
            "云湖市人民政府办公室",
            "2026年5月20日",
        )
    )
    assert told(letter) == []
    answer = letter.replace("青岚区所提问题和建议", "第12号代表建议")
    assert severities(letter, "T27") == []
    assert severities(answer, "T27") == [("T27", "hint")]


def test_the_first_line_of_a_title_is_no_issuer() -> None:
    text = "\n".join(
        (
            "云湖市人民政府办公室转发市城市管理局",
            "关于加强泊位管理意见的通知",
            "各区人民政府：",
            "市城市管理局的意见已经市政府同意，现转发给你们，请认真贯彻执行。",
            "云湖市城市管理局",
            "2026年5月20日",
        )
    )
    assert told(text) == []


ANSWERS = """青岚区城市管理局
关于区政协十届五次会议第227号提案的答复
顾未晴委员：
您提出的《关于夜市的提案》收悉。经研究，现答复如下：
一、关于“把夜市的音响管住，在离居民楼近的地方装噪声显示屏，超时、超标的怎么处理写明白”的建议
我局将把处理办法印在公约正面（责任单位：区城市管理局；完成时限：2027年6月底前）。
二、关于“每个夜市设一个议事的小桌子，由社区召集居民和摊主每月坐一次，意见当场记下”的建议
我局将请街道各设一处议事点（责任单位：区城市管理局；完成时限：2027年6月底前）。"""


def test_what_every_answer_has_is_no_fault() -> None:
    """A heading as long as its suggestion has no full stop; unit and term stand in each answer."""
    assert {one for one in told(ANSWERS) if one[0] in ("P12", "Q05")} == set()
    without_stop = f"{ANSWERS[: ANSWERS.rindex('（')]}，先在石板巷，再到河滨路，由社区召集"
    assert severities(without_stop, "P12") == [("P12", "hint")]
    assert severities(f"{without_stop}\n青岚区城市管理局\n2026年5月20日", "P12") == [
        ("P12", "warn")
    ]
    said = "把处理办法印在公约正面，每月在夜市入口处公示一次结果"
    twice = ANSWERS.replace("把处理办法印在公约正面", said)
    twice = twice.replace("请街道各设一处议事点", said)
    assert [one[:2] for one in told(twice) if one[0] == "Q05"] == [("Q05", 7)]
