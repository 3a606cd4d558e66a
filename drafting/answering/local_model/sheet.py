"""The sheet for one suggestion: which passages a model is shown, under which ids, for which field.

Work done rests only on replies of our own and of co-handling units and on what the house gave; the
next step only on policy in force that binds us and on what we promised. A passage that may carry
neither is shown for judging alone. Telephone numbers and home addresses are masked before anything
leaves; a passage that does not fit into the window is left out and counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

from drafting.answering.local_model.nouns import OUR_BUREAU, Sheet, Shown, Slot
from drafting.answering.passages.evidence import Library, find_evidence
from drafting.answering.passages.sentences import promised, work_told
from drafting.answering.passages.sources import (
    BINDING,
    Ours,
    SourceStatus,
    status_of,
    who_we_are,
)
from drafting.errors import UserError
from drafting.language.late import late
from drafting.language.masking import mask
from drafting.language.secrecy import confined_mark
from drafting.model import GivenFigure, Kind, Passage, Proposal, Suggestion
from drafting.profile.deriving import derived

MOST_PASSAGES = 12
_PASSAGE_MOST = 900
SECRET = "标有“{}”，内容不交给模型。"
_TELLS = frozenset({SourceStatus.OWN, SourceStatus.CO_UNIT})
# Office telephones are printed for the public, but no model needs one.
# Without its area code a number that is written in two parts looks like two years.
_TELEPHONE = late(
    r"(?<!\d)(?:[（(]?0\d{2,3}[）)]?[-－—\s]?[2-8]\d{2,3}[-－—\s]?\d{4}|[2-8]\d{6,7})"
    r"(?!\d|[.．]\d|\s*(?:元|万|亿|平方|人|户|个|吨|千瓦))"
)
_CALLED = late(
    r"(?i)(?:电\s*话|传\s*真|手\s*机|座\s*机|联系方式|微\s*信号?|QQ号?|Tel\.?)\s*(?:[:：为是]\s*)?"
    r"[\d〇零一二三四五六七八九\-－—–（）()*/转\s]{5,24}+(?![部户台个人万亿元])"
)
_FIGURES = late(r"[\d〇零一二三四五六七八九]")
_FREE_CALL = late(
    r"(?<!\d)[48]00[-－—\s]?\d{3,4}[-－—\s]?\d{3,4}(?!\d|[.．]\d|\s*(?:元|万|亿|平方|人|户))"
)
_SPELT = late(
    r"(?<![〇零一二三四五六七八九])一[三四五六七八九][〇零一二三四五六七八九]{9}(?![〇零一二三四五六七八九])"
)
_MAIL = late(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32}){1,4}")
_ACCOUNT = late(r"(?i)((?:微\s*信|QQ)\s*号?\s*[:：]\s*)[\w-]{4,30}")
_PLACE = late(r"((?<![选定坐])地\s*址\s*[:：]\s*)(?!\*)[^，。；;|\n]{3,60}")
_HOME = late(
    r"[\u4e00-\u9fff]{0,10}\d{1,4}(?:号院?|弄)?\d{0,3}(?:号楼|栋|幢|座)(?:\d{1,2}单元)?\d{3,4}室?"
    r"(?=的?(?:住户|业主|居民|房主|租户|家))"
)
_HIDDEN = "******"


def masked(text: str) -> str:
    """Return ``text`` as it may leave: telephones of all kinds, accounts, identity numbers and
    addresses hidden."""
    text = _CALLED.sub(lambda found: _FIGURES.sub("*", found[0]), mask(text))
    for hidden in (_FREE_CALL, _TELEPHONE, _SPELT, _MAIL, _HOME):
        text = hidden.sub(_HIDDEN, text)
    for labelled in (_ACCOUNT, _PLACE):
        text = labelled.sub(rf"\1{_HIDDEN}", text)
    return text


def refuse_confined(*texts: str) -> None:
    """Raise :class:`UserError` where one of ``texts`` bears a 密级, or is called 内部: nothing of
    it leaves."""
    for text in texts:
        if mark := confined_mark(text):
            raise UserError(SECRET.format(mark[:20]))


def refuse_secret_paper(proposal: Proposal) -> None:
    """Raise :class:`UserError` where a paper bears such a mark."""
    refuse_confined(proposal.text, proposal.subject or "")


def is_open(passage: Passage) -> bool:
    """Whether nothing on a passage, its title or its file says that it is not for other eyes."""
    named = "\n".join((passage.title, passage.source, passage.doc_no or "", *passage.path))
    return not confined_mark(passage.text) and not confined_mark(named)


def make_sheet(
    proposal: Proposal,
    place: int,
    library: Library,
    *,
    units: Collection[str] = (),
    given: Sequence[GivenFigure] = (),
    names: Collection[str] = (),
    calls_itself: str = "",
    exclude: Collection[str] = (),
    today: dt.date,
    window: int = 12_000,
) -> Sheet:
    """Return what a model is shown for the suggestion at ``place``, the best first.

    ``units`` are the names of the profile's unit, ``given`` what the house gave for the matter,
    ``calls_itself`` how the unit speaks of itself (as its name tells where empty), ``window`` how
    many characters may go out, of which the suggestion takes at most half. Raises
    :class:`UserError` where the paper bears a 密级; a passage that does is not shown.
    """
    refuse_secret_paper(proposal)
    asked = proposal.suggestions[place]
    found = find_evidence(
        proposal, asked, library, limit=MOST_PASSAGES, units=units, exclude=exclude
    )
    suggestion, cut = _shortened(asked, window // 2)
    window -= sum(map(len, (suggestion.text, suggestion.detail, proposal.subject or "")))
    ours = who_we_are(proposal, units)
    shown = [
        *(_of_figure(f"G{number}", one) for number, one in enumerate(given, start=1)),
        *(
            _of_passage(f"P{number}", one, status_of(one, ours))
            for number, one in enumerate(found, start=1)
        ),
    ]
    # Nothing with a 密级 is imported; what bears one all the same does not leave either.
    kept, left_out = _within([one for one in shown if is_open(one.passage)], window)
    known = frozenset(
        name
        for name in (*names, *units, *ours.units, *ours.co_units, proposal.handling_unit or "")
        if name
    )
    cut += sum(len(one.passage.text) > _PASSAGE_MOST for one in kept)
    us = calls_itself or _called(ours)
    return Sheet(proposal, suggestion, tuple(kept), ours, today, known, left_out + cut, us)


def _called(ours: Ours) -> str:
    said = (derived(name).get("calls_itself", "") for name in ours.units)
    return next((one for one in said if one), OUR_BUREAU)


def _shortened(suggestion: Suggestion, most: int) -> tuple[Suggestion, int]:
    """Return a suggestion of at most so many characters, and 1 where it had more."""
    text = suggestion.text[:most]
    detail = suggestion.detail[: most - len(text)]
    cut = (text, detail) != (suggestion.text, suggestion.detail)
    return replace(suggestion, text=text, detail=detail), int(cut)


def _of_passage(id: str, passage: Passage, status: SourceStatus) -> Shown:
    return Shown(id, passage, status, masked(passage.text)[:_PASSAGE_MOST], _slots(passage, status))


def _slots(passage: Passage, status: SourceStatus) -> frozenset[Slot]:
    slots: set[Slot] = set()
    if status in BINDING:
        slots.add("next_step")
    if status in _TELLS and work_told(passage.text, passage.path):
        slots.add("done")
    if status is SourceStatus.OWN and promised(passage.text, passage.path):
        slots.add("next_step")
    return frozenset(slots)


def _of_figure(id: str, figure: GivenFigure) -> Shown:
    day = figure.as_of
    text = f"截至{day.year}年{day.month}月{day.day}日，{figure.what}：{figure.text}。"
    passage = Passage(0, f"本单位提供/{figure.id}", Kind.OTHER, figure.giver, text, date=day)
    return Shown(id, passage, None, masked(text), frozenset({"done"}))


def _within(shown: Sequence[Shown], window: int) -> tuple[list[Shown], int]:
    kept: list[Shown] = []
    for one in shown:
        size = sum(map(len, (one.text, one.passage.title, *one.passage.path)))
        if size <= window:
            window -= size
            kept.append(one)
    return kept, len(shown) - len(kept)
