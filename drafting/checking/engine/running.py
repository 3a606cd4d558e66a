"""Run the rules over a sheet, and fix a text by what they found."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from drafting.checking.engine.halfwidth import is_flattened, restore
from drafting.checking.engine.rule import QUOTED, Find, Hit, Paragraph, Rule, Sheet, may_find
from drafting.model import Finding, Fix, Severity

FLATTENED = "P42"
"""The rule whose single finding stands for the half-width punctuation of a whole text."""

STATISTICAL = "W40"
"""The rule that only guesses; where another knows, it is silent."""

_NEAR = 8
_RANK: dict[Severity, int] = {"block": 0, "error": 1, "warn": 2, "hint": 3}


def read(
    sheet: Sheet,
    rules: Sequence[Rule],
    printed: Sequence[str] | None = None,
) -> list[Finding]:
    """Return what ``rules`` find on ``sheet``, in reading order, the graver first at one place.

    The sheet's office says which rules are off and which weigh otherwise. ``printed`` are the
    lines as they really stand, where the sheet holds them restored. Of two rules that would make
    the same change at the same place the first in order counts.
    """
    texts = printed if printed is not None else [line.text for line in sheet.lines]
    findings = [
        finding
        for rule in rules
        if rule.id not in sheet.office.off
        for finding in _findings(rule, sheet, texts)
    ]
    weighed = _weighed(_without_guesses(list(_without_twins(findings))), sheet.office.severity)
    return sorted(weighed, key=lambda f: (f.paragraph, f.start, _RANK[f.severity], f.end))


def _weighed(findings: Iterable[Finding], severity: Mapping[str, Severity]) -> Iterator[Finding]:
    """Give findings the severity that the office has set for their rules."""
    for finding in findings:
        own = severity.get(finding.rule)
        yield replace(finding, severity=own) if own else finding


def _findings(rule: Rule, sheet: Sheet, texts: Sequence[str]) -> Iterator[Finding]:
    if rule.survey is not None:
        for hit in rule.survey(sheet):
            if finding := _finding(rule, hit, sheet.lines[hit.line], texts):
                yield finding
        return
    find = rule.find
    assert find is not None
    if not may_find(find, sheet):
        return
    for line in sheet.lines:
        if line.text and line.place in rule.scope:
            for hit in find(line):
                if finding := _finding(rule, hit, line, texts):
                    yield finding
            if line.automatic and rule.of_label:
                yield from _of_automatic(rule, find, line)


def _of_automatic(rule: Rule, find: Find, line: Paragraph) -> Iterator[Finding]:
    """What is wrong with the form of an automatic number: told at the head of its line, for a
    person to fix, since it is no text that could be changed there."""
    number = line.automatic
    for hit in find(replace(line, text=f"{number}{line.text}", spans=())):
        if hit.end <= len(number):
            told = _told(hit.message or rule.message, number[hit.start : hit.end], hit.right)
            yield Finding(
                rule.id, hit.severity or rule.severity, "notice", line.index, 0, 0, "",
                f"自动编号“{number}”：{told}", rule.source,
            )  # fmt: skip


def _finding(rule: Rule, hit: Hit, line: Paragraph, texts: Sequence[str]) -> Finding | None:
    """Turn a hit into a finding, unless it lies in a protected span; see :class:`Rule.quoted`."""
    fix: Fix = hit.fix or rule.fix
    touched = set(line.guards(hit.start, hit.end)) - rule.ignores
    if touched:
        if rule.quoted == "spare" or touched - QUOTED:
            return None
        fix = "confirm" if hit.right is not None else "notice"
    if hit.right is None:
        fix = "notice"
    text = texts[line.index][hit.start : hit.end]
    message = _told(hit.message or rule.message, text, hit.right)
    return Finding(
        rule.id, hit.severity or rule.severity, fix, line.index, hit.start, hit.end, text,
        message, rule.source, hit.right,
    )  # fmt: skip


def _told(message: str, text: str, right: str | None) -> str:
    return message.replace("{text}", text).replace("{right}", right or "")


def _without_twins(findings: Iterable[Finding]) -> Iterator[Finding]:
    seen: set[tuple[int, int, int, str | None]] = set()
    for finding in findings:
        key = (finding.paragraph, finding.start, finding.end, finding.replacement)
        if finding.replacement is None or key not in seen:
            seen.add(key)
            yield finding


def _without_guesses(findings: list[Finding]) -> Iterator[Finding]:
    """Leave out what the statistics say of words for which a list has the right form."""
    known: dict[int, list[tuple[int, int]]] = {}
    for one in findings:
        if one.rule != STATISTICAL and one.replacement is not None:
            known.setdefault(one.paragraph, []).append((one.start, one.end))
    for spans in known.values():
        spans.sort()
    for one in findings:
        if one.rule != STATISTICAL or not _meets(known.get(one.paragraph, []), one):
            yield one


def _meets(spans: list[tuple[int, int]], one: Finding) -> bool:
    """Whether one of the sorted ``spans`` holds what a guess is about."""
    at = bisect_right(spans, (one.start, 1 << 60))
    # Words of the lists are short: what holds the place begins just before it.
    return any(end >= one.end for _, end in spans[max(0, at - _NEAR) : at])


def apply_fixes(text: str, findings: Iterable[Finding], *, everything: bool = False) -> str:
    """Return ``text`` with the safe findings fixed, right to left.

    With ``everything`` each finding that has a replacement is applied: so a clerk accepts one.
    A finding whose words no longer stand at its place is left out, and of two that overlap the
    first counts. The finding of a flattened text (P42) restores the punctuation of the whole.
    """
    chosen = [f for f in findings if f.replacement is not None and (everything or f.fix == "safe")]
    whole = any(f.rule == FLATTENED for f in chosen) and is_flattened(text.split("\n"))
    lines = text.split("\n")
    by_line: dict[int, list[Finding]] = {}
    for finding in chosen:
        if finding.rule != FLATTENED:
            by_line.setdefault(finding.paragraph, []).append(finding)
    for index, found in by_line.items():
        if 0 <= index < len(lines):
            lines[index] = _fix_line(lines[index], found)
    return "\n".join(restore(line) for line in lines) if whole else "\n".join(lines)


def _fix_line(line: str, findings: list[Finding]) -> str:
    """Build the line anew from the left: what changing it from the right gives, in one pass."""
    pieces: list[str] = []
    done = 0
    for finding in sorted(findings, key=lambda f: (f.start, f.end)):
        stands = line[finding.start : finding.end] == finding.text
        if finding.start < done or not stands:
            continue
        pieces += [line[done : finding.start], finding.replacement or ""]
        done = finding.end
    return "".join([*pieces, line[done:]])
