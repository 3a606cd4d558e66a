"""One character too many or too few: how many such faults are found, at what alarms on good text.

``python -m bench.uneven`` makes faults by script in published replies (``../shared/relevance``):
a character of a word of two and more is written twice or left out. Trees are learnt from two
quarters of the replies, told by a checksum; the third tells the odds that are asked for; the last
quarter is closed and judged with the trees shipped. ``--write`` writes ``uneven.tsv``.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.spelling import ARCHIVE, SHARED, read, replies
from bench.table import Row, show

LEARNT, TOLD, CLOSED = (0, 2), 1, 3
FAULTS = 800
ROUNDS = 5
_APART = 90
"""About so many characters lie between two faults that are learnt from."""
_SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples"
_WORD = re.compile(r"[一-鿿]{2,}")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault made in a line: where, and the character left out, or "" where one stands twice."""

    line: int
    at: int
    missing: str


def main(arguments: Sequence[str] = ()) -> None:
    """Print what is found of faults, and the alarms on the same replies without."""
    if not replies(CLOSED):
        print("没有 ../shared/relevance，跳过多字、漏字测量。")
    elif "--told" in arguments:
        show("told", rows_of(replies(TOLD)))
    elif "--write" in arguments:
        write()
    else:
        for name, quarter in (("told by", TOLD), ("closed", CLOSED)):
            show(f"one character too many or too few: {name}", rows_of(replies(quarter)))


def rows_of(texts: Sequence[str]) -> list[Row]:
    from drafting.checking.spelling import slips

    rng, tried, found = random.Random(7), {"twice": 0, "missing": 0}, {"twice": 0, "missing": 0}
    while sum(tried.values()) < FAULTS:
        lines = rng.choice(texts).split("\n")
        fault = spoil(lines, rng)
        if fault is None:
            continue
        kind = "missing" if fault.missing else "twice"
        tried[kind] += 1
        found[kind] += any(
            one.line == fault.line
            and one.start - 1 <= fault.at <= one.end
            and len(one.right) - (one.end - one.start) == (1 if fault.missing else -1)
            for one in slips(lines)
        )
    good = [line for text in texts for line in text.split("\n")]
    alarms = sum(
        len(one.right) != one.end - one.start for text in texts for one in slips(text.split("\n"))
    )
    count = sum(map(len, good))
    return [
        *(Row(f"{kind}: found of {tried[kind]}", found[kind] / tried[kind], "") for kind in tried),
        Row(f"found of {FAULTS}", sum(found.values()) / FAULTS, ""),
        Row(f"alarms on {count} good characters, true slips among them", alarms / count * 1e4,
            "/10,000"),
    ]  # fmt: skip


def words_of(line: str) -> list[tuple[int, int]]:
    """Return where the words of two and more characters of a line begin, and their lengths."""
    import rjieba

    found, at = [], 0
    for word in rjieba.cut(line, False):
        if _WORD.fullmatch(word):
            found.append((at, len(word)))
        at += len(word)
    return found


def spoil(lines: list[str], rng: random.Random) -> Fault | None:
    """Make one fault in a word of ``lines``; ``None`` where they have no word."""
    words = [(number, *word) for number, line in enumerate(lines) for word in words_of(line)]
    if not words:
        return None
    number, start, length = rng.choice(words)
    at, line = start + rng.randrange(length), lines[number]
    missing = line[at] if rng.random() < 0.5 else ""
    lines[number] = line[:at] + ("" if missing else line[at] * 2) + line[at + 1 :]
    return Fault(number, at, missing)


def faulted(lines: Sequence[str], rng: random.Random) -> tuple[list[str], list[Fault]]:
    """Make faults in words of ``lines``, about :data:`_APART` characters from each other."""
    wrong, faults = [], []
    for number, line in enumerate(lines):
        made, done, last = "", 0, -_APART
        for start, length in words_of(line):
            if start - last >= _APART * (0.5 + rng.random()):
                last = start + rng.randrange(length)
                made += line[done:last]
                missing = line[last] if rng.random() < 0.5 else ""
                done = last + 1 if missing else last
                made += "" if missing else line[last]
                faults.append(Fault(number, len(made), missing))
        wrong.append(made + line[done:])
    return wrong, faults


def labelled(texts: Sequence[str], rng: random.Random):
    """Return the evidence of all that may be too much or missing, and whether it is a fault."""
    from drafting.checking.spelling import judge_uneven

    rows, truth = [], []
    # Text by text, for each tells of itself how it writes its names.
    for text in texts:
        wrong, faults = faulted(text.split("\n"), rng)
        beside = {(one.line, one.at + shift): one for one in faults for shift in range(-3, 4)}
        for one in judge_uneven(wrong):
            fault = beside.get((one.line, one.at))
            right = (
                fault is not None and abs(fault.at - one.at) <= 1 and fault.missing == one.put_in
            )
            if right or fault is None:
                rows.append(one.row)
                truth.append(right)
    return rows, truth


def write() -> None:
    from drafting.checking import spelling
    from drafting.checking.spelling.trees import dump
    from tools.learn_spelling import learn

    texts = [text for quarter in LEARNT for text in replies(quarter)]
    good = [one.read_text("utf-8") for one in sorted(_SAMPLES.glob("*/*.txt"))]
    if ARCHIVE.exists():
        good += [one.read_text("utf-8") for one in sorted(ARCHIVE.glob("*.txt"))[::2]]
    if SHARED.exists():
        good.append("\n".join(pair.right for pair in read(SHARED)))
    rows = [one.row for text in good for one in spelling.judge_uneven(text.split("\n"))]
    truth = [False] * len(rows)
    rng = random.Random(11)
    for _ in range(ROUNDS):
        more, right = labelled(texts, rng)
        rows += more
        truth += right
    trees = learn(rows, truth)
    Path(spelling.__file__).with_name("uneven.tsv").write_text(dump(trees), encoding="utf-8")
    print(f"{len(trees.roots)} 棵树，{len(trees.value)} 个节点。")


if __name__ == "__main__":
    main(sys.argv[1:])
