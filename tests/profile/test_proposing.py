"""What past replies propose of a unit's settings: each point read, with its place and its count."""

from __future__ import annotations

import io

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.papers.structure import build_document
from drafting.profile.deriving import derived, level_of
from drafting.profile.proposing import PastReply, Proposed, left_out, propose
from drafting.profile.settings import effective, settings, with_values
from drafting.reading import read_lines

PROPOSAL = """青岚区民政局
青民函〔2025〕{n}号
办理结果类别：B
签发人：言知行
关于区政协十届四次会议第{item}号提案的答复
尊敬的路遥岑委员：
您提出的《关于改善社区食堂的提案》收悉。经研究，现答复如下：
一、工作开展情况
去年以来，我局在我区新建社区食堂六处。我局还对原有食堂作了改造。
二、下一步打算
我局将继续做好这项工作。
感谢您对我区民政工作的关心和支持。
青岚区民政局
2025年5月8日
（联系人：言知秋，电话：0000-1234567）
公开属性：主动公开
抄送：区政府办公室，区政协提案委员会。
青岚区民政局办公室2025年5月8日印发
"""
DEPUTY = """青岚区民政局
青民函〔2025〕77号
关于区十八届人大四次会议第12号建议的答复
言知夏代表：
您提出的《关于养老服务的建议》收悉。现答复如下：
我局已开展摸底。
感谢您对我区民政工作的关心和支持。
青岚区民政局
2025年6月2日
抄送：区政府办公室，区人大常委会代表工作委员会。
"""


def read(text: str) -> PastReply:
    lines = read_lines(text.encode(), "答复.txt")
    return PastReply(build_document(lines), tuple(line.text for line in lines))


def points(*texts: str) -> dict[str, Proposed]:
    return {one.key: one for one in propose([read(text) for text in texts])}


def test_three_replies_propose_what_they_print() -> None:
    found = points(PROPOSAL.format(n=31, item="018"), PROPOSAL.format(n=8, item="95"), DEPUTY)
    assert {key: (one.value, len(one.agreeing), one.of) for key, one in found.items()} == {
        "unit.name": ("青岚区民政局", 3, 3),
        "unit.short": ("区民政局", 3, 3),
        "unit.place": ("我区", 3, 3),
        "unit.work": ("民政工作", 3, 3),
        "unit.calls_itself": ("我局", 3, 3),
        "unit.code": ("青民函", 3, 3),
        "unit.printer": ("青岚区民政局办公室", 2, 2),
        "layout.skin": ("letter", 3, 3),
        "layout.print_signer": ("true", 2, 2),
        "numbering.pattern": ("{{代字}}〔{{年份}}〕{{序号}}号", 3, 3),
        "titles.proposal": ("关于{{届次}}第{{案号}}号提案的答复", 2, 2),
        "titles.deputy": ("关于{{届次}}第{{案号}}号建议的答复", 1, 1),
        "salutation.honorific": ("尊敬的", 2, 3),
        "closings.thanks": ("感谢{{称呼}}对{{本地}}{{工作}}的关心和支持。", 3, 3),
        "copies.units.提案": ("区政府办公室\n区政协提案委员会", 2, 2),
        "copies.units.建议": ("区政府办公室\n区人大常委会代表工作委员会", 1, 1),
        "contact.position": ("remark", 2, 2),
        "contact.label": ("", 2, 2),
        "contact.name_and_phone": ("联系人：{{姓名}}，电话：{{电话}}", 2, 2),
        "classes.position": ("head", 2, 2),
        "classes.line": ("办理结果类别：{{代码}}", 2, 2),
        "disclosure.print": ("true", 2, 2),
        "disclosure.position": ("remark", 2, 2),
        "disclosure.line": ("公开属性：{{公开属性}}", 2, 2),
        "disclosure.default": ("主动公开", 2, 2),
        "sessions.提案": ("区政协十届四次会议", 2, 2),
        "sessions.建议": ("区十八届人大四次会议", 1, 1),
    }
    assert found["salutation.honorific"].others == ("",)
    assert [(one.document, one.quoted) for one in found["unit.code"].agreeing] == [
        (0, "青民函〔2025〕31号"),
        (1, "青民函〔2025〕8号"),
        (2, "青民函〔2025〕77号"),
    ]


def test_a_contact_before_the_signature_and_a_label_of_its_own() -> None:
    text = PROPOSAL.format(n=3, item="7").replace("（联系人：言知秋，电话：0000-1234567）\n", "")
    text = text.replace("支持。\n青岚", "支持。\n联系人及电话：言知秋　0000-1234567\n青岚")
    found = points(text)
    assert [found[f"contact.{key}"].value for key in ("position", "label", "name_and_phone")] == [
        "before-signature",
        "联系人及电话：",
        "{{姓名}}　{{电话}}",
    ]


def test_a_class_behind_the_number_is_seen() -> None:
    text = DEPUTY.replace("〔2025〕77号", "〔2025〕77号B类")
    found = points(text)
    assert (found["classes.position"].value, found["classes.line"].value) == ("head", "{{代码}}类")


def class_of(head: str, tail: str = "") -> tuple[str, str] | None:
    text = DEPUTY.replace("〔2025〕77号\n", f"〔2025〕77号{head}\n")
    found = points(
        text.replace("青岚区民政局\n2025年6月2日\n", f"{tail}青岚区民政局\n2025年6月2日\n")
    )
    if "classes.line" not in found:
        return None
    return found["classes.position"].value, found["classes.line"].value


@pytest.mark.parametrize(
    ("head", "tail", "proposed"),
    [
        ("\n（B类）", "", ("head", "（{{代码}}类）")),
        ("　　B类　　同意公开", "", ("head", "{{代码}}类")),
        ("\n办理结果：（C）", "", ("head", "办理结果：（{{代码}}）")),
        ("\n类别\tB", "", ("head", "类别：{{代码}}")),
        ("\n签发人 言知行 签发日期 2025-06-02 类别 B", "", ("head", "类别：{{代码}}")),
        ("\n类　别：B", "", ("head", "类别：{{代码}}")),
        ("\n办理类别：B类（正在解决）", "", ("head", "办理类别：{{代码}}类（{{含义}}）")),
        ("\n办理结果：正在解决（B类）", "", ("head", "办理结果：{{含义}}（{{代码}}类）")),
        ("", "该建议的办理结果为B类。\n", ("end", "该建议的办理结果为{{代码}}类。")),
        ("", "第12号建议的办理结果为B类。\n", None),
        ("", "", None),
    ],
)
def test_a_class_is_proposed_as_it_is_printed(
    head: str, tail: str, proposed: tuple[str, str] | None
) -> None:
    assert class_of(head, tail) == proposed


def test_what_stands_in_a_table_of_a_word_file_is_proposed() -> None:
    paper = docx.Document()
    paper.add_paragraph("青岚区民政局\n青民函〔2025〕31号")
    table = paper.add_table(rows=0, cols=4)
    for cell, text in zip(
        table.add_row().cells, ("办理类别", "B", "公开属性", "主动公开"), strict=True
    ):
        cell.text = text
    for line in DEPUTY.splitlines()[2:]:
        paper.add_paragraph(line)
    data = io.BytesIO()
    paper.save(data)
    lines = read_lines(data.getvalue(), "答复.docx")
    one = PastReply(build_document(lines), tuple(line.text for line in lines))
    found = {point.key: point.value for point in propose([one])}
    assert found["classes.line"] == "办理类别：{{代码}}"
    assert found["disclosure.line"] == "公开属性：{{公开属性}}"


def test_a_class_that_no_setting_can_print_is_said() -> None:
    title = "关于区十八届人大四次会议第12号建议的答复"
    told = DEPUTY.replace(title, f"{title}（A类）")
    assert left_out([read(told), read(DEPUTY)]) == [
        "第 1 件的办理结果类别（A）印在标题里或者一句话里，没有采用。"
    ]


def test_other_words_for_the_disclosure_are_proposed_with_what_they_are_chosen_from() -> None:
    for printed, line, values in (
        ("同意公开", "{{公开属性}}", "同意公开\n不同意公开"),
        ("是否同意公开：（是）", "是否同意公开：（{{公开属性}}）", "是\n否"),
        ("公开方式：全文公开", "公开方式：{{公开属性}}", "全文公开\n摘要公开\n不予公开"),
        ("（此件主动公开）", "（此件{{公开属性}}）", None),
    ):
        found = points(DEPUTY.replace("〔2025〕77号\n", f"〔2025〕77号\n{printed}\n"))
        assert found["disclosure.line"].value == line
        given = found.get("disclosure.values")
        assert (given.value if given else None) == values
        chosen = {key: one.value for key, one in found.items() if key.startswith("disclosure.")}
        own, errors = with_values({"unit": {"name": "x"}}, chosen)
        assert errors == {}
        last = values.split("\n")[-1] if values else "不予公开"
        assert effective(own)["disclosure"]["never_published"] == [last]


def test_the_copies_of_a_co_handling_unit_are_a_setting_of_their_own() -> None:
    text = DEPUTY.replace("第12号建议的答复", "第12号建议的会办意见").replace(
        "言知夏代表：", "区教育局："
    )
    found = points(text)
    assert found["copies.units.会办"].value == "区政府办公室\n区人大常委会代表工作委员会"
    assert "copies.units.建议" not in found


def test_a_thanks_that_runs_on_into_the_matter_is_cut_before_it() -> None:
    text = DEPUTY.replace(
        "感谢您对我区民政工作的关心和支持。", "感谢你对我区养老事业的关心，今年将再建六处。"
    )
    assert points(text)["closings.thanks"].value == "感谢{{称呼}}对{{本地}}养老事业的关心。"


def test_the_mark_of_a_document_is_known_by_its_word() -> None:
    text = PROPOSAL.format(n=3, item="7").replace("青岚区民政局\n", "青岚区民政局文件\n", 1)
    assert points(text)["layout.skin"].value == "document"


def test_a_title_that_would_print_one_matter_on_every_other_is_not_proposed() -> None:
    for title in (
        "关于区政协十届四次会议第18号（城建类003号）提案的答复",
        "关于对社区食堂的提案的答复",
        "关于改善社区食堂的提案答复的函（编号：A类018号）",
        "关于区政协十届四次会议第18号提案的再次答复",
    ):
        text = PROPOSAL.format(n=3, item="7").replace(
            "关于区政协十届四次会议第7号提案的答复", title
        )
        assert "titles.proposal" not in points(text), title


def test_of_as_many_that_differ_the_later_is_proposed_and_the_other_named() -> None:
    other = DEPUTY.replace("青民函", "青民复")
    found = points(DEPUTY, other)["unit.code"]
    assert (found.value, found.of, found.others) == ("青民复", 2, ("青民函",))


def test_nothing_is_proposed_of_what_is_not_printed() -> None:
    bare = "关于区政协十届四次会议第7号提案的答复\n路遥岑委员：\n现答复如下：\n已经办理。\n"
    assert set(points(bare)) <= {"titles.proposal", "salutation.honorific", "sessions.提案"}


def test_what_is_proposed_is_taken_as_it_is() -> None:
    found = points(PROPOSAL.format(n=31, item="018"), DEPUTY)
    values = {key: one.value for key, one in found.items()}
    own = {"unit": dict.fromkeys(("name", "short", "code"), "x")}
    _, errors = with_values(own, values)
    assert errors == {} and values.keys() <= settings().keys()


@given(st.lists(st.sampled_from((PROPOSAL.format(n=3, item="7"), DEPUTY)), max_size=4))
def test_counts_agree(texts: list[str]) -> None:
    for one in propose([read(text) for text in texts]):
        assert 0 < len(one.agreeing) <= one.of <= len(texts)
        assert {read.value for read in one.agreeing} == {one.value}
        assert one.value not in one.others


def test_a_full_name_says_what_follows_from_it_and_no_more() -> None:
    assert derived("青岚区民政局") == {
        "calls_itself_jointly": "我们",
        "calls_itself": "我局",
        "place": "我区",
        "short": "区民政局",
        "work": "民政工作",
        "printer": "青岚区民政局办公室",
    }
    assert derived("云湖镇人民政府")["calls_itself"] == "我镇"
    assert derived("云湖镇人民政府")["work"] == "工作"
    assert [level_of(name) for name in ("青岚县教育局", "云湖街道办事处", "水利局")] == [
        "县",
        "街道",
        "",
    ]
    assert "code" not in derived("青岚区民政局")
