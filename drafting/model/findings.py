"""Checkable particulars of a text, and the findings of the proofreader."""

from __future__ import annotations

from dataclasses import dataclass, field

from drafting.model.terms import FactKind, Fix, Severity


@dataclass(frozen=True, slots=True)
class Fact:
    """A checkable particular in a text: ``text[start:end]`` with its kind."""

    kind: FactKind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What the proofreader marks. ``paragraph`` counts from 0; ``start``/``end`` are offsets in it.

    ``replacement`` is ``None`` where only a person can fix it.
    """

    rule: str
    severity: Severity
    fix: Fix
    paragraph: int
    start: int
    end: int
    text: str
    message: str
    source: str
    replacement: str | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """A finding let stand: ``rule`` is not to speak where ``words`` stand around what it marks."""

    rule: str
    words: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AppliedFix:
    """A finding fixed in a draft: ``old`` at ``start`` of a field gave way to ``new``.

    ``answer`` counts from 0; −1 stands for the draft itself. ``suggestion`` is the key by which the
    answer is found where the list has changed since. ``left`` and ``right`` are the words
    around it, by which it is found again when the text has moved.
    """

    answer: int
    field: str
    start: int
    old: str
    new: str
    left: str = ""
    right: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of government under its full name, with short and former names."""

    name: str
    short: str = ""
    former: tuple[str, ...] = field(default=())
