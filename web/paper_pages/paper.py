"""文稿与下载: the further fields of the paper, its preview, and the Word file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from casework import Conflict, Matter, aligned, progress
from casework.matters import sealed
from desk import papers
from desk.prints import ofd, own_templates
from desk.prints.own_templates import Paper
from desk.prints.printing import Kind
from desk.prints.sealed import told as told_of_sealed
from desk.remembered import Remembered, remembered
from drafting.answering.result_class import propose_class
from drafting.assembly import by_hand, by_rule, form_notes, main_form
from drafting.assembly.suits import FORM_NAMES, read_doc_no
from drafting.errors import UserError
from drafting.language.cleaning import pasted_line, typed_line, typed_text
from drafting.model import (
    SEVERITY_NAMES,
    Contact,
    Draft,
    Finding,
    Form,
    Opinion,
    Reply,
    Sealing,
    Skin,
)
from drafting.writing.bundle import file_name
from drafting.writing.notes import notes_of
from drafting.writing.own_template import Filled
from drafting.writing.preview import show_layout
from drafting.writing.printing.pdf import office_available
from drafting.writing.typesetting.pages import lay_out
from web import forms, profiles, stores
from web.downloads import DOCX, attachment
from web.paper_pages import paperextra
from web.texts import parse_date, split_names

if TYPE_CHECKING:
    from drafting.profile import Profile

blueprint = Blueprint("paper", __name__)

SKINS: dict[Skin, str] = {"letter": "信函格式", "document": "文件格式"}
SEALINGS: dict[Sealing, str] = {
    "": "按本单位惯例",
    "seal": "加盖印章",
    "stamp": "加盖签发人签名章",
    "none": "不盖章",
}
PAPERS: dict[Paper, str] = {"standard": "国标版式", "own": "本单位模板"}
IN_TEMPLATE = "下载的 Word 文件和 PDF 填进本单位模板，分页以文件为准；右边的预览仍是国标版式。"
CONTACT_ROWS = 2
NOTHING = Remembered()
KIND_NAMES: dict[Kind, str] = {"pdf": "PDF", "archival": "PDF/A", "ofd": "OFD"}
"""What a paper can be printed into, as the buttons say."""

LINE_MAX_CHARS = {
    "doc_no": 60,
    "title": by_hand.TITLE_MOST,
    "salutation": by_hand.SALUTATION_MOST,
    "signer": 40,
    "signer_post": 60,
    "disclosure": 40,
    "class_code": 40,
}
FIELD_NAMES = {
    "doc_no": "发文字号",
    "title": "标题",
    "salutation": "主送",
    "signer": "签发人",
    "signer_post": "签发人职务",
    "disclosure": "公开属性",
    "class_code": "办理结果类别",
}


@dataclass(frozen=True, slots=True)
class PaperForm:
    """The form as typed."""

    fields: dict[str, str]
    contacts: tuple[tuple[str, str], ...]
    errors: dict[str, str]
    opinions: tuple[Opinion, ...] = ()


@blueprint.get("/matters/<id:matter_id>/reply")
def show(matter_id: int) -> BaseResponse | str:
    """Show the form, the paper, and what the proofreader finds."""
    matter = stores.matter_or_404(matter_id)
    if not matter.draft.proposal.suggestions:
        return redirect(url_for("intake.show", matter_id=matter_id))
    offered = remembered(stores.context(), matter)
    contacts = offered.contacts or matter.draft.contacts
    disclosure = matter.draft.disclosure or offered.disclosure or None
    shown = replace(matter.draft, contacts=contacts, disclosure=disclosure)
    return _page(matter, _of_draft(shown), offered)


@blueprint.post("/matters/<id:matter_id>/reply")
def save(matter_id: int) -> BaseResponse | tuple[str, int]:
    """Save the form; then show the paper again, or go on to the download."""
    matter = stores.matter_or_404(matter_id)
    draft, form = _to_draft(_of_request(request.form, matter.draft), matter.draft)
    if form.errors:
        return _page(matter, form), 400
    expected = forms.number("version")
    base = stores.casework().version(matter_id, expected)
    # The answers are not on this page: where only they moved on, both changes stand.
    if base is not None and _information(base) == _information(matter.draft):
        expected = matter.version
    try:
        stores.casework().save_draft(
            matter_id, draft, expected, author=stores.author(), note="文稿信息"
        )
    except Conflict as conflict:
        message = "这页内容已被他人修改。您填写的仍在左边，预览是现存的内容；核对后可再次保存。"
        form = replace(form, errors={"version": message})
        return _page(conflict.current, form), 409
    if request.form.get("then") == "review":
        return redirect(url_for("review.show", matter_id=matter_id))
    flash("已保存。", "done")
    form_name, skin = asked_for(request.form, draft)
    return redirect(url_for("paper.show", matter_id=matter_id, form=form_name, skin=skin))


@blueprint.get("/matters/<id:matter_id>/reply.docx")
def download(matter_id: int) -> Response:
    """Give the Word file, named as offices name it."""
    matter = stores.matter_or_404(matter_id)
    reply = make_reply(matter, *asked_for(request.args, matter.draft))
    return attachment(word_file(matter, reply).content, file_name(reply), DOCX)


def word_file(matter: Matter, reply: Reply) -> Filled:
    """Make the Word file of ``reply`` on the paper that was asked for."""
    paper = paper_asked_for(request.values, matter, reply.form)
    return own_templates.printed(stores.context(), matter, reply, paper)


# ------------------------------------------------------------------ the form


def _of_draft(draft: Draft) -> PaperForm:
    contacts = [(contact.name or "", contact.phone or "") for contact in draft.contacts]
    fields = {
        "doc_no": draft.doc_no or "",
        "date": draft.date.isoformat() if draft.date else "",
        "issuers": "\n".join(draft.issuers),
        "copies_mode": "own" if draft.copies_to is not None else "profile",
        "copies_to": "\n".join(draft.copies_to or ()),
        "class_code": draft.class_code or "",
        "disclosure": draft.disclosure or "",
        "title": draft.title,
        "salutation": draft.salutation,
        "signer": draft.signer or "",
        "signer_post": draft.signer_post,
        "sealing": draft.sealing,
        **paperextra.fields_of(draft),
    }
    return PaperForm(fields, _filled(contacts), {}, draft.opinions)


def _of_request(form: MultiDict[str, str], base: Draft) -> PaperForm:
    lines = ("doc_no", "date", "copies_mode", "class_code", "disclosure", "signer")
    fields = {name: typed_line(form.get(name, "")) for name in lines}
    # Only where the page shows them: a form of another paper does not empty them.
    own = {"title": base.title, "salutation": base.salutation, "signer_post": base.signer_post}
    own["sealing"] = base.sealing
    fields |= {name: pasted_line(form.get(name, kept)) for name, kept in own.items()}
    fields |= {name: typed_text(form.get(name, "")) for name in ("issuers", "copies_to")}
    people = [typed_line(name) for name in form.getlist("contact_name")]
    phones = [typed_line(phone) for phone in form.getlist("contact_phone")]
    more, errors = paperextra.read_fields(form, base)
    opinions, problem = paperextra.read_opinions(form, base)
    if problem:
        errors["opinions"] = problem
    contacts = _filled(list(zip(people, phones, strict=False)))
    return PaperForm(fields | more, contacts, errors, opinions)


def _filled(contacts: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return ``contacts`` with empty rows to type more of them into."""
    missing = max(CONTACT_ROWS - len(contacts), 1 if contacts and all(contacts[-1]) else 0)
    return tuple(contacts[:20]) + (("", ""),) * missing


def _to_draft(form: PaperForm, base: Draft) -> tuple[Draft, PaperForm]:
    values = form.fields
    errors = form.errors | forms.too_long(values, LINE_MAX_CHARS, FIELD_NAMES)
    date = forms.checked(errors, "date", lambda: parse_date(values["date"], "成文日期", "date"))
    doc_no: str | None = values["doc_no"]
    # A number that is kept from before is not refused: only what is typed anew.
    if doc_no != (base.doc_no or "") and "doc_no" not in errors:
        typed = values["doc_no"]
        doc_no = forms.checked(errors, "doc_no", lambda: read_doc_no(typed, "发文字号", "doc_no"))
    issuers, copies = split_names(values["issuers"]), split_names(values["copies_to"])
    for field, units, name in (("issuers", issuers, "署名"), ("copies_to", copies, "抄送")):
        if said := forms.too_many_units(units, name):
            errors[field] = said
    title, salutation = _unless_by_rule(values["title"], values["salutation"], base)
    contacts = [Contact(name or None, phone or None) for name, phone in form.contacts]
    draft = replace(
        base,
        doc_no=doc_no or None,
        date=date,
        issuers=issuers,
        contacts=tuple(c for c in contacts if c.name or c.phone),
        copies_to=copies if values["copies_mode"] == "own" else None,
        class_code=values["class_code"] or None,
        disclosure=values["disclosure"] or None,
        signer=values["signer"] or None,
        title=title,
        salutation=salutation,
        signer_post=values["signer_post"],
        sealing=next((one for one in SEALINGS if one == values["sealing"]), base.sealing),
    )
    if not errors:
        draft = replace(paperextra.with_fields(draft, values), opinions=form.opinions)
    return draft, replace(form, errors=errors)


def _unless_by_rule(title: str, salutation: str, base: Draft) -> tuple[str, str]:
    """Return what was typed; what is just as by the rule is left to it, and follows it later."""
    ruled = _ruled(base, main_form(base))
    salutation = salutation.rstrip("：: ")
    if ruled is None:
        return title, salutation
    return (
        "" if title == ruled.title else title,
        "" if salutation == ruled.salutation else salutation,
    )


def _ruled(draft: Draft, form: Form) -> Reply | None:
    """Return the paper with title and 主送 by the rule, where it has such and can be made."""
    if form not in by_hand.FORMS:
        return None
    try:
        return by_rule(draft, profiles.load(draft.profile), form)
    except UserError:
        return None


def _information(draft: Draft) -> Draft:
    """Return what this page can change of ``draft``."""
    proposal = replace(draft.proposal, suggestions=())
    return replace(draft, answers=(), co_opinions=(), proposal=proposal)


# ------------------------------------------------------------------ the paper


def asked_for(values: MultiDict[str, str], draft: Draft) -> tuple[Form, Skin | None]:
    """Return form and skin as asked for, else as the matter is: to the lead unit, or 再次答复."""
    usual = main_form(draft)
    form = next((form for form in FORM_NAMES if form == values.get("form")), usual)
    skin = next((skin for skin in SKINS if skin == values.get("skin")), None)
    return form, skin


def paper_asked_for(values: MultiDict[str, str], matter: Matter, form: Form) -> Paper:
    """Return on which paper, as asked for, else as the unit has it usually."""
    asked = next((one for one in PAPERS if one == values.get("paper")), None)
    try:
        usual = own_templates.usual_paper(stores.context(), matter.draft.profile, form)
    except UserError:
        usual = "standard"
    return asked or usual


def make_reply(matter: Matter, form: Form, skin: Skin | None) -> Reply:
    """Make the paper of ``matter``; raises :class:`UserError` where it cannot be made."""
    return papers.paper(stores.context(), matter, form, skin)


def _page(matter: Matter, form: PaperForm, offered: Remembered = NOTHING) -> str:
    form_name, skin = asked_for(request.values, matter.draft)
    preview, findings, problem = "", [], ""
    notes: list[str] = []
    left_open = ""
    own_notes: dict[str, str] = {}
    class_choices, class_why = _class_choices(matter.draft)
    shown_skin: str = skin or "letter"
    paper = paper_asked_for(request.values, matter, form_name)
    own = own_templates.holds(stores.context(), matter.draft.profile, form_name)
    ruled = _ruled(matter.draft, form_name)
    try:
        reply = make_reply(matter, form_name, skin)
        shown_skin = reply.skin
        layout = lay_out(reply)
        preview, findings = show_layout(reply, layout), _findings(matter, reply)
        left_open = papers.open_told(stores.context(), matter, form_name)
        profile = profiles.load(matter.draft.profile)
        if ruled is not None:
            own_notes = by_hand.differences(matter.draft, ruled)
        notes = [*form_notes(matter.draft, profile, form_name), *notes_of(reply, layout)]
        if paper == "own":
            filled = own_templates.printed(stores.context(), matter, reply, paper)
            notes = [*form_notes(matter.draft, profile, form_name), IN_TEMPLATE, *filled.notes]
    except UserError as error:
        problem = error.message
    return render_template(
        "paper.html",
        matter=matter,
        form=form,
        offered=offered,
        preview=preview,
        findings=findings,
        problem=problem,
        notes=notes,
        left_open=left_open,
        print_kinds=_kinds(),
        steps=paperextra.STEPS,
        sections=paperextra.section_rows(matter.draft, form.fields),
        opinions=paperextra.opinions_of(replace(matter.draft, opinions=form.opinions)),
        progress=progress(matter.draft),
        ruled=ruled,
        own_notes=own_notes,
        class_choices=class_choices,
        class_why=class_why,
        sealed_papers=[
            (one, told_of_sealed(one.spots))
            for one in stores.casework().run(sealed.of_matter, matter.id)
        ],
        sealings=list(SEALINGS.items()),
        disclosure_choices=_disclosure_choices(matter.draft),
        forms=FORM_NAMES,
        skins=SKINS,
        papers=PAPERS if own else {},
        paper=paper,
        form_name=form_name,
        skin=shown_skin,
        severity_names=SEVERITY_NAMES,
    )


def _kinds() -> dict[Kind, str]:
    """What a paper can be printed into here: by LibreOffice, and by the office's own converter."""
    there = {"pdf": office_available(), "archival": office_available(), "ofd": _has_ofd()}
    return {kind: name for kind, name in KIND_NAMES.items() if there[kind]}


def _has_ofd() -> bool:
    return ofd.is_configured(current_app.config["CONFIGURATION"].ofd)


def _findings(matter: Matter, reply: Reply) -> list[Finding]:
    order = list(SEVERITY_NAMES)
    found = papers.proofread(stores.context(), matter, reply).sifted.left
    return sorted(found, key=lambda finding: (order.index(finding.severity), finding.paragraph))


def _class_choices(draft: Draft) -> tuple[list[tuple[str, str]], str]:
    """Return what 办理结果类别 can be, the proposed one first, and why it is proposed."""
    profile = _profile_or_none(draft.profile)
    if profile is None:
        return [(draft.class_code or "", draft.class_code or "按采纳情况定")], ""
    proposed = propose_class(profile, aligned(draft).answers, draft.date or dt.date.today())
    now = f"现为 {proposed.code}" if proposed.code else "尚未定"
    codes = [(one.code, f"{one.code} {one.label}") for one in profile.classes.codes]
    choices = [("", f"按采纳情况和承诺定（{now}）"), *codes]
    why = proposed.told
    if draft.class_code and proposed.code and draft.class_code != proposed.code:
        why = f"另定为 {draft.class_code}，按采纳情况和承诺应为 {proposed.code}。{why}"
    return _with_current(choices, draft.class_code), why


def _disclosure_choices(draft: Draft) -> list[tuple[str, str]]:
    profile = _profile_or_none(draft.profile)
    if profile is None:
        return [(draft.disclosure or "", draft.disclosure or "按本单位惯例")]
    usual = profile.disclosure.default or ("尚未选定" if profile.disclosure.print else "不印")
    values = [(value, value) for value in profile.disclosure.values]
    return _with_current([("", f"按惯例（{usual}）"), *values], draft.disclosure)


def _with_current(choices: list[tuple[str, str]], value: str | None) -> list[tuple[str, str]]:
    """Keep a value unknown to the profile among the choices, so that it stays selected."""
    if value and value not in [key for key, _ in choices]:
        return [*choices, (value, value)]
    return choices


def _profile_or_none(name: str) -> Profile | None:
    try:
        return profiles.load(name)
    except UserError:
        return None
