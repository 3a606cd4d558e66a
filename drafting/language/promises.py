"""What a reply says was done, and what it promises: the words, the unit, the time.

:func:`find_commitments` reads a paper; :func:`promises_of` an answer in its fields, where it is
known what the next step is. A promise is a sentence with 将, 计划, 拟 … or a time to
come (…底前); the part of a reply that is named 下一步 promises throughout. Thanks, the opening and
what the proposer asked for are neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from drafting.language.asking import is_imperative
from drafting.language.numbering import parse_label
from drafting.language.terms import find_term
from drafting.model import Answer, Block, Commitment

_NEXT = re.compile(r"下一步|下步|今后|工作打算|工作计划|工作安排|工作思路")
_ASKED = re.compile(r"(?:提案|建议)(?:的)?(?:主要)?(?:内容|建议)|您(?:的)?建议(?:内容)?$")
_FUTURE = re.compile(
    r"(?<![即便议])将(?![近军要来])|计划(?=于|在|到|用|新|送|安排|支持|招|建|启|开|完|投|实|20)|拟(?!定|订|人)|力争|"
    r"争取(?=在|于|20|年)|年内|下一步|下步|今后|"
    r"(?:年|月)(?:底|末|中旬|上旬|下旬)?(?:之?前|起)(?:完成|建成|投|开|实现|启动|全部|实行|推|公|发)"
)
_CARRIES_ON = re.compile(r"继续|进一步|逐步")
_NAMED = re.compile(r"《[^《》]*》|“[^“”]*”")
_OPENS_WITH_YEAR = re.compile(r"(?:截至)?(20\d{2})年")
_PAST = re.compile(
    r"已(?!将)|完成了|建成了|累计|截至|目前|去年|近年来|以来|先后|印发|出台|开展了|新增|实施了|"
    r"(?:完成|建成|投入|改造|争取到|安排|检查|整治|培训)[^，。；]{0,12}\d"
)
# In a part on what comes next, 完成3宗 is to be done; only these say that it was.
_DONE = re.compile(r"已(?!将)|了|累计|截至|目前|去年|近年来|以来|先后")
_POLITE = re.compile(r"感谢|欢迎|敬请|以上答复|如有|收悉|现答复|答复如下|此致")
_DUE = re.compile(
    r"(?P<year>20\d{2}年)?(?:"
    r"(?P<month>\d{1,2}月)?(?P<day>\d{1,2}日)?(?P<end>底|末|上旬|中旬|下旬)?(?:之前|以前|前|起)"
    r"|(?P<part>[一二三四]季度|上半年|下半年|年?底|年?末|年内|内|春季学期|秋季学期)(?:之?前|内)?)"
)
_UNIT = (
    r"(?:[我本](?:局|委|办|厅|部|镇|乡|区|县|市|校|院|中心|街道)"
    r"|[\u4e00-\u9fff]{1,14}?(?:局|委员会|委|办事处|政府|办公室|中心|管委会|公司|部门|分局|街道|协会|乡|镇))"
)
_BY = re.compile(
    rf"(?:由|责任单位为?[:：]?)(?P<units>{_UNIT}(?:[、和]{_UNIT})*)(?:牵头|负责|会同|承担|，|。|$)"
)
_WHO = re.compile(
    rf"(?:^|[，,：:])由?(?P<units>{_UNIT}(?:[、和]{_UNIT})*)(?:将|计划|拟|负责|会同|在?20\d{{2}}年)"
)
_OWN = re.compile(r"[我本](?:局|委|办|厅|部|镇|乡|院|中心)(?=将|计划|拟|负责|会同|在?20\d{2}年)")
_SENTENCE = re.compile(r"[^。！]*[。！]|[^。！]+")
_STARTS = re.compile(r"^(?:下一步|下步|今后|同时|此外|另外|其中)[，,]?")
_SHORTEST = 6


def find_commitments(body: Sequence[Block], year: int | None = None) -> tuple[Commitment, ...]:
    """Return the promises of a reply's body, a clause each, in order; ``year`` is the reply's."""
    return tuple(
        Commitment(clause, unit, due)
        for sentence, ahead in _sentences(body)
        if _is_promise(sentence, ahead, year)
        for clause, unit, due in _clauses(sentence)
    )


def find_deeds(body: Sequence[Block], year: int | None = None) -> tuple[str, ...]:
    """Return the sentences of a reply's body that say what was done."""
    return tuple(
        sentence
        for sentence, ahead in _sentences(body)
        if not _is_promise(sentence, ahead, year) and _PAST.search(sentence)
    )


def _sentences(body: Sequence[Block]) -> Iterator[tuple[str, bool]]:
    """Yield ``(sentence, whether it stands in a part on what comes next)``."""
    ahead = asked = False
    level = 0
    for block in body:
        if block.kind == "table":
            continue
        title = block.text if block.kind == "heading" else block.lead
        if block.level and (block.kind == "heading" or block.lead):
            if not level or block.level <= level:
                ahead, asked = bool(_NEXT.search(title)), bool(_ASKED.search(title))
                level = block.level if ahead or asked else 0
            elif _NEXT.search(title):
                ahead, level = True, block.level
        if block.kind == "heading" or asked:
            continue
        for sentence in _SENTENCE.findall(f"{block.lead}{block.text}"):
            stripped = sentence.strip()
            if len(stripped) >= _SHORTEST and not _POLITE.search(stripped):
                yield stripped, ahead


def _is_promise(sentence: str, ahead: bool, year: int | None) -> bool:
    opens = _OPENS_WITH_YEAR.match(sentence)
    if year and opens and int(opens[1]) < year:
        # 2022年将时限压缩至…: what began in a year gone by is told, not promised.
        return False
    said = _NAMED.sub("", sentence) if "《" in sentence or "“" in sentence else sentence
    if _FUTURE.search(said):
        return ahead or not re.match(r"[^，]{0,16}已", said)
    return ahead and (bool(_CARRIES_ON.search(said)) or not _DONE.search(said))


def _clauses(sentence: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Part a sentence at ； and give each clause its unit and time, else the sentence's unit."""
    whole = _units(sentence)
    for part in sentence.split("；"):
        clause = _STARTS.sub("", part).strip("。！； ")
        if clause:
            yield clause, _units(part) or whole, _due(part, sentence)


def _units(text: str) -> str | None:
    found, own = _BY.search(text) or _WHO.search(text), _OWN.search(text)
    if own and (found is None or found["units"].endswith(own[0])):
        # 秋季学期开学后我局将…: what stands before the unit is no part of its name.
        return own[0]
    return found["units"] if found else None


def _due(clause: str, sentence: str) -> str | None:
    """Return the time as printed, the year put before it where the sentence prints it earlier."""
    found = next((m for m in _DUE.finditer(clause) if m["year"] or m["month"] or m["part"]), None)
    if found is None:
        return None
    if found["year"]:
        return found[0]
    if not found["month"]:
        return found[0] if found[0] == "年内" else None
    years = re.findall(r"20\d{2}年", sentence[: sentence.find(clause) + found.start()])
    return f"{years[-1] if years else ''}{found[0]}"


# ------------------------------------------------------------------ an answer, in its fields

_MARK = re.compile("【待核实：[^【】]*】")
_REFERENCE = re.compile(r"〔\d{1,2}〕")
# 对已建成的泊位: what was done stands before 的 and tells of no work here; 为了, 除了 are no 了.
_ATTRIBUTE = re.compile("(?:已经?|目前|去年|近年来|以来)[^，。；]{0,16}?的|[为除]了|了解")
_EXPECTED = re.compile("预计|预期|有望|可望")
_ENDS_DONE = re.compile("正在|正值|完毕$")
_HAN = re.compile("[\u4e00-\u9fff]")
_CLAUSE = re.compile("[，,：:]")
_HEADING_MOST = 60


def promises_of(answer: Answer, year: int | None = None) -> tuple[Commitment, ...]:
    """Return all that an answer promises, a clause each, with unit and term; ``year``: the reply's.

    Each sentence of the next step is a promise, but what tells how things stand, thanks, marks,
    and headings and lead-ins above a list; a lead-in's unit and term are those of its items. Where
    a sentence names none, the answer's own fields hold. Work done and reasons promise only where
    they say so (将、计划、拟 …).
    """
    found = list(_next_steps(answer, year))
    for text in (answer.done, answer.reason):
        found += _told_ahead(text, year)
    return tuple(found)


def _next_steps(answer: Answer, year: int | None) -> Iterator[Commitment]:
    lines = _plain_lines(answer.next_step)
    unit, term = answer.next_unit.strip() or None, answer.next_date.strip() or None
    led = (unit, term)
    for place, line in enumerate(lines):
        label = parse_label(line)
        text = line[label.length :].strip() if label is not None else line
        if _leads(lines, place, text):
            own = _units(text), _term(text, text, year)
            led = (own[0] or unit, own[1] or term) if label is None else led
            continue
        for sentence in _sentences_in(text):
            if not _is_still_to_come(sentence, year):
                continue
            for clause, whose, when in _own_clauses(sentence, year):
                yield Commitment(clause, whose or led[0], when or led[1])


def _plain_lines(text: str) -> list[str]:
    """The lines that say more than that something is still to be found out."""
    lines = (_REFERENCE.sub("", line).strip() for line in text.split("\n"))
    return [line for line in lines if _HAN.search(_MARK.sub("", line))]


def _leads(lines: Sequence[str], place: int, text: str) -> bool:
    """Whether a line only leads to those below it: it ends with ： or is a heading above a text."""
    below = lines[place + 1] if place + 1 < len(lines) else ""
    if not below:
        return False
    if text.endswith(("：", ":")):
        return True
    alone = len(text) <= _HEADING_MOST and not re.search("[。；！？，]", text)
    return alone and parse_label(lines[place]) is not None and parse_label(below) is None


def _sentences_in(text: str) -> list[str]:
    found = (one.strip() for one in _SENTENCE.findall(text))
    return [one for one in found if len(_HAN.findall(one)) > 1 and not _POLITE.search(one)]


def _is_still_to_come(sentence: str, year: int | None) -> bool:
    opens = _OPENS_WITH_YEAR.match(sentence)
    if year and opens and int(opens[1]) < year:
        return False
    said = _ATTRIBUTE.sub("", _NAMED.sub("", sentence))
    if any(word.search(said) for word in (_FUTURE, _CARRIES_ON, _EXPECTED)):
        return True
    clauses = [one.strip("。！； ") for one in _CLAUSE.split(said)]
    told = [bool(_DONE.search(one) or _ENDS_DONE.search(one)) for one in clauses]
    if not any(told):
        return True
    pairs = zip(clauses, told, strict=True)
    return any(is_imperative(one) for one, done in pairs if one and not done)


def _told_ahead(text: str, year: int | None) -> Iterator[Commitment]:
    """What work done and reasons promise: a sentence that says so, with its own unit and term."""
    for line in _plain_lines(text):
        label = parse_label(line)
        for sentence in _sentences_in(line[label.length :] if label is not None else line):
            if _is_promise(sentence, False, year):
                for clause, whose, when in _own_clauses(sentence, year):
                    yield Commitment(clause, whose, when)


def _own_clauses(sentence: str, year: int | None) -> Iterator[tuple[str, str | None, str | None]]:
    """Part a sentence at ；; a clause that names no unit goes on with the one named before it."""
    unit: str | None = None
    for part in sentence.split("；"):
        clause = _STARTS.sub("", part).strip("。！； ")
        unit = _units(part) or unit
        if clause:
            yield clause, unit, _term(clause, sentence, year)


def _term(clause: str, sentence: str, year: int | None) -> str | None:
    return find_term(clause, year) or _due(clause, sentence)
