"""A model's answer as it streams, whatever it is wrapped in and wherever it ends."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.answering.local_model.heard import MOST_CHARS, Listener

VALUES = [{"文字": "“一”{二}", "依据": ["P1"]}, {"文字": '引"号\\和\n换行', "依据": []}]
LINES = "\n".join(json.dumps(one, ensure_ascii=False) for one in VALUES)


def _heard(text: str, size: int) -> tuple[list[object], int]:
    listener = Listener()
    found: list[object] = []
    for place in range(0, len(text), size):
        found += listener.hear(text[place : place + size])
    listener.end()
    return found, listener.spoiled


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        f"```json\n{LINES}\n```",
        json.dumps(VALUES, ensure_ascii=False, indent=2),
        json.dumps({"sentences": VALUES}, ensure_ascii=False),
        f"<think>先想想 {{不是对象}} 再说</think>\n好的，如下：\n{LINES}\n以上。",
        f'{{"句子": [{json.dumps(VALUES[0], ensure_ascii=False)}, '
        f"{json.dumps(VALUES[1], ensure_ascii=False)}",
    ],
    ids=["lines", "fence", "list", "outer", "thinking", "outer that never ends"],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_whole_objects_are_heard_however_they_come(text: str, size: int) -> None:
    assert _heard(text, size)[0] == VALUES


def test_half_an_object_is_counted_and_not_believed() -> None:
    assert _heard(LINES[:-9], 5) == (VALUES[:1], 1)


def test_prose_is_no_object() -> None:
    assert _heard("好的，我局高度重视，已新建泊位九百个。" * 20, 7) == ([], 0)


def test_a_thought_that_never_ends_says_nothing() -> None:
    assert _heard(f"<think>{LINES}", 4)[0] == []


def test_what_is_too_long_is_cut_off_and_said() -> None:
    listener = Listener()
    for _ in range(300):
        listener.hear("废话" * 500)
    assert (listener.cut, listener.heard) == (True, MOST_CHARS)


_TEXTS = st.text(max_size=12)


@given(
    st.lists(st.dictionaries(_TEXTS, st.one_of(_TEXTS, st.lists(_TEXTS, max_size=3)), min_size=1)),
    st.integers(1, 9),
)
def test_lines_are_heard_as_they_were_written(values: list[dict[str, object]], size: int) -> None:
    # An object whose first value is a list of objects only holds them; these have none.
    text = "\n".join(json.dumps(one, ensure_ascii=False) for one in values)
    assert _heard(text, size) == (values, 0)
