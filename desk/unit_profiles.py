"""单位设置: which profile is whose; a change of one, its history, and what undoes it.

A profile's file is the truth: command line, backup and hand edits work on it. The database keeps
every text that it had (:mod:`casework.settings`); a text that was changed outside is taken up as a
version of its own when it is next opened here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from casework import Casework, settings, units
from casework.settings import BY_HAND, ProfileVersion
from drafting.errors import UserError
from drafting.language.naming.offices import same_office
from drafting.profile import Profile, load_profile, own_profiles
from drafting.profile.loading import FORMAT, Fault, is_name, parsed, read_profile
from drafting.profile.patching import patched
from drafting.profile.settings import Difference, differences, without
from drafting.profile.writing import to_toml

FOLDER = "profiles"
ADOPTED = "原有设置"
SET_UP_FIRST = "还没有设置本单位，不能以样例单位的名义答复。请先设置本单位。"
OF_THE_SAMPLES = "这件登记在样例单位名下，不能以它的名义答复。请到“核对建议”里改选本单位。"


@dataclass(frozen=True, slots=True)
class Owned:
    """A profile of the office's own: whose it is, and what is wrong with it, if anything.

    ``unit`` and ``short`` are the unit's names as far as its file can be read, "" where not.
    """

    name: str
    unit: str
    short: str
    profile: Profile | None
    faults: tuple[Fault, ...] = ()

    @property
    def title(self) -> str:
        """What it is called on a page."""
        return self.unit or self.name


@dataclass(frozen=True, slots=True)
class Opened:
    """A profile's text as it stands, its tables (``None`` where it is no TOML) and its version."""

    name: str
    version: int
    text: str
    tables: dict[str, Any] | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the history, with what differed from the one before."""

    version: ProfileVersion
    differences: tuple[Difference, ...]


class Stale(Exception):
    """Somebody has saved since; :attr:`newest` is what they saved."""

    def __init__(self, newest: Opened, by: ProfileVersion) -> None:
        super().__init__("stale")
        self.newest = newest
        self.by = by


# ------------------------------------------------------------------ whose


def all_owned(folder: Path) -> list[Owned]:
    """Return the profiles in the data folder; one that is broken hides no other."""
    return [_owned(folder / FOLDER, name) for name in own_profiles(folder / FOLDER)]


def owned_by(
    folder: Path,
    unit: str | None,
    known: Collection[str] = (),
    owners: Mapping[str, str] = MappingProxyType({}),
) -> list[Owned]:
    """Return the profiles that somebody of ``unit`` answers under; ``None`` (one user): all.

    A unit's own are those that ``owners`` says (:mod:`casework.units`), whatever name they bear;
    of those that are nobody's yet, the ones that bear its name. A unit of accounts that no profile
    names, as offices had before profiles belonged to units, has those of nobody's that none of the
    other ``known`` units claims.
    """
    every = all_owned(folder)
    if unit is None:
        return every
    own = of_unit(every, unit, owners)
    others = [other for other in known if other != unit]
    free = [one for one in every if one.name not in owners]
    return own or [one for one in free if not any(_bears(one, other) for other in others)]


def of_unit(every: Collection[Owned], unit: str, owners: Mapping[str, str]) -> list[Owned]:
    """Return those of ``every`` that are strictly ``unit``'s: by ``owners``, or of nobody's by the
    name that they bear."""
    free = [one for one in every if one.name not in owners]
    return [*(one for one in every if owners.get(one.name) == unit), *bearing(free, unit)]


def adopt(casework: Casework, folder: Path) -> None:
    """Have each profile that is nobody's be the unit's whose name it bears, where that is one:
    from then on it stays that unit's, whatever either comes to be called."""
    owners, known = casework.run(units.owners), casework.people.units()
    for one in all_owned(folder):
        if one.name in owners:
            continue
        exact = [unit for unit in known if unit in (one.unit, one.short, one.name)]
        found = exact or [unit for unit in known if _bears(one, unit)]
        if len(found) == 1:
            casework.run(units.claim, one.name, found[0])


def bearing(every: Collection[Owned], unit: str) -> list[Owned]:
    """Return those of ``every`` that bear the name of ``unit``, as it is or as another wrote it."""
    exact = [one for one in every if unit and unit in (one.unit, one.short, one.name)]
    return exact or [one for one in every if unit and _bears(one, unit)]


def _bears(one: Owned, unit: str) -> bool:
    names = [name for name in (one.unit, one.short) if name]
    return unit in names or any(same_office(name, unit) for name in names)


def _owned(folder: Path, name: str) -> Owned:
    try:
        profile = load_profile(name, folder)
    except UserError as error:
        text, _ = _text(folder / f"{name}.toml")
        tables, _ = parsed(text)
        unit = (tables or {}).get("unit")
        names = unit if isinstance(unit, dict) else {}
        _, faults = read_profile(text, name)
        said = tuple(faults) or (Fault("", error.message),)
        return Owned(name, _word(names.get("name")), _word(names.get("short")), None, said)
    return Owned(name, profile.unit.name, profile.unit.short, profile)


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def refuse_shipped(folder: Path, name: str, lends: Callable[[], bool]) -> None:
    """Raise :class:`UserError` where the profile ``name`` is none of the office's own.

    ``lends`` is asked, where it is none, whether shipped ones may be answered under after all.
    """
    own = own_profiles(folder / FOLDER)
    if name not in own and not lends():
        raise UserError(OF_THE_SAMPLES if own else SET_UP_FIRST, field="profile")


def new_name(folder: Path, unit: str, owners: Collection[str] = ()) -> str:
    """Return a name for the profile of ``unit`` under which there is none yet, and was none of
    ``owners``, whose numbers and history it would have."""
    stem = re.sub(r"[^\w-]", "", unit)[:40] or "unit"
    taken = {*own_profiles(folder / FOLDER), *owners, "default"}
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(one for one in numbered if one not in taken)


# ------------------------------------------------------------------ opening and saving


def open_profile(casework: Casework, folder: Path, name: str) -> Opened:
    """Return the profile as it stands; raises :class:`UserError` where there is none."""
    path = _path(folder, name)
    if not path.is_file():
        raise UserError(f"没有名为“{name}”的单位设置。", field="profile")
    text, foreign = _text(path)
    last = casework.run(settings.newest, name)
    if last is None or last.text != text:
        with casework.transaction():
            last = casework.run(settings.newest, name)
            note = BY_HAND if last else ADOPTED
            number = casework.run(settings.add, name, text, author="", note=note)
    else:
        number = last.number
    tables, _ = parsed(text)
    _, faults = read_profile(text, name)
    return Opened(name, number, text, tables, (*foreign, *faults))


def save(
    casework: Casework, folder: Path, name: str, text: str, expected: int, *, author: str, note: str
) -> int:
    """Have ``text`` be the profile and return its version; ``expected`` is the one it was made of.

    A new profile is made of version 0. Raises :class:`Stale` where somebody has saved since, and
    :class:`UserError`, which names the first fault, for a text that is no profile.
    """
    _, faults = read_profile(text, name)
    if faults:
        raise UserError(told(faults[0]), field=faults[0].key or "text")
    path = _path(folder, name)
    with casework.transaction():
        if path.is_file():
            now = open_profile(casework, folder, name)
            if now.version != expected:
                by = casework.run(settings.version, name, now.version)
                if by is not None:
                    raise Stale(now, by)
            if now.text == text:
                return now.version
        number = casework.run(settings.add, name, text, author=author, note=note)
        casework.log("修改单位设置", name, detail=note)
        # Last, so that what cannot be written leaves no version behind.
        _write(path, text)
    return number


def save_tables(
    casework: Casework,
    folder: Path,
    opened: Opened,
    tables: Mapping[str, Any],
    *,
    author: str,
    note: str,
) -> int:
    """Save ``tables`` as the next version of ``opened``; see :func:`save`."""
    text = written(tables, opened.text)
    return save(casework, folder, opened.name, text, opened.version, author=author, note=note)


def written(tables: Mapping[str, Any], former: str = "") -> str:
    """Return the text of ``tables``: ``former`` with what differs, its comments kept."""
    return patched(former, tables)


def exported(opened: Opened) -> str:
    """Return the text to hand on, with the number of its format."""
    if opened.tables is None or "format" in opened.tables:
        return opened.text
    return f"format = {FORMAT}\n{opened.text}"


def repaired(text: str, faults: Collection[Fault]) -> tuple[str, list[str]]:
    """Return ``text`` without the settings that are wrong, and what they said.

    What is taken out stays in the text as comments. A text that is no TOML stays as it is.
    """
    tables, _ = parsed(text)
    if tables is None:
        return text, []
    kept, out = dict(tables), list[str]()
    for fault in faults:
        if not fault.key:
            continue
        before, kept = kept, without(kept, fault.key)
        if kept != before:
            out.append(f"{fault.key}：{_value(tables, fault.key)}")
    head = "".join(f"# 未采用 {one}\n" for one in out)
    return head + patched(text, kept), out


def _value(tables: Mapping[str, Any], key: str) -> str:
    found: Any = tables
    for part in key.split("[", 1)[0].split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return " ".join(str(found).split())[:500]


# ------------------------------------------------------------------ history


def history(casework: Casework, name: str) -> list[Change]:
    """Return the versions of a profile, the newest first, each with what it changed."""
    found = casework.run(settings.versions, name)
    tables = [parsed(one.text)[0] or {} for one in found]
    former = [*tables[1:], {}]
    return [
        Change(one, tuple(_differences(before, after)) if number < len(found) - 1 else ())
        for number, (one, before, after) in enumerate(zip(found, former, tables, strict=True))
    ]


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    if any(read_profile(to_toml(one), "x")[1] for one in (before, after)):
        return []
    return differences(before, after)


def put_back(
    casework: Casework, folder: Path, name: str, number: int, expected: int, *, author: str
) -> int:
    """Have an older version hold again, as the next one; see :func:`save`."""
    old = casework.run(settings.version, name, number)
    if old is None:
        raise UserError("没有这一版设置。", field="profile")
    note = f"恢复到第 {number} 版"
    return save(casework, folder, name, old.text, expected, author=author, note=note)


def told(fault: Fault) -> str:
    """Return a fault as a sentence that says the line."""
    return f"第 {fault.line} 行：{fault.said}" if fault.line and fault.key else fault.said


# ------------------------------------------------------------------ files


def _path(folder: Path, name: str) -> Path:
    if not is_name(name):
        raise UserError(f"没有名为“{name}”的单位设置。", field="profile")
    return folder / FOLDER / f"{name}.toml"


def _text(path: Path) -> tuple[str, tuple[Fault, ...]]:
    """Return the text of a file; one of another encoding is shown all the same, and said to be."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        said = Fault("", "文件不是 UTF-8 编码，核对后保存一次即可。")
        return data.decode("gb18030", "replace"), (said,)


def _write(path: Path, text: str) -> None:
    """Put the whole text in place of the file at once: a reader sees the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
