"""Template filters: how values are printed on a page."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flask import Flask, url_for
from markupsafe import Markup, escape

from casework import AnswerState, answer_state, pending_marks
from drafting.answering.passages.evidence import role_of
from drafting.answering.passages.headline import headline, subject_of
from drafting.language.particulars import pending_spans
from drafting.model import Kind, Passage
from web.agents import browser_of
from web.keys import KEYS

if TYPE_CHECKING:
    from corpus import Hit
    from drafting.answering.passages.headline import Headline
    from drafting.answering.passages.sources import Ours

KIND_NAMES = {Kind.REPLY: "答复", Kind.POLICY: "政策", Kind.PROPOSAL: "提案", Kind.OTHER: "其他"}
STATE_MARKS: dict[AnswerState, str] = {"done": "●", "partial": "◐", "open": "○"}
STATE_NAMES: dict[AnswerState, str] = {"done": "已答", "partial": "待补正", "open": "未答"}
SOON_DAYS = 15
LONG_QUERY = 60
NAME_MOST_CHARS = 14
_AND_OTHERS = re.compile(r"等\s*(\d{1,4})\s*[名位人]")


def install(app: Flask) -> None:
    """Make the filters known to the templates."""
    app.jinja_env.filters.update(
        day=day,
        clock=clock,
        moment=moment,
        due_text=due_text,
        due_class=due_class,
        highlight=highlight,
        alike=highlight_alike,
        found=highlight_found,
        mark_pending=mark_pending,
        proposers=proposers,
        kind_counts=kind_counts,
        kind_name=lambda kind: KIND_NAMES.get(kind, "其他"),
        state_mark=lambda state: STATE_MARKS[state],
        state_name=lambda state: STATE_NAMES[state],
        answer_state=answer_state,
        pending_marks=pending_marks,
        number=number,
        role=role,
        headline=headline_of,
        subject=subject,
        browser=browser_of,
    )
    app.jinja_env.globals["KEYS"] = KEYS
    app.jinja_env.globals["today"] = dt.date.today
    app.jinja_env.globals["static"] = lambda name: url_for("static", filename=name)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def day(date: dt.date | None) -> str:
    """Return 2026年3月15日, or nothing."""
    return f"{date.year}年{date.month}月{date.day}日" if date else ""


def moment(time: dt.datetime) -> str:
    """Return 2026年3月15日 08:05, in local time."""
    local = time.astimezone()
    return f"{day(local.date())} {local:%H:%M}"


def clock(time: dt.datetime) -> str:
    """Return the time of day where it was today, else the date and time, in local time."""
    local = time.astimezone()
    return f"{local:%H:%M}" if local.date() == dt.date.today() else moment(time)


def due_text(due: dt.date | None) -> str:
    """Return how long there is: 还有 18 天, 今天到期, 已超 3 天."""
    if due is None:
        return "未定期限"
    days = (due - dt.date.today()).days
    if days == 0:
        return "今天到期"
    return f"还有 {days} 天" if days > 0 else f"已超 {-days} 天"


def due_class(due: dt.date | None) -> str:
    """Return the class that colours a due date."""
    if due is None:
        return "due-none"
    days = (due - dt.date.today()).days
    return "due-late" if days < 0 else "due-soon" if days <= SOON_DAYS else "due-far"


def number(proposal: object) -> str:
    """Return ``第12号``, or nothing where there is no number."""
    item_no = getattr(proposal, "item_no", None)
    return f"第{item_no}号" if item_no else ""


def proposers(names: Sequence[str]) -> str:
    """Return ``祁听雨等5位``: the first name and how many there are, as the last name may say."""
    if not names:
        return "—"
    first = names[0] if len(names[0]) <= NAME_MOST_CHARS else f"{names[0][: NAME_MOST_CHARS - 1]}…"
    told = _AND_OTHERS.search(names[-1])
    if told and len(names) > 1:
        return f"{first}等{told[1]}位"
    return f"{first}等{len(names)}位" if len(names) > 1 else first


def kind_counts(passages: Iterable[Passage]) -> str:
    """Return ``答复 6 · 政策 3``: how many passages of each kind there are."""
    counts = Counter(passage.kind for passage in passages)
    return " · ".join(f"{name} {counts[kind]}" for kind, name in KIND_NAMES.items() if counts[kind])


def headline_of(found: Passage | Hit, ours: Ours) -> Headline:
    """Return the line that heads a passage or a found document in a list."""
    if not isinstance(found, Passage):
        found = Passage(
            document=found.document,
            source=found.source,
            kind=found.kind,
            title=found.title,
            text="",
            issuer=found.issuer,
            doc_no=found.doc_no,
            date=found.date,
            state=found.state,
            subject=found.subject,
            ends=found.ends,
        )
    return headline(found, ours)


def subject(passage: Passage) -> str:
    """Return what the document of a passage is about, shown before its title."""
    return subject_of(passage)


def role(passage: Passage) -> str:
    """Return what a passage is to the clerk: 往年答复, 以往承诺, 现行措施 …."""
    return role_of(passage)


def mark_pending(text: str) -> Markup:
    """Return ``text`` with each 待核实 in ``<mark class="pending">``."""
    return _marked(text, pending_spans(text), "pending")


def highlight(text: str, words: Iterable[str]) -> Markup:
    """Return ``text`` with ``words`` in ``<mark>``; longer words go first, none overlap."""
    known = sorted({word for word in words if len(word) > 1}, key=len, reverse=True)
    if not known:
        return escape(text)
    pattern = re.compile("|".join(map(re.escape, known)), re.IGNORECASE)
    return _marked(text, (found.span() for found in pattern.finditer(text)))


def highlight_alike(text: str, query: str) -> Markup:
    """Return ``text`` with every run of characters that ``query`` has too in marks.

    Runs are taken greedily from the left and never across punctuation or space. A short query is
    words, where two characters tell something; a long one is a text, which shares pairs and
    years with any other.
    """
    spans, start = [], 0
    query = query[:2_000].lower()
    long = len(query) > LONG_QUERY
    shortest = 4 if long else min(2, max(1, len(query)))
    folded = text.lower()
    # str.lower may change the length of rare characters; then offsets would not fit.
    if len(folded) != len(text):
        folded = text
    while start < len(folded):
        end = start
        while end < len(folded) and folded[end].isalnum() and folded[start : end + 1] in query:
            end += 1
        if end - start >= shortest and not (long and folded[start:end].isdigit()):
            spans.append((start, end))
        start = max(end, start + 1)
    return _marked(text, spans)


def highlight_found(text: str, passage: Passage, query: str) -> Markup:
    """Return the text of a passage with marks: the words typed, else those found to be shared."""
    return highlight_alike(text, query) if query else highlight(text, passage.shared)


def _marked(text: str, spans: Iterable[tuple[int, int]], name: str = "") -> Markup:
    opening = Markup('<mark class="{}">').format(name) if name else Markup("<mark>")
    parts, at = [], 0
    for start, end in spans:
        parts += [escape(text[at:start]), opening, escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*parts, escape(text[at:])])
