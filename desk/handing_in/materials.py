"""办理材料: a file is looked at for a 密级, kept in the data folder, and noted in the matter."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from casework import Casework, Matter
from casework.matters import materials
from casework.matters.materials import Material
from desk.context import Context
from desk.handing_in import handed_in
from drafting.errors import UserError
from storage import originals

PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".heic")
ENDINGS = (
    *(".pdf", ".ofd", ".doc", ".docx", ".wps", ".rtf", ".odt", ".txt", ".html", ".htm", ".mht"),
    *(".xls", ".xlsx", ".et", ".csv", ".ppt", ".pptx"),
    *PICTURES,
)
"""What is taken: papers, tables and pictures; no program, and nothing packed, which hides both."""


RECOGNISED = (".pdf", ".ofd", *PICTURES)
"""What may be the picture of a page: it is read in the background
(:mod:`desk.handing_in.material_work`)."""


def add(context: Context, matter: Matter, name: str, content: bytes, kind: str) -> str:
    """Keep a file as material of ``matter``; return what is to be said of it, or nothing.

    What may be the picture of a page waits until it was looked at in the background.

    Raises :class:`UserError` where it is empty, of an ending that is not taken, bears a 密级, is
    there already, or is too much; then nothing of it is kept.
    """
    casework = _casework(context)
    if not content:
        raise UserError(f"“{name}”是空文件，没有存放。", field="file")
    if not name.lower().endswith(ENDINGS):
        raise UserError(f"“{name}”不是文稿、表格或图片，没有存放。", field="file")
    waits = name.lower().endswith(RECOGNISED)
    note = "" if waits else looked_at(content, name)
    now = dt.datetime.now(dt.UTC)
    digest = originals.digest_of(content)
    kept = Material(0, matter.id, name, kind, digest, len(content), now, context.author)
    if waits:
        kept = replace(kept, state="正在识别")
    casework.run(materials.check, kept)
    # Before the row, which never names what is not there.
    originals.of(context.folder, originals.WAITING if waits else originals.KEPT).put(content)
    with casework.transaction():
        casework.run(materials.add, kept)
        casework.log("存放材料", f"提案 {matter.id}", detail=f"{kind}：{name}")
    return note


def load(context: Context, material: Material) -> bytes:
    """Return the file of a material; raises :class:`UserError` where it is gone or damaged."""
    return originals.of(context.folder).get(material.digest)


def remove(context: Context, matter: Matter, number: int) -> bool:
    """Take a material off the matter; :func:`restore` brings it back."""
    casework = _casework(context)
    with casework.transaction():
        found = casework.run(materials.one, matter.id, number)
        now = dt.datetime.now(dt.UTC)
        done = casework.run(materials.remove, matter.id, number, now, context.author)
        if done and found:
            casework.log("移除材料", f"提案 {matter.id}", detail=found.name)
    return done


def restore(context: Context, matter: Matter, number: int) -> bool:
    """Undo :func:`remove`. Raises :class:`UserError` where the same file was added since."""
    casework = _casework(context)
    with casework.transaction():
        done = casework.run(materials.restore, matter.id, number)
        if done:
            casework.log("恢复材料", f"提案 {matter.id}", detail=str(number))
    return done


def looked_at(content: bytes, name: str) -> str:
    """Refuse what bears a 密级; say so where the file cannot be looked into."""
    found = handed_in.read_at_all(content, name)
    return "" if found else f"“{name}”读不出文字，请自行确认没有密级。"


def _casework(context: Context) -> Casework:
    if context.casework is None:
        raise LookupError("casework")
    return context.casework
