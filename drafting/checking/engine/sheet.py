"""Text or reply → :class:`Sheet`: which line is title, salutation, body or tail.

A :class:`Reply` tells its places itself. A plain text is laid out by what its lines look like;
where it looks like nothing in particular, everything is body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from drafting.checking.engine.guards import protected
from drafting.checking.engine.halfwidth import is_flattened, restore
from drafting.checking.engine.office import ALONE, Office
from drafting.checking.engine.rule import Guards, Paragraph, Parts, Place, Sheet
from drafting.checking.engine.webpage import lines_of_page
from drafting.language.days import day_of, is_day
from drafting.language.doc_numbers import MET, SHORT_YEAR
from drafting.language.fields import disclosure_of_line
from drafting.language.naming.bodies import ends_as_body
from drafting.language.naming.units import is_territory, unit_names
from drafting.language.numbering import Label, parse_label
from drafting.model import Block, Draft, Reply
from drafting.model.identity import identified
from drafting.papers.letters.salutation import parse_recipients

_LONGEST_NOTE = 80
"""Characters of an 附注: 公开属性 and a contact or two."""
_GREETED = re.compile(r"[，,:：]?\s{0,8}[您你]们?好[!！。]?[:：]?$|[!！]?[:：]$")
_TITLE_END = re.compile(
    r"(?:答复|答复函|复函|函|通知|意见|决定|办法|方案|报告|公告|通告|批复|请示|规划|条例|计划)[。；]?$"
)
_DOC_NO = re.compile(rf"^[一-鿿]{{1,12}}(?:{MET}|{SHORT_YEAR})$")
_TAIL = re.compile(
    r"^(?:抄\s?送|抄\s?报|主送|联系人|联系电话|联系单位|联系方式|承办人|承办责任人|承办负责人|"
    r"经\s?办\s?人|签发人|领导签发|"
    r"领导署名|领导签批|附件|类\s{0,8}别|办复类别|办理结果|公开属性|公开方式|是否同意公开|"
    r"（此件|（联系人|\(此件|\(联系人)|印发$|^[（(][^（）()]{2,60}[）)]$"
)
"""A line all in brackets is a remark (附注), whatever it says."""
_ENDED = re.compile(r"[。！？”）：…；.!?):;]\s{0,8}$")
_PASSED_ON = re.compile("转发|批转|印发")
_HEAD_LIMIT = 25
_OPENING = re.compile(r"收悉|答复如下|研究办理|已交由|意见如下")
_REPLY_TITLE = re.compile(r"(?:提案|建议|议案)[^。]{0,12}(?:答复|复函|函|意见)")


def sheet_of_text(
    text: str,
    *,
    draft: Draft | None = None,
    complete: bool = False,
    office: Office = ALONE,
    automatic: Sequence[str] = (),
) -> Sheet:
    """Lay out a plain text, one paragraph a line.

    ``automatic`` are the numbers that Word prints before the lines, "" for a line without one.
    """
    draft = identified(draft) if draft else None
    raw = text.split("\n")
    numbers = automatic or [""] * len(raw)
    places = lay_out([f"{number}{line}" for number, line in zip(numbers, raw, strict=True)])
    flattened = is_flattened(raw)
    parts = _parts_of_text(raw, places, draft, complete)
    return _sheet(raw, places, Sheet((), parts, draft, flattened, office), numbers)


def sheet_of_reply(reply: Reply, draft: Draft | None = None, office: Office = ALONE) -> Sheet:
    """Lay out an assembled reply; lines are numbered as :func:`printed_lines` gives them."""
    draft = identified(draft) if draft else None
    printed = printed_lines(reply)
    texts = [text for _, text in printed]
    places = [place for place, _ in printed]
    salutation_line = places.index("salutation") if reply.salutation else 0
    parts = Parts(
        title=reply.title,
        title_line=places.index("title"),
        salutation=reply.salutation,
        salutation_line=salutation_line,
        opening=_opening(texts, places),
        signatures=reply.signatures,
        issuers=reply.issuers,
        date=reply.date,
        # The public version drops contacts and copies on purpose.
        has_contact=reply.form == "public"
        or any("联系" in text and re.search(r"\d{7}", text) for text in texts),
        has_copies=reply.form == "public" or bool(reply.copies_to),
        disclosure=reply.disclosure_label or _disclosure(texts),
        result=reply.result_label,
        is_reply=reply.form in ("reply", "public", "co-handling"),
        is_opinion=reply.form == "co-handling",
        complete=True,
        form=reply.form,
    )
    return _sheet(texts, places, Sheet((), parts, draft, is_flattened(texts), office))


def printed_lines(reply: Reply) -> list[tuple[Place, str]]:
    """Return the paragraphs of a reply in the order printed; findings count by this list.

    Head (doc_no, result, disclosure, signer), title, salutation, body (a table gives one
    paragraph a row, cells apart by tabs), attachment titles and bodies, signatures, date,
    remark, copies.
    """
    lines: list[tuple[Place, str]] = []

    def add(place: Place, *texts: str | None) -> None:
        lines.extend((place, part) for text in texts if text for part in text.split("\n"))

    add("head", reply.doc_no, reply.result_label, reply.disclosure_label, reply.signer)
    add("title", reply.title)
    add("salutation", f"{reply.salutation}：" if reply.salutation else None)
    _add_blocks(lines, reply.body)
    for attachment in reply.attachments:
        add("tail", attachment.title)
        _add_blocks(lines, attachment.body)
    add("tail", *reply.signatures)
    if reply.date:
        add("tail", f"{reply.date.year}年{reply.date.month}月{reply.date.day}日")
    add("tail", f"（{reply.remark}）" if reply.remark else None)
    add("tail", f"抄送：{'，'.join(reply.copies_to)}。" if reply.copies_to else None)
    return lines


def _add_blocks(lines: list[tuple[Place, str]], blocks: Sequence[Block]) -> None:
    for block in blocks:
        place: Place = "table" if block.kind == "table" else "body"
        lines.extend((place, part) for part in block.full_text.split("\n"))


def lay_out(raw: Sequence[str]) -> list[Place]:
    """Say of each line where it stands."""
    page = lines_of_page(raw)
    if not page:
        return _laid_out(raw)
    kept = [number for number in range(len(raw)) if number not in page]
    places: list[Place] = ["page"] * len(raw)
    for number, place in zip(kept, _laid_out([raw[number] for number in kept]), strict=True):
        places[number] = place
    return places


def _laid_out(raw: Sequence[str]) -> list[Place]:
    lines = [line.strip() for line in raw]
    places: list[Place] = ["body"] * len(lines)
    salutation = _find_salutation(lines)
    title = _find_title(lines, len(lines) if salutation is None else salutation)
    first = salutation if salutation is not None else (title[1] if title else 0)
    for index in range(first):
        places[index] = "head"
    if salutation is not None:
        places[salutation] = "salutation"
    if title:
        for index in range(title[0], title[1]):
            places[index] = "title"
    _mark_tail(lines, places)
    if len(lines) == 1 and _DOC_NO.match(lines[0]):
        places[0] = "head"
    return places


def _find_salutation(lines: Sequence[str]) -> int | None:
    """The first short line that names somebody and ends in a colon, with only a head above it."""
    for index, line in enumerate(lines[:_HEAD_LIMIT]):
        if len(line) > 80 or re.match(r"[一二三四五六七八九十]+、|（[一二三四]", line):
            return None
        if _addressed(line):
            return index
        if len(line) > 40 and "，" in line:
            return None
    return None


def _addressed(line: str) -> str | None:
    """Return whom a line addresses by a colon or a greeting, and says nothing else."""
    greeting = _GREETED.search(line)
    if greeting is None or "如下" in line or "。" in line[: greeting.start()]:
        return None
    name = line[: greeting.start()]
    person = name.endswith(("委员", "代表", "同志"))
    return name if person or ends_as_body(name) or parse_recipients(f"{name}：") else None


def _find_title(lines: Sequence[str], stop: int) -> tuple[int, int] | None:
    """The line or up to three lines from 关于 or 对 to a kind of document."""
    for index, line in enumerate(lines[: min(stop, _HEAD_LIMIT)]):
        if not re.search(r"关于|^对.{2,40}(?:提案|建议)", line) or len(line) > 120:
            continue
        for count in (1, 2, 3):
            if index + count > stop:
                break
            joined = "".join(lines[index : index + count])
            whole = len(joined) < 130 and _TITLE_END.search(joined)
            if whole and not re.search(r"[，；]|。.", joined) and not parse_label(line):
                return index, index + count
    return None


def _mark_tail(lines: Sequence[str], places: list[Place]) -> None:
    """From the end upwards, as long as lines look like a tail."""
    below = ""
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if not line:
            continue
        if places[index] != "body" or not _is_tail(line, below):
            return
        places[index] = "tail"
        below = line


def _is_tail(line: str, below: str) -> bool:
    if _TAIL.search(line) or is_day(line):
        return len(line) <= 200
    return not parse_label(line) and bool(_signs(line, below))


def is_excerpt(sheet: Sheet) -> bool:
    """Whether a text is a part of a document, or a page of the web that has lost what is printed
    around it: it breaks off in the midst of a sentence, or its punctuation is lost."""
    if sheet.parts.complete:
        return False
    last = next((line for line in reversed(sheet.lines) if line.text.strip()), None)
    broken_off = last is not None and last.place == "body" and not _ENDED.search(last.text)
    return sheet.flattened or (broken_off and len(sheet.lines) > 1)


def _signs(line: str, below: str) -> tuple[str, ...]:
    """Return the units that a line names; a street or town signs by its name above the date."""
    return unit_names(line) or ((line,) if is_territory(line) and is_day(below) else ())


def _is_opinion(title: str | None, draft: Draft | None) -> bool:
    """Whether a 会办 unit writes: by its assignment, or by the title."""
    by_title = title is not None and re.search(r"(?:会办|协办)(?:意见|件)", title) is not None
    return by_title or (draft is not None and draft.proposal.role == "会办")


def _is_reply(title: str | None, salutation: str | None) -> bool:
    """Whether the title is that of an answer to a 提案 or 建议.

    What a government has proposed to another (关于你省建议的复函) is another kind of letter.
    """
    if title is None or not _REPLY_TITLE.search(title):
        return False
    to_government = salutation is not None and salutation.endswith("人民政府")
    return not to_government or re.search("提案|议案|代表|人大|政协", title) is not None


def _parts_of_text(
    raw: Sequence[str], places: Sequence[Place], draft: Draft | None, complete: bool
) -> Parts:
    lines = [line.strip() for line in raw]
    title_lines = [i for i, place in enumerate(places) if place == "title"]
    salutations = [i for i, place in enumerate(places) if place == "salutation"]
    tail = [lines[i] for i, place in enumerate(places) if place == "tail"]
    head = [lines[i] for i, place in enumerate(places) if place == "head"]
    title = " ".join(lines[i] for i in title_lines) or None
    opening = _opening(lines, places)
    salutation = _addressed(lines[salutations[0]]) if salutations else None
    reply_like = _is_reply(title, salutation) or (
        opening is not None and "答复如下" in lines[opening]
    )
    return Parts(
        title=title,
        title_line=title_lines[0] if title_lines else 0,
        salutation=salutation,
        salutation_line=salutations[0] if salutations else 0,
        opening=opening,
        signatures=tuple(
            name
            for line, below in zip_longest(tail, tail[1:], fillvalue="")
            for name in _signs(line, below)
        ),
        # The first line of a title may end in a unit's name: 某办公室转发某局…….
        issuers=tuple(
            name for line in head if not _PASSED_ON.search(line) for name in unit_names(line)
        ),
        date=next((day for line in [*tail, *lines] if (day := day_of(line))), None),
        has_contact=any("联系" in line or "电话" in line for line in tail),
        has_copies=any(line.startswith("抄送") for line in tail),
        disclosure=_labelled(head + tail, ("公开属性", "公开方式", "（此件", "是否同意公开"))
        or _disclosure(head + tail),
        result=_labelled(head + tail, ("办理结果", "类别", "办复类别")),
        is_reply=reply_like,
        is_opinion=_is_opinion(title, draft),
        complete=complete,
    )


def _opening(lines: Sequence[str], places: Sequence[Place]) -> int | None:
    """The first body line that takes the item up; the first line of the body if none does."""
    body = [i for i, place in enumerate(places) if place == "body" and lines[i].strip()]
    return next((i for i in body[:3] if _OPENING.search(lines[i])), body[0] if body else None)


def _disclosure(lines: Sequence[str]) -> str | None:
    """Return the line that says the 公开属性, wherever a unit prints it: also in the 附注, before
    the contact: （公开属性：主动公开；联系人：…）."""
    short = (line for line in lines if "公开" in line and len(line) < _LONGEST_NOTE)
    return next((line for line in short if any(map(disclosure_of_line, _notes(line)))), None)


def _notes(line: str) -> list[str]:
    return re.split("[；;]", line.strip("（）() "))


def _labelled(lines: Sequence[str], labels: tuple[str, ...]) -> str | None:
    return next((line for line in lines if line.startswith(labels)), None)


def _sheet(
    raw: Sequence[str], places: Sequence[Place], bare: Sheet, automatic: Sequence[str] = ()
) -> Sheet:
    """Guard the lines; a flattened text is read as it was before, offsets being the same."""
    texts = [restore(text) for text in raw] if bare.flattened else raw
    numbers = automatic or [""] * len(texts)
    lines = tuple(
        Paragraph(index, text, place, _guarded(text, place), _label(text, number), number)
        for index, (text, place, number) in enumerate(zip(texts, places, numbers, strict=True))
    )
    whole = "\n".join(f"{line.automatic}{line.text}" for line in lines)
    return replace(bare, lines=lines, whole=whole)


_LABEL_LIMIT = 24


def _label(text: str, automatic: str) -> Label | None:
    """The level number of a line; an automatic one takes no place in its text."""
    if not automatic:
        return parse_label(text[:_LABEL_LIMIT])
    label = parse_label(automatic)
    return replace(label, length=0) if label else None


def _guarded(text: str, place: Place) -> Guards:
    """Guard a line. The number in the head is the unit's own, so it may be fixed."""
    spans = protected(text)
    return tuple(span for span in spans if span[0] != "doc_no") if place == "head" else spans
