"""What a page does around and between the lines of a letter leaves every field as it was."""

import json
import re
import unicodedata
from html import escape

import pytest

from bench.reading_fields import VARIANTS, variant_pair
from drafting.reading import read_bytes
from drafting.reading.report import to_report

# Marks of Markdown count at the start of a line only, which some of the changes take from them.
PAGES = [
    page
    for page in map(json.loads, VARIANTS.read_text("utf-8").splitlines())
    if "**" not in page["text"]
]
FLATTENED = str.maketrans("，；：！？（）", ",;:!?()")
COUNTERS = "\n".join(
    (
        "",
        "【打印本页】 【关闭窗口】",
        "分享到：微信 微博",
        "上一条：关于对区政协九届一次会议第903号提案的答复",
        "下一条：关于对区政协九届一次会议第904号提案的答复",
        "主办：云湖市人民政府办公室 承办：云湖市大数据中心",
        "地址：云湖市湖滨路1号 邮编：650000 联系电话：0789-8230000",
        "扫一扫在手机打开当前页",
    )
)


def _lines(text):
    return text.split("\n")


def _indented(space):
    return lambda text: "\n".join(f"{space}{line}" for line in _lines(text))


def _without_notice(text):
    """Put a zero-width space behind every seventh character, as some editors leave them."""
    return re.sub(r"([\u4e00-\u9fff]{7})", "\\1\u200b", text)


AS_TEXT = {
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "double spaced": lambda text: text.replace("\n", "\n\n"),
    "indented by ideographic spaces": _indented("\u3000\u3000"),
    "indented by no-break spaces": _indented("\u00a0" * 4),
    "blanks at line ends": lambda text: "\n".join(f"{line}   " for line in _lines(text)),
    "zero-width spaces": _without_notice,
    "half-width punctuation": lambda text: text.translate(FLATTENED),
    "compatibility forms": lambda text: unicodedata.normalize("NFKC", text),
    "furniture below": lambda text: f"{text}{COUNTERS}",
}
AS_PAGE = {
    "paragraphs": lambda text: "".join(f"<p>{escape(line)}</p>" for line in _lines(text)),
    "line breaks": lambda text: "<br>".join(map(escape, _lines(text))),
    "no-break indents": lambda text: "<br/>\n".join(
        f"&nbsp;&nbsp;&nbsp;&nbsp;{escape(line)}" for line in _lines(text)
    ),
    "a table that lays out": lambda text: (
        f"<table><tr><td>{AS_PAGE['paragraphs'](text)}</td></tr></table>"
    ),
    "spans within words": lambda text: "".join(
        "<p>"
        + "".join(f"<span>{escape(part)}</span>" for part in re.findall(".{1,3}", line))
        + "</p>"
        for line in _lines(text)
    ),
    "preformatted": lambda text: f"<pre>{escape(text)}</pre>",
}


@pytest.mark.parametrize("change", AS_TEXT)
def test_a_text_so_changed_reads_the_same(change):
    changed = {
        page["id"]: variant_pair(page | {"text": AS_TEXT[change](page["text"])}) for page in PAGES
    }
    assert {name: read for name, (read, _) in changed.items()} == {
        name: expected for name, (_, expected) in changed.items()
    }


@pytest.mark.parametrize("change", AS_PAGE)
def test_a_page_so_laid_out_reads_the_same(change):
    told_apart = [
        page["id"]
        for page in PAGES
        if _fields(
            f"<html><body><div>{AS_PAGE[change](page['text'])}</div></body></html>", "a.html"
        )
        != _fields(page["text"], "a.txt")
    ]
    assert told_apart == []


def _fields(source, name):
    report = to_report(read_bytes(source.encode(), name))
    return {
        key: value for key, value in report.items() if key not in ("text", "measures", "grants")
    }
