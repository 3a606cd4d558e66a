"""盖章件: the sealed PDF or OFD is taken back, held against the paper's text, and filed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from casework import Matter
from casework.matters import materials, sealed
from casework.matters.materials import Material
from desk import papers
from desk.context import Context
from desk.handing_in import handed_in
from drafting.assembly import FORM_NAMES
from drafting.errors import UserError
from drafting.model import Form, Reply, Skin
from drafting.programs.workers import Stopped
from drafting.writing import write_text
from storage import originals

ENDINGS = (".pdf", ".ofd")


def add(
    context: Context, matter: Matter, form: Form, skin: Skin | None, name: str, content: bytes
) -> int:
    """File a sealed paper and return the id of its material.

    It is held against the paper as it is now. Raises :class:`UserError` where it is no PDF or OFD,
    is empty, damaged or encrypted, bears a 密级, or is there already; nothing of it is kept then.
    """
    casework = context.casework
    if casework is None:
        raise LookupError("casework")
    if not name.lower().endswith(ENDINGS):
        raise UserError("请选盖章后的 PDF 或 OFD 文件。", field="file")
    if not content:
        raise UserError(f"“{name}”是空文件，没有存放。", field="file")
    spots = _spots(papers.paper(context, matter, form, skin), name, content)
    now = dt.datetime.now(dt.UTC)
    digest = originals.digest_of(content)
    kept = Material(0, matter.id, name, sealed.KIND, digest, len(content), now, context.author)
    casework.run(materials.check, kept)
    originals.of(context.folder).put(content)
    with casework.transaction():
        number = casework.run(materials.add, kept)
        casework.run(sealed.note, number, form, matter.version, spots)
        detail = f"{FORM_NAMES[form]}：{name}，{told(spots)}"
        casework.log("存放盖章件", f"提案 {matter.id}", detail=detail)
    return number


def told(spots: object) -> str:
    """Say in a few words how a sealed paper compares."""
    if spots is None:
        return "读不出文字，没有比对"
    count = len(spots) if isinstance(spots, tuple) else 0
    return f"与文稿有{count}处不同" if count else "文字与文稿一致"


def _spots(reply: Reply, name: str, content: bytes) -> tuple[tuple[str, str, str], ...] | None:
    try:
        found = handed_in.read_sealed(content, name, _by_lines(reply), reply.seal_keyword)
    except Stopped:
        return None
    return tuple((one.kind, one.ours, one.theirs) for one in found)


def _by_lines(reply: Reply) -> str:
    """The text of the paper; what stands side by side on it is a line each here.

    The name of a 签发人 is in his 签名章, and not in the text.
    """
    unnamed = tuple(replace(one, name="") for one in reply.stamps)
    text = write_text(replace(reply, stamps=unnamed))
    if len(reply.issuers) > 1 and reply.skin == "document":
        text = text.replace(f"{reply.issuers[-1]}文件\n", f"{reply.issuers[-1]}\n文件\n", 1)
    return text.replace("签发人：", "\n签发人：\n", 1).replace("\u3000", "\n")
