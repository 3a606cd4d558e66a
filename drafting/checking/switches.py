"""The switches of a unit's profile, held against the rules that exist."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from drafting.checking.engine.office import NAMES_FILE, FactLibrary, Names, Office, load_names
from drafting.checking.rules.registry import RULES
from drafting.errors import UserError
from drafting.model import Severity
from drafting.profile import Profile


def office_of(
    off: Collection[str],
    severity: Mapping[str, Severity],
    *,
    archive: FactLibrary | None = None,
    folder: Path | None = None,
    profile: Profile | None = None,
) -> Office:
    """Return the office of a profile's switches, with the names of the data folder.

    With the ``profile`` itself a paper is also held against whose it should be.

    Raises :class:`UserError` for a switch of a rule that does not exist, or a bad list of names.
    """
    known = {rule.id for rule in RULES}
    for key, given in (("off", off), ("severity", severity)):
        unknown = sorted(set(given) - known)
        if unknown:
            text = f"单位设置中的“checking.{key}”没有这样的校对规则：{'、'.join(unknown)}。"
            raise UserError(text, field="profile")
    names = load_names(folder / NAMES_FILE) if folder is not None else Names()
    return Office(frozenset(off), dict(severity), archive, names, profile)
