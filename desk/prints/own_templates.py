"""本单位模板: an office's own Word template is handed in, looked over, adopted and used.

Every change is a version; the file itself stands in the data folder by its digest. A paper is made
with the newest version that was adopted, or on the standard's paper where there is none.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from casework import Casework, Matter, own_templates
from casework.own_templates import TemplateVersion
from desk import papers
from desk.context import Context
from desk.handing_in import handed_in
from desk.papers import draft_of
from drafting.assembly import FORM_NAMES, main_form
from drafting.errors import UserError
from drafting.model import Draft, Form, Reply
from drafting.programs.workers import SOON
from drafting.reading.pdf.document import drawn_page
from drafting.writing import write_docx
from drafting.writing.bundle import Printed
from drafting.writing.own_template import Binding, Filled, Inspection
from storage import originals

Paper = Literal["standard", "own"]
"""On which paper: the standard's (GB/T 9704), or in the office's own template."""

TEMPLATE_FORMS: tuple[Form, ...] = (
    *("reply", "co-handling", "public", "second-reply", "opinion-request", "extension", "return"),
)
"""Letters; the ruled forms have their own lines."""

PICTURE_DOTS = 1100
"""How wide the picture of a page is: a little more than a desk has room for."""

NONE_HOLDS = "“{form}”还没有采用本单位模板，请先到“单位设置－本单位模板”上传，或改用国标版式。"


@dataclass(frozen=True, slots=True)
class Opened:
    """A version with its file and what is to be said of it."""

    version: TemplateVersion
    content: bytes
    inspection: Inspection


def binding_of(version: TemplateVersion) -> Binding:
    """Return what the placeholders of a version stand for."""
    return Binding(version.fields, version.headings)


# ------------------------------------------------------------------ keeping


def hand_in(
    context: Context, profile: str, form: Form, file_name: str, content: bytes
) -> TemplateVersion:
    """Keep a file as the next version, not adopted yet; what was chosen before holds for it too.

    Raises :class:`UserError` where it can be no template (see
    :func:`drafting.writing.own_template.inspect`); then nothing of it is kept.
    """
    if form not in TEMPLATE_FORMS:
        names = "、".join(FORM_NAMES[one] for one in TEMPLATE_FORMS)
        raise UserError(f"本单位模板只用于{names}。", field="form")
    handed_in.inspected_template(content, name=file_name)
    casework = _casework(context)
    former = casework.run(own_templates.versions, profile, form)
    made = TemplateVersion(
        profile,
        form,
        0,
        file_name,
        originals.of(context.folder).put(content),
        False,
        dt.datetime.now(dt.UTC),
        context.author,
        "上传",
        former[0].fields if former else {},
    )
    return _added(context, made, "上传模板")


def rebind(
    context: Context,
    former: TemplateVersion,
    fields: Mapping[str, str],
    headings: Mapping[str, str],
    *,
    adopt: bool,
) -> TemplateVersion:
    """Keep what the placeholders of ``former`` stand for as the next version.

    Raises :class:`UserError` where it is to be adopted and something in it is wrong, or where
    somebody has handed in another file since.
    """
    casework = _casework(context)
    newest = casework.run(own_templates.newest, former.profile).get(former.form)
    if newest is None or newest.number != former.number:
        raise UserError("这份模板刚刚被改过，请看过新的一版再改。", field="version")
    made = replace(
        former,
        fields=dict(fields),
        headings=dict(headings),
        adopted=adopt,
        author=context.author,
        note="采用" if adopt else "改对应的栏目",
    )
    if adopt:
        wrong = handed_in.inspected_template(
            originals.of(context.folder).get(made.digest), binding_of(made)
        ).errors
        if wrong:
            raise UserError(f"还有 {len(wrong)} 处要改：{wrong[0].said}", field="template")
    return _added(context, made, "采用模板" if adopt else "修改模板")


def stop(context: Context, profile: str, form: Form) -> TemplateVersion | None:
    """Have papers of ``form`` be made as the standard has them; a former version may return."""
    held = _casework(context).run(own_templates.in_force, profile, form)
    if held is None:
        return None
    made = replace(held, digest="", file_name="", author=context.author, note="停用")
    return _added(context, made, "停用模板")


def put_back(context: Context, profile: str, form: Form, number: int) -> TemplateVersion:
    """Have an older version be the newest, adopted where it was; raises :class:`UserError`."""
    old = _casework(context).run(own_templates.version, profile, form, number)
    if old is None:
        raise UserError("没有这一版模板。", field="number")
    made = replace(old, author=context.author, note=f"恢复到第 {number} 版")
    return _added(context, made, "恢复模板")


def _added(context: Context, made: TemplateVersion, done: str) -> TemplateVersion:
    casework = _casework(context)
    with casework.transaction():
        number = casework.run(own_templates.add, made)
        casework.log(done, made.profile, detail=f"{FORM_NAMES[made.form]}：{made.file_name}")
    return replace(made, number=number)


def opened(context: Context, version: TemplateVersion) -> Opened:
    """Return a version with its file looked over; raises :class:`UserError` where it is gone."""
    content = originals.of(context.folder).get(version.digest)
    return Opened(version, content, handed_in.inspected_template(content, binding_of(version)))


def first_page(docx: bytes) -> bytes:
    """Return the first page of a Word file as a PNG; raises :class:`UserError`."""
    from PIL import Image  # 40 ms, and only where a page is drawn

    picture = drawn_page(handed_in.to_pdf(docx, archival=False, how=SOON), 0)
    if not picture:
        raise UserError("没有画出样稿，请下载 Word 文件查看。")
    page = Image.open(io.BytesIO(picture))
    page.thumbnail((PICTURE_DOTS, 2 * PICTURE_DOTS))
    made = io.BytesIO()
    page.save(made, "PNG")
    return made.getvalue()


# ------------------------------------------------------------------ papers


def holds(context: Context, profile: str, form: Form) -> bool:
    """Whether papers of ``form`` can be made in the unit's own template."""
    if context.casework is None:
        return False
    return context.casework.run(own_templates.in_force, profile, form) is not None


def usual_paper(context: Context, profile: str, form: Form) -> Paper:
    """Return on which paper the unit prints ``form`` where nobody says otherwise."""
    own = context.habits(profile).layout.paper == "own"
    return "own" if own and holds(context, profile, form) else "standard"


def printed(context: Context, source: Matter | Draft, reply: Reply, paper: Paper) -> Filled:
    """Return ``reply``, made of ``source``, as a Word file on the ``paper`` that was chosen.

    Raises :class:`UserError` where the unit has no template of its own for it, or its file is gone.
    """
    if paper == "standard":
        return Filled(write_docx(reply), template=False)
    draft = draft_of(source)
    casework = context.casework
    held = casework and casework.run(own_templates.in_force, draft.profile, reply.form)
    if not held:
        form = FORM_NAMES.get(reply.form, "")
        raise UserError(NONE_HOLDS.format(form=form), field="paper")
    content = originals.of(context.folder).get(held.digest)
    return handed_in.filled_template(content, reply, draft, binding_of(held))


def told(context: Context, matter: Matter) -> tuple[str, ...]:
    """Say what of the main paper the unit's own template does not print, or that it cannot be made
    in it; nothing where the unit prints it as the standard has it."""
    form = main_form(draft_of(matter))
    try:
        if usual_paper(context, matter.draft.profile, form) == "standard":
            return ()
        return printed(context, matter, papers.paper(context, matter), "own").notes
    except UserError as error:
        return (error.message,)


def printer(context: Context, source: Matter | Draft, paper: Paper | None = None) -> Printed:
    """Return what makes the Word files of 全套文书: each form in its template, where it has one.

    ``paper``: on which, where it is not to be as the unit does it usually.
    """
    profile = draft_of(source).profile

    def made(reply: Reply) -> tuple[bytes, Sequence[str]]:
        chosen = paper or usual_paper(context, profile, reply.form)
        own = chosen == "own" and holds(context, profile, reply.form)
        filled = printed(context, source, reply, "own" if own else "standard")
        return filled.content, filled.notes

    return made


def _casework(context: Context) -> Casework:
    if context.casework is None:
        raise LookupError("casework")
    return context.casework
