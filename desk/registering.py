"""登记: a document becomes a matter; used for a single paper and for a whole ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from casework import Casework
from drafting.intake import for_unit
from drafting.intake.nouns import Intake
from storage.originals import Kept


def register(
    casework: Casework,
    intake: Intake,
    *,
    profile: str,
    unit_names: Sequence[str],
    original: tuple[str, bytes | Kept] | None = None,
    author: str = "",
    unit: str = "",
) -> int:
    """Make a matter of ``intake`` and return its id.

    ``unit_names`` are those of the profile's unit, by which is told whether it co-handles;
    ``original`` is the file that the matter came in (name, bytes).
    """
    intake = replace(intake, proposal=for_unit(intake.proposal, unit_names))
    return casework.create_matter(
        intake.proposal,
        profile,
        original,
        author=author,
        unit=unit,
        # What somebody typed was not read: there is nothing to say of how it was found.
        reading=intake if intake.fields else None,
    )
