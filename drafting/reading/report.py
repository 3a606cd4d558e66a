"""A document as ``drafting read`` prints it: the JSON that offices script, and lines for people."""

from __future__ import annotations

from typing import Any

from drafting.language.sentences.promises import find_work_done
from drafting.model import Contact, Document, Kind
from drafting.model.serial import to_plain

_NAMES = {"reply": "答复", "policy": "政策文件", "proposal": "提案", "other": "其他"}


def to_report(document: Document) -> dict[str, Any]:
    """Return the object of ``drafting read --json``: null or [] where a field is not printed."""
    return {
        "kind": document.kind.value,
        "title": document.title,
        "doc_no": document.doc_no,
        "index_no": document.index_no,
        "issuers": list(document.issuers),
        "recipients": list(document.recipients),
        "recipient_count": document.recipient_count,
        "session": document.session,
        "item_no": document.item_no,
        "subject": document.subject,
        "matter": document.matter,
        "role": document.role,
        "date": document.date.isoformat() if document.date else None,
        "result_class": document.result_class,
        "disclosure": document.disclosure,
        "signer": document.signer,
        "contacts": [{"name": one.name, "phone": one.phone} for one in document.contacts],
        "copies_to": list(document.copies_to),
        "headings": [
            {"level": one.level, "label": one.label, "text": one.text} for one in document.headings
        ],
        "measures": [
            {
                "label": one.label,
                "title": one.title,
                "lead": list(one.lead),
                "responsible": list(one.responsible),
                "supporting": list(one.supporting),
                "targets": [{"year": target.year, "text": target.text} for target in one.targets],
            }
            for one in document.measures
        ],
        "suggestions": [{"label": one.label, "text": one.text} for one in document.suggestions],
        "grants": [
            {"measure": one.label, **to_plain(grant)}
            for one in document.measures
            for grant in one.grants
        ],
        "commitments": to_plain(document.commitments),
        "done": _done(document),
        "text": document.text,
        # Only where there is something to say: whoever compares reports compares what was read.
        **({"notes": list(document.notes)} if document.notes else {}),
    }


def _done(document: Document) -> list[str]:
    """What a reply says was done; read from the body when asked, as it would double the archive."""
    year = document.date.year if document.date else None
    return list(find_work_done(document.body, year)) if document.kind is Kind.REPLY else []


def summary_lines(document: Document) -> list[str]:
    """Return what was read, a field a line, for people."""
    rows = [
        ("种类", _NAMES[document.kind.value]),
        ("标题", document.title),
        ("发文字号", document.doc_no),
        ("发文机关", "、".join(document.issuers)),
        ("主送", "、".join(document.recipients)),
        ("届次", document.session),
        ("案号", document.item_no),
        ("案由", document.subject),
        ("日期", document.date.isoformat() if document.date else None),
        ("办理结果类别", document.result_class),
        ("公开属性", document.disclosure),
        ("签发人", document.signer),
        ("联系人", "、".join(_contact(one) for one in document.contacts)),
        ("抄送", "，".join(document.copies_to)),
    ]
    lines = [f"{name}：{value}" for name, value in rows if value]
    lines += [f"{'　' * one.level}{one.label}{one.text}" for one in document.headings]
    if document.measures:
        lines.append(f"措施 {len(document.measures)} 条")
    lines += [f"建议{n}：{one.text}" for n, one in enumerate(document.suggestions, start=1)]
    return lines + [f"提醒：{note}" for note in document.notes]


def _contact(contact: Contact) -> str:
    return " ".join(part for part in (contact.name, contact.phone) if part)
