"""What a reply prints in any of the layouts that offices and their websites use, is read."""

import io

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from drafting.language import fields
from drafting.papers.forms import unfold
from drafting.papers.plain.lines import Line
from drafting.reading import read_bytes
from drafting.reading.report import to_report

TITLE = "关于对区政协九届三次会议第63号提案的答复"
LETTER = (
    "薄望舒委员：\n您提出的《关于硬化公路的提案》收悉，现答复如下：\n"
    "近年来，我局硬化路面15公里。\n感谢您的关心和支持！\n青岚区教育局\n2026年6月7日"
)
READ = {
    "kind": "reply",
    "title": TITLE,
    "item_no": "63",
    "session": "区政协九届三次会议",
    "recipients": ["薄望舒"],
    "subject": "关于硬化公路的提案",
    "issuers": ["青岚区教育局"],
    "date": "2026-06-07",
}
CONTACT = [{"name": "尹归舟", "phone": "0789-8231167"}]


def read(text):
    return to_report(read_bytes(text.encode(), "reply.txt"))


def parts(report, wanted):
    return {name: report[name] for name in wanted}


# ------------------------------------------------------------------ forms and bars


@pytest.mark.parametrize(
    ("text", "more"),
    [
        (
            "| 办理类别 | A | 公开属性 | 主动公开 |\n| --- | --- | --- | --- |\n"
            "| 签发人 | 卓怀远 | 文号 | 青教函〔2026〕12号 |\n"
            f"{TITLE}\n{LETTER}\n| 联系人 | 尹归舟 | 联系电话 | 0789-8231167 |\n"
            "| 抄送 | 区政协提案委，区政府督查室 |\n",
            {
                "result_class": "A",
                "disclosure": "主动公开",
                "signer": "卓怀远",
                "doc_no": "青教函〔2026〕12号",
                "contacts": CONTACT,
                "copies_to": ["区政协提案委", "区政府督查室"],
            },
        ),
        (
            f"| 案号 | 63 |\n| 主办单位 | 青岚区教育局 |\n| 办理结果 | B类 |\n\n{TITLE}\n{LETTER}",
            {"result_class": "B"},
        ),
        (
            f"办理类别：A | 公开属性：主动公开 | 签发人：卓怀远\n{TITLE}\n{LETTER}",
            {"result_class": "A", "disclosure": "主动公开", "signer": "卓怀远"},
        ),
        (
            f"{TITLE}\n{LETTER}\n联系人：尹归舟 | 联系电话：0789-8231167\n抄送：区政协 | 督查室",
            {"contacts": CONTACT, "copies_to": ["区政协", "督查室"]},
        ),
        (
            "办理类别\tA\t公开属性\t主动公开\n签发人\t卓怀远\t文号\t青教函〔2026〕12号\n"
            f"{TITLE}\n{LETTER}\n联系人\t尹归舟\t联系电话\t0789-8231167",
            {
                "result_class": "A",
                "signer": "卓怀远",
                "doc_no": "青教函〔2026〕12号",
                "contacts": CONTACT,
            },
        ),
        ("\n".join(f"| {line} |" for line in f"{TITLE}\n{LETTER}".split("\n")), {}),
    ],
    ids=["rows", "narrow", "labelled cells", "tail", "tabs", "one column"],
)
def test_a_reply_pasted_as_a_table_is_read(text, more):
    assert parts(read(text), READ | more) == READ | more


def test_a_form_of_proposal_and_answer_is_read_from_its_cells():
    report = read(
        "| 提案编号 | 第118号 | 提案人 | 薄望舒 |\n| 案由 | 关于硬化公路的提案 |\n"
        "| 承办单位 | 青岚区教育局 | 办理类别 | A |\n| 答复时间 | 2026年6月7日 |\n"
        "| 答复内容 | 薄望舒委员：您提出的《关于硬化公路的提案》收悉，现答复如下："
        "我局硬化路面15公里。 |\n"
    )
    wanted = {"kind": "reply", "item_no": "118", "subject": READ["subject"], "result_class": "A"}
    wanted |= {name: READ[name] for name in ("recipients", "issuers", "date")}
    assert parts(report, wanted) == wanted


def test_a_form_in_word_is_read_from_its_cells():
    document = docx.Document()
    table = document.add_table(rows=0, cols=4)
    answer = "\n".join(LETTER.replace("近年来，", "一、加快硬化\n近年来，").split("\n"))
    for cells in (
        ("提案编号", "第63号", "提案人", "薄望舒"),
        ("届次", "区政协九届三次会议", "办理类别", "A"),
        ("主办单位", "青岚区教育局", "签发人", "卓怀远"),
        ("案由", "关于硬化公路的提案"),
        ("答复内容", answer),
        ("联系人", "尹归舟", "联系电话", "0789-8231167"),
    ):
        row = table.add_row().cells
        if len(cells) == 2:
            row[1].merge(row[3])
        for cell, text in zip(row, cells, strict=False):
            cell.text = text
    content = io.BytesIO()
    document.save(content)
    report = to_report(read_bytes(content.getvalue(), "reply.docx"))
    wanted = READ | {
        "title": None,
        "result_class": "A",
        "signer": "卓怀远",
        "contacts": CONTACT,
        "headings": [{"level": 1, "label": "一、", "text": "加快硬化"}],
    }
    assert parts(report, wanted) == wanted


def test_an_answer_may_stand_whole_in_a_cell():
    report = read(
        "| 标 题: | 关于硬化公路的建议 |\n| 问题内容: | 案由 路面破损。建议：尽快硬化。 |\n"
        "| 问题答复: | 薄望舒代表: 您提出的区十五届人大七次会议代表建议第104号“关于硬化公路的建议”"
        "已收悉，现答复如下: 我局将从以下两个方面开展工作: 一、对道路进行排查；敦促各镇养护。 "
        "二、目前已完成前期勘察。 非常感谢您的关心和支持，欢迎继续提出宝贵意见。 |\n继续访问"
    )
    wanted = {
        "kind": "reply",
        "recipients": ["薄望舒"],
        "item_no": "104",
        "session": "区十五届人大七次会议",
        "subject": "关于硬化公路的建议",
        "matter": "建议",
    }
    assert parts(report, wanted) == wanted


@pytest.mark.parametrize(
    "cells",
    [
        ("序号", "单位", "联系人", "联系电话"),
        ("联系人", "电话"),
        ("年份", "里程"),
        ("2025", "15公里"),
        ("首页", "政务公开", "建议提案"),
    ],
)
def test_a_table_of_figures_or_people_is_no_form(cells):
    line = Line(" | ".join(cells), cells=cells)
    assert unfold([line]) == [line]


# ------------------------------------------------------------------ result class


@pytest.mark.parametrize(
    ("title", "code"),
    [
        (f"{TITLE}（A类）", "A"),
        (f"{TITLE}(B)", "B"),
        (f"{TITLE}【C】", "C"),
        (f"{TITLE}〔A1〕", "A1"),
        ("关于区政协九届三次会议第63号提案办理情况（B）的函", "B"),
        ("【A】关于对区政协九届三次会议第63号提案的答复", "A"),
        ("关于对区政协九届三次会议第63号（A类）提案的答复", "A"),
        ("关于加强A（B）型产品监管的提案的答复", None),
        (TITLE, None),
    ],
)
def test_a_title_may_print_the_result_class(title, code):
    assert fields.class_in_title(title) == code


@pytest.mark.parametrize(
    "line",
    [
        *(
            "类别：B",
            "（B类）",
            "【B】",
            "B类件",
            "类别标记：B",
            "办复分类：B",
            "办理结果类别：B（正在解决）",
        ),
        *("复文类别:B类", "解决程度：B", "青教函〔2026〕来信号B类", "办理性质：B"),
    ],
)
@pytest.mark.parametrize("place", ["above", "below", "behind"])
def test_a_line_of_the_head_may_print_the_result_class(line, place):
    head = {
        "above": f"{line}\n{TITLE}",
        "below": f"{TITLE}\n{line}",
        "behind": f"青教函〔2026〕12号\n{TITLE}\n签发人：卓怀远\n{line}",
    }[place]
    report = read(f"{head}\n{LETTER}")
    assert parts(report, {**READ, "result_class": "B"}) == READ | {"result_class": "B"}


@pytest.mark.parametrize("line", ["〔公开〕", "【主动公开】", "公开类别：同意公开", "（此件公开）"])
def test_a_line_of_the_head_may_print_the_disclosure(line):
    report = read(f"〔A〕\n{line}\n青教函〔2026〕12号\n{TITLE}\n{LETTER}")
    assert report["disclosure"] == line.strip("〔〕【】（）").rpartition("：")[2]
    assert (report["result_class"], report["doc_no"]) == ("A", "青教函〔2026〕12号")


def test_class_and_document_number_may_share_a_line():
    report = read(f"类别  A类                青教函〔2026〕12号\n{TITLE}\n{LETTER}")
    assert (report["result_class"], report["doc_no"]) == ("A", "青教函〔2026〕12号")


# ------------------------------------------------------------------ who answers


@pytest.mark.parametrize(
    "above",
    [
        "来源：青岚区财政局 发布时间：2026-06-09",
        "发布机构：青岚区财政局\n发布日期：2026-06-09",
        "索引号：0012/2026-01 发布机构：青岚区人民政府办公室",
        "青岚区人民政府\n政府信息公开",
        "• 青岚区财政局\n• 建议提案办理",
        "信息来源：云湖市教育局",
    ],
)
def test_what_a_page_says_of_itself_never_beats_the_signature(above):
    report = read(f"{above}\n{TITLE}\n{LETTER}")
    assert parts(report, READ) == READ


def test_a_title_names_who_answers_before_the_names_above_a_letter_do():
    letter = LETTER.replace("\n青岚区教育局\n2026年6月7日", "")
    report = read(f"• 青岚区教体局\n青岚区教育局{TITLE}\n{letter}")
    assert report["issuers"] == ["青岚区教育局"]


def test_a_websites_government_is_not_taken_for_who_answers():
    letter = LETTER.replace("\n青岚区教育局\n2026年6月7日", "")
    report = read(f"青岚区人民政府\n首页 > 建议提案\n{TITLE}\n{letter}")
    assert report["issuers"] == []


def test_a_unit_signs_below_the_contacts_and_above_the_pages_own_lines():
    letter = LETTER.replace("\n青岚区教育局\n2026年6月7日", "")
    report = read(f"{TITLE}\n{letter}\n联系人：尹归舟\n青岚区教育局\n【打印正文】\n用户登录\n×")
    assert report["issuers"] == ["青岚区教育局"]


@pytest.mark.parametrize("printed", ["承办单位：青岚区教育局", "答复单位: 青岚区教育局"])
def test_a_unit_may_sign_as_a_field_above_the_date(printed):
    letter = LETTER.replace("青岚区教育局\n2026", f"{printed}\n2026")
    assert parts(read(f"{TITLE}\n{letter}"), READ) == READ


def test_a_source_is_read_up_to_the_time_behind_it():
    letter = LETTER.replace("\n青岚区教育局\n2026年6月7日", "")
    report = read(f"{TITLE}\n来源：青岚区教育局    时间：2026-06-09 16:00\n{letter}")
    assert report["issuers"] == ["青岚区教育局"]


# ------------------------------------------------------------------ titles


def test_a_title_that_lost_its_figures_is_taken_from_its_whole_print():
    report = read(
        f"青岚区教育局{TITLE}\n发布时间：2026-06-09\n关于对区政协九届三次会议63提案的答复\n{LETTER}"
    )
    assert (report["title"], report["item_no"]) == (f"青岚区教育局{TITLE}", "63")


def test_a_title_may_begin_with_the_session_and_quote_the_subject():
    title = "区政协九届三次会议《关于硬化公路的提案》（63号）答复"
    letter = LETTER.replace("《关于硬化公路的提案》", "关于硬化公路的提案")
    report = read(f"{title}\n{letter}")
    assert parts(report, READ) == READ | {"title": title}


def test_an_items_number_may_stand_alone_below_the_session():
    report = read(
        f"对《关于硬化公路的提案》的答复\n区政协九届三次会议\n63\n提案人： 薄望舒\n{LETTER}"
    )
    assert (report["session"], report["item_no"]) == ("区政协九届三次会议", "63")


def test_a_document_number_may_stand_in_brackets_behind_the_title():
    report = read(f"{TITLE}（青教函〔2026〕12号）\n{LETTER}")
    assert report["doc_no"] == "青教函〔2026〕12号"


# ------------------------------------------------------------------ whom and by whom


@pytest.mark.parametrize("body", ["农工党云湖市委员会", "民建青岚区委", "区政协提案委员会"])
@pytest.mark.parametrize("colon", ["：", ""])
def test_a_body_is_addressed_with_colon_or_without(body, colon):
    letter = LETTER.replace("薄望舒委员：", f"{body}{colon}").replace("您提出的", "贵单位提出的")
    report = read(f"{TITLE}\n{letter}")
    assert parts(report, READ) == READ | {"recipients": [body]}


def test_a_body_above_a_persons_salutation_is_not_addressed():
    report = read(f"{TITLE}\n区政协提案委员会\n{LETTER}")
    assert report["recipients"] == ["薄望舒"]


def test_a_year_before_the_session_is_no_part_of_it():
    title = "2026年市人大十六届一次会议《关于硬化公路的建议》（304号）的答复"
    report = read(f"{title}\n{LETTER}")
    assert (report["session"], report["item_no"]) == ("市人大十六届一次会议", "304")


def test_names_over_two_lines_are_all_addressed():
    names = ["薄望舒", "尹归舟", "鲁既明", "卓怀远", "解立春"]
    letter = LETTER.replace("薄望舒委员：", "薄望舒、尹归舟、鲁既明、\n卓怀远、解立春委员：")
    report = read(f"{TITLE}\n{letter}")
    assert parts(report, READ) == READ | {"recipients": names}


def test_a_reply_that_answers_at_once_below_its_title_is_a_reply():
    report = read(
        f"{TITLE}\n薄望舒委员您好：\n一是路面已列入计划，年内完工。\n二是管护由镇政府负责。\n青岚区教育局\n2026年6月7日"
    )
    assert (report["kind"], report["recipients"]) == ("reply", ["薄望舒"])


def test_a_letter_to_nobody_that_reports_what_was_done_is_a_reply():
    report = read(
        "关于对县十八届人民代表大会二次会议建议办理情况的报告\n"
        "在县十八届人民代表大会二次会议上，薄望舒等提出了《关于新建文化广场的建议》。\n"
        "此建议由我局负责办理，现将办理情况汇报如下：\n2026年计划新建广场6处。\n青岚区教育局\n2026年7月27日"
    )
    wanted = ("reply", "主办", "建议", "关于新建文化广场的建议", "县十八届人民代表大会二次会议")
    assert (
        tuple(report[name] for name in ("kind", "role", "matter", "subject", "session")) == wanted
    )


def test_two_names_with_two_phones_on_the_next_line_are_paired():
    report = read(f"{TITLE}\n{LETTER}\n联 系 人：尹归舟、卓 远\n联系电话：0789-8231167、8231168")
    assert report["contacts"] == [
        {"name": "尹归舟", "phone": "0789-8231167"},
        {"name": "卓远", "phone": "8231168"},
    ]


@pytest.mark.parametrize(
    "printed",
    [
        "单位联系电话：0789-8231167 联系人：尹归舟",
        "联系人/电话：尹归舟 /0789-8231167",
        "承办单位联系人：尹归舟\n承办单位联系电话：0789-8231167",
        "签发人：卓怀远，承办人：尹归舟，联系电话：0789-8231167。",
        "办公电话：0789-8231167\n联系人：尹归舟",
        "（联系单位：青岚区教育局，联系人：尹归舟，联系电话：0789-8231167）",
        "联系单位：青岚区教育局 联系人：尹归舟 电话：0789-8231167",
    ],
)
def test_whom_to_call_may_stand_in_any_order(printed):
    assert read(f"{TITLE}\n{LETTER}\n{printed}")["contacts"] == CONTACT


@pytest.mark.parametrize(
    "salutation",
    ["薄望舒委员", "尊敬的薄望舒委员", "薄望舒 委员", "薄望舒政协委员", "薄望舒委员您好："],
)
@pytest.mark.parametrize(
    "opening",
    [
        "您提出的《关于硬化公路的提案》收悉，现答复如下：",
        "收到您关于硬化公路的来信后，我局高度重视，现答复如下：",
        "您好！《关于硬化公路的提案》收悉，现函复如下：",
    ],
)
def test_a_salutation_may_have_lost_its_colon(salutation, opening):
    body = LETTER.split("\n", 2)[2]
    report = read(f"{TITLE}\n{salutation}\n{opening}\n{body}")
    assert parts(report, ("kind", "recipients", "issuers")) == {
        "kind": "reply",
        "recipients": ["薄望舒"],
        "issuers": ["青岚区教育局"],
    }


@pytest.mark.parametrize(
    "opening",
    [
        "收到《关于硬化公路的提案》（自编号027号）后，我局高度重视，现答复如下：",
        "您的来信《关于硬化公路的提案》已收悉，现回复如下：",
        "您提出的《关于硬化公路的提案》63号提案，已转交我局研究办理，现答复如下：",
        "接到您反映的问题“关于硬化公路的提案”后，我局作了研究，现答复如下：",
        "您好！《关于硬化公路的提案》收悉，现函复如下：",
        "您提出的“关于硬化公路的提案”已收悉，现答复如下：",
    ],
)
def test_the_subject_is_what_the_opening_quotes(opening):
    body = LETTER.split("\n", 2)[2]
    report = read(f"{TITLE}\n薄望舒委员：\n{opening}\n{body}")
    assert report["subject"] == "关于硬化公路的提案"


def test_the_subject_may_be_quoted_by_the_title_alone():
    title = "关于对区政协九届三次会议第63号“关于硬化公路的提案”的答复"
    report = read(f"{title}\n{LETTER.replace('《关于硬化公路的提案》', '关于硬化公路的提案')}")
    assert report["subject"] == "关于硬化公路的提案"


@pytest.mark.parametrize(
    "printed", ["（盖章） 2026 年 6 月 7 日", "  2026年06月07日", "（公章）2026年6月7日"]
)
def test_unit_and_date_may_stand_on_one_line(printed):
    letter = LETTER.replace("青岚区教育局\n2026年6月7日", f"青岚区教育局{printed}")
    assert parts(read(f"{TITLE}\n{letter}"), READ) == READ


@pytest.mark.parametrize(
    ("unit", "salutation"),
    [
        ("红旗街道", "红旗街道："),
        ("石塘镇", "石塘镇："),
        ("县第一中学", "县第一中学："),
        ("区法院", "区法院："),
    ],
)
def test_a_co_handling_unit_writes_to_the_unit_that_leads(unit, salutation):
    report = read(
        f"关于对区政协九届三次会议第63号提案协办意见的函\n{unit}：\n薄望舒委员提出的《关于硬化公路的提案》收悉，"
        "现将协办意见函告如下：\n我局支持硬化路面。\n以上意见供贵单位答复时参考。\n青岚区教育局\n2026年6月7日"
    )
    assert (report["role"], report["recipients"]) == ("会办", [unit])


# ------------------------------------------------------------------ opinions of co-handling units

LEADS = (
    "区城市管理局 双龙湖街道 红旗街道办事处 石塘镇 高新区 区第一中学 区人民法院 国网青岚县供电公司"
    " 团区委 区妇联 市总工会 张家界市教育局 市发展改革委 市人大常委会办公室 区政协办公室"
).split()
CO_TITLES = (
    "关于对{}第63号{}的会办意见",
    "关于{}第63号{}会办意见的函",
    "对{}第63号{}的协办意见",
    "关于{}第63号{}办理意见的复函",
    "关于协助办理{}第63号{}的意见",
)
CO_OPENINGS = (
    "薄望舒委员提出的《关于硬化公路的{}》（第63号）收悉，经研究，现提出会办意见如下：",
    "你局转来的薄望舒等3名代表提出的“关于硬化公路的{}”收悉，现将会办意见函告如下：",
    "现就民建区委提出的《关于硬化公路的{}》提出如下协办意见，供答复时参考：",
    "贵单位牵头办理的《关于硬化公路的{}》收悉。结合我单位职能，提出会办意见如下：",
)
CONGRESSES = (("市政协十届三次会议", "提案"), ("市十八届人大三次会议", "建议"))


@tried(120)
@given(
    st.sampled_from(LEADS),
    st.sampled_from(CO_TITLES),
    st.sampled_from(CO_OPENINGS),
    st.sampled_from(CONGRESSES),
    st.booleans(),
)
def test_an_opinion_goes_to_the_unit_that_leads(lead, title, opening, congress, colon):
    session, noun = congress
    if not colon and opening[0] not in "你贵":
        colon = True
    title = title.format(session, noun)
    report = read(
        f"{title}\n{lead}{'：' if colon else ''}\n{opening.format(noun)}\n我单位支持硬化路面。\n"
        "以上意见供参考。\n云湖市财政局\n2026年6月7日"
    )
    wanted = {
        "kind": "reply",
        "role": "会办",
        "title": title,
        "session": session,
        "item_no": "63",
        "matter": noun,
        "subject": f"关于硬化公路的{noun}",
        "recipients": [lead],
        "issuers": ["云湖市财政局"],
    }
    assert parts(report, wanted) == wanted
