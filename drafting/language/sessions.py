"""The sessions of 政协 and 人大 as documents print them, found where they begin and end.

A session has a body (政协云湖市委员会, 县人大), a term (第十届) and a meeting (第三次会议); places
print these in any order, on one line or two, set wide or not. One whose term or meeting is not
printed is none. A party's congress (镇第十四次党代表大会) has proposals too, and no term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from drafting.language.late import late
from drafting.language.naming.places import COUNTIES, DISTRICTS
from drafting.language.naming.units import LAST
from drafting.language.numbering import han_to_int
from drafting.language.spans import squeeze

_NUM = "[一二三四五六七八九十百零〇○\\d]{1,3}"
_TERM = r"第?(?P<%s>" + _NUM + r")届"
_MEETING = r"\n?第?(?P<meeting%s>" + _NUM + r")次(?:全体)?(?:会议|全会|大会)"
_HAN = "\u4e00-\u9fff"
_FRONT = rf"[{_HAN}]{{0,24}}?"
# What may stand between the parts of a name: a place, 委员会.
_AMONG = rf"(?:(?!届|会议|政协|人大|委员[^会]|代表[^大]|[在的，])[{_HAN}]){{0,%d}}?"
_CPPCC = r"(?:中国人民政治协商会议|人民政协|政治协商会议|政协)"
_CONGRESS = r"(?:人民代表大会|人大)"
_SESSION = late(
    rf"(?P<front>{_FRONT})(?:"
    # 政协第十届云湖市委员会第五次会议, 市政协十届五次会议, 市人大常委会十届五次会议
    rf"(?P<body>{_CPPCC}|{_CONGRESS})\n?{_AMONG % 18}\n?{_TERM % 'after'}"
    rf"{_AMONG % 18}{_MEETING % 1}"
    # 县十届人大五次会议, 第十届全国政协五次会议, 云湖市第十届人民代表大会第五次会议
    rf"|{_TERM % 'before'}{_AMONG % 12}(?P<body2>{_CPPCC}|{_CONGRESS})"
    rf"(?:常务委员会|常委会|委员会)?{_MEETING % 2})"
)
_BARE = late(rf"第?(?P<term>{_NUM})届第?(?P<meeting>{_NUM})次(?:全体)?(?:会议|全会)")
_NO_PLACE = late(
    rf"{_CPPCC}|{_CONGRESS}|常务委员会|常委会|委员会|第?{_NUM}[届次]|全体|会议|大会|全会|\s"
)
_PARTY = late(
    rf"(?P<front>[{_HAN}]{{0,12}}?)(?P<core>第?{_NUM}次党(?:员)?代表大会"
    rf"(?:第?{_NUM}次(?:会议|全会))?)"
)
# After the last of these the name begins: words of a page's navigation, of a sentence, of a form.
# Some of it are characters of places' names too: 图们, 于都, 无为, 东至, 对青山, and 和 in many.
_EDGE = late(
    r"(?:首页|提案|选登|工作|专题|专栏|动态|概况|风采|园地|履职|互动|公开|政务|栏目|办理|建议|议案|目录|平台|信息|位置"
    r"|网站|要闻|参政议政|关于|答复|针对|交由|您|你们|你|(?<!图)们|贵单位|召开|举行|出席|参加|提交|[的在了]|对(?!青山镇)"
    rf"|向(?=[{COUNTIES}全第])|于(?![洪田都][区县])|(?<![无犍])为(?!民)|(?<![东乐周])至|(?<=\d)年度?|(?P<and>和)"
    r"|届次|名称|会议|委员(?!会)|代表(?!大会)|承办|日前|近日|昨日|今日|记者从?|获悉|上午|下午|来自|今年|本次|期间|以来|中共|民进|民盟)"
)
_AHEAD = 8
"""So much behind the front decides whether a word of it ends what is before the name."""
_CLIPPED = late(rf"^(?:和(?!县)|与|及|是|由|等)(?=[{COUNTIES}全第])")
# 和 joins two congresses where one ends before it and the next begins behind it: 省人大和县政协.
_ENDS_PHRASE = late(rf"[{DISTRICTS}{LAST}大协]$")
_BEGINS_SESSION = late(
    r"(?!平区|田[市县地]|龙市|硕县|顺县|静县|政县|林格尔|布克赛尔)"
    rf"(?:(?:全国|[{_HAN}]{{0,8}}[{DISTRICTS}道])?(?:政协|人大|人民|$)|[{_HAN}]{{2,8}}[{COUNTIES}])"
)
_TERM_AND_MEETING = late(rf"({_NUM})\s*届[^次]{{0,14}}?({_NUM})\s*次")


@dataclass(frozen=True, slots=True)
class Session:
    """A session's name without blanks, where it stands, and its parts.

    ``body`` says 政协 or 人大, or "" where only term and meeting are printed.
    """

    name: str
    start: int
    end: int
    body: Literal["政协", "人大", ""]
    term: int
    meeting: int


def find_sessions(text: str) -> list[Session]:
    """Return the sessions of 政协 and 人大 that ``text`` names, in order."""
    return list(_sessions(text))


def _sessions(text: str) -> Iterator[Session]:
    squeezed, places = squeeze(text)
    for match in _SESSION.finditer(squeezed):
        start = _begins(match, places)
        printed = match["body"] or match["body2"]
        yield Session(
            squeezed[start : match.end()].replace("\n", ""),
            places[start],
            places[match.end() - 1] + 1,
            "政协" if re.fullmatch(_CPPCC, printed) else "人大",
            _number(match["after"] or match["before"]),
            _number(match["meeting1"] or match["meeting2"]),
        )


def find_bare_session(text: str) -> Session | None:
    """Return a session printed without its body, as a field may have it: 十届三次会议."""
    squeezed, places = squeeze(text)
    found = _BARE.search(squeezed)
    if not found:
        return None
    return Session(
        found[0],
        places[found.start()],
        places[found.end() - 1] + 1,
        "",
        _number(found["term"]),
        _number(found["meeting"]),
    )


def find_session(text: str) -> str | None:
    """Return the name of the first session that ``text`` prints, else of a party's congress."""
    if found := next(_sessions(text), None):
        return found.name
    squeezed, places = squeeze(text)
    party = _PARTY.search(squeezed)
    return squeezed[_begins(party, places) : party.end()] if party else None


def term_and_meeting(name: str) -> tuple[int, int] | None:
    """Return the numbers of a session's term and meeting; ``None`` where one is not printed."""
    found = _TERM_AND_MEETING.search(name)
    return (_number(found[1]), _number(found[2])) if found else None


def _begins(match: re.Match[str], places: list[int]) -> int:
    """Return where the name begins: behind navigation, a blank, or a word of the sentence."""
    start, last = match.start(), match.end("front")
    for edge in _EDGE.finditer(match.string, start, last + _AHEAD):
        if edge.end() > last:
            break
        head, rest = match.string[start : edge.start()], match.string[edge.end() : last]
        if not edge["and"] or _joins(head, rest):
            start = edge.end()
    if clipped := _CLIPPED.match(match.string, start):
        start = min(clipped.end(), last)
    # A blank within ends navigation, unless the whole is set wide.
    gaps = [at for at in range(start + 1, last + 1) if places[at] > places[at - 1] + 1]
    if gaps and len(gaps) < max(2, last - start):
        start = gaps[-1]
    return start


def _joins(head: str, rest: str) -> bool:
    """Whether 和 between ``head`` and ``rest`` is the word and, not a part of a place's name."""
    return bool(_ENDS_PHRASE.search(head) and _BEGINS_SESSION.match(rest))


def _number(text: str) -> int:
    return int(text) if text.isdigit() else han_to_int(text.replace("○", "〇")) or 0


def place_of_session(name: str) -> str:
    """Return whose session it is: what is left of ``name`` without body, term and meeting."""
    return _NO_PLACE.sub("", name)


def same_session(one: Session, other: Session) -> bool:
    """Whether two names mean one session: same term and meeting, bodies not at odds."""
    agree = not one.body or not other.body or one.body == other.body
    return agree and (one.term, one.meeting) == (other.term, other.meeting)
