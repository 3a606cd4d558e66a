"""Ledgers: whatever an office calls its columns, each row becomes a document or says why not."""

import datetime as dt
import io
import json
import re
import zipfile

import pytest
from openpyxl import Workbook

from drafting.errors import UserError
from drafting.model import Kind
from drafting.reading.sheets.ledger import read_ledger, records
from drafting.reading.sheets.numbers import shown
from drafting.reading.sheets.rows import xlsx_rows

REPLY = (
    "关于区政协十届五次会议第31号提案的答复\n薄望舒委员：\n您提出的《关于停车的提案》收悉，"
    "现答复如下：\n我局新建泊位120个。"
)


def workbook(*sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def written(folder, name: str, data: bytes):
    path = folder / name
    path.write_bytes(data)
    return path


def test_an_excel_ledger_gives_a_document_a_row_below_its_title_rows(tmp_path):
    rows = [
        ["2026年提案办理台账"],
        [],
        ["序号", "提案编号", "案 由", "答复内容（全文）", "办复日期", "主办单位", "办理结果"],
        [1, "第031号", "关于停车的提案", REPLY, dt.datetime(2026, 6, 18), "区城管局", "B类"],
        [2, 7, "关于学位的提案", REPLY, "2026年5月1日", "区教体局", None],
        [],
        [3, None, None, None, None, "区民政局", None],
    ]
    entries = list(read_ledger(written(tmp_path, "台账.xlsx", workbook(rows))))
    first, second, third = entries
    assert (first.source, first.line) == ("台账.xlsx#4", 4)
    assert first.document.title == "关于停车的提案"
    assert first.document.issuers == ("区城管局",)
    assert first.document.date == dt.date(2026, 6, 18)
    assert (first.document.item_no, first.document.result_class) == ("031", "B")
    assert first.document.kind is Kind.REPLY
    assert (second.document.item_no, second.document.result_class) == ("7", None)
    assert (third.document, third.reason) == (None, "缺少正文（text）")


def test_every_sheet_with_a_text_column_is_read_and_each_row_has_a_source_of_its_own(tmp_path):
    head, row = ["标题", "正文"], ["甲", REPLY]
    data = workbook([head, row], [["说明", "无"]], [head, row])
    entries = list(read_ledger(written(tmp_path, "a.xlsx", data)))
    assert [entry.source for entry in entries] == ["a.xlsx#2", "a.xlsx!表3#2"]


def test_a_units_own_column_names_come_first(tmp_path):
    path = written(tmp_path, "a.csv", "名称,复函原文\n甲,第一段\n".encode("gb18030"))
    with pytest.raises(UserError, match="台账里没有“正文”或“内容”一列"):
        list(read_ledger(path))
    (entry,) = read_ledger(path, {"复函原文": "text"})
    assert (entry.document.title, entry.document.text) == ("甲", "第一段")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_every_encoding_and_with_every_delimiter(tmp_path, encoding, delimiter):
    text = f"标题{delimiter}正文{delimiter}日期\n甲{delimiter}第一段{delimiter}45292\n"
    (entry,) = read_ledger(written(tmp_path, "a.csv", text.encode(encoding)))
    assert (entry.document.text, entry.document.date) == ("第一段", dt.date(2024, 1, 1))


def test_a_csv_with_a_long_head_in_gb18030_is_not_cut_within_a_character(tmp_path):
    lines = "".join(f"题{n},{'正文甲' * 200}\n" for n in range(600))
    entries = list(read_ledger(written(tmp_path, "a.csv", f"标题,正文\n{lines}".encode("gbk"))))
    assert len(entries) == 600
    assert all(entry.document for entry in entries)


def test_a_jsonl_line_that_cannot_be_used_is_named_and_the_rest_goes_on(tmp_path):
    lines = ['{"text": "甲"}', "{broken", "[1]", '{"title": "乙"}', '{"text": "\\ud800丙"}']
    path = written(tmp_path, "a.jsonl", "\n".join(lines).encode())
    assert [(entry.line, entry.reason) for entry in read_ledger(path)] == [
        (1, ""),
        (2, "这一行不是有效的 JSON（须为 UTF-8 编码）"),
        (3, "这一行不是 JSON 对象"),
        (4, "缺少正文（text）"),
        (5, ""),
    ]
    assert [entry.document.text.encode() for entry in read_ledger(path) if entry.document] == [
        "甲".encode(),
        "丙".encode(),
    ]


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_an_empty_jsonl_is_said_to_be_empty(tmp_path, data):
    with pytest.raises(UserError, match="文件是空的，没有可读的内容"):
        list(read_ledger(written(tmp_path, "a.jsonl", data)))


def test_a_title_above_a_table_does_not_hide_what_parts_its_columns(tmp_path):
    data = "松汀区提案办理台账\n题目\t答复正文\n关于路灯\t更换路灯，完成。\n".encode("gbk")
    (entry,) = read_ledger(written(tmp_path, "a.csv", data))
    assert (entry.document.title, entry.document.text) == ("关于路灯", "更换路灯，完成。")


def test_the_columns_of_the_documented_jsonl_are_taken_as_they_are(tmp_path):
    record = {"source": "x/1", "title": "甲", "text": "乙", "kind": "policy", "date": "2026-01-02"}
    path = written(tmp_path, "a.jsonl", json.dumps(record).encode())
    assert list(records(path)) == [(1, record)]
    (entry,) = read_ledger(path)
    assert (entry.source, entry.document.kind) == ("x/1", Kind.POLICY)


def doctored(change: dict[str, bytes]) -> bytes:
    old = zipfile.ZipFile(io.BytesIO(workbook([["标题", "正文"], ["甲", "乙"]])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change.get(entry.filename, old.read(entry)))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "文件已损坏，或不是 Excel 工作簿"),
        (b"PK\x03\x04 cut", "文件已损坏，或不是 Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "文件已加密，或是旧版"),
        (doctored({"xl/workbook.xml": b"<broken"}), "文件已损坏，无法打开"),
        (doctored({"xl/worksheets/sheet1.xml": b"<broken"}), "表格文件已损坏"),
        (doctored({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "内部结构异常"),
        (doctored({"[Content_Types].xml": b"<a/>"}), "表格文件已损坏"),
    ],
    ids=["empty", "cut", "ole", "workbook", "sheet", "entities", "types"],
)
def test_a_workbook_that_is_none_is_refused_with_one_clear_line(tmp_path, data, message):
    with pytest.raises(UserError, match=message) as caught:
        list(read_ledger(written(tmp_path, "a.xlsx", data)))
    assert "\n" not in caught.value.message


# ------------------------------------------------------------------ as the sheet shows it


def strict(data: bytes) -> bytes:
    """Return a workbook as a strict one: other namespaces for the same elements."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            for name in (b"spreadsheetml", b"officeDocument"):
                content = re.sub(
                    rb"http://schemas.openxmlformats.org/" + name + rb"/2006/(main|relationships)",
                    rb"http://purl.oclc.org/ooxml/" + name + rb"/\1",
                    content,
                )
            new.writestr(entry.filename, content)
    return out.getvalue()


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


HEAD = ["标题", "答复内容", "答复单位", "案号", "答复日期"]


@pytest.mark.parametrize("kind", [bytes, strict])
def test_a_merged_cell_belongs_to_all_its_rows(tmp_path, kind):
    book = Workbook()
    for row in (
        ["2026年台账"], HEAD,
        ["甲", "第一段", "区城管局", "01", dt.datetime(2026, 6, 18)],
        ["乙", "第二段", None, "02", dt.datetime(2026, 6, 19)],
        ["丙", "第三段", "区水务局", "03", None],
    ):  # fmt: skip
        book.active.append(row)
    book.active.merge_cells("A1:E1")
    book.active.merge_cells("C3:C4")
    entries = list(read_ledger(written(tmp_path, "a.xlsx", kind(saved(book)))))
    assert [(e.line, e.document.issuers, e.document.item_no, e.document.date) for e in entries] == [
        (3, ("区城管局",), "01", dt.date(2026, 6, 18)),
        (4, ("区城管局",), "02", dt.date(2026, 6, 19)),
        (5, ("区水务局",), "03", None),
    ]


def test_a_text_merged_over_rows_is_one_record_with_what_stands_beside_it(tmp_path):
    book = Workbook()
    for row in (HEAD, ["甲", "第一段", "区城管局"], [None, None, "区水务局"], ["乙", "第二段"]):
        book.active.append(row)
    for place in ("A2:A3", "B2:B3"):
        book.active.merge_cells(place)
    data = written(tmp_path, "a.xlsx", saved(book))
    assert [
        (number, record["issuer"]) for number, record in records(data) if "issuer" in record
    ] == [(2, "区城管局、区水务局")]
    assert [entry.document.title for entry in read_ledger(data)] == ["甲", "乙"]


def test_hidden_rows_and_sheets_are_not_read_and_each_is_said(tmp_path):
    book = Workbook()
    for row in (HEAD, ["甲", "第一段"], ["乙", "第二段"]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    for title, head in (("旧稿", HEAD), ("字典", ["A类", "B类"])):
        other = book.create_sheet(title)
        other.append(head)
        other.append(["丙", "第三段"])
        other.sheet_state = "hidden"
    entries = list(read_ledger(written(tmp_path, "a.xlsx", saved(book))))
    assert [
        (entry.line, entry.document and entry.document.title, entry.reason) for entry in entries
    ] == [
        (2, "甲", ""),
        (3, None, "这一行在表格中是隐藏的（或被筛选掉），没有读入"),
        (1, None, "工作表“旧稿”是隐藏的，没有读入"),
    ]
    assert list(xlsx_rows(tmp_path / "a.xlsx")) == [
        ("Sheet", 1, HEAD), ("Sheet", 2, ["甲", "第一段"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("46191", "14", "2026-06-18"), ("46191.6041666", "22", "2026-06-18 14:30"),
        ("46191", 'yyyy"年"m"月"d"日"', "2026-06-18"), ("0.604166667", "h:mm", "14:30"),
        ("44729", "[$-804]yyyy/m/d;@", "2022-06-17"), ("0.35", "9", "35%"),
        ("0.3456", "0.00%", "34.56%"), ("31", "000", "031"), ("7", '"第"000"号"', "第007号"),
        ("13800000000", "General", "13800000000"), ("1.1E+10", "0", "11000000000"),
        ("0.30000000000000004", "0", "0.3"), ("12.5", "#,##0.00", "12.5"), ("-3", "0", "-3"),
        ("1", "14", "1900-01-01"), ("abc", "0", "abc"), ("99999999999", "14", "99999999999"),
    ],
)  # fmt: skip
def test_a_number_is_shown_as_its_format_shows_it(value, code, text):
    assert shown(value, code) == text


def test_strings_formulas_and_true_are_read_as_they_are_shown(tmp_path):
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>富</t></r><r><t>文本</t></r>'
        '<rPh sb="0" eb="1"><t>fu</t></rPh></is></c><c r="C1" t="str"><f>A1</f>'
        "<v>算出_x000D_的</v></c>"
        '<c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>2026-06-18T00:00:00</v></c></row>'
        "</sheetData></worksheet>"
    )
    path = written(tmp_path, "a.xlsx", doctored({"xl/worksheets/sheet1.xml": sheet.encode()}))
    assert list(xlsx_rows(path)) == [
        ("表1", 1, ["富文本", "", "算出\r的", "是", "#N/A", "2026-06-18"])
    ]


def test_a_broken_byte_in_a_csv_costs_one_character_and_is_said(tmp_path):
    data = "标题,正文\n甲,新建泊位一百个，已完成。\n乙,第二段\n".encode("gb18030")
    data = data.replace("泊位".encode("gbk"), b"\xff" + "泊位".encode("gbk"))
    first, second = read_ledger(written(tmp_path, "a.csv", data))
    assert first.document.text == "新建�泊位一百个，已完成。"
    assert first.document.notes[0].startswith("有 1 处字符已损坏")
    assert second.document.text == "第二段"


def test_a_cell_at_the_far_end_of_a_sheet_costs_nothing(tmp_path):
    book = Workbook()
    book.active.append(["标题", "正文"])
    book.active.append(["甲", "乙"])
    book.active["XFD1048576"] = "远"
    stream = io.BytesIO()
    book.save(stream)
    assert len(list(read_ledger(written(tmp_path, "a.xlsx", stream.getvalue())))) == 1
