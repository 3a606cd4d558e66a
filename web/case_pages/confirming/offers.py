"""The doubts about the list of suggestions, and the other ways to read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from drafting.intake.nouns import Intake, LeftOut, Listing, Place
from drafting.language.numbering import parse_label
from drafting.model import Suggestion
from web.case_pages.confirming.forms import IntakeForm, Row

LEFT_OUT_MOST = 200
NEARLY_ALL = 0.8
HEAD_MAX_CHARS = 40
"""A selected text whose first sentence is no longer than this has it as its suggestion."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands above the list: doubts, sentences that may be suggestions, other readings.

    ``left_out`` and ``others`` come with the numbers by which the buttons name them.
    """

    doubts: tuple[str, ...] = ()
    left_out: Sequence[tuple[int, LeftOut]] = ()
    others: Sequence[tuple[int, Listing]] = ()


def notice(form: IntakeForm, reading: Intake | None) -> Notice:
    """Return what is to be said above the list of ``form``.

    A sentence that has been decided on, or that stands in a suggestion by now, is no longer
    offered, nor is the reading that the list shows.
    """
    if reading is None:
        return Notice()
    found = reading.suggestions
    taken = [row.place for row in form.rows if row.place]
    left_out = [
        (number, one)
        for number, one in enumerate(found.left_out[:LEFT_OUT_MOST])
        if number not in form.settled and not any(_stands_in(one.place, place) for place in taken)
    ]
    others = [
        (number, listing)
        for number, listing in enumerate(listings(reading))
        if number != form.listing and listing.suggestions
    ]
    return Notice(found.doubts, left_out, others)


def listings(reading: Intake) -> tuple[Listing, ...]:
    """Return the readings of the list, the one chosen first; their places are their numbers."""
    return (reading.suggestions.chosen, *reading.suggestions.others)


def known_places(reading: Intake | None) -> Mapping[tuple[str, str], Place]:
    """Return where the suggestions of all readings stand, by label and words."""
    found: dict[tuple[str, str], Place] = {}
    for listing in reversed(listings(reading)) if reading else ():
        for one, place in zip(listing.suggestions, listing.places, strict=False):
            found[one.label or "", one.text] = place
    return found


def rows_of(listing: Listing, former: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows of ``listing``, with the origins of the former rows at the same places.

    So an answer that was written already stays with its suggestion where the list is read anew.
    """
    given: set[str] = set()
    rows = []
    for number, suggestion in enumerate(listing.suggestions):
        place = listing.places[number] if number < len(listing.places) else None
        row = row_of(suggestion, place)
        origins = tuple(
            origin
            for one in former
            for origin in one.origins
            if origin not in given and _same(row, one)
        )
        given.update(origins)
        rows.append(replace(row, origins=origins))
    return tuple(rows)


def row_of(suggestion: Suggestion, place: Place | None) -> Row:
    """Return the row that shows ``suggestion``."""
    return Row(suggestion.text, suggestion.detail, suggestion.label or "", place=place)


def row_of_words(text: str, place: Place | None) -> Row:
    """Return a row for words of the original: label, first sentence and the rest apart."""
    text = text.strip()
    label = parse_label(text)
    if label is not None and len(text) == label.length:
        label = None
    text = text[label.length :] if label else text
    first, stop, rest = text.partition("\n")
    if not stop:
        first, stop, rest = text.partition("。")
    # A first sentence as long as any other is not the head of what follows.
    if not rest.strip() or len(first) > HEAD_MAX_CHARS:
        first, rest = text.replace("\n", ""), ""
    return Row(first.strip().rstrip("；;。"), rest.strip(), label.text if label else "", (), place)


def inserted(rows: Sequence[Row], row: Row) -> tuple[tuple[Row, ...], int]:
    """Return ``rows`` with ``row`` at its place in the order of the text, and that place.

    A row that stands nowhere in the text goes with the one above it.
    """
    kept = [one for one in rows if not one.blank]
    if row.place is None:
        return (*kept, row), len(kept)
    before = [n for n, one in enumerate(kept) if one.place and one.place.start <= row.place.start]
    at = before[-1] + 1 if before else 0
    if not any(one.place for one in kept):
        at = len(kept)
    while 0 < at < len(kept) and kept[at].place is None:
        at += 1
    return (*kept[:at], row, *kept[at:]), at


def _stands_in(inner: Place, outer: Place) -> bool:
    """Return whether nearly all of ``inner`` lies in ``outer``: a stop at its end counts little."""
    shared = min(inner.end, outer.end) - max(inner.start, outer.start)
    return shared > 0 and shared >= NEARLY_ALL * (inner.end - inner.start)


def _same(row: Row, other: Row) -> bool:
    """Return whether two rows are about the same stretch of the text, or say the same."""
    if row.place and other.place:
        return row.place.start < other.place.end and other.place.start < row.place.end
    return row.text == other.text
