"""A unit's settings proposed from its past replies: what each prints, and how many agree.

Nothing is taken from a reply that does not print it, and of what the replies say differently the
most frequent is proposed with the count: somebody confirms each point.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from drafting.language.days import is_day
from drafting.language.doc_numbers import DOC_NO
from drafting.language.fields import SIGNER
from drafting.language.imprint import (
    is_contact_line,
    is_copies_line,
    labelled_contact,
    printer_of,
)
from drafting.language.naming.places import DISTRICTS
from drafting.language.naming.units import WE, unit_names
from drafting.model import Document, Kind
from drafting.profile.deriving import derived
from drafting.profile.prints import (
    Printed,
    is_shipped,
    printed_class,
    printed_disclosure,
    scheme_of,
)

QUOTE_MOST = 60
_WIDE = str.maketrans(":,;()", "：，；（）")

_SAYS_SELF = re.compile(rf"(?=我){WE}(?![们国门])")
_SAYS_PLACE = re.compile(rf"我[{DISTRICTS}](?![们长委政人])")
_THANKS = re.compile(
    r"(?P<first>(?:再次|衷心)?感谢(?P<who>您|你们?|贵[\u4e00-\u9fff])对[^，。！\n]{2,30}的"
    r"[^，。！\n]{2,12})(?P<rest>(?:，(?:并|也|还|恳)?(?:请|希望|欢迎)[^。！\n]{2,40})?[。！])?"
)
"""The thanks; where the sentence runs on into what is of the matter, it ends before that."""
_WORK = re.compile(
    rf"对(?:我[{DISTRICTS}])?(?P<work>(?![我全本贵])(?:(?!工作)[\u4e00-\u9fff]){{2,16}}(?<![{DISTRICTS}])工作)的"
)
_OF_ONE_ITEM = re.compile(r"[A-D甲乙丙]类(?=提案|建议)")
_OF_ONE = re.compile(r"\d|第(?!\{\{)[^{}]{1,8}号")
_ITS_SUBJECT = re.compile(r"关于(?:对)?[^{}“”]{4,}(?:的提案|的建议)")
_OTHER_LETTER = re.compile(r"续[办复答]|(?:再|二)次(?:答|回)复|补充(?:答|回)复")
_PERSON = re.compile(r"(?:代表|委员|有关\S*单位)$")


@dataclass(frozen=True, slots=True)
class PastReply:
    """A past reply as it was read, and its lines as they are printed: the head's among them."""

    document: Document
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines together."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Read:
    """What one reply says of one setting: its value as a form has it, and the words it stands in.

    ``document`` is the reply's place among those that were given, from 0.
    """

    document: int
    value: str
    quoted: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """One setting that is proposed: the value, and who of the replies says so.

    ``of`` is how many replies say anything of it, ``others`` are the values that they say besides.
    """

    key: str
    value: str
    agreeing: tuple[Read, ...]
    of: int
    others: tuple[str, ...] = ()


_Found = tuple[str, str] | None
_Reader = Callable[[PastReply], _Found]


def propose(replies: Sequence[PastReply]) -> list[Proposed]:
    """Return the settings that the replies speak for, in the order of the settings page."""
    found = []
    for key, reader in _READERS.items():
        reads = [
            Read(number, *said)
            for number, reply in enumerate(replies)
            if (said := reader(reply)) is not None
        ]
        if reads:
            found.append(_proposed(key, reads))
    return found


def left_out(replies: Sequence[PastReply]) -> list[str]:
    """Return, in a user's words, what the replies print and no setting can say."""
    said = []
    for number, reply in enumerate(replies, 1):
        code = reply.document.result_class
        if code and _class_printed(reply) is None:
            said.append(f"第 {number} 件的办理结果类别（{code}）印在标题里或者一句话里，没有采用。")
    return said


def is_reply(document: Document) -> bool:
    """Whether the document is a reply, of which there is something to be read."""
    return document.kind is Kind.REPLY


def _proposed(key: str, reads: Sequence[Read]) -> Proposed:
    counts = Counter(one.value for one in reads)
    # Of equal counts the one that the later reply prints: offices change their ways.
    value = max(counts, key=lambda one: (counts[one], _last(reads, one)))
    agreeing = tuple(one for one in reads if one.value == value)
    return Proposed(key, value, agreeing, len(reads), tuple(one for one in counts if one != value))


def _last(reads: Sequence[Read], value: str) -> int:
    return max(one.document for one in reads if one.value == value)


# ------------------------------------------------------------------ the unit


def _name(reply: PastReply) -> _Found:
    if not reply.document.issuers:
        return None
    name = reply.document.issuers[0]
    return name, _line_with(reply, name)


def _of_name(short: str) -> _Reader:
    def read(reply: PastReply) -> _Found:
        value = derived(reply.document.issuers[0]).get(short, "") if reply.document.issuers else ""
        return (value, f"按全称“{reply.document.issuers[0]}”推出") if value else None

    return read


def _code(reply: PastReply) -> _Found:
    found = DOC_NO.search(reply.document.doc_no or "")
    return (found["code"].rstrip(":："), reply.document.doc_no or "") if found else None


def _calls_itself(reply: PastReply) -> _Found:
    counts = Counter(_SAYS_SELF.findall(reply.text))
    if not counts:
        return None
    word, times = counts.most_common(1)[0]
    return word, f"正文里写了 {times} 处"


def _place(reply: PastReply) -> _Found:
    counts = Counter(_SAYS_PLACE.findall(reply.text))
    if not counts:
        return None
    word, times = counts.most_common(1)[0]
    return word, f"正文里写了 {times} 处"


def _work(reply: PastReply) -> _Found:
    thanks = _last_thanks(reply)
    found = _WORK.search(thanks[0]) if thanks else None
    return (found["work"], found.group()) if found else None


def _printer(reply: PastReply) -> _Found:
    for line in _lines(reply)[-12:]:
        if organ := printer_of(line):
            return organ, line.strip()
    return None


# ------------------------------------------------------------------ the head


def _skin(reply: PastReply) -> _Found:
    """A mark that ends in 文件 is the document's; one that is the name alone, above a number in
    函, the letter's (GB/T 9704-2012, 7.2.4 and 10.1)."""
    if not reply.document.issuers:
        return None
    head = "".join("".join(_lines(reply)[:8]).split())
    if re.search(rf"{re.escape(reply.document.issuers[-1])}文件|^[^。]{{0,80}}文件", head):
        return "document", head[:QUOTE_MOST]
    alone = next(
        (line for line in _lines(reply)[:3] if _bare(line) == reply.document.issuers[0]), ""
    )
    if alone and reply.document.doc_no:
        return "letter", f"{alone.strip()}　{reply.document.doc_no}"
    return None


def _signer(reply: PastReply) -> _Found:
    line = next((line for line in _lines(reply)[:15] if SIGNER.search(line)), "")
    return ("true", line) if line and reply.document.signer else None


def _number(reply: PastReply) -> _Found:
    found = DOC_NO.search(reply.document.doc_no or "")
    if not found:
        return None
    printed = found.group()
    written = printed.replace(found["code"], "{{代字}}", 1).replace(found["year"], "{{年份}}", 1)
    at = written.rindex(found["serial"])
    return written[:at] + "{{序号}}" + written[at + len(found["serial"]) :], printed


# ------------------------------------------------------------------ title and opening


def _title(matter: str) -> _Reader:
    def read(reply: PastReply) -> _Found:
        title = "".join((reply.document.title or "").split())
        if (
            (reply.document.role == "会办") == (matter != "")
            or not title
            or _OTHER_LETTER.search(title)
        ):
            return None
        if matter and reply.document.matter != matter:
            return None
        pattern = _OF_ONE_ITEM.sub("", title)
        for words, slot in (
            (_bare(reply.document.session), "{{届次}}"),
            (reply.document.item_no or "", "{{案号}}"),
            (_bare(reply.document.subject), "{{案由}}"),
            (reply.document.issuers[0] if reply.document.issuers else "", "{{单位}}"),
        ):
            if words and len(words) < len(pattern):
                pattern = pattern.replace(words, slot, 1)
        if not matter and reply.document.matter:
            pattern = pattern.replace(reply.document.matter, "{{类别}}", 1)
        # What is still of this one item would be printed on every other one too.
        named = "{{案号}}" in pattern or "{{案由}}" in pattern
        of_one = _OF_ONE.search(pattern) or _ITS_SUBJECT.search(pattern)
        return (pattern, title) if named and not of_one else None

    return read


def _honorific(reply: PastReply) -> _Found:
    line = _salutation(reply)
    if not line:
        return None
    return ("尊敬的" if line.startswith("尊敬的") else ""), line


def _thanks(reply: PastReply) -> _Found:
    found = _last_thanks(reply)
    if not found:
        return None
    said, who = found
    pattern = said.replace(who, "{{称呼}}")
    place = re.search(rf"我[{DISTRICTS}]", pattern)
    if place:
        pattern = pattern.replace(place.group(), "{{本地}}", 1)
        pattern = re.sub(
            r"(\{\{本地\}\})[\u4e00-\u9fff]{2,16}工作(?=的)", r"\1{{工作}}", pattern, count=1
        )
    own = _SAYS_SELF.search(pattern)
    return (pattern.replace(own.group(), "{{自称}}") if own else pattern), said


def _last_thanks(reply: PastReply) -> tuple[str, str] | None:
    found = list(_THANKS.finditer(reply.document.text))
    return (found[-1]["first"] + (found[-1]["rest"] or "。"), found[-1]["who"]) if found else None


# ------------------------------------------------------------------ the tail


def _copies(matter: str) -> _Reader:
    def read(reply: PastReply) -> _Found:
        of = "会办" if reply.document.role == "会办" else reply.document.matter
        if of != matter or not reply.document.copies_to:
            return None
        # Whom one reply was copied to for its own sake, no other one is.
        units = [one for one in reply.document.copies_to if not _PERSON.search(one)]
        if not units:
            return None
        return "\n".join(units), "，".join(reply.document.copies_to)

    return read


def _contact_position(reply: PastReply) -> _Found:
    """Where a contact stands: before the signature, or behind it as a remark."""
    if not reply.document.contacts:
        return None
    lines = _lines(reply)
    names = [one.name for one in reply.document.contacts if one.name]
    last = next(
        (n for n in range(len(lines) - 1, -1, -1) if is_contact_line(lines[n], names)),
        None,
    )
    if last is None:
        return None
    signed = _signed_at(lines)
    if signed is None:
        return None
    return ("before-signature" if last < signed else "remark"), lines[last]


def _signed_at(lines: Sequence[str]) -> int | None:
    """Return the line of the signature: the date's, or the last that is units' names alone."""
    for number in range(len(lines) - 1, max(-1, len(lines) - 30), -1):
        line = lines[number].strip()
        if is_day(line.strip()) or (unit_names(line) and not is_copies_line(line)):
            return number
    return None


def _contact_label(reply: PastReply) -> _Found:
    found = _contact_writing(reply)
    return (found[0], found[2]) if found else None


def _name_and_phone(reply: PastReply) -> _Found:
    found = _contact_writing(reply)
    return (found[1], found[2]) if found else None


def _contact_writing(reply: PastReply) -> tuple[str, str, str] | None:
    """Return the label, the pattern of name and phone, and the line, where one person is named.

    What stands before the name alone is the label, where nothing parts the name from its phone.
    """
    position = _contact_position(reply)
    if position is None or len(reply.document.contacts) != 1:
        return None
    one, line = reply.document.contacts[0], position[1].strip()
    if not one.name or not one.phone or one.name not in line or one.phone not in line:
        return None
    label, rest = (_wide(part) for part in labelled_contact(line))
    label = _bare(label)
    written = rest.replace(one.name, "{{姓名}}", 1).replace(one.phone, "{{电话}}", 1)
    between = written.removeprefix("{{姓名}}").removesuffix("{{电话}}")
    if re.search(r"\d", written) or "{{电话}}" not in written:
        return None
    if not between.strip():
        return label, "{{姓名}}　{{电话}}", line
    return "", label + "　".join(written.split()), line


def _class_position(reply: PastReply) -> _Found:
    found = _class_printed(reply)
    if found is None:
        return None
    return ("head" if found.number < len(_lines(reply)) / 2 else "end"), found.quoted


def _class_writing(reply: PastReply) -> _Found:
    found = _class_printed(reply)
    return (found.pattern, found.quoted) if found else None


def _class_printed(reply: PastReply) -> Printed | None:
    return printed_class(_lines(reply), reply.document.result_class)


def _disclosure_print(reply: PastReply) -> _Found:
    found = _disclosure_printed(reply)
    return ("true", found.quoted) if found else None


def _disclosure_position(reply: PastReply) -> _Found:
    found = _disclosure_printed(reply)
    if found is None:
        return None
    lines = _lines(reply)
    if found.number < len(lines) / 2:
        return "head", found.quoted
    signed = _signed_at(lines)
    return ("remark" if signed is not None and found.number > signed else "end"), found.quoted


def _disclosure_writing(reply: PastReply) -> _Found:
    found = _disclosure_printed(reply)
    return (found.pattern, found.quoted) if found else None


def _disclosure_values(reply: PastReply) -> _Found:
    """The words to choose from, where they are others than the shipped profile has."""
    found = _disclosure_printed(reply)
    if found is None or is_shipped(found.value):
        return None
    return "\n".join(scheme_of(found.value)), found.quoted


def _disclosure_hidden(reply: PastReply) -> _Found:
    found = _disclosure_values(reply)
    return (found[0].splitlines()[-1], found[1]) if found else None


def _disclosure_usual(reply: PastReply) -> _Found:
    found = _disclosure_printed(reply)
    return (found.value, found.quoted) if found else None


def _disclosure_printed(reply: PastReply) -> Printed | None:
    value = reply.document.disclosure
    return printed_disclosure(_lines(reply), value) if value else None


def _sessions(matter: str) -> _Reader:
    def read(reply: PastReply) -> _Found:
        if reply.document.matter != matter or not reply.document.session:
            return None
        return _bare(reply.document.session), _line_with(reply, reply.document.session)

    return read


_READERS: dict[str, _Reader] = {
    "unit.name": _name,
    "unit.short": _of_name("short"),
    "unit.place": _place,
    "unit.work": _work,
    "unit.calls_itself": _calls_itself,
    "unit.code": _code,
    "unit.printer": _printer,
    "layout.skin": _skin,
    "layout.print_signer": _signer,
    "numbering.pattern": _number,
    "titles.proposal": _title("提案"),
    "titles.deputy": _title("建议"),
    "titles.co_handling": _title(""),
    "salutation.honorific": _honorific,
    "closings.thanks": _thanks,
    "copies.units.提案": _copies("提案"),
    "copies.units.建议": _copies("建议"),
    "copies.units.会办": _copies("会办"),
    "contact.position": _contact_position,
    "contact.label": _contact_label,
    "contact.name_and_phone": _name_and_phone,
    "classes.position": _class_position,
    "classes.line": _class_writing,
    "disclosure.print": _disclosure_print,
    "disclosure.position": _disclosure_position,
    "disclosure.line": _disclosure_writing,
    "disclosure.values": _disclosure_values,
    "disclosure.default": _disclosure_usual,
    "disclosure.never_published": _disclosure_hidden,
    "sessions.提案": _sessions("提案"),
    "sessions.建议": _sessions("建议"),
}


# ------------------------------------------------------------------ helpers


def _lines(reply: PastReply) -> list[str]:
    return [line for line in reply.lines if line.strip()]


def _wide(text: str) -> str:
    """Return ``text`` with the Chinese punctuation that a page may print half as wide."""
    return text.translate(_WIDE)


def _bare(text: str | None) -> str:
    return "".join((text or "").split())


def _salutation(reply: PastReply) -> str:
    if not reply.document.recipients:
        return ""
    lines: Iterator[str] = (line.strip() for line in _lines(reply)[:40])
    first = reply.document.recipients[0]
    return next(
        (
            line
            for line in lines
            if first in line and line.endswith(("：", ":")) and len(line) < 200
        ),
        "",
    )


def _line_with(reply: PastReply, words: str) -> str:
    found = next((line for line in _lines(reply) if words in line), words)
    return found.strip()[:QUOTE_MOST]
