"""What a passage contributes to an answer when the clerk inserts it, and to which field.

The unit's own past work is reported in the first person. A binding policy becomes the next step,
with the policy named as its ground. The opinion of a 会办 unit is introduced by the unit's name.
The work of another office is quoted under that office's name, or left as a mark
【待核实：可参考…】; it is never written as the unit's own work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from drafting.answering.opinions import introduced
from drafting.answering.particulars import OPINION
from drafting.answering.passages import pointers
from drafting.answering.passages.citing import cite
from drafting.answering.passages.content import shares_content
from drafting.answering.passages.next_steps import (
    MOST_QUOTED,
    as_next_step,
    falls_to_us,
    ground_of,
    shorten,
    titled,
    units_in_charge,
)
from drafting.answering.passages.sentences import LABEL, split_sentences, without_title
from drafting.answering.passages.sources import BINDING, Ours, SourceStatus, status_of
from drafting.answering.passages.voice import in_its_years, in_our_voice, quote, work_done
from drafting.errors import UserError
from drafting.language.particulars import mark_pending, mark_stale
from drafting.language.sentences.tense import looks_ahead, says_finished
from drafting.language.tables import from_tabs, is_tabular
from drafting.model import Kind, Passage, Proposal, Suggestion
from drafting.profile import Profile

MOST_REFERRED = 140
"""Characters of a source in a mark at most: enough to judge it by."""

_STOPS = "。；！？"
_TERM = re.compile(r"20\d{2}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|末)?之?前")
_WHY_ONLY_REFERRED = {
    SourceStatus.UNSIGNED: "未署名，请先核对是否本单位答复",
    SourceStatus.NEIGHBOUR: "本地其他单位的答复",
    SourceStatus.CO_UNIT: "会办单位的答复",
    SourceStatus.EXPIRED: "文件已到期或被替代",
    SourceStatus.ELSEWHERE: "外地材料，只供对照",
    SourceStatus.UNKNOWN: "看不出是哪里的材料",
    SourceStatus.LETTER: "群众来信的答复，不作依据",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The target of an insertion: the suggestion, who we are, and the current year."""

    proposal: Proposal
    suggestion: Suggestion
    ours: Ours
    profile: Profile
    this_year: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What a passage brings: words for one field (``done`` or ``next_step``; empty: where the
    cursor is), and who answers for it by when where it says so.

    ``fragment``: part of a sentence, to stand within the clerk's own. ``partly``: sentences of the
    passage stayed behind.
    """

    field: str
    words: str
    unit: str = ""
    term: str = ""
    fragment: bool = False
    partly: bool = False


def bring(passage: Passage, asked: Asked, selected: str = "") -> Brought:
    """Return what ``passage`` contributes to the answer; only of ``selected`` where that is given.

    Raises :class:`UserError` where the selected words are not in the passage.
    """
    chosen, fragment = _selection(passage, selected) if selected.strip() else ("", False)
    if is_tabular(table := from_tabs(chosen or passage.text)):
        return _from_table(replace(passage, text=table), asked)
    source = _readable(replace(passage, text=chosen, path=()) if chosen else passage)
    if passage.source.startswith(OPINION):
        return _from_opinion(source, asked, fragment=fragment)
    status = status_of(passage, asked.ours)
    if passage.kind is Kind.POLICY:
        made = _from_policy(source, status, asked, chosen=bool(chosen), fragment=fragment)
    else:
        made = _from_reply(source, status, asked, chosen=bool(chosen), fragment=fragment)
    cut = not made.words.startswith("【") and _stops(made.words) < _stops(source.text)
    return replace(made, partly=not chosen and cut)


# ------------------------------------------------------------------ by kind of source


def _from_table(source: Passage, asked: Asked) -> Brought:
    """A table stays one: under its own name of ours, under its source of others; what cannot be
    our ground is only referred to."""
    status = status_of(source, asked.ours)
    year = f"{source.date.year}年" if source.date else ""
    if source.source.startswith(OPINION):
        return Brought("done", f"{source.issuer or '会办单位'}提供的情况如下：\n{source.text}")
    if source.kind is Kind.POLICY and status in BINDING:
        return Brought("next_step", f"{ground_of(source)}有关安排如下：\n{source.text}")
    if source.kind is not Kind.POLICY and status is SourceStatus.OWN:
        return Brought("done", source.text)
    if status in (SourceStatus.NEIGHBOUR, SourceStatus.CO_UNIT) and source.issuer:
        return Brought("done", f"据{source.issuer}{year}答复，有关情况如下：\n{source.text}")
    why = _WHY_ONLY_REFERRED.get(status, "请改写")
    return Brought("done", mark_pending(f"可参考{cite(source)}（{why}）中的表"))


def _from_opinion(source: Passage, asked: Asked, *, fragment: bool) -> Brought:
    if fragment:
        return Brought("done", source.text, fragment=True)
    ahead = looks_ahead(source.text) and not says_finished(source.text)
    words = introduced(source, asked.profile)
    if not ahead:
        return Brought("done", words)
    return Brought("next_step", words, source.issuer or "", _term_of(words, asked.this_year))


def _from_policy(
    source: Passage, status: SourceStatus, asked: Asked, *, chosen: bool, fragment: bool
) -> Brought:
    if status is SourceStatus.EXPIRED and not chosen:
        mark = pointers.recall(source, status)
        return Brought("done", mark) if mark else _referred("done", source, status)
    if status not in BINDING:
        return _referred("next_step", source, status, fragment=fragment)
    if fragment:
        return Brought("next_step", source.text, fragment=True)
    words, unit, term = _as_step(source, status, asked, chosen=chosen)
    if not words:
        return _referred("next_step", source, status)
    ours = status is SourceStatus.OUR_POLICY
    exact = _term_of(words, asked.this_year) if ours else ""
    return Brought("next_step", words, unit, exact or term)


def _as_step(
    source: Passage, status: SourceStatus, asked: Asked, *, chosen: bool
) -> tuple[str, str, str]:
    """Return a binding measure as our next step, who answers for it and by when where it says."""
    step = as_next_step(source, status, asked.this_year)
    words = step.words if step else ""
    if chosen:
        # What was picked by hand goes in whole, but for a superior's orders to others.
        picked = source.text if status is SourceStatus.OUR_POLICY else ""
        picked = picked or falls_to_us(source.text, source, status)
        words = f"{ground_of(source)}{picked}" if picked else ""
    unit = step.unit if step and units_in_charge(source) else ""
    term = step.term if step and "文件要求" in step.term else ""
    return words, unit, term


def _from_reply(
    source: Passage, status: SourceStatus, asked: Asked, *, chosen: bool, fragment: bool
) -> Brought:
    if status is SourceStatus.OWN:
        if chosen:
            words = in_our_voice(source.text, source, source.issuer, asked.this_year)
        else:
            words = _work(source, asked, source.issuer) or pointers.recall(source, status)
        if words:
            return Brought("done", words, fragment=fragment)
    elif status in (SourceStatus.NEIGHBOUR, SourceStatus.CO_UNIT) and not fragment:
        words = _reported(source, asked, chosen=chosen)
        if words:
            return Brought("done", words)
    elif status is SourceStatus.UNSIGNED and not chosen:
        mark = pointers.recall(source, status)
        if mark:
            return Brought("done", mark)
    return _referred("done", source, status, fragment=fragment)


def _work(source: Passage, asked: Asked, unit: str | None) -> str:
    """Return the finished work that ``source`` reports about the matter, else any it reports."""
    about = shares_content(
        asked.suggestion.text, asked.suggestion.detail, asked.proposal.subject or ""
    )
    whatever: tuple[Callable[[str], bool], ...] = (about, lambda _: True)
    told = (work_done(source, unit, asked.this_year, wanted) for wanted in whatever)
    return next((words for words in told if words), "")


def _reported(source: Passage, asked: Asked, *, chosen: bool) -> str:
    """Return another office's work quoted under its name; ``""`` where the source reports none."""
    if not source.issuer:
        return ""
    year = source.date.year if source.date else None
    words = "" if chosen else _work(source, asked, source.issuer)
    if chosen:
        words = in_its_years(source.text, source, asked.this_year)
        words = words if year == asked.this_year else mark_stale(words, year)
    if not words:
        return ""
    inner = words.replace("“", "‘").replace("”", "’")
    when = f"{year}年" if year else ""
    return f"据{source.issuer}{when}答复：“{inner}”"


def _referred(
    field: str, source: Passage, status: SourceStatus, *, fragment: bool = False
) -> Brought:
    """Return the mark that refers to a source which cannot be our own statement."""
    ended = source.kind is Kind.POLICY and source.state not in ("", "现行")
    why = f"文件{source.state}" if ended else _WHY_ONLY_REFERRED.get(status, "请改写")
    words = _excerpt(quote(source))
    return Brought(
        field, mark_pending(f"可参考{cite(source)}（{why}）：{words}"), fragment=fragment
    )


# ------------------------------------------------------------------ the words of a source


def _selection(passage: Passage, selected: str) -> tuple[str, bool]:
    """Return the selected words as they stand in the passage, and whether they are a fragment.

    A page breaks and joins lines: space counts for nothing.
    """
    places = [at for at, char in enumerate(passage.text) if not char.isspace()]
    plain = "".join(passage.text[at] for at in places)
    wanted = "".join(selected.split()).removesuffix("展开全文").removesuffix("……")
    at = plain.find(wanted) if wanted else -1
    if at < 0:
        raise UserError("选中的文字不在这段材料里，没有插入。请在这段材料中重新选择。")
    start, end = places[at], places[at + len(wanted) - 1] + 1
    words = passage.text[start:end]
    before, after = passage.text[:start].strip(), passage.text[end:].strip()
    opens = not before or before[-1] in _STOPS or bool(LABEL.fullmatch(before))
    closes = words[-1] in _STOPS or not after or after[0] in _STOPS
    if any(stop in words[:-1] for stop in _STOPS) or (opens and closes):
        return (words if words[-1] in f"{_STOPS}：:" else f"{words}。"), False
    return words, True


def _readable(source: Passage) -> Passage:
    """Return the passage without the endless sentences of tables and lists run together."""
    longest = 2 * MOST_QUOTED
    first, _, rest = source.text.partition("\n")
    if len(first) <= longest or all(len(one) <= longest for one in split_sentences(first)):
        return source
    kept = "".join(one for one in split_sentences(first) if len(one) <= longest)
    text = kept or f"{first[:MOST_REFERRED]}……"
    return replace(source, text=f"{text}\n{rest}" if rest else text)


def _excerpt(words: str) -> str:
    words = shorten(words, MOST_REFERRED)
    return words if len(words) <= 2 * MOST_REFERRED else f"{words[:MOST_REFERRED]}……"


def _term_of(words: str, this_year: int) -> str:
    """Return the day or month by which ``words`` say that it is done, where that is to come."""
    found = [one[0] for one in _TERM.finditer(words) if int(one[0][:4]) >= this_year]
    return found[-1] if found else ""


def _stops(text: str) -> int:
    plain = titled(without_title(text.split("\n", 1)[0]))[1]
    return len(re.findall(rf"[{_STOPS}]", plain))
