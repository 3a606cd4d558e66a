"""Findings that somebody has looked at and lets stand: known again by rule and words.

An office ignores a finding for good (a local name, a house style), with a reason that it keeps; a
reader ignores it once, at its place. Neither changes what the rules find: what is ignored is
sifted out afterwards, and told on the sign-off sheet.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from drafting.model import SEVERITY_NAMES, Finding, Ignored

_AROUND = 8
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Sifted:
    """The findings left, and those ignored with what ignores them."""

    left: list[Finding] = field(default_factory=list)
    ignored: list[tuple[Finding, Ignored]] = field(default_factory=list)


def finding_key(finding: Finding) -> str:
    """Return a short name of a finding, the same each time the same text is read."""
    said = f"{finding.message}\0{finding.replacement}".encode("utf-8", "replace")
    place = f"{finding.paragraph}-{finding.start}-{finding.end}"
    return f"{finding.rule}-{place}-{zlib.crc32(said):08x}"


def words_around(finding: Finding, line: str) -> str:
    """Return the words by which a finding is known again at its own place."""
    return line[max(0, finding.start - _AROUND) : finding.end + _AROUND]


def words_for_good(finding: Finding, line: str) -> str:
    """Return the words by which an office may know a finding again in any text: a proposal.

    One character says nothing by itself, so its neighbours go along.
    """
    if len(finding.text) > 1:
        return finding.text
    return line[max(0, finding.start - 1) : finding.end + 1]


def sift(findings: Iterable[Finding], lines: Sequence[str], known: Iterable[Ignored]) -> Sifted:
    """Part ``findings`` of ``lines`` from those that one of ``known`` ignores."""
    by_rule: dict[str, list[Ignored]] = {}
    for one in known:
        by_rule.setdefault(one.rule, []).append(one)
    sifted = Sifted()
    for finding in findings:
        line = lines[finding.paragraph]
        found = next(
            (one for one in by_rule.get(finding.rule, ()) if _covers(one.words, finding, line)),
            None,
        )
        if found is None:
            sifted.left.append(finding)
        else:
            sifted.ignored.append((finding, found))
    return sifted


def _covers(words: str, finding: Finding, line: str) -> bool:
    """Whether ``words`` stand in ``line`` so that what is marked lies within them.

    No words are the words around a finding of an empty line.
    """
    if not words:
        return not line
    first = max(0, finding.end - len(words))
    last = finding.start + len(words)
    at = line.find(words, first, last)
    return at >= 0 and at <= finding.start and finding.end <= at + len(words)


def told(sifted: Sifted) -> str:
    """Say in a few lines what the proofreader found: counts by severity, what is let stand, why."""
    counts = Counter(finding.severity for finding in sifted.left)
    parts = [f"{name}{counts[one]}处" for one, name in SEVERITY_NAMES.items() if counts[one]]
    lines = [f"校对提示：{'、'.join(parts)}。" if parts else "校对没有未处理的提示。"]
    if sifted.ignored:
        lines.append(f"经核对不作改动{len(sifted.ignored)}处：")
        seen = dict.fromkeys(
            f"“{_short(finding.text or one.words)}”（{finding.rule}）"
            f"{'：' + one.reason if one.reason else ''}"
            for finding, one in sifted.ignored
        )
        lines += [f"{text}。" for text in seen]
    return "\n".join(lines)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}……"
