"""The spelling checker on sentences with known slips: by cross-validation, and on sentences kept.

``python -m bench.spelling [FILE]`` prints sentence-level precision, recall and F1, for detection
(all and only the wrong characters marked) and correction (the sentence comes out right), beside
the alarms on sentences without a slip. A fifth of the sentences, told by a checksum of what they
should read, is kept apart: nothing was tuned on it. In the rest, trees learnt from four fifths
judge the last one; then trees learnt from all of the rest, at the odds found there, judge what
was kept. ``--write`` learns from all and writes ``trees.tsv``. FILE has lines ``n wrong right``,
separated by tabs; ``../shared/spelling/odw-train.tsv`` if not given.

What is found in published replies (a quarter of ``../shared/relevance``) counts as wrong in all
learning: names and turns of local offices, which those sentences lack. Another quarter and the
replies of ``../shared/matters`` tell the alarms in 10,000 characters.
"""

from __future__ import annotations

import json
import random
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.table import Row, show

_BESIDE = Path(__file__).resolve().parents[1] / "../shared"
SHARED = _BESIDE / "spelling/odw-train.tsv"
REPLIES = _BESIDE / "relevance/pairs-dev.jsonl"
ARCHIVE = _BESIDE / "matters/archive"
LEARNT, TOLD = 0, 1
"""The quarters of the replies that are learnt from, and that the alarms are counted in."""
FOLDS = 5
ALARMS = (0.03, 0.02, 0.01)


@dataclass(frozen=True, slots=True)
class Pair:
    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a set of sentences; all shares are of sentences."""

    alarms: float
    detection: tuple[float, float, float]
    correction: tuple[float, float, float]
    any_mark: float


def main(arguments: Sequence[str] = ()) -> None:
    """Print the figures, or write the trees."""
    named = [one for one in arguments if not one.startswith("--")]
    path = Path(named[0]) if named else SHARED
    if not path.exists():
        print(f"没有 {path}，跳过错别字测量。")
        return
    pairs = read(path)
    if "--write" in arguments:
        write(pairs, judge_all(pairs))
    elif "--kept" in arguments:
        kept_apart(pairs)
    else:
        tuned = [pair for pair in pairs if not is_kept(pair)]
        report(tuned, judge_all(tuned), [pair for pair in pairs if is_kept(pair)])


def read(path: Path) -> list[Pair]:
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [Pair(wrong, right) for _, wrong, right in rows]


def is_kept(pair: Pair) -> bool:
    """Whether a sentence is kept apart; all slips of one sentence go the same way."""
    return zlib.crc32(pair.right.encode()) % FOLDS == 0


def judge_all(pairs: Sequence[Pair]):
    from drafting.checking.spelling import judge

    return [judge([pair.wrong]) for pair in pairs]


def is_right(one, pair: Pair) -> bool:
    """Whether a candidate is what should stand there; no candidate is where lengths differ."""
    same_length = len(pair.wrong) == len(pair.right)
    return same_length and pair.right[one.start : one.end] == one.word


def replies(quarter: int) -> list[str]:
    """Return a quarter of the published replies, told by a checksum; none without the file."""
    if not REPLIES.exists():
        return []
    lines = REPLIES.read_text(encoding="utf-8").splitlines()
    found = [json.loads(line)["reply"] for line in lines]
    return [one for one in found if zlib.crc32(one.encode()) % 4 == quarter]


@cache
def good_rows() -> list[Sequence[float]]:
    """Return the evidence of all that might be a slip in replies that are taken for good."""
    from drafting.checking.spelling import judge

    return [one.row for text in replies(LEARNT) for one in judge(text.split("\n"))]


def learnt(pairs: Sequence[Pair], judged, places: Sequence[int]):
    from tools.learn_spelling import learn

    rows = [one.row for place in places for one in judged[place]]
    truth = [is_right(one, pairs[place]) for place in places for one in judged[place]]
    good = good_rows()
    return learn([*rows, *good], [*truth, *[False] * len(good)])


def odds_of(trees, judged) -> list[float]:
    import numpy as np

    from drafting.checking.spelling.trees import score

    return score(trees, np.array([one.row for one in judged])).tolist() if judged else []


def held_out(pairs: Sequence[Pair], judged, seed: int) -> list[list[float]]:
    """Return the odds of each sentence's candidates, by trees that never saw the sentence."""
    places = list(range(len(pairs)))
    random.Random(seed).shuffle(places)
    odds: list[list[float]] = [[] for _ in pairs]
    for fold in range(FOLDS):
        held = places[fold::FOLDS]
        rest = sorted(set(places) - set(held))
        trees = learnt(pairs, judged, rest)
        for place in held:
            odds[place] = odds_of(trees, judged[place])
    return odds


def corrected(pair: Pair, judged, odds: Sequence[float], sure: float) -> str:
    from drafting.checking.spelling import choose

    text = pair.wrong
    for slip in choose(judged, odds, sure, [pair.wrong]):
        text = text[: slip.start] + slip.right + text[slip.end :]
    return text


def measure(pairs: Sequence[Pair], outcomes: Sequence[str]) -> Figures:
    clean = [
        (pair, out) for pair, out in zip(pairs, outcomes, strict=True) if pair.wrong == pair.right
    ]
    alarms = sum(out != pair.wrong for pair, out in clean)
    marked = sum(out != pair.wrong for pair, out in zip(pairs, outcomes, strict=True))
    faulty = [
        (pair, out) for pair, out in zip(pairs, outcomes, strict=True) if pair.wrong != pair.right
    ]
    corrected = sum(out == pair.right for pair, out in faulty)
    detected = sum(
        out != pair.wrong and places(pair.wrong, out) == places(pair.wrong, pair.right)
        for pair, out in faulty
    )
    return Figures(
        alarms / max(1, len(clean)),
        rates(detected, marked, len(faulty)),
        rates(corrected, marked, len(faulty)),
        sum(out != pair.wrong for pair, out in faulty) / max(1, len(faulty)),
    )


def places(text: str, other: str) -> list[int]:
    return [at for at, (a, b) in enumerate(zip(text, other, strict=False)) if a != b]


def rates(hits: int, marked: int, wanted: int) -> tuple[float, float, float]:
    precision, recall = hits / max(1, marked), hits / max(1, wanted)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def at_alarm_rate(pairs, judged, odds, most: float) -> tuple[float, Figures]:
    """Return the least odds, and the figures, at which alarms stay within ``most``."""
    for step in range(-30, 60):
        sure = step / 10
        outcomes = [corrected(*three, sure) for three in zip(pairs, judged, odds, strict=True)]
        figures = measure(pairs, outcomes)
        if figures.alarms <= most:
            return sure, figures
    raise ValueError("no threshold is quiet enough")


def report(pairs, judged, kept) -> None:
    rows, last = [], []
    trees, judged_kept = learnt(pairs, judged, range(len(pairs))), judge_all(kept)
    odds_kept = [odds_of(trees, one) for one in judged_kept]
    for most in ALARMS:
        found = [
            at_alarm_rate(pairs, judged, held_out(pairs, judged, seed), most) for seed in (1, 2)
        ]
        sure = sum(one for one, _ in found) / len(found)
        outcomes = [
            corrected(*three, sure) for three in zip(kept, judged_kept, odds_kept, strict=True)
        ]
        for name in ("alarms", "any_mark", "detection", "correction"):
            rows.append(_row(name, most, sure, [figures for _, figures in found]))
            last.append(_row(name, most, sure, [measure(kept, outcomes)]))
    show(f"spelling, {FOLDS}-fold, {len(pairs)} sentences", rows)
    show(f"spelling, {len(kept)} sentences kept apart, at the odds found above", last)


def _row(name: str, most: float, sure: float, found: Sequence[Figures]) -> Row:
    values = [getattr(figures, name) for figures in found]
    if isinstance(values[0], tuple):
        precision, recall, f1 = (sum(one) / len(one) for one in zip(*values, strict=True))
        what = f"{name}: P {precision:.3f}, R {recall:.3f}, F1"
        return Row(f"≤ {most:.0%} alarms: {what}", f1, "")
    return Row(f"≤ {most:.0%} alarms (odds ≥ {sure:.2f}): {name}", sum(values) / len(values), "")


def kept_apart(pairs) -> None:
    """Print what trees learnt from three quarters of the sentences do on the last one.

    At the odds shipped; and, with the trees shipped, the alarms in replies.
    """
    from drafting.checking.spelling import POSSIBLE, PROBABLE, slips

    apart = [zlib.crc32(("v2" + pair.right).encode()) % 4 == 3 for pair in pairs]
    rest = [pair for pair, last in zip(pairs, apart, strict=True) if not last]
    last = [pair for pair, last in zip(pairs, apart, strict=True) if last]
    trees = learnt(rest, judge_all(rest), range(len(rest)))
    judged = judge_all(last)
    odds = [odds_of(trees, one) for one in judged]
    for sure in (POSSIBLE, PROBABLE):
        outcomes = [corrected(*three, sure) for three in zip(last, judged, odds, strict=True)]
        found = measure(last, outcomes)
        show(f"{len(last)} sentences kept apart", [
            _row(name, 1, sure, [found])
            for name in ("alarms", "any_mark", "detection", "correction")
        ])  # fmt: skip
    texts = {"replies": replies(TOLD), "replies, never looked at": replies(3)}
    if ARCHIVE.exists():
        texts["archive"] = [one.read_text("utf-8") for one in sorted(ARCHIVE.glob("*.txt"))]
    rows = []
    for name, several in texts.items():
        count = sum(map(len, several))
        found = [slip.odds for text in several for slip in slips(text.split("\n"))]
        for what, sure in (("hints and warnings", POSSIBLE), ("warnings", PROBABLE)):
            alarms = sum(odds >= sure for odds in found)
            rows.append(Row(f"{name}, {count} characters: {what}", alarms / count * 1e4, "/10,000"))
    show("marks in published replies, true slips among them", rows)


def write(pairs, judged) -> None:
    from drafting.checking import spelling
    from drafting.checking.spelling.trees import dump

    trees = learnt(pairs, judged, range(len(pairs)))
    Path(spelling.__file__).with_name("trees.tsv").write_text(dump(trees), encoding="utf-8")
    print(f"{len(trees.roots)} 棵树，{len(trees.value)} 个节点。")


if __name__ == "__main__":
    main(sys.argv[1:])
