"""附件 of a reply: texts that are set as pages, and files that go with it (GB/T 9704-2012, 7.3.4).

They stand in the draft, so that each change is a version of it and is taken back as one; files are
kept by their SHA-256 among the materials of the matter, where they are looked at for a 密级.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from casework import Casework, Matter
from casework.matters import materials as kept
from casework.matters.materials import ATTACHMENT, Material
from desk.context import Context
from desk.handing_in import handed_in, materials
from drafting.assembly import ATTACHMENTS_MOST, bare_title
from drafting.errors import UserError
from drafting.language.cleaning import typed_text
from drafting.language.file_names import safe_file_name
from drafting.language.tables import from_tabs
from drafting.model import Attached, attached
from storage import originals

TITLE_MOST, TEXT_MOST = 100, 50_000
ENDINGS = tuple(
    one for one in materials.ENDINGS if one not in (".html", ".htm", ".mht", ".heic", ".txt")
)
"""What may go with a reply: papers, tables and pictures that everybody can open."""

_ENCRYPTED = re.compile("加密|密码")
# Programs of Windows, Linux and macOS, and scripts, whatever they are called.
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa")

Attachments = tuple[Attached, ...]


def add_text(context: Context, matter: Matter, seen: int, made: Attached) -> None:
    """Add an attachment that is set as pages. Raises :class:`UserError`, as all here does, for what
    cannot be taken, and where somebody changed the attachments since version ``seen``."""
    checked = _checked(made)
    if not checked.text:
        raise UserError("请填写附件的内容；是现成文件的，在“上传文件”处选择。", field="text")
    _save(context, matter, seen, f"添加附件“{checked.title}”", lambda all: (*all, checked))


def add_file(context: Context, matter: Matter, seen: int, name: str, content: bytes) -> str:
    """Add a file; it is called after its name. Return what is to be said of it, or nothing."""
    _refuse(name, content)
    _room(attached(matter.draft))
    digest = originals.digest_of(content)
    note = ""
    if not any(one.digest == digest for one in _casework(context).run(kept.listed, matter.id)):
        note = materials.add(context, matter, name, content, ATTACHMENT)
    title = bare_title(PurePosixPath(name).stem)[:TITLE_MOST]
    made = Attached(title, file=name, digest=digest, size=len(content))
    same = next((one for one in attached(matter.draft) if one.digest == digest), None)
    if same is not None:
        raise UserError(f"“{name}”与附件“{same.title}”是同一个文件，没有重复添加。", field="file")
    _save(context, matter, seen, f"添加附件“{title}”", lambda all: (*all, made))
    return note


def change(context: Context, matter: Matter, seen: int, place: int, made: Attached) -> None:
    """Give the attachment at ``place`` (from 0) the title, text and publicity of ``made``."""
    checked = _checked(made)

    def changed(all: Attachments) -> Attachments:
        now = replace(all[place], title=checked.title, text=checked.text, public=checked.public)
        if not now.file and not now.text:
            raise UserError("附件的内容不能为空；不要了就点“删除”。", field="text")
        return (*all[:place], now, *all[place + 1 :])

    _save(context, matter, seen, f"修改附件“{checked.title}”", changed)


def move(context: Context, matter: Matter, seen: int, place: int, by: int) -> None:
    """Move an attachment up (−1) or down (1); at the end it stays."""

    def moved(all: Attachments) -> Attachments:
        to = min(max(place + by, 0), len(all) - 1)
        rest = [*all[:place], *all[place + 1 :]]
        return (*rest[:to], all[place], *rest[to:])

    _save(context, matter, seen, "调整附件次序", moved)


def remove(context: Context, matter: Matter, seen: int, place: int) -> str:
    """Take an attachment off; its file is kept. Return its title."""
    title = attached(matter.draft)[place].title
    _save(
        context,
        matter,
        seen,
        f"删除附件“{title}”",
        lambda all: (*all[:place], *all[place + 1 :]),
    )
    return title


def state_of(context: Context, matter: Matter, one: Attached) -> Material | None:
    """Return the material that a file is kept as, which tells whether it was looked at."""
    found = _casework(context).run(kept.listed, matter.id)
    return next((each for each in found if each.digest == one.digest), None)


def load(context: Context, matter: Matter, one: Attached) -> bytes:
    """Return the file of an attachment. Raises :class:`UserError` while it is looked at for a 密级,
    where it was refused for one, and where it is gone."""
    found = state_of(context, matter, one)
    if found is not None and found.state == "没有收":
        raise UserError(f"“{one.file}”没有收：{found.note}")
    if found is not None and found.state:
        raise UserError(f"“{one.file}”正在查看有无密级，看完再下载。")
    return originals.of(context.folder).get(one.digest)


def packed(context: Context, matter: Matter) -> tuple[Mapping[str, bytes], list[str]]:
    """Return the files for 全套文书 by their names there, and what is to be said of the rest."""
    found, notes = {}, []
    all = attached(matter.draft)
    for number, one in enumerate(all, start=1):
        label = "附件" if len(all) == 1 else f"附件{number}"
        if not one.public:
            notes.append(f"{label}“{one.title}”不随公开版公开。")
        if not one.file:
            continue
        try:
            ending = PurePosixPath(one.file).suffix
            found[safe_file_name(f"{label} {one.title}") + ending] = load(context, matter, one)
        except UserError as error:
            notes.append(f"{label}没有放进来：{error.message}")
    return found, notes


# ------------------------------------------------------------------ what is refused


def _checked(made: Attached) -> Attached:
    title = bare_title(made.title)
    if not title:
        raise UserError("请填写附件名称。", field="title")
    if len(title) > TITLE_MOST:
        raise UserError(f"附件名称不能超过{TITLE_MOST}个字。", field="title")
    text = from_tabs(typed_text(made.text))
    if len(text) > TEXT_MOST:
        raise UserError(
            f"附件内容共{len(text)}个字，不能超过{TEXT_MOST}个字；请上传文件。", field="text"
        )
    return replace(made, title=title, text=text)


def _refuse(name: str, content: bytes) -> None:
    if not content:
        raise UserError(f"“{name}”是空文件，没有添加。", field="file")
    if content.startswith(_PROGRAMS):
        raise UserError(f"“{name}”是程序，不能作为附件。", field="file")
    if not name.lower().endswith(ENDINGS):
        raise UserError(
            f"“{name}”不是文稿、表格或图片，没有添加；请用 PDF、OFD、Word、Excel 或图片。",
            field="file",
        )
    try:
        if not name.lower().endswith(materials.PICTURES):
            handed_in.read_all_lines(content, name)
    except UserError as error:
        # Whoever gets the reply could not open it either; what merely has no words is taken.
        if _ENCRYPTED.search(error.message):
            raise UserError(
                f"“{name}”不能作为附件，收到的人打不开：{error.message}", field="file"
            ) from None


def _room(all: Attachments) -> None:
    if len(all) >= ATTACHMENTS_MOST:
        raise UserError(
            f"一件答复最多{ATTACHMENTS_MOST}个附件，请合并成册，或另附清单。", field="file"
        )


def _save(
    context: Context,
    matter: Matter,
    seen: int,
    note: str,
    changed: Callable[[Attachments], Attachments],
) -> None:
    casework = _casework(context)
    base = casework.version(matter.id, seen) if seen != matter.version else matter.draft
    if base is None or base.attachments != matter.draft.attachments:
        raise UserError("附件刚被他人修改，请看过下面现在的清单再改。", field="version")
    found = changed(attached(matter.draft))
    if len(found) > len(matter.draft.attachments):
        _room(attached(matter.draft))
    draft = replace(matter.draft, attachments=found)
    with casework.transaction():
        casework.save_draft(matter.id, draft, matter.version, author=context.author, note=note)
        casework.log("修改附件", f"提案 {matter.id}", detail=note)


def _casework(context: Context) -> Casework:
    if context.casework is None:
        raise LookupError("casework")
    return context.casework
