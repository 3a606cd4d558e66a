"""What must be so of whatever comes back: nothing lost unsaid, nothing printed twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from drafting.assembly import assemble
from drafting.assembly.answers import UNANSWERED
from drafting.language.paragraph_marks import plain
from drafting.model import Draft, Form, Skin
from drafting.profile import Profile, load_profile
from drafting.returning.comparing import Review, review, take_over
from drafting.returning.edited import Edited, read_edited
from drafting.returning.fields import date_of
from drafting.returning.sheet import core_of
from drafting.writing import write_docx


@lru_cache(maxsize=64)
def _file(draft: Draft, profile_name: str, form: Form, skin: Skin | None) -> bytes:
    return write_docx(assemble(draft, load_profile(profile_name), form=form, skin=skin))


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that is sent out: its draft, in the manner of a unit, in a form and a skin."""

    draft: Draft
    profile_name: str = "default"
    form: Form = "reply"
    skin: Skin | None = None

    @property
    def profile(self) -> Profile:
        """The unit's habits."""
        return load_profile(self.profile_name)

    def file(self, draft: Draft | None = None) -> bytes:
        """The Word file."""
        made = draft or self.draft
        return _file(made, self.profile_name, self.form, self.skin)

    def review(self, edited: Edited, draft: Draft | None = None) -> Review:
        """What came back."""
        return review(draft or self.draft, self.profile, edited, form=self.form, skin=self.skin)


def said(lines: tuple[str, ...]) -> Counter[str]:
    """What lines say, their numbers, the stops that the program sets and what follows from the
    date and from the answers aside."""
    return Counter(
        _said(one)
        for one in lines
        if not one.endswith("印发") and not one.startswith("办理结果类别")
    )


def _said(line: str) -> str:
    if len(line) < 20 and (date := date_of(line)):
        return str(date)
    bare = plain(core_of(line)).strip("。,;:、.").removeprefix("下一步,")
    if bare.startswith("抄送"):
        return re.sub("[、;]", ",", bare)
    # Who is to be asked may be set with other marks and in another order.
    return "".join(sorted(re.sub(r"\W", "", bare))) if "联系" in line else bare


def lost_or_doubled(paper: Paper, edited: Edited, found: Review) -> list[str]:
    """What the draft with all changes taken prints otherwise than the file, and nobody said so."""
    taken = take_over(paper.draft, found.changes)
    printed = said(read_edited(paper.file(taken)).lines)
    wanted = said(tuple(_joined(edited, found)))
    # What was refused is named: the paper keeps its own lines there.
    for one in found.changes:
        if not one.takes:
            wanted -= said(tuple(one.after.split("\n"))) if one.after else Counter()
            wanted += said(tuple(one.before.split("\n"))) if one.before else Counter()
    for one in found.changes:
        if one.kind == "整条删去" and one.takes:
            # The suggestion is still asked, and said to be unanswered.
            printed -= said((one.before.split("\n")[0], UNANSWERED))
    # What is to be supplied is marked by the program, in yellow on the paper.
    printed = Counter({line: many for line, many in printed.items() if "【待核实" not in line})
    wanted = Counter({line: many for line, many in wanted.items() if "【待核实" not in line})
    over = [f"多印：{line}" for line in (printed - wanted).elements()]
    gone = [f"没有：{line}" for line in (wanted - printed).elements()]
    return over + gone


def _joined(edited: Edited, found: Review) -> Iterator[str]:
    """The lines of the file; what was one line of ours and says the same in several, as one."""
    parts = {
        item.link.theirs[0]: item.link.theirs
        for item in (found.work.items if found.work else ())
        if item.change < 0 and item.role == "stay" and len(item.link.theirs) > 1
    }
    within = {one for several in parts.values() for one in several[1:]}
    for number in range(len(edited.lines)):
        if number not in within:
            yield "".join(edited.lines[one] for one in parts.get(number, (number,)))


def read(data: bytes, name: str = "改过的.docx") -> Edited:
    """The edited file."""
    return read_edited(data, name)
