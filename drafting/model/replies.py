"""The paper: a reply ready to be typeset, with its attachments."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from drafting.model.documents import Block
from drafting.model.house import STANDARD, HouseStyle
from drafting.model.terms import Form, Skin


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment: its title as 附件说明 prints it, and its body.

    ``enclosed``: it is a paper of its own that is put behind (a copy); it gets no page here.
    """

    title: str
    body: tuple[Block, ...] = ()
    enclosed: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code that stands below a form: the address that it holds, and the line below it."""

    address: str
    note: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """A 签发人 whose 签名章 is put on the paper: his 职务 in full, and his name (7.3.5.3)."""

    post: str
    name: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A document ready to be typeset; every string is as it will be printed.

    ``issuers``: full names, lead unit first. ``salutation``: the recipients' line without its
    colon. ``signatures``: names under the text. ``remark``: 附注 without its parentheses.
    ``copies_to``: the units, joined by the writer. ``result_label`` and ``disclosure_label`` are
    whole lines (``办理结果类别：A``). ``printer``/``printed_on``: 印发机关 and date (文件格式).
    ``secrecy`` is printed as it is, 保密期限 joined to it (``机密★1年``). ``suggestions`` are the
    ids of those that the text answers, in its order: not printed, but kept in a Word file.
    ``stamps``: 签名章 in place of the seals, one a signing organ; the names are not printed.
    ``seal_keyword``: the words by which sealing software finds the place, printed unseen.
    ``house`` is how the unit's papers look.
    """

    form: Form
    skin: Skin
    title: str
    issuers: tuple[str, ...]
    body: tuple[Block, ...]
    doc_no: str | None = None
    salutation: str | None = None
    signatures: tuple[str, ...] = ()
    date: dt.date | None = None
    sealed: bool = True
    remark: str | None = None
    attachments: tuple[Attachment, ...] = ()
    copies_to: tuple[str, ...] = ()
    printer: str | None = None
    printed_on: dt.date | None = None
    result_label: str | None = None
    disclosure_label: str | None = None
    signer: str | None = None
    urgency: str | None = None
    copy_no: str | None = None
    keywords: tuple[str, ...] = ()
    secrecy: str | None = None
    suggestions: tuple[str, ...] = ()
    code: Code | None = None
    stamps: tuple[Stamp, ...] = ()
    seal_keyword: str = ""
    house: HouseStyle = STANDARD
