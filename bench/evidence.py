"""Evidence and first draft: is the measure that a clerk would use ranked first, and used?

The cases (``evidence_cases.toml``) are invented proposals over the sample archive, with the
measures that fit each suggestion. The peer is a search of the archive for the suggestion's words
alone.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import matters
from bench.table import Row, show
from corpus import EVERYTHING, Archive, import_samples
from drafting.answering.first_draft import first_draft
from drafting.answering.passages.evidence import find_evidence
from drafting.model import Kind, Passage, Proposal, Suggestion

CASES = Path(__file__).with_name("evidence_cases.toml")
TODAY = dt.date(2026, 9, 1)
_MEASURE = re.compile(r"(\d+)[.．]")


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal, and for each suggestion the file and numbers of the measures that fit it."""

    part: str
    proposal: Proposal
    fitting: tuple[frozenset[tuple[str, int]], ...]


def cases(part: str) -> list[Case]:
    """Return the cases of ``part``: ``dev`` or ``kept``."""
    read = tomllib.loads(CASES.read_text(encoding="utf-8"))["proposal"]
    return [_case(one) for one in read if one["part"] == part]


def _case(one: dict[str, object]) -> Case:
    suggestions: list[dict[str, object]] = one["suggestions"]  # type: ignore[assignment]
    proposal = Proposal(
        text=f"{one['subject']}\n" + "\n".join(f"{s['text']}。{s['detail']}" for s in suggestions),
        subject=str(one["subject"]),
        session=str(one["session"]),
        suggestions=tuple(Suggestion(None, str(s["text"]), str(s["detail"])) for s in suggestions),
    )
    fitting = tuple(
        frozenset((str(s["policy"]), int(number)) for number in s["measures"])  # type: ignore[attr-defined]
        for s in suggestions
    )
    return Case(str(one["part"]), proposal, fitting)


def main() -> None:
    """Print both parts: rank of the fitting measure, and what the first draft makes of it."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.open(Path(folder))
        import_samples(archive)
        for part in ("dev", "kept"):
            show(f"evidence: {part}", list(_rows(archive, cases(part))))
        archive.close()
    matters.main()


def _rows(archive: Archive, asked: list[Case]) -> Iterator[Row]:
    ours, plain = [], []
    right = wrong = missed = empty = 0
    for case in asked:
        draft = first_draft(case.proposal, archive.reader(EVERYTHING), today=TODAY)
        for suggestion, fitting, answer in zip(
            case.proposal.suggestions, case.fitting, draft.answers, strict=True
        ):
            taken = [
                e.passage
                for e in answer.evidence
                if e.passage.kind is Kind.POLICY and answer.next_step.startswith("按照")
            ]
            hit = any(measure_of(passage) in fitting for passage in taken)
            empty += not fitting and not taken
            right += hit
            wrong += bool(taken) and not hit
            missed += bool(fitting) and not taken
            if fitting:
                ours.append(
                    _gain(
                        find_evidence(case.proposal, suggestion, archive.reader(EVERYTHING)),
                        fitting,
                    )
                )
                plain.append(_gain(_plainly(archive, suggestion), fitting))
    count = len(ours)
    yield Row(
        f"fitting measure among policies, MRR of {count}",
        sum(ours) / count,
        "",
        "own words only",
        sum(plain) / count,
        higher_is_better=True,
    )
    yield Row("… at the first place", sum(gain == 1 for gain in ours), "", "", None)
    yield Row("first draft takes a fitting measure", right, "")
    yield Row("… another one", wrong, "")
    yield Row("… none though there is one", missed, "")
    yield Row("… none, and there is none", empty, "")


def _plainly(archive: Archive, suggestion: Suggestion) -> list[Passage]:
    return archive.reader(EVERYTHING).passages(
        suggestion.detail, title=suggestion.text, kinds=(Kind.REPLY, Kind.POLICY), limit=8
    )


def _gain(passages: list[Passage], fitting: frozenset[tuple[str, int]]) -> float:
    """One over the rank of the first fitting measure among the policies; 0 where it is not."""
    policies = [passage for passage in passages if passage.kind is Kind.POLICY]
    ranks = [rank for rank, one in enumerate(policies, 1) if measure_of(one) in fitting]
    return 1 / ranks[0] if ranks else 0.0


def measure_of(passage: Passage) -> tuple[str, int]:
    """Return the file and the number of the measure that a passage is; 0 for none."""
    number = _MEASURE.match(passage.text)
    return Path(passage.source).stem, int(number[1]) if number else 0


if __name__ == "__main__":
    main()
