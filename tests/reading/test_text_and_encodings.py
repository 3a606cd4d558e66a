"""Text comes in whatever encoding an office writes; damage is said, never swallowed."""

import pytest

from drafting.errors import UserError
from drafting.intake import with_suggestions
from drafting.papers.plain.markdown import plain
from drafting.reading import read_bytes, read_pasted
from drafting.reading.plain.decode import MAX_BYTES, decode

LETTER = (
    "关于区政协十届五次会议第31号提案的答复\n薄望舒委员：\n"
    "您提出的提案收悉，现答复如下：\n我局在2026年新建停车泊位120个。\n"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_every_encoding_met_reads_to_the_same_document(encoding):
    document = read_bytes(LETTER.encode(encoding), "a.txt")
    assert document == read_bytes(LETTER.encode(), "a.txt")
    assert document.recipients == ("薄望舒",)


def test_big5_is_told_from_gb18030():
    text = "關於加強停車管理的提案，我們建議在老舊社區增設停車位，並且由主管機關公開說明。"
    assert decode(text.encode("big5")) == text


def test_a_download_cut_in_the_middle_of_a_character_keeps_the_rest():
    assert decode(LETTER.encode()[:-3]) == LETTER.encode()[:-3].decode(errors="ignore")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("change", ["lost", "added", "other"])
def test_a_broken_byte_costs_the_character_that_it_is_in(encoding, change):
    data = LETTER.encode(encoding)
    at = len(LETTER[: LETTER.index("停车泊位")].encode(encoding))
    broken = {
        "lost": data[:at] + data[at + 1 :],
        "added": data[:at] + b"\xff" + data[at:],
        "other": data[:at] + b"\xff" + data[at + 1 :],
    }[change]
    read = decode(broken)
    before, _, after = read.partition("\ufffd")
    assert before == LETTER[: LETTER.index("停车泊位")]
    assert after == LETTER[LETTER.index("停车泊位" if change == "added" else "车泊位") :]
    assert read_bytes(broken, "a.txt").notes == (
        f"有 1 处字符已损坏，无法识别，以“�”代替（如“在2026年新建�{after[:8]}”），请对照原件补正。",
    )


def test_a_byte_lost_anywhere_in_a_gbk_text_shifts_no_other_line():
    line = "关于停车的提案：新建泊位，覆盖学校十二所，累计投入资金八百六十万元。"
    data = f"{line}\n{line}\n{line}".encode("gbk")
    for at in range(len(data)):
        read = decode(data[:at] + data[at + 1 :])
        assert sum(read.count(part) for part in (line[:16], line[-16:])) >= 5, at


def test_text_broken_throughout_names_the_line_where_it_begins():
    data = LETTER.encode()
    broken = data[:60] + b"\xff" + b"".join(data[n : n + 9] + b"\xff" for n in range(60, 200, 9))
    with pytest.raises(UserError, match=r"^文件第2行有无法识别的字符"):
        decode(broken)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "文件是空的"),
        (b" \r\n\t", "文件是空的"),
        (b"%PDF-1.7 rest", "PDF 文件"),
        (b"PK\x03\x04rest of it", "文件已损坏，或不是 Word 文档"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "已加密或已损坏"),
        (bytes(range(256)) * 8, "文件"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data, message):
    with pytest.raises(UserError, match=message):
        read_bytes(data, "a.txt")


def test_a_file_over_the_limit_is_refused_before_it_is_read():
    with pytest.raises(UserError, match="超过 20 MB"):
        read_bytes(b"a" * (MAX_BYTES + 1), "a.txt")


def test_an_unknown_ending_says_what_can_be_read():
    with pytest.raises(UserError, match=r"暂不支持“\.xyz”文件，请改用 \.docx、"):
        read_bytes(b"text", "a.xyz")


def test_rare_characters_and_emoji_survive_and_controls_go():
    document = read_pasted(
        "关于𠮷祥社区的建议\n建议：\n1.在㛃村增设公交站😀。\n2.增\x00设\x08路灯\u200b。"
    )
    assert [one.text for one in with_suggestions(document).suggestions] == [
        "在㛃村增设公交站😀",
        "增设路灯",
    ]
    assert "𠮷祥" in document.text
    assert "\x00" not in document.text


def test_pasting_nothing_is_said():
    with pytest.raises(UserError, match="没有可读的内容"):
        read_pasted(" \n\u3000\u200b")


def test_the_marks_of_markdown_are_no_text():
    document = read_pasted(
        "# 关于增设公交站的建议\n\n**建议人：** 薄望舒\n\n"
        "## 一、存在问题\n\n- 站距过大，达**1.2**公里\n"
        "> 居民反映强烈\n\n---\n\n## 二、具体建议\n\n1. 增设公交站。\n2. 延长*末班车*时间，见[公告](https://example.cn/a)。"
    )
    assert document.text == (
        "关于增设公交站的建议\n建议人： 薄望舒\n一、存在问题\n站距过大，达1.2公里\n居民反映强烈\n"
        "二、具体建议\n1. 增设公交站。\n2. 延长末班车时间，见公告。"
    )
    assert [one.text for one in with_suggestions(document).suggestions] == [
        "增设公交站",
        "延长末班车时间，见公告",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "联系人：张**、李**，电话186****1228。",
        "车牌云A*****，订单号***************。",
        "5*3=15，长*宽。\n- 第一项\n* 第二项",
        "一、问题 # 不是标题",
    ],
)
def test_stars_and_dashes_of_an_office_are_no_markdown(text):
    assert plain(text) == text
