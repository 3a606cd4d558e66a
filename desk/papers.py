"""文稿、校对: the paper of a draft, the proofreader's findings, and which of them are ignored.

Used by the pages, the API, the command line and the guards of the procedure, so that all of them
assemble, read and filter the same draft alike.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from casework import Matter, aligned
from casework.matters import handling
from casework.matters.proofing import IgnoredLine
from casework.procedure.obstacles import COUNTED, LATER, PaperRead
from desk.context import Context
from desk.drafts import particulars
from desk.local_model import taking
from drafting.answering.answerable import LETTERS
from drafting.assembly import FORM_NAMES, assemble, main_form
from drafting.checking import Office, check_reply, check_text, office_of, printed_lines
from drafting.checking.engine.ignoring import Sifted, sift, told
from drafting.errors import UserError
from drafting.language.particulars import pending
from drafting.model import Draft, Finding, Form, Reply, Skin
from drafting.profile import Profile
from drafting.writing import write_text
from drafting.writing.bundle import bundle_forms

KEPT = 64
"""Readings kept. 文稿, 校对, 核稿 and 办理流程 show the same paper one after the other."""

_MISSING_CORE, _OPEN_DATE = "T23", "成文日期"
"""The rule on what no document can lack, and the part of it that is the day of the signing."""

_kept: OrderedDict[object, tuple[Finding, ...]] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Proofread:
    """A paper with what the proofreader finds in it. ``lines`` are the printed lines with their
    places, by which the findings count; ``ignored`` the lines of the list of what is ignored."""

    reply: Reply
    lines: list[tuple[str, str]]
    findings: tuple[Finding, ...]
    sifted: Sifted
    ignored: Mapping[tuple[str, str], IgnoredLine] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        """The printed lines alone."""
        return [text for _, text in self.lines]


# ------------------------------------------------------------------ the paper


def paper(
    context: Context,
    source: Matter | Draft,
    form: Form | None = None,
    skin: Skin | None = None,
    *,
    to: Sequence[str] = (),
) -> Reply:
    """Return the paper of a matter or a draft in ``form``, its main one where none is named.

    The sign-off sheet tells of the main paper's proofreading, and of a matter what its
    particulars rest on; a letter that passes no 送核稿 has marks for what nobody answers for.
    Raises :class:`UserError` where it cannot be made.
    """
    draft = draft_of(source)
    chosen = form or main_form(draft)
    if isinstance(source, Matter) and chosen in LETTERS:
        draft = particulars.as_it_leaves(context, source)
    read = proofreading(context, source) if chosen == "sign-off" else ""
    answered = answered_for(context, source) if chosen == "sign-off" else ""
    profile = context.profile(draft.profile)
    return assemble(
        draft, profile, form=chosen, skin=skin, proofread=read, answered=answered, to=to
    )


def draft_of(source: Matter | Draft) -> Draft:
    """Return the draft, each suggestion with its answer."""
    return aligned(source.draft if isinstance(source, Matter) else source)


# ------------------------------------------------------------------ what is found in it


def proofread(context: Context, source: Matter | Draft, reply: Reply) -> Proofread:
    """Read ``reply``, made of ``source``, as its unit has it read.

    What the unit ignores for good is filtered out, and of a matter what is ignored there. Raises
    :class:`UserError` for a profile or a list of names that is wrong.
    """
    draft = draft_of(source)
    known = ignored(context, draft.profile, source.id if isinstance(source, Matter) else None)
    lines: list[tuple[str, str]] = [(place, text) for place, text in printed_lines(reply)]
    texts = [text for _, text in lines]
    findings = _findings(context, reply, draft)
    sifted = sift(findings, texts, [one.what for one in known])
    lines_of = {(one.what.rule, one.what.words): one for one in known}
    return Proofread(reply, lines, findings, sifted, lines_of)


def read_text(context: Context, text: str, profile: str) -> list[Finding]:
    """Return what is found in a text by itself and not ignored for good by the unit."""
    return text_reader(context, profile)(text)


def text_reader(context: Context, profile: str) -> Callable[[str], list[Finding]]:
    """Return :func:`read_text` for many texts of one unit, which is looked up once."""
    reader = office(context, profile)
    known = [one.what for one in ignored(context, profile)]

    def read(text: str) -> list[Finding]:
        return sift(check_text(text, reader), text.split("\n"), known).left

    return read


def office(context: Context, profile: str) -> Office:
    """Return what the unit's texts are held against: its switches, the archive, its names.

    Raises :class:`UserError` for a profile or a list of names that is wrong.
    """
    known = context.habits(profile)
    return office_of(
        known.checking.off,
        known.checking.severity,
        archive=context.facts,
        folder=context.folder,
        profile=known,
    )


def ignored(context: Context, profile: str, matter: int | None = None) -> list[IgnoredLine]:
    """Return what is ignored in ``matter``, and for good by the unit that owns it; without a matter
    by the unit that asks."""
    if context.casework is None:
        return []
    units = None if context.unit is None else {context.unit}
    if matter is not None:
        # Whoever looks at it: what stands in the way of its going on is the same for all.
        units = {*context.casework.run(handling.owners_of, matter)}
    return context.casework.proofing.ignored(profile, matter, units=units)


# ------------------------------------------------------------------ for whoever decides of it


def proofreading(context: Context, source: Matter | Draft) -> str:
    """Say in a few lines what is found in the main paper, as the sign-off sheet does."""
    read = proofread(context, source, paper(context, source))
    return _told(read, draft_of(source))


def answered_for(context: Context, source: Matter | Draft) -> str:
    """Say in a few lines what the particulars of a matter's paper rest on, as the sign-off sheet
    does; nothing of a draft by itself, of which nobody keeps who confirmed what."""
    if not isinstance(source, Matter):
        return ""
    told_of = (particulars.told(context, source), taking.told(context, source))
    return "\n".join(one for one in told_of if one)


def open_told(context: Context, source: Matter | Draft, form: Form) -> str:
    """Say how many particulars of a paper have no source and were confirmed by nobody; or ""."""
    found = particulars.left_open(context, source, form)
    kinds = "、".join(dict.fromkeys(one.kind for one in found))
    return f"文中有{len(found)}处{kinds}没有出处，也没有人确认。" if found else ""


def notes_of_all(context: Context, source: Matter | Draft, profile: Profile) -> list[str]:
    """Say of each paper of 全套文书 what nobody answers for, a line each."""
    main = main_form(draft_of(source))
    forms = [one for one in bundle_forms(draft_of(source), profile) if one in (main, *LETTERS)]
    told_of = [(form, open_told(context, source, form)) for form in forms]
    return [f"{FORM_NAMES[form]}：{said}" for form, said in told_of if said]


def judged(context: Context, matter: Matter) -> PaperRead:
    """Return the main paper of ``matter`` as the guards of the procedure are handed it.

    Ignored is there only what somebody let stand with a reason.
    """
    draft = draft_of(matter)
    try:
        reply = paper(context, matter)
    except UserError as error:
        return PaperRead(problem=error.message, particulars=particulars.of_matter(context, matter))
    read = proofread(context, matter, reply)
    reasoned = [one.what for one in read.ignored.values() if one.what.reason]
    left = sift(read.findings, read.texts, reasoned).left
    return PaperRead(
        tuple(pending(write_text(reply))),
        tuple(_without_what_is_given_later(left, draft)),
        _told(read, draft),
        particulars=particulars.of_matter(context, matter),
    )


def _told(read: Proofread, draft: Draft) -> str:
    return told(Sifted(_without_what_is_given_later(read.sifted.left, draft), read.sifted.ignored))


def _without_what_is_given_later(findings: Sequence[Finding], draft: Draft) -> list[Finding]:
    """Leave out that number and date of a draft are open: the one is given after the signing, the
    other is its day (GB/T 9704-2012, 7.3.5.4); the procedure has guards of its own for both."""
    kept = []
    for one in findings:
        if one.rule == COUNTED and one.text in LATER:
            continue
        if one.rule == _MISSING_CORE and draft.date is None:
            missing = one.message.removeprefix("缺少").split("、")
            rest = [name for name in missing if name != _OPEN_DATE]
            if not rest:
                continue
            one = replace(one, message=f"缺少{'、'.join(rest)}")
        kept.append(one)
    return kept


# ------------------------------------------------------------------ read once


def _findings(context: Context, reply: Reply, draft: Draft) -> tuple[Finding, ...]:
    """Return what is found in ``reply``, read anew only where something is other than it was.

    All that has a say is in the key: paper, draft, switches, names, the day, and the state of the
    archive as whoever asks sees it.
    """
    reader = office(context, draft.profile)
    key = (
        reply,
        draft,
        reader.off,
        tuple(sorted(reader.severity.items())),
        tuple(sorted(reader.names.leaders.items())),
        reader.names.bodies,
        # It holds tables, which have no hash.
        repr(reader.profile),
        context.today,
        None if context.archive is None else context.archive.state(),
    )
    with _lock:
        if (found := _kept.get(key)) is not None:
            _kept.move_to_end(key)
            return found
    found = tuple(check_reply(reply, draft, reader))
    with _lock:
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found
