"""The identity of a suggestion, by which answers, requests and opinions refer to it.

An id is assigned once, when a draft without ids is read or a list is confirmed, and stays through
rewording, reordering, splitting and joining. This is the only place that compares wording: an
answer of a draft without ids belongs to the suggestion that it carries, worded the same or nearly
so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import count
from operator import is_

from drafting.model.drafts import Answer, Draft
from drafting.model.proposals import Suggestion, id_of

_ALIKE = 0.6
"""So like must be the words of an answer without an id, for what was reworded by hand."""


def numbered(
    suggestions: Iterable[Suggestion], taken: Collection[str] = ()
) -> tuple[Suggestion, ...]:
    """Return ``suggestions`` with an id each, none twice; who has one keeps it.

    ``taken`` are ids that no new suggestion may get.
    """
    found = list(suggestions)
    used = {one.id for one in found if one.id} | set(taken)
    seen: set[str] = set()
    for place, one in enumerate(found):
        if not one.id or one.id in seen:
            one = found[place] = replace(one, id=_free(one.text, used))
        used.add(one.id)
        seen.add(one.id)
    return tuple(found)


def _free(text: str, used: Collection[str]) -> str:
    return next(id for number in count(1) if (id := id_of(text, number)) not in used)


def identified(draft: Draft) -> Draft:
    """Return ``draft`` with an id at each suggestion, of the list and of the answers.

    The same draft always gets the same ids. What its 会办 units were asked about is named by ids
    too. A draft that has them all comes back as it is.
    """
    listed = draft.proposal.suggestions
    suggestions = listed if _whole(listed) else numbered(listed)
    answers = _answering(draft.answers, suggestions)
    asked = tuple(
        one if not one.about else replace(one, about=_named(one.about, suggestions))
        for one in draft.co_opinions
    )
    same = suggestions is listed and answers is draft.answers and asked == draft.co_opinions
    if same:
        return draft
    return replace(
        draft,
        proposal=replace(draft.proposal, suggestions=suggestions),
        answers=answers,
        co_opinions=asked,
    )


def aligned(draft: Draft) -> Draft:
    """Return ``draft`` with exactly one answer a suggestion, in the order of the suggestions.

    Drafts from elsewhere (a file, an older version) may lack answers or ids; the first answer
    that names a suggestion is its answer, and takes over how it is worded now.
    """
    draft = identified(draft)
    of: dict[str, Answer] = {}
    for answer in draft.answers:
        of.setdefault(answer.suggestion.id, answer)
    answers = tuple(
        worded(of[one.id], one) if one.id in of else Answer(one)
        for one in draft.proposal.suggestions
    )
    same = len(answers) == len(draft.answers) and all(map(is_, answers, draft.answers))
    return draft if same else replace(draft, answers=answers)


def worded(answer: Answer, suggestion: Suggestion) -> Answer:
    """Return ``answer`` about ``suggestion`` as it is worded now."""
    known = answer.suggestion
    same = known == suggestion and known.id == suggestion.id
    return answer if same else replace(answer, suggestion=suggestion)


def identified_answers(
    answers: Sequence[Answer], suggestions: Sequence[Suggestion]
) -> tuple[Answer, ...]:
    """Return ``answers`` kept apart from their draft with the ids of its ``suggestions``."""
    return _answering(tuple(answers), suggestions)


def place_of(suggestions: Iterable[Suggestion], key: str) -> int | None:
    """Return where the suggestion of that :attr:`Suggestion.key` stands, ``None`` for nowhere."""
    return next((place for place, one in enumerate(suggestions) if one.key == key), None)


def _whole(suggestions: Sequence[Suggestion]) -> bool:
    ids = {one.id for one in suggestions}
    return "" not in ids and len(ids) == len(suggestions)


def _answering(
    answers: tuple[Answer, ...], suggestions: Sequence[Suggestion]
) -> tuple[Answer, ...]:
    if all(answer.suggestion.id for answer in answers):
        return answers
    found = list(answers)
    claimed = {answer.suggestion.id for answer in answers}
    for place, answer in enumerate(found):
        free = [one for one in suggestions if one.id not in claimed]
        exact = next((one for one in free if one == answer.suggestion), None)
        if exact is not None and not answer.suggestion.id:
            found[place] = _with_id(answer, exact.id)
            claimed.add(exact.id)
    for suggestion in suggestions:
        left = [place for place, answer in enumerate(found) if not answer.suggestion.id]
        likeness = {place: _likeness(suggestion, found[place]) for place in left}
        best = max(left, key=likeness.__getitem__, default=None)
        if suggestion.id not in claimed and best is not None and likeness[best] >= _ALIKE:
            found[best] = _with_id(found[best], suggestion.id)
            claimed.add(suggestion.id)
    used = claimed | {one.id for one in suggestions}
    for place, answer in enumerate(found):
        if not answer.suggestion.id:
            found[place] = _with_id(answer, _free(answer.suggestion.text, used))
            used.add(found[place].suggestion.id)
    return tuple(found)


def _likeness(suggestion: Suggestion, answer: Answer) -> float:
    one, other = ("".join(text.split()) for text in (suggestion.text, answer.suggestion.text))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _with_id(answer: Answer, id: str) -> Answer:
    return replace(answer, suggestion=replace(answer.suggestion, id=id))


def _named(about: Iterable[str], suggestions: Sequence[Suggestion]) -> tuple[str, ...]:
    """Return what is named by id or, as older versions did, by words, as ids."""
    ids = {one.id for one in suggestions}
    found: dict[str, None] = {}
    for name in about:
        key = id_of(name)
        alike = [one.id for one in suggestions if id_of(one.text) == key]
        # Reworded since, it keeps the id of its former words; gone, it stays as it was recorded.
        by_words = alike or [key if key in ids else name]
        found |= dict.fromkeys([name] if name in ids else by_words)
    return tuple(found)
