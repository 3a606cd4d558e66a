"""The list of suggestions as a model found it: spans of the original, word for word, or nothing.

What it gives is one more reading beside those of the rules, shown as 推测; the clerk chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drafting.answering.local_model.heard import Listener, text_of
from drafting.language.late import late
from drafting.language.spans import Span
from drafting.model import Suggestion

MOST_SUGGESTIONS = 40

_LABEL = late(
    r"^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]|[①-⑳]|[一二三四五六七八九十]是[，,]?)\s*"
)
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Heard:
    """The suggestions with their places in the original, in its order; ``refused`` are those that
    do not stand in it word for word, with the reason."""

    suggestions: tuple[Suggestion, ...]
    places: tuple[Span, ...]
    refused: tuple[tuple[str, str], ...] = ()


def suggestions_in(words: str, original: str) -> Heard:
    """Return the suggestions that a model's answer quotes from ``original``.

    One that overlaps another is taken once; an explanation that is no quotation is left out.
    """
    listener = Listener()
    found: list[tuple[Span, Suggestion]] = []
    refused: list[tuple[str, str]] = []
    for value in listener.hear(words)[:MOST_SUGGESTIONS]:
        text = text_of(value, "建议", "text")
        place = quoted(text, original)
        if place is None:
            refused.append((text[:80], "原文里没有这句话"))
            continue
        if any(place[0] < end and start < place[1] for (start, end), _ in found):
            refused.append((text[:80], "与前面的一条重叠"))
            continue
        detail = quoted(text_of(value, "说明", "detail"), original)
        said = original[detail[0] : detail[1]].strip() if detail else ""
        found.append((place, _suggestion(original[place[0] : place[1]], said)))
    found.sort(key=lambda pair: pair[0])
    return Heard(tuple(one for _, one in found), tuple(place for place, _ in found), tuple(refused))


def listed(quotations: Sequence[str], original: str) -> Heard:
    """Return suggestions of which each is a quotation from ``original``, explained by what follows
    it up to the next one."""
    places = [place for one in quotations if (place := quoted(one, original))]
    ends = [*(start for start, _ in places[1:]), None]
    suggestions = []
    for (start, end), behind in zip(places, ends, strict=True):
        rest = original[end:behind] if behind is not None else ""
        suggestions.append(_suggestion(original[start:end], rest.strip(" 。；;，,\n")))
    return Heard(tuple(suggestions), tuple(places))


def _suggestion(text: str, detail: str) -> Suggestion:
    text = " ".join(text.split())
    label = _LABEL.match(text)
    body = text[label.end() :] if label else text
    return Suggestion(
        label[0].strip() if label else None,
        body.rstrip("。；;，, "),
        "" if detail in body else detail,
    )


def quoted(words: str, original: str) -> Span | None:
    """Return where ``original`` says ``words``, blanks aside; ``None`` where it does not."""
    wanted = "".join(words.split())
    if len(wanted) < _SHORTEST:
        return None
    at = [place for place, char in enumerate(original) if not char.isspace()]
    start = "".join(original.split()).find(wanted)
    return (at[start], at[start + len(wanted) - 1] + 1) if start >= 0 else None
