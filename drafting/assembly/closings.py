"""Closing sentences by field, offered for a reply; the unit's own stands in its profile.

The list is data: ``templates/closings.toml``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache

from drafting.assembly import parties
from drafting.model import Proposal
from drafting.profile import Profile, fill
from templates import CLOSINGS


@dataclass(frozen=True, slots=True)
class Field:
    """A field of work: words by which it is known, and sentences that close a reply."""

    name: str
    words: tuple[str, ...]
    closings: tuple[str, ...]


@lru_cache(maxsize=1)
def fields() -> tuple[Field, ...]:
    """Return the fields in the order of the file."""
    data = tomllib.loads(CLOSINGS.read_text("utf-8"))
    return tuple(
        Field(one["name"], tuple(one["words"]), tuple(one["closings"])) for one in data["field"]
    )


def closings_for(proposal: Proposal, profile: Profile) -> list[tuple[str, str]]:
    """Return (field, sentence) for the fields of ``proposal``, the best first, then the general.

    Sentences are filled as they will be printed.
    """
    text = f"{proposal.subject or ''}\n" * 3 + "\n".join(one.text for one in proposal.suggestions)
    weighed = [(sum(text.count(word) for word in one.words), one) for one in fields()]
    fitting = [(weight, one) for weight, one in weighed if weight or not one.words]
    slots = {
        "称呼": parties.pronoun(proposal.proposers, profile),
        "本地": profile.unit.place,
        "类别": proposal.matter,
    }
    ranked = sorted(fitting, key=lambda pair: -pair[0])[:3]
    general = [pair for pair in fitting if not pair[1].words and pair not in ranked]
    return [
        (one.name, fill(sentence, slots))
        for _, one in ranked + general
        for sentence in one.closings
    ]
