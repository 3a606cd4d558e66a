"""The proofreader on 10,000 characters, beside a formatter of Chinese text, and on hostile text.

The peer, autocorrect (Rust), fixes spaces and half-width marks; it knows no words, no numbers of
documents and no reply. It shows what a quick pass over the same text costs.
"""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Callable

from bench.importing import sentences
from bench.table import Row, show

LENGTH = 10_000
_ROUNDS = 15
HOSTILE = {
    "1,000,000 characters in one paragraph": lambda prose: "".join(prose.split()) * 100,
    "1,000 nested brackets": lambda prose: "（" * 1000 + prose[:1000] + "）" * 1000,
    "100,000 marks and nothing else": lambda _: "，。；：、（《“" * 12_500,
    "100,000 characters of mixed scripts": lambda _: "汉a１がн😀 ,é“" * 10_000,
}


def main() -> None:
    """Print the time of all rules on 10,000 characters of the samples, and of hostile texts.

    Processor time: on an idle machine it is what the clock says.
    """
    from drafting.checking import RULES, check_text
    from drafting.checking.spelling import slips

    text = "\n".join(sentences())[:LENGTH]
    prose = "".join(sentences())[:LENGTH]

    peer, theirs = _peer(text)
    first = _first_use(text)
    rows = [
        Row(
            f"{len(RULES)} rules on 10,000 characters", _median(lambda: check_text(text)), "ms",
            peer, theirs, "≤ 100 ms",
        ),
        Row("wrong characters alone", _median(lambda: slips(text.split("\n"))), "ms"),
        Row("the first text after a start, more than a later one", first, "ms"),
    ]  # fmt: skip
    for what, make in HOSTILE.items():
        hostile = make(prose)
        rows.append(Row(f"{what}: each 10,000", _once(check_text, hostile), "ms"))
    show("check", rows)


def _first_use(text: str) -> float:
    """Return what reading the tables costs, which the first text of a process has to wait for."""
    from drafting.checking.spelling import slips
    from drafting.checking.spelling.tables import tables
    from drafting.checking.spelling.trees import shipped

    tables.cache_clear()
    shipped.cache_clear()
    lines = text.split("\n")
    first = _once(lambda _: slips(lines), text)
    return first - _once(lambda _: slips(lines), text)


def _once(work: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    work(text)
    return (time.process_time() - start) * 1000 * LENGTH / len(text)


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_once(lambda _: work(), " " * LENGTH) for _ in range(_ROUNDS))


def _peer(text: str) -> tuple[str, float | None]:
    if importlib.util.find_spec("autocorrect_py") is None:
        return "autocorrect (not installed)", None
    import autocorrect_py

    return "autocorrect 2", _median(lambda: autocorrect_py.format(text))
