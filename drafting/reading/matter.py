"""What a letter or card says of its matter: 提案 or 建议, session, item, subject, role."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drafting.model import Kind, Matter, Role
from drafting.reading import fields
from drafting.reading.salutation import Salutation

OPENING = re.compile(
    r"(?:答复|函复|回复|复函|意见|情况|批复|函告|报告|汇报|告知|说明)如下|供[你贵][^。]{0,16}参考|(?:提出|反馈)[^。]{0,12}(?:会办|协办)意见|(?:提案|建议|议案|原案|来函)[^。；]{0,30}(?:收悉|悉[。，,])"
)
"""What opens the text of a letter."""

PROPOSAL_TITLE = re.compile(r"(?:的)?(?:提案|建议|议案)$")
_CO_HANDLING = re.compile(
    r"(?:会办|协办)(?:意见|件|函|情况)|协助办理[^，。]{0,60}(?:意见|答复|情况)|供(?:[你贵][^。]{0,12})?(?:答复|参考)"
    r"|由[^。，]{2,24}主办，(?:由)?[我本][^。，]{1,8}(?:会办|协办)"
)
_CARD_SUBJECT = re.compile(
    r"(?:案\s*由|提案题目|提案标题|建议标题|提案名称|建议名称)\s*[:：]\s*《?(?P<subject>[^《》]+)》?"
)
_OTHER_MATTER = re.compile(r"议事原案|党代表|党员代表大会|党代会")
_FORM_LINES = 6


def lead_in_of(texts: Sequence[str]) -> str:
    """Return the opening sentence of a reply: up to …如下, at most the first three paragraphs."""
    gathered = ""
    for text in texts[:3]:
        gathered += text[:600]
        if OPENING.search(gathered):
            break
    # 提出如下协办意见，供答复时参考：
    found = re.search(r"如下(?:[^。；:：]{0,20}[:：])?[:：。]?", gathered)
    return gathered[: found.end()] if found else gathered[:400]


def matter_of(title: str | None, salutation: Salutation | None, lead_in: str) -> Matter | None:
    """Tell 提案 from 建议: by who is addressed and by which congress, before the noun in use."""
    where = f"{title or ''} {lead_in}"
    if _OTHER_MATTER.search(where):
        return None
    session = fields.find_session(where) or ""
    if re.search(r"政协|政治协商", session):
        return "提案"
    if re.search(r"人大|人民代表大会", session):
        return "建议"
    named = re.findall(r"政协|人大", title or "")
    if len(set(named)) == 1:
        # A title may have lost a part of the session; clerks mix up 委员 and 代表.
        return "提案" if named[0] == "政协" else "建议"
    if salutation and salutation.noun:
        return "提案" if salutation.noun == "委员" else "建议"
    if salutation and salutation.addressee == "body":
        return "提案"
    return _matter_by_noun(where)


def matter_by_card(lines: Sequence[str]) -> Matter | None:
    """Tell 提案 from 建议 by a card's fields: the 提案人 of a 建议 is one of the 政协."""
    named = [re.sub(r"\s", "", line) for line in lines]
    if any(
        re.match(r"(?:代表)?建议(?:编号|号|人|内容)|领衔代表|附议代表|人大代表[:：]", one)
        for one in named
    ):
        return "建议"
    if any(
        re.match(r"提案(?:人|者|单位|编号|号|委员|内容)|第一提案人|领衔委员|政协委员[:：]", one)
        for one in named
    ):
        return "提案"
    return None


def _matter_by_noun(where: str) -> Matter | None:
    if re.search(r"代表(?:提出|建议|所提)|人大代表", where):
        return "建议"
    if re.search(r"委员(?:提出|提案|所提)|提案", where):
        return "提案"
    return "建议" if re.search(r"建议|议案", where) else None


def session_of(title: str | None, lead_in: str, above: Sequence[str]) -> str | None:
    """Return the session's name as printed: in the title, the opening, or a line above them."""
    # A page may have kept only the first half of its title: the session is in it all the same.
    fragments = [*([title] if title else []), lead_in, *above]
    # A form may print it wide and on two lines: 第九届…委员会 第 四 次会议.
    fragments.append(re.sub(r"\s", "", "".join(above[:_FORM_LINES])))
    return next((found for text in fragments if (found := fields.find_session(text))), None)


def item_no_of(title: str | None, lead_in: str, above: Sequence[str]) -> str | None:
    """Return the item's number as printed: in the title, the opening, or a card above them."""
    found = (fields.find_item_no(title) if title else None) or fields.find_item_no(lead_in)
    found = found or fields.item_without_ordinal(title or "")
    return found or next((item for text in above if (item := fields.item_of_line(text))), None)


def subject_of(title: str | None, lead_in: str, above: Sequence[str]) -> str | None:
    """Return the subject that the opening quotes, or else the title, or a card above them."""
    found = fields.find_subject(lead_in)
    quoted = re.search(r"[《“](?P<subject>[^《》“”]+(?:建议|提案|议案))[》”]", title or "")
    card = next((match for text in above if (match := _CARD_SUBJECT.fullmatch(text))), None)
    if not found and (named := quoted or card):
        return named["subject"].strip()
    return found


def card_subject(kind: Kind, texts: Sequence[str], metadata: dict[str, str]) -> str | None:
    """Return the subject that a proposal's card prints behind 案由 or 标题."""
    if kind is not Kind.PROPOSAL:
        return None
    found = next((match for text in texts[:30] if (match := _CARD_SUBJECT.fullmatch(text))), None)
    if found:
        return found["subject"].strip()
    titled = metadata.get("title", "")
    return titled if PROPOSAL_TITLE.search(titled) else None


def role_of(title: str | None, lead_in: str, salutation: Salutation | None) -> Role:
    """Tell 会办 from 主办: by the words, and by a unit being the one addressed."""
    if _CO_HANDLING.search(title or "") or _CO_HANDLING.search(lead_in[-90:]):
        return "会办"
    return "会办" if salutation and salutation.addressee == "unit" else "主办"
