"""What a letter or card says of its item: 提案 or 建议, session, number, subject, role."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drafting.language import fields
from drafting.language.late import late
from drafting.language.sessions import find_session
from drafting.model import ItemKind, Kind, Role
from drafting.papers.letters.salutation import Salutation

OPENING = late(
    r"(?:答复|函复|回复|复函|意见|情况|批复|函告|报告|汇报|告知|说明)如下|供[你贵][^。]{0,16}参考|(?:提出|反馈)[^。]{0,12}(?:会办|协办)意见|(?:提案|建议|议案|原案|来函)[^。；]{0,30}(?:收悉|悉[。，,])"
)
"""What opens the text of a letter."""

PROPOSAL_TITLE = late(r"(?:的)?(?:提案|建议|议案)$")
_CO_HANDLING = late(
    r"(?:会办|协办)(?:意见|件|函|情况)|协助办理[^，。]{0,60}(?:意见|答复|情况)|供(?:[你贵][^。]{0,12})?(?:答复|参考)"
    r"|由[^。，]{2,24}主办，(?:由)?[我本][^。，]{1,8}(?:会办|协办)"
)
_CARD_SUBJECT = late(
    r"(?:案\s*由|提案题目|提案标题|建议标题|提案名称|建议名称)\s*[:：]\s*《?(?P<subject>[^《》]+)》?"
)
_OTHER_MATTER = late(r"议事原案|党代表|党员代表大会|党代会")
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


def item_kind_of(title: str | None, salutation: Salutation | None, lead_in: str) -> ItemKind | None:
    """Tell 提案 from 建议: by who is addressed and by which congress, before the noun in use."""
    where = f"{title or ''} {lead_in}"
    if _OTHER_MATTER.search(where):
        return None
    session = find_session(where) or ""
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
    return _item_kind_by_noun(where)


def item_kind_by_card(lines: Sequence[str]) -> ItemKind | None:
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


def _item_kind_by_noun(where: str) -> ItemKind | None:
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
    return next((found for text in fragments if (found := find_session(text))), None)


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


# ------------------------------------------------------------------ what a paper's words weigh


@dataclass(frozen=True, slots=True)
class Weighed:
    """The kind of item that a paper's words point to, those words, and whether they are plain."""

    matter: ItemKind | None = None
    words: str = ""
    sure: bool = False


# Words of a form, a title, a page's navigation or a report, and how much each speaks for either.
# 提案者 and 提案内容 stand on many a deputies' form too.
_SPEAK: tuple[tuple[ItemKind, int, str], ...] = (
    (
        "建议",
        5,
        r"代表建议|人民代表大会|领衔代表|附议代表|联名代表|代表姓名|所属代表团|人大(?=网|$|[^会代])",
    ),
    ("建议", 3, r"代表团|议案(?!人)|建议(?:人|编号|号|案号)\s*[:：|｜]"),
    ("建议", 1, r"的建议$|建议内容|议案$"),
    ("提案", 5, r"人民政协|政治协商|政协[^。，]{0,16}(?:会议|提案|委员会)|提案委|委员姓名|界\s*别"),
    ("提案", 3, r"政协|的提案$|提\s*案\s*[表纸]|提案(?:选登|工作)|集体提案"),
    ("提案", 1, r"提\s*案\s*[人者]|提案(?:编号|号|内容|案由)|提案$|委员(?!会)"),
)
_WEIGHTS = tuple((kind, weight, re.compile(words)) for kind, weight, words in _SPEAK)
# What running text says of persons; the names of congresses stand in it for other reasons too.
_SPEAKERS: tuple[tuple[ItemKind, str, str], ...] = (
    ("建议", "人大代表", "代表"),
    ("提案", "政协委员", "委员"),
)
_PERSON_SPEAKS = tuple(
    (
        kind,
        4,
        re.compile(
            rf"{of}|(?:[名位等]|[\u4e00-\u9fff]{{2}}){noun}(?:建议|提出|认为|说|表示|反映|[:：])"
        ),
    )
    for kind, of, noun in _SPEAKERS
)
_SHORT = 70
_RUNNING_LINES = 4
_OF_RUNNING = 400
_PLAIN = 3


def weigh_item_kind(texts: Sequence[str]) -> Weighed:
    """Tell 提案 from 建议 by the words of titles, labels and navigation, and of a text's opening.

    Each kind of word counts once; who weighs more wins, and nobody where both weigh the same.
    """
    short = [text for text in texts if len(text) <= _SHORT]
    running = [text[:_OF_RUNNING] for text in texts if len(text) > _SHORT][:_RUNNING_LINES]
    total: dict[ItemKind, int] = {"提案": 0, "建议": 0}
    words: dict[ItemKind, str] = {"提案": "", "建议": ""}
    scales = ((_WEIGHTS, short), (_PERSON_SPEAKS, [*short, *running]))
    for table, lines in scales:
        for kind, weight, pattern in table:
            found = next((match for text in lines if (match := pattern.search(text))), None)
            if found:
                total[kind] += weight
                words[kind] = words[kind] or found[0]
    ahead = total["提案"] - total["建议"]
    if ahead == 0:
        return Weighed()
    winner: ItemKind = "提案" if ahead > 0 else "建议"
    return Weighed(winner, words[winner], total[winner] >= _PLAIN and abs(ahead) >= _PLAIN)
