"""设置向导: how an office sets itself up, in five steps that can be left and taken up again.

The profile of the unit is made with the first step and is the real one from then on; the other
steps change it, or what they are about. What is derived or read from past replies is proposed and
waits until somebody confirms it. What is under way is kept under a ``key``: the name of the unit's
profile, or before there is one, the unit of accounts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from casework import Casework, settings, units
from desk.handing_in import handed_in
from desk.unit_profiles import Owned, new_name, open_profile, save, save_tables, written
from drafting.errors import UserError
from drafting.model.serial import from_plain, to_plain
from drafting.profile.deriving import derived
from drafting.profile.loading import FORMAT
from drafting.profile.proposing import PastReply, Proposed, is_reply, left_out, propose
from drafting.profile.settings import settings as every_setting
from drafting.profile.settings import taken, with_values

StepName = Literal["unit", "paper", "sessions", "people", "archive"]
STEPS: tuple[StepName, ...] = get_args(StepName)
TITLES: Mapping[StepName, str] = {
    "unit": "本单位",
    "paper": "公文",
    "sessions": "届次",
    "people": "人员",
    "archive": "档案",
}
UNIT_KEYS = (
    "unit.name",
    "unit.short",
    "unit.code",
    "unit.place",
    "unit.work",
    "unit.calls_itself",
    "unit.calls_itself_jointly",
    "unit.printer",
)
PAPER_GROUPS = ("paper", "titles", "salutation", "copies", "contact", "classes", "disclosure")
_DONE, _CONFIRMED, _PROPOSED = "done", "confirmed", "proposed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: whether it is done, and what stands there, in a few words."""

    name: StepName
    title: str
    done: bool
    said: str


def steps(casework: Casework, own: Owned | None, key: str, documents: int) -> list[Step]:
    """Return the five steps as they stand; ``documents`` is how many the archive holds."""
    seen = seen_steps(casework, key)
    people = len(casework.people.listed())
    profile = own.profile if own else None
    sessions = sum(map(len, profile.sessions.values())) if profile else 0
    states: dict[StepName, tuple[bool, str]] = {
        "unit": (profile is not None, own.title if own else ""),
        "paper": ("paper" in seen, profile.unit.code if profile else ""),
        "sessions": (sessions > 0 or "sessions" in seen, f"{sessions} 届" if sessions else ""),
        "people": (people > 0 or "people" in seen, f"{people} 人" if people else ""),
        "archive": (
            documents > 0 or "archive" in seen,
            f"{documents} 份" if documents else "",
        ),
    }
    return [Step(name, TITLES[name], *states[name]) for name in STEPS]


def seen_steps(casework: Casework, key: str) -> frozenset[str]:
    """Return the steps that somebody has confirmed or left out on purpose."""
    found = casework.run(settings.kept, key, _DONE)
    return frozenset(found if isinstance(found, list) else ())


def mark_done(casework: Casework, key: str, step: StepName) -> None:
    """Note that ``step`` is through."""
    done = sorted({*seen_steps(casework, key), step})
    casework.run(settings.keep, key, _DONE, done)


def completed(values: Mapping[str, str], level: str) -> tuple[dict[str, str], list[str]]:
    """Return ``values`` of the first step with what is empty derived from the full name.

    Also the keys that were derived: they are shown before they are kept.
    """
    known = derived(values.get("unit.name", ""), level)
    filled = dict(values)
    added = []
    for key in UNIT_KEYS:
        proposed = known.get(key.removeprefix("unit."), "")
        if not filled.get(key) and proposed:
            filled[key] = proposed
            added.append(key)
    return filled, added


def found_unit(
    casework: Casework, folder: Path, values: Mapping[str, str], key: str, author: str
) -> str:
    """Make the unit's profile from the first step and return its name.

    What was confirmed of past replies before is taken along. Raises :class:`UserError` at the
    first field that is wrong.
    """
    for one in UNIT_KEYS:
        taken(every_setting()[one], values.get(one, ""))
    tables: dict[str, Any] = {
        "format": FORMAT,
        "unit": {one.removeprefix("unit."): values[one] for one in UNIT_KEYS},
    }
    waiting = casework.run(settings.kept, key, _CONFIRMED)
    if isinstance(waiting, dict):
        later = {one: text for one, text in waiting.items() if one not in UNIT_KEYS}
        tables, _ = with_values(tables, later)
    name = new_name(folder, values["unit.name"], casework.run(units.owners))
    with casework.transaction():
        save(casework, folder, name, written(tables), 0, author=author, note="设置本单位")
        casework.run(settings.drop, key, _CONFIRMED)
    return name


def confirm(
    casework: Casework,
    folder: Path,
    own: Owned | None,
    key: str,
    values: Mapping[str, str],
    author: str,
) -> dict[str, str]:
    """Take what somebody confirmed of past replies; return what is wrong, by key.

    Before there is a profile it waits for the first step, which shows the names among it.
    """
    if own is None:
        _, errors = with_values({}, values)
        if not errors:
            kept = {**confirmed(casework, key), **values}
            casework.run(settings.keep, key, _CONFIRMED, kept)
        return errors
    opened = open_profile(casework, folder, own.name)
    if opened.tables is None:
        raise UserError("单位设置的文件有误，请先改好。", field="profile")
    tables, errors = with_values(opened.tables, values)
    if not errors:
        save_tables(casework, folder, opened, tables, author=author, note="按往年答复设置")
    return errors


def read_replies(
    casework: Casework, key: str, files: Sequence[tuple[str, bytes]]
) -> list[tuple[str, str]]:
    """Read past replies and keep what they propose until it is confirmed; nothing else is kept.

    Returns each file that says nothing, with the reason. Raises :class:`UserError` where none of
    them is a reply.
    """
    read: list[PastReply] = []
    names: list[str] = []
    refused = []
    for name, data in files:
        try:
            one = handed_in.read_past_reply(data, name)
        except UserError as error:
            refused.append((name, error.message))
            continue
        if is_reply(one.document):
            read.append(one)
            names.append(name)
        else:
            refused.append((name, "不是答复，没有采用。"))
    if not read:
        raise UserError(
            "没有读到答复：" + "；".join(f"{name}：{why}" for name, why in refused), field="file"
        )
    kept = {
        "files": names,
        "refused": refused,
        "points": [to_plain(one) for one in propose(read)],
        "left_out": left_out(read),
    }
    casework.run(settings.keep, key, _PROPOSED, kept)
    return refused


@dataclass(frozen=True, slots=True)
class Waiting:
    """What past replies propose and nobody has decided yet, with the files it was read from."""

    files: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    points: tuple[Proposed, ...]
    left_out: tuple[str, ...] = ()


def proposed(casework: Casework, key: str) -> Waiting | None:
    """Return what waits to be confirmed; what another version kept counts as nothing."""
    found = casework.run(settings.kept, key, _PROPOSED)
    if found is None:
        return None
    try:
        return from_plain(found, Waiting)
    except UserError:
        return None


def drop_proposed(casework: Casework, key: str) -> None:
    """Forget what past replies proposed."""
    casework.run(settings.drop, key, _PROPOSED)


def confirmed(casework: Casework, key: str) -> dict[str, str]:
    """Return what was confirmed of past replies and waits for the first step."""
    found = casework.run(settings.kept, key, _CONFIRMED)
    return dict(found) if isinstance(found, dict) else {}
