"""What a model says the passages are to a suggestion: believed where its span stands in the text.

Nothing of its words is printed. Its verdicts put the evidence in order and tell which passages the
extractive draft may take: never more than the rules allow, only fewer or in another order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from drafting.answering.local_model.heard import Listener, text_of
from drafting.answering.local_model.nouns import USES, Judged, Sheet, Shown, Use, Uses, meant
from drafting.language.late import late
from drafting.model import Passage

_BLANK = late(r"\s+")
_SHORTEST = 6
_ORDER: Mapping[Use | None, int] = {
    "done": 0,
    "promise": 1,
    "ground": 1,
    "reference": 2,
    None: 3,
    "other": 4,
}
_USEFUL: frozenset[Use] = frozenset({"done", "promise", "ground"})
# Labelled by hand, 134 of 732 passages shown for 61 suggestions are of use, 9 of 12 at most.
_ENOUGH, _MOST_USEFUL = 6, 0.8
_NO_USE: Use = "other"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts by id; ``doubted`` counts those that were not believed."""

    verdicts: Mapping[str, Judged]
    doubted: int = 0


def judge(words: str, sheet: Sheet) -> Judgement:
    """Return the verdicts of a model's answer that can be believed; the first on each passage.

    Of a judge two thirds of whose verdicts cannot be believed, or who finds everything useful,
    none is.
    """
    listener = Listener()
    values = listener.hear(words)
    listener.end()
    found: dict[str, Judged] = {}
    doubted = listener.spoiled
    for value in values:
        verdict = _verdict(value, sheet)
        if verdict is None:
            doubted += 1
        else:
            found.setdefault(verdict.id, verdict)
    if doubted > 2 * len(found) or _tells_nothing(found):
        return Judgement({}, doubted + len(found))
    return Judgement(found, doubted)


def _tells_nothing(found: Mapping[str, Judged]) -> bool:
    """Whether a judge finds nearly everything useful: of what a search finds most is not."""
    useful = sum(one.use in _USEFUL for one in found.values())
    return len(found) >= _ENOUGH and useful > _MOST_USEFUL * len(found)


def _verdict(value: Mapping[str, object], sheet: Sheet) -> Judged | None:
    shown = sheet.by_id.get(text_of(value, "编号", "id").strip())
    said = text_of(value, "用途", "use").strip()
    use = meant(USES, said)
    if shown is None or use is None:
        return None
    if use == _NO_USE:
        return Judged(shown.id, use)
    span = _BLANK.sub("", text_of(value, "原句", "span"))
    if len(span) < _SHORTEST or span not in _BLANK.sub("", shown.text):
        return None
    return Judged(shown.id, use, span) if _may_be(use, shown) else None


def _may_be(use: Use, shown: Shown) -> bool:
    """Whether the rules allow the use: another's work is never ours, whatever a model says."""
    if use == "done":
        return "done" in shown.slots
    return use == "reference" or "next_step" in shown.slots


def uses_of(judgement: Judgement, sheet: Sheet) -> Uses:
    """Return what the passages of ``sheet`` are, by what each is known by in the archive."""
    return {key_of(sheet.by_id[id].passage): one.use for id, one in judgement.verdicts.items()}


def in_order(passages: Iterable[Passage], uses: Uses) -> tuple[Passage, ...]:
    """Return ``passages`` by what they are judged to be, else as they stood."""
    return tuple(sorted(passages, key=lambda one: _ORDER[uses.get(key_of(one))]))


def key_of(passage: Passage) -> tuple[int, int]:
    """Return what a passage is known by."""
    return passage.document, passage.seq
