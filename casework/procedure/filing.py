"""A finished reply goes into the archive, with its .docx, and is found there at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drafting.assembly import assemble, main_form
from drafting.intake.secrecy import read_open
from drafting.model import Draft
from drafting.model.identity import aligned
from drafting.profile import Profile
from drafting.writing import write_docx
from drafting.writing.bundle import paper_name

if TYPE_CHECKING:
    from corpus import Archive

FOLDER = "本单位办结"


def file_reply(draft: Draft, profile: Profile, archive: Archive) -> str:
    """Put the paper of ``draft`` into ``archive`` and return its source there.

    It is read as any reply that is imported, from the very file that went out. The source is made
    of number and title, so that filing again replaces and never doubles. Raises
    :class:`drafting.errors.UserError` where the paper cannot be made, or bears a 密级: what is
    secret is kept no more when it is ours than when it comes in.
    """
    reply = assemble(aligned(draft), profile, form=main_form(draft))
    content = write_docx(reply)
    year = f"{draft.date.year}年/" if draft.date else ""
    source = archive.source_for(f"{FOLDER}/{year}{paper_name(reply)}.docx")
    archive.store(read_open(content, source), source, content)
    return source
