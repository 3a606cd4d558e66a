"""The fields of a matter beside its answers, read off the lines that print them.

Each reading is checked by printing it again (:mod:`drafting.returning.comparing`); here is only
what a line can mean.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace

from drafting.assembly import by_rule
from drafting.assembly.suits import read_doc_no
from drafting.assembly.text import line_label
from drafting.errors import UserError
from drafting.language.naming.names import HAN, has_surname, is_person
from drafting.language.numbering import han_to_int
from drafting.language.paragraph_marks import plain
from drafting.language.tables import is_row
from drafting.model import Contact, Draft, attached
from drafting.profile import fill
from drafting.returning.sheet import Place, Sheet, core_of

Reading = Callable[[Draft, Sheet, Place, str], Draft]

_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_HAN_DATE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_HAN_DIGITS = {char: str(at) for at, char in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
}
_LABELLED = re.compile(r"^[^：:]{1,12}[：:]\s*")
_PHONE = re.compile(r"(?:[+（(]?\d[\d\-—－–（）() ]{5,}\d(?:\s*转\s*\d+)?)")
LABELS = re.compile(r"联\s*系\s*人|联系电话|办公电话|联系方式|电\s*话|手\s*机|姓\s*名|[：:]")
"""What only names what stands behind it, on a line of contacts."""

_SPACED = re.compile(rf"(?<![{HAN}])([{HAN}])[ \u3000]+([{HAN}])(?![{HAN}])")
_POSTS = "副?(?:科长|股长|处长|主任科员|主任|所长|队长|科员|干事|调研员)"
_OFFICE = re.compile("[科股室处办所队局委站]$|中心$|热线$")
_OFFICE_AT_MOST = 15
_OPEN = "没有读出可以取用的内容。"


def read_into(draft: Draft, sheet: Sheet, place: Place, text: str) -> Draft:
    """Return ``draft`` with the field at ``place`` as ``text`` prints it.

    Raises :class:`UserError` that says why it cannot be taken.
    """
    if place.field not in READINGS:
        raise UserError(_NOT_HERE.get(place.field, _GENERATED))
    return READINGS[place.field](draft, sheet, place, text)


def _title(draft: Draft, sheet: Sheet, _place: Place, text: str) -> Draft:
    ruled = by_rule(draft, sheet.profile, sheet.form)
    return replace(draft, title="" if plain(text) == plain(ruled.title) else text)


def _salutation(draft: Draft, sheet: Sheet, _place: Place, text: str) -> Draft:
    bare = text.rstrip("：: ")
    ruled = by_rule(draft, sheet.profile, sheet.form)
    return replace(draft, salutation="" if bare == ruled.salutation else bare)


def _opening(draft: Draft, _sheet: Sheet, _place: Place, text: str) -> Draft:
    return replace(draft, opening=text)


def _closing(draft: Draft, _sheet: Sheet, _place: Place, text: str) -> Draft:
    return replace(draft, closing=text)


def _doc_no(draft: Draft, _sheet: Sheet, place: Place, text: str) -> Draft:
    # The signer may stand on the same line.
    number, label, signer = text.removeprefix(place.before).partition("签发人")
    if signer:
        draft = replace(draft, signer=_signer_of(label + signer))
    return replace(draft, doc_no=read_doc_no(number.strip(), "发文字号", "doc_no") or None)


def _signer(draft: Draft, _sheet: Sheet, _place: Place, text: str) -> Draft:
    return replace(draft, signer=_signer_of(text))


def _signer_of(text: str) -> str | None:
    """Return the names behind 签发人：; what ends like a sentence is none."""
    found = re.fullmatch(r"签\s*发\s*人\s*[：:]([^。；！？]*)", text.strip())
    if not found:
        raise UserError("没有读出签发人。")
    return found[1].strip() or None


def _date(draft: Draft, _sheet: Sheet, _place: Place, text: str) -> Draft:
    date = date_of(text)
    folded = unicodedata.normalize("NFKC", text)
    if date is None or re.sub(r"\s|[，。]", "", _HAN_DATE.sub("", _DATE.sub("", folded))):
        raise UserError(_OPEN if date is None else "日期之外还有别的文字，请另行填写。")
    return replace(draft, date=date)


def date_of(text: str) -> dt.date | None:
    """Return the date that a line says, in figures of any width or in 〇一二; ``None`` for none."""
    folded = unicodedata.normalize("NFKC", text)
    found, han = _DATE.search(folded), _HAN_DATE.search("".join(text.split()))
    parts: tuple[int | None, ...] = tuple(int(one) for one in found.groups()) if found else ()
    if han:
        year = int("".join(_HAN_DIGITS[char] for char in han[1]))
        parts = (year, han_to_int(han[2]), han_to_int(han[3]))
    try:
        return dt.date(*(one or 0 for one in parts)) if parts else None
    except ValueError:
        return None


def _copies(draft: Draft, _sheet: Sheet, _place: Place, text: str) -> Draft:
    if not re.match(r"抄\s*送\s*[：:]", text):
        raise UserError("没有读出抄送机关。")
    bare = _LABELLED.sub("", text).rstrip("。. ")
    units = [unit.strip() for unit in re.split("[，、,；;]", bare)]
    if any(re.search("[。！？]", unit) for unit in units):
        raise UserError("抄送机关之间有句子，请另行填写。")
    return replace(draft, copies_to=tuple(unit for unit in units if unit))


def _class(draft: Draft, sheet: Sheet, _place: Place, text: str) -> Draft:
    classes = sheet.profile.classes
    said = _LABELLED.sub("", text).strip().rstrip("类。")
    for one in classes.codes:
        line = fill(classes.line, {"代码": one.code, "含义": one.label})
        if plain(line) == plain(text) or plain(said) in (plain(one.code), plain(one.label)):
            return replace(draft, class_code=one.code)
    known = "、".join(one.code for one in classes.codes)
    raise UserError(f"办理结果类别“{said}”不在本单位的类别（{known}）之中。")


def _disclosure(draft: Draft, sheet: Sheet, _place: Place, text: str) -> Draft:
    habits = sheet.profile.disclosure
    said = plain(_LABELLED.sub("", text)).strip("。（）()")
    for value in habits.values:
        if said == plain(value) or plain(text) == plain(fill(habits.line, {"公开属性": value})):
            return replace(draft, disclosure=value)
    raise UserError(f"公开属性“{said}”不在可选的{'、'.join(habits.values)}之中。")


def _contacts(draft: Draft, sheet: Sheet, _place: Place, text: str) -> Draft:
    """附注, or the line of the text: contacts, and 公开属性 where the unit prints it there."""
    bare = text.strip().strip("（()）").strip()
    bare = bare.removeprefix(sheet.profile.contact.label)
    contacts: list[Contact] = []
    habits = sheet.profile.disclosure
    for part in re.split("[；;]", bare):
        value = next((one for one in habits.values if plain(part).endswith(plain(one))), "")
        if habits.position == "remark" and value and "联系" not in part:
            draft = replace(draft, disclosure=value)
        else:
            contacts += _people(part)
    if not contacts or not (LABELS.search(bare) or _PHONE.search(bare)):
        raise UserError("没有读出联系人和电话。")
    if any(one.name for one in draft.contacts) and not all(one.name for one in contacts):
        raise UserError("只读出电话，没有读出联系人的姓名，请在文稿页填写联系人。")
    known = {one.name for one in draft.contacts} | {None}
    for one in contacts:
        if one.name not in known and not _may_be_asked(one.name or ""):
            raise UserError(f"“{one.name}”不像联系人的姓名，请在文稿页填写联系人。")
    return replace(draft, contacts=tuple(contacts))


def _may_be_asked(name: str) -> bool:
    """Whether words beside a phone name a person, with or without his post, or an office."""
    titled = re.fullmatch(rf"([{HAN}]{{1,4}}?)(?:同志|先生|女士|{_POSTS})", name)
    return (
        is_person(name)
        or (titled is not None and (has_surname(titled[1] + "某")))
        or (len(name) <= _OFFICE_AT_MOST and _OFFICE.search(name) is not None)
    )


def _people(part: str) -> list[Contact]:
    phones = [one.strip() for one in _PHONE.findall(part)]
    words = LABELS.sub(" ", _PHONE.sub(" ", part))
    # 张　苗: a name of two characters is spaced to the width of three.
    words = _SPACED.sub(r"\1\2", words)
    names = [name for name in re.split(r"[\s、，,。]+", words) if name]
    if not names:
        return [Contact(None, phone) for phone in phones]
    if len(phones) == len(names):
        return [Contact(*pair) for pair in zip(names, phones, strict=True)]
    shared = "、".join(phones) or None
    return [Contact(name, shared) for name in names]


def _attached(draft: Draft, sheet: Sheet, place: Place, text: str) -> Draft:
    """A line of an attachment's text; its own number stays."""
    every = list(attached(draft))
    lines = every[place.answer].text.split("\n")
    if is_row(lines[place.line]):
        raise UserError("附件里的表格请在文稿页的“附件”修改。")
    label = line_label(lines[place.line])
    head = lines[place.line][: label.length] if label else ""
    lines[place.line] = head + core_of(text)
    every[place.answer] = replace(every[place.answer], text="\n".join(lines))
    return replace(draft, attachments=tuple(every))


READINGS: Mapping[str, Reading] = {
    "title": _title,
    "salutation": _salutation,
    "opening": _opening,
    "closing": _closing,
    "doc_no": _doc_no,
    "signer": _signer,
    "date": _date,
    "copies_to": _copies,
    "class": _class,
    "disclosure": _disclosure,
    "contacts": _contacts,
    "attached": _attached,
}
"""How each field of a matter is read off its line."""

NAMES: Mapping[str, str] = {
    "title": "标题",
    "salutation": "主送",
    "opening": "开头",
    "closing": "结束语",
    "doc_no": "发文字号",
    "signer": "签发人",
    "date": "成文日期",
    "copies_to": "抄送",
    "class": "办理结果类别",
    "disclosure": "公开属性",
    "contacts": "联系人",
    "head": "版头",
    "signature": "署名",
    "imprint": "版记",
    "attachments": "附件",
    "attached": "附件的正文",
    "section": "另加的内容",
    "heading": "标题",
    "disposition": "采纳情况",
}
"""What the places of a paper are called, those of an answer's own fields aside."""

_GENERATED = "这里的文字由单位设置和登记信息生成，请到相应页面修改。"
_NOT_HERE: Mapping[str, str] = {
    "head": "份号、密级、紧急程度请在文稿页修改。",
    "signature": "署名与发文机关标志一致，请在文稿页的“署名”修改。",
    "imprint": "印发机关和印发日期由单位设置和成文日期生成。",
    "attachments": "附件请在文稿页的“附件”修改。",
}
GENERATED = _GENERATED
