"""Short ways to write the examples of rules that compare a reply with its draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from drafting.checking.engine.office import Archived, Names, Office
from drafting.checking.engine.rule import Example
from drafting.model import (
    Answer,
    Draft,
    Kind,
    Passage,
    Proposal,
    Proposer,
    Suggestion,
)

SUGGESTION = Suggestion("一、", "增加老旧小区停车位")


def draft_of(*answers: Answer, **proposal: Any) -> Draft:
    """Return a draft with these answers; keywords are fields of its :class:`Proposal`."""
    proposal.setdefault("suggestions", tuple(answer.suggestion for answer in answers))
    return Draft(Proposal(**proposal), answers)


def answer_of(**fields: Any) -> Answer:
    """Return an answer to the suggestion all examples share."""
    return Answer(SUGGESTION, **fields)


def dated(day: str) -> Example:
    """A reply to an item assigned on 10 March 2026, signed on ``day``."""
    text = f"关于区政协十届三次会议第12号提案的答复\n苏明远委员：\n您提出的提案收悉。\n{day}"
    return Example(text, draft_of(assigned=dt.date(2026, 3, 10)))


def from_member(text: str, **proposal: Any) -> Example:
    """``text`` read beside a 提案 by 苏明远委员, whose number is 12."""
    fields: dict[str, Any] = {"item_no": "12", "proposers": (Proposer("苏明远"),), **proposal}
    return Example(text, draft_of(**fields))


@dataclass(frozen=True, slots=True)
class Shelf:
    """A small archive for examples: a :class:`FactLibrary` of documents and one passage."""

    documents: tuple[Archived, ...] = ()
    said: tuple[Passage, ...] = ()

    def passages(
        self,
        query: str,
        *,
        title: str = "",
        kinds: Collection[Kind] = (),
        limit: int = 10,
        exclude: Collection[str] = (),
    ) -> list[Passage]:
        """Return all that was said, of the kinds wanted."""
        return [one for one in self.said if not kinds or one.kind in kinds][:limit]

    def by_title(self, title: str) -> list[Archived]:
        """Return the documents of exactly that title."""
        return [one for one in self.documents if one.title == title]

    def by_number(self, number: str) -> list[Archived]:
        """Return the documents of exactly that number."""
        return [one for one in self.documents if one.doc_no == number]

    def written(self, words: str, most: int) -> int:
        """Return in how many passages the words stand."""
        return min(most, sum(words in one.text for one in self.said))

    def issuers_of(self, code: str) -> frozenset[str]:
        """Return the issuers of documents whose number begins so."""
        return frozenset(
            one.issuer
            for one in self.documents
            if one.issuer and (one.doc_no or "").startswith(f"{code}〔")
        )


_PLAN = Archived("青岚区停车管理办法", "青政办发〔2025〕16号", "青岚区人民政府办公室", "现行")
_OVER = Archived(
    "青岚区绿道建设计划（2021—2023年）", "青政办发〔2021〕4号", "青岚区人民政府办公室", "已到期"
)
_SAID = Passage(
    1, "样例/往年答复", Kind.REPLY, "关于区政协十届二次会议第31号提案的答复",
    "截至2025年底，全区公共停车泊位总数1200个。", date=dt.date(2026, 3, 1),
)  # fmt: skip
WITH_ARCHIVE = Office(archive=Shelf((_PLAN, _OVER), (_SAID,)))
WITH_NAMES = Office(
    names=Names({"苏明远": "区长", "颜如舜": "副区长"}, ("青岚区住房和城乡建设局",))
)


def archived(text: str) -> Example:
    """``text`` held against an archive of two policies and one earlier reply."""
    return Example(text, office=WITH_ARCHIVE)


def named(text: str) -> Example:
    """``text`` held against a list of two leaders and one body."""
    return Example(text, office=WITH_NAMES)
