"""Saved web pages give their document, not their furniture."""

import pytest

from drafting.model import Kind, UserError
from drafting.reading import read_bytes

PAGE = """<!DOCTYPE html><html><head><meta charset="gbk"><title>答复</title>
<script>var a = "不是正文";</script><style>p{color:red}</style></head><body>
<nav>首页 &gt; 政务公开</nav><div class="breadcrumb">当前位置：首页</div>
<table class="info"><tr><td>索引号：</td><td>015117762-202603-1</td><td>文号：</td>
<td>青城管函〔2026〕31号</td></tr></table>
<h1>关于区政协十届五次会议<br>第31号提案的答复</h1>
<p>发布时间：2026-06-20 10:12　浏览次数：93　字号：[大 中 小]</p>
<p>薄望舒委员：</p><p>您提出的《关于停车的提案》收悉，现答复如下：</p>
<p>一、新建泊位</p><p>2025年新增<b>1310</b>个。</p>
<table><tr><th>年度</th><th>泊位</th></tr><tr><td>2025</td><td>1310</td></tr></table>
<p>联系人及电话：景程远 0789-8213306</p>
<p>青岚区城市管理局</p><p>2026年6月18日</p>
<div class="share">分享到：微信 微博</div>
<p>上一篇：关于区政协十届五次会议第30号提案的答复</p>
<footer>主办单位：青岚区人民政府办公室 联系电话：0789-8210000</footer></body></html>"""


@pytest.fixture(scope="module")
def document():
    return read_bytes(PAGE.encode("gbk"), "a.html")


def test_the_fields_are_those_of_the_document(document):
    assert (document.kind, document.doc_no, document.index_no) == (
        Kind.REPLY,
        "青城管函〔2026〕31号",
        "015117762-202603-1",
    )
    assert document.title == "关于区政协十届五次会议第31号提案的答复"
    assert document.item_no == "31"
    assert document.issuers == ("青岚区城市管理局",)
    assert [(one.name, one.phone) for one in document.contacts] == [("景程远", "0789-8213306")]


def test_the_text_is_the_documents_and_nothing_else(document):
    assert document.text == "\n".join(
        [
            "关于区政协十届五次会议第31号提案的答复",
            "薄望舒委员：",
            "您提出的《关于停车的提案》收悉，现答复如下：",
            "一、新建泊位",
            "2025年新增1310个。",
            "年度 泊位",
            "2025 1310",
            "联系人及电话：景程远 0789-8213306",
            "青岚区城市管理局",
            "2026年6月18日",
        ]
    )


def test_a_data_table_stays_a_table(document):
    (table,) = [block for block in document.body if block.kind == "table"]
    assert table.rows == (("年度", "泊位"), ("2025", "1310"))


def test_a_whole_reply_on_one_line_is_taken_apart():
    line = (
        "关于对县人大二次会议第8号建议的答复 李银成代表: "
        "您提出的《关于修路的建议》收悉,现答复如下: "
        "一、已开展的工作。这段路已铺水泥13.7公里。二、下一步打算。争取列入2027年计划。"
        "感谢您对交通事业的支持。 青岚区交通运输局 2026年7月18日 联系人:解立春 0789-8231167"
    )
    document = read_bytes(line.encode(), "a.txt")
    assert document.recipients == ("李银成",)
    assert document.issuers == ("青岚区交通运输局",)
    assert str(document.date) == "2026-07-18"
    assert [one.phone for one in document.contacts] == ["0789-8231167"]
    assert [block.label for block in document.body if block.label] == ["一、", "二、"]


@pytest.mark.parametrize(
    "data", [b"<html></html>", b"<p> </p>", b"<!-- x -->", b"<script>1</script>"]
)
def test_a_page_without_text_is_said(data):
    with pytest.raises(UserError, match="网页文件中没有可读的内容"):
        read_bytes(data, "a.html")


def test_deep_nesting_neither_crashes_nor_hangs():
    data = b"<div>" * 20_000 + "深处的文字".encode() + b"</div>" * 20_000
    try:
        read_bytes(data, "a.html")
    except UserError as error:
        assert "没有可读的内容" in error.message


LETTER = """关于区政协十届五次会议第9号提案的答复
林一委员：
您提出的《关于投诉渠道的提案》收悉，现答复如下：
一、畅通12345热线投诉渠道
全区共排查12345栋。
技术支持：由市大数据中心提供，区数据局负责培训。
地址：青岚区翠湖路8号
青岚区城市管理局
2026年10月8日
抄送：区政府办公室。
主办单位：青岚区人民政府办公室 联系电话：0789-8210000
地址：青岚区翠湖路1号 邮编：451100
青岚12345政务服务便民热线"""


def test_a_hotline_or_an_address_in_the_text_ends_nothing():
    document = read_bytes(LETTER.encode(), "a.txt")
    assert document.issuers == ("青岚区城市管理局",)
    assert document.copies_to == ("区政府办公室",)
    assert document.text == LETTER.split("\n主办单位")[0]


def test_punctuation_is_judged_by_the_text_and_not_by_the_page_around_it():
    page = (
        "您现在的位置：首页 > 政务公开 > 建议提案办理\n"
        "发布时间：2024-06-30 10:20 来源：市交通局 阅读：233次 字号：大 中 小 分享：微信\n"
        "关于县人大二次会议第8号建议的答复\n李银成代表:\n"
        "您提出的《关于修路的建议》收悉,经研究,现答复如下:\n"
        "这段路已铺水泥13.7公里,占55.5%.其余争取列入2027年计划."
    )
    assert read_bytes(page.encode(), "a.txt").text.split("\n")[1:] == [
        "李银成代表：",
        "您提出的《关于修路的建议》收悉，经研究，现答复如下：",
        "这段路已铺水泥13.7公里，占55.5%。其余争取列入2027年计划。",
    ]


def test_a_decree_that_promulgates_a_decision_has_the_decisions_title():
    page = (
        "<html><body><p>中华人民共和国国务院令</p><p>第801号</p>"
        "<p>现公布《国务院关于修改〈城市供水条例〉的决定》，自公布之日起施行。</p>"
        "<p>总理　某某</p><p>2026年4月20日</p><p>国务院关于修改</p><p>《城市供水条例》的决定</p>"
        "<p>国务院决定对《城市供水条例》作如下修改：</p><p>一、将第一条修改为：“……”</p></body></html>"
    )
    document = read_bytes(page.encode(), "a.html")
    assert (document.title, document.issuers, document.doc_no) == (
        "国务院关于修改《城市供水条例》的决定",
        ("国务院",),
        "国令第801号",
    )
