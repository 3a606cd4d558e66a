"""Laws that hold for any text: fixing ends, fixes all that is safe, and spares what is guarded."""

from __future__ import annotations

from checking_cases import text_of
from hypothesis import assume, given
from hypothesis import strategies as st
from laws import tried

from drafting.checking import RULES, apply_fixes, check_text, fix_safely
from drafting.checking.engine.halfwidth import is_flattened
from drafting.checking.engine.repeats import LEAST, PIECE, Repeat, repeats
from drafting.checking.engine.rule import QUOTED
from drafting.checking.engine.sheet import sheet_of_text
from drafting.model import Finding

EXAMPLES = [text for rule in RULES for text in (text_of(rule.example), text_of(rule.counter))]
GUARDED = [
    "《停车办法, 试行》", "“其它 问题”", "国发〔2015〕043号", "https://example.gov.cn/a,b",
    "GB/T 9704-2012", "1:1", "10:30", "3.14", "1,200", "【待核实：数量, 单位】", "0871-63623804",
    "a.b@example.gov.cn", "KM-3",
]  # fmt: skip
PIECES = [
    *"、，。；：,;:.…?!()（）《》“”〔〕【】-~— 　①等和5%個𠮷😀\n\u200b\"",
    "...", "一、", "1.", "1、", "（一）", "(一)", "第一", "首先", "一是", "其它", "做出决定",
    "截止", "2018", "-2020年", "2023年06月09日", "党的20大", "KM", "万元", "城管局", "停车", "\n",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES + GUARDED), max_size=30).map("".join) | st.lists(
    st.sampled_from(EXAMPLES), max_size=4
).map("\n".join)
LAW = tried(300)


def safe(text: str) -> list[Finding]:
    return [finding for finding in check_text(text) if finding.fix == "safe"]


@given(TEXTS)
@LAW
def test_fixing_leaves_nothing_safe_and_is_done(text: str) -> None:
    fixed = fix_safely(text)
    assert safe(fixed) == []
    assert apply_fixes(fixed, check_text(fixed)) == fixed


@given(TEXTS)
@LAW
def test_no_safe_fix_touches_what_is_guarded(text: str) -> None:
    sheet = sheet_of_text(text)
    for finding in safe(text):
        line = sheet.lines[finding.paragraph]
        kinds = set(line.guards(finding.start, finding.end))
        assert not kinds & QUOTED
        assert not kinds - QUOTED


@given(st.lists(st.sampled_from(GUARDED), min_size=1, max_size=6))
@LAW
def test_guarded_words_come_through_all_fixing(words: list[str]) -> None:
    text = "其它事项，" + "，".join(f"按照{word}办理" for word in words) + "。"
    fixed = fix_safely(text)
    assert fixed == text.replace("其它事项", "其他事项", 1)


@given(TEXTS)
@LAW
def test_findings_lie_in_their_paragraph_in_order(text: str) -> None:
    lines = text.split("\n")
    findings = check_text(text)
    for finding in findings:
        assert lines[finding.paragraph][finding.start : finding.end] == finding.text
    places = [(finding.paragraph, finding.start) for finding in findings]
    assert places == sorted(places)


@given(st.text(max_size=200))
@LAW
def test_any_text_at_all_is_read(text: str) -> None:
    assert safe(fix_safely(text)) == []


@given(TEXTS)
@LAW
def test_fixing_never_makes_a_text_look_flattened(text: str) -> None:
    assert not is_flattened(fix_safely(text).split("\n"))


@given(st.text(alphabet="ab\n\0", max_size=120))
@LAW
def test_repeats_are_real_long_apart_and_within_lines(text: str) -> None:
    done = 0
    for repeat in repeats(text):
        length = repeat.end - repeat.start
        words = text[repeat.start : repeat.end]
        assert length >= LEAST
        assert text[repeat.earlier : repeat.earlier + length] == words
        assert repeat.earlier + length <= repeat.start
        assert "\n" not in words and "\0" not in words
        assert repeat.start >= done
        done = repeat.end


@given(
    st.text(alphabet="甲乙丙丁", max_size=40),
    st.text(alphabet="子丑寅卯辰巳", min_size=LEAST, max_size=60),
    st.text(alphabet="戊己庚辛", max_size=40),
)
@LAW
def test_every_repeated_passage_is_found(before: str, passage: str, between: str) -> None:
    pieces = [passage[i : i + PIECE] for i in range(len(passage) - PIECE + 1)]
    assume(len(set(pieces)) == len(pieces))
    text = f"{before}{passage}{between}\n{passage}"
    start = len(text) - len(passage)
    assert list(repeats(f"{text}\n")) == [
        *repeats(f"{before}{passage}{between}"),
        Repeat(start, start + len(passage), len(before)),
    ]
