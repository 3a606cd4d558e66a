"""The proofreader: what the office's best reader would mark, before a reply goes up.

Rules stand one family a module, each with its source, an example and a counter-example;
``docs/rules.md`` is made from them. Findings count paragraphs from 0 and characters within one.
"""

from __future__ import annotations

from collections.abc import Sequence

from drafting.checking.engine.office import ALONE, Archived, FactLibrary, Names, Office, load_names
from drafting.checking.engine.rule import Example, Rule
from drafting.checking.engine.running import apply_fixes, read
from drafting.checking.engine.sheet import printed_lines, sheet_of_reply, sheet_of_text
from drafting.checking.rules.registry import RULES
from drafting.checking.switches import office_of
from drafting.model import Draft, Finding, Reply

__all__ = [
    "RULES",
    "Archived",
    "FactLibrary",
    "Names",
    "Office",
    "Rule",
    "apply_fixes",
    "check_case",
    "check_reply",
    "check_text",
    "fix_safely",
    "load_names",
    "office_of",
    "printed_lines",
]

_ROUNDS = 8


def check_text(
    text: str, office: Office = ALONE, *, automatic: Sequence[str] = ()
) -> list[Finding]:
    """Read a plain text, one paragraph a line, with the office's switches and archive.

    ``automatic`` are the numbers that Word prints before the lines, "" for a line without one:
    rules on level numbers see them, places in the text are counted without them.
    """
    sheet = sheet_of_text(text, office=office, automatic=automatic)
    return read(sheet, RULES, text.split("\n"))


def check_reply(reply: Reply, draft: Draft | None = None, office: Office = ALONE) -> list[Finding]:
    """Read an assembled reply, and compare it with its draft where there is one.

    Paragraphs count by :func:`printed_lines`. What a whole document must have and this one lacks
    is found too, at a place of no width.
    """
    texts = [text for _, text in printed_lines(reply)]
    return read(sheet_of_reply(reply, draft, office), RULES, texts)


def check_case(case: str | Example) -> list[Finding]:
    """Read an example of a rule: a text, with a draft behind it or as a whole document."""
    if isinstance(case, str):
        return check_text(case)
    sheet = sheet_of_text(case.text, draft=case.draft, complete=case.complete, office=case.office)
    return read(sheet, RULES, case.text.split("\n"))


def fix_safely(text: str, office: Office = ALONE) -> str:
    """Fix all that is safe, again until nothing safe is left; a rule switched off fixes nothing.

    One round is nearly always enough; a second is needed where one fix lays another bare, as a
    removed space may bring two marks together.
    """
    for _ in range(_ROUNDS):
        fixed = apply_fixes(text, check_text(text, office))
        if fixed == text:
            break
        text = fixed
    return text
