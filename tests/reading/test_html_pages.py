"""Saved web pages give their document, not their furniture."""

import time

import pytest

from drafting.errors import UserError
from drafting.model import Kind
from drafting.reading import read_bytes, read_lines

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


# ------------------------------------------------------------------ what a browser shows


def shown(body: str, head: str = "") -> list[str]:
    page = f"<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return [line.text for line in read_lines(page.encode(), "a.html")]


def notes(body: str, head: str = "") -> str:
    page = f"<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return read_lines(page.encode(), "a.html")[0].note


LONG = "我局会同有关单位，在南湖路一带新建停车泊位一百二十个。" * 4


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<ol><li>甲项<li>乙项</ol>", ["1.甲项", "2.乙项"]),
        ("<ol start=4><li>甲项</li><li>乙项</li></ol>", ["4.甲项", "5.乙项"]),
        ("<ol reversed><li>甲项</li><li>乙项</li></ol>", ["2.甲项", "1.乙项"]),
        ("<ol><li>甲项</li><li value=7>乙项</li><li>丙</li></ol>", ["1.甲项", "7.乙项", "8.丙"]),
        ("<ol type=A><li>甲项</li><li>乙项</li></ol>", ["A.甲项", "B.乙项"]),
        ("<ol type=a start=27><li>甲项</li></ol>", ["aa.甲项"]),
        ("<ol type=i start=4><li>甲项</li></ol>", ["iv.甲项"]),
        ("<ol type=I start=9><li>甲项</li></ol>", ["IX.甲项"]),
        ("<ol style='list-style-type:cjk-ideographic' start=19><li>甲项</li><li>乙项</li></ol>",
         ["十九、甲项", "二十、乙项"]),
        ("<ol style='list-style:none'><li>甲项</li></ol>", ["甲项"]),
        ("<ol><li><p>甲项</p><p>说明</p></li><li>乙项</li></ol>", ["1.甲项", "说明", "2.乙项"]),
        ("<ol><li>甲项<ol type=a><li>小项</li></ol></li><li>乙项</li></ol>",
         ["1.甲项", "a.小项", "2.乙项"]),
        ("<ol><li>一、甲项</li><li>5倍于前</li></ol>", ["一、甲项", "2. 5倍于前"]),
        ("<ul><li>甲项</li></ul>", ["甲项"]),
        ("<ul style='list-style-type:decimal'><li>甲项</li></ul>", ["1.甲项"]),
    ],
)  # fmt: skip
def test_list_items_have_the_numbers_that_a_browser_prints(body, lines):
    assert shown(body) == lines


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<p>绿地<del>800</del><s>9</s><ins>1200</ins>m<sup>2</sup>，约10<sup>-3</sup></p>",
         ["绿地1200m²，约10⁻³"]),
        ("<p>见规定<sup>[1]</sup>，PM<sub>2.5</sub>下降</p>", ["见规定[1]，PM2.5下降"]),
        ("<p>青<ruby>岚<rp>(</rp><rt>lán</rt><rp>)</rp></ruby>区</p>", ["青岚区"]),
        ("<p>甲<span style='text-decoration:line-through'>乙</span>丙</p>", ["甲丙"]),
        ("<p>甲<br>乙&nbsp;&nbsp;丙</p>", ["甲", "乙 丙"]),
        ("<pre>甲\n  乙</pre>", ["甲", "乙"]),
        ("<div style='white-space:pre-wrap'>甲\n乙</div>", ["甲", "乙"]),
        ("<dl><dt>案由：</dt><dd>停车</dd><dt>提案者</dt><dd>薄望舒</dd></dl>",
         ["案由：停车", "提案者 薄望舒"]),
        ("<details><summary>办理情况</summary>已办结。</details>", ["办理情况", "已办结。"]),
        ("<p>他说<q>好</q>。</p>", ["他说“好”。"]),
        ("<b style='display:block'>甲</b><b style='display:block'>乙</b>", ["甲", "乙"]),
        ("<form action='x.aspx'><p>正文在表单里。</p></form>", ["正文在表单里。"]),
        ("<p>提案者：<input type=text value='薄望舒'><input type=hidden value='x9'></p>",
         ["提案者：薄望舒"]),
        ("<p><input type=checkbox checked>同意<input type=checkbox>不同意</p>", ["☑同意☐不同意"]),
        ("<p><input type=radio checked> A类 <input type=radio> B类</p>", ["☑ A类 ☐ B类"]),
        ("<p>类别：<select><option>城建<option selected>交通</select></p>", ["类别：交通"]),
        ("<textarea>第一条\n第二条</textarea>", ["第一条", "第二条"]),
        ("<form class=search><input name=q value='停车'></form><p>正文</p>", ["正文"]),
        ("<article><header><h1>题</h1></header><footer>署名</footer></article>", ["题", "署名"]),
        ("<iframe srcdoc='&lt;p&gt;框中的文字&lt;/p&gt;'></iframe>", ["框中的文字"]),
        ("<ucapcontent><p>自定标签里的文字</p></ucapcontent>", ["自定标签里的文字"]),
    ],
)  # fmt: skip
def test_text_is_what_a_person_sees(body, lines):
    assert shown(body) == lines


@pytest.mark.parametrize(
    "hide",
    [
        "style='display:none'", "style='DISPLAY : none'", "hidden", "style='visibility:hidden'",
        "style='opacity:0'", "style='font-size:0'", "style='mso-hide:all'", "class='gone'",
        "id='pop'", "class='a gone b'",
    ],
)  # fmt: skip
def test_what_is_hidden_is_not_read(hide):
    style = (
        "<style>/* x */ .gone, #pop { display: none } @media print { .on {display:none} }</style>"
    )
    body = f"<p class='on'>看得见的话。</p><div {hide}>看不见的话。</div>"
    assert shown(body, style) == ["看得见的话。"]
    assert notes(body, style) == ""


def test_a_hidden_text_that_reads_as_a_document_is_said():
    body = f"<p>{LONG}又投入资金。</p><div style='display:none'>{LONG}</div>"
    assert shown(body) == [f"{LONG}又投入资金。"]
    assert notes(body) == f"网页中有 {len(LONG)} 字不显示，没有读入（“{LONG[:20]}……”）。"


@pytest.mark.parametrize("tag", ["div style='display:none'", "template", "noscript", "div hidden"])
def test_a_page_whose_document_a_script_would_show_is_read_and_it_is_said(tag):
    body = f"<h1>关于停车的答复</h1><{tag}><p>{LONG}</p></{tag.split()[0]}>"
    assert shown(body) == ["关于停车的答复", LONG]
    assert notes(body) == "正文在网页中默认不显示（由脚本打开），已读入，请核对。"


def test_a_page_all_of_which_is_hidden_is_read_however_short() -> None:
    page = "<html><body style='display:none'><p>普绍平委员：已新建停车泊位。</p></body></html>"
    (line,) = read_lines(page.encode(), "a.html")
    assert line.text == "普绍平委员：已新建停车泊位。"
    assert line.note == "正文在网页中默认不显示（由脚本打开），已读入，请核对。"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "<noscript>请启用浏览器的脚本功能后再访问本网站</noscript><script src=a.js></script>",
            "正文由脚本载入",
        ),
        ("<div id=app></div><script src=app.js></script>", "正文由脚本载入"),
        ("<img src=a.png><img src=b.png>", "正文是图片"),
        ("<iframe src=zw.html width=800 height=600></iframe>", "正文在另一个文件里"),
    ],
)
def test_a_page_without_text_says_where_the_text_is(body, message):
    with pytest.raises(UserError, match=message):
        shown(body)


def test_a_page_laid_out_by_tables_is_read_as_text():
    body = (
        "<table><tr><td><table><tr><td>栏目甲</td></tr></table></td><td><h1>关于停车的提案</h1>"
        "<p>第一段。</p><table><tr><th>年度</th><th>泊位</th></tr><tr><td>2025</td><td>12</td></tr>"
        "</table></td></tr></table>"
    )
    page = f"<html><body>{body}</body></html>".encode()
    assert [(line.text, line.cells) for line in read_lines(page, "a.html")] == [
        ("栏目甲", ()),
        ("关于停车的提案", ()),
        ("第一段。", ()),
        ("年度 泊位", ("年度", "泊位")),
        ("2025 12", ("2025", "12")),
    ]


def test_a_spacer_column_makes_no_table():
    body = "<table><tr><td></td><td>第一段。</td></tr><tr><td></td><td>第二段。</td></tr></table>"
    lines = read_lines(f"<html><body>{body}</body></html>".encode(), "a.html")
    assert [(line.text, line.cells) for line in lines] == [("第一段。", ()), ("第二段。", ())]


def test_cells_that_span_rows_and_columns_keep_the_columns_apart():
    body = (
        "<table><tr><td rowspan=2>区城管局</td><td>泊位</td><td>12</td></tr>"
        "<tr><td>路灯<p>更换</p></td><td>30</td></tr>"
        "<tr><td colspan=2>合计</td><td>42</td></tr></table>"
    )
    lines = read_lines(f"<html><body>{body}</body></html>".encode(), "a.html")
    assert [line.cells for line in lines] == [
        ("区城管局", "泊位", "12"),
        ("区城管局", "路灯\n更换", "30"),
        ("合计", "", "42"),
    ]
    assert [line.text for line in lines] == ["区城管局 泊位 12", "路灯\n更换 30", "合计 42"]


def test_pages_saved_one_behind_the_other_are_all_read_and_it_is_said():
    one = "<html><head><meta charset='utf-8'></head><body><p>{}</p></body></html>"
    lines = read_lines((one.format("提案。") + "\n" + one.format("答复。")).encode(), "a.html")
    assert [line.text for line in lines] == ["提案。", "答复。"]
    assert lines[0].note == "文件里有 2 个网页，已依次读入，请核对是否都是这份文件的内容。"


@pytest.mark.parametrize("name", ["cid:f1@x", "https://a.cn/zw/nr.html", "nr.html"])
def test_the_frames_of_a_web_archive_are_read_in_their_place(name):
    mht = (
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
        "Content-Type: text/html; charset=utf-8\nContent-Location: https://a.cn/zw/a.html\n\n"
        f"<html><body><h1>关于停车的答复</h1><iframe src='{name}'></iframe>完</body></html>\n"
        "--x\nContent-Type: text/html; charset=gb2312\nContent-ID: <f1@x>\n"
        "Content-Location: https://a.cn/zw/nr.html\nContent-Transfer-Encoding: 8bit\n\n"
    ).encode() + "<html><body><p>框中的正文。</p></body></html>\n--x--\n".encode("gbk")
    texts = [line.text for line in read_lines(mht, "a.mht")]
    assert texts == ["关于停车的答复", "框中的正文。", "完"]


@pytest.mark.parametrize(
    "hostile",
    ["</html>" * 200_000, "<html></html>" * 50_000, "<style>" + "@a" * 200_000 + "</style>甲",
     "<style>" + "/*" * 200_000 + "</style>甲", "<style>" + "a" * 400_000 + "</style>甲",
     "<ol start=99999999999999999999><li>甲</ol>", "<td rowspan=99999 colspan=99999>甲" * 30,
     "<iframe srcdoc='" + "<iframe srcdoc=&quot;" * 5000 + "'></iframe>甲"],
    ids=["ends", "pages", "at", "comments", "sheet", "start", "spans", "frames"],
)  # fmt: skip
def test_a_hostile_page_costs_no_more_than_a_page(hostile):
    started = time.process_time()
    try:
        read_bytes(hostile.encode(), "a.html")
    except UserError as error:
        assert "网页" in error.message
    assert time.process_time() - started < 5
