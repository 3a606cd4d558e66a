"""What carries nothing goes, wherever text comes in; names of files that every system takes."""

from drafting.language.cleaning import (
    fold_spaces,
    of_a_source,
    one_line_end,
    plain_spaces,
    printable,
    unprintable,
    without_unseen,
)
from drafting.language.file_names import safe_file_name


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
