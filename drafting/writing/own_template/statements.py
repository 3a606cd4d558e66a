"""Statements that stand alone in a paragraph or a row, and hold for what stands between them."""

from __future__ import annotations

from drafting.reading.word.markup.names import W
from drafting.writing.own_template.tags import Tag, only_tag, read_tags
from drafting.writing.own_template.texts import line_of
from drafting.writing.word.ooxml import Element


def statement_of(node: Element) -> Tag | None:
    """The statement that is all that a paragraph, or a row of a table, says."""
    if node.tag == f"{W}p":
        text = line_of(node).text
    elif node.tag == f"{W}tr":
        text = "".join(line_of(one).text for one in node.iter(f"{W}p"))
    else:
        return None
    tag = only_tag(text, read_tags(text))
    return tag if tag is not None and tag.kind != "value" else None
