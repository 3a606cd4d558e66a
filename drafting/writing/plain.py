"""A reply as plain text: what is printed, in the order of the paper, one paragraph a line."""

from __future__ import annotations

from collections.abc import Iterator

from drafting.language.cleaning import line_on_paper
from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.flow import (
    Item,
    copies_line,
    flow,
    head_left,
    head_notes,
    is_form,
    issuer_names,
    printer_line,
    signer_names,
)


def write_text(reply: Reply) -> str:
    """The whole paper as text, head and imprint included; ends with a line feed."""
    lines = [] if is_form(reply) else list(_head(reply))
    for item in flow(reply):
        lines.extend(_item(item))
    if not is_form(reply):
        lines.extend(_imprint(reply))
    return "\n".join(line for line in lines if line) + "\n"


def _head(reply: Reply) -> Iterator[str]:
    yield from head_left(reply)
    issuers = issuer_names(reply)
    if reply.skin == "letter":
        yield from issuers[:1]
    else:
        yield from issuers[:-1]
        yield from (f"{name}{gb.MARK_SUFFIX}" for name in issuers[-1:])
    yield line_on_paper(reply.doc_no or "")
    yield from head_notes(reply)
    names = signer_names(reply)
    if names:
        yield f"{gb.SIGNER_LABEL}{'　'.join(names)}"


def _item(item: Item) -> Iterator[str]:
    if item.role == "table":
        for row in item.rows:
            yield "\t".join(cell.replace("\n", " ") for cell in row)
    elif item.role == "signatures":
        yield "　　".join(item.names)
    elif item.role == "stamp":
        yield "　　".join((item.text, *item.names))
    else:
        yield item.full_text


def _imprint(reply: Reply) -> Iterator[str]:
    copies = copies_line(reply)
    if copies:
        yield gb.COPIES_LABEL + copies
    printer, printed = printer_line(reply)
    yield "　".join(part for part in (printer, printed) if part)
