"""标题 and 主送 of one matter as a clerk has typed them, and how they differ from the rule's.

The rule's are made of the profile's patterns and of what was registered. A matter may want others:
the proposer's own wording, a 主送 that an agreement prescribes. They are printed as typed; what the
rule has and they lack is said, never put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from drafting.language.cleaning import pasted_line
from drafting.model import Draft, Form, Reply

FORMS: tuple[Form, ...] = ("reply", "co-handling", "second-reply", "public")
"""The forms whose title and 主送 can be set by hand: the answer itself, and its public version."""

TITLE_MOST, SALUTATION_MOST = 200, 300

_NUMBER = re.compile(r"第?[0-9A-Za-z〇一二三四五六七八九十百\-]+号")
_KINDS = ("复函", "答复函", "答复", "函", "意见")
_PERSON = re.compile(r"(?:等\d+[名位])?(?:委员|代表)$")
_MARKS_AT_END = re.compile(r"[。，、；：！？.,;:!?]$")


def own_title(draft: Draft) -> str:
    """Return the title as typed, in one line; ``""`` where the rule's is taken."""
    return pasted_line(draft.title)


def own_salutation(draft: Draft) -> str:
    """Return the 主送 as typed, without its colon; ``""`` where the rule's is taken."""
    return pasted_line(draft.salutation).rstrip("：: ")


def put(reply: Reply, draft: Draft) -> Reply:
    """Return ``reply`` with what was typed in place of the rule's."""
    title, salutation = own_title(draft), own_salutation(draft)
    return replace(reply, title=title or reply.title, salutation=salutation or reply.salutation)


def differences(draft: Draft, ruled: Reply) -> dict[str, str]:
    """Say how what was typed differs from ``ruled``, the paper by the rule alone, by field."""
    notes = {}
    title, salutation = own_title(draft), own_salutation(draft)
    if title and title != ruled.title:
        said = "；".join(_title_differs(title, ruled.title, draft)) or "措辞不同"
        notes["title"] = f"与按规则拟的标题不同：{said}。按规则为“{ruled.title}”。"
    if salutation and salutation != (ruled.salutation or ""):
        said = "；".join(_salutation_differs(salutation, ruled.salutation or "")) or "写法不同"
        notes["salutation"] = f"与按规则拟的主送不同：{said}。按规则为“{ruled.salutation}”。"
    return notes


def _title_differs(title: str, ruled: str, draft: Draft) -> Iterator[str]:
    proposal = draft.proposal
    number, session = _number(ruled), pasted_line(proposal.session)
    theirs = _number(title)
    if number and number not in title:
        yield f"案号写作“{theirs}”，登记为“{number}”" if theirs else f"没有案号“{number}”"
    if session and session in ruled and session not in title:
        yield f"没有届次“{session}”"
    subject = pasted_line(proposal.subject)
    if subject and subject in ruled and subject not in title:
        yield "没有案由，或与登记的案由不同"
    other = {"提案": "建议", "建议": "提案"}[proposal.matter]
    if proposal.matter in ruled and proposal.matter not in title:
        kind = f"写作“{other}”" if other in title else "没有写明类别"
        yield f"{kind}，本件是{proposal.matter}"
    if not title.endswith(_KINDS):
        yield "末尾没有文种（答复、函、意见）"
    if _MARKS_AT_END.search(title):
        yield "末尾有标点"


def _number(title: str) -> str:
    found = _NUMBER.search(title)
    return found[0] if found else ""


def _salutation_differs(salutation: str, ruled: str) -> Iterator[str]:
    ours, theirs = _names(ruled), _names(salutation)
    left_out = [name for name in ours if name not in theirs]
    added = [name for name in theirs if name not in ours]
    if left_out:
        yield f"少了“{'、'.join(left_out)}”"
    if added:
        yield f"多了“{'、'.join(added)}”"
    if not left_out and not added and ours != theirs:
        yield "次序不同"
    for one, other in (("委员", "代表"), ("代表", "委员")):
        if one in ruled and one not in salutation and other in salutation:
            yield f"称“{other}”，应称“{one}”"


def _names(line: str) -> list[str]:
    """The names of a 主送, without 委员 or 代表 behind the last of them."""
    parts = (part.strip() for part in re.split(r"[、，,；;]", line.removeprefix("尊敬的")))
    return [_PERSON.sub("", part) or part for part in parts if part]
