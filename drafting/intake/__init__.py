"""Intake: Document → Proposal. The card, the handling units, the list of suggestions.

The clerk corrects and confirms the result; once confirmed it is the contract of the reply. So every
value is returned with how it was found (:mod:`drafting.intake.nouns`), and whatever was left out is
listed.
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
