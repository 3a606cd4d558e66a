"""Takes what a clerk ticked of a trial into the answer, each sentence with its passages.

Composed sentences are added to what stands in their fields; a rewriting takes the place of what it
rewrote. What was taken is kept in the trial and in the log, and the sign-off sheet says how many of
the sentences printed are a model's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from casework import Casework, Matter, aligned
from casework.matters import trials
from casework.matters.trials import Line, Trial
from desk.context import Context
from desk.drafts import inserting
from desk.drafts.inserting import Shelf
from drafting.answering.first_draft import Verdicts
from drafting.answering.local_model.helping import REWRITING, REWRITTEN
from drafting.answering.local_model.nouns import USES, Uses, meant
from drafting.answering.openings import is_open
from drafting.answering.passages.voice import quote
from drafting.errors import UserError
from drafting.language.particulars import without_pending
from drafting.model import ANSWER_TITLES, Answer, Change, Draft, Passage
from storage.log import audit


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer with what was taken, the numbers of the sentences, and the message about it."""

    answer: Answer
    numbers: tuple[int, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where the passages of a trial are looked up again, as whoever takes them may see them."""

    archive: Shelf
    casework: Casework
    matter: int
    unit: str | None


def take(trial: Trial, numbers: Collection[int], answer: Answer, shelves: Shelves) -> Taken:
    """Return ``answer`` with the sentences of ``trial`` that were ticked.

    Raises :class:`UserError` where none is, and where a passage is no longer where it was.
    """
    wanted = [
        one
        for one in trial.lines
        if one.number in numbers and not one.reason and one.slot in REWRITTEN
    ]
    if not wanted:
        raise UserError("请先勾选要取用的句子。", field="trial-line")
    if answer.suggestion.key != trial.suggestion:
        raise UserError("这些句子是为另一条建议拟的，没有取用。")
    taken, anew = answer, rewrites(trial)
    for slot in REWRITTEN:
        lines = [one for one in wanted if one.slot == slot]
        if lines:
            taken = with_text(taken, slot, "".join(one.text for one in lines), anew=anew)
    if not anew:
        for passage, lines in _by_passage(trial, wanted, shelves):
            words = "".join(one.text for one in lines) or quote(passage)
            changes = tuple(Change(one.slot, one.text) for one in lines)
            taken = inserting.with_source(taken, passage, words, changes)
    titles = dict.fromkeys(ANSWER_TITLES[one.slot] for one in wanted)
    said = f"已取用{len(wanted)}句，写入{'、'.join(f'“{title}”' for title in titles)}"
    return Taken(taken, tuple(one.number for one in wanted), said)


def rewrites(trial: Trial) -> bool:
    """Whether what is taken replaces what stands in its field."""
    return trial.task in REWRITING


def with_text(answer: Answer, slot: str, words: str, *, anew: bool) -> Answer:
    """Return ``answer`` with ``words`` in a field: in the place of what stands there, or after."""
    stands = getattr(answer, slot)
    text = words if anew or is_open(stands) else f"{stands.rstrip()}\n{words}"
    values = {slot: text}
    return replace(answer, **values)  # type: ignore[arg-type]


def _by_passage(
    trial: Trial, lines: Collection[Line], shelves: Shelves
) -> list[tuple[Passage, list[Line]]]:
    """Return the passages that the sentences rest on first, each looked up, with its sentences."""
    sources = {one.id: one for one in trial.sources}
    found: dict[str, list[Line]] = {}
    for line in lines:
        named = [sources[id].handle for id in line.ids if id in sources and sources[id].handle]
        for place, name in enumerate(dict.fromkeys(named)):
            # What a sentence brought is taken back with the first of its passages only.
            found.setdefault(name, []).extend([line] if place == 0 else [])
    return [(_passage(name, shelves), told) for name, told in found.items()]


def _passage(name: str, shelves: Shelves) -> Passage:
    found = inserting.find(name, shelves.archive, shelves.casework, shelves.matter, shelves.unit)
    if isinstance(found, str):
        raise UserError(inserting.GONE)
    return found


def keep(casework: Casework, trial: Trial, numbers: Collection[int], actor: audit.Actor) -> None:
    """Keep that ``actor`` took the sentences."""
    casework.run(trials.take, trial.id, numbers, actor)


def told(context: Context, matter: Matter) -> str:
    """Say how many sentences of the paper are a model's, as the sign-off sheet prints it."""
    if context.casework is None:
        return ""
    count = printed(context.casework, matter.id, aligned(matter.draft))
    return f"含模型拟写{count}句，已逐句确认。" if count else ""


def printed(casework: Casework, matter: int, draft: Draft) -> int:
    """Return how many of a model's sentences stand in the answers of ``draft`` as taken."""
    texts = [_plain(getattr(one, name)) for one in draft.answers for name in REWRITTEN]
    kept = {_plain(text) for text in casework.run(trials.taken, matter)}
    return sum(any(one in text for text in texts) for one in kept if one)


def _plain(text: str) -> str:
    return "".join(without_pending(text).split()).rstrip("。；！")


def verdicts(casework: Casework, matter: int, draft: Draft) -> Verdicts:
    """Return what the model judged passages to be, by the newest judging of each suggestion."""
    keys = (one.suggestion.key for one in draft.answers)
    return {key: found for key in keys if (found := uses(casework, matter, key))}


def uses(casework: Casework, matter: int, suggestion: str) -> Uses:
    """Return what the model judged passages to be to the suggestion of that key; nothing where it
    was not asked, or gave no answer."""
    trial = casework.run(trials.of_task, matter, suggestion, "judge")
    if trial is None or trial.state != "done":
        return {}
    sources = {one.id: (one.document, one.seq) for one in trial.sources}
    return {
        sources[line.ids[0]]: use
        for line in trial.lines
        if line.ids and line.ids[0] in sources and (use := meant(USES, line.slot))
    }
