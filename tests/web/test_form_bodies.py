"""Forms are read as Python reads them, in a small part of the memory, and within bounds."""

import io
import tracemalloc
from pathlib import Path
from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import RequestEntityTooLarge

from web import create_app, form_bodies
from web.form_bodies import ENCODED, MOST_BYTES, MOST_FIELDS, BoundedParser, pairs, unquoted

TEXT = "关于停车的答复。\n" * 33_000
PIECES = st.sampled_from(
    [
        "%",
        "%4",
        "%E5%81%9C",
        "%e5",
        "%zz",
        "%%41",
        "&",
        "=",
        "+",
        "a",
        "停",
        "\n",
        "%00",
        "%26",
        "%2B",
    ]
)


def read_by_python(content: str) -> list[tuple[str, str]]:
    return parse_qsl(content, keep_blank_values=True, errors="werkzeug.url_quote")


@given(st.lists(PIECES, max_size=60).map("".join))
def test_a_form_is_read_as_python_reads_it(content: str) -> None:
    assert list(pairs(content.encode())) == read_by_python(content)


@given(st.lists(PIECES, max_size=60).map("".join), st.integers(3, 9))
def test_long_values_are_read_block_by_block_as_short_ones_are(content: str, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(form_bodies, "_SHORT", 0)
        patch.setattr(form_bodies, "_BLOCK", block)
        assert unquoted(content.encode()) == form_bodies.unquote_to_bytes(content)


def test_a_long_text_takes_little_more_than_itself() -> None:
    content = urlencode({"text": TEXT, "name": "停 车"}).encode()
    tracemalloc.start()
    try:
        found = dict(pairs(content))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == {"text": TEXT, "name": "停 车"}
    # Python's own reader takes forty times as much as came in.
    assert most < 7 * len(content)


@pytest.mark.parametrize(
    "content",
    [b"text=" + b"%E5%81%9C" * (MOST_BYTES // 9 + 1), b"a=1&" * MOST_FIELDS],
    ids=["long", "many"],
)
def test_bounds_hold_for_encoded_forms_too(content: bytes) -> None:
    reader = BoundedParser()
    with pytest.raises(RequestEntityTooLarge):
        reader.parse(io.BytesIO(content), ENCODED, len(content))


def test_what_was_typed_into_too_long_a_form_is_given_back(tmp_path: Path) -> None:
    browser = create_app(tmp_path).test_client()
    token = browser.get("/new").text.split('name="csrf" value="')[1].split('"')[0]
    text = quote_plus("停车") + "%20" * (MOST_BYTES // 2)
    answer = browser.post("/new", data=f"csrf={token}&text={text}", content_type=ENCODED)
    assert answer.status_code == 413
    assert "停车" in answer.text


def test_json_beyond_a_paper_is_not_taken_apart(tmp_path: Path) -> None:
    browser = create_app(tmp_path).test_client()
    content = b"[" + b"[]," * 1_400_000 + b"[]]"
    answer = browser.post("/api/check", data=content, content_type="application/json")
    assert answer.status_code == 413
    assert answer.json == {"error": "正文超过 30 万字，请分开校对。"}
