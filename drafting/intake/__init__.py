"""Intake: Document → Proposal. The card, the handling units, the list of suggestions.

What is read here the clerk corrects and confirms; confirmed it is the contract of the reply. So
each thing read says how it was come by (:mod:`drafting.intake.nouns`), and what was left out.
"""

from drafting.intake.nouns import FieldReading, Intake, LeftOut, Listing, ListReading, Place
from drafting.intake.proposers import kind_of
from drafting.intake.suggestions import with_suggestions
from drafting.intake.taking import for_unit, take_in, understand

__all__ = [
    "FieldReading",
    "Intake",
    "LeftOut",
    "ListReading",
    "Listing",
    "Place",
    "for_unit",
    "kind_of",
    "take_in",
    "understand",
    "with_suggestions",
]
