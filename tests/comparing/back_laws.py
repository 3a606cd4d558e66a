"""What must be so of whatever comes back: nothing lost unsaid, nothing printed twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

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
        return write_docx(assemble(made, self.profile, form=self.form, skin=self.skin))

    def review(self, edited: Edited, draft: Draft | None = None) -> Review:
        """What came back."""
        return review(draft or self.draft, self.profile, edited, form=self.form, skin=self.skin)


def said(lines: tuple[str, ...]) -> Counter[str]:
    """What lines say, their numbers, the stops that the program sets and what follows from the
    date and from the answers aside."""
    return Counter(
        str(date_of(one) if len(one) < 20 and date_of(one) else plain(core_of(one)).strip("。,"))
        for one in lines
        if not one.endswith("印发") and not one.startswith("办理结果类别")
    )


def lost_or_doubled(paper: Paper, edited: Edited, found: Review) -> list[str]:
    """What the draft with all changes taken prints otherwise than the file, and nobody said so."""
    taken = take_over(paper.draft, found.changes)
    printed = said(read_edited(paper.file(taken)).lines)
    wanted = said(edited.lines)
    # What was refused is named: the paper keeps its own lines there.
    for one in found.changes:
        if not one.takes:
            wanted -= said(tuple(one.after.split("\n"))) if one.after else Counter()
            wanted += said(tuple(one.before.split("\n"))) if one.before else Counter()
    if not found.changes and "".join(wanted - printed) == "".join(printed - wanted):
        # A title whose lines were one paragraph.
        return []
    for one in found.changes:
        if one.kind == "整条删去" and one.takes:
            # The suggestion is still asked, and said to be unanswered.
            printed -= said((one.before.split("\n")[0], UNANSWERED))
    over = [f"多印：{line}" for line in (printed - wanted).elements()]
    gone = [f"没有：{line}" for line in (wanted - printed).elements()]
    return over + gone


def read(data: bytes, name: str = "改过的.docx") -> Edited:
    """The edited file."""
    return read_edited(data, name)
