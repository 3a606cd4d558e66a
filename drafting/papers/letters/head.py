"""What stands above the text: issuers' mark, document number, title, class, signer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from drafting.language import fields
from drafting.language.days import DAY, parse_date
from drafting.language.doc_numbers import decree_no, doc_no_of_line
from drafting.language.late import late
from drafting.language.naming.units import is_territory, unit_names
from drafting.language.sessions import find_session
from drafting.model import Kind
from drafting.papers.plain.lines import Line

_REPLY_TITLE_END = late(
    r"(?:答复函?|复函|回复函?|的函|函复|意见函?|办复|续复|续办|情况(?:报告|说明)?|报告|说明)"
    r"\s*(?:[（(](?:[^（）()]|[（(][^（）()]{1,12}[）)]){1,40}[）)]|[【〔［\[][A-D]\d?类?[】〕］\]])?"
)
_POLICY_TITLE_END = late(
    r"(?:通知|意见|办法|方案|规划|计划|措施|细则|决定|条例|规定|纲要|批复|公告|通告|要点|指南|制度|规则|"
    r"章程|清单|标准|规程|预案|通报|决议|命令|令|函|答复|政策|举措|条|报告|汇报|工作|纪要|法|(?:任务|分解|分工)表|》)"
    r"\s*(?:[（(][^（）()]{1,40}[）)])?"
)
_PROPOSAL_TITLE_END = late(r"(?:提案|建议案?|议案|建议书)\s*(?:[（(][^（）()]{1,40}[）)])?")
_ENDINGS = {
    Kind.REPLY: _REPLY_TITLE_END,
    Kind.PROPOSAL: _PROPOSAL_TITLE_END,
}
# The word with which a title begins to say what it is about; 对外, 就业, 对青山镇 are none.
_TITLE_VERB = late(r"关于|对(?![外口]|青山镇)|就(?![业医])|《|印发|转发|批转|公布|发布")
_MARK = late(r"[（(【\[〔［][^（）()【】\[\]]{1,8}[）)】\]〕］]")
_ORGANS = late(r"[\u4e00-\u9fff（）()、\s]{2,60}")
_COLUMN = late(r"^[【\[［][\u4e00-\u9fff]{2,10}[】\]］](?=\S{8})")
# What a page adds behind its title: the site's name, the day.
_SITE = late(
    r"(?:\s*_|\s+[-—|｜])\s*[\u4e00-\u9fff]{2,24}$|\s+(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}$"
)
# A title without 关于 that begins with the session: 区政协十届二次会议第19号提案的答复.
_TITLE_OF_ITEM = late(
    r"[\u4e00-\u9fff\d（）()]{2,40}[:：]?(?:第[0-9A-Za-z、]{1,14}号|《[^《》]{4,80}》)"
)
# The last words of a title set wide, on a line of their own or behind it: 答 复.
_WIDE_END = late(r"(?:^|(?<=\s))[\u4e00-\u9fff](?:\s[\u4e00-\u9fff]){1,3}$")
_ABOUT_ITEM = late(r"提案|建议|议案|原案|代表|委员|批评|意见|社情民意")
# On a line of its own below a title: the term of a plan; the day of a paper without signature.
_YEARS = late(r"[（(](?:19|20)\d{2}年?\s*[-—－–~～至]+\s*(?:19|20)\d{2}年?[）)]")
_DATED = late(rf"[（(]\s*(?P<date>{DAY})\s*[）)]")
_SENTENCE = late(r"[。；！？!?;]|[:：]\s*$")
_CARD_FIELD = late(r"[\u4e00-\u9fff\s]{2,8}[:：]")
# What a line break parts from the name of the body whose office it is.
_OFFICES = ("办公厅", "办公室")
_PARTS_OF_NAMES = (*_OFFICES, "办事处", "委员会", "管理局", "服务中心")
# How much of a title its second print on a page may have lost, and how alike the two still are.
_MOST_LOST = 8
_ALIKE = 0.85
_LONGEST_TITLE = 160
_MOST_TITLE_LINES = 5


@dataclass(frozen=True, slots=True)
class Head:
    """What was found above the text. ``lines`` are the numbers of the lines that hold it.

    ``authors`` are the units that the title names before 关于, told apart as it prints them.
    """

    title: str | None
    title_lines: tuple[int, ...]
    issuers: tuple[str, ...]
    doc_no: str | None
    result_class: str | None
    disclosure: str | None
    signer: str | None
    lines: frozenset[int]
    date: dt.date | None = None
    authors: tuple[str, ...] = ()


def read_head(lines: Sequence[Line], end: int, *, kind: Kind, skip: frozenset[int]) -> Head:
    """Read ``lines[:end]``, the lines above the salutation, recipients or text.

    ``skip`` are lines known to be furniture or metadata. For a reply the title must speak of a
    提案 or 建议; names of neighbours in navigation do not stand between head and salutation.
    """
    doc_no = result_class = disclosure = signer = None
    used: set[int] = set()
    for number in range(end):
        if number in skip or len(lines[number].text) > 80:
            continue
        text = lines[number].text
        if (numbered := doc_no_of_line(text)) and doc_no is None:
            doc_no, rest = numbered
            for part in rest.split():
                result_class = result_class or fields.class_of_line(part)
                disclosure = disclosure or fields.disclosure_of_line(part)
            if found := fields.SIGNER.search(rest):
                signer = found["name"].strip()
        elif decree := _decree(lines, number):
            doc_no = doc_no or decree[0]
            used.update(decree[1])
        elif found := fields.SIGNER.fullmatch(text):
            signer = found["name"].strip()
        elif code := fields.class_of_line(text):
            result_class = result_class or code
        elif (shown := fields.disclosure_of_line(text)) and len(text) < 24:
            disclosure = disclosure or shown
        else:
            continue
        used.add(number)
    title, title_lines = _find_title(lines, end, kind=kind, skip=skip | used)
    issuers, mark_lines = _issuer_mark(lines, end, skip | used | set(title_lines))
    return Head(
        title,
        title_lines,
        issuers,
        doc_no,
        result_class,
        disclosure,
        signer,
        frozenset(used | set(title_lines) | mark_lines),
        _date_below(lines, title_lines, end),
        authors_of("\n".join(lines[number].text for number in title_lines)),
    )


def _date_below(lines: Sequence[Line], title: tuple[int, ...], end: int) -> dt.date | None:
    """Return the date in brackets below a title: （2022年3月25日）, where no signature follows."""
    below = title[-1] + 1 if title else end
    found = _DATED.fullmatch(lines[below].text) if below < end else None
    return parse_date(found["date"]) if found else None


def _decree(lines: Sequence[Line], number: int) -> tuple[str, set[int]] | None:
    """Read a decree's number, printed on one line or with 第…号 on the next.

    Of a joint decree (国务院 and 中央军事委员会) the names stand above 令, each on its line.
    """
    text = lines[number].text
    if decree := decree_no(text):
        return decree, {number}
    if not text.endswith("令") or number + 1 == len(lines):
        return None
    above = [line.text for line in lines[max(0, number - 2) : number] if unit_names(line.text)]
    named = f"{above[-1]}{text}" if above and text in ("令", "命令") else text
    if not (decree := decree_no(f"{named}{lines[number + 1].text}")):
        return None
    if any(organ.endswith("国务院") for organ in above):
        decree = f"国{decree[decree.index('令第') :]}"
    return decree, {number, number + 1}


def _find_title(
    lines: Sequence[Line], end: int, *, kind: Kind, skip: frozenset[int] | set[int]
) -> tuple[str | None, tuple[int, ...]]:
    """Look upwards from the text for the lines that read as a title when joined."""
    ending = _ENDINGS.get(kind, _POLICY_TITLE_END)
    for last in range(end - 1, -1, -1):
        if last in skip or lines[last].page_head or not _ends(_bare(lines[last].text), ending):
            continue
        title, numbers = _join_upwards(lines, last, skip, reply=kind is Kind.REPLY)
        if title and kind is Kind.REPLY and not _is_whole(title):
            title = _whole_print(lines[:last], title) or title
        if title and last + 1 < end and _YEARS.fullmatch(lines[last + 1].text):
            return f"{title}{lines[last + 1].text}", (*numbers, last + 1)
        if title:
            return title, numbers
    return None, ()


def _is_whole(title: str) -> bool:
    """Whether a reply's title has kept its session and its item's number."""
    return bool(find_session(title) and _item_of(title))


def _item_of(title: str) -> str | None:
    return fields.find_item_no(title) or fields.item_without_ordinal(title)


def _whole_print(lines: Sequence[Line], title: str) -> str | None:
    """Return the print of ``title`` above it that has the session or item it lost, if any.

    Pages lose what an editor set in another face, most often figures.
    """
    core = title[len(_named_before(title) or "") :]
    for line in reversed(lines):
        other = close_up(line.text)
        whole = other[len(_named_before(other) or "") :]
        if (
            abs(len(whole) - len(core)) <= _MOST_LOST
            and find_session(other)
            and (_item_of(other) or not (find_session(title) or _item_of(title)))
            and _ends(other, _REPLY_TITLE_END)
            and SequenceMatcher(None, whole, core, autojunk=False).ratio() >= _ALIKE
        ):
            return other
    return None


def _bare(text: str) -> str:
    text = _WIDE_END.sub(lambda end: close_up(end[0]), text)
    return _SITE.sub("", text) if len(text) <= _LONGEST_TITLE else text


def _ends(text: str, ending: re.Pattern[str]) -> bool:
    return any(found.end() == len(text) for found in ending.finditer(text))


def _join_upwards(
    lines: Sequence[Line], last: int, skip: frozenset[int] | set[int], *, reply: bool
) -> tuple[str | None, tuple[int, ...]]:
    joined = ""
    numbers: list[int] = []
    best: tuple[str, tuple[int, ...]] | None = None
    for number in range(last, max(-1, last - _MOST_TITLE_LINES), -1):
        text = _bare(lines[number].text)
        if number in skip or lines[number].page_head or lines[number].cells:
            break
        if (
            _SENTENCE.search(text)
            or _CARD_FIELD.match(text)
            or len(text) + len(joined) > _LONGEST_TITLE
        ):
            break
        if text == "文件" or (best and not _goes_above(text, best[0])):
            break
        joined = f"{text}{joined}"
        numbers.insert(0, number)
        title = close_up(joined)
        if _reads_as_title(title, reply=reply):
            best = (title, tuple(numbers))
    if best:
        return best
    if not reply and numbers and len(numbers) == 1 and len(close_up(joined)) >= 5:
        return close_up(joined), tuple(numbers)
    return None, ()


def _goes_above(text: str, title: str) -> bool:
    """Whether ``text`` can be the line above a title that already reads whole.

    That is the issuer's name above 关于…, or a line that opens a title and does not end one
    (国务院办公厅关于印发); anything else above a whole title is not part of it.
    """
    if unit_names(text):
        return title.startswith(("关于", "印发", "对"))
    whole = _ends(text, _POLICY_TITLE_END) or _ends(text, _REPLY_TITLE_END)
    return bool(_named_before(text) and not whole)


def _reads_as_title(title: str, *, reply: bool) -> bool:
    if not 8 <= len(title) <= _LONGEST_TITLE:
        return False
    if _named_before(title) is not None:
        return not reply or bool(_ABOUT_ITEM.search(title))
    of_item = _TITLE_OF_ITEM.match(title)
    return bool(reply and of_item and find_session(title) and _ABOUT_ITEM.search(title))


def _named_before(title: str) -> str | None:
    """Return the unit or units named before a title's verb, "" where it begins with the verb.

    ``None`` is a text that begins like no title. 市对外经济贸易局关于… names a unit with 对 in it.
    """
    mark = _MARK.match(title)
    start = mark.end() if mark else 0
    for verb in _TITLE_VERB.finditer(title, start):
        organ = title[start : verb.start()]
        if not organ:
            return ""
        if _ORGANS.fullmatch(organ) and _organ_like(organ):
            return organ
    return None


def titles_answer(line: str) -> bool:
    """Whether ``line`` is the whole title of an answer to an item of a session."""
    if len(line) > _LONGEST_TITLE:
        return False
    title = close_up(line)
    named = fields.find_item_no(title) or fields.item_without_ordinal(title)
    return bool(
        named
        and _ends(title, _REPLY_TITLE_END)
        and _reads_as_title(title, reply=True)
        and find_session(title)
    )


def _organ_like(prefix: str) -> bool:
    parts = [name for name in re.split(r"[、\s]+", prefix.strip()) if name]
    return all(unit_names(name) or is_territory(name) for name in parts)


def close_up(title: str) -> str:
    """Drop spaces inside a title: they are what is left of its line breaks.

    The name of a page's column before it (［提案答复］关于…) is dropped too.
    """
    return _COLUMN.sub("", re.sub(r"\s+", "", title))


def authors_of(printed: str) -> tuple[str, ...]:
    """Return the units named before 关于 in a title as printed, blanks and breaks kept.

    A blank, a break or 、 parts joint issuers where each part is the name of a unit by itself.
    """
    organ = _named_before(printed.strip())
    if not organ:
        return ()
    parts = [part for part in re.split(r"[、\s]+", organ) if part]
    if len(parts) > 1 and all(unit_names(part) and part not in _OFFICES for part in parts):
        return tuple(parts)
    return (close_up(organ),)


def organ_of_title(title: str) -> str | None:
    """Return the unit that a title names as its author, before 关于 or in closing brackets."""
    if named := _named_before(title):
        return close_up(named)
    found = re.search(r"[（(](?P<organ>[\u4e00-\u9fff]{2,30})[）)]$", title)
    if found and unit_names(found["organ"]):
        return found["organ"]
    return None


def _issuer_mark(
    lines: Sequence[Line], end: int, skip: frozenset[int] | set[int]
) -> tuple[tuple[str, ...], set[int]]:
    """Read the issuers' mark (发文机关标志): names above the title, joint ones around 文件."""
    issuers: list[str] = []
    numbers: set[int] = set()
    for number in range(end):
        if number in skip:
            continue
        text = lines[number].text
        if text == "文件":
            numbers.add(number)
            continue
        names = unit_names(re.sub(r"\s*文件$", "", text))
        if number and len(names) == 1 and names[0] in _PARTS_OF_NAMES:
            # The mark is set on two lines: 云湖市人民政府青岚街道 / 办事处文件
            names = unit_names(f"{lines[number - 1].text}{names[0]}")
        if names:
            issuers += [name for name in names if name not in issuers]
            numbers.add(number)
    return tuple(issuers), numbers
