"""A real model at an address, on invented matters: fitting, faithful, dropped, seconds.

    MODEL_URL=http://10.8.0.5:8000/v1 [MODEL_NAME=…] [MODEL_KEY_FILE=…] python -m bench model

Each suggestion of the sample proposals is composed and judged once. *Kept* are sentences that
passed all guards, *dropped* those that did not, with the commonest reasons.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import corpus
from bench.table import Row, show
from corpus import EVERYTHING, Archive, import_samples
from desk.local_model.door import Door
from drafting.answering.local_model import prompts
from drafting.answering.local_model.composing import compose
from drafting.answering.local_model.judging import judge
from drafting.answering.local_model.nouns import Sheet
from drafting.answering.local_model.sheet import make_sheet
from drafting.errors import UserError
from drafting.intake import take_in
from drafting.reading import read_file
from storage.configuration import Model

UNIT = "青岚区城市管理局"
_REASONS = 8


@dataclass
class Tally:
    """What came of all questions; ``seconds`` of each that was answered."""

    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    verdicts: int = 0
    doubted: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


def measure(chosen: Model, most: int = 24) -> Tally:
    """Ask the model about at most ``most`` suggestions of the samples."""
    door, tally = Door(chosen, Path()), Tally()
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.open(Path(folder))
        import_samples(archive)
        for number, sheet in enumerate(_sheets(archive)):
            if number == most:
                break
            _ask(door, sheet, tally)
        archive.close()
    return tally


def _sheets(archive: Archive) -> Iterator[Sheet]:
    for path in sorted((Path(corpus.__file__).parent / "samples" / "proposals").glob("*.txt")):
        proposal = take_in(read_file(path))
        units = [proposal.handling_unit or UNIT]
        for place in range(len(proposal.suggestions)):
            yield make_sheet(
                proposal, place, archive.reader(EVERYTHING), units=units, today=dt.date.today()
            )


def _ask(door: Door, sheet: Sheet, tally: Tally) -> None:
    for prompt in (prompts.to_compose(sheet), prompts.to_judge(sheet)):
        words: list[str] = []
        began = time.monotonic()
        try:
            door.ask(prompt.messages, lambda more, words=words: words.append(more) is None)  # type: ignore[misc]
        except UserError as error:
            tally.failed[error.message] += 1
            continue
        tally.seconds.append(time.monotonic() - began)
        if prompt.task == "judge":
            found = judge("".join(words), sheet)
            tally.verdicts += len(found.verdicts)
            tally.doubted += found.doubted
        else:
            made = compose("".join(words), sheet)
            tally.kept += len(made.kept)
            tally.dropped.update(_kind(one.reason) for one in made.refused)


def _kind(reason: str) -> str:
    """Return a reason without the words that it quotes."""
    head, mark, rest = reason.partition("“")
    return f"{head}“…”{rest.partition('”')[2]}" if mark else reason


def main() -> None:
    """Print what came of it; without an address say that there is nothing to measure."""
    url = os.environ.get("MODEL_URL", "")
    if not url:
        print("没有给出模型的地址（环境变量 MODEL_URL），略过。")
        return
    named = os.environ.get("MODEL_NAME", ""), os.environ.get("MODEL_KEY_FILE", "")
    tally = measure(Model(url=url, name=named[0], key_file=named[1]))
    dropped = sum(tally.dropped.values())
    seconds = sorted(tally.seconds) or [0.0]
    rows = [
        Row("sentences kept (faithful, fitting their field)", tally.kept, ""),
        Row("sentences dropped", dropped, ""),
        *(Row(f"… {why}", count, "") for why, count in tally.dropped.most_common(_REASONS)),
        Row("verdicts believed", tally.verdicts, ""),
        Row("verdicts doubted", tally.doubted, ""),
        Row("questions without an answer", sum(tally.failed.values()), ""),
        *(Row(f"… {why}", count, "") for why, count in tally.failed.most_common(3)),
        Row("seconds a question, median", seconds[len(seconds) // 2], "s"),
        Row("seconds a question, longest", seconds[-1], "s"),
    ]
    show(f"local model at {url}", rows)


if __name__ == "__main__":
    main()
