"""A passage is found again after the text around it, before it and in it was edited."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drafting.language.likeness.anchors import Anchor, Place, anchored, find

LINE = "2025年，我局在梧桐路改造泊位12处，在清河路改造泊位8处，难题有所缓解。"
OTHER = "下一步，将于2026年底前再改造泊位20处。"
AT = LINE.index("改造泊位8处")
END = AT + len("改造泊位8处")


def test_the_words_are_known_by_what_stands_around_them() -> None:
    anchor = anchored(LINE, LINE.index("改造泊位8"), LINE.index("改造泊位8") + 4)
    assert anchor == Anchor(
        "改造泊位",
        LINE[LINE.index("改造泊位8") - 16 : LINE.index("改造泊位8")],
        "8处，难题有所缓解。",
    )
    assert find(anchor, {3: LINE, 7: OTHER}) == Place(3, AT, AT + 4)
    moved = {1: OTHER, 2: "经研究，" + LINE.replace("梧桐路", "梧桐路、青石巷")}
    at = moved[2].index("改造泊位8")
    assert find(anchor, moved) == Place(2, at, at + 4)


def test_words_that_were_changed_are_found_between_their_neighbours() -> None:
    anchor = anchored(LINE, AT, END)
    now = LINE.replace("改造泊位8处", "新改造泊位11处")
    at = now.index("新改造")
    assert find(anchor, {0: now}) == Place(0, at, at + len("新改造泊位11处"), changed=True)
    gone = LINE.replace("改造泊位8处，", "")
    assert find(anchor, {0: gone}) is None


def test_a_whole_line_is_found_where_most_of_it_is() -> None:
    now = LINE.replace("12处", "13处")
    assert find(Anchor(LINE), {4: OTHER, 5: now}) == Place(5, 0, len(now), changed=True)
    assert find(Anchor(LINE), {4: "感谢您对我区工作的关心和支持。"}) is None
    assert find(Anchor(LINE), {}) is None and find(Anchor(""), {0: LINE}) is None


def test_a_short_word_without_its_surroundings_is_not_taken_for_the_passage() -> None:
    anchor = anchored("已建成三处停车场并投入使用。", 3, 5)
    assert find(anchor, {0: "另在东片建三处绿地。"}) is None


@given(st.text("停车泊位路灯，。改造", min_size=8, max_size=40), st.data())
def test_in_the_text_itself_every_passage_is_where_it_was_taken(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = find(anchored(text, start, end), {0: text})
    assert found is not None and not found.changed
    assert text[found.start : found.end] == text[start:end]
