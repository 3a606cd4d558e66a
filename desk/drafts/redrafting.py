"""重新生成: composes answers anew without replacing anything that was typed.

An answer in which nobody has typed since it was composed is replaced. Otherwise the new one is kept
beside it until the clerk chooses, field by field. Every change is a version.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from casework import Casework, Conflict, Matter, aligned, answer_mark
from casework.procedure import stage
from casework.procedure.states import SAID, WRITING
from desk.drafts.composing import Shelves, compose
from drafting.answering.first_draft import Verdicts
from drafting.answering.redraft import differing, news, taken, taken_whole, typed
from drafting.errors import UserError
from drafting.model import Answer
from drafting.model.identity import identified_answers

EMPTY = "档案还是空的，没有可以重新生成的依据，文稿没有改动。请先导入往年答复和政策文件。"
COMPOSED_AGAIN = "新稿已在另一窗口重新生成或选定，请按下面的内容再选一次。"
UNCONFIRMED = "请先核对建议清单，再生成答复。"
UNKNOWN = "没有这件提案，或者它已被删除。"


@dataclass(frozen=True, slots=True)
class Redrafted:
    """What came of it, by places: ``taken`` over, the ``same`` as before, ``differing`` from what
    was typed; ``gone`` counts those whose suggestion left the list meanwhile. ``former`` is the
    version that stood before, ``version`` the one that stands.

    What was typed over and is composed anew just as it was before has nothing new to choose from:
    among all answers it counts as the same; where that one answer was asked for, it differs."""

    former: int
    version: int
    taken: tuple[int, ...] = ()
    same: tuple[int, ...] = ()
    differing: tuple[int, ...] = ()
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """An answer that stands at ``place`` and the new one that waits beside it."""

    place: int
    current: Answer
    anew: Answer

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields in which they differ."""
        return differing(self.current, self.anew)

    @property
    def typed(self) -> frozenset[str]:
        """The parts that were typed since the current one was composed."""
        return typed(self.current)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person takes of the new answer; both are named by their :func:`answer_mark`."""

    place: int
    current: str
    anew: str
    fields: frozenset[str]


def closed(casework: Casework, matter_id: int) -> str:
    """Say why the matter cannot be composed anew, "" where it can."""
    now = casework.run(stage.stage_of, matter_id)
    if now.state in WRITING:
        return ""
    back = "撤回后可以重新生成。" if now.state == "核稿" else "不能重新生成。"
    return f"文稿{SAID[now.state]}，{back}"


def redraft(
    casework: Casework,
    library: Shelves,
    matter_id: int,
    names: Collection[str],
    *,
    now: dt.datetime,
    place: int | None = None,
    author: str = "",
    reader: str = "",
    verdicts: Verdicts = MappingProxyType({}),
) -> Redrafted:
    """Compose the answer at ``place`` anew, or all of them; say what came of it.

    ``names``, ``reader`` and ``verdicts`` as in :func:`desk.drafts.composing.compose`. Raises
    :class:`UserError` where the matter is not being written or the archive is empty,
    :class:`LookupError` for an unknown place.
    """
    draft = aligned(_open(casework, matter_id).draft)
    if place is not None and not 0 <= place < len(draft.answers):
        raise LookupError(place)
    if not library.count():
        raise UserError(EMPTY)
    made = compose(draft, library, names, now, reader=reader, verdicts=verdicts).answers
    wanted = made if place is None else made[place : place + 1]
    note = "全部重新生成" if place is None else f"重新生成第{place + 1}条"
    # Composing takes its time; what stands is looked at again, and nobody saves in between.
    with casework.transaction():
        matter = _open(casework, matter_id)
        answers = list(aligned(matter.draft).answers)
        pairs = _pairs(answers, wanted)
        came = _sorted(pairs, whole=place is None)
        for pair in (*came["taken"], *came["same"]):
            answers[pair.place] = _merged(pair)
        version = casework.save_draft(
            matter_id,
            replace(matter.draft, answers=tuple(answers)),
            matter.version,
            author=author,
            note=note,
        )
        _wait(casework, matter_id, author, came["differing"], pairs, whole=place is None)
    places = {name: tuple(pair.place for pair in found) for name, found in came.items()}
    return Redrafted(matter.version, version, **places, gone=len(wanted) - len(pairs))


def waiting(casework: Casework, matter: Matter, author: str) -> list[Pair]:
    """Return the new answers that wait for ``author`` and still differ from what stands."""
    answers = aligned(matter.draft).answers
    kept = _waiting(casework, matter, author)
    return [pair for pair in _pairs(answers, kept) if pair.fields]


def _waiting(casework: Casework, matter: Matter, author: str) -> tuple[Answer, ...]:
    """Return what waits; what an older version kept without ids gets those of the matter."""
    suggestions = aligned(matter.draft).proposal.suggestions
    return identified_answers(casework.redrafts.waiting(matter.id, author), suggestions)


def take(
    casework: Casework,
    matter_id: int,
    choices: Sequence[Choice],
    expected_version: int,
    *,
    author: str = "",
) -> int:
    """Take of the waiting answers what was chosen; return the version that stands.

    Where a field is left, what stands stays, and the choice is settled too. Raises
    :class:`casework.Conflict` where a colleague changed the same lines since ``expected_version``,
    :class:`UserError` where the matter is not being written, or other answers wait by now.
    """
    with casework.transaction():
        current = _open(casework, matter_id)
        seen = casework.version(matter_id, expected_version) or current.draft
        answers = aligned(seen).answers
        kept = {answer_mark(one): one for one in _waiting(casework, current, author)}
        changes, numbers = [], list[int]()
        for one in choices:
            if one.anew not in kept:
                raise UserError(COMPOSED_AGAIN)
            place, stood = _seen(answers, one, current)
            changes.append((place, taken(stood, kept[one.anew], one.fields), one.current))
            numbers += [place + 1] if one.fields else []
        saved = casework.save_answers(
            matter_id, changes, expected_version, author=author, note=_said(numbers)
        )
        casework.redrafts.keep(matter_id, author, (), [kept[one.anew] for one in choices])
    return saved[0].version if saved else current.version


def _open(casework: Casework, matter_id: int) -> Matter:
    matter = casework.matter(matter_id)
    if matter is None:
        raise UserError(UNKNOWN)
    reason = closed(casework, matter_id) if matter.confirmed else UNCONFIRMED
    if reason:
        raise UserError(reason)
    return matter


def _pairs(answers: Sequence[Answer], wanted: Iterable[Answer]) -> list[Pair]:
    """Put each new answer beside that of its suggestion, wherever it stands now."""
    left = dict(enumerate(answers))
    found = []
    for anew in wanted:
        same = [n for n, one in left.items() if one.suggestion.key == anew.suggestion.key]
        if same:
            found.append(Pair(same[0], left.pop(same[0]), anew))
    return sorted(found, key=lambda pair: pair.place)


def _sorted(pairs: Sequence[Pair], *, whole: bool) -> dict[str, list[Pair]]:
    came: dict[str, list[Pair]] = {"taken": [], "same": [], "differing": []}
    for pair in pairs:
        if not pair.fields or (whole and pair.typed and not news(pair.current, pair.anew)):
            came["same"].append(pair)
        else:
            came["differing" if pair.typed else "taken"].append(pair)
    return came


def _merged(pair: Pair) -> Answer:
    """Return the answer that stands where there is nothing to choose."""
    if not pair.typed:
        return taken_whole(pair.current, pair.anew)
    return taken(pair.current, pair.anew, ())


def _wait(
    casework: Casework,
    matter_id: int,
    author: str,
    differing: Sequence[Pair],
    pairs: Sequence[Pair],
    *,
    whole: bool,
) -> None:
    """Have what differs wait, instead of what waited for the same suggestions."""
    kept = casework.redrafts.waiting(matter_id, author)
    asked = {pair.anew.suggestion.key for pair in pairs}
    former = [one for one in kept if whole or one.suggestion.key in asked]
    casework.redrafts.keep(matter_id, author, [pair.anew for pair in differing], former)


def _seen(answers: Sequence[Answer], choice: Choice, current: Matter) -> tuple[int, Answer]:
    """Return place and answer that the person saw beside the new one."""
    places = [n for n, one in enumerate(answers) if answer_mark(one) == choice.current]
    if not places:
        raise Conflict(current, current.draft)
    place = choice.place if choice.place in places else places[0]
    return place, answers[place]


def _said(numbers: Sequence[int]) -> str:
    if not numbers:
        return "重新生成后保留原稿"
    return f"重新生成后选用第{'、'.join(map(str, numbers))}条的新稿"
