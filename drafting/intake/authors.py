"""The proposers where no field names them: from the title, the lines around it, or a report's text.

Every result is marked as inferred (推测). Only phrases that speak of a member's or deputy's
proposal are used.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from drafting.intake.labels import lone_label
from drafting.intake.paper import Found, Paper, PaperLine
from drafting.intake.values import is_body, persons_of
from drafting.language.dates import CLOCK
from drafting.language.days import ANY_DAY, is_date_line
from drafting.language.late import late
from drafting.language.naming.bodies import PARTIES, is_political_body
from drafting.language.naming.names import is_person, people_before, person_before
from drafting.language.naming.places import COUNTIES
from drafting.language.naming.units import is_handling_unit
from drafting.language.spans import locate

_ROLE = r"(?:[\u4e00-\u9fff]{0,12}?(?:政协|人大)(?:常委|常务)?(?:委员|代表)|委员|代表)"
_DAY = rf"(?:{ANY_DAY}(?:\s+{CLOCK})?)"
# On a line of its own: （王某某委员）, 市政协委员 王某某, 全国人大代表、某公司董事长 王某某.
_BY_ROLE = late(
    rf"(?:{_DAY}\s*)?[（(]?(?P<role>{_ROLE})\s*[:：、，,]?\s*(?P<name>[\u4e00-\u9fff·]{{2,4}}|[\u4e00-\u9fff]\s[\u4e00-\u9fff])[）)]?"
    rf"|[（(]?(?P<before>[\u4e00-\u9fff·]{{2,4}})(?P<behind>委员|代表)[）)]?"
    rf"|[■□●◆▲]?\s*(?P<first>[\u4e00-\u9fff]{{2,4}}|[\u4e00-\u9fff]\s[\u4e00-\u9fff])\s*[，,（(\s]\s*(?:系|为|是)?{_ROLE}(?:[、，,][^。]{{0,40}})?[）)]?"
)
_ROLE_AND_POST = late(rf"{_ROLE}[、，,]?[^。；：:]{{2,50}}\s(?P<name>[\u4e00-\u9fff·]{{2,4}})")
_DATED = late(
    rf"[•·]?\s*{_DAY}\s+(?P<name>[\u4e00-\u9fff]{{2,4}}|[\u4e00-\u9fff]\s[\u4e00-\u9fff])"
)
_SPEAKS = late(
    r"(?P<who>[^。；：:|｜丨“”]{2,60}?)(?P<behind>委员|代表)?(?:联合|共同)?(?:提案|建议|说|认为|表示|提出|反映|呼吁)?[:：]"
)
_COLUMN = late(r"^[【\[［][^】\]］]{2,12}[】\]］]\s*")
_BARS = late(r"[|｜丨]")
_LONE_NAME = late(r"[\u4e00-\u9fff]{2,3}|[\u4e00-\u9fff]{2,8}·[\u4e00-\u9fff]{2,8}")
_VERB = late(
    r"(?:[（(][^（）()]{2,40}[）)])?(?:还|也|则|等|因此|多次|联合|今年|曾|特别|正是)?"
    r"(?:建议|认为|指出|表示|提出|呼吁|提交|撰写|递交|坦言|直言|介绍|带来|说(?=[，,：:道])|领衔|针对|的《|《|在(?!内)|向|就|围绕|关注|发现|强调"
    r"|告诉|发言|称[，：]|希望|期待|反映|准备|接受|，在|，针对|的提案|的建议|的议案|提案)"
)
_BODY = late(
    rf"(?P<body>(?:[\u4e00-\u9fff]{{1,4}}?[{COUNTIES}])?(?:{PARTIES})"
    rf"(?:[\u4e00-\u9fff]{{0,10}}?(?:[{COUNTIES}]委会|[{COUNTIES}]委|总支|支部|委员会|基层委|支社|工委))?"
    rf"|[\u4e00-\u9fff]{{0,4}}?[{COUNTIES}]工商联)"
    r"(?:的)?(?:还|也|将|就)?(?:建议|认为|提出|提交|撰写|在《|《|的《|集体|提案|呼吁|围绕|针对|向)"
)
_HEADS = late(r"(?P<name>[\u4e00-\u9fff]{2,4})[:：]")
_ASKS = late(r"(?P<name>[\u4e00-\u9fff]{2,3})(?:还|也)?(?P<verb>建议|认为|指出|表示|说)")
# 王某某、李某某; a title behind a name: 王某某教授建议.
_LISTED = late(
    r"[\u4e00-\u9fff]{2,3}(?:、[\u4e00-\u9fff]{2,3})+(?:等)?(?:委员|代表)?(?:联合|共同)?$"
)
_POST = late(
    r"(?:道长|教授|院长|主任|先生|女士|同志|律师|医生|老师|校长|主席|主委|董事长|联合|共同|所|还|也|又|在|就|向|曾|将)$"
)
_NAMED_MEMBER = late(
    r"(?:^|(?<=[的、，。；\s]))(?P<name>[\u4e00-\u9fff]{2,3})(?:等(?:\d{1,3}[名位])?(?:政协|人大)?)?(?:委员(?!会)|代表(?!大会|团|性|处|人))"
)
_IS_MEMBER = late(
    r"(?:^|(?<=[的、，。；\s]))(?P<name>[\u4e00-\u9fff]{2,3})(?=(?:既|就)?是[^。]{2,70}(?:委员(?!会)|代表(?!大会|团)))"
)
_TITLE_OF = late(r"(?P<name>[\u4e00-\u9fff]{2,4})[:：]\s*关于")
_TITLE_BY = late(r"(?:提案|建议|议案)\s*[（(](?P<name>[\u4e00-\u9fff]{2,20})[）)]$")
_MEMBER = late(r"委员(?!会)|代表(?!大会|团|性|处)|(?<=[社会盟党])员(?!工)")
_SUBMITS = late(
    r"由(?P<by>[\u4e00-\u9fff]{3,24})(?:联合)?(?:提出|提交|撰写|报送)(?:的)?(?:[^。；，《]{0,10})《"
    r"|(?P<body>[\u4e00-\u9fff]{3,20})(?:提交|提出|撰写|报送)(?:了|的)[^。；，《]{0,10}《"
    r"|(?P<owner>[\u4e00-\u9fff]{3,20}?)(?:的)?集体(?:提案|提出)"
)
_ANSWERED = late(r"(?P<name>[\u4e00-\u9fff·]{2,4})(?:委员|代表)[:：]\s*(?:您|你)")
_SIGNATURE = late(r"[（(]?[\u4e00-\u9fff]{4,24}[）)]?")
_NO_SIGNATURE = late(
    r"会议|提案$|建议$|议案$|^关于|第.{1,5}[届次]|^[>＞]|供稿|撰稿|报道|通讯员|编辑|摄影?$|工作$|选登$|首页|栏目|提案委$|办理|[对请望应]"
)
_WROTE = late(
    r"[（(]?(?:作者|撰稿)(?:系|为|是|单位)?[:：]?[^。）)]{0,30}?(?P<role>委员|代表)[、，\s]?(?P<name>[\u4e00-\u9fff]{2,4})[）)]?"
)
_CLOSES = late(
    rf"[（(](?:(?:作者|供稿|提案[人者]|建议人)?[:：]?(?:{_ROLE})?)(?<=[员表者人稿：:])[、，:：\s]*(?P<name>[\u4e00-\u9fff]{{2,4}})[）)]$"
)
_ENDING_LINES = 4
_UNDER_TITLE = 10
_MANY = 4
_CLAUSE = 70
_MOST_OF_LINE = 3000


def authors_of(paper: Paper) -> list[Found]:
    """Return who proposes, or ``[]``; the first source that names anyone counts."""
    for source in (_answered, *_SOURCES) if paper.is_reply else _SOURCES:
        if found := source(paper):
            return found
    return []


def _found(printed: str, paper: Paper, line: PaperLine, why: str) -> list[Found]:
    """Return the name, or the names that 、 parts, as found on ``line``."""
    found = []
    for name in printed.split("、"):
        span = locate(name, paper.text, line.span)
        bare = re.sub(r"\s+", "", name)
        found.append(Found(bare, (span,) if span else (), "推测" if why else "读出", why))
    return found


def _under_title(paper: Paper) -> list[Found]:
    """Read a line of its own above the text: a body, a person with the office, a dated name."""
    for number, line in enumerate(paper.head[:_UNDER_TITLE]):
        bare = re.sub(r"\s+", "", line.text)
        if number and _signs(bare.strip("—-")):
            return _found(line.text.strip("（）() —-"), paper, line, "")
        enclosed = re.fullmatch(r"[（(](?P<names>[^（）()]{2,60})[）)]", line.text)
        if number and enclosed and (names := persons_of(enclosed["names"])):
            return [one for name in names for one in _found(name, paper, line, "见标题下署名")]
        match = _BY_ROLE.fullmatch(line.text)
        name = (match["name"] or match["before"] or match["first"]) if match else ""
        if name and is_person(re.sub(r"\s+", "", name)):
            return _found(name, paper, line, "")
        if (match := _ROLE_AND_POST.fullmatch(line.text)) and is_person(match["name"]):
            return _found(match["name"], paper, line, "")
        dated = _DATED.fullmatch(line.text)
        if dated and is_person(re.sub(r"\s+", "", dated["name"])):
            return _found(dated["name"], paper, line, "见标题下署名")
        if number and len(bare) <= 4 and is_person(bare) and not _after_handling(paper, line):
            return _found(line.text, paper, line, "见标题下署名")
    return []


def _after_handling(paper: Paper, line: PaperLine) -> bool:
    """Whether a field stands above ``line``: what is under it is that form's, and unclear."""
    return any(entry.start < line.start for entry in paper.entries)


def _signs(bare: str) -> bool:
    signed = (
        is_political_body(bare) and _SIGNATURE.fullmatch(bare) and is_body(bare.strip("（）()"))
    )
    person = re.search(r"委员(?!会)|代表(?!团)", bare)
    return bool(signed) and not person and not _NO_SIGNATURE.search(bare)


def _opens(paper: Paper) -> list[Found]:
    """Read 王某某委员：… at the beginning of the text or of the title."""
    for line in (*paper.head[:_UNDER_TITLE], *paper.opening[:1]):
        words = _COLUMN.sub("", line.text)
        match = _SPEAKS.match(words)
        if not match or re.match(r"\s*[您你]", words[match.end() :]):
            continue
        if name := _speaker(match):
            why = "见正文" if line.running else "见标题"
            return _found(name, paper, line, why)
    return []


def _speaker(match: re.Match[str]) -> str | None:
    who = match["who"].strip()
    if match["behind"] or _MEMBER.search(who):
        return people_before(who)
    return None


def _in_title(paper: Paper) -> list[Found]:
    """Read the name that a headline has, after a column's name: 两会声音｜王某某委员建议：…"""
    for line in paper.head[:_UNDER_TITLE]:
        column, *pieces = _BARS.split(line.text)
        for piece in pieces:
            match = _SPEAKS.match(piece.strip())
            if match is None:
                continue
            # 人大代表建言丨王某某：… has the office in the column's name.
            who = match["who"]
            told = _MEMBER.search(column) or (
                is_person(who) and _is_member(who, "", paper.beginning)
            )
            lone = who if told and _LONE_NAME.fullmatch(who) else None
            if name := _speaker(match) or lone:
                return _found(name, paper, line, "见标题")
    return []


def _submitted(paper: Paper) -> list[Found]:
    """Read the body that a report says submitted it: 由市工商联提出的《…》."""
    for line in (*paper.opening, *paper.head):
        for match in _SUBMITS.finditer(line.text):
            named = match["by"] or match["body"] or match["owner"]
            name = re.sub(r"^(?:.*[由在就将对为，的])", "", named)
            if is_body(name) and not re.search(r"委员(?!会)|代表|[届向长]|会议", name):
                return _found(name, paper, line, "见正文")
    return []


def _in_prose(paper: Paper) -> list[Found]:
    """Read who a report says proposes: 市政协委员、校长王某某建议……

    Those named most often count, of equals the first: a report quotes others besides.
    """
    named: Counter[str] = Counter()
    where: dict[str, PaperLine] = {}
    for line in (*paper.head[:_UNDER_TITLE], *paper.opening):
        for name in _speakers(line.text[:_MOST_OF_LINE], paper.beginning):
            named[name] += 1
            where.setdefault(name, line)
    if not named:
        return []
    name = max(named, key=lambda one: named[one])
    if named[name] == 1 and len(named) >= _MANY:
        # A report on many of them is nobody's proposal.
        return []
    return _found(name, paper, where[name], "见正文")


def _speakers(text: str, whole: str) -> list[str]:
    """Return the members and deputies whom ``text`` has say or do something, in order."""
    found = []
    for verb in _VERB.finditer(text):
        near = text[max(0, verb.start() - _CLAUSE) : verb.start()]
        before = re.split(r"[。；！？“”]", near)[-1]
        before = _POST.sub("", before)
        listed = _LISTED.search(before)
        if listed and _MEMBER.search(before) and (names := people_before(before)):
            found.append(names)
        elif not before.endswith(("委员", "代表")):
            name = person_before(before)
            if name and _is_member(name, before, whole):
                found.append(name)
    for pattern in (_NAMED_MEMBER, _IS_MEMBER):
        found += [one["name"] for one in pattern.finditer(text) if is_person(one["name"])]
    return found


def _alone(paper: Paper) -> list[Found]:
    """Read a name that heads the paper or opens its paragraphs, where a member's office is told.

    王某某：…… above the text; 王某某建议，…… at the beginning of a line.
    """
    told = _MEMBER.search(paper.text)
    for line in paper.head[:_UNDER_TITLE]:
        match = None if lone_label(_BARS.split(line.text)[0]) else _HEADS.match(line.text)
        if match and told and is_person(match["name"]):
            return _found(match["name"], paper, line, "见标题")
    opened = [match for line in paper.opening if (match := _ASKS.match(line.text))]
    names = Counter(match["name"] for match in opened if is_person(match["name"]))
    asking = [match["name"] for match in opened if match["verb"] == "建议"]
    for name in asking:
        if names[name] and len(names) == 1:
            line = next(line for line in paper.opening if line.text.startswith(name))
            return _found(name, paper, line, "见正文")
    return []


def _bodies(paper: Paper) -> list[Found]:
    """Read the party or federation that a report says proposes: 民盟区委建议……"""
    for line in (*paper.head[:_UNDER_TITLE], *paper.opening):
        if match := _BODY.search(line.text):
            return _found(match["body"], paper, line, "见正文" if line.running else "见标题")
    return []


def _of_title(paper: Paper) -> list[Found]:
    """Read the name that a title has before or behind it: 王某某：关于…; …的提案（民盟区委）."""
    for line in paper.head[:_UNDER_TITLE]:
        match = _TITLE_OF.match(line.text) or _TITLE_BY.search(line.text)
        if match and (is_person(match["name"]) or _signs(match["name"])):
            return _found(match["name"], paper, line, "见标题")
    return []


def _is_member(name: str, before: str, text: str) -> bool:
    """Whether the sentence, or any other, has the office beside the name."""
    return bool(_MEMBER.search(before[: -len(name)])) or _holds_office(name, text)


@lru_cache(maxsize=256)
def _holds_office(name: str, text: str) -> bool:
    beside = rf"{name}(?:委员(?!会)|代表(?!大会))|(?:委员|代表)[^。]{{0,60}}{name}"
    return bool(re.search(beside, text))


def _answered(paper: Paper) -> list[Found]:
    """Read whom the answer printed on the same page addresses."""
    for line in paper.lines:
        match = _ANSWERED.search(line.text)
        if match and (name := person_before(match["name"])):
            return _found(name, paper, line, "见答复称呼")
    addressed = paper.document.recipients if paper.is_reply else ()
    names = [name for name in addressed if not is_handling_unit(name)]
    spans = [(name, locate(name, paper.text)) for name in names]
    return [Found(name, (span,) if span else (), "推测", "见答复称呼") for name, span in spans]


def _below(paper: Paper) -> list[Found]:
    """Read who signs below the text: names above its date, or a body as its last line."""
    lines = paper.lines[-_ENDING_LINES:]
    if len(paper.lines) < 3:
        return []
    for number, line in enumerate(lines):
        dated = number + 1 < len(lines) and is_date_line(lines[number + 1].text)
        last = number + 1 == len(lines)
        if match := _WROTE.fullmatch(line.text) or _CLOSES.search(line.text):
            return _found(match["name"], paper, line, "见落款")
        if line.running or not (dated or last):
            continue
        bare = re.sub(r"\s+", "", line.text).strip("（）()")
        if dated and (names := persons_of(line.text)):
            return [one for name in names for one in _found(name, paper, line, "见落款")]
        if _signs(bare):
            return _found(line.text.strip("（）() "), paper, line, "见落款")
    return []


def _written(paper: Paper) -> list[Found]:
    """Read 作者：王某某 on a line of its own, where the paper has no reporter's voice."""
    for entry in paper.values("author"):
        name = re.sub(r"\s+", "", entry.value)
        if is_person(name) or (is_body(name) and not re.search(r"办$|办公室|宣传|信息|网", name)):
            return [Found(name, ((entry.start, entry.end),), "推测", "见作者")]
    return []


_SOURCES: tuple[Callable[[Paper], list[Found]], ...] = (
    _under_title,
    _opens,
    _in_title,
    _of_title,
    _submitted,
    _in_prose,
    _bodies,
    _alone,
    _answered,
    _below,
    _written,
)
