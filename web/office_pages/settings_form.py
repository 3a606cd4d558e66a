"""The settings of a unit as fields of a form, with a sample letter on the paper beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from desk.sample_letter import SAMPLES, Sample, sample_letter
from desk.unit_profiles import told, written
from drafting.errors import UserError
from drafting.language.cleaning import typed_line, typed_text
from drafting.profile.loading import read_profile
from drafting.profile.settings import Group, Setting, effective, groups, shown
from drafting.programs.faces import installed_faces
from drafting.writing import render_preview
from drafting.writing.typesetting import house as looks
from web.office_pages import settings_rules

RULES_GROUP = "checking"
SAMPLE_NAMES: tuple[tuple[Sample, str], ...] = (
    ("提案", "提案答复"),
    ("建议", "代表建议答复"),
    ("会办", "会办意见"),
)


def chosen_groups(names: Iterable[str]) -> tuple[Group, ...]:
    """Return the groups called so, in the order of the page."""
    wanted = frozenset(names)
    return tuple(group for group in groups() if group.name in wanted)


def values_of(tables: Mapping[str, Any], which: Iterable[Group]) -> dict[str, str]:
    """Return what the fields of these groups show of a unit's own ``tables``."""
    whole = effective(tables)
    return {one.key: shown(whole, one) for group in which for one in group.settings}


def typed(which: Iterable[Group]) -> dict[str, str]:
    """Return what was typed in the fields of these groups; what was not sent is left out."""
    found: dict[str, str] = {}
    for group in which:
        if group.name == RULES_GROUP:
            found |= settings_rules.typed()[0]
            continue
        for one in group.settings:
            if one.key in request.form:
                found[one.key] = cleaned(one, request.form[one.key])
    return found


def cleaned(setting: Setting, text: str) -> str:
    """Return what was typed for ``setting``, with its lines where it has some."""
    with_lines = setting.kind in ("area", "list", "rows", "pairs")
    return typed_text(text) if with_lines else typed_line(text)


def sample_asked() -> Sample:
    """Return which sample letter is to be shown."""
    asked = request.values.get("sample", "")
    return next((one for one in SAMPLES if one == asked), SAMPLES[0])


def preview(tables: Mapping[str, Any], name: str, kind: Sample) -> tuple[str, str]:
    """Return the pages of the sample letter under ``tables``, or why there are none."""
    profile, faults = read_profile(written(tables), name)
    if profile is None:
        return "", told(faults[0])
    try:
        return render_preview(sample_letter(profile, kind, dt.date.today())), ""
    except UserError as error:
        return "", error.message


def departures(tables: Mapping[str, Any], name: str) -> list[str]:
    """Say what of the looks departs from the standard, and which faces are shown by others."""
    profile, _ = read_profile(written(tables), name)
    if profile is None:
        return []
    return [
        *looks.departures(profile.style),
        *looks.face_notes(profile.style, installed_faces()),
    ]
