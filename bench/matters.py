"""First drafts of real matters, where ``../shared`` lies beside the project: used, wrong, missed.

The matters, what fits them, and how that is counted are the shared ones (``matters/score.py`` is
loaded, not copied); the archive is built and the drafts are made in this process.
"""

from __future__ import annotations

import importlib.util
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.table import Row, show
from corpus import EVERYTHING, Archive
from corpus.importing.importer import import_paths
from drafting.answering.first_draft import first_draft
from drafting.intake import take_in
from drafting.model import Draft, Proposal
from drafting.model.serial import to_plain
from drafting.reading import read_bytes

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
MATTERS = SHARED / "matters"


@dataclass(frozen=True, slots=True)
class Score:
    """What became of so many suggestions; ``foreign`` is another office's work told as ours."""

    suggestions: int
    right: int
    used: int
    wrong: int
    missed: int
    foreign: int


def measure(chosen: Collection[str] = ()) -> Score:
    """Return how the drafts of the real matters ``chosen`` (all where empty) are."""
    script = script_of_shared()
    count: Counter[str] = Counter()
    with archives(script) as archive_for:
        for case in cases(chosen):
            script.score(case, to_plain(_draft(case, archive_for(case))), count, False)
    return Score(
        suggestions=count["suggestions"],
        right=count["clean"] + count["rightly empty"],
        used=count["used"],
        wrong=count["used wrong"],
        missed=count["missed"],
        foreign=count["foreign"],
    )


def draft_of(name: str) -> Draft:
    """Return the draft of the real matter ``name``."""
    (case,) = cases([name])
    with archives(script_of_shared()) as archive_for:
        return _draft(case, archive_for(case))


def main() -> None:
    """Print the score; without the data beside the project say that there is nothing to measure."""
    if not MATTERS.is_dir():
        print("项目旁没有 ../shared/matters，略过真实办件的测量。")
        return
    score = measure()
    rows = [
        Row(f"right of {score.suggestions} suggestions", score.right, ""),
        Row("passages used", score.used, ""),
        Row("… of them wrong", score.wrong, ""),
        Row("missed though it is there", score.missed, ""),
        Row("another office's work told as ours", score.foreign, ""),
    ]
    show("real matters", rows)


def script_of_shared() -> ModuleType:
    """Return the shared script that scores drafts."""
    found = importlib.util.spec_from_file_location("matters_score", MATTERS / "score.py")
    if found is None or found.loader is None:
        raise FileNotFoundError(MATTERS / "score.py")
    script = importlib.util.module_from_spec(found)
    found.loader.exec_module(script)
    return script


def archive_of(script: ModuleType, kind: str, folder: Path) -> Archive:
    """Return the archive of that kind, built in ``folder``."""
    folder.mkdir()
    rows: Sequence[dict[str, Any]] = script.ledger(kind, [], MATTERS / "archive")
    lines = folder / "ledger.jsonl"
    lines.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    archive = Archive.open(folder)
    import_paths(archive, [lines, *sorted((SHARED / "policies").glob("*.html"))])
    return archive


def cases(chosen: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return the real matters ``chosen``, all where empty."""
    every: list[dict[str, Any]] = json.loads((MATTERS / "cases.json").read_text("utf-8"))
    return [one for one in every if not chosen or one["id"] in chosen]


@contextmanager
def archives(script: ModuleType) -> Iterator[Callable[[Mapping[str, Any]], Archive]]:
    """Give what returns the archive of a matter, each built once."""
    built: dict[str, Archive] = {}
    with tempfile.TemporaryDirectory() as folder:

        def archive_for(case: Mapping[str, Any]) -> Archive:
            kind = case["archive"]
            if kind not in built:
                built[kind] = archive_of(script, kind, Path(folder) / kind)
            return built[kind]

        yield archive_for
        for archive in built.values():
            archive.close()


def proposal_of(case: Mapping[str, Any]) -> Proposal:
    """Return the proposal of a matter."""
    return take_in(read_bytes(case["text"].encode("utf-8"), "matter.txt"))


class Without:
    """The archive without what a matter leaves out, as a :class:`Library`."""

    def __init__(self, archive: Archive, case: Mapping[str, Any]) -> None:
        """Leave out the documents that ``case`` names."""
        self._archive, self._left_out = archive, left_out(case)

    def passages(self, query: str, **more: Any) -> Any:
        """Return the passages that the archive finds but for those."""
        asked = {**more, "exclude": [*more.get("exclude", ()), *self._left_out]}
        return self._archive.reader(EVERYTHING).passages(query, **asked)


def left_out(case: Mapping[str, Any]) -> list[str]:
    """Return the sources that a matter leaves out."""
    return [f"{place}/{name}" for name in case["without"] for place in ("seeds", "arch_b")]


def _draft(case: Mapping[str, Any], archive: Archive) -> Draft:
    reader = archive.reader(EVERYTHING)
    return first_draft(proposal_of(case), reader, exclude=left_out(case))


if __name__ == "__main__":
    main()
