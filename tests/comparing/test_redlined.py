"""花脸稿 of two papers: each line that differs, as runs that give both back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drafting.returning.redlined import Spot, redlined, spans

OLD = ("一、关于停车的建议", "已改造泊位，难题有所缓解。", "将增设路灯。", "感谢支持。")


def test_what_came_went_and_was_reworded_each_at_its_line() -> None:
    new = (OLD[0], "已在梧桐路改造泊位，难题有所缓解。", *OLD[2:])
    assert redlined(OLD, new) == (
        Spot(1, (("same", "已"), ("inserted", "在梧桐路"), ("same", "改造泊位，难题有所缓解。"))),
    )
    assert redlined(OLD, OLD) == ()
    assert redlined(OLD, OLD[:2] + OLD[3:]) == (Spot(2, (("deleted", "将增设路灯。"),), gone=True),)
    assert redlined(OLD[:3], OLD[:2]) == (Spot(2, (("deleted", "将增设路灯。"),), gone=True),)
    assert redlined(OLD[:2], OLD[:3]) == (Spot(2, (("inserted", "将增设路灯。"),)),)


_LINES = st.lists(st.text("停车泊位路灯，。12", min_size=1, max_size=12), max_size=6)


@given(_LINES, _LINES)
def test_the_spots_say_all_that_differs_and_nothing_else(old: list[str], new: list[str]) -> None:
    found = redlined(old, new)
    at = {one.line: one for one in found if not one.gone}
    for line, text in enumerate(new):
        spot = at.get(line)
        if spot is not None:
            assert "".join(words for kind, words in spot.runs if kind != "deleted") == text
            for kind, start, end, words in spans(spot):
                assert kind == "deleted" or text[start:end] == words
                assert 0 <= start <= end <= len(text)
    untouched = [text for line, text in enumerate(new) if line not in at]
    former = ["".join(w for kind, w in one.runs if kind != "inserted") for one in found]
    assert sorted([*untouched, *filter(None, former)]) == sorted(old)
