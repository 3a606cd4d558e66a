from pathlib import Path

from casework.procedure.diagram import page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_drawn_from_the_table() -> None:
    assert (ROOT / "docs/procedure.md").read_text("utf-8") == page()
