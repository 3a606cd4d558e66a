"""Make ``runs.tsv`` of the spelling checker: how often official texts have characters.

    python -m tools.build_runs FOLDER

``FOLDER`` holds the repositories named in ``SOURCES``, checked out at the commits named in
``tools/README.md``. They are laws, regulations, documents of the State Council and reports on the
work of the government: official texts, which the Copyright Law of China leaves free (article 5).
What is kept are counts of one, two and three characters, none of them rare; no sentence can be
read from them. The project's own sample archive is counted with them.
"""

from __future__ import annotations

import html
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from drafting.checking.spelling.runs import level_of

HERE = Path(__file__).parent
TARGET = HERE.parent / "drafting" / "checking" / "spelling" / "runs.tsv"
SAMPLES = HERE.parent / "corpus" / "samples"

SOURCES = (
    ("Laws", "**/*.md", 1),
    ("bigdata", "data/gov_reports1954-2017.txt", 3),
    ("GovernmentWorkReportCorpus", "government_report_tmx_file/GR20[12]*.tmx", 3),
    ("gov-work-report-corpus-demo", "data/04_*.csv", 3),
    ("platform-1", "db/ge_policy_raw20190217.sql", 5),
)
"""Repository, files, and how often each line counts: prose of the government more than laws."""
SAMPLES_COUNT = 5

LEAST = (5, 2, 4)
"""Runs of one, two and three characters that are rarer are left out."""

_HAN = re.compile("[一-鿿]+")
_LINE = re.compile(r"\\r|\\n|\n|</seg>|<[^>]{0,400}>")
_GAP = re.compile(r"(?<=[一-鿿，。、；])[ \t　]+(?=[一-鿿])")
_LONGEST = 3


def main(folder: str) -> None:
    """Write the table; ``git diff --stat`` tells how much changed."""
    counts = tuple(Counter[str]() for _ in range(_LONGEST))
    for line, weight in official_lines(Path(folder)):
        for run in _HAN.findall(line):
            for size, counted in enumerate(counts, 1):
                for at in range(len(run) - size + 1):
                    counted[run[at : at + size]] += weight
    TARGET.write_text("".join(_table(counts)), encoding="utf-8")


def official_lines(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield each line once, for clauses that every law repeats say nothing new."""
    seen: set[int] = set()
    for name, files, weight in SOURCES:
        for file in sorted((folder / name).glob(files)):
            for line in _LINE.split(html.unescape(file.read_text("utf-8", errors="ignore"))):
                text = _GAP.sub("", line.strip())
                if text and hash(text) not in seen:
                    seen.add(hash(text))
                    yield text, weight
    for file in sorted(SAMPLES.glob("*/*.txt")):
        yield from ((line, SAMPLES_COUNT) for line in file.read_text("utf-8").splitlines())


def _table(counts: tuple[Counter[str], ...]) -> Iterator[str]:
    """Yield ``start followers`` lines, the single characters first."""
    alone = {run for run, count in counts[0].items() if count >= LEAST[0]}
    followers: dict[str, list[str]] = defaultdict(list)
    for size, counted in enumerate(counts):
        for run, count in sorted(counted.items()):
            if count >= LEAST[size] and alone.issuperset(run):
                followers[run[:-1] or "-"].append(f"{run[-1]}{level_of(count)}")
    return (f"{start}\t{''.join(found)}\n" for start, found in followers.items())


if __name__ == "__main__":
    main(sys.argv[1])
