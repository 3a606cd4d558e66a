"""What stands below the text: signature, date, contacts, copies, remarks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from drafting.language import fields
from drafting.language.days import date_of_line, is_date_line
from drafting.language.imprint import COPIES, PHONE, PHONE_AT, PRINTED
from drafting.language.late import late
from drafting.language.naming.units import is_section, is_territory, unit_names
from drafting.model import Contact

_CONTACT = late(
    r"[（(]?\s*(?:附\s*[:：])?\s*(?:联系单位\s*[:：][^:：]{2,40}[，,；;\s]\s*(?=联系人))?(?P<key>(?:主管领导|分管领导|承办负责人|(?:具体)?(?:承办人|经办人)|(?:联系单位(?:及|和|、)|(?:承办|答复|办理)?单位)?联系人|联络人)"
    r"[人员]?(?:姓名)?(?:(?:及|和|、|与|/)?\s*(?:联系)?(?:电话|方式|号码))?)"
    # A page may have lost the colon: 联系人及电话甲某某8231167.
    r"(?:\s*[:：]\s*|(?<=及电话|系电话)(?=[\u4e00-\u9fff])"
    # A table's cells have a blank for it: 联系人 甲某某 联系电话 8231167.
    r"|\s+(?=[\u4e00-\u9fff·]{2,4}\s[^。]{0,12}\d{7}))(?P<value>.+)"
)
_ALSO_TO_CALL = late(
    rf"[（(]?(?P<name>[\u4e00-\u9fff·]{{2,4}})\s*(?:[（(][^（）()]{{1,20}}[）)])?[:：，,\s]+"
    rf"(?:(?:联系)?电话\s*[:：]?\s*)?(?P<phone>{PHONE})[）)]?"
)
_PHONE_LINE = late(
    r"[（(]?\s*(?:联系单位(?:及|和|、)|(?:承办|答复)?单位|办公|科室|咨询)?(?:联系)?(?:电话|方式)(?:号码)?\s*[:：]\s*(?P<value>.+)"
)
_UNIT_AND_PHONE = late(r"联系单位(?:及电话)?\s*[:：].*")
_NAME_OR_PHONE = late(
    rf"(?P<phone>(?<!\d)(?:{PHONE})(?!\d))"
    r"|(?<![\u4e00-\u9fff])(?P<name>[\u4e00-\u9fff·]{2,4})(?![\u4e00-\u9fff])"
)
# A name of two characters set wide to the measure of three: 赵 霜.
_WIDE_NAME = late(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
_NO_CALL = late(r"(?:传\s*真|邮\s*编|邮政编码)(?:号码)?\s*[:：]?\s*[\d（）()—–-]+")
_NOT_NAMES = frozenset(
    "电话 联系电话 手机 办公室 座机 号码 联系方式 科室 及 单位 传真 邮编 邮箱 电子邮箱 微信"
    " 地址 邮政编码 通讯地址 通信地址 联系地址 电子信箱 监督电话 单位地址"
    " 经办人 承办人 联系人 联络人 负责人 主管领导 分管领导".split()
)
_HOW_MANY = late(r"\s*[（(](?:各)?[\d一二三四五六七八九十]{1,3}份[）)]$")
_ADDRESSED = late(r"主\s*送(?:单位|机关)?\s*[:：]\s*(?P<value>.+)")
_LISTS_UNITS = late(r"[^：:。；！？]{2,120}。?")
_REMARK = late(
    r"[（(]\s*(?:此件.{0,20}|(?:主动|依申请|不予|全文|摘要)公开|不公开|同意公开|不同意公开)\s*[）)]"
)
_ANSWERED_BY = late(r"(?:承办|答复|办理|回复)单位\s*[:：]\s*(?P<unit>\S{3,40})")
# A key set wide to the measure of its neighbours: 联 系 人：
_WIDE_KEY = late(r"^[（(]?[\u4e00-\u9fff](?:\s[\u4e00-\u9fff]){1,5}\s?(?=[:：])")
_DISCLOSED = late(r"[（(]?(?:信息)?公开(?:属性|方式|类别|类型|选项|形式)\s*[:：].{2,12}$")
# 附件说明 (GB/T 9704-2012, 7.3.4): 附件：1.… and the lines that count on.
_ENCLOSED = late(r"附件\s*[:：]\s*(?:1\s*[.．、])?\s*[^。；]{2,80}")
_ENCLOSED_ON = late(r"\d{1,2}\s*[.．、]\s*[^。；]{2,80}$")
_RESPONSIBLE = late(
    r"(?:承办责任人|承办负责人|责任领导|分管领导|负责人|审核人|办理单位|主办单位|会办单位|科室)\s*[:：].{1,60}"
)


@dataclass(slots=True)
class Tail:
    """What was gathered; ``lines`` are the numbers of the lines that belong to it."""

    lines: set[int] = field(default_factory=set)
    enclosed: set[int] = field(default_factory=set)
    calls: set[int] = field(default_factory=set)
    signatures: tuple[str, ...] = ()
    date: dt.date | None = None
    contacts: tuple[Contact, ...] = ()
    copies_to: tuple[str, ...] = ()
    recipients: str = ""
    signer: str | None = None
    disclosure: str | None = None
    result_class: str | None = None


def read_tail(
    lines: Sequence[str],
    start: int,
    *,
    published: dt.date | None,
    author: str | None = None,
    skip: Collection[int] = (),
) -> Tail:
    """Gather the tail from ``lines[start:]``; what is no tail is left to the body.

    ``author`` is the one unit that the title names: where it signs last, it signs alone, and the
    names above it are a list of the text. ``skip`` are the numbers of the page's own lines.

    A date or a unit's name counts only where it stands as a signature does: together, or below
    the text. Phones and names count only on a contact's line.
    """
    tail = Tail()
    for number in range(start, len(lines)):
        if number not in tail.lines:
            _take_line(tail, lines, number)
    _take_signature(tail, lines, start, published, author, skip)
    return tail


def _take_line(tail: Tail, lines: Sequence[str], number: int) -> None:
    if len(lines[number]) > 300 or _is_plain(lines[number]):
        return
    line = _WIDE_KEY.sub(lambda key: re.sub(r"\s", "", key[0]), lines[number])
    if found := COPIES.fullmatch(line):
        value, last = _whole_list(lines, number, found["value"])
        tail.copies_to += split_units(value)
        tail.lines.update(range(number, last))
    elif found := _ADDRESSED.fullmatch(line):
        tail.recipients, last = _whole_list(lines, number, found["value"])
        tail.lines.update(range(number, last))
    elif contacts := _contacts(line) or _further_contact(tail, line, number):
        tail.calls.add(number)
        tail.contacts = _merge(tail.contacts, contacts)
    elif _ENCLOSED.match(line) or (_ENCLOSED_ON.match(line) and number - 1 in tail.enclosed):
        tail.enclosed.add(number)
    elif found := fields.SIGNER.search(line[:40]):
        tail.signer = found["name"].strip()
    elif _REMARK.fullmatch(line) or _DISCLOSED.match(line):
        tail.disclosure = tail.disclosure or fields.disclosure_of_line(line)
    elif len(line) < 30 and (code := fields.class_of_line(line)):
        tail.result_class = tail.result_class or code
    elif not (
        PRINTED.fullmatch(line) or _RESPONSIBLE.fullmatch(line) or _UNIT_AND_PHONE.match(line)
    ):
        return
    tail.lines.add(number)


def _further_contact(tail: Tail, line: str, number: int) -> tuple[Contact, ...]:
    """Read a name with its phone on a line below a contact's own: 蔡邕（区教体局） 0789-8231200."""
    found = _ALSO_TO_CALL.fullmatch(line) if number - 1 in tail.calls else None
    return (Contact(found["name"], _phone(found["phone"])),) if found else ()


def _is_plain(line: str) -> bool:
    """Whether ``line`` is running text at first sight: nearly all lines are, and cost little so."""
    return len(line) >= 30 and not (
        ":" in line or "：" in line or line[0] in "（(0123456789" or line.endswith("印发")
    )


def _whole_list(lines: Sequence[str], number: int, value: str) -> tuple[str, int]:
    """Return a list of units that may run over several lines, and the line after it."""
    after = number + 1
    while after < len(lines) and _goes_on(value, lines[after]):
        value = f"{value}{lines[after]}"
        after += 1
    return value, after


def _goes_on(value: str, line: str) -> bool:
    if value.endswith("。") or not _LISTS_UNITS.fullmatch(line) or PRINTED.fullmatch(line):
        return False
    return not value or value[-1] in "，,、；;" or (line.endswith("。") and not unit_names(line))


def _take_signature(
    tail: Tail,
    lines: Sequence[str],
    start: int,
    published: dt.date | None,
    author: str | None,
    skip: Collection[int],
) -> None:
    """Find the signing units and the date (成文日期): the last pair for a letter without
    attachments, the first where an attached text follows it."""
    dated = [
        (number, day)
        for number in range(start, len(lines))
        if len(lines[number]) < 30 and is_date_line(lines[number])
        for day in (date_of_line(lines[number], published=published),)
    ]
    signed = {
        number: names
        for number in range(start, len(lines))
        if len(lines[number]) < 90 and (names := _signs(lines, number))
    }
    # A whole date before what is left of one.
    for number, day in sorted(dated, key=lambda entry: entry[1] is None):
        near_by = (number - 1, number - 2, number - 3, number + 1)
        above = [near for near in near_by if near in signed]
        if above:
            alone = signed[above[0]] == (author,)
            group = [above[0]] if alone else _adjacent(signed, above[0])
            _sign(tail, number, day, group, signed)
            return
    whole = next(((number, day) for number, day in dated if day), None)
    if whole:
        tail.date = whole[1]
        tail.lines.add(whole[0])
        return
    # No date at all: names count only directly above the tail's first line or at the very end.
    first = min((number for number in tail.lines if number > start), default=len(lines))
    first = next((n for n in range(first - 1, start, -1) if n not in skip), start)
    ends = [n for n in signed if n == first or _is_last(n, tail, len(lines), skip)]
    if ends:
        group = _adjacent(signed, max(ends))
        tail.signatures = tuple(name for near in group for name in signed[near])
        tail.lines.update(group)


def _is_last(number: int, tail: Tail, end: int, skip: Collection[int]) -> bool:
    """Whether below a line stands nothing, or nothing but copies and the like."""
    return all(n in tail.lines or n in skip for n in range(number + 1, end))


def _signs(lines: Sequence[str], number: int) -> tuple[str, ...]:
    """Return the units that a line names; above a date also as a field, or a town."""
    if names := unit_names(lines[number]):
        return names
    if number + 1 == len(lines) or not is_date_line(lines[number + 1]):
        return ()
    if found := _ANSWERED_BY.fullmatch(lines[number]):
        return unit_names(found["unit"])
    return (lines[number],) if is_territory(lines[number]) else ()


def _sign(
    tail: Tail,
    number: int,
    day: dt.date | None,
    group: list[int],
    signed: dict[int, tuple[str, ...]],
) -> None:
    tail.date = day
    tail.signatures = tuple(name for near in group for name in signed[near])
    tail.lines.update(group)
    tail.lines.add(number)


def _adjacent(signed: dict[int, tuple[str, ...]], last: int) -> list[int]:
    """The run of name lines that ends at ``last``, in order."""
    first = last
    while first - 1 in signed:
        first -= 1
    return list(range(first, last + 1))


def split_units(text: str) -> tuple[str, ...]:
    """Split a list of units at ， or, where there is none, at 、; brackets are kept whole."""
    text = re.sub(r"\s*[|｜]\s*", "，", text.strip()).rstrip("。.；; ")
    outside = re.sub(r"（[^（）]*）", "", text)
    marks = next((marks for marks in ("，,；;", "、") if re.search(f"[{marks}]", outside)), " ")
    parts, depth, part = [], 0, ""
    for char in text:
        depth += (char in "（(") - (char in "）)")
        if depth <= 0 and char in marks:
            parts.append(part)
            part = ""
        else:
            part += char
    bare = (_HOW_MANY.sub("", piece.strip()) for piece in [*parts, part])
    return tuple(name for name in bare if name)


def _contacts(line: str) -> tuple[Contact, ...]:
    found = _CONTACT.fullmatch(line)
    if not found:
        phone_only = _PHONE_LINE.fullmatch(line)
        phones = PHONE_AT.findall(phone_only["value"]) if phone_only else []
        return tuple(Contact(None, _phone(phone)) for phone in phones)
    pairs = _pair(found["value"])
    if found["key"].endswith(("负责人", "领导")) and _only_names(pairs):
        # Who answers for it, without a number to call, is nobody to enquire with.
        return ()
    return pairs


def _pair(value: str) -> tuple[Contact, ...]:
    """Pair names with phones in the order printed.

    A phone belongs to the names directly before it: ``甲 1 乙 2`` are two pairs, and so are
    ``甲 乙 1 2``; ``甲 乙 1`` gives both the one phone, ``甲 1 2`` gives him both.
    """
    contacts: list[Contact] = []
    names: list[str] = []
    phones: list[str] = []

    def close() -> None:
        if len(names) == len(phones) > 1:
            contacts.extend(map(Contact, names, phones))
            return
        if not phones:
            contacts.extend(Contact(name) for name in names)
        for name in names or (None,):
            contacts.extend(Contact(name, phone) for phone in phones)

    bare = re.sub(r"(?:联系)?(?:电话|方式|手机)(?:号码)?\s*[:：]?", " ", _NO_CALL.sub(" ", value))
    bare = _WIDE_NAME.sub(r"\1\2", bare)
    for token in _NAME_OR_PHONE.finditer(bare):
        name = token["name"]
        if name is None:
            phones.append(_phone(token["phone"]))
            continue
        if name in _NOT_NAMES or is_section(name):
            continue
        if phones:
            close()
            names, phones = [], []
        names.append(name)
    if names or phones:
        close()
    return tuple(contacts)


def _merge(known: tuple[Contact, ...], new: tuple[Contact, ...]) -> tuple[Contact, ...]:
    """Join a line of phones with the names on the line before it, or the other way round."""
    if not known or not new:
        return known + new
    if len(known) == len(new) > 1 and _only_phones(new) and _only_names(known):
        return tuple(Contact(old.name, more.phone) for old, more in zip(known, new, strict=True))
    if _only_phones(new) and _only_names(known):
        return tuple(Contact(old.name, more.phone) for old in known for more in new)
    if _only_phones(known) and _only_names(new):
        return tuple(Contact(more.name, old.phone) for more in new for old in known)
    return known + new


def _only_phones(contacts: tuple[Contact, ...]) -> bool:
    return all(contact.name is None for contact in contacts)


def _only_names(contacts: tuple[Contact, ...]) -> bool:
    return all(contact.phone is None for contact in contacts)


def _phone(text: str) -> str:
    return re.sub(r"\s+", "", text)
