"""One sentence of a model against the passages that it cites: kept as it may stand, or refused.

Each guard is a function of the sentence, its sheet and the passages cited that gives the reason
why it may not stand, "" where it may. They stand in :data:`GUARDS` in the order in which they are
asked; the first reason is told. What a guard cannot prove does not pass: a sentence lost is seen
on the page with its reason, an invented one is not seen at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from drafting.answering.comparing import says
from drafting.answering.local_model.belonging import (
    another_doer,
    miscounted,
    misdated,
    undated,
    years_lost,
)
from drafting.answering.local_model.clauses import (
    Beside,
    beside,
    of_the_question,
    unsupported,
    with_asked,
)
from drafting.answering.local_model.ladders import strengthened, unbounded, unconditional
from drafting.answering.local_model.nouns import (
    OUR_BUREAU,
    SLOTS,
    Kept,
    Refused,
    Sentence,
    Sheet,
    Shown,
    Slot,
    meant,
)
from drafting.answering.local_model.novelty import (
    altered,
    unheard_number,
    unheard_of,
    unheard_rank,
)
from drafting.answering.local_model.senses import negated, says_now, turned, unlimited, untimely
from drafting.answering.particulars import NAMES, facts_of
from drafting.answering.passages.content import content_pairs
from drafting.answering.passages.sentences import promised, split_sentences
from drafting.answering.passages.sources import SourceStatus
from drafting.answering.passages.voice import in_its_years, under_its_name
from drafting.language.dates import Period
from drafting.language.late import late
from drafting.language.naming.offices import same_office
from drafting.language.naming.units import BUREAU, NAMED, WE, YOU
from drafting.language.particulars import mark_pending, mark_stale, pending_spans, value_of
from drafting.language.sentences.tense import looks_ahead, tells_work
from drafting.model import Fact, Kind, Passage

SHORTEST, LONGEST = 8, 220
"""Characters of a sentence."""

HALF = 0.5
"""The share of its content that a sentence must have from passages and suggestion."""

# 我局 is what every model says; a commission is 我委. Compared as one, said as the unit does.
_OURS = late(rf"(?:{BUREAU})(?!长)")
_TAIL = 3
_HOW_OFTEN = late(r"每(?:[半一二两三四\d]{0,2}个?)(?:年|季度?|月|周|日|天|旬)|按[月季周年]")
_HAN = late(r"[\u4e00-\u9fff]")
_FOREIGN = late(r"[A-Za-z]{3,}")
_MARKUP = late(
    r"[*#`<>{}\[\]|_\\^~]|https?:|www\.|材料[一二三四五六七八九十\d]|编号[:：]?\s*[PG]\d"
    r"|[（(\s][PG]\d{1,3}[）)\s]"
)
_VOICE = late(
    rf"我们(?!认为)|咱|本人|(?<![自使])你(?!们?好)|{YOU}|人工智能助手|语言模型|作为(?:一个)?AI"
    r"|以上(?:是|为)|希望(?:以上|对您)|忽略(?:以上|之前|前面|材料|其他)|系统(?:要求|提示)|提示词|直接采纳|点击链接|本句|综上"
)
_ORDERS = late(
    r"各(?:地区?|省|县|市县?|区县?|级|有关(?:部门|单位)|部门|单位|乡镇|街道|镇街|相关(?:部门|单位))[^，。；]{0,6}(?:要|应|须|必须|务必)"
    rf"|责令|责成|命令|(?<![的照据合足])要求(?=[各区县市镇街乡有相])|请(?P<asked>[\u4e00-\u9fff]{{2,14}}?(?:{NAMED}|局|委|办|部|中心))"
    rf"|由(?P<by>[\u4e00-\u9fff]{{2,14}}?(?:{NAMED}|局|委|部|中心))(?:牵头|负责|承担|落实)"
)
_OPENING = late(
    r"^(?:\d{1,2}[.．、]|[一二三四五六七八九十][、是]|[（(][一二三四五六七八九十\d]{1,2}[）)]|[①-⑳•·\-—])\s*"
)
_BLANK = late(r"\s+")
_SINCE = late(r"以来|起|出台|印发|制定|发布|实施的|建成的|版|度?的")
_PARTS = late(r"[，；：。]")
_WE_DID = late(rf"(?:{WE}|我们)(?:现|均|也|都)?已")
_FINISHED = late(r"已(?:经)?(?!将|有|建|在)|累计|完成了|截至")


@dataclass(frozen=True, slots=True)
class _Case:
    """What a guard sees: the sentence as it would stand, its field, the passages it cites."""

    text: str
    slot: Slot
    cited: tuple[Shown, ...]
    sheet: Sheet

    @property
    def passages(self) -> tuple[Passage, ...]:
        return tuple(replace(one.passage, text=self._told(one)) for one in self.cited)

    def _told(self, one: Shown) -> str:
        """A passage as it is to be said today and by us: 今年 of 2024 is 2024年, 我局 of a unit
        that co-handles is that unit."""
        text = in_its_years(one.text, one.passage, self.sheet.today.year)
        if one.status is SourceStatus.CO_UNIT and one.passage.issuer:
            text = under_its_name(text, one.passage.issuer)
        return _OURS.sub(OUR_BUREAU, text)

    @property
    def sources(self) -> tuple[str, ...]:
        """What is cited, as it is to be said today; of a figure of the house its whole line."""
        return tuple(one.text for one in self.passages)

    @property
    def clauses(self) -> tuple[Beside, ...]:
        """Each clause beside what a source says of it."""
        return beside(self.text, self.sources)

    @property
    def words(self) -> str:
        """All that its words may come from."""
        asked = self.sheet.suggestion
        subject = self.sheet.proposal.subject or ""
        return "\n".join((self.told, asked.text, asked.detail, subject))

    @property
    def told(self) -> str:
        """All that its words may come from but for the question: what work done is told in."""
        told = (
            f"{self._told(one)}\n{'/'.join(one.passage.path)}\n{one.passage.title}\n"
            f"{one.passage.issuer or ''}\n{one.passage.doc_no or ''}"
            for one in self.cited
        )
        return "\n".join((*told, *self.sheet.names))


def check(sentence: Sentence, sheet: Sheet) -> Kept | Refused:
    """Return the sentence as it may stand in its field, or why it may not."""
    slot, cited, reason = _placed(sentence, sheet)
    if slot is None:
        return Refused(sentence.text, reason, sentence.slot, sentence.ids)
    text = _OURS.sub(OUR_BUREAU, _cleaned(sentence.text))
    for one in cited:
        text = in_its_years(text, one.passage, sheet.today.year)
    case = _Case(text, slot, cited, sheet)
    reason = next((said for guard in GUARDS if (said := guard(case))), "")
    if reason:
        return Refused(sentence.text, reason, slot, sentence.ids)
    stands = _under_their_names(_dated(case), case)
    return Kept(slot, _OURS.sub(sheet.calls_itself, stands), sentence.ids)


def _under_their_names(text: str, case: _Case) -> str:
    """Return work done with those before it whose reply tells of it, where they are not we alone:
    a unit that co-handles, or several that signed together."""
    if case.slot != "done":
        return text
    for one in case.cited:
        issuer = one.passage.issuer or ""
        theirs = one.passage.kind is Kind.REPLY and one.status is not None and issuer
        if theirs and not _is_us(issuer, case) and issuer[-_TAIL:] not in text:
            return f"据{issuer}答复，{text}"
    return text


def check_summary(sentence: Sentence, sheet: Sheet) -> Kept | Refused:
    """Return a sentence of a summary as it may be shown, or why it may not: it tells what others
    ask, so nothing is asked of its voice, its time or its orders."""
    known = sheet.by_id
    cited = tuple(known[id] for id in dict.fromkeys(sentence.ids) if id in known)
    if not cited or len(cited) < len(set(sentence.ids)):
        return Refused(sentence.text, "所注的段落不在原文里", "", sentence.ids)
    case = _Case(_cleaned(sentence.text), "done", cited, sheet)
    reason = next((said for guard in OF_A_SUMMARY if (said := guard(case))), "")
    if reason:
        return Refused(sentence.text, reason, "", sentence.ids)
    return Kept("done", case.text, sentence.ids)


def _placed(sentence: Sentence, sheet: Sheet) -> tuple[Slot | None, tuple[Shown, ...], str]:
    """Return field and passages of a sentence; no field and the reason where they do not fit."""
    slot = meant(SLOTS, sentence.slot)
    if slot is None:
        return None, (), "没有说明写在哪一栏"
    if not sentence.ids:
        return None, (), "没有注明依据"
    known = sheet.by_id
    if missing := [id for id in sentence.ids if id not in known]:
        return None, (), f"所注的依据“{'、'.join(missing)[:20]}”不在材料里"
    cited = tuple(known[id] for id in dict.fromkeys(sentence.ids))
    for one in cited:
        if slot not in one.slots:
            return None, (), _unfit(slot, one)
    return slot, cited, ""


def _unfit(slot: Slot, one: Shown) -> str:
    what = one.status.value if one.status else "本单位提供的数据"
    if slot == "done":
        return f"依据是{what}，不能说成本单位已开展的工作"
    return f"依据是{what}，不能作为下一步工作的依据"


def _cleaned(text: str) -> str:
    text = _OPENING.sub("", _BLANK.sub("", text))
    return f"{text.rstrip('，,；;。.')}。"


# ------------------------------------------------------------------ the guards


def _is_a_sentence(case: _Case) -> str:
    text = case.text
    if not SHORTEST <= len(text) <= LONGEST:
        return "过短" if len(text) < SHORTEST else f"一句超过{LONGEST}字"
    if text.rstrip("。！").count("。"):
        return "不是一句话"
    if len(_HAN.findall(text)) < len(text) * HALF:
        return "不是中文句子"
    if any(True for _ in pending_spans(text)) or "【" in text:
        return "含有待核实的标记"
    return ""


def _in_office_language(case: _Case) -> str:
    if found := _MARKUP.search(case.text):
        return f"夹有文稿中不用的符号或编号“{found[0].strip()}”"
    for found in _FOREIGN.finditer(case.text):
        if found[0] not in case.words:
            return f"夹有外文“{found[0]}”"
    if found := _VOICE.search(case.text):
        return f"“{found[0]}”不是公文用语"
    return ""


def _orders_nobody(case: _Case) -> str:
    for found in _ORDERS.finditer(case.text):
        other = (found["asked"] or found["by"] or "").strip()
        if not other:
            return f"“{found[0]}”是对别的单位提要求"
        if not _is_ours(other, case):
            return f"给“{other}”安排了任务"
    return ""


def _is_ours(name: str, case: _Case) -> bool:
    """Whether it is our unit or one that co-handles."""
    return _is_us(name, case) or _is_one_of(name, case.sheet.ours.co_units)


def _is_us(name: str, case: _Case) -> bool:
    return re.match(r"[我本]", name) is not None or _is_one_of(name, case.sheet.ours.units)


def _is_one_of(name: str, units: Sequence[str]) -> bool:
    return any(same_office(name, one) or one.endswith(name) for one in units)


def _of_its_time(case: _Case) -> str:
    if case.slot == "done":
        if looks_ahead(case.text):
            return "已开展的工作里写了打算"
        near = _nearest(case)
        if near and _is_promised(near[1], near[0]):
            return "把承诺、打算写成了已开展的工作"
    elif _tells_what_was_done(case.text):
        return "下一步工作里写了已做的事"
    elif gone := _year_gone(case):
        return f"“{gone}”已经过去，不能写成下一步工作"
    return ""


def _tells_what_was_done(text: str) -> bool:
    told = tells_work(text) and not looks_ahead(text) and _FINISHED.search(text)
    return bool(told or _WE_DID.search(text))


def _year_gone(case: _Case) -> str:
    """Return a time that a next step names as its own and that is over; 2023年以来 is none."""
    text = case.text
    for fact in facts_of(text):
        period = value_of(fact.text) if fact.kind == "date" else None
        if not isinstance(period, Period) or period.year != "said":
            continue
        if period.last[0] < case.sheet.today.year and not _SINCE.match(text, fact.end):
            return fact.text
    return ""


def _is_promised(sentence: str, one: Shown) -> bool:
    if one.status is None:
        return False
    said = promised(one.text, one.passage.path)
    return looks_ahead(sentence) or any(sentence.strip("。；") in words for words in said)


def _nearest(case: _Case) -> tuple[Shown, str] | None:
    """Return the sentence of a cited passage that has most of the content of this one."""
    mine = content_pairs(case.text).keys()
    found = (
        (len(mine & content_pairs(said).keys()), place, one, said)
        for place, one in enumerate(case.cited)
        for said in split_sentences(one.text)
    )
    best = max(found, key=lambda each: (each[0], -each[1]), default=None)
    return (best[2], best[3]) if best and best[0] else None


def _particulars_stand(case: _Case) -> str:
    for fact in facts_of(case.text):
        if fact.kind in NAMES and _known_name(fact, case):
            continue
        if not any(_proven(one, fact, case) for one in case.passages):
            return f"“{fact.text}”在所引的材料里没有"
    return ""


def _known_name(fact: Fact, case: _Case) -> bool:
    known = (*case.sheet.names, *case.sheet.ours.places)
    return any(fact.text in name for name in known) or fact.text in case.sheet.suggestion.text


def _proven(passage: Passage, fact: Fact, case: _Case) -> bool:
    today = case.sheet.today
    if fact.kind != "figure":
        return says(passage, fact, case.text, today)
    # A true figure of another thing proves nothing: one sentence must say it of the same.
    clause = content_pairs(_clause_of(case.text, fact)).keys()
    about = clause or content_pairs(case.text).keys()
    return any(
        about & content_pairs(one).keys()
        and says(replace(passage, text=one), fact, case.text, today)
        for one in split_sentences(passage.text)
    )


def _clause_of(text: str, fact: Fact) -> str:
    before = _PARTS.split(text[: fact.start])[-1]
    return f"{before} {_PARTS.split(text[fact.end :], maxsplit=1)[0]}"


def _no_number_unheard_of(case: _Case) -> str:
    cited = "\n".join((*(one.text for one in case.cited), *(one.title for one in case.passages)))
    numbers = "\n".join(one.doc_no or "" for one in case.passages)
    proven = [(one.start, one.end) for one in facts_of(case.text)]
    number = unheard_number(case.text, f"{cited}\n{numbers}", proven)
    return f"“{number}”在所引的材料里没有" if number else ""


def _no_number_of_times(case: _Case) -> str:
    said = (one[0] for one in _HOW_OFTEN.finditer(case.text) if one[0] not in case.words)
    word = next(said, "")
    return f"“{word}”在所引的材料里没有" if word else ""


def _no_name_unheard_of(case: _Case) -> str:
    word = unheard_of(case.text, case.words) or unheard_rank(case.text, case.words)
    return f"“{word}”在所引的材料里没有" if word else ""


def _nothing_altered(case: _Case) -> str:
    for said in dict.fromkeys(one.source for one in case.clauses if one.source):
        # What the question speaks of is not what was done.
        change = altered(case.text, said, case.told if case.slot == "done" else case.words)
        if change:
            was, now = change
            return f"把材料里的“{was}”改成了“{now}”" if now else f"略去了材料里的“{was}”"
    return ""


def _keeps_negations(case: _Case) -> str:
    lost, added = negated(case.clauses)
    if added:
        return "多出了原文没有的否定"
    return f"略去了材料里的“{lost}”" if lost else ""


def _not_the_question(case: _Case) -> str:
    if case.slot != "done":
        return ""
    asked = case.sheet.suggestion
    words = of_the_question(case.text, f"{asked.text}\n{asked.detail}", case.told)
    return f"“{words}”是建议里说的，所引的材料没有说" if words else ""


def _each_clause_stands(case: _Case) -> str:
    asked = f"{case.sheet.suggestion.text}\n{case.sheet.suggestion.detail}"
    found = with_asked(case.clauses, asked) if case.slot == "next_step" else case.clauses
    clause = unsupported(found, asked)
    return f"“{clause}”不是所引的材料里说的" if clause else ""


def _same_sense(case: _Case) -> str:
    said = "\n".join(case.sources)
    was, now = turned(case.clauses, said, aims=case.slot == "next_step")
    if was:
        return f"把材料里的“{was}”改成了“{now}”"
    return f"所引的材料没有说“{now}”" if now else ""


def _no_stronger(case: _Case) -> str:
    was, now = strengthened(case.clauses, aims=case.slot == "next_step")
    return f"把材料里的“{was}”改成了“{now}”" if was else ""


def _limits_kept(case: _Case) -> str:
    word = unlimited(case.clauses, case.text) or unbounded(case.clauses, case.text)
    if not word and case.slot == "next_step":
        word = unconditional(case.clauses, case.text)
    return f"略去了材料里的“{word}”" if word else ""


def _said_of_the_same(case: _Case) -> str:
    figure, thing = miscounted(case.text, case.clauses, case.sources)
    if figure:
        return f"材料里的“{figure}”说的不是“{thing}”"
    day = misdated(case.text, case.clauses, case.sources)
    return f"材料里的“{day}”说的不是这件事" if day else ""


def _of_that_time(case: _Case) -> str:
    years = [one.passage.date.year for one in case.cited if one.passage.date]
    fresh = bool(years) and min(years) == case.sheet.today.year
    word = untimely(case.clauses, fresh=fresh) if case.slot == "done" else ""
    return f"所引的材料没有说“{word}”" if word else ""


def _by_whom_it_was_done(case: _Case) -> str:
    if case.slot != "done":
        return ""
    doer = another_doer(case.text, case.clauses, lambda name: _is_us(name, case))
    return f"材料里做这件事的是“{doer}”" if doer else ""


def _rests_on_it(case: _Case) -> str:
    mine = content_pairs(case.text)
    if not mine:
        return "没有实际内容"
    held = content_pairs(case.words).keys()
    if sum(pair in held for pair in mine) < HALF * len(mine):
        return "一半以上的内容不出自所引材料和建议"
    cited = content_pairs("\n".join(one.text for one in case.cited)).keys()
    return "" if any(pair in cited for pair in mine) else "与所引材料无关"


Guard = Callable[[_Case], str]

GUARDS: Sequence[Guard] = (
    _is_a_sentence,
    _in_office_language,
    _orders_nobody,
    _of_its_time,
    _particulars_stand,
    _no_number_unheard_of,
    _no_number_of_times,
    _no_name_unheard_of,
    _nothing_altered,
    _keeps_negations,
    _no_stronger,
    _same_sense,
    _limits_kept,
    _said_of_the_same,
    _of_that_time,
    _by_whom_it_was_done,
    _rests_on_it,
    _not_the_question,
    _each_clause_stands,
)
"""Asked in this order."""

OF_A_SUMMARY: Sequence[Guard] = (
    _is_a_sentence,
    _particulars_stand,
    _no_number_unheard_of,
    _no_name_unheard_of,
    _nothing_altered,
    _keeps_negations,
    _no_stronger,
    _same_sense,
    _limits_kept,
    _said_of_the_same,
    _rests_on_it,
)
"""Those that are asked of a summary."""


def _dated(case: _Case) -> str:
    """Return the sentence with figures of an earlier year marked 待核实: of an earlier year's
    reply, or of a year that the source names and the sentence does not; what such a reply calls
    present, and work whose year is left out, is marked as a whole."""
    text = _figures_dated(case)
    if text != case.text or case.slot != "done":
        return text
    old = [year for year in undated(text, case.clauses) if year < case.sheet.today.year]
    return _of_year(text, min(old)) if old else text


def _of_year(text: str, year: int) -> str:
    return f"{text.rstrip('。')}{mark_pending(f'{year}年的情况')}。"


def _figures_dated(case: _Case) -> str:
    years = [
        one.passage.date.year
        for one in case.cited
        if one.passage.date and one.passage.kind is Kind.REPLY and one.status is not None
    ]
    old = [year for year in years if year < case.sheet.today.year]
    found = case.clauses
    if not old:
        lost = [year for year in years_lost(case.text, found) if year < case.sheet.today.year]
        return mark_stale(case.text, min(lost)) if lost else case.text
    marked = mark_stale(case.text, min(old))
    if marked == case.text and says_now(case.text):
        return _of_year(case.text, min(old))
    return marked
