"""Characters read wrongly on scans made here, beside plain tesseract on the same pages.

Errors: edit distance over length, spaces and line breaks left out. Pages follow from their seeds
(``bench/scan_pages.py``); the seeds of this table were not looked at while the reader was built.
Where the extra ``scans`` is installed the pages are read by RapidOCR, and the title says so.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bench import scan_pages
from bench.scan_pages import Scan
from drafting.errors import UserError
from drafting.reading.pages.paragraphs import to_paragraphs
from drafting.reading.scans import lines as ocr
from drafting.reading.scans.engines import rapid

SEEDS = range(9101, 9105)
_FEWER = SEEDS[:2]
_MARK = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one page: errors in percent, ours and plain tesseract's; seconds of processor
    time of ours; and what was said of the page."""

    ours: float
    plain: float
    seconds: float
    verdict: str


def main() -> None:
    """Print errors and time on readable pages, then what became of those nobody can read."""
    if ocr.missing() or scan_pages.fonts_missing():
        print("scans: 没有 tesseract 或中文字体，跳过")
        return
    engine = "RapidOCR" if rapid.is_installed() else "tesseract"
    print(f"\n## scans: {len(SEEDS)} pages a kind, read by {engine}\n")
    print("| kind | errors % (worst) | plain tesseract | doubted | refused | seconds | mark |")
    print("|---|---|---|---|---|---|---|")
    for kind, make in scan_pages.READABLE.items():
        _show_readable(kind, outcomes(make, SEEDS))
    print("\n| nobody can read | refused or blank | marked (errors %) | passed in silence |")
    print("|---|---|---|---|")
    for kind, make in scan_pages.UNREADABLE.items():
        _show_unreadable(kind, outcomes(make, _FEWER))


def outcomes(make: Callable[[int], Scan], seeds: Sequence[int]) -> list[Outcome]:
    """Read the pages that ``make`` gives for ``seeds``."""
    return [_outcome(make(seed)) for seed in seeds]


def errors(printed: str, read: str) -> float:
    """Return the edit distance of two texts, spaces left out, by the length of the first."""
    one, other = "".join(printed.split()), "".join(read.split())
    letters = np.array([ord(char) for char in other], dtype=np.int64)
    places = np.arange(len(other) + 1)
    row = places
    for number, char in enumerate(one, start=1):
        best = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(char)))
        # What is inserted costs one each: the running minimum along the row, its slope taken off.
        row = np.minimum.accumulate(np.concatenate([[number], best]) - places) + places
    return float(row[-1]) / max(1, len(one))


def _outcome(page: Scan) -> Outcome:
    before = _processor()
    try:
        pages = ocr.recognise(page.data, timeout=ocr.TIMEOUT)
    except UserError as error:
        return Outcome(100, _plain(page), _processor() - before, error.message)
    seconds = _processor() - before
    text = "\n".join(line.text for line in to_paragraphs(pages))
    ours = 100 * errors(page.text, text) if page.text else 100
    return Outcome(ours, _plain(page), seconds, pages[0].verdict)


def _plain(page: Scan) -> float:
    if not page.text:
        return 100
    command = ["tesseract", "stdin", "stdout", "-l", "chi_sim"]
    done = subprocess.run(command, input=page.data, capture_output=True, check=False)
    return 100 * errors(page.text, done.stdout.decode("utf-8", "replace"))


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _show_readable(kind: str, found: Sequence[Outcome]) -> None:
    ours, plain = [one.ours for one in found], [one.plain for one in found]
    doubted = sum(one.verdict == "doubtful" for one in found)
    refused = sum(one.verdict not in ("readable", "doubtful") for one in found)
    print(
        f"| {kind} | {statistics.mean(ours):.1f} ({max(ours):.1f}) "
        f"| {statistics.mean(plain):.1f} ({max(plain):.1f}) | {doubted} | {refused} "
        f"| {statistics.mean(one.seconds for one in found):.1f} | ≤ {_MARK:.0f} |",
        flush=True,
    )


def _show_unreadable(kind: str, found: Sequence[Outcome]) -> None:
    refused = sum(one.verdict not in ("readable", "doubtful") for one in found)
    marked = [one.ours for one in found if one.verdict == "doubtful"]
    silent = [one.ours for one in found if one.verdict == "readable"]
    shown = ["、".join(f"{ours:.1f}" for ours in group) or "–" for group in (marked, silent)]
    print(f"| {kind} | {refused} of {len(found)} | {shown[0]} | {shown[1]} |", flush=True)


if __name__ == "__main__":
    main()
