"""The marks that fill the fields of an answer for which nothing was found."""

from __future__ import annotations

import re
from collections.abc import Mapping

from drafting.language.particulars import mark_pending, pending_spans

OPENINGS: Mapping[str, str] = {
    "done": mark_pending("本条建议已开展的工作"),
    "next_step": mark_pending("下一步举措、责任单位和完成时限"),
}
"""The mark that opens a field, by its name."""

_ASKED = {
    "done": re.compile(r"【(?:待核实[：:]?)?\s*(?:(?:本条建议)?已开展的工作)?\s*】"),
    "next_step": re.compile(
        r"【(?:待核实[：:]?)?\s*(?:下一步(?:举措|工作)(?:、责任单位和完成时限)?)?\s*】"
    ),
}


def is_opening(field: str, mark: str) -> bool:
    """Whether a mark only names the field's purpose, so that it can be replaced without loss."""
    return bool(_ASKED[field].fullmatch(mark))


def is_open(value: str) -> bool:
    """Whether a field is empty, or a mark and nothing else."""
    plain = value.strip()
    return not plain or [*pending_spans(plain)] == [(0, len(plain))]
