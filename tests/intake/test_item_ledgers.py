"""Ledgers by which items are assigned, as offices type them: what each row is read as."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from drafting.errors import UserError
from drafting.intake.ledger import (
    Ledger,
    columns_of,
    key_of,
    keys_of,
    read_tables,
    understand_ledger,
    values,
    without_columns,
)
from drafting.model import Proposal, Proposer
from drafting.reading.sheets.rows import sheet_rows

Rows = Sequence[Sequence[object]]
HEAD = ["提案号", "案由", "提案者"]


def book(path: Path, rows: Rows, merged: Sequence[str] = (), **sheets: Rows) -> Path:
    made = Workbook()
    for row in rows:
        made.active.append(list(row))
    for one in merged:
        made.active.merge_cells(one)
    for title, more in sheets.items():
        sheet = made.create_sheet(title)
        for row in more:
            sheet.append(list(row))
    made.save(path / "a.xlsx")
    return path / "a.xlsx"


def understood(path: Path, own: dict[str, str] | None = None) -> Ledger:
    return understand_ledger(read_tables(path, path.name), own or {})


def cards(path: Path) -> list[Proposal]:
    return [item.proposal for item in understood(path).items]


def test_a_ledger_with_titles_two_heads_headings_and_a_total_is_read_whole(tmp_path: Path) -> None:
    rows = [
        ["政协青岚区十届五次会议提案交办表"],
        ["交办日期：2026年3月2日"],
        ["序号", "提案号", "案   由", "提案者", None, "办理单位", None, "办理期限", "重点",
         "督办\n领导"],
        [None, None, None, "姓名", "界别", "主办", "会办", None, None, None],
        ["一、城乡建设类"],
        [1, "第118号", "关于缓解停车难的提案", "祁听雨、王 磊", "民建", "区城管局",
         "区住建局、区公安分局", dt.datetime(2026, 6, 2), "是", "檀副区长"],
        [],
        [2, 119.0, "《关于路灯的提案》", "民盟青岚区总支", None, "区城管局", "无", 46175,
         "否", None],
        ["合  计", None, "共2件"],
    ]  # fmt: skip
    merged = ("A1:J1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:G3", "H3:H4", "I3:I4", "J3:J4")
    ledger = understood(book(tmp_path, rows, (*merged, "A5:J5")))
    day = dt.date(2026, 3, 2)
    assert [item.proposal for item in ledger.items] == [
        Proposal(
            session="政协青岚区十届五次会议",
            item_no="118",
            subject="关于缓解停车难的提案",
            proposers=(Proposer("祁听雨", sector="民建"), Proposer("王磊", part="联名")),
            handling_unit="区城管局",
            co_units=("区住建局", "区公安分局"),
            assigned=day,
            due=dt.date(2026, 6, 2),
            key=True,
            overseer="檀副区长",
        ),
        Proposal(
            session="政协青岚区十届五次会议",
            item_no="119",
            subject="关于路灯的提案",
            proposers=(Proposer("民盟青岚区总支", "党派"),),
            handling_unit="区城管局",
            assigned=day,
            due=dt.date(2026, 6, 2),
        ),
    ]
    assert [item.row for item in ledger.items] == [6, 8]
    assert ledger.passed_over == (
        "第5行（小标题）：一、城乡建设类",
        "第9行（合计）：合 计 共2件",
    )


def test_a_deputys_ledger_gives_delegation_seconders_and_the_kind(tmp_path: Path) -> None:
    rows = [
        ["青岚区第十七届人民代表大会第五次会议代表建议、批评和意见交办表"],
        ["建议编号", "建议标题", "领衔代表", "代表团", "附议代表", "承办单位", "类别"],
        ["12号", "关于改造菜场的建议", "祁听雨", "第三代表团", "薄望舒、檀知秋",
         "区城管局（主办）、区商务局（会办）", "城建环保"],
    ]  # fmt: skip
    ledger = understood(book(tmp_path, rows))
    (item,) = ledger.items
    assert item.category == "城建环保"
    assert item.proposal == Proposal(
        matter="建议",
        session="青岚区第十七届人民代表大会第五次会议",
        item_no="12",
        subject="关于改造菜场的建议",
        proposers=(
            Proposer("祁听雨", "代表", delegation="第三代表团"),
            Proposer("薄望舒", "代表", "附议"),
            Proposer("檀知秋", "代表", "附议"),
        ),
        handling_unit="区城管局",
        co_units=("区商务局",),
    )


def test_headings_and_sheets_say_who_leads(tmp_path: Path) -> None:
    rows = [
        [*HEAD, "主办单位"],
        ["一、主办件"],
        [1, "关于甲的提案", "祁听雨", "区城管局"],
        ["二、会办件"],
        [2, "关于乙的提案", "薄听雨", "区商务局"],
    ]
    path = book(tmp_path, rows, ("A2:D2", "A4:D4"), 会办件=[HEAD, [3, "关于丙的提案", "闻听雨"]])
    assert [one.role for one in cards(path)] == ["主办", "会办", "会办"]


def test_a_unit_that_only_co_handles_is_not_taken_for_the_lead(tmp_path: Path) -> None:
    rows = [
        [*HEAD, "承办单位", "承办类型"],
        [1, "关于甲的提案", "祁听雨", "区城管局", "会办"],
        [2, "关于乙的提案", "祁听雨", "区城管局", "主办"],
    ]
    found = [(one.role, one.handling_unit, one.co_units) for one in cards(book(tmp_path, rows))]
    assert found == [("会办", None, ("区城管局",)), ("主办", "区城管局", ())]


def test_cells_merged_over_rows_count_for_each_and_one_item_over_rows_is_one(
    tmp_path: Path,
) -> None:
    rows = [
        [*HEAD, "主办单位", "会办单位"],
        [1, "关于甲的提案", "祁听雨", "区城管局", "区公安分局"],
        [None, None, "薄听雨", None, "区财政局"],
        [2, "关于乙的提案", "闻听雨", None, None],
    ]
    found = cards(book(tmp_path, rows, ("A2:A3", "B2:B3", "D2:D4")))
    assert [(one.item_no, [p.name for p in one.proposers]) for one in found] == [
        ("1", ["祁听雨", "薄听雨"]),
        ("2", ["闻听雨"]),
    ]
    assert [(one.handling_unit, one.co_units) for one in found] == [
        ("区城管局", ("区公安分局", "区财政局")),
        ("区城管局", ()),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_saved_from_such_a_sheet_has_blanks_where_cells_were_one(
    tmp_path: Path, encoding: str
) -> None:
    lines = (
        "区政协十届五次会议提案分办表,,,,",
        "序号,案号,案由,承办单位,",
        ",,,主办,会办",
        "1,0118,关于停车的提案,区城管局,区公安分局",
        ",,,,区财政局",
        "合计,,1件,,",
    )
    path = tmp_path / "a.csv"
    path.write_bytes("\n".join(lines).encode(encoding))
    (item,) = understood(path).items
    assert item.proposal == Proposal(
        session="区政协十届五次会议",
        item_no="0118",
        subject="关于停车的提案",
        handling_unit="区城管局",
        co_units=("区公安分局", "区财政局"),
    )


@pytest.mark.parametrize(
    ("cell", "number", "key"),
    [
        ("第118号", "118", "118"),
        ("0118", "0118", "118"),
        ("118.0", "118", "118"),
        ("１１８号", "118", "118"),
        ("提案第 7 号", "7", "7"),
        ("A012", "A012", "A12"),
        ("2026-031", "2026-031", "2026-31"),
        ("无", "", ""),
    ],
)
def test_numbers_however_they_are_written(cell: str, number: str, key: str) -> None:
    assert values.item_no(cell) == number
    assert values.number_key(number) == key


@pytest.mark.parametrize(
    "cell",
    ["2026-06-02", "2026年6月2日", "2026/6/2", "2026.6.2", "20260602", "46175", "46175.0",
     "2026-06-02 00:00:00", "二〇二六年六月二日", "6月2日前", "2026年6月2日前"],
)  # fmt: skip
def test_days_however_they_are_written(cell: str) -> None:
    assert values.day(cell, 2026) == dt.date(2026, 6, 2)


def test_a_day_that_is_none_is_said_and_left_out(tmp_path: Path) -> None:
    rows = [[*HEAD, "办理期限"], [1, "关于甲的提案", "祁听雨", "三个月内"]]
    (item,) = understood(book(tmp_path, rows)).items
    assert (item.proposal.due, item.notes) == (None, ("办理期限“三个月内”不是日期，没有填",))


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("祁听雨", ("祁听雨",)),
        ("王 磊、薄望舒", ("王磊", "薄望舒")),
        ("祁听雨 薄望舒", ("祁听雨", "薄望舒")),
        ("祁听雨委员\n薄望舒委员", ("祁听雨", "薄望舒")),
        ("祁听雨等5人", ("祁听雨等5名",)),
        ("祁听雨（民建）、薄望舒（九三）", ("祁听雨", "薄望舒")),
        ("民盟青岚区总支", ("民盟青岚区总支",)),
        ("—", ()),
    ],
)
def test_names_however_they_are_listed(cell: str, names: tuple[str, ...]) -> None:
    assert values.names(cell) == names


def test_sessions_are_compared_by_their_numbers() -> None:
    same = ("区政协十届五次会议", "政协青岚区第十届委员会第五次会议", "区政协第10届第5次全体会议")
    assert {values.session_key(one) for one in same} == {(False, 10, 5)}
    assert values.session_key("青岚区第十七届人民代表大会第五次会议") == (True, 17, 5)
    assert values.session_key("2026年") is None


def test_a_ledger_without_the_needed_columns_is_asked_about_and_then_read(tmp_path: Path) -> None:
    rows = [["流水", "事项", "谁提的"], [1, "关于甲的提案", "祁听雨"]]
    tables = read_tables(book(tmp_path, rows), "a.xlsx")
    assert without_columns(tables, {})
    with pytest.raises(UserError, match="没有“案由”或“案号”一列"):
        understand_ledger(tables, {})
    assert columns_of(tables) == {"流水": ("1",), "事项": ("关于甲的提案",), "谁提的": ("祁听雨",)}
    own = {"流水": "", "事项": "subject", "谁提的": "proposers"}
    assert not without_columns(tables, own)
    (item,) = understand_ledger(tables, own).items
    assert (item.proposal.subject, item.proposal.proposers) == (
        "关于甲的提案",
        (Proposer("祁听雨"),),
    )


def test_what_somebody_said_of_a_column_goes_before_what_its_name_says() -> None:
    head = (("编号",), ("提案号",), ("名称",))
    assert keys_of(head, {}) == ("", "item_no", "subject")
    assert keys_of(head, {"编号": "item_no", "提案号": ""}) == ("item_no", "", "subject")


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        (("案 由",), "subject"),
        (("办理单位", "主办"), "lead"),
        (("主办单位", "名称"), "lead"),
        (("提案者", "界别"), "sector"),
        (("主办单位（分办）",), "lead"),
        (("备注",), ""),
        (("提案者联系电话（手机）",), "phone"),
        (("提案编号/案号",), "item_no"),
        (("提案（建议）题目",), "subject"),
        (("第一提案人/领衔代表",), "proposers"),
        (("提案人单位及职务",), ""),
        (("区级协办单位",), "co_units"),
        (("区主办责任单位",), "lead"),
        (("主办及会办单位",), "lead"),
        (("要求办结截止日期",), "due"),
        (("市政协交办时间",), "assigned"),
        (("是否列为重点",), "key"),
        (("区委督办领导",), "overseer"),
        (("序号",), ""),
        (("办理进度",), ""),
    ],
)
def test_columns_are_known_by_their_names(parts: tuple[str, ...], key: str) -> None:
    assert key_of(parts) == key


def test_a_first_row_of_short_words_is_not_taken_into_the_head(tmp_path: Path) -> None:
    rows = [["案由", "提案者", "承办", "备注"], ["关于路灯的提案", "祁听雨", "城管局", "重点"]]
    found = cards(book(tmp_path, rows))
    assert [(one.subject, one.proposers) for one in found] == [
        ("关于路灯的提案", (Proposer("祁听雨"),))
    ]


def test_hidden_sheets_are_left_out_and_hidden_rows_marked(tmp_path: Path) -> None:
    made = Workbook()
    made.active.append(HEAD)
    for number in (1, 2):
        made.active.append([number, f"关于第{number}项的提案", "祁听雨"])
    made.active.row_dimensions[3].hidden = True
    old = made.create_sheet("去年")
    old.append(HEAD)
    old.append([9, "关于旧事的提案", "祁听雨"])
    old.sheet_state = "hidden"
    made.save(tmp_path / "a.xlsx")
    ledger = understood(tmp_path / "a.xlsx")
    assert [(item.proposal.item_no, item.hidden) for item in ledger.items] == [
        ("1", False),
        ("2", True),
    ]
    assert ledger.passed_over == ("隐藏的工作表“去年”没有读",)


def test_a_head_printed_again_on_each_page_is_no_item(tmp_path: Path) -> None:
    rows = [HEAD, [1, "关于甲的提案", "祁听雨"], HEAD, [2, "关于乙的提案", "祁听雨"]]
    ledger = understood(book(tmp_path, rows))
    assert [item.proposal.item_no for item in ledger.items] == ["1", "2"]
    assert ledger.passed_over == ("第3行（重复的表头）：提案号 案由 提案者",)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([HEAD], "没有读出一行提案"),
        ([["请各单位按时办理"]], "没有读出一行提案"),
        ([["机密★1年"], HEAD, [1, "关于甲的提案", "祁听雨"]], "涉密文件不得导入"),
    ],
)
def test_what_is_no_ledger_is_refused_in_one_sentence(
    tmp_path: Path, rows: Rows, message: str
) -> None:
    with pytest.raises(UserError, match=message) as caught:
        understood(book(tmp_path, rows))
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut", b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_a_broken_or_old_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"损坏|旧版"):
        read_tables(path, "a.xlsx")


def test_a_cell_merged_over_the_whole_sheet_costs_no_more_columns_than_are_looked_at(
    tmp_path: Path,
) -> None:
    rows = [["区政协十届五次会议提案分办表"], [], HEAD, [1, "关于甲的提案", "祁听雨"]]
    path = book(tmp_path, rows, ("A1:XFD2", "C3:XFD3"))
    (first, head, item) = sheet_rows(path)
    assert [one.last_column for row in (first, head) for one in row.merged] == [79, 79]
    assert item.merged == ()
    (table,) = read_tables(path, "a.xlsx")
    assert table.above == ("区政协十届五次会议提案分办表",)
    assert [(one.session, one.subject) for one in cards(path)] == [
        ("区政协十届五次会议", "关于甲的提案")
    ]


def test_a_workbook_whose_parts_stand_elsewhere_has_its_merged_cells_too(tmp_path: Path) -> None:
    rows = [HEAD, [1, "关于甲的提案", "祁听雨"], [None, None, "薄听雨"]]
    path = book(tmp_path, rows, ("A2:A3", "B2:B3"))
    moved = tmp_path / "moved.xlsx"
    with zipfile.ZipFile(path) as there, zipfile.ZipFile(moved, "w") as here:
        for name in there.namelist():
            data = there.read(name).replace(b"/xl/", b"/book/").replace(b'"xl/', b'"book/')
            here.writestr(name.replace("xl/", "book/", 1) if name.startswith("xl/") else name, data)
    (item,) = understood(moved).items
    assert [one.name for one in item.proposal.proposers] == ["祁听雨", "薄听雨"]
