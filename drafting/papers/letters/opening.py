"""Where a letter's text begins: the line that addresses somebody, or the box of an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drafting.language.late import late
from drafting.language.naming.places import YOURS
from drafting.language.naming.units import YOU
from drafting.papers.letters.item import OPENING
from drafting.papers.letters.metadata import is_field
from drafting.papers.letters.salutation import (
    Salutation,
    parse_recipients,
    parse_salutation,
    parse_without_colon,
)

REPLY_OPENING = late(
    r"(?:答复|函复|回复|复函|(?:会办|协办)意见(?:函告|告知|报送|反馈)?)如下|(?:提出|反馈)[^。]{0,12}(?:会办|协办)意见"
    r"|(?:办理|落实|进展|答复)[^。；]{0,8}(?:情况|意见)[^。；]{0,8}(?:汇报|报告|说明|函告|告知|反馈)?如下"
    r"|现(?:就|将)[^。；]{0,60}(?:答复|回复|函复)"
    r"|(?:提案|建议|议案|原案)[^。；]{0,30}(?:收悉|悉[。，,])"
)
"""What a reply says where it begins to answer."""

MATTERS = late(r"提案|建议|议案|原案|委员(?!会)|代表(?!大会)")
"""What a reply is about."""

# Some pages print proposal and answer in two boxes, without a letter's forms.
_ANSWER_BOX = late(r"(?:(?:答复|回复|复函)(?:内容|意见|正文)|问题答复)\s*[:：]?")
_SPEAKS_TO = late(
    r"[您你贵]|首先|《|关于|现将|提出的|感谢|[^。，]{0,12}收悉|在[^。，]{4,40}(?:期间|会议上?|上)提出"
)
_TITLE_ABOVE = late(
    r".{0,150}(?:提案|建议|议案|原案).{0,40}(?:答复|复函|回复|函复|办复|意见|的函|情况)函?"
    r"(?:[（(【〔\[][^（）()]{1,40}[）)】〕\]])?"
)
_NAMES_GO_ON = late(r"[\u4e00-\u9fff·、，,\s]{4,300}[、，,]")
_FAR_ABOVE = 20
_LONGEST = 400
_FIRST_WORDS = 160
_RUNNING = 25


@dataclass(frozen=True, slots=True)
class Opening:
    """Where the text begins: the line of the salutation or recipients, and what it says.

    ``start`` is -1 where no line does; ``lines`` counts those that a long list of names takes.
    """

    start: int
    salutation: Salutation | None = None
    recipients: tuple[str, ...] = ()
    lines: int = 1

    @property
    def below(self) -> int:
        """The number of the first line below the salutation."""
        return self.start + self.lines


def find_opening(texts: Sequence[str], skip: frozenset[int]) -> Opening:
    """Find the salutation (a reply) or the recipients (a policy); ``skip`` is the page's own."""
    for number, text in enumerate(texts):
        if number in skip or len(text) > _LONGEST or _is_empty_field(text):
            continue
        near = _text_below(texts, number, skip)
        if found := _addressed(texts, number, near, skip):
            return found
        answers = REPLY_OPENING.search(near) and MATTERS.search(near)
        if not answers and (recipients := parse_recipients(text)):
            return Opening(number, None, recipients)
    return Opening(next((n for n, text in enumerate(texts) if is_answer_box(text)), -1))


def is_answer_box(text: str) -> bool:
    """Whether ``text`` is the label of a form's box that holds the answer: 答复内容：."""
    return bool(_ANSWER_BOX.fullmatch(text))


def _is_empty_field(text: str) -> bool:
    # 发布机构： with nothing behind it is an empty field above the letter.
    return text.endswith(("：", ":")) and is_field(text)


def _text_below(texts: Sequence[str], number: int, skip: frozenset[int]) -> str:
    below = (n for n in range(number + 1, min(number + 7, len(texts))) if n not in skip)
    return " ".join(texts[n] for _, n in zip(range(3), below, strict=False))


def _addressed(
    texts: Sequence[str], number: int, near: str, skip: frozenset[int]
) -> Opening | None:
    """Read a salutation at ``number``: on its line, on two, or without its colon."""
    text = texts[number]
    salutation, lines = parse_salutation(text, near), 1
    if not salutation and number + 1 < len(texts) and _NAMES_GO_ON.fullmatch(text):
        salutation, lines = parse_salutation(f"{text}{texts[number + 1]}", near), 2
    if not salutation and (bare := parse_without_colon(text, near)):
        salutation = bare if _speaks_to(bare, texts, number, near, skip) else None
    if not salutation:
        return None
    answers = _answers(salutation, f"{salutation.rest} {near}")
    # Below the title of a reply a person is addressed, though the text may answer at once.
    person = salutation.addressee == "person" and salutation.names
    if answers or (person and _below_title(texts, number, skip)):
        return Opening(number, salutation, lines=lines)
    return None


def _speaks_to(
    bare: Salutation, texts: Sequence[str], number: int, near: str, skip: frozenset[int]
) -> bool:
    """Whether the text below a line speaks to whom the line names, though it has no colon."""
    if bare.addressee == "person":
        return bool(_SPEAKS_TO.match(near) or OPENING.search(near[:_FIRST_WORDS]))
    said = re.match(rf"{YOU}|{YOURS}", near)
    if said and MATTERS.search(near) and OPENING.search(near):
        return True
    # A party or a committee between title and text, and not a person below it who is addressed.
    below = next((n for n in range(number + 1, len(texts)) if n not in skip), number)
    return (
        bare.addressee == "body"
        and bool(OPENING.search(near))
        and parse_salutation(texts[below]) is None
        and len(texts[below]) >= _RUNNING
        and _below_title(texts, number, skip)
    )


def _answers(salutation: Salutation, near: str) -> bool:
    """Whether the text that follows a salutation answers; to a unit, also of what it speaks.

    A 批复 is addressed to a unit too.
    """
    about = salutation.addressee != "unit" or MATTERS.search(near)
    return bool(about and OPENING.search(near))


def _below_title(texts: Sequence[str], number: int, skip: frozenset[int]) -> bool:
    """Whether the title of a reply stands above a line."""
    above = (n for n in range(max(0, number - _FAR_ABOVE), number) if n not in skip)
    return any(_TITLE_ABOVE.fullmatch(texts[n]) for n in above)
