"""Whether lines are the card of a proposal: its fields, its form's name, a card above an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PROPOSAL_CARD = re.compile(
    r"(?:案\s*由|事\s*由|案\s*名|提案者|提案人|领衔代表|领衔委员|第一提案人|建议人|提案编号|建议编号|提案号|建议号|提案内容|"
    r"建议内容|提案标题|建议标题|提案题目|附议代表|联名委员|联名代表|问题内容|问题答复)(?:[（(][^（）()]{1,8}[）)])?\s*[:：]"
    r"|(?:提案|建议)号\s*(?=\d)"
)
# Names of fields that no other paper's line begins with, colon or not.
_CARD_NAME = re.compile(
    r"(?:案由(?=关于)|提案者|(?:第一)?提案人|领衔代表|领衔委员|代表姓名|委员姓名|提案编号|建议编号|提案号\d|附议代表|附议人|联名(?:提案人|委员|代表))(?!应|要|可|须|的|对|在)"
)
_LONGEST_CARD_LINE = 100
_MOST_CARD_LINES = 40
_STATED = 40
_OPENS_ANSWER = re.compile(r"收悉|(?:答复|回复|函复|函告)如下")
_WHO_PROPOSES = re.compile(
    r"(?:提案人|提案者|建议人|领衔代表|附议代表|联名人|代表姓名|委员姓名)\s*[:：|｜]"
)
_MOST_OF_LINE = 400
# The form's own name, as it stands above its fields.
_FORM_NAME = re.compile(
    r"提\s*案\s*(?:登\s*记)?\s*[表纸]|(?:.{0,40}(?:会议|大会))?(?:人大)?代表建议[、，,]?批评(?:和|与|及)意见\s*(?:专用)?[表纸]?\s*(?:第.{1,12}号)?"
    r"|.{4,40}(?:会议|全会)\s*(?:政协)?(?:委员|代表)?(?:提案|建议|议案)[表纸]?\s*(?:第.{1,12}号)?"
)


def names_form(text: str) -> bool:
    """Whether a line is the name of a form for proposals: 提案表, 代表建议、批评和意见."""
    return bool(_FORM_NAME.fullmatch(text))


def _is_card_line(text: str) -> bool:
    """Whether a line or row of a table begins with a field of a proposal's card."""
    bare = re.sub(r"\s+", "", text[:60])
    unmarked = len(text) <= _LONGEST_CARD_LINE and "。" not in text and _CARD_NAME.match(bare)
    return bool(_PROPOSAL_CARD.match(bare) or unmarked)


def card_fields(text: str) -> int:
    """Return how many fields of a proposal's card a line that begins with one has."""
    bare = re.sub(r"\s+", "", text[:_MOST_OF_LINE])
    found = len(_PROPOSAL_CARD.findall(bare))
    return max(1, found) if found > 1 or _is_card_line(text) else 0


def carries_card(texts: Sequence[str], skip: frozenset[int]) -> bool:
    """Whether a page prints the proposal's card above its answer."""
    above = [text for number, text in enumerate(texts[:_MOST_CARD_LINES]) if number not in skip]
    return sum(map(card_fields, above)) > 1 or _states_before_answer(above)


def _states_before_answer(texts: Sequence[str]) -> bool:
    """Whether who proposes and what for stand above the words that open the answer."""
    opens = (number for number, text in enumerate(texts) if _OPENS_ANSWER.search(text))
    above = texts[: next(opens, 0)]
    stated = any(len(text) >= _STATED and "。" in text for text in above)
    return stated and any(_WHO_PROPOSES.search(text) for text in above)
