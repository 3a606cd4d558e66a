"""The real failing Word files beside the project: each reads as Word shows it."""

import pytest
from shared_data import SHARED, needs_shared

from drafting.programs import libreoffice
from drafting.reading import read_file, read_lines

CASES = SHARED / "cases" / "files"
HEAD = (
    "关于对区政协十届五次会议第0071号提案的答复",
    "李明远委员：",
    "您提出的《关于优化学校周边停车的提案》收悉。经会同区城管局研究，现答复如下：",
)
TAIL = (
    "感谢您对教育工作的关心和支持。",
    "云湖市青岚区教育局",
    "2026年6月18日",
    "（联系人：王小川，联系电话：0571-12345678）",
    "抄送：区政协提案委员会，区政府督查室。",
)
SOURCE = "数据来源：区统计局《2025年统计公报》，截至2025年12月31日。"
NOTED = (
    "一、关于增加车位的建议",
    "全区学校周边现有泊位3260个，其中新增480个。",
    f"注[1]（全区学校周边现有泊位3260个）：{SOURCE}",
)
TEXTS = {
    "a01_strict.docx": (*HEAD, "一、关于增加车位的建议", "已新增泊位120个。", *TAIL),
    "a02_footnote.docx": (*HEAD, *NOTED, *TAIL),
    "d05_footnote.doc": (*HEAD, *NOTED, *TAIL),
    "d04_footnote.rtf": (
        "关于停车管理的报告",
        "现有泊位3260个，其中新增480个。",
        "注[1]（现有泊位3260个）：数据来源：区统计局",
    ),
    "a08_islgl.docx": (
        *("青岚区停车设施建设行动方案", "第一章 总体要求", "第二章 重点任务"),
        *("2.1 新建公共停车场6座", "2.2 改造老旧小区泊位1200个"),
    ),
    # Both lists stand on one abstract list and count on: so print Word and LibreOffice.
    "a09_lvloverride.docx": (
        *("关于停车管理的意见", "一、加强规划引领", "二、规范收费行为", "下列工作按季度推进："),
        *("3.完成摸底调查", "4.公布收费标准"),
    ),
    "a13_omml.docx": (
        *("青岚区共享停车奖补办法", "第一条 对开放共享的单位给予奖补。"),
        "第二条 奖补按下式计算：补贴金额=300元×车位数，单个单位不超过10万元。",
    ),
    "a14_ruby.docx": (*HEAD, "一、青岚区停车规划", "已完成编制。", *TAIL),
    "a15_toc.docx": (
        *("青岚区停车设施建设三年行动方案", "一、总体要求"),
        *("坚持问题导向，到2028年新增泊位3000个。", "二、重点任务"),
        *("（一）新建公共停车场。区城管局牵头，2027年底前建成6座。", "三、保障措施"),
        "区财政局安排专项资金。",
    ),
}
ROWS = {
    "a04_row_sdt.docx": [
        ("序号", "意见建议"),
        ("1", "建议利用学校操场地下空间新建公共停车位"),
        ("2", "建议推行错时共享停车"),
    ],
    "a24_row_customxml.docx": [("序号", "意见建议"), ("1", "建议新建公共停车位")],
    "a05_sym_checkbox.docx": [
        ("案号", "第0071号"),
        ("对办理结果的意见", "☑满意 ☐基本满意 ☐不满意"),
    ],
    "a12_serial_auto.docx": [
        ("序号", "任务", "牵头单位"),
        ("1", "新建停车场6座", "区城管局"),
        ("2", "改造泊位1200个", "区住建局"),
        ("3", "规范收费公示", "区市场监管局"),
    ],
}


@pytest.mark.shared
@needs_shared
@pytest.mark.parametrize("name", TEXTS)
def test_a_file_reads_as_word_shows_it(name):
    if not name.endswith("docx") and not libreoffice.available():
        pytest.skip("没有 LibreOffice，跳过")
    assert read_file(CASES / name).text.split("\n") == list(TEXTS[name])


@pytest.mark.shared
@needs_shared
@pytest.mark.parametrize("name", ROWS)
def test_a_table_keeps_every_row(name):
    lines = read_lines((CASES / name).read_bytes(), name)
    assert [line.cells for line in lines if line.cells] == ROWS[name]


@pytest.mark.shared
@needs_shared
def test_controls_that_were_not_filled_in_say_nothing():
    lines = read_lines((CASES / "a07_placeholder.docx").read_bytes(), "a07_placeholder.docx")
    assert [line.text for line in lines] == [
        *("关于优化学校周边停车的提案", "提案者：李明远", "联系电话：", "联名人：", "建议："),
        *("一、增加学校周边停车位。", "二、推行错时共享。", "附件："),
    ]
