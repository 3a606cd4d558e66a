"""The profiles of the viewer's unit, and what says that the unit is not set up.

A shipped profile is a base to stand on, and answers for nobody but in the samples: a real
installation never writes in the name of an invented unit.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask, abort, g

from casework import Permission, may, units
from desk.unit_profiles import (
    FOLDER,
    SET_UP_FIRST,
    Owned,
    adopt,
    all_owned,
    owned_by,
    refuse_shipped,
    told,
)
from drafting.errors import UserError
from drafting.model import Verdict
from drafting.profile import list_profiles, load_profile
from web import stores

if TYPE_CHECKING:
    from drafting.profile import Profile

BASE = "default"
# 督办 reads and reviews, and answers for nobody: it needs no settings of its own.
_CONCERNED: tuple[Permission, ...] = ("修改文稿", "系统设置")


def install(app: Flask) -> None:
    """Make known to the templates whether the unit must first be set up, and its words."""
    app.jinja_env.globals["needs_set_up"] = needs_set_up
    app.jinja_env.globals["verdicts"] = verdicts


def load(name: str) -> Profile:
    """Return the profile ``name``, to answer under it.

    Raises :class:`drafting.errors.UserError` if there is none, and for a shipped one outside the
    samples.
    """
    refuse_shipped(stores.folder(), name, stores.lends)
    return habits(name)


def habits(name: str) -> Profile:
    """Return the profile ``name`` for its terms, whoever it is of. Raises :class:`UserError`."""
    return load_profile(name, stores.folder() / FOLDER)


def sessions(name: str) -> list[str]:
    """Return the sessions whose items the unit of profile ``name`` answers, the latest of each
    kind first; none where it cannot be read."""
    try:
        known = habits(name).sessions
    except UserError:
        return []
    return [one for of_kind in known.values() for one in reversed(of_kind)]


def verdicts(name: str) -> Mapping[Verdict, str]:
    """Return the local words for the grades of a rating, by grade; those shipped where the profile
    ``name`` cannot be read."""
    try:
        return habits(name).ratings.wording
    except UserError:
        return habits(BASE).ratings.wording


def unit_names(name: str) -> tuple[str, str]:
    """Return the full and short name of the unit whose profile ``name`` is."""
    unit = habits(name).unit
    return unit.name, unit.short


def own_names() -> dict[str, tuple[str, ...]]:
    """Return the full and short unit's names of each profile that the viewer may use.

    What a broken one does not say is left out.
    """
    owned = {one.name: (one.unit, one.short) for one in own()}
    return {
        name: tuple(filter(None, owned[name])) if name in owned else unit_names(name)
        for name in names()
    }


def own() -> list[Owned]:
    """Return the profiles that the viewer answers under: those of the own unit."""
    if "own_profiles" not in g:
        g.own_profiles = _own()
    found: list[Owned] = g.own_profiles
    return found


def _own() -> list[Owned]:
    unit = stores.own_unit()
    if unit is None:
        return owned_by(stores.folder(), None)
    casework = stores.casework()
    owners = casework.run(units.owners)
    found = owned_by(stores.folder(), unit, casework.people.units(), owners)
    if any(one.name not in owners for one in found):
        # It is said once whose it is, as long as only its name tells.
        adopt(casework, stores.folder())
    return found


def forget() -> None:
    """Look anew at whose profiles there are: one has just been made."""
    g.pop("own_profiles", None)


def names() -> list[str]:
    """Return the names of the profiles that the viewer may answer under; none: not set up."""
    own_ones = [one.name for one in own()]
    if own_ones or not stores.lends():
        return sorted(own_ones, key=lambda name: (name != BASE, name))
    return list_profiles()


def missing() -> bool:
    """Whether the viewer's unit must first be set up."""
    return not names()


def manageable() -> list[Owned]:
    """Return the profiles that the viewer may change: an administrator of no unit keeps all."""
    return own() if stores.own_unit() else all_owned(stores.folder())


def managed(name: str) -> Owned:
    """Return the profile ``name`` where the viewer may change it; 404 for another unit's."""
    found = next((one for one in manageable() if one.name == name), None)
    if found is None:
        abort(404, "没有这个单位设置，或者它是别的单位的。")
    return found


def needs_set_up() -> bool:
    """Whether pages must say that the unit is not set up; of a broken archive they say nothing."""
    person = g.get("person")
    if person is None or not any(may(person, one) for one in _CONCERNED):
        return False
    try:
        return missing()
    except (sqlite3.Error, OSError, UserError):
        return False


def known(name: str) -> str:
    """Return ``name`` where the viewer may use it, else the usual one's, for terms and switches."""
    usable = names()
    return name if name in usable else usable[0] if usable else BASE


def answering(name: str) -> str:
    """Return the profile to register under: ``name``, or the usual one.

    Raises :class:`UserError` where the unit is not set up, or its settings are wrong: then it says
    where, and other units' registering goes on.
    """
    if missing():
        raise UserError(SET_UP_FIRST, field="profile")
    chosen = known(name)
    broken = next((one for one in own() if one.name == chosen and one.faults), None)
    if broken is not None:
        raise UserError(
            f"“{broken.title}”的单位设置有误，改好前不能登记。{told(broken.faults[0])}",
            field="profile",
        )
    return chosen


def choices(current: str = "") -> list[tuple[str, str]]:
    """Return name and unit of each profile, for a list to choose from.

    The ``current`` one of a matter is among them though it is another unit's; a shipped one is
    not, so that a matter from the samples is handed to the own unit.
    """
    owned = {one.name: one.title for one in all_owned(stores.folder())}
    usable = [*names(), *([current] if current in owned and current not in names() else [])]
    units = {name: owned[name] if name in owned else habits(name).unit.name for name in usable}
    often = Counter(units.values())
    return [
        (name, f"{unit}（{name}）" if often[unit] > 1 else unit) for name, unit in units.items()
    ]
