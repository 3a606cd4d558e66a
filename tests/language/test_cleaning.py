"""What carries nothing goes, wherever text comes in; names of files that every system takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.language.cleaning import (
    fold_spaces,
    line_on_paper,
    lines_on_paper,
    of_a_source,
    one_line_end,
    pasted_line,
    pasted_paragraphs,
    plain_spaces,
    printable,
    typed_line,
    typed_text,
    unprintable,
    without_unseen,
)
from drafting.language.file_names import (
    MOST_BYTES,
    plain_file_name,
    safe_file_name,
    told_apart,
)


def test_typed_text_loses_what_is_unseen_and_keeps_rare_characters():
    assert without_unseen("柳\u200b巷\ufeff\x07𠮷\ue863\u202e园") == "柳巷𠮷\ue863园"
    assert without_unseen("👨\u200d👩") == "👨\u200d👩"


def test_a_source_loses_the_bullets_of_its_fonts_too():
    assert of_a_source("\uf0b7柳\u200d巷\x0b") == "柳巷"


def test_a_paper_shows_no_broken_character_and_says_how_many_went():
    assert printable("柳\ufffd巷\x00") == "柳巷"
    assert unprintable("柳\ufffd巷\x00") == 2


def test_line_ends_and_spaces_of_every_kind_are_one():
    assert one_line_end("甲\r\n乙\r丙\x0b丁\u2028戊\x85己") == "甲\n乙\n丙\n丁\n戊\n己"
    assert plain_spaces("甲\t乙\u00a0丙\u3000丁") == "甲 乙 丙\u3000丁"
    assert fold_spaces("甲 \t\u3000乙") == "甲 乙"


def test_file_names_keep_their_ending_and_hide_nothing():
    assert safe_file_name("答复\u202excod.exe") == "答复xcod.exe"
    assert safe_file_name("长" * 200 + ".docx", 20) == "长" * 15 + ".docx"
    assert safe_file_name(" . ", empty="文书") == "文书"


@pytest.mark.parametrize(
    ("given", "name"),
    [("con", "_con"), ("NUL.docx", "_NUL.docx"), ("Lpt¹.a.b", "_Lpt¹.a.b"), ("com", "com")],
)
def test_what_windows_takes_for_a_device_is_none(given: str, name: str):
    assert safe_file_name(given) == name


def test_our_own_names_have_no_marks_and_no_spaces():
    title = "关于《“青岚停车”平台：何时联通？》第A/B类 提案（公开版）的答复"
    assert plain_file_name("青城管函〔2026〕12号", title, ending=".pdf") == (
        "青城管函〔2026〕12号_关于青岚停车平台_何时联通第A_B类_提案（公开版）的答复.pdf"
    )
    assert plain_file_name("", "？ ", ending=".docx") == "文书.docx"
    assert plain_file_name("长" * 300, ending=".docx") == "长" * 78 + ".docx"


_NAMES = st.text(st.sampled_from("停车a1 .…_—《》“”？：/\\\x00\u202e𠮷CON\u3000，、"), max_size=120)


@given(_NAMES, st.sampled_from(["", ".docx", ".pdf"]))
def test_every_system_takes_every_name_of_ours(text: str, ending: str):
    name = plain_file_name(text, ending=ending)
    assert not set(name) & set('\\/:*?"<>| 《》“”？：…，、\u3000\x00\u202e')
    assert name.endswith(ending) and len(name.encode()) <= MOST_BYTES
    assert name.strip(" .") == name
    assert safe_file_name(name, 240) == name


def test_the_same_name_twice_gets_a_number():
    assert told_apart(["甲.docx", "甲.DOCX", "乙", "甲.docx", "乙"]) == [
        "甲.docx",
        "甲（2）.DOCX",
        "乙",
        "甲（3）.docx",
        "乙（2）",
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("甲\r\n乙\r丙", "甲\n乙\n丙"),
        ("甲\u2028乙\x0b丙\x0c丁\x85戊", "甲\n乙\n丙\n丁\n戊"),
        ("\ufeff甲\u200b乙\x00\x07丙\xad", "甲乙丙"),
        ("𠮷野、㛃、\ue123", "𠮷野、㛃、\ue123"),
        ("👨\u200d👩\u200d👧好", "👨\u200d👩\u200d👧好"),
        ("坏\ud800字", "坏字"),
        ("甲\u3000乙\xa0丙\t丁", "甲\u3000乙 丙\t丁"),
        ("\n\n甲  \n\n乙\n\n", "甲\n\n乙"),
    ],
)
def test_what_is_typed_keeps_what_was_meant(typed: str, kept: str) -> None:
    assert typed_text(typed) == kept


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_typed_is_cleaned_once_for_all_and_is_valid_text(text: str) -> None:
    once = typed_text(text)
    assert typed_text(once) == once
    assert "\r" not in once and "\0" not in once
    once.encode()
    assert "\n" not in typed_line(text)


def test_pasted_text_is_paragraphs_or_one_sentence():
    pasted = " 新增泊位\u200b，\r\n\n\t错时\u00a0开放。 "
    assert pasted_paragraphs(pasted) == ["新增泊位，", "错时 开放。"]
    assert pasted_line(pasted) == "新增泊位，错时 开放。"
    assert pasted_line(None) == ""


def test_a_line_on_paper_has_a_space_for_each_end_of_a_line():
    assert line_on_paper(" 青岚区\ufffd\n\n城市管理局\t ") == "青岚区 城市管理局"
    assert lines_on_paper("甲\n\n乙") == ["甲", "", "乙"]
    assert lines_on_paper("") == [""]
