"""The profiles to choose from: those shipped, and the office's own in ``profiles/``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from drafting.profile import list_profiles, load_profile

if TYPE_CHECKING:
    from drafting.profile import Profile


def load(name: str) -> Profile:
    """Return the profile ``name``. Raises :class:`drafting.errors.UserError` if there is none."""
    return load_profile(name, _folder())


def unit_names(name: str) -> tuple[str, str]:
    """Return the full and short name of the unit whose profile ``name`` is."""
    unit = load(name).unit
    return unit.name, unit.short


def names() -> list[str]:
    """Return the names of the profiles, ``default`` first."""
    return sorted(list_profiles(_folder()), key=lambda name: (name != "default", name))


def known(name: str) -> str:
    """Return ``name`` where there is such a profile, else the usual one's."""
    return name if name in names() else names()[0]


def choices() -> list[tuple[str, str]]:
    """Return name and unit of each profile, for a list to choose from."""
    units = {name: load(name).unit.name for name in names()}
    often = Counter(units.values())
    return [
        (name, f"{unit}（{name}）" if often[unit] > 1 else unit) for name, unit in units.items()
    ]


def _folder() -> Path:
    folder: Path = current_app.config["DATA_FOLDER"]
    return folder / "profiles"
