"""Tables as lines of text (docs/tables.md): read, written, and read again."""

from hypothesis import given
from hypothesis import strategies as st

from drafting.language.particulars import find_facts
from drafting.language.tables import END, belongs, is_row, read_rows, split_tables, to_lines
from drafting.model import Block

FIGURES = Block(
    "table",
    "各街道充电桩",
    rows=(
        ("街道", "投资", ""),
        ("", "2024年", "2025年"),
        ("长宁|西", "12.5", "一期\n二期"),
        ("合计", "", ""),
    ),
    head=2,
    merged=((0, 0, 2, 1), (0, 1, 1, 2), (3, 0, 1, 3)),
    unit="万元",
    remarks=("注：截至6月。",),
)
LINES = [
    "表：各街道充电桩",
    "单位：万元",
    "| 街道 | 投资 | < |",
    "| ^ | 2024年 | 2025年 |",
    "| --- | --- | --- |",
    "| 长宁\\|西 | 12.5 | 一期<br>二期 |",
    "| 合计 | < | < |",
    "注：截至6月。",
]


def test_a_table_is_read_and_written():
    assert split_tables(["前文。", *LINES, "后文。"]) == ["前文。", FIGURES, "后文。"]
    assert to_lines(FIGURES) == LINES


def test_lines_that_belong_to_a_table():
    lines = ["前文。", *LINES, "后文。", END, "| 一 | 二"]
    assert belongs(lines) == [False, *[True] * len(LINES), False, True, True]


def test_a_short_row_is_filled_and_said_and_a_single_cell_is_over_all_columns():
    assert read_rows(["| 甲 | 乙 | 丙", "| 一 | 二", "| 小计", "｜1｜2｜3｜"]) == Block(
        "table",
        rows=(("甲", "乙", "丙"), ("一", "二", ""), ("小计", "", ""), ("1", "2", "3")),
        merged=((2, 0, 1, 3),),
        doubts=("第2行只有2格，已补足3格",),
    )


def test_what_cannot_be_merged_is_said():
    assert read_rows(["| < | 乙 |", "| 一 | ^ |", "| 二 | < |"]).doubts == (
        "第1行第1格没有可以合并的格，已留空",
    )
    torn = read_rows(["| 甲 | < |", "| ^ | 乙 |"])
    assert torn.merged == ()
    assert torn.doubts == ("第1行第1格的合并范围不是长方形，没有合并",)


def test_no_head_and_two_tables():
    first, second = split_tables(["|---|---|", "| 1 | 2 |", END, "| 甲 | 乙 |", "| 3 | 4 |"])
    assert isinstance(first, Block)
    assert isinstance(second, Block)
    assert (first.head, first.rows) == (0, (("1", "2"),))
    assert (second.head, second.rows) == (1, (("甲", "乙"), ("3", "4")))


def test_sentences_are_no_tables():
    lines = ["表明了态度。", "|单独一竖", "表1显示，去年增长。", "单位：某局"]
    assert split_tables(lines) == lines
    assert not any(map(is_row, lines))


_CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs", "Cf")),
    max_size=6,
) | st.sampled_from(["<", "^", "---", "a|b", "\\<", "一\n二"])


@given(st.integers(1, 4), st.integers(2, 4), st.data())
def test_any_table_comes_back(height, width, data):
    rows = tuple(tuple(data.draw(_CELL) for _ in range(width)) for _ in range(height))
    head = data.draw(st.integers(0, height))
    table = Block("table", rows=rows, head=head)
    assert split_tables(to_lines(table)) == [table]


def test_every_figure_of_a_table_is_a_particular_but_the_numbers_of_its_rows():
    text = "| 序号 | 街道 | 数量 |\n| 1 | 甲 | 120 |\n| 2 | 乙 | 1,130.5 |\n| 5 | 丙 | 45% |"
    assert [fact.text for fact in find_facts(text)] == ["120", "1,130.5", "5", "45%"]
