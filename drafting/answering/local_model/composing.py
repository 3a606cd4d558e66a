"""The sentences that a model composed for one suggestion: which may stand, which not and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from drafting.answering.local_model.guards import check
from drafting.answering.local_model.heard import Listener, text_of, texts_of
from drafting.answering.local_model.nouns import SLOTS, Kept, Refused, Sentence, Sheet, meant
from drafting.answering.passages.content import content_pairs
from drafting.answering.passages.sentences import split_sentences
from drafting.language.particulars import without_pending

MOST_SENTENCES = 16
"""Of one suggestion."""

MOST_AGAIN = 4
"""How often one may say what was said already: who repeats himself for ever is not listened to."""

_AGAIN = 0.8


@dataclass(slots=True)
class Composition:
    """Takes a model's words as they stream and gives its sentences, judged; one for one answer."""

    sheet: Sheet
    kept: list[Kept] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    listener: Listener = field(default_factory=Listener)
    again: int = 0
    left: bool = False

    @property
    def over(self) -> bool:
        """Whether nothing more is worth hearing."""
        many = len(self.kept) + len(self.refused) >= MOST_SENTENCES
        return many or self.again >= MOST_AGAIN or self.listener.cut

    def hear(self, words: str) -> Iterator[Kept | Refused]:
        """Yield the sentences that ``words`` complete, each judged."""
        for value in self.listener.hear(words):
            for sentence in _sentences(value):
                if self.over:
                    self.left = True
                    return
                if self._is_the_same(sentence):
                    self.again += 1
                    # Once is told; the others would hide what else was refused.
                    if self.again > 1:
                        continue
                yield self._judged(sentence)

    def end(self) -> Iterator[Refused]:
        """Yield what the answer as a whole is to be told of, once it is over."""
        self.listener.end()
        notes = []
        if self.listener.cut:
            notes.append("回答过长，后面的没有看")
        elif self.again >= MOST_AGAIN:
            notes.append("反复说同样的话，后面的没有看")
        elif self.left:
            notes.append(f"超过{MOST_SENTENCES}句，后面的没有看")
        if self.listener.spoiled:
            notes.append(f"有{self.listener.spoiled}处没有按要求的格式写完，没有采用")
        if not self.kept and not self.refused and not notes and self.listener.heard:
            notes.append("回答不是所要求的格式，没有采用")
        yield from (Refused("", note) for note in notes)

    def _judged(self, sentence: Sentence) -> Kept | Refused:
        found = check(sentence, self.sheet)
        if isinstance(found, Kept) and self._said_before(found):
            found = Refused(sentence.text, "与前面的句子重复", found.slot, sentence.ids)
        if isinstance(found, Kept):
            self.kept.append(found)
        else:
            self.refused.append(found)
        return found

    def _is_the_same(self, sentence: Sentence) -> bool:
        """Whether it said the very same for the same field already, kept or not."""
        said = _bare(sentence.text)
        slot = meant(SLOTS, sentence.slot) or sentence.slot
        before: list[Kept | Refused] = [*self.kept, *self.refused]
        return any(_bare(one.text) == said and one.slot == slot for one in before)

    def _said_before(self, one: Kept) -> bool:
        mine = content_pairs(one.text).keys()
        return any(
            len(mine & (theirs := content_pairs(other.text).keys()))
            >= _AGAIN * max(1, min(len(mine), len(theirs)))
            for other in self.kept
        )


def compose(words: str, sheet: Sheet) -> Composition:
    """Return what a whole answer of a model comes to."""
    made = Composition(sheet)
    list(made.hear(words))
    made.refused += made.end()
    return made


def _bare(text: str) -> str:
    return "".join(without_pending(text).split()).rstrip("。；！")


def _sentences(value: Mapping[str, object]) -> Iterator[Sentence]:
    """Yield the sentences of an object: what holds several is judged sentence by sentence."""
    text = text_of(value, "文字", "text", "sentence")
    if not text.strip():
        return
    slot = text_of(value, "栏", "slot").strip()
    ids = texts_of(value, "依据", "passages", "ids")
    for one in split_sentences(text) or [text]:
        yield Sentence(slot, one, ids)
