"""Intake: Document → Proposal; corrected and confirmed it is the contract of the reply."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drafting.model import (
    Document,
    Kind,
    Matter,
    Proposal,
    Proposer,
    ProposerKind,
    Role,
    Suggestion,
)
from drafting.reading import fields
from drafting.reading.organs import is_political_body
from drafting.reading.suggestions import of_proposal

# Fields of a proposal's card, as the systems of different places name them (domain notes 2.19).
_CARD = {
    "subject": r"案\s*由|提案题目|提案标题|建议标题|标题|题目|提案名称|建议名称",
    "session": r"届\s*次|会议届次|会议名称|届别",
    "item_no": r"(?:提案|建议|议案)?(?:编\s*号|案\s*号|号)|(?:提案|建议)号|案\s*号",
    "proposers": r"(?:第一)?提案(?:者|人|单位)|建议人|领衔(?:代表|委员|人)|提出(?:人|者)|代表姓名"
    r"|委员姓名|提案委员|集体提案单位|提交人|提案方",
    "co_proposers": r"(?:联名|附议|附名)(?:人|者|代表|委员|提案人)?",
    "lead": r"主办(?:单位|部门)?(?:[（(]分办[）)])?|承办(?:单位|部门)?|牵头(?:单位)?|办理单位"
    r"|独办单位",
    "co_units": r"(?:会|协)办(?:单位|部门)?|会同办理单位",
    "assigned": r"交办(?:日期|时间)",
    "due": r"(?:办理|答复|办复)?(?:期限|时限|截止(?:日期|时间))",
    "role": r"办理(?:类型|方式|角色)|承办类型",
}
_FIELD = re.compile("|".join(rf"(?P<{name}>{pattern})" for name, pattern in _CARD.items()))
_CARD_LINE = re.compile(rf"[【\[]?(?:{_FIELD.pattern})[】\]]?\s*[:：]\s*(?P<value>.*)")
_LONGEST_CARD_LINE = 300
_PERSON = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0003ffff·]{2,15}")
_DEPUTY_TITLE = re.compile(r"(?:代表)?建议[:：]?$|议案$")
_NOTHING = frozenset(("无", "—", "-", "/", "暂无", "没有"))
_COMMITTEE = re.compile(r"委员会|专委会|提案委|工作组")
_PARTY = re.compile(r"民革|民盟|民建|民进|农工|致公|九三|台盟|总支|支部")
_SECTOR = re.compile(r"界$|界别")


def take_in(document: Document) -> Proposal:
    """Return the proposal that ``document`` carries; what it does not print is left empty.

    A reply or policy handed in by mistake still gives its matter, session and subject: the clerk
    sees what was understood and corrects it.
    """
    lines = document.text.split("\n")
    card = _read_card(lines)
    matter = document.matter or _matter_of(lines, card)
    persons: ProposerKind = "代表" if matter == "建议" else "委员"
    suggestions = document.suggestions
    if not suggestions and document.kind is not Kind.PROPOSAL:
        suggestions = of_proposal(lines if document.title is None else lines[1:])
    return Proposal(
        matter=matter,
        session=_session(card, document),
        item_no=_item_no(card, document),
        subject=_subject(card, document),
        proposers=_proposers(card, document, persons),
        role=_role(card),
        handling_unit=_first_unit(card.get("lead", "")),
        co_units=_units(card.get("co_units", "")),
        assigned=fields.parse_date(card.get("assigned", "")),
        due=fields.parse_date(card.get("due", "")),
        suggestions=suggestions,
        text=document.text,
    )


def sole_suggestion(proposal: Proposal) -> Suggestion | None:
    """Return the subject as the one suggestion, for a proposal in which none could be told."""
    if not proposal.subject:
        return None
    asked = re.sub(r"^关于|的?(?:提案|建议|议案)$", "", proposal.subject).strip("《》“” ")
    return Suggestion(None, asked) if asked else None


def _read_card(lines: Sequence[str]) -> dict[str, str]:
    """Return the card's fields; the first of a name counts."""
    card: dict[str, str] = {}
    for line in lines:
        if len(line) > _LONGEST_CARD_LINE:
            continue
        found = _CARD_LINE.fullmatch(line)
        if not found:
            continue
        name = next(key for key in _CARD if found[key])
        value = found["value"].strip()
        if value and value not in _NOTHING and name not in card:
            card[name] = value
    return card


def _matter_of(lines: Sequence[str], card: dict[str, str]) -> Matter:
    """Tell 提案 from 建议 where the document did not: by the card's words, then the title."""
    head = "\n".join(lines[:12])
    if re.search(r"人大|代表建议|建议编号|建议号|领衔代表|建议人", head):
        return "建议"
    if re.search(r"政协|提案", head):
        return "提案"
    first = card.get("subject") or next(iter(lines), "")
    return "建议" if _DEPUTY_TITLE.search(first) else "提案"


def _session(card: dict[str, str], document: Document) -> str | None:
    printed = card.get("session", "")
    return fields.find_session(printed) or printed or document.session


def _item_no(card: dict[str, str], document: Document) -> str | None:
    printed = card.get("item_no", "")
    if not printed:
        return document.item_no
    return fields.find_item_no(printed) or re.sub(r"^第|号$|\s", "", printed)


def _subject(card: dict[str, str], document: Document) -> str | None:
    subject = card.get("subject") or document.subject or document.title
    return subject.strip("《》“” ") if subject else None


def _role(card: dict[str, str]) -> Role:
    return "会办" if re.search(r"会办|协办", card.get("role", "")) else "主办"


def _proposers(
    card: dict[str, str], document: Document, persons: ProposerKind
) -> tuple[Proposer, ...]:
    names = _names(card.get("proposers", "")) + _names(card.get("co_proposers", ""))
    names = names or list(document.recipients)
    return tuple(Proposer(name, kind_of(name, persons)) for name in dict.fromkeys(names))


def _names(text: str) -> list[str]:
    """Split a list of names; brackets hold a sector or post and go, 委员/代表 behind goes too."""
    bare = re.sub(r"[（(][^（）()]*[）)]", "", text)
    names = []
    for part in re.split(r"[、，,；;\s]+|等\d*[人名位]?$", bare):
        name = part if is_political_body(part) else re.sub(r"(?:委员|代表|同志)$", "", part)
        if _PERSON.fullmatch(name) or is_political_body(name):
            names.append(name)
    if len(names) > 1 and all(len(name) == 1 for name in names):
        return ["".join(names)]
    return names


def kind_of(name: str, persons: ProposerKind = "委员") -> ProposerKind:
    """Tell by its name what kind of proposer someone is; ``persons`` for anyone who is no body."""
    if _PARTY.search(name):
        return "党派"
    if _COMMITTEE.search(name):
        return "专委会"
    if _SECTOR.search(name):
        return "界别"
    return "团体" if len(name) > 3 and is_political_body(name) else persons


def _units(text: str) -> tuple[str, ...]:
    parts = (part.strip(" 。") for part in re.split(r"[、，,；;\s]+", text))
    return tuple(part for part in parts if part and part not in _NOTHING)


def _first_unit(text: str) -> str | None:
    return next(iter(_units(text)), None)
