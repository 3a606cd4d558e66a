"""Lines → Document: head, title, recipients, numbered tree, tail."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from drafting.language import fields
from drafting.language.days import date_of_line, parse_date
from drafting.language.doc_numbers import doc_no_of_line
from drafting.language.late import late
from drafting.language.naming.units import is_bureau, is_unit
from drafting.language.sentences.asking import advises
from drafting.language.sentences.promises import find_commitments
from drafting.model import Document, Kind
from drafting.papers.body import build_body
from drafting.papers.forms import is_form, unfold
from drafting.papers.layout import take_apart
from drafting.papers.letters import suggestions
from drafting.papers.letters.cards import card_fields, carries_card, names_form
from drafting.papers.letters.head import Head, close_up, organ_of_title, read_head, titles_answer
from drafting.papers.letters.item import (
    PROPOSAL_TITLE,
    card_subject,
    item_kind_by_card,
    item_kind_of,
    item_no_of,
    lead_in_of,
    role_of,
    session_of,
    subject_of,
    weigh_item_kind,
)
from drafting.papers.letters.metadata import lead_unit, read_metadata
from drafting.papers.letters.opening import (
    MATTERS,
    REPLY_OPENING,
    Opening,
    find_opening,
    is_answer_box,
)
from drafting.papers.letters.salutation import parse_salutation
from drafting.papers.letters.tail import Tail, read_tail, split_units
from drafting.papers.plain import furniture
from drafting.papers.plain.lines import Line, apart_from_footnotes
from drafting.papers.plain.restore import is_flattened, restore
from drafting.papers.policies.measures import find_measures

_POLICY_WORDS = late(
    r"(?:通知|意见|办法|方案|规划|计划|措施|细则|决定|条例|规定|纲要|批复|公告|通告|要点|行动|规则|规程|章程|"
    r"指南|预案|清单|标准|(?:任务|分解|分工)表|令|共和国[^。]{2,30}法)》?(?:[（(].*)?$"
)
_HANDLED_BY = late(r"(?:主办|承办|会办|协办|办理)单位\s*[:：]")
_PAGE_KEEPERS = late(
    r"ICP|备案|版权|技术支持|网站|网址|Copyright|政协[^，。]{0,12}委员会|人大常委会|运维"
)
# Who wrote it, on a line of its own below the title: the page's words, but the paper's proposer.
_AUTHOR = late(r"作\s?者\s?[:：]\s?[\u4e00-\u9fff· ]{2,20}")
# What a page's table of particulars says of the proposal itself; the rest of it is the page's.
_OF_THE_PROPOSAL = late(
    r"文\s*号|名\s*称|标\s*题|题\s*目|编\s*号|[承主办]\s*办|办\s*理|代表|委员|提案|建议|议案"
)
_ASSIGNMENT = late(r"(?:审查意见|审核意见|会办|协办|分办|交办|立案|承办|主办)[^：:]{0,6}[:：]")
_HANDLER = late(r"(?:承办人|经办人|联系人|签发人|领导签发|领导签批|分管领导)[^：:]{0,6}[:：]")
_PROMULGATED = late(r"《(?P<title>(?:[^《》]|《[^《》]*》)+)》")
# Names that a title prints on two lines or with a space: 中共中央 国务院关于…
_PARTY_AND_STATE = late(
    r"(中共[\u4e00-\u9fff]{0,12}?(?:中央|委员会|委)(?:办公厅|办公室)?)"
    r"((?:国务院|[\u4e00-\u9fff]{1,14}人民政府)(?:办公厅|办公室)?)"
)
_OUTER_MARKS = str.maketrans("〈〉", "《》")
_RUNNING = 25
_FULL_WIDTH = late("[０-９Ａ-Ｚａ-ｚ]")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code).isalnum()}
_STILL_TAIL = late(r"抄\s*[送报]\s*[:：]|[（(]?联系人|感谢您|感谢你们")


def build_document(lines: Sequence[Line]) -> Document:
    """Return the document that ``lines`` carry.

    Notes are part of its text, at their place, and of nothing that is read from it.
    """
    document = _build(lines)
    if document.kind is Kind.REPLY and is_form(lines):
        return _build(unfold(lines))
    return document


def _build(lines: Sequence[Line]) -> Document:
    prepared, notes = apart_from_footnotes(_prepare(lines))
    texts = [line.text for line in prepared]
    skip = frozenset(number for number, text in enumerate(texts) if furniture.is_furniture(text))
    opening = find_opening(texts, skip)
    kind = _guess_kind(texts, opening, skip)
    top = _head_end(prepared, opening, kind, skip)
    metadata, meta_lines = read_metadata(texts[:top])
    if kind is Kind.REPLY and (lead := lead_unit(texts[:top])):
        metadata.setdefault("handler", lead)
    if kind is Kind.PROPOSAL:
        # A page's table names who answered; a proposal's card says who is to answer, and is text.
        meta_lines -= {number for number in meta_lines if _HANDLED_BY.match(texts[number])}
    head = read_head(prepared, top, kind=kind, skip=skip | meta_lines)
    published = parse_date(metadata.get("published", ""))
    tail_from = opening.below if opening.start >= 0 else top
    end = _footer_start(texts, tail_from, kind)
    author = head.authors[0] if len(head.authors) == 1 else None
    tail = read_tail(texts[:end], tail_from, published=published, author=author, skip=skip)
    body_lines = [
        prepared[number]
        for number in range(tail_from, end)
        if number not in tail.lines and number not in skip
    ]
    fragments = [texts[n] for n in range(top) if n not in skip and n not in meta_lines]
    above = (
        []
        if kind is Kind.REPLY or opening.start >= 0
        else _text_above(prepared, top, head, skip | meta_lines)
    )
    document = _assemble(kind, opening, head, tail, metadata, [*above, *body_lines], fragments)
    document = replace(
        document, notes=tuple(dict.fromkeys(line.note for line in lines if line.note))
    )
    if kind is Kind.PROPOSAL and not _of_session(document.session):
        # The page's own words tell too whose site it is.
        document = replace(document, matter=weigh_item_kind(texts).matter or document.matter)
    if kind in (Kind.PROPOSAL, Kind.OTHER) or carries_card(texts, skip):
        printed = _as_printed(texts[:end], document.title, skip, meta_lines, notes)
        return replace(document, text=printed)
    text = _whole_text(prepared, document, head, opening, skip | meta_lines, end, notes)
    return replace(document, text=text)


def _prepare(lines: Sequence[Line]) -> list[Line]:
    """Restore punctuation, take run-together lines apart, drop bars and bullets."""
    flattened = _is_flattened(lines)
    prepared: list[Line] = []
    for line in lines:
        text = restore(line.text) if flattened else line.text
        text = text.translate(_HALF_WIDTH) if _FULL_WIDTH.search(text) else text
        cells = tuple(restore(cell) for cell in line.cells) if flattened else line.cells
        if cells or line.footnote:
            prepared.append(replace(line, text=text, cells=cells))
            continue
        parts = take_apart(furniture.strip_edges(text))
        if parts == [line.text]:
            prepared.append(line)
        else:
            prepared += [replace(line, text=part) for part in parts if part]
    return prepared


def _is_flattened(lines: Sequence[Line]) -> bool:
    """Tell by the running text: a page's own furniture may have kept its punctuation."""
    running = [
        line.text for line in lines if len(line.text) >= _RUNNING and not _is_the_pages(line.text)
    ]
    return is_flattened("\n".join(running or [line.text for line in lines]))


def _is_the_pages(text: str) -> bool:
    return (
        furniture.is_furniture(text)
        or furniture.opens_footer(text)
        or furniture.may_open_footer(text)
    )


# ------------------------------------------------------------------ what it is


def _guess_kind(texts: Sequence[str], opening: Opening, skip: frozenset[int]) -> Kind:
    kept = [text for number, text in enumerate(texts) if number not in skip]
    boxed = opening.start >= 0 and is_answer_box(texts[opening.start])
    if boxed or opening.salutation or _opens_reply(kept[:40]):
        return Kind.REPLY
    if not opening.recipients and any(map(titles_answer, kept[:40])):
        return Kind.REPLY
    cards = sum(map(card_fields, kept))
    if cards >= 2 or any(map(names_form, kept[:10])) or (cards and any(map(advises, kept))):
        return Kind.PROPOSAL
    if any(
        PROPOSAL_TITLE.search(text) and len(text) < 80 and not _POLICY_WORDS.search(below)
        for text, below in pairwise((*kept[:3], "")[:4])
    ):
        return Kind.PROPOSAL
    if opening.recipients or any(
        _POLICY_WORDS.search(text) and 5 <= len(text) <= 120 and "。" not in text
        for text in kept[:40]
    ):
        return Kind.POLICY
    if cards:
        return Kind.PROPOSAL
    return Kind.OTHER


def _of_session(session: str | None) -> bool:
    """Whether the session names its body, by which 提案 and 建议 are told apart."""
    return bool(session and re.search(r"政协|政治协商|人大|人民代表大会", session))


def _opens_reply(texts: Sequence[str]) -> bool:
    """Whether a text without salutation answers a 提案 or 建议, which it or its title names."""
    return any(
        REPLY_OPENING.search(text[:300]) and MATTERS.search(" ".join(texts[: number + 1]))
        for number, text in enumerate(texts)
    )


def _head_end(lines: Sequence[Line], opening: Opening, kind: Kind, skip: frozenset[int]) -> int:
    """Return the number of the first line that is no longer head."""
    if opening.start >= 0:
        return opening.start
    for number, line in enumerate(lines):
        if number in skip or line.page_head:
            continue
        text = line.text
        if kind is Kind.REPLY and REPLY_OPENING.search(text):
            return _first_of_text(lines, number, skip)
        if kind is not Kind.REPLY and _is_running_text(text):
            return number
    if kind is Kind.REPLY and (
        named := [n for n in range(len(lines)) if titles_answer(lines[n].text)]
    ):
        # A reply whose page has lost its opening begins below its title.
        below = range(named[-1] + 1, len(lines))
        return next((n for n in below if _is_running_text(lines[n].text)), len(lines))
    return len(lines)


def _first_of_text(lines: Sequence[Line], number: int, skip: frozenset[int]) -> int:
    """Return the number of the first of the paragraphs that end in the one that opens the answer.

    A letter to nobody may say first who proposed what.
    """
    while number and number - 1 not in skip and _is_paragraph(lines[number - 1].text):
        number -= 1
    return number


def _is_paragraph(text: str) -> bool:
    return len(text) >= _RUNNING and text.endswith(("。", "；", "！", "："))


def _is_running_text(text: str) -> bool:
    """Whether ``text`` is a sentence or a first heading: where a text without salutation begins."""
    if re.match(r"[一1]\s*[、.．]|第一[章条]|[（(]一[）)]", text):
        return True
    return bool(re.search(r"[。；]", text)) and len(text) >= 20


def _footer_start(texts: Sequence[str], start: int, kind: Kind) -> int:
    """Return the number of the line from which on all belongs to the page, below the document."""
    for number in range(start + 1, len(texts)):
        if _names_handlers(texts, number) or (kind is Kind.PROPOSAL and _assigns(texts, number)):
            continue
        if furniture.opens_footer(texts[number]):
            return number
        if furniture.may_open_footer(texts[number]) and not _goes_on(texts[number + 1 :]):
            return number
    return len(texts)


def _goes_on(texts: Sequence[str]) -> bool:
    """Whether the document still stands below: its date on a line, its copies, its contact."""
    for text in texts:
        if furniture.opens_footer(text):
            return False
        if len(text) < 60 and (date_of_line(text) or _STILL_TAIL.match(text)):
            return True
    return False


def _names_handlers(texts: Sequence[str], number: int) -> bool:
    """Whether 承办单位： opens a letter's tail, who handled it standing below, and not a footer."""
    near = texts[number + 1 : number + 4]
    return bool(_HANDLED_BY.match(texts[number])) and any(_HANDLER.match(text) for text in near)


def _assigns(texts: Sequence[str], number: int) -> bool:
    """Whether 主办单位： is a field of a proposal's card.

    Other such fields stand beside it, or nothing below it is of a page that names its keepers.
    """
    if not _HANDLED_BY.match(texts[number]):
        return False
    beside = (*texts[max(0, number - 2) : number], *texts[number + 1 : number + 2])
    below = " ".join(texts[number : number + 4])
    return any(map(_ASSIGNMENT.match, beside)) or not _PAGE_KEEPERS.search(below)


def _text_above(
    lines: Sequence[Line], top: int, head: Head, skip: frozenset[int] | set[int]
) -> list[Line]:
    """Lines above the first sentence that are none of the head's, such as a card's fields."""
    return [
        line
        for number, line in enumerate(lines[:top])
        if number not in head.lines and number not in skip and not line.page_head
    ]


# ------------------------------------------------------------------ putting it together


def _assemble(
    kind: Kind,
    opening: Opening,
    head: Head,
    tail: Tail,
    metadata: dict[str, str],
    body_lines: list[Line],
    above: Sequence[str],
) -> Document:
    salutation = opening.salutation
    if salutation and salutation.rest:
        body_lines = [Line(salutation.rest), *body_lines]
    texts = [line.text for line in body_lines]
    title = _title(kind, head, metadata, body_lines)
    lead_in = lead_in_of(texts)
    body = build_body(body_lines)
    reply = kind is Kind.REPLY
    day = tail.date or parse_date(metadata.get("written", "")) or head.date
    item_kind = None
    if kind is Kind.PROPOSAL:
        item_kind = item_kind_by_card([*above, *texts[:12]]) or item_kind_of(
            title, salutation, lead_in
        )
    elif kind is Kind.REPLY:
        item_kind = item_kind_of(title, salutation, lead_in)
        if not (item_kind or title or salutation):
            item_kind = item_kind_by_card(above)
    return Document(
        kind=kind,
        text="",
        title=title,
        doc_no=head.doc_no or _meta_doc_no(metadata) or fields.doc_no_in_title(title or ""),
        index_no=metadata.get("index_no"),
        issuers=_issuers(kind, title, head, tail, metadata, above),
        recipients=opening.recipients
        or (salutation.names if salutation else _named_below(tail.recipients)),
        recipient_count=salutation.count if salutation else None,
        session=session_of(title, lead_in, above) if item_kind or reply else None,
        item_no=_item_no(kind, title, lead_in, above),
        subject=subject_of(title, lead_in, above) if reply else card_subject(kind, texts, metadata),
        matter=item_kind,
        role=role_of(title, lead_in, salutation) if reply else None,
        date=day,
        result_class=_result_class(title, head, tail, metadata, texts) if reply else None,
        disclosure=_disclosure(head, tail, metadata),
        signer=head.signer or tail.signer or metadata.get("signer"),
        contacts=tail.contacts,
        copies_to=tail.copies_to,
        body=body,
        measures=find_measures(body) if kind is Kind.POLICY else (),
        suggestions=suggestions.of_reply(texts) if reply else (),
        commitments=find_commitments(body, day.year if day else None) if reply else (),
        validity=metadata.get("validity") if kind is Kind.POLICY else None,
    )


def _named_below(line: str) -> tuple[str, ...]:
    """Return the recipients that stand in the imprint (主送 moved there, GB/T 9704, 7.3.2)."""
    salutation = parse_salutation(f"{line.rstrip('。')}：") if line else None
    return salutation.names if salutation and salutation.names else split_units(line)


def _title(
    kind: Kind, head: Head, metadata: dict[str, str], body_lines: Sequence[Line]
) -> str | None:
    if head.doc_no and "令第" in head.doc_no and (decreed := _decreed_title(body_lines)):
        return decreed
    named = metadata.get("title")
    if named and kind is not Kind.REPLY:
        return close_up(named)
    if head.title:
        return head.title
    if named and re.search(r"答复|复函|意见|函", named):
        return close_up(named)
    return None


def _decreed_title(body_lines: Sequence[Line]) -> str | None:
    """A decree (令) carries its regulation: what it promulgates, or the line above 第一条."""
    for number, line in enumerate(body_lines[:6]):
        named = _PROMULGATED.search(line.text) if re.search("公布|发布", line.text) else None
        if named and (title := _printed_below(named["title"], body_lines[number + 1 :])):
            return title
    for above, below in pairwise(body_lines):
        opens = re.match(r"[（(]\d{4}年|第一[章条]", below.text)
        if (
            opens
            and len(above.text) <= 50
            and re.search(r"(?:条例|规定|办法|细则|规则|法)$", above.text)
        ):
            return close_up(above.text)
    return None


def _printed_below(named: str, lines: Sequence[Line]) -> str | None:
    """Return the title ``named`` in a sentence as its own line or lines print it.

    Within 《》 a sentence prints 〈〉 for its 《》.
    """
    wanted = close_up(named).translate(_OUTER_MARKS)
    for number in range(len(lines)):
        for joined in (lines[number : number + 1], lines[number : number + 2]):
            title = close_up("".join(line.text for line in joined))
            if title.translate(_OUTER_MARKS) == wanted:
                return title
    return None


def _item_no(kind: Kind, title: str | None, lead_in: str, above: Sequence[str]) -> str | None:
    if kind not in (Kind.REPLY, Kind.PROPOSAL):
        return None
    found = item_no_of(title, lead_in, above)
    return found or (fields.item_below_session(above) if kind is Kind.REPLY else None)


def _meta_doc_no(metadata: dict[str, str]) -> str | None:
    found = doc_no_of_line(metadata.get("doc_no", ""))
    return found[0] if found else None


def _issuers(
    kind: Kind,
    title: str | None,
    head: Head,
    tail: Tail,
    metadata: dict[str, str],
    above: Sequence[str],
) -> tuple[str, ...]:
    """Whoever issues: the signature, the mark above, the title, and last the page's table.

    A page's 来源 counts for a reply only where it is a bureau: portals name themselves there.
    """
    if head.doc_no and "令第" in head.doc_no:
        organ = head.doc_no.split("令第")[0]
        if len(head.issuers) > 1:
            return tuple(name.removeprefix("中华人民共和国") for name in head.issuers)
        return ("国务院",) if organ == "国" else (organ,)
    titled = _named_in_title(title, head, above)
    mark, signed = head.issuers, tail.signatures
    if kind is Kind.REPLY:
        return _who_answers(mark, signed, titled) or _publisher(kind, metadata)
    if mark:
        return _all_who_sign(mark, signed)
    return signed or titled or _publisher(kind, metadata)


def _who_answers(
    mark: tuple[str, ...], signed: tuple[str, ...], titled: tuple[str, ...]
) -> tuple[str, ...]:
    """Return who answers in a letter: who signs it, by the whole name where the mark prints it.

    Other names above a letter are those of the website and its parts; without a signature the
    title tells more surely than they do, and a government's name there is that of its website.
    """
    if not signed:
        return titled or tuple(name for name in mark if not name.endswith("政府"))
    if not _fits(mark, signed):
        return signed
    if len(mark) == len(signed) == 1:
        return max(mark, signed, key=lambda names: len(names[0]))
    return _all_who_sign(mark, signed)


def _fits(mark: tuple[str, ...], signed: tuple[str, ...]) -> bool:
    """Whether a mark names those who sign, or the first of them: maybe by a longer name."""
    return bool(mark) and all(
        any(one.endswith(other) or other.endswith(one) for other in signed) for one in mark
    )


def _named_in_title(title: str | None, head: Head, above: Sequence[str]) -> tuple[str, ...]:
    """Return the units that the title names, or that another print of it above names."""
    if not title or len(head.authors) > 1:
        return head.authors
    # A page repeats its title: the name before it may stand in the other one only.
    whole = (organ_of_title(line) for line in (title, *above) if line.endswith(title))
    titled = next((organ for organ in whole if organ), None)
    if not titled:
        return ()
    joint = _PARTY_AND_STATE.fullmatch(titled)
    return joint.groups() if joint else (titled,)


def _publisher(kind: Kind, metadata: dict[str, str]) -> tuple[str, ...]:
    publisher = metadata.get("publisher", "")
    if is_unit(publisher) and (kind is not Kind.REPLY or is_bureau(publisher)):
        return (publisher,)
    for name in ("handler", "origin") if kind is Kind.REPLY else ():
        if is_bureau(unit := metadata.get(name, "")):
            return (unit,)
    return ()


def _all_who_sign(mark: tuple[str, ...], signatures: tuple[str, ...]) -> tuple[str, ...]:
    """Return the issuers of a joint letter, whose mark names the lead unit only (10.1)."""
    joint = len(signatures) > len(mark) == 1 and mark[0].endswith(signatures[0])
    return (mark[0], *signatures[1:]) if joint else mark


def _result_class(
    title: str | None, head: Head, tail: Tail, metadata: dict[str, str], texts: Sequence[str]
) -> str | None:
    in_table = fields.class_of_line(metadata.get("result_class", ""))
    if printed := head.result_class or tail.result_class or in_table:
        return printed
    in_text = (code for text in texts[:3] if (code := fields.class_in_text(text)))
    return fields.class_in_title(title or "") or next(in_text, None)


def _disclosure(head: Head, tail: Tail, metadata: dict[str, str]) -> str | None:
    if head.disclosure or tail.disclosure:
        return head.disclosure or tail.disclosure
    return fields.disclosure_of_line(f"公开方式：{metadata.get('disclosure', '')}")


def _whole_text(
    lines: Sequence[Line],
    document: Document,
    head: Head,
    opening: Opening,
    skip: frozenset[int] | set[int],
    end: int,
    notes: dict[int, list[Line]],
) -> str:
    """The document's text: title once, then every line from the head down to the page's footer.

    A note stands behind its line; those of the lines above, as of the title, behind the title.
    """
    texts = [document.title] if document.title else []
    first = head.title_lines[-1] + 1 if head.title_lines else 0
    start = first if opening.start < 0 else min(first, opening.start) if first else opening.start
    below = [note for number, found in notes.items() if number < start for note in found]
    texts += [note.text for note in below]
    for number in range(start, end):
        if number not in skip and number not in head.title_lines:
            texts.append(lines[number].text)
        texts += [note.text for note in notes.get(number, ())]
    return "\n".join(texts)


def _as_printed(
    texts: Sequence[str],
    title: str | None,
    skip: frozenset[int],
    meta_lines: set[int],
    notes: dict[int, list[Line]],
) -> str:
    """The text of a proposal as its paper has it: all lines but the page's own, in their order.

    A page prints its title several times; it stands once.
    """
    kept: list[str] = [note.text for note in notes.get(-1, ())]
    bare_key = False
    for number, text in enumerate(texts):
        if number in skip and not _AUTHOR.fullmatch(text):
            continue
        of_it = _OF_THE_PROPOSAL.search(text) or _AUTHOR.fullmatch(text)
        told = number not in meta_lines or bool(of_it) or bare_key
        bare_key = told and number in meta_lines and not re.search(r"[:：|｜]\s*\S", text)
        repeated = title is not None and text in kept and close_up(text) == title
        if told and not repeated:
            kept.append(text)
        kept += [note.text for note in notes.get(number, ())]
    return "\n".join(kept)


def parse_day(text: str) -> dt.date | None:
    """Return the date printed in ``text``; for card fields and forms."""
    return parse_date(text)
