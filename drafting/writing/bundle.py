"""All papers of a matter as one zip, each named as offices name it.

``青城管函〔2026〕12号_区政协十届五次会议第211号提案办理文书.zip`` holds ``1_发文稿纸.docx``,
``2_答复_青城管函〔2026〕12号_关于…的答复.docx`` and so on, and a list of what is in it.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO

from drafting.assembly import FORM_NAMES, assemble, main_form
from drafting.language.file_names import plain_file_name, safe_file_name, told_apart
from drafting.language.particulars import pending
from drafting.model import Draft, Form, Reply, Skin
from drafting.profile import Profile
from drafting.writing import write_docx

Printed = Callable[[Reply], tuple[bytes, Sequence[str]]]
"""Makes the Word file of a paper; says what is to be known of it."""

_NAME_LIMIT = 110
_UNIT_LIMIT = 40
_LIST = "目录.txt"
_EARLIEST = (2012, 7, 1, 0, 0, 0)


def bundle_forms(draft: Draft, profile: Profile) -> tuple[Form, ...]:
    """The forms that belong into the file of this matter, in the order of the procedure."""
    return tuple(_forms(draft, profile))


def _forms(draft: Draft, profile: Profile) -> Iterator[Form]:
    yield "sign-off"
    yield main_form(draft)
    if draft.proposal.role == "主办":
        value = (draft.disclosure or "").strip() or profile.disclosure.default
        decided = bool(value) or not profile.disclosure.print
        closed = value in profile.disclosure.never_published or draft.marks.secrecy.strip()
        if decided and not closed:
            yield "public"
        yield "consultation"
    yield "contact-record"
    if draft.extension is not None:
        yield "extension"
    if draft.returning is not None:
        yield "return"


def make_bundle(
    draft: Draft,
    profile: Profile,
    *,
    skin: Skin | None = None,
    extras: Mapping[str, bytes] | None = None,
    proofread: str = "",
    answered: str = "",
    notes: Sequence[str] = (),
    printed: Printed | None = None,
) -> tuple[str, bytes]:
    """Return the zip's name and bytes; ``extras`` (by file name) are put in as they are.

    ``proofread`` and ``answered`` are what 发文稿纸 says of the proofreading and of who answers
    for the figures; ``notes`` stand below the list of what is in it. ``printed`` makes the Word
    file of each paper where it is not to be the standard's.

    Raises :class:`drafting.errors.UserError` as :func:`drafting.assembly.assemble` does. The same
    draft gives the same bytes.
    """
    files: list[tuple[str, bytes]] = []
    told: list[str] = []
    main = assemble(draft, profile, form=main_form(draft), skin=skin)
    for number, form in enumerate(bundle_forms(draft, profile), start=1):
        reply = main
        if form != main.form:
            reply = assemble(
                draft,
                profile,
                form=form,
                skin=skin,
                proofread=proofread,
                answered=answered,
                main=main,
            )
        titled = () if reply.doc_no is None else _named(reply)
        name = plain_file_name(str(number), FORM_NAMES[form], *titled, ending=".docx")
        content, said = (write_docx(reply), ()) if printed is None else printed(reply)
        files.append((name, content))
        told += [f"{FORM_NAMES[form]}：{one}" for one in said]
    for name, content in (extras or {}).items():
        stem, dot, ending = name.rpartition(".")
        place = str(len(files) + 1)
        plain = plain_file_name(place, stem or name, ending=dot + ending if stem else "")
        files.append((plain, content))
    return bundle_name(draft), _zip(files, draft.date, (*notes, *told))


def make_letters(
    draft: Draft, profile: Profile, units: Sequence[str], *, skin: Skin | None = None
) -> tuple[str, bytes]:
    """Return name and bytes of a zip with a 征求会办意见函 to each of ``units``.

    Raises :class:`drafting.errors.UserError` as :func:`drafting.assembly.assemble` does.
    """
    files = []
    for number, unit in enumerate(units, start=1):
        reply = assemble(draft, profile, form="opinion-request", skin=skin, to=[unit])
        files.append((_numbered(number, unit, reply), write_docx(reply)))
    name = plain_file_name(f"{_item_name(draft)}征求会办意见函", ending=".zip")
    return name, _zip(files, draft.date, ())


def make_sheets(draft: Draft, sheets: Sequence[tuple[str, Reply]]) -> tuple[str, bytes]:
    """Return name and bytes of a zip with the 征询意见表 of each person named."""
    files = [
        (_numbered(number, person, reply), write_docx(reply))
        for number, (person, reply) in enumerate(sheets, start=1)
    ]
    return plain_file_name(f"{_item_name(draft)}征询意见表", ending=".zip"), _zip(
        files, draft.date, ()
    )


def file_name(reply: Reply, ending: str = ".docx") -> str:
    """``青城管函〔2026〕12号_关于…的答复.docx``: the name under which a paper is downloaded."""
    return plain_file_name(*_named(reply), ending=ending)


def _named(reply: Reply) -> tuple[str, str]:
    return _known(reply.doc_no), _known("".join(reply.title.split()))


def _numbered(number: int, name: str, reply: Reply) -> str:
    return plain_file_name(str(number), name[:_UNIT_LIMIT], *_named(reply), ending=".docx")


def paper_name(reply: Reply) -> str:
    """``青城管函〔2026〕12号 关于…的答复``: by this name a paper that has gone out is known in the
    archive, which must not change from one version of this program to the next."""
    return safe_file_name(" ".join(_named(reply)), _NAME_LIMIT, empty="文书")


def _known(text: str | None) -> str:
    """A part of a name; nothing while it is 待核实, for a name with such a mark would be kept."""
    return "" if pending(text or "") else text or ""


def bundle_name(draft: Draft) -> str:
    """The zip's own name, after the number and the item."""
    name = f"{_item_name(draft)}办理文书"
    return plain_file_name(_known(draft.doc_no), name, ending=".zip")


def _item_name(draft: Draft) -> str:
    proposal = draft.proposal
    number = (proposal.item_no or "").strip().removeprefix("第").removesuffix("号")
    return f"{proposal.session or ''}{f'第{number}号' if number else ''}{proposal.matter}"


def _zip(files: Sequence[tuple[str, bytes]], date: dt.date | None, notes: Sequence[str]) -> bytes:
    """Files by name, and a list of them with ``notes`` below.

    Names that are not plain ASCII are marked as UTF-8 in a zip, as the library does by itself.
    """
    stamp = (date.year, date.month, date.day, 0, 0, 0) if date and date.year >= 1980 else _EARLIEST
    names = told_apart([*(name for name, _ in files), _LIST])
    # With a byte order mark, for Windows' editor takes a bare file for GBK.
    listed = "".join(f"{line}\r\n" for line in (*names[:-1], *notes)).encode("utf-8-sig")
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in zip(names, (*(one for _, one in files), listed), strict=True):
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()
