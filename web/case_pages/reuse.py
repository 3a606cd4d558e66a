"""借用: the unit's own phrases, closings by field, last year's replies, and similar items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from flask import Blueprint, abort, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from casework import Conflict, Matter
from casework.overview.waiting import visible
from desk.drafts.inserting import paragraphs
from drafting.assembly.closings import closings_for
from drafting.errors import UserError
from drafting.language.likeness.alike import (
    SUBJECT_ALIKE,
    TEXT_ALIKE,
    promises,
    subject_likeness,
    text_likeness,
)
from drafting.model import Kind, Passage, Proposal, Structure
from web import errors, forms, profiles, stores

if TYPE_CHECKING:
    from corpus import ArchivedDocument

blueprint = Blueprint("reuse", __name__)

STRUCTURES: dict[Structure | None, str] = {
    None: "按本单位惯例",
    "one-by-one": "逐条答复：每条建议一节，有做了什么、下一步、采纳情况",
    "summary-then-plan": "先述后列：提案主要内容、工作开展情况、下一步计划逐条对应",
    "situation-then-plan": "先情况后打算：工作开展情况、下一步打算两部分，各条建议分列其下",
    "handling-then-answers": "先办理经过后逐条：由谁承办、何时面商在前，各条建议的答复在后",
    "short": "短件：不加小标题，适合一两条建议",
}
CLOSING_MAX_CHARS = 200
PAST_MOST = 3
PROPOSERS_ASKED = 3
LOOKED_AT = 6
# Of the replies on a subject those are shown that are nearly as much to the point as the best.
NEAR = 0.6
TEXT_SHOWN = 1_500


@dataclass(frozen=True, slots=True)
class Past:
    """A reply of former years: why it is shown, and its paragraphs, each fit to be taken in."""

    why: str
    document: ArchivedDocument
    paragraphs: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """An item like the one in hand: its answer and promises, or the matter it is."""

    title: str
    kind: str
    likeness: int
    document: int = 0
    matter: int = 0
    said: str = ""
    promises: tuple[str, ...] = ()


# ------------------------------------------------------------------ 常用语


@blueprint.post("/phrases")
def add_phrase() -> Response:
    """Keep a phrase; come back to the page it was on."""
    words = forms.text("phrase")
    stores.casework().add_phrase(words, author=stores.author(), unit=stores.own_unit() or "")
    if errors.wants_json():
        return jsonify(said="已存为常用语。")
    flash("已存为常用语。", "done")
    return redirect(_back())


@blueprint.post("/phrases/<id:phrase_id>/delete")
def remove_phrase(phrase_id: int) -> Response:
    """Delete a phrase; its words are shown, so that it can be kept again."""
    words = stores.casework().remove_phrase(phrase_id, stores.own_unit())
    if words is None:
        abort(404, "这条常用语已被删除。")
    flash(f"已删去常用语：{words}", "note")
    return redirect(_back())


def _back() -> str:
    matter_id, place = (forms.number(name) for name in ("matter", "s"))
    if not matter_id:
        return url_for("worklist.show")
    return url_for("workbench.show", matter_id=matter_id, s=place or 1, tab="reuse")


# ------------------------------------------------------------------ 体例 and 结语


@blueprint.post("/matters/<id:matter_id>/shape")
def shape(matter_id: int) -> Response:
    """Set the structure and the closing sentence of this reply."""
    matter = stores.matter_or_404(matter_id)
    structure = request.form.get("structure") or None
    if structure is not None and structure not in get_args(Structure):
        raise UserError("没有这种体例，请重新选择。")
    closing = forms.text("closing").replace("\n", "")
    if len(closing) > CLOSING_MAX_CHARS:
        raise UserError(f"结语不能超过{CLOSING_MAX_CHARS}个字。")
    draft = replace(matter.draft, structure=structure, closing=closing)  # type: ignore[arg-type]
    try:
        stores.casework().save_draft(
            matter_id, draft, matter.version, author=stores.author(), note="体例与结语"
        )
    except Conflict:
        raise UserError("刚才有人保存了这件提案，请返回后再改一次体例与结语。") from None
    flash("已改，文稿按此编排。", "done")
    return redirect(_back())


def closings(matter: Matter) -> list[tuple[str, str]]:
    """Return (field, sentence) offered to close the reply."""
    try:
        return closings_for(matter.draft.proposal, profiles.habits(matter.draft.profile))
    except UserError:
        return []


# ------------------------------------------------------------------ replies of former years


def past_replies(proposal: Proposal) -> list[Past]:
    """Return the replies to the same proposers, then those on the same subject."""
    archive = stores.archive()
    numbers: dict[int, str] = {}
    for proposer in proposal.proposers[:PROPOSERS_ASKED]:
        if len(proposer.name) < 2:
            continue
        for hit in archive.search(proposer.name, kinds=(Kind.REPLY,), limit=LOOKED_AT):
            found = archive.document(hit.document)
            if found and any(proposer.name in one for one in found.document.recipients):
                numbers.setdefault(hit.document, f"答复同一提案者：{proposer.name}")
    if proposal.subject:
        hits = archive.search(proposal.subject, kinds=(Kind.REPLY,), limit=PAST_MOST)
        near = [hit for hit in hits if hit.score >= NEAR * hits[0].score]
        for hit in near:
            numbers.setdefault(hit.document, "主题相近")
    documents = ((archive.document(number), why) for number, why in numbers.items())
    found_all = [(one, why) for one, why in documents if one is not None]
    return [Past(why, one, tuple(paragraphs(one))) for one, why in found_all[:PAST_MOST]]


# ------------------------------------------------------------------ 重复提案


def alike(proposal: Proposal, matter_id: int, doc_no: str | None = None) -> list[Alike]:
    """Return the items like ``proposal``, the most alike first: in hand, archived, answered.

    ``doc_no`` is its own reply's number, which is no other item.
    """
    found = [*_in_hand(proposal, matter_id), *_archived(proposal, doc_no)]
    return sorted(found, key=lambda one: -one.likeness)[:5]


def _in_hand(proposal: Proposal, matter_id: int) -> Iterable[Alike]:
    shown = visible(stores.casework(), stores.viewer())
    lines = [one for one in shown if one.id != matter_id and one.subject]
    rated = [(subject_likeness(proposal.subject or "", one.subject or ""), one) for one in lines]
    rated.sort(key=lambda pair: -pair[0])
    for likeness, line in rated[:LOOKED_AT]:
        other = stores.casework().matter(line.id) if likeness > 0.2 else None
        text = text_likeness(proposal.text, other.draft.proposal.text) if other else 0.0
        if likeness >= SUBJECT_ALIKE or text >= TEXT_ALIKE:
            said = f"在办，已答 {line.progress.answered}/{line.progress.total}"
            yield Alike(
                line.subject or "", "在办", _percent(likeness, text), matter=line.id, said=said
            )


def _archived(proposal: Proposal, doc_no: str | None) -> Iterable[Alike]:
    asked = "\n".join([*(one.text for one in proposal.suggestions), proposal.text])[:TEXT_SHOWN]
    if not (asked.strip() or proposal.subject):
        return
    archive = stores.archive()
    kinds = (Kind.PROPOSAL, Kind.REPLY)
    hits = archive.search(asked, title=proposal.subject or "", kinds=kinds, limit=LOOKED_AT)
    for hit in hits:
        found = archive.document(hit.document)
        if found is None or (doc_no and hit.doc_no == doc_no):
            continue
        document = found.document
        subject = document.subject or document.title or ""
        likeness = subject_likeness(proposal.subject or "", subject)
        text = text_likeness(proposal.text, document.text)
        if likeness < SUBJECT_ALIKE and text < TEXT_ALIKE:
            continue
        reply = document.kind is Kind.REPLY
        yield Alike(
            title=document.title or subject,
            kind="已答复" if reply else "往年提案",
            likeness=_percent(likeness, text),
            document=found.id,
            said=f"案由：{subject}" if reply and document.subject else "",
            promises=tuple(promises(document.text)) if reply else (),
        )


def _percent(*likenesses: float) -> int:
    return round(100 * max(likenesses))
