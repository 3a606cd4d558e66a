"""Of passages that say the same the newest is kept, as the sets of their pairs tell."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from corpus.index.passage_search import FoundPassage, _distinct
from drafting.language.likeness import segment

TEXTS = st.text(alphabet="甲乙丙丁戊己庚辛，。a1 .5%", max_size=14)
PASSAGES = st.lists(st.tuples(TEXTS, st.integers(0, 4)), max_size=9).map(
    lambda found: [
        FoundPassage(number, number, (), text, float(10 - number), (), date=date)
        for number, (text, date) in enumerate(found)
    ]
)


def by_sets(passages: list[FoundPassage], limit: int) -> list[FoundPassage]:
    """The same by its definition: three quarters of the pairs of the shorter."""
    kept: list[FoundPassage] = []
    bags: list[set[str]] = []
    for passage in passages:
        bag = set(segment.pairs(passage.text))
        alike = [
            place
            for place, other in enumerate(bags)
            if len(bag & other) * 4 > 3 * min(len(bag), len(other)) > 0
        ]
        if not alike and len(kept) < limit:
            kept.append(passage)
            bags.append(bag)
        if not alike:
            continue
        first = kept[alike[0]]
        chosen, other = (passage, first) if passage.date > first.date else (first, passage)
        also = dict.fromkeys((*first.also_in, other.document))
        kept[alike[0]] = replace(
            chosen,
            score=first.score,
            also_in=tuple(number for number in also if number != chosen.document),
        )
    return kept


@given(PASSAGES, st.integers(0, 5))
def test_near_identical_passages_stand_once(passages: list[FoundPassage], limit: int) -> None:
    assert _distinct(passages, limit) == by_sets(passages, limit)


@given(PASSAGES.filter(lambda found: len(found) > 2), st.data())
def test_a_passage_and_its_copy_stand_once(
    passages: list[FoundPassage], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(passages) - 1))
    copied = replace(passages[place], document=99)
    found = _distinct([*passages, copied], 20)
    holds = bool(segment.pairs(copied.text))
    alone = [one for one in found if one.document == 99 and not one.also_in]
    assert (not alone) is holds


# Digits alone: of 1.9b the index makes one term, where ``runs`` reads two.
@given(st.text(alphabet="停车1.5 ，。.9２ \0", max_size=12))
def test_latin_words_are_found_where_they_begin(text: str) -> None:
    folded = segment.fold(text)
    words = [run for run in segment.runs(text) if not segment.is_han(run)]
    terms, places = segment.placed(segment.points(text))
    found = [(int(term), int(at)) for term, at in zip(terms, places, strict=True)]
    latin = [one for one in found if one[0] >= segment.LATIN]
    assert [term for term, _ in latin] == [segment.latin(word.encode()) for word in words]
    assert all(folded.startswith(word, at) for word, (_, at) in zip(words, latin, strict=True))
