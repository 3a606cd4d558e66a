"""The session and the number of a proposal, and the numbers of those handled with it (并案)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drafting.intake.entries import CardEntry
from drafting.intake.paper import Found, Paper, PaperLine
from drafting.intake.values import NOTHING
from drafting.language.doc_numbers import has_bracketed_year
from drafting.language.late import late
from drafting.language.sessions import Session, find_bare_session, find_sessions, same_session
from drafting.language.spans import locate

_NO = r"[0-9A-Za-z]{1,12}(?:[-—][0-9A-Za-z]{1,6}){0,2}"
_YEAR_NO = (
    r"(?:(?:[〔\[（(](?:19|20)\d{2}[〕\]）)]|(?:19|20)\d{2}年)\s*)?"
    rf"(?:第\s*)?(?P<item>{_NO})\s*号?"
)
_NOUN = r"(?:提\s*案|建\s*议|议\s*案|议事原案)"
# What is left of a line that prints a session, and nothing but the form's name and number.
_FORM_WORDS = late(
    rf"(?:{_NOUN}|代\s*表|委\s*员|批评|意见|重点|集体|个人|大会|会议|专用|[表纸]|和|与|及|、|，|,|(?:第\s*)?{_NO}\s*号|\s|[（）()：:《》“”—-])*"
)
_ITEM_LINE = late(
    rf"[（(]?(?:{_NOUN}\s*(?:编号|案号)?\s*[:：]?\s*)?(?:第\s*(?P<item>{_NO})\s*号|(?P<bare>\d{{1,6}})\s*号)"
    rf"\s*(?:重点|代表|委员|集体)*\s*{_NOUN}?[）)]?"
)
_ITEM_ENDS = late(
    rf"(?:(?:{_NOUN}|意见|批评|会议)\s*[（(]?第|会议(?=\d))\s*(?P<item>{_NO})\s*号\s*(?:代表|委员)?{_NOUN}?[）)]?$"
)
# Within a page's title: …代表建议、批评和意见（第9号）-- 关于…; 建议号151 提案人：…
_ITEM_WITHIN = late(
    rf"(?:{_NOUN}|意见)[（(]第\s*(?P<item>{_NO})\s*号[）)]"
    rf"|^{_NOUN}(?:编|案)?号\s*第?(?P<bare>\d{{1,8}})(?!\d)"
)
_ITEM_OPENS = late(rf"第\s*(?P<item>{_NO})\s*号(?:{_NOUN})?\s*[:：、]?\s*(?=\S)")
_ITEM_IN_TITLE = late(
    rf"第\s*(?P<item>{_NO})\s*号\s*[（(]?[^，。]{{0,6}}?{_NOUN}|[（(]第?\s*(?P<last>{_NO})\s*号[）)]$"
)
_ITEM_TOLD = late(rf"第\s*(?P<item>[0-9A-Za-z-]{{1,12}})\s*号(?:重点|集体|委员|代表)*{_NOUN}")
_DIGITS = late(r"[A-Z]?\d{1,6}")
_ABOUT = late(r"提案|建议|议案|提交|委员|代表")
_MERGED = late(
    rf"(?:与|和|及|同|将)?第\s*(?P<items>{_NO}(?:\s*号?\s*[、，,和及与]\s*(?:第\s*)?{_NO})*)\s*号"
    rf"(?:{_NOUN})?[^。；，\n]{{0,8}}(?:合并|并案)"
)
_TOGETHER = late(r"并案|合并办理")
_EACH = late(rf"(?<![0-9A-Za-z]){_NO}(?![0-9A-Za-z])")


def session_of(paper: Paper, known: Sequence[str] = ()) -> Found | None:
    """Return the session; ``known`` are those of the unit, by which what is glued to one is cut."""
    found = (
        _session_field(paper)
        or _session_line(paper)
        or _session_row(paper)
        or _session_named(paper)
    )
    if found is None and paper.is_reply and paper.document.session:
        name = paper.document.session
        span = locate(name, paper.text)
        found = Found(name, (span,) if span else (), "推测", "见答复")
    return _as_known(found, paper, known) if found else None


def _session_field(paper: Paper) -> Found | None:
    for entry in paper.values("session"):
        named = find_sessions(entry.value) or [
            session for session in [find_bare_session(entry.value)] if session
        ]
        if named:
            return _found(named[0], paper, entry)
        whole = re.sub(r"\s+", "", entry.value)
        # 十届三次, 2024年第五次会议: as the office prints it; one with a gap (第 次) is not read.
        numbered = re.search(r"[\d一二三四五六七八九十][届次]", whole)
        if numbered and not re.search(r"第[届次]|届次", whole):
            return Found(whole, ((entry.start, entry.end),))
    return None


def _session_line(paper: Paper) -> Found | None:
    printed: list[Session] = []
    for session in paper.sessions:
        first, last = paper.line_at(session.start), paper.line_at(session.end - 1)
        around = paper.text[first.start : session.start] + paper.text[session.end : last.span[1]]
        if _FORM_WORDS.fullmatch(around):
            printed.append(session)
    if not printed:
        return _bare_line(paper)
    # A page's title has it in short, the form below in full.
    named = max((one for one in printed if same_session(one, printed[0])), key=_length)
    return Found(named.name, ((named.start, named.end),))


def _bare_line(paper: Paper) -> Found | None:
    """Return a session that stands on a line without its body: 十届三次会议."""
    for line in paper.head:
        session = find_bare_session(line.text)
        if session and _FORM_WORDS.fullmatch(line.text[: session.start] + line.text[session.end :]):
            place = line.start + session.start, line.start + session.end
            return Found(session.name, (place,))
    return None


def _length(session: Session) -> int:
    return len(session.name)


def _session_row(paper: Paper) -> Found | None:
    """Read the session from a page's row 文号: 十届三次会议提案第12号."""
    for entry in paper.values("doc_row"):
        if session := find_bare_session(entry.value):
            return _found(session, paper, entry)
    return None


def _session_named(paper: Paper) -> Found | None:
    """Read the session from a title, or from a report's opening that speaks of proposals."""
    near = {line.start: line for line in (*paper.head, *paper.opening[:3])}
    for session in paper.sessions:
        line = near.get(paper.line_at(session.start).start)
        if line and _ABOUT.search(line.text):
            why = "见正文" if line.running else "见标题"
            return Found(session.name, ((session.start, session.end),), "推测", why)
    return None


def _found(session: Session, paper: Paper, entry: CardEntry) -> Found:
    span = locate(session.name, paper.text, (entry.start, entry.end))
    return Found(session.name, (span,) if span else ())


def _as_known(found: Found, paper: Paper, known: Sequence[str]) -> Found:
    for name in known:
        if found.value != name and found.value.endswith(name):
            span = locate(name, paper.text, found.spans[0] if found.spans else None)
            return Found(name, (span,) if span else found.spans, found.state, found.why)
    return found


def _any_session(name: str) -> list[Session]:
    bare = find_bare_session(name)
    return find_sessions(name) or ([bare] if bare else [])


# ------------------------------------------------------------------ number


def item_no_of(paper: Paper) -> Found | None:
    """Return the number of the proposal as printed, without 第…号."""
    found = _item_field(paper) or _item_line(paper) or _item_title(paper) or _item_told(paper)
    if found is None and paper.is_reply and paper.document.item_no:
        number = paper.document.item_no
        span = locate(number, paper.text)
        return Found(number, (span,) if span else (), "推测", "见答复")
    return found


def _item_field(paper: Paper) -> Found | None:
    for entry in paper.values("item_no", "doc_row"):
        value = entry.value
        if value in NOTHING or (entry.field == "doc_row" and has_bracketed_year(value)):
            continue
        match = (
            re.fullmatch(_YEAR_NO, value) or _ITEM_ENDS.search(value) or _ITEM_OPENS.match(value)
        )
        if match and re.search(r"\d", match["item"]):
            start = entry.start + match.start("item")
            return _numbered(match["item"], paper, (start, entry.end))
    return None


def _numbered(item: str, paper: Paper, within: tuple[int, int]) -> Found:
    item = re.sub(r"\s+", "", item)
    span = locate(item, paper.text, within)
    return Found(item, (span,) if span else ())


def _item_line(paper: Paper) -> Found | None:
    for number, line in enumerate(paper.lines):
        if _TOGETHER.search(line.text):
            continue
        if line.running or len(line.text) > 80:
            if (match := _ITEM_WITHIN.match(line.text)) and match["bare"]:
                return _numbered(match["bare"], paper, line.span)
            continue
        match = (
            _ITEM_LINE.fullmatch(line.text)
            or _ITEM_ENDS.search(line.text)
            or _ITEM_WITHIN.search(line.text)
        )
        if match is None and number and _below_session(paper, number):
            match = re.fullmatch(r"(?P<item>[A-Z]?\d{1,6})", line.text)
        if match:
            item = match["item"] or match.groupdict().get("bare") or ""
            return _numbered(item, paper, line.span)
    return None


def _below_session(paper: Paper, number: int) -> bool:
    """Whether the line above number ``number`` ends with a session, or with the form's name."""
    above = paper.lines[number - 1].span
    return any(above[0] <= session.end - 1 < above[1] for session in paper.sessions) and (
        len(paper.lines[number - 1].text) < _LONGEST_SESSION
    )


_LONGEST_SESSION = 50


def _item_title(paper: Paper) -> Found | None:
    for line in paper.head:
        match = _ITEM_OPENS.match(line.text) or _ITEM_IN_TITLE.search(line.text)
        if match and not _is_field(paper, line) and not _TOGETHER.search(line.text):
            item = match["item"] or match.groupdict().get("last") or ""
            span = locate(item, paper.text, line.span)
            return Found(item, (span,) if span else (), "推测", "见标题")
    return None


def _item_told(paper: Paper) -> Found | None:
    """Return the one number that a report's opening has for the proposal it speaks of."""
    told: dict[str, Found] = {}
    for line in paper.opening[:3]:
        for match in _ITEM_TOLD.finditer(line.text):
            span = line.start + match.start("item"), line.start + match.end("item")
            told.setdefault(match["item"], Found(match["item"], (span,), "推测", "见正文"))
    return next(iter(told.values())) if len(told) == 1 else None


def _is_field(paper: Paper, line: PaperLine) -> bool:
    return any(line.start <= entry.start < line.span[1] for entry in paper.entries)


# ------------------------------------------------------------------ 并案


def merged_of(paper: Paper, item_no: str | None) -> tuple[Found, ...]:
    """Return the numbers of the proposals handled together with this one, its own left out."""
    found: dict[str, Found] = {}
    for entry in paper.values("merged"):
        if re.fullmatch(r"[是否无√×]+", entry.value):
            continue
        for each in _EACH.finditer(paper.text, entry.start, entry.end):
            if re.search(r"\d", each[0]):
                found.setdefault(each[0], Found(each[0], (each.span(),)))
    for match in _MERGED.finditer(paper.text):
        for each in _EACH.finditer(paper.text, *match.span("items")):
            found.setdefault(each[0], Found(each[0], (each.span(),), "推测", "见正文"))
    found.pop(item_no or "", None)
    return tuple(found.values())
