"""What a policy says of being in force: its own term, and what it does to other documents.

Its own: a term (有效期5年, 有效期至…, 试行一年, a title's years), a day on which it lapses, or the
word that its page or title prints (有效性：失效, （已废止）). Others': 《…》同时废止, a decision
with lists of what is repealed or lapses, a term prolonged. Which documents those are in an archive
is not for the reading to say: here they are names and numbers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from drafting.language.days import DAY, parse_date
from drafting.language.doc_numbers import DOC_NO
from drafting.language.late import late
from drafting.language.numbering import han_to_int, parse_label
from drafting.model import Document

Effect = Literal["替代", "废止", "失效", "延长"]
"""What is done to another document: replaced by the one that says so, repealed or declared lapsed
without being replaced, or kept in force longer."""


@dataclass(frozen=True, slots=True)
class Named:
    """A document that another names: by title, number or both, with what is done to it.

    ``since`` is the day from which that holds (``None``: from the naming document on); of a term
    prolonged it is the new last day, ``None`` where none is named.
    """

    title: str
    doc_no: str
    effect: Effect
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """What a document says. ``ends`` is its last day in force; ``stated`` the word it prints of
    itself; ``supersedes``: it goes before whatever is older and says otherwise."""

    ends: dt.date | None = None
    stated: Literal["已废止", "已失效", ""] = ""
    named: tuple[Named, ...] = ()
    supersedes: bool = False


_YEARS = late(r"(20\d\d)\s*年?\s*[—–\-~～至到]+\s*(20\d\d)\s*年?")
_FIVE_YEARS = late(r"[“\"]?十([一二三四五六七八九])五[”\"]?")
_FIRST_PLAN = 1951
_NUM = r"[一二三四五六七八九十两\d]{1,3}"
_SELF = late(
    r"本(?:试行|暂行|实施|行动|管理|若干|工作|扶持|奖励|补助){0,2}"
    r"(?:办法|规定|细则|意见|通知|方案|措施|政策|计划|规划|条例|决定|文件|规则|规程|指引|公告|通告)"
)
_TAKES_EFFECT = late(
    rf"自(?:(?P<day>{DAY})|(?:发布|印发|公布|颁布|下发|发文)之日)起?"
    rf"(?:(?:满|第)?(?P<after>[一二三四五六七八九十两\d]{{1,3}})日(?:后|之后|起))?"
    r"(?:正式|开始)?(?:施行|实施|执行|试行)"
)
_TERM = r"(?:有效期|执行期|实施期|施行期|试行期|政策期)限?"
_LASTS = late(rf"{_TERM}(?:暂定)?(?:为|是)?(?P<years>{_NUM})年|试行(?P<trial>{_NUM})年")
_UNTIL = late(
    rf"(?:{_TERM}|施行|实施|执行)[^。；]{{0,24}}?(?:至|到)"
    r"(?P<year>20\d\d)年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?)?(?!\d*年)"
)
_LAPSES = late(
    rf"(?P<day>{DAY})(?:起|后|届满|到期)?，?(?:自动|自行|即行)(?:失效|废止|终止)"
    rf"|本[一-鿿]{{2,6}}(?:自|于)(?P<own>{DAY})起?(?:自动|自行|予以)?(?:失效|废止|停止执行|停止施行)"
)
# 证书有效期5年: a term of what the policy hands out is none of its own.
_HANDED_OUT = late(r"证|许可|资质|资格|合同|协议|认定|批文|批复|名录|保函|票")

_REPEALS = late(
    r"废止|失效|停止执行|不再执行|停止施行|停止实施|不再施行|不再实施|不再有效|停止使用"
    r"|(?:由|以)本[一-鿿]{2,6}(?:替代|代替|取代)|(?:替代|代替|取代)原?《"
)
_PROLONGS = late(
    r"(?P<term>有效期)?(?P<word>延长|延续|顺延|延期|继续(?:执行|施行|实施|有效))"
    rf"(?:[^。；]{{0,12}}?(?:至|到)(?P<day>{DAY}))?"
)
_TITLE = late(r"《(?P<title>[^《》]*(?:[〈《][^〈〉《》]*[〉》][^《》]*)*)》")
_BRACKETED = late(r"[（(][^（()）]*[）)]")
# 根据《…》: the ground of a repeal is not what is repealed; 《…》第三条 is a part of one.
_GROUND = late(r"(?:根据|依据|按照|依照|遵照|贯彻|落实|经|由|为)[一-鿿、]{0,8}$")
_PART = late(
    r"^(?:[（(][^（()）]*[）)])?(?:中|里|内|的)?[一-鿿]{0,6}?(?:第[一二三四五六七八九十百\d]+[条款项章]|部分|条款|有关规定|相关规定|有关内容|相关内容|与本)"
)
_GENERIC = late(r"(?:以此政策|以本[一-鿿]{1,4}|以此[一-鿿]{1,3})为准")
_DECISION = late(r"废止|失效|清理")
_LIST_HEAD = late(r"废止|失效|停止执行|修改|修订|保留|继续有效|拟修|继续执行")
_LONGEST_HEAD = 120
_SHORTEST_TITLE = 6
_OUTCOME = late(r"\s(?:予以|宣布)?(?:废止|失效|修改|保留|继续有效)$")
_SERIAL = late(r"^\d{1,3}\s+")
_TAIL = late(r"[（(【\[].*$|[。；;，,].*$")
_PAPER = late(r"(?:办法|规定|细则|意见|通知|方案|措施|计划|规划|决定|规则|公告|通告)$")
_OVER = late(r"(?:已|已经|全文|宣布|自动)*(?:废止|失效|无效|过期|到期|终止)|否")
_WORDS = ("有效性", "时效性", "效力状态", "是否有效")
_IN_TITLE = late(r"[（(【\[](?:全文|现|本文)?已?(?P<word>废止|失效)[）)】\]]")


def read_validity(document: Document) -> Validity:
    """Return what ``document``, a policy, says of its own term and of others'."""
    lines = [re.sub(r"[ 　\t]+", " ", line).strip() for line in document.text.split("\n")]
    text = "\n".join(re.sub(r"\s+", "", line) for line in lines)
    begins = _begins(text, document.date)
    return Validity(
        _end(document, text, begins),
        _stated(document),
        tuple(dict.fromkeys(_named(document, lines, begins))),
        bool(_GENERIC.search(text)),
    )


# ------------------------------------------------------------------ its own


def _begins(text: str, issued: dt.date | None) -> dt.date | None:
    """Return the day from which a policy holds: the one it names, else the one it was issued on."""
    found = _TAKES_EFFECT.search(text)
    if not found:
        return issued
    day = parse_date(found["day"]) if found["day"] else issued
    after = _number(found["after"]) if found["after"] else 0
    return day + dt.timedelta(after) if day else None


def _end(document: Document, text: str, begins: dt.date | None) -> dt.date | None:
    """Return the last day of a policy's term, where it or its page names one."""
    said = re.sub(r"\s+|(?<=期)：", "", document.validity or "")
    if lapsed := re.search(r"(?:废止|失效)日期(?P<day>[^；]+)", said):
        day = parse_date(lapsed["day"])
        if day:
            return day - dt.timedelta(1)
    for sentence in (said, *_of_itself(text)):
        if last := _UNTIL.search(sentence):
            return _last_day(*(int(part) if part else 0 for part in last.groups()))
        if (lapsed := _LAPSES.search(sentence)) and not _TITLE.search(sentence):
            day = parse_date(lapsed["day"] or lapsed["own"])
            if day:
                return day
        if (lasting := _LASTS.search(sentence)) and begins:
            years = _number(lasting["years"] or lasting["trial"])
            return _years_on(begins, years) - dt.timedelta(1)
    return _end_by_title(document.title or "")


def _end_by_title(title: str) -> dt.date | None:
    plain = re.sub(r"\s+", "", title)
    if years := _YEARS.search(plain):
        return dt.date(int(years[2]), 12, 31)
    # “十四五”: the fourteenth of the plans that began in 1953.
    if plan := _FIVE_YEARS.search(plain):
        return dt.date(_FIRST_PLAN + 1 + 5 * (10 + (han_to_int(plan[1]) or 0)) + 3, 12, 31)
    return None


def _of_itself(text: str) -> Iterator[str]:
    """Yield the sentences that tell a policy's own term: they name it, or nothing else."""
    for sentence in re.split(r"[。；\n]", text):
        if not re.search(rf"{_TERM}|施行|实施|执行|试行|失效|废止|终止", sentence):
            continue
        bare = re.match(rf"(?:第[一二三四五六七八九十百\d]+条)?{_TERM}", sentence)
        own = _SELF.search(sentence) or (
            (bare or _TAKES_EFFECT.search(sentence)) and not _HANDED_OUT.search(sentence)
        )
        if own:
            yield sentence


def _stated(document: Document) -> Literal["已废止", "已失效", ""]:
    """Return the word by which a page or a title says that the document is out of force."""
    if titled := _IN_TITLE.search(document.title or ""):
        return "已废止" if titled["word"] == "废止" else "已失效"
    for part in (document.validity or "").split("；"):
        key, _, value = part.partition("：")
        if key in _WORDS and _OVER.fullmatch(value):
            return "已废止" if "废止" in value else "已失效"
    return ""


# ------------------------------------------------------------------ others'


def _named(document: Document, lines: Sequence[str], begins: dt.date | None) -> Iterator[Named]:
    decides = bool(_DECISION.search(document.title or ""))
    listed = dict(_listed(lines, begins)) if decides else {}
    for number, line in enumerate(lines):
        if number in listed:
            yield from filter(None, (listed[number],))
            continue
        for sentence in re.sub(r"\s+", "", line).split("。"):
            yield from _of_sentence(sentence, begins, decides=decides)


def _of_sentence(sentence: str, begins: dt.date | None, *, decides: bool) -> Iterator[Named]:
    prolongs = _PROLONGS.search(sentence)
    if prolongs and not (prolongs["term"] or prolongs["day"] or "继续" in prolongs["word"]):
        prolongs = None
    if not prolongs and not _REPEALS.search(sentence):
        return
    for clause in _clauses(sentence):
        if prolongs and prolongs[0] in clause:
            until = parse_date(prolongs["day"]) if prolongs["day"] else None
            yield from _objects(clause, "延长", until)
        elif _REPEALS.search(clause):
            effect: Effect = "失效" if _only_lapse(clause) else "废止"
            yield from _objects(clause, effect if decides else "替代", _since(clause, begins))


def _clauses(sentence: str) -> Iterator[str]:
    """Yield the clauses of a sentence; commas in brackets and titles part none."""
    held = re.sub(
        r"《[^《》]*》|[（(][^（()）]*[）)]",
        lambda found: found[0].replace("，", "\0").replace("；", "\1"),
        sentence,
    )
    for clause in re.split(r"[，；]", held):
        yield clause.replace("\0", "，").replace("\1", "；")


def _objects(clause: str, effect: Effect, since: dt.date | None) -> Iterator[Named]:
    """Yield the whole documents that a clause names, its grounds and parts of documents apart."""
    rest, numbered = clause, False
    for found in _TITLE.finditer(clause):
        after = clause[found.end() :]
        bracket = _BRACKETED.match(after)
        number = DOC_NO.search(bracket[0]) if bracket else None
        rest = rest.replace(found[0] + (bracket[0] if bracket else ""), "　")
        if _GROUND.search(clause[: found.start()]) or _PART.match(after):
            continue
        numbered = True
        yield Named(found["title"], number[0] if number else "", effect, since)
    for number in DOC_NO.finditer(rest):
        if not _PART.match(rest[number.end() :].removeprefix("文件")) and not numbered:
            yield Named("", number[0], effect, since)


def _listed(lines: Sequence[str], begins: dt.date | None) -> Iterator[tuple[int, Named | None]]:
    """Yield the items of a decision's lists, in text or table, with the numbers of their lines.

    ``None`` stands for what is not put out of force: changed, or kept.
    """
    effect: Effect | None = None
    for number, line in enumerate(lines):
        around = DOC_NO.sub("", _TITLE.sub("", line))
        outcome = _OUTCOME.search(around)
        if _LIST_HEAD.search(around) and not outcome:
            effect = _of_list(around) if len(around) <= _LONGEST_HEAD else None
            continue
        wanted = _of_list(outcome[0]) if outcome else effect
        if item := _item(line[: -len(outcome[0])] if outcome else line):
            yield number, Named(*item, wanted, begins) if wanted else None


def _item(line: str) -> tuple[str, str] | None:
    """Return title and number of the document that a line of a list names; ``None`` for none."""
    label = parse_label(line)
    bare = line[label.length :] if label else _SERIAL.sub("", line, count=1)
    if not (label or _SERIAL.match(line)) or _SELF.match(bare):
        return None
    found = DOC_NO.search(bare)
    number = found[0] if found else ""
    titled = _TITLE.match(bare)
    before = bare.split(number, 1)[0] if number else bare
    title = titled["title"] if titled else re.sub(r"\s+", "", _TAIL.sub("", before))
    known = number or _PAPER.search(title)
    return (title, number) if known and len(title) >= _SHORTEST_TITLE else None


def _of_list(head: str) -> Effect | None:
    """Return what a list's heading says of its items; ``None`` for one to keep, or of several."""
    words = {
        "保" if word in ("修改", "修订", "保留", "继续有效", "拟修", "继续执行") else word
        for word in _LIST_HEAD.findall(head)
    }
    if "保" in words or not words:
        return None
    return "失效" if words == {"失效"} else "废止"


def _only_lapse(clause: str) -> bool:
    return "失效" in clause and "废止" not in clause


def _since(clause: str, begins: dt.date | None) -> dt.date | None:
    """Return the day from which a clause repeals: its own, else that of the document."""
    own = re.search(rf"自(?P<day>{DAY})起", clause)
    return (parse_date(own["day"]) if own else None) or begins


# ------------------------------------------------------------------ days


def _number(text: str) -> int:
    return int(text) if text.isdigit() else han_to_int(text) or 0


def _years_on(day: dt.date, years: int) -> dt.date:
    """Return the same day ``years`` later; of a leap day the last of February."""
    year = min(day.year + years, dt.MAXYEAR)
    try:
        return day.replace(year=year)
    except ValueError:
        return dt.date(year, 2, 28)


def _last_day(year: int, month: int, day: int) -> dt.date | None:
    """Return the day named, or the last one of the month or year that is named alone."""
    if not month:
        return dt.date(year, 12, 31)
    if not 1 <= month <= 12:
        return None
    if day:
        return parse_date(f"{year}年{month}月{day}日")
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(1)
