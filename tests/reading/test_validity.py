"""What a policy says of being in force: its own term, and what it does to others."""

import datetime as dt

import pytest

from drafting.model import Document, Kind
from drafting.papers.policies.validity import Named, Validity, read_validity
from drafting.reading import read_bytes

ISSUED = dt.date(2020, 3, 10)
LAMPS = "青岚区路灯建设办法"


def said(text: str, title: str = LAMPS, validity: str | None = None) -> Validity:
    return read_validity(
        Document(Kind.POLICY, f"{title}\n{text}", title=title, date=ISSUED, validity=validity)
    )


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("本办法自2020年4月1日起施行，有效期5年。", dt.date(2025, 3, 31)),
        ("本办法自印发之日起施行，有效期五年。", dt.date(2025, 3, 9)),
        ("本办法自印发之日起30日后施行，有效期二年。", dt.date(2022, 4, 8)),
        ("有效期5年。", dt.date(2025, 3, 9)),
        ("第九条 有效期限为两年。", dt.date(2022, 3, 9)),
        ("本意见自发布之日起施行，试行两年。", dt.date(2022, 3, 9)),
        ("本通知自2020年1月1日起执行，有效期至2022年12月31日。", dt.date(2022, 12, 31)),
        ("本措施有效期自2020年1月1日起至2022年6月30日止。", dt.date(2022, 6, 30)),
        ("本政策执行期限至2023年。", dt.date(2023, 12, 31)),
        ("本政策实施期限至2024年2月。", dt.date(2024, 2, 29)),
        ("本通知2023年12月31日自动失效。", dt.date(2023, 12, 31)),
        ("本办法自2024年5月1日起废止。", dt.date(2024, 5, 1)),
        # What is handed out has a term, the policy has none.
        ("经营许可证有效期5年，期满换发。", None),
        ("由区住建局颁发资质证书，有效期三年。", None),
        ("认定自公布之日起生效，有效期3年，企业在有效期内享受补助。", None),
        ("支持有效期内的高新技术企业，到2025年达到320家。", None),
        ("本办法自2020年4月1日起施行。", None),
    ],
)
def test_the_last_day_of_a_policys_own_term(text: str, ends: dt.date | None) -> None:
    assert said(text) == Validity(ends)


@pytest.mark.parametrize(
    ("title", "ends"),
    [
        ("青岚区路灯建设三年行动计划（2018—2020年）", dt.date(2020, 12, 31)),
        ("青岚区“十四五”绿道建设规划", dt.date(2025, 12, 31)),
        ("青岚区十三五养老服务规划", dt.date(2020, 12, 31)),
        ("青岚区绿道建设办法", None),
    ],
)
def test_the_years_of_a_title_are_a_term(title: str, ends: dt.date | None) -> None:
    assert said("新增路灯200盏。", title) == Validity(ends)


@pytest.mark.parametrize(
    ("title", "validity", "stated"),
    [
        (f"{LAMPS}（已废止）", None, "已废止"),
        (f"{LAMPS}（失效）", None, "已失效"),
        (LAMPS, "有效性：失效", "已失效"),
        (LAMPS, "时效性：已废止；废止日期：见文件", "已废止"),
        (LAMPS, "是否有效：否", "已失效"),
        (LAMPS, "是否有效：是", ""),
        (LAMPS, "有效性：现行有效", ""),
        (LAMPS, "效力状态：部分失效", ""),
        ("关于废止《青岚区路灯建设办法》的决定", None, ""),
    ],
)
def test_a_title_or_a_page_states_it(title: str, validity: str | None, stated: str) -> None:
    assert said("新增路灯200盏。", title, validity).stated == stated


def test_a_page_names_the_day_or_the_years() -> None:
    assert said("新增路灯200盏。", validity="废止日期：2024-06-01").ends == dt.date(2024, 5, 31)
    assert said("新增路灯200盏。", validity="有效期：3年").ends == dt.date(2023, 3, 9)
    assert said("新增路灯200盏。", validity="有效期：长期有效").ends is None


def test_the_particulars_above_a_page_are_read() -> None:
    page = f"""<html><body><table><tr><td>文号</td><td>青政办发〔2008〕7号</td><td>有效性</td>
<td>已废止</td></tr><tr><td>废止日期</td><td>2020-06-01</td><td></td><td></td></tr></table>
<h1>青岚区人民政府办公室关于印发{LAMPS}的通知</h1><p>青政办发〔2008〕7号</p>
<p>各街道办事处：</p><p>现将《{LAMPS}》印发给你们。</p><p>青岚区人民政府办公室</p>
<p>2008年3月1日</p></body></html>"""
    document = read_bytes(page.encode(), "a.html")
    assert (document.kind, document.validity) == (
        Kind.POLICY,
        "有效性：已废止；废止日期：2020-06-01",
    )
    assert read_validity(document) == Validity(dt.date(2020, 5, 31), "已废止")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (
            "本办法自2020年4月1日起施行，《青岚区灯光办法》（青政发〔2008〕3号）同时废止。",
            [("青岚区灯光办法", "青政发〔2008〕3号", "替代", dt.date(2020, 4, 1))],
        ),
        (
            "《青岚区灯光办法》《青岚区灯杆细则》自2021年1月1日起停止执行。",
            [
                ("青岚区灯光办法", "", "替代", dt.date(2021, 1, 1)),
                ("青岚区灯杆细则", "", "替代", dt.date(2021, 1, 1)),
            ],
        ),
        (
            "原《关于印发〈青岚区灯光办法〉的通知》（青政发〔2008〕3号，2012年修订）即行废止。",
            [("关于印发〈青岚区灯光办法〉的通知", "青政发〔2008〕3号", "替代", ISSUED)],
        ),
        ("青政发〔2008〕3号文件停止执行。", [("", "青政发〔2008〕3号", "替代", ISSUED)]),
        ("《青岚区灯光办法》由本办法代替。", [("青岚区灯光办法", "", "替代", ISSUED)]),
        (
            "《青岚区灯光办法》有效期延长至2027年12月31日。",
            [("青岚区灯光办法", "", "延长", dt.date(2027, 12, 31))],
        ),
        ("《青岚区灯光办法》继续有效。", [("青岚区灯光办法", "", "延长", None)]),
        # The ground of a repeal, and parts of a document.
        (
            "根据《云湖市规范性文件管理办法》，《青岚区灯光办法》同时废止。",
            [("青岚区灯光办法", "", "替代", ISSUED)],
        ),
        ("《青岚区灯光办法》第三条同时废止。", []),
        ("《青岚区灯光办法》（青政发〔2008〕3号）中与本办法不一致的规定停止执行。", []),
        ("青政发〔2008〕3号文件第二条停止执行。", []),
        ("对擅自停止使用路灯的，按《青岚区灯光办法》处理。", []),
    ],
)
def test_what_a_policy_does_to_others(text: str, named: list[tuple[str, ...]]) -> None:
    assert said(text).named == tuple(Named(*one) for one in named)


DECISION = "青岚区人民政府关于废止和修改部分行政规范性文件的决定"


def test_a_decision_lists_what_it_repeals_and_what_it_keeps() -> None:
    text = """根据《云湖市行政规范性文件管理办法》要求，决定废止、修改以下文件：
一、废止的文件
1.《青岚区灯光办法》（青政办发〔2008〕7号）
2.青岚区户外广告管理办法（青政发〔2009〕3号）
3.关于印发《青岚区农贸市场管理细则》的通知
二、宣布失效的文件
（一）青岚区灯杆改造方案
三、修改的文件
1.《青岚区停车管理办法》（青政发〔2016〕2号），第三条修改为“免费停放”。
四、继续有效的文件
1.《青岚区养犬管理办法》（青政发〔2017〕8号）
本决定自公布之日起施行。"""
    assert said(text, DECISION).named == (
        Named("青岚区灯光办法", "青政办发〔2008〕7号", "废止", ISSUED),
        Named("青岚区户外广告管理办法", "青政发〔2009〕3号", "废止", ISSUED),
        Named("关于印发《青岚区农贸市场管理细则》的通知", "", "废止", ISSUED),
        Named("青岚区灯杆改造方案", "", "失效", ISSUED),
    )


def test_a_table_says_the_outcome_of_each_or_of_all() -> None:
    rows = """附件：行政规范性文件清理结果
序号 文件名称 文号 清理结果
1 青岚区灯光办法 青政办发〔2008〕7号 废止
2 青岚区停车管理办法 青政发〔2016〕2号 继续有效
3 青岚区灯杆改造方案 青政发〔2010〕9号 失效"""
    assert said(rows, "青岚区人民政府关于公布行政规范性文件清理结果的通知").named == (
        Named("青岚区灯光办法", "青政办发〔2008〕7号", "废止", ISSUED),
        Named("青岚区灯杆改造方案", "青政发〔2010〕9号", "失效", ISSUED),
    )


def test_a_decision_about_one_names_it_in_title_and_text() -> None:
    title = "青岚区人民政府关于废止《青岚区灯光办法》的决定"
    assert said("区政府决定：自2021年1月1日起废止《青岚区灯光办法》。", title).named == (
        Named("青岚区灯光办法", "", "废止", ISSUED),
        Named("青岚区灯光办法", "", "废止", dt.date(2021, 1, 1)),
    )


def test_what_goes_before_all_that_is_older() -> None:
    assert said("以前政策与本政策不一致的，以此政策为准。") == Validity(supersedes=True)
