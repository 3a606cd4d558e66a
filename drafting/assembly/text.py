"""Small repairs of wording that assembly needs: marks, nested quotes, short titles, masking."""

from __future__ import annotations

import re
from collections.abc import Callable

from drafting.language.cleaning import pasted_line
from drafting.language.masking import mask
from drafting.language.numbering import Label, parse_label
from drafting.language.particulars import mark_pending

HEADING_LIMIT = 60
"""A line that stands alone as a heading has at most so many characters, its label included."""

_SENTENCE_MARKS = "。！？；：!?;:"
_LOOSE_ENDS = "。．.；;，,、：: 　"
_STRENGTH = "。：；，、"  # of several marks in a row the strongest is what was meant
_RUN_OF_MARKS = re.compile(f"[{_STRENGTH}]{{2,}}")
_ENUMERATION_COMMA_BEFORE_ETC = re.compile("、(?=等(?!级|次|候|待|额|距|效|同|于|价|高|边))")
_TITLES = re.compile(r"(《[^《》]*》)")


def is_mark(line: str) -> bool:
    """Whether a line is a 待核实 mark and nothing else."""
    return line.startswith("【待核实") and line.endswith("】") and line.count("】") == 1


def tidy(text: str) -> str:
    """Fix doubled marks and 、等 (GB/T 15834-2011), sparing what stands in 《》.

    A quoted title must stay an exact copy of the item's, slips included.
    """
    return _outside_titles(text, _tidy_marks)


def join_phrases(text: str) -> str:
    """:func:`tidy` for a filled pattern: also undoes words doubled where two parts met.

    ``关于关于``, ``提案的提案`` and ``…的提案》提案`` come from a 案由 that already says 关于 or
    提案, set into a pattern that says it too.
    """
    text = re.sub(r"(提案|建议)》\1", r"\1》", text)
    return tidy(_outside_titles(text, _undouble))


def _outside_titles(text: str, change: Callable[[str], str]) -> str:
    parts = _TITLES.split(text)
    return "".join(part if n % 2 else change(part) for n, part in enumerate(parts))


def _tidy_marks(text: str) -> str:
    text = _RUN_OF_MARKS.sub(lambda run: min(run[0], key=_STRENGTH.index), text)
    return _ENUMERATION_COMMA_BEFORE_ETC.sub("", text)


def _undouble(text: str) -> str:
    text = re.sub(r"关于(对?)关于", r"关于\1", text)
    text = re.sub(r"(提案|建议)的\1(?![人者])", r"\1", text)
    return re.sub(r"关于(“)关于", r"关于\1", text)


def nest_quotes(text: str) -> str:
    """Print quotes within quotes as ‘’ and titles within titles as 〈〉 (GB/T 15834-2011).

    Where marks do not pair, the text is returned as it is: a guess could turn it around.
    """
    text = _nest(text, "“‘", "”’", ("“”", "‘’"))
    return _nest(text, "《〈", "》〉", ("《》", "〈〉"))


def _nest(text: str, openers: str, closers: str, styles: tuple[str, str]) -> str:
    depth, result = 0, []
    for char in text:
        if char in openers:
            result.append(styles[depth % 2][0])
            depth += 1
        elif char in closers:
            depth -= 1
            if depth < 0:
                return text
            result.append(styles[depth % 2][1])
        else:
            result.append(char)
    return text if depth else "".join(result)


def is_closed(paragraph: str) -> bool:
    """Whether a paragraph ends with a mark that may end one."""
    bare = paragraph.rstrip("”’）)】")
    return paragraph.endswith(("……", "——")) or bare.endswith(tuple("。！？；：!?;:.…"))


def close(paragraph: str) -> str:
    """End a paragraph with a full stop where it has no closing mark."""
    if is_closed(paragraph):
        return paragraph
    bare = paragraph.rstrip("，,、 　")
    return bare if is_closed(bare) else f"{bare}。"


def append_remark(paragraph: str, remark: str) -> str:
    """Set a bracketed remark before the paragraph's closing mark (GB/T 15834-2011, 句内括号)."""
    if not remark:
        return close(paragraph)
    colon = "：" if paragraph.endswith(("：", ":")) else ""
    return f"{paragraph.rstrip(_LOOSE_ENDS)}{remark}{colon or '。'}"


def stands_alone(text: str, label: str = "") -> bool:
    """Whether a numbered line is a heading: no sentence in it and at most 60 characters."""
    return (
        0 < len(label) + len(text) <= HEADING_LIMIT
        and not any(mark in text for mark in _SENTENCE_MARKS)
        and "【待核实" not in text
    )


def line_label(line: str) -> Label | None:
    """The level number at the head of a line that is really one.

    ``三、四季度`` and ``12、35号提案`` begin with numbers of the sentence, not with a level.
    """
    label = parse_label(line)
    if label is None or label.level not in (1, 2, 3, 4):
        return None
    rest = line[label.length :]
    if not rest:
        return None
    joined = label.text.endswith("、")
    if joined and label.style == "han" and rest[0] in "一二三四五六七八九十":
        return None
    if joined and label.style == "arabic" and rest[0].isdigit():
        return None
    return label


# --------------------------------------------------------------------------- short titles

_WRAPPED = re.compile(r"^(?:提出)?关于(?P<core>.{2,}?)的?建议$")
_LEADING = re.compile(r"^(?:建议|关于)(?![书稿案权的])[，：,:]?(?=.{2})")


def suggestion_title(text: str, limit: int) -> str:
    """Return what a heading quotes of a suggestion, in at most ``limit`` characters.

    Label, leading 建议 or 关于 and closing marks go, for the heading says them itself. What is too
    long ends at a sentence or a clause; only where there is none, at a word, with ……. The result
    is otherwise a verbatim piece of the suggestion.
    """
    line = pasted_line(text)
    line = _without_label(line).strip(_LOOSE_ENDS)
    wrapped = _WRAPPED.match(line)
    line = wrapped["core"] if wrapped else _LEADING.sub("", line)
    line = _first_sentence(line).strip(_LOOSE_ENDS)
    if not line:
        return mark_pending("建议内容")
    return _paired(line if len(line) <= limit else _shortened(line, limit))


def _without_label(line: str) -> str:
    label = line_label(line) or parse_label(line)
    if label is None or (label.level in (1, 2, 3, 4) and not line_label(line)):
        return line
    return line[label.length :]


def _first_sentence(line: str) -> str:
    for place, char in enumerate(line):
        if char in _SENTENCE_MARKS and place >= 2 and _balanced(line[:place]):
            return line[:place]
    # A sentence mark inside brackets or quotes would still make the heading a sentence.
    return re.split(f"[{_SENTENCE_MARKS}]", line, maxsplit=1)[0] or line


def _shortened(line: str, limit: int) -> str:
    for place in range(limit, 5, -1):
        if line[place] in "，," and _balanced(line[:place]):
            return line[:place]
    return _cut_at_word(line, limit - 2) + "……"


def _cut_at_word(line: str, limit: int) -> str:
    import rjieba  # loads a dictionary: only a very long suggestion pays for it

    best, reached = 0, 0
    for word in rjieba.cut(line[: limit + 20]):
        reached += len(word)
        if reached > limit:
            break
        if _balanced(line[:reached]):
            best = reached
    return line[: best or limit].rstrip("，、,（“《")


_PAIRS = ("“”", "‘’", "《》", "〈〉", "（）", "【】")


def _balanced(text: str) -> bool:
    return all(text.count(pair[0]) == text.count(pair[1]) for pair in _PAIRS)


def _paired(text: str) -> str:
    """Drop quotes and brackets that do not pair; the words between them stay."""
    for pair in _PAIRS:
        if text.count(pair[0]) != text.count(pair[1]):
            text = text.translate({ord(mark): None for mark in pair})
    return text


# --------------------------------------------------------------------------- masking

_SEPARATOR = r"[\s　\-－—–]{0,2}"
_PRIVATE = (
    # 区号与固定电话
    (
        re.compile(rf"(?<!\d)([（(]?0\d{{2,3}}[）)]?{_SEPARATOR})(\d{{3,4}})\d{{4}}(?!\d)"),
        r"\1\2****",
    ),
    # 没有区号的固定电话，只在“电话”之后认，以免误改数字
    (
        re.compile(r"((?:电话|手机|联系方式|热线|传真)(?:号码)?[：:为是]?\s*)(\d{3,4})\d{4}(?!\d)"),
        r"\1\2****",
    ),
)


def mask_private(text: str) -> str:
    """Hide telephone and identity numbers and addresses (公开前的个人信息处理)."""
    text = mask(text)
    for pattern, shown in _PRIVATE:
        text = pattern.sub(shown, text)
    return text
