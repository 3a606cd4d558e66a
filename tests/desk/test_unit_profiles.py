"""Whose a profile is, what a change of one keeps, and what a broken one stops: only itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import Casework, settings
from desk import unit_profiles
from desk.context import Context
from desk.sample_letter import SAMPLES, sample_letter
from desk.unit_profiles import Stale, owned_by
from drafting.errors import UserError
from drafting.profile import load_profile
from drafting.profile.loading import read_profile
from drafting.writing import write_text

UNIT = """[unit]
name = "青岚区{0}局"
short = "区{0}局"
calls_itself = "我局"
calls_itself_jointly = "我们"
place = "我区"
work = "{0}工作"
code = "青{0}函"
printer = "青岚区{0}局办公室"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "profiles").mkdir()
    for name in ("民政", "教育"):
        (tmp_path / "profiles" / f"{name}.toml").write_text(UNIT.format(name), "utf-8")
    return tmp_path


@pytest.fixture
def casework(folder: Path) -> Iterator[Casework]:
    with Casework.open(folder) as opened:
        yield opened


def names(folder: Path, unit: str | None, units: tuple[str, ...] = ()) -> list[str]:
    return [one.name for one in owned_by(folder, unit, units)]


def test_a_unit_has_its_own_profile_and_no_other(folder: Path) -> None:
    units = ("区民政局", "青岚区教育局", "区水务局")
    assert names(folder, None) == ["教育", "民政"]
    assert names(folder, "区民政局", units) == ["民政"]
    assert names(folder, "青岚区教育局", units) == ["教育"]
    assert names(folder, "区水务局", units) == []


def test_an_office_from_before_profiles_belonged_to_units_has_those_nobody_claims(
    folder: Path,
) -> None:
    assert names(folder, "机关党委", ("机关党委",)) == ["教育", "民政"]
    assert names(folder, "机关党委", ("机关党委", "区民政局")) == ["教育"]


def test_a_broken_profile_stops_only_itself_and_says_where(folder: Path) -> None:
    path = folder / "profiles" / "教育.toml"
    path.write_text(UNIT.format("教育") + '[layot]\nskin = "letter"\n', "utf-8")
    broken, right = unit_profiles.all_owned(folder)
    assert (broken.name, broken.unit, broken.profile) == ("教育", "青岚区教育局", None)
    assert [unit_profiles.told(one) for one in broken.faults] == [
        "第 10 行：“layot”不是可用的设置项，请检查拼写。"
    ]
    assert right.faults == () and right.profile == load_profile("民政", folder / "profiles")
    assert names(folder, "区教育局", ("区民政局", "区教育局")) == ["教育"]


def test_shipped_units_answer_for_nobody_outside_the_samples(folder: Path, tmp_path: Path) -> None:
    context = Context(folder, dt.date(2026, 3, 2), lends=lambda: False)
    assert context.profile("民政").unit.name == "青岚区民政局"
    assert context.habits("default").unit.name == "青岚区城市管理局"
    with pytest.raises(UserError, match="登记在样例单位名下"):
        context.profile("default")
    bare = Context(tmp_path / "empty", dt.date(2026, 3, 2), lends=lambda: False)
    with pytest.raises(UserError, match="请先设置本单位"):
        bare.profile("default")
    assert Context(tmp_path / "empty", dt.date(2026, 3, 2)).profile("default").name == "default"


def test_a_change_is_a_version_and_an_edit_by_hand_is_taken_up(
    folder: Path, casework: Casework
) -> None:
    path = folder / "profiles" / "民政.toml"
    opened = unit_profiles.open_profile(casework, folder, "民政")
    assert (opened.version, opened.faults) == (1, ())
    text = opened.text + "[layout]\nsealed = false\n"
    made = unit_profiles.save(casework, folder, "民政", text, 1, author="甲", note="印章")
    assert made == 2 and path.read_text("utf-8") == text
    assert [one.name for one in path.parent.iterdir() if one.suffix == ".part"] == []
    path.write_text(text.replace("青民政函", "青民复"), "utf-8")
    by_hand = unit_profiles.open_profile(casework, folder, "民政")
    assert by_hand.version == 3
    told = [
        (one.version.number, one.version.author, one.version.note, len(one.differences))
        for one in unit_profiles.history(casework, "民政")
    ]
    assert told == [(3, "", "在服务器上修改", 1), (2, "甲", "印章", 1), (1, "", "原有设置", 0)]
    back = unit_profiles.put_back(casework, folder, "民政", 1, 3, author="乙")
    assert back == 4 and path.read_text("utf-8") == opened.text


def test_who_saves_over_another_is_told_and_nothing_is_lost(
    folder: Path, casework: Casework
) -> None:
    first = unit_profiles.open_profile(casework, folder, "民政")
    theirs = first.text + "[layout]\nsealed = false\n"
    unit_profiles.save(casework, folder, "民政", theirs, first.version, author="甲", note="印章")
    with pytest.raises(Stale) as caught:
        unit_profiles.save(
            casework, folder, "民政", first.text + "# 乙\n", first.version, author="乙", note=""
        )
    assert (caught.value.newest.text, caught.value.by.author) == (theirs, "甲")
    assert (folder / "profiles" / "民政.toml").read_text("utf-8") == theirs


def test_what_is_no_profile_is_not_saved(folder: Path, casework: Casework) -> None:
    opened = unit_profiles.open_profile(casework, folder, "民政")
    with pytest.raises(UserError, match="第 10 行：“layot”不是可用的设置项"):
        unit_profiles.save(
            casework, folder, "民政", opened.text + "[layot]\n", 1, author="", note=""
        )
    assert len(settings.versions(casework.db, "民政")) == 1
    with pytest.raises(UserError, match=r"没有名为“\.\./x”的单位设置"):
        unit_profiles.open_profile(casework, folder, "../x")


def test_a_text_is_repaired_and_keeps_what_was_taken_out() -> None:
    text = UNIT.format("民政") + '[layot]\nskin = "x"\n[body]\nheading = "{{案好}}"\n'
    _, faults = read_profile(text, "民政")
    repaired, out = unit_profiles.repaired(text, faults)
    assert set(out) == {
        "body.heading：{{案好}}",
        "layot：{'skin': 'x'}",
    }
    profile, left = read_profile(repaired, "民政")
    assert profile is not None and left == []
    assert "# 未采用 body.heading：{{案好}}" in repaired


def test_a_file_of_another_encoding_is_shown_and_said(folder: Path, casework: Casework) -> None:
    path = folder / "profiles" / "民政.toml"
    path.write_bytes(UNIT.format("民政").encode("gb18030"))
    opened = unit_profiles.open_profile(casework, folder, "民政")
    assert opened.text == UNIT.format("民政")
    assert [one.message for one in opened.faults] == ["文件不是 UTF-8 编码，核对后保存一次即可。"]


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_sample_letter_has_nothing_open_and_names_the_unit(folder: Path, kind: str) -> None:
    profile = load_profile("民政", folder / "profiles")
    text = write_text(sample_letter(profile, kind, dt.date(2026, 3, 2)))  # type: ignore[arg-type]
    assert "待核实" not in text
    assert text.startswith("青岚区民政局\n青民政函〔2026〕88号\n")
    assert "青岚区城市管理局" not in text
