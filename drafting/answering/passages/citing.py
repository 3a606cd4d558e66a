"""How the text of an answer cites its source."""

from __future__ import annotations

import datetime as dt

from drafting.model import Kind, Passage

_WHAT = {Kind.REPLY: "答复", Kind.POLICY: "文件"}


def cite(passage: Passage) -> str:
    """Return how a text cites the document: 《title》（number）, inner title marks as 〈〉.

    A document without a title is named by office, year and kind, never by its file.
    """
    number = f"（{passage.doc_no}）" if passage.doc_no else ""
    return f"{_title(passage)}{number}"


def describe(passage: Passage) -> str:
    """Return a passage's source in one line: date, issuer, title, number."""
    date = passage.date.isoformat() if isinstance(passage.date, dt.date) else ""
    return "　".join(part for part in (date, passage.issuer or "", cite(passage)) if part)


def is_titled(passage: Passage) -> bool:
    """Whether the document has a title; the archive gives the file's name where it has none."""
    return bool(passage.title) and passage.title != passage.source


def _title(passage: Passage) -> str:
    if is_titled(passage):
        return f"《{passage.title.replace('《', '〈').replace('》', '〉')}》"
    year = f"{passage.date.year}年" if passage.date else ""
    return f"{passage.issuer or '档案中'}{year}{_WHAT.get(passage.kind, '材料')}（原件无标题）"
