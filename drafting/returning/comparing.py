"""Compares an edited file with its draft, and takes the chosen changes over into the draft.

The lines of the file are laid over those of the paper that the draft makes now. Each change is
tried before it is offered: the paper of the draft that would come of it is made and must say the
lines of the file, each once. What cannot be taken over is named with its place and the reason.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from drafting.assembly import FROM_ANSWERS, assemble
from drafting.assembly.answers import matched_answers
from drafting.assembly.text import is_mark
from drafting.errors import UserError
from drafting.language.likeness.redline import compare as runs_of
from drafting.language.numbering import int_to_han
from drafting.language.paragraph_marks import plain
from drafting.language.sentences.tense import opens_ahead
from drafting.model import ANSWER_TITLES, AT_END, Draft, Form, Skin
from drafting.model.identity import identified, place_of
from drafting.profile import Profile
from drafting.returning import faithful
from drafting.returning.aligning import ALIKE, Link, align
from drafting.returning.fields import GENERATED, NAMES, date_of
from drafting.returning.grouping import entry_of, grouped
from drafting.returning.looks import OF_A_LINE
from drafting.returning.merged import Item, laid_over, with_changes
from drafting.returning.nouns import Edited, Extra, LineKind
from drafting.returning.placing import TAIL, Entry, Homeless, Slot, placed, starts_section
from drafting.returning.sections import headed, turned
from drafting.returning.sent import Sent
from drafting.returning.sheet import ANSWER_PARTS, FURTHER, NOWHERE, Place, Sheet, core_of, sheet_of
from drafting.returning.straight import curled
from drafting.returning.taking import rebuilt

_OURS_AT_LEAST = 0.2
_TRIED_AT_MOST = 150
_NUMBERED = "序号由程序编排，不用取用。"
_FRAMES = {"row": "表格", "box": "文本框"}
_NO_FRAME = "表格改成的文字"
_STOPPED = "句末的句号由程序补上，不用取用。"
_BOX = "文本框里的文字不取用；需要的请在 Word 里改成正文段落，或在起草页填写。"
_TOO_MANY = "改动太多，请先取用前面的，再上传一次。"
_BOTH = "导出以后文稿里也改了这一段，取用会盖掉后来的修改；请对照着在起草页改。"
_PUT_BEFORE = "“{}”由单位设置印出，取用后仍印在前面。"
_STILL_ASKED = (
    "建议仍在清单里：取用后这一条的答复清空，文稿标明尚未答复；不再答复的，请到核对页删去这条建议。"
)
_TWICE = (
    "这里并入了别的段落里不能删去的文字，取用会印两遍；请在 Word 里恢复原来的分段，或在起草页修改。"
)
_LOST = "这一段的文字并入了没有取用的一处，不能单独删去。"
_TELLING = 10
_HEADED = "标题和正文并成了一段，请在 Word 里分开后再上传，或在起草页修改。"
_ONE_OF_TWO = "两个栏目的文字并成了一段，请在 Word 里分开后再上传，或在文稿页修改。"
_RUNNING = frozenset(("done", "next_step", "reason", "section", *FURTHER))

ChangeKind = Literal[
    "改动", "新增", "删去", "移动", "拆分", "合并", "新增一节", "整条删去", "整条移动"
]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a changed line."""

    kind: Literal["same", "inserted", "deleted"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change: lines that were edited, came, went or moved together.

    ``key`` names it; ``refusal`` says why it cannot be taken over, ``note`` what else comes of it.
    """

    key: str
    where: str
    before: str
    after: str
    pieces: tuple[Piece, ...]
    kind: ChangeKind = "改动"
    refusal: str = ""
    note: str = ""
    links: tuple[int, ...] = ()
    work: Work | None = field(default=None, repr=False, compare=False)

    @property
    def takes(self) -> bool:
        """Whether it can be taken over."""
        return not self.refusal


@dataclass(frozen=True, slots=True)
class Work:
    """All that a comparison knows: the paper, the file and how they lie over each other."""

    sheet: Sheet
    edited: Edited
    theirs: tuple[str, ...]
    items: tuple[Item, ...]

    def entries(self, chosen: Collection[int]) -> list[Entry]:
        """Return the lines of the paper with these changes made."""
        kinds: list[LineKind] = [self.sheet.read.kind(n) for n in range(len(self.sheet.lines))]
        kinds += [self.edited.kind(n) for n in range(len(self.theirs))]
        return list(with_changes(self.items, self.sheet.lines, self.theirs, kinds, chosen))

    def draft_with(self, chosen: Collection[int]) -> Draft:
        """Return the draft with these changes made. Raises :class:`Homeless`, ``UserError``."""
        return rebuilt(self.sheet, self.entries(chosen))

    def tried(self, chosen: Collection[int]) -> Draft:
        """Return that draft, once its paper says the lines it is to have; raises else."""
        entries = self.entries(chosen)
        made = rebuilt(self.sheet, entries)
        sheet = self.sheet
        pairs = list(placed(sheet, entries))
        shown = as_sent(made, _order(sheet, self.edited.suggestions, pairs))
        reply = assemble(shown, sheet.profile, form=sheet.form, skin=sheet.skin)
        faithful.check(sheet, reply, pairs)
        return made


@dataclass(frozen=True, slots=True)
class Extraneous:
    """What the file holds besides text and cannot come back: what, where, on which words."""

    kind: str
    where: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What came back: the changes, what else the file holds, what the draft changed since.

    ``later`` counts the lines that differ because the draft was changed after the file was made.
    """

    changes: tuple[Change, ...]
    extras: tuple[Extraneous, ...] = ()
    later: int = 0
    work: Work | None = field(default=None, repr=False, compare=False)


def compare(
    draft: Draft, profile: Profile, edited: Edited, *, form: Form, skin: Skin | None = None
) -> tuple[Change, ...]:
    """Return the changes of :func:`review`, which see."""
    return review(draft, profile, edited, form=form, skin=skin).changes


def review(
    draft: Draft, profile: Profile, edited: Edited, *, form: Form, skin: Skin | None = None
) -> Review:
    """Return in what ``edited`` differs from the paper that ``draft`` makes.

    Where the list has been put in another order since the file was made, or has grown, it is
    compared with the paper in the order of the file. Raises :class:`UserError` for a form
    that does not come from the answers, and for a file that is no version of this paper.
    """
    if form not in FROM_ANSWERS:
        raise UserError("表格和公开版不能取回修改，请上传答复或会办意见。", field="form")
    draft = replace(identified(draft), answers=matched_answers(draft))
    sheet = sheet_of(draft, as_sent(draft, edited.suggestions), profile, form, skin)
    known = frozenset(sheet.lines)
    theirs = tuple(line if line in known else curled(line) for line in edited.lines)
    if _likeness(sheet.lines, theirs) < _OURS_AT_LEAST:
        raise UserError("上传的文件与本件文稿差别过大，请核对是不是这件提案的文稿。", field="file")
    return _Reviewing(sheet, edited, theirs).review()


def as_sent(draft: Draft, order: Sequence[str]) -> Draft:
    """Return ``draft`` with the suggestions that the file has, as it has them; all without ids."""
    of = {answer.suggestion.id: answer for answer in draft.answers}
    answers = tuple(of[key] for key in dict.fromkeys(order) if key in of)
    if not answers:
        return draft
    listed = {one.id for one in draft.proposal.suggestions}
    suggestions = tuple(one.suggestion for one in answers if one.suggestion.id in listed)
    proposal = replace(draft.proposal, suggestions=suggestions)
    return replace(draft, proposal=proposal, answers=answers)


def _order(
    sheet: Sheet, sent: Sequence[str], pairs: Iterable[tuple[Entry, Slot]]
) -> tuple[str, ...]:
    """The ids of the suggestions in the order of the lines: that of the headings, where any are."""
    ids = {one.suggestion.key: one.suggestion.id for one in sheet.draft.answers}
    headed = [ids[slot.key] for _, slot in pairs if slot.field == "heading"]
    waiting = iter(headed)
    every = sent or [one.suggestion.id for one in sheet.draft.answers]
    return tuple(next(waiting, one) if one in headed else one for one in every)


def _likeness(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """How much of the paper's words the file has, by pairs of characters."""
    wanted, found = (Counter(_pairs(lines)) for lines in (ours, theirs))
    return sum((wanted & found).values()) / max(1, sum(wanted.values()))


def _pairs(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from (line[at : at + 2] for at in range(len(line) - 1))


# --------------------------------------------------------------------------- reviewing


@dataclass(slots=True)
class _Reviewing:
    sheet: Sheet
    edited: Edited
    theirs: tuple[str, ...]
    sent: Sent = field(init=False)
    later: int = 0

    def __post_init__(self) -> None:
        self.sent = Sent(self.sheet.lines, self.theirs, self.edited.sent)

    def review(self) -> Review:
        """Find the changes, and try each together with those before it."""
        links = self._links()
        self.theirs, self.later = self.sent.with_ours(links)
        together = grouped(self.sheet, self.edited, self.theirs, links, self.sent.since)
        groups = [one for one in together if self._differs(one, links)]
        change_of = [-1] * len(links)
        for number, group in enumerate(groups):
            for link in group:
                change_of[link] = number
        items = tuple(laid_over(links, change_of))
        work = Work(self.sheet, self.edited, self.theirs, items)
        changes = [
            self._change(number, [links[one] for one in group], work)
            for number, group in enumerate(groups)
        ]
        changes = self._tried(changes, work)
        return Review(tuple(_keyed(changes)), tuple(self._extras(links)), self.later, work)

    def _links(self) -> list[Link]:
        """Which line became which, the answers that changed places laid side by side first."""
        ours = [plain(core_of(one)) for one in self.sheet.lines]
        theirs = [plain(core_of(one)) for one in self.theirs]
        way = turned(self.sheet.places, ours, theirs)
        found = align(
            [ours[one] for one in way.order],
            theirs,
            kin=lambda o, t: self._kin(way.order[o], t),
            same=lambda o, t: float(self.edited.anchor(t) == self.sent.marks[way.order[o]]),
            fixed=self._headings(way.order, ours, theirs),
        )
        links = []
        for link in found:
            mine = tuple(way.order[one] for one in link.ours)
            apart = bool(link.theirs) and bool(way.moved.intersection(mine))
            links.append(Link(mine, link.theirs, link.moved or apart))
        return links

    def _headings(
        self, order: Sequence[int], ours: Sequence[str], theirs: Sequence[str]
    ) -> Sequence[tuple[int, int]]:
        """The headings that stand in both, where they do so in the same order."""
        pairs = [(order.index(o), t) for o, t in headed(self.sheet.places, ours, theirs)]
        return pairs if pairs == sorted(pairs) else ()

    def _kin(self, ours: int, theirs: int) -> float:
        """How much two lines belong together by what they are, whatever they say."""
        place, mine, other = self.sheet.places[ours], self.sheet.lines[ours], self.theirs[theirs]
        kind = self.edited.kind(theirs)
        heads = starts_section(Entry(other, kind=kind))
        headed = place.field == "heading" or (
            place.field == "section" and starts_section(Entry(mine))
        )
        if headed and heads:
            return 0.5
        if headed != heads and (headed or place.field in _RUNNING):
            return -1.0
        if kind != self.sheet.read.kind(ours) and "row" in (kind, self.sheet.read.kind(ours)):
            return -1.0
        if kind == "box" and place.field not in ("copies_to", "imprint"):
            return -1.0
        if place.field == "date":
            return float(date_of(other) is not None and len(other) < 30)
        signs = {
            "contacts": "联系",
            "copies_to": "抄送",
            "class": "办理结果",
            "disclosure": "公开",
            "signer": "签发人",
        }
        if place.field in signs:
            return 0.5 if signs[place.field] in other else 0.0
        if place.field == "salutation":
            return 0.5 if other.endswith(("：", ":")) and len(other) < 60 else 0.0
        if place.field == "title":
            return 0.5 if other.startswith("关于") and len(other) < 120 else 0.0
        return ALIKE if is_mark(mine) else 0.0

    def _differs(self, group: Sequence[int], links: Sequence[Link]) -> bool:
        """Whether a group is a change of the file, and none that the draft made since."""
        if len(group) > 1:
            if self.sent.dropped([links[one] for one in group]):
                self.later += 1
                return False
            return True
        link = links[group[0]]
        if self.sent.since(link):
            self.later += 1
            return False
        if link.moved or not link.ours or not link.theirs:
            return True
        mine = [self.sheet.lines[one] for one in link.ours]
        other = [self.theirs[one] for one in link.theirs]
        place = self.sheet.places[link.ours[0]]
        running = place.field in ANSWER_PARTS or place.field == "section"
        if len(mine) == len(other) or (len(mine) == 1 and not running):
            return _visible("".join(mine)) != _visible("".join(other))
        return True

    # ------------------------------------------------------------------ changes

    def _change(self, number: int, links: Sequence[Link], work: Work) -> Change:
        mine = [one for link in links for one in link.ours]
        other = [one for link in links for one in link.theirs]
        before = "\n".join(self.sheet.lines[one] for one in mine)
        after = "\n".join(self.theirs[one] for one in other)
        kind = self._kind(links)
        pieces = _diff(before, after) if kind in ("改动", "拆分", "合并") else ()
        if not pieces:
            pieces = _whole(before, after, moved=kind in ("移动", "整条移动"))
        where = self._where(number, mine, other, work)
        refusal = self._refusal(links)
        note = _STILL_ASKED if kind == "整条删去" else self._put_before(links[0], kind)
        return Change("", where, before, after, pieces, kind, refusal, note, (number,), work)

    def _put_before(self, link: Link, kind: ChangeKind) -> str:
        """Say that the profile's 下一步， stays though it was struck out."""
        if kind != "改动":
            return ""
        if not link.theirs:
            return ""
        place, after = self.sheet.places[link.ours[0]], core_of(self.theirs[link.theirs[0]])
        opening = place.field == "next_step" and not opens_ahead(after)
        return _PUT_BEFORE.format(place.before) if opening and place.before else ""

    def _kind(self, links: Sequence[Link]) -> ChangeKind:
        first = links[0]
        if len(links) > 1:
            if not any(one.ours for one in links):
                heads = starts_section(entry_of(self.edited, self.theirs, first))
                return "新增一节" if heads else "新增"
            moved, left = any(one.moved for one in links), any(one.theirs for one in links)
            fields = {self.sheet.places[one].field for link in links for one in link.ours}
            if "heading" not in fields:
                return "移动" if moved else "改动" if left else "删去"
            return "整条移动" if moved else "整条删去"
        if first.moved:
            return "移动"
        if not first.ours:
            return "新增"
        if not first.theirs:
            return "删去"
        if len(first.ours) == len(first.theirs):
            return "改动"
        return "拆分" if len(first.theirs) > 1 else "合并"

    def _refusal(self, links: Sequence[Link]) -> str:
        """What can be said without trying."""
        # Lines that the draft has got since would stay behind where an answer moves, or go with it.
        came = (one for one in links if one.ours and not one.theirs)
        if any(one.moved for one in links[1:]) and any(map(self.sent.since, came)):
            return _BOTH
        for link in links:
            places = [self.sheet.places[one] for one in link.ours]
            if not link.ours and any(self.edited.kind(one) == "box" for one in link.theirs):
                return _BOX
            if len(link.ours) > 1 and not all(one.field in _RUNNING for one in places):
                return _HEADED if any(one.field == "heading" for one in places) else _ONE_OF_TWO
            mine = "".join(core_of(self.sheet.lines[one]) for one in link.ours)
            other = "".join(core_of(self.theirs[one]) for one in link.theirs)
            one_each = bool(link.ours) and len(link.ours) == len(link.theirs) and not link.moved
            if one_each and _visible(mine) == _visible(other):
                return _NUMBERED
            if one_each and _visible(mine) == f"{_visible(other)}。" and places[0].suggestion:
                return _STOPPED
            if self._both(link):
                return _BOTH
        return ""

    def _both(self, link: Link) -> bool:
        """Whether a line was edited in the file, and in the draft since."""
        if not link.ours or not link.theirs or not self.edited.sent:
            return False
        anchors = [self.edited.anchor(one) for one in link.theirs]
        return any(
            anchor and anchor not in (self.sent.marks[one] for one in link.ours)
            for anchor in anchors[:1]
        ) and not any(self.sent.marks[one] in self.edited.sent for one in link.ours)

    def _tried(self, changes: Sequence[Change], work: Work) -> list[Change]:
        """Refuse what would not print the lines of the file, alone or with what was taken."""
        taken: list[int] = []
        found: list[Change] = []
        for number, one in enumerate(changes):
            refusal = one.refusal or (_TOO_MANY if number >= _TRIED_AT_MOST else "")
            if not refusal:
                refusal = _problem(work, [*taken, *one.links])
                taken += [] if refusal else one.links
            found.append(replace(one, refusal=refusal))
        # What fails beside others may do with those that came after it.
        for number, one in enumerate(found):
            again = one.refusal and not changes[number].refusal and number < _TRIED_AT_MOST
            if again and not _problem(work, [*taken, *one.links]):
                taken += one.links
                found[number] = replace(one, refusal="")
        return list(_not_twice(found))

    # ------------------------------------------------------------------ where

    def _where(self, number: int, mine: Sequence[int], other: Sequence[int], work: Work) -> str:
        own = self._named(self.sheet.places[mine[0]]) if mine else ""
        if mine and not any(item.change == number and item.link.moved for item in work.items):
            return own
        try:
            pairs = list(placed(self.sheet, work.entries((number,))))
        except Homeless:
            return own or "版头、落款等"
        slots = (
            slot
            for entry, slot in pairs
            if (entry.moved and entry.ours in mine)
            or (entry.theirs is not None and entry.theirs in other)
        )
        slot = next(slots, Slot(""))
        to = self._slot_name(slot)
        return to if not own else own if own == to else f"{own}，移到{to}"

    def _named(self, place: Place) -> str:
        if place == NOWHERE or not place.field:
            return "程序编写的文字"
        if place.field == "section":
            return NAMES["section"]
        name = NAMES.get(place.field) or ANSWER_TITLES[place.field]
        if place.answer < 0:
            return name
        return self._of_answer(place.answer, name)

    def _of_answer(self, number: int, name: str) -> str:
        alone = len(self.sheet.draft.answers) == 1
        return name if alone else f"第{int_to_han(number + 1)}条建议·{name}"

    def _slot_name(self, slot: Slot) -> str:
        listed = [one.suggestion for one in self.sheet.draft.answers]
        if slot.field == "section":
            at = next((n for n, one in enumerate(listed) if one.id == slot.key), None)
            ends = {"": "开头之后", AT_END: "结束语之后"}
            behind = ends.get(slot.key, "各条之后")
            if at is not None:
                behind = f"第{int_to_han(at + 1)}条答复之后"
            return f"{NAMES['section']}（{behind}）"
        at = place_of(listed, slot.key) if slot.key else None
        return self._named(Place(slot.field, -1 if at is None else at, suggestion=slot.key))

    # ------------------------------------------------------------------ what is no text

    def _extras(self, links: Sequence[Link]) -> Iterator[Extraneous]:
        """What the file holds and our paper does not, each with its place."""
        ours = Counter((one.kind, plain(one.about)) for one in self.sheet.read.extras)
        of = {one: link.ours[0] for link in links if link.ours for one in link.theirs}
        seen: Counter[tuple[str, str]] = Counter()
        # What is on a line as a whole is there still when its words are others.
        whole = {(one.kind, one.line) for one in self.sheet.read.extras if one.kind in OF_A_LINE}
        for one in self.edited.extras:
            key = (one.kind, plain(one.about))
            seen[key] += 1
            if (one.kind, of.get(one.line, -1)) in whole:
                continue
            if seen[key] > ours[key] and not (one.line < 0 and ours[key]):
                yield Extraneous(one.kind, self._extra_where(one, of), one.about)
        before = ""
        for link in links:
            name = self._other_frame(link)
            if name and name != before:
                yield Extraneous(name, self._extra_where(Extra(name, line=link.theirs[0]), of))
            before = name
        for one in self.sheet.read.extras:
            key = (one.kind, plain(one.about))
            if one.line < 0 and one.kind in ("页眉", "页脚") and not seen[key]:
                yield Extraneous(f"删去的{one.kind}", "", one.about)

    def _other_frame(self, link: Link) -> str:
        """What the words of a line stand in now, or no longer; 版记 does as the format has it."""
        if not link.ours or not link.theirs or self.sheet.places[link.ours[0]].field in TAIL:
            return ""
        mine = {self.sheet.read.kind(one) for one in link.ours}
        frames = {self.edited.kind(one) for one in link.theirs}
        if mine == {"row"} and "row" not in frames:
            return _NO_FRAME
        return next((_FRAMES[one] for one in sorted(frames - mine) if one in _FRAMES), "")

    def _extra_where(self, one: Extra, of: dict[int, int]) -> str:
        if one.line < 0 or not self.theirs:
            return "" if one.kind.startswith(("页眉", "页脚")) else "全文"
        line = min(one.line, len(self.theirs) - 1)
        near = next((at for at in range(line, -1, -1) if at in of), None)
        named = self._named(self.sheet.places[of[near]]) if near is not None else "正文"
        words = self.theirs[line]
        return f"{named}，“{words[:18]}{'……' if len(words) > 18 else ''}”"


def _problem(work: Work, chosen: Collection[int]) -> str:
    try:
        work.tried(frozenset(chosen))
    except UserError as error:
        return error.message
    except Homeless as error:
        return str(error) or GENERATED
    return ""


def _not_twice(changes: Sequence[Change]) -> Iterator[Change]:
    """Refuse what holds the words of a line that stays, for they would be printed twice; and what
    takes lines away whose words stand in what was refused, for they would be lost."""
    stay = [part for one in changes if not one.takes and not one.after for part in _parts(one)]
    twice = [
        one.takes and bool(one.after) and any(_came(part, one) for part in stay) for one in changes
    ]
    held = [one for one, is_twice in zip(changes, twice, strict=True) if is_twice]
    for one, is_twice in zip(changes, twice, strict=True):
        gone = one.takes and not one.after and _parts(one)
        if is_twice:
            yield replace(one, refusal=_TWICE)
        elif gone and any(_came(part, other) for other in held for part in gone):
            yield replace(one, refusal=_LOST)
        else:
            yield one


def _parts(change: Change) -> list[str]:
    lines = (plain(core_of(line)) for line in change.before.split("\n"))
    return [line for line in lines if len(line) >= _TELLING]


def _came(part: str, change: Change) -> bool:
    """Whether the words of another line are new in a change."""
    return part in plain(change.after) and part not in plain(change.before)


def _visible(text: str) -> str:
    """A line as an eye tells it from another: without blanks, whatever form its quotes have."""
    return "".join(curled(text).split())


def _diff(before: str, after: str) -> tuple[Piece, ...]:
    return tuple(Piece(kind, text) for kind, text in runs_of(before, after))


def _whole(before: str, after: str, *, moved: bool) -> tuple[Piece, ...]:
    if moved and before == after:
        return (Piece("same", after),)
    pieces = (Piece("deleted", before), Piece("inserted", after))
    return tuple(one for one in pieces if one.text)


def _keyed(changes: Iterable[Change]) -> Iterator[Change]:
    """Name each change by what it says, so that it is known again when the draft has moved on."""
    seen: Counter[str] = Counter()
    for one in changes:
        digest = hashlib.sha256(f"{one.before}\0{one.after}".encode("utf-8", "replace"))
        name = digest.hexdigest()[:16]
        seen[name] += 1
        yield replace(one, key=f"{name}-{seen[name]}")


# --------------------------------------------------------------------------- taking over


def take_over(draft: Draft, changes: Iterable[Change]) -> Draft:
    """Return ``draft`` with ``changes`` (of :func:`compare` with the same draft) taken over.

    Those that cannot be taken over are left out. Raises :class:`UserError` where some can be taken
    only together with others that were not chosen.
    """
    wanted = [one for one in changes if one.takes and one.work is not None]
    draft = replace(identified(draft), answers=matched_answers(draft))
    if not wanted:
        return draft
    work = wanted[0].work
    assert work is not None
    chosen = frozenset(number for one in wanted for number in one.links)
    if problem := _problem(work, chosen):
        raise UserError(f"选定的几处要与别处的修改一起取用。{problem}")
    return work.draft_with(chosen)
