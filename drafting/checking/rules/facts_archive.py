"""Citations, figures and names held against what the office keeps (rules F, and D10, Q08, Z08).

Nothing is said without an archive or a list of names. A citation that the archive does not have
is a hint only, for no archive has everything; one that it has otherwise is an error. Sources: GB/T
9704-2012, 7.2.5 (发文字号); what supervisors ask of citations: 标题、文号准确，依据现行有效.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from drafting.answering.particulars import candidates, contradicted, figure_sentences
from drafting.checking.engine.cases import archived, named
from drafting.checking.engine.office import Archived, FactLibrary
from drafting.checking.engine.rule import EVERYWHERE, QUOTED, Hit, Paragraph, Rule, Sheet
from drafting.language.doc_numbers import PRINTED
from drafting.language.naming.offices import office_of
from drafting.language.naming.units import LISTED
from drafting.model import OUT_OF_FORCE, Proposal

_SOURCE = "引用公文应标题、文号准确，依据现行有效"
_CITATION = re.compile(
    rf"(?:(?P<issuer>[一-鿿]{{2,16}}?(?:{LISTED}))"
    r"(?:制定|印发|出台|下发|发布|联合印发)了?)?"
    r"《(?P<title>[^《》]{4,120})》"
    rf"(?:[（(](?P<number>(?P<code>[一-鿿]{{2,14}}){PRINTED})[）)])?"
)
_MOST = 80
"""Citations looked up for one text; a text with more is a list of documents."""
_ENOUGH, _PIECE, _MOST_PIECES = 400, 1_100, 20
"""Characters of sentences with figures that are held against the archive by one search: with so
many it ends with its section, and it holds at most so many; searches for one text."""
_SECTION = re.compile(r"[一二三四五六七八九十]{1,3}、")
_AS_GROUND = re.compile(r"(?:按照|依照|根据|依据|遵照|落实|贯彻|执行|遵循)[一-鿿]{0,8}$")


@dataclass(frozen=True, slots=True)
class _Citation:
    """A 《title》, with its number and what names the issuer before it, as they stand."""

    line: Paragraph
    found: re.Match[str]

    def hit(self, part: str, message: str) -> Hit:
        return Hit(*self.found.span(part), message=message, line=self.line.index)


def _citations(sheet: Sheet) -> Iterator[_Citation]:
    count = 0
    for line in sheet.at("body", "table"):
        for found in _CITATION.finditer(line.text):
            count += 1
            if count > _MOST:
                return
            yield _Citation(line, found)


def _held(sheet: Sheet) -> Iterator[tuple[_Citation, FactLibrary]]:
    if sheet.office.archive is not None:
        for one in _citations(sheet):
            yield one, sheet.office.archive


def _unknown(sheet: Sheet) -> Iterator[Hit]:
    """A title with a number of which the archive has neither."""
    for one, archive in _held(sheet):
        title, number = one.found["title"], one.found["number"]
        if number and not archive.by_number(number) and not archive.by_title(title):
            yield one.hit("number", f"档案中未见“{number}”及这一标题，请对照原件核实")


def _parted(sheet: Sheet) -> Iterator[Hit]:
    """A title and a number that the archive has, but not together."""
    for one, archive in _held(sheet):
        title, number = one.found["title"], one.found["number"]
        if not number:
            continue
        numbered, titled = archive.by_number(number), archive.by_title(title)
        if any(_same(mine, other) for mine in numbered for other in titled):
            continue
        if numbered and titled:
            known = "、".join(sorted({other.doc_no or "无文号" for other in titled}))
            yield one.hit("number", f"档案中这一标题的文号为“{known}”，请核对")
        elif numbered:
            yield one.hit("title", f"档案中“{number}”的标题为“{numbered[0].title}”，请核对")
        elif known := "、".join(sorted({other.doc_no for other in titled if other.doc_no})):
            yield one.hit("number", f"档案中这一标题的文号为“{known}”，请核对")


def _same(one: Archived, other: Archived) -> bool:
    return (one.title, one.doc_no) == (other.title, other.doc_no)


def _wrong_code(sheet: Sheet) -> Iterator[Hit]:
    """Who is said to have issued it never issued under that 代字."""
    for one, archive in _held(sheet):
        issuer, code = one.found["issuer"], one.found["code"]
        if not (issuer and code):
            continue
        issuers = archive.issuers_of(code)
        if issuers and not any(_may_be(issuer, other) for other in issuers):
            known = "、".join(sorted(issuers))
            yield one.hit("code", f"档案中代字“{code}”为{known}所用，与“{issuer}”不符，请核对")


def _may_be(said: str, name: str) -> bool:
    """Whether ``said`` ends with a unit's name, the place before it left out."""
    bare = office_of(name).stem
    return said.endswith(name) or (len(bare) > 2 and said.endswith(bare)) or name.endswith(said)


def _not_in_force(sheet: Sheet) -> Iterator[Hit]:
    """A policy cited as a ground whose term is over, or that a later one replaced.

    Told of as something done, an old policy is no fault: a word like 按照 must stand before it.
    """
    for one, archive in _held(sheet):
        title, number = one.found["title"], one.found["number"]
        start = one.found.start("title") - 1
        if not _AS_GROUND.search(one.line.text[max(0, start - 12) : start]):
            continue
        found = (archive.by_number(number) if number else []) or archive.by_title(title)
        if found and all(other.state in OUT_OF_FORCE for other in found):
            yield one.hit("title", f"据档案，这份文件{found[0].state}，请确认是否仍可作为依据")


def _other_figure(sheet: Sheet) -> Iterator[Hit]:
    """A figure of which the archive gives another for the same thing and year."""
    if sheet.office.archive is None:
        return
    proposal = sheet.draft.proposal if sheet.draft else Proposal()
    today = dt.date.today()
    for piece in islice(_pieces(sheet.at("body")), _MOST_PIECES):
        text = "\n".join(line.text for line in piece)
        for entry in contradicted(text, candidates(text, sheet.office.archive), proposal, today):
            if entry.other is not None:
                line, start = _line_at(piece, entry.fact.start)
                yield Hit(
                    start, start + len(entry.fact.text), line=line.index,
                    message=f"“{entry.other.title}”中为“{entry.figure}”，请核对",
                )  # fmt: skip


def _pieces(lines: Iterable[Paragraph]) -> Iterator[list[Paragraph]]:
    """Gather lines with figures into stretches that are asked about together: each is a search.

    A stretch of some length ends with its section. So a change in one section leaves the others'
    stretches as they were, and what was found for them is remembered.
    """
    piece: list[Paragraph] = []
    size = 0
    for line in lines:
        length = sum(map(len, figure_sentences(line.text)))
        ended = size > _ENOUGH and _SECTION.match(line.text)
        if piece and (ended or size + length > _PIECE):
            yield piece
            piece, size = [], 0
        if length:
            piece.append(line)
            size += length
    if piece:
        yield piece


def _line_at(piece: list[Paragraph], place: int) -> tuple[Paragraph, int]:
    """The line of a stretch, and the place in it, that ``place`` of the joined text is."""
    for line in piece:
        if place <= len(line.text):
            return line, place
        place -= len(line.text) + 1
    raise IndexError(place)


# --------------------------------------------------------------------------- names


def _leaders(sheet: Sheet) -> Iterator[Hit]:
    """A leader's name beside a post of the list that is another's."""
    leaders = sheet.office.names.leaders
    if not leaders:
        return
    posts = "|".join(map(re.escape, sorted(set(leaders.values()), key=len, reverse=True)))
    names = "|".join(map(re.escape, leaders))
    either = re.compile(
        rf"(?P<post>副?(?:{posts}))(?P<name>{names})|(?P<name2>{names})(?P<post2>副?(?:{posts}))"
    )
    for line in sheet.at("title", "salutation", "body", "table", "tail"):
        for found in either.finditer(line.text):
            name, part = (found["name"], "post") if found["name"] else (found["name2"], "post2")
            if leaders[name] != found[part]:
                yield Hit(
                    *found.span(part), line=line.index,
                    message=f"名单中{name}的职务为“{leaders[name]}”，请核对",
                )  # fmt: skip
        yield from _near_leaders(line, leaders, posts)


def _near_leaders(line: Paragraph, leaders: Mapping[str, str], posts: str) -> Iterator[Hit]:
    """A post followed by a name that differs from its holder's in one character."""
    for found in re.finditer(rf"(?<!副)({posts})(?=([一-鿿]{{2,4}}))", line.text):
        for name, post in leaders.items():
            said = found[2][: len(name)]
            if post == found[1] and said not in leaders and _one_apart(said, name):
                yield Hit(
                    found.end(), found.end() + len(name), line=line.index,
                    message=f"名单中{post}为“{name}”，请核对姓名",
                )  # fmt: skip


def _bodies(sheet: Sheet) -> Iterator[Hit]:
    """A body's name that differs from one of the list in one character."""
    for line in sheet.at("title", "salutation", "body", "table", "tail"):
        for name in sheet.office.names.bodies:
            half = len(name) // 2
            for start in _places(line.text, name[:half], 0) | _places(line.text, name[half:], half):
                said = line.text[start : start + len(name)] if start >= 0 else ""
                if _one_apart(said, name) and said not in sheet.office.names.bodies:
                    yield Hit(
                        start, start + len(name), name, line=line.index,
                        message=f"名单中的机构全称为“{name}”，请核对",
                    )  # fmt: skip


def _places(text: str, part: str, before: int) -> set[int]:
    """Where a whole name would start of which ``part`` stands in ``text``."""
    return {found.start() - before for found in re.finditer(re.escape(part), text)}


def _one_apart(said: str, name: str) -> bool:
    return len(said) == len(name) >= 2 and sum(map(str.__ne__, said, name)) == 1


_CITED = "按照《{}》（{}）的规定办理。"

RULES: tuple[Rule, ...] = (
    Rule(
        "D10", "档案中没有的引文", "hint", "notice", _SOURCE,
        "档案中未见这一文号和标题，请对照原件核实",
        example=archived(_CITED.format("青岚区夜间停车办法", "青城管发〔2024〕3号")),
        counter=archived(_CITED.format("青岚区停车管理办法", "青政办发〔2025〕16号")),
        survey=_unknown, ignores=QUOTED,
    ),
    Rule(
        "F01", "标题与文号不是同一文件", "error", "notice", _SOURCE,
        "标题与文号不是同一文件",
        example=archived(_CITED.format("青岚区停车管理办法", "青政办发〔2025〕61号")),
        counter=archived(_CITED.format("青岚区停车管理办法", "青政办发〔2025〕16号")),
        survey=_parted, ignores=QUOTED,
    ),
    Rule(
        "F02", "代字与印发单位不符", "warn", "notice", "GB/T 9704-2012 7.2.5（发文机关代字）",
        "代字与印发单位不符",
        example=archived("区财政局印发了《青岚区停车管理办法》（青政办发〔2025〕16号）。"),
        counter=archived("区人民政府办公室印发了《青岚区停车管理办法》（青政办发〔2025〕16号）。"),
        survey=_wrong_code, ignores=QUOTED,
    ),
    Rule(
        "Q08", "引用的文件已不再有效", "warn", "notice", _SOURCE,
        "引用的文件已不再有效",
        example=archived("按照《青岚区绿道建设计划（2021—2023年）》的安排推进。"),
        counter=archived("按照《青岚区停车管理办法》的规定办理。"),
        survey=_not_in_force, ignores=QUOTED,
    ),
    Rule(
        "N22", "数字与档案不一", "warn", "notice", "同一指标、同一年份应前后一致",
        "数字与档案不一，请核对",
        example=archived("截至2025年底，全区公共停车泊位总数1300个。"),
        counter=archived("截至2025年底，全区公共停车泊位总数1200个。"),
        survey=_other_figure,
    ),
    Rule(
        "Z08", "领导人员姓名、职务", "block", "notice", "本单位名单（names.toml）",
        "姓名、职务与名单不符，请核对",
        example=named("由副区长苏明远牵头办理，区长苏明元批示。"),
        counter=named("由副区长颜如舜牵头办理，区长苏明远批示。"),
        survey=_leaders, scope=EVERYWHERE, ignores=QUOTED,
    ),
    Rule(
        "Z13", "机构全称与名单不符", "error", "confirm", "本单位名单（names.toml）",
        "机构全称与名单不符，请核对",
        example=named("由青岚区住房与城乡建设局负责。"),
        counter=named("由青岚区住房和城乡建设局负责。"),
        survey=_bodies, scope=EVERYWHERE, quoted="ask",
    ),
)  # fmt: skip
