"""Two people in one table: rows that did not meet are both kept, the same row is a conflict."""

from casework.matters.drafts.merging import merged_text
from drafting.language.tables import split_tables
from drafting.model import Block

BASE = "前文。\n| 街道 | 数量 |\n| 长宁 | 1 |\n| 清河 | 2 |\n| 梧桐 | 3 |\n后文。"


def test_two_people_in_different_rows_of_a_table_are_put_together():
    mine = BASE.replace("| 长宁 | 1 |", "| 长宁 | 10 |")
    theirs = BASE.replace("| 梧桐 | 3 |", "| 梧桐 | 3 |\n| 学府 | 4 |")
    merged = merged_text(BASE, mine, theirs)
    assert merged is not None
    (table,) = [part for part in split_tables(merged.split("\n")) if isinstance(part, Block)]
    assert table.rows == (
        *(("街道", "数量"), ("长宁", "10"), ("清河", "2"), ("梧桐", "3"), ("学府", "4")),
    )


def test_a_column_that_one_adds_and_a_row_that_another_changes_are_for_people_to_settle():
    mine = "\n".join(f"{line} 备注 |" if "|" in line else line for line in BASE.split("\n"))
    assert merged_text(BASE, mine, BASE.replace("| 清河 | 2 |", "| 清河 | 9 |")) is None
