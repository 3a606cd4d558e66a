"""The paper of a draft as lines, each with the place that it comes from.

The lines are read from the Word file itself, by the same reader as what comes back; their places
are found by following what the draft prints, field by field and in order, never by searching for
words alone: two answers may say the same.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from drafting.assembly import assemble
from drafting.assembly.answers import AnswerLines, paragraphs_of
from drafting.assembly.case import answers_of, make_case
from drafting.assembly.text import line_label, tidy
from drafting.language import tables
from drafting.language.cleaning import line_on_paper
from drafting.language.paragraph_marks import plain
from drafting.language.particulars import REFERENCE
from drafting.model import (
    AT_END,
    Answer,
    Block,
    Draft,
    Form,
    Reply,
    Skin,
    Suggestion,
    attached,
    field_names,
)
from drafting.model.identity import place_of
from drafting.profile import Profile
from drafting.returning.edited import read_edited
from drafting.returning.nouns import Edited
from drafting.writing import write_docx

FURTHER = tuple(
    name
    for name in field_names(printed="paragraphs")
    if name not in ("done", "next_step", "reason")
)
"""The texts of an answer that are printed behind all others as they are."""

ANSWER_PARTS = ("heading", "done", "next_step", "disposition", "reason", *FURTHER)
"""The places within an answer."""

_LOOSE = "。．.；;，,、：: 　"
TABLE_NUMBER = re.compile(r"^表\d{1,3}[ \u3000]+")
"""What is printed before the name of a table."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line of the paper comes from: a field, of an answer also the line in it.

    ``answer`` counts from 0, ``suggestion`` is the key by which it is found again. ``before`` and
    ``after`` are what the paper prints around the field's own words. What the program composes
    has no field.
    """

    field: str
    answer: int = -1
    line: int = -1
    before: str = ""
    after: str = ""
    suggestion: str = ""


NOWHERE = Place("")
_NAME = "表："


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper: its lines with their places, and what else its file holds."""

    draft: Draft
    profile: Profile
    form: Form
    skin: Skin | None
    reply: Reply
    file: bytes
    read: Edited
    places: tuple[Place, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the paper."""
        return self.read.lines


def core_of(line: str) -> str:
    """Return a line without its level number."""
    label = line_label(line)
    return line[label.length :] if label else line


def same_words(one: str, other: str) -> bool:
    """Whether two lines say the same but for number, closing mark, blanks and form of signs."""
    return _bare(one) == _bare(other)


def _bare(line: str) -> str:
    return plain(core_of(TABLE_NUMBER.sub("", line))).strip(_LOOSE)


def sheet_of(draft: Draft, sent: Draft, profile: Profile, form: Form, skin: Skin | None) -> Sheet:
    """Make the paper of ``sent``, whose places are those of ``draft``.

    ``sent`` is ``draft`` with its list as the file has it. Raises as :func:`assemble`.
    """
    reply = assemble(sent, profile, form=form, skin=skin)
    file = write_docx(reply)
    read = read_edited(file)
    places = _Finder(draft, sent, profile, form, skin, reply).places(read.lines)
    return Sheet(draft, profile, form, skin, reply, file, read, places)


_ATTACHED = re.compile(r"附件\d*").fullmatch

# --------------------------------------------------------------------------- finding places


@dataclass(slots=True)
class _Queue:
    """The lines that one part of an answer prints, not yet met."""

    key: str
    lines: deque[tuple[str, Place]] = field(default_factory=deque)


@dataclass(slots=True)
class _Finder:
    draft: Draft
    sent: Draft
    profile: Profile
    form: Form
    skin: Skin | None
    reply: Reply

    def places(self, lines: Sequence[str]) -> tuple[Place, ...]:
        """Return the place of each line."""
        found = [NOWHERE] * len(lines)
        plains = [plain(one) for one in lines]
        at = self._take(plains, 0, self.reply.title, Place("title"), found)
        for number in range(at - 1 if at else 0):
            found[number] = self._of_head(lines[number])
        if self.reply.salutation:
            at = self._take(plains, at, f"{self.reply.salutation}：", Place("salutation"), found)
        for text, place in self._body():
            at = self._take(plains, at, text, place, found)
        for number in range(at, len(lines)):
            found[number] = self._of_tail(lines[number], found[:number])
        at = next((n for n, one in enumerate(found) if one.field == "date"), at) + 1
        for text, place in self._attached():
            at = self._take(plains, at, text, place, found)
        return tuple(found)

    def _attached(self) -> Iterator[tuple[str, Place]]:
        """What the pages of the attachments say, those that are typed as text."""
        for number, one in enumerate(attached(self.draft)):
            for line, source in enumerate(one.text.split("\n") if not one.file else ()):
                for text in paragraphs_of(source, Answer(Suggestion(None, ""))):
                    yield text, Place("attached", number, line)

    def _take(
        self, plains: Sequence[str], at: int, text: str, place: Place, found: list[Place]
    ) -> int:
        """Give ``place`` to the next line that says ``text``; return where to go on."""
        wanted, named = plain(text), place.before == _NAME
        number = next(
            (
                n
                for n in range(at, len(plains))
                if plains[n] == wanted
                or (named and plains[n].startswith("表") and plains[n].endswith(wanted))
            ),
            None,
        )
        if number is None or not wanted:
            return at
        found[number] = place
        return number + 1

    def _of_head(self, line: str) -> Place:
        reply = self.reply
        whole = {
            "class": reply.result_label,
            "disclosure": reply.disclosure_label,
        }
        for name, text in whole.items():
            if text and plain(line) == plain(text):
                return Place(name)
        number, signer = line_on_paper(reply.doc_no or ""), line_on_paper(reply.signer or "")
        if number and number in line:
            before, _, after = line.partition(number)
            return Place("doc_no", before=before, after=after)
        if signer and signer in line:
            return Place("signer")
        return Place("head")

    def _of_tail(self, line: str, before: Sequence[Place]) -> Place:
        met = {one.field for one in before}
        reply = self.reply
        ends = line.startswith("抄送：") or line.endswith("印发")
        if "date" in met and not ends and (before[-1].field == "attachments" or _ATTACHED(line)):
            return Place("attachments")
        if line.startswith("附件") and "signature" not in met:
            return Place("attachments")
        if any(name and plain(name) in plain(line) for name in reply.signatures):
            return Place("signature") if "date" not in met else Place("imprint")
        if "date" not in met and ("年" in line and "日" in line):
            return Place("date")
        if reply.remark and plain(reply.remark) in plain(line):
            return Place("contacts")
        if line.startswith("抄送："):
            return Place("copies_to")
        return Place("attachments" if "date" not in met else "imprint")

    # ------------------------------------------------------------------ the text

    def _body(self) -> Iterator[tuple[str, Place]]:
        """What the text prints in order, with places."""
        queues = list(self._queues())
        thanks = next((b.text for b in reversed(self.reply.body) if "感谢" in b.text), "")
        current, opened = "", False
        for block in self.reply.body:
            if block.kind == "table" and (found := self._table(queues, block, current)):
                yield from found
                continue
            for text in _printed(block):
                place = self._met(queues, block, text, current)
                if place is not None:
                    current = place.suggestion or current
                    yield text, place
                elif not opened:
                    yield text, Place("opening")
                else:
                    yield text, self._other(text, thanks, current)
                opened = True

    def _table(self, queues: list[_Queue], block: Block, current: str) -> Lines:
        """The lines of a table of an answer, each with the line that it was typed in."""
        for queue in sorted(queues, key=lambda one: one.key != current):
            typed = list(queue.lines)
            flags = tables.belongs([text for text, _ in typed])
            length = next((n for n, one in enumerate(flags) if not one), len(flags))
            parts = tables.split_tables([text for text, _ in typed[:length]])
            if not parts or not isinstance(parts[0], Block) or parts[0].rows != block.rows:
                continue
            if len(parts) > 1:
                length = next(n for n, (text, _) in enumerate(typed) if text == tables.END) + 1
            for _ in range(length):
                queue.lines.popleft()
            return list(_table_lines(typed[:length], block))
        return []

    def _met(self, queues: list[_Queue], block: Block, text: str, current: str) -> Place | None:
        """Take the line off the queue that it heads: of the answer at hand, else the next one."""
        wanted = plain(core_of(text))
        heads = [one for one in queues if one.lines and plain(one.lines[0][0]) == wanted]
        runs_on = [
            one
            for one in queues
            if one.lines and block.lead and one.lines[0][1].field == "heading"
            and plain(one.lines[0][0]) == plain(block.lead.rstrip("。"))
        ]  # fmt: skip
        found = next((one for one in heads if one.key == current), None)
        found = found or next(iter(heads), None)
        if found is not None:
            return found.lines.popleft()[1]
        if runs_on:
            runs_on[0].lines.popleft()
            return self._run_on(queues, block, runs_on[0].key)
        return None

    def _run_on(self, queues: list[_Queue], block: Block, key: str) -> Place | None:
        """A heading that runs on into the first line below it."""
        for one in queues:
            if one.key == key and one.lines and plain(one.lines[0][0]) == plain(block.text):
                place = one.lines.popleft()[1]
                return replace(place, before=f"{block.label}{block.lead}{place.before}")
        return None

    def _other(self, text: str, thanks: str, current: str) -> Place:
        if thanks and text == thanks and self.form != "co-handling":
            return Place("closing")
        case = make_case(self.sent, self.profile, self.form, self.skin, None)
        ends = {"class": self.profile.classes.line, "disclosure": self.profile.disclosure.line}
        for name, line in ends.items():
            head = line.partition("{{")[0]
            if head and text.startswith(head):
                return Place(name)
        if self.profile.contact.position != "remark" and case.draft.contacts:
            names = [one.name or "" for one in case.draft.contacts]
            if any(name and name in text for name in names) and "联系" in text:
                return Place("contacts")
        key = current if line_label(text) or text.endswith("：") else ""
        return Place("", suggestion=key)

    def _queues(self) -> Iterator[_Queue]:
        case = make_case(self.sent, self.profile, self.form, self.skin, None)
        listed = [answer.suggestion for answer in self.draft.answers]
        yield _Queue("", deque(_section_lines(self.sent, "")))
        for printed, answer in zip(answers_of(case), self.sent.answers, strict=False):
            key = answer.suggestion.key
            number = place_of(listed, key)
            for lines in _parts(printed, answer):
                placed = (
                    (text, replace(one, answer=-1 if number is None else number, suggestion=key))
                    for text, one in lines
                )
                yield _Queue(key, deque(placed))
            yield _Queue(key, deque(_section_lines(self.sent, answer.suggestion.id)))
        known = {one.suggestion.id for one in self.sent.answers} | {"", AT_END}
        gone = dict.fromkeys(one.behind for one in self.sent.sections if one.behind not in known)
        for behind in (*gone, AT_END):
            yield _Queue("", deque(_section_lines(self.sent, behind)))


def _printed(block: Block) -> list[str]:
    if block.kind == "table":
        return ["\t".join(" ".join(cell.split("\n")) for cell in row) for row in block.rows]
    return [f"{block.label}{block.lead}{block.text}"]


def _table_lines(typed: Lines, block: Block) -> Iterator[tuple[str, Place]]:
    """What a table prints in order: its name, unit, rows and remarks."""
    rows = iter(block.rows)
    for text, place in typed:
        if tables.is_row(text):
            if not set(text) <= set("|-: ｜"):
                yield "\t".join(" ".join(one.split("\n")) for one in next(rows, ())), place
        elif block.text and text.endswith(block.text):
            yield block.text, replace(place, before=_NAME)
        elif text != tables.END:
            yield text, place


def _section_lines(draft: Draft, behind: str) -> Iterator[tuple[str, Place]]:
    for number, section in enumerate(draft.sections):
        if section.behind == behind:
            for line, text in enumerate(section.text.split("\n")):
                for one in paragraphs_of(text, Answer(Suggestion(None, ""))):
                    yield core_of(one), Place("section", number, line)


Lines = list[tuple[str, Place]]


def _parts(printed: AnswerLines, answer: Answer) -> Iterator[Lines]:
    """The parts of an answer as printed: each line without its number, and its place."""
    if printed.标题:
        yield [(printed.标题, Place("heading"))]
    if printed.尚未答复:
        yield [(printed.尚未答复, Place("done", line=0))]
    yield list(_lines(printed.已开展, "done", answer))
    yield list(_lines(printed.下一步, "next_step", answer))
    yield list(_lines(printed.采纳情况, "reason", answer))
    for name in FURTHER:
        yield list(_lines("\n".join(paragraphs_of(getattr(answer, name), answer)), name, answer))


def _lines(printed: str, name: str, answer: Answer) -> Iterator[tuple[str, Place]]:
    """The lines of a part; each line of the source is looked for behind the one before it."""
    lines = [one for one in printed.split("\n") if one]
    sources = list(enumerate(getattr(answer, name).split("\n")))
    start = 0
    places: dict[int, Place] = {}
    for number, source in sources:
        core = printed_core(source)
        whole = "".join(source.split())
        at = next(
            (
                n
                for n in range(start, len(lines))
                if core and (core in lines[n] or "".join(lines[n].split()) == whole)
            ),
            None,
        )
        if at is None:
            continue
        before, _, after = core_of(lines[at]).partition(core)
        places[at] = Place(name, line=number, before=before, after=after)
        start = at + 1
    for at, text in enumerate(lines):
        usual = Place("disposition") if name == "reason" else Place("", line=at)
        yield core_of(text), places.get(at, usual)


def printed_core(text: str) -> str:
    """A typed line as the paper prints it, without label, references and closing mark."""
    bare = core_of(line_on_paper(REFERENCE.sub("", text)))
    return tidy(bare).strip(_LOOSE)
