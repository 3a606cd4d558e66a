"""Profiles: what is shipped, what is inherited, what is refused, and what is documented."""

import dataclasses
import datetime as dt
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.errors import UserError
from drafting.model import Disposition
from drafting.profile import (
    ClassRule,
    Profile,
    class_code,
    due_date,
    fill,
    list_profiles,
    load_profile,
)
from drafting.profile.loading import read_profile

ROOT = Path(__file__).parents[2]
DEFAULT = load_profile("default")
UNIT = """
[unit]
name = "青岚区民政局"
short = "区民政局"
calls_itself = "我局"
calls_itself_jointly = "我们"
place = "我区"
work = "民政工作"
code = "青民函"
printer = "青岚区民政局办公室"
"""


def _write(folder: Path, text: str, name: str = "minzheng") -> Path:
    (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


def _refused(folder: Path, text: str) -> str:
    with pytest.raises(UserError) as caught:
        load_profile("minzheng", _write(folder, text))
    assert caught.value.field == "profile"
    return caught.value.message


# ------------------------------------------------------------------ loading


def test_two_profiles_are_shipped() -> None:
    assert list_profiles() == ["default", "wuhua"]
    assert [load_profile(name).unit.short for name in list_profiles()] == ["区城管局", "区科工信局"]


def test_an_offices_own_profiles_are_listed_with_those_shipped(tmp_path: Path) -> None:
    _write(tmp_path, UNIT)
    _write(tmp_path, UNIT, "default")
    _write(tmp_path, UNIT, "不 行")
    assert list_profiles(tmp_path) == ["default", "minzheng", "wuhua"]
    assert list_profiles(tmp_path / "none") == ["default", "wuhua"]


def test_what_a_profile_does_not_say_is_as_in_default(tmp_path: Path) -> None:
    own = load_profile("minzheng", _write(tmp_path, UNIT + '[layout]\nskin = "document"\n'))
    assert own == replace(
        DEFAULT,
        name="minzheng",
        unit=own.unit,
        layout=replace(DEFAULT.layout, skin="document"),
        # Nobody answers for another unit's sessions.
        sessions={"提案": (), "建议": ()},
    )
    assert own.unit.name == "青岚区民政局"


def test_a_profile_may_stand_on_another_that_is_shipped(tmp_path: Path) -> None:
    own = load_profile("minzheng", _write(tmp_path, 'based_on = "wuhua"\n' + UNIT))
    wuhua = load_profile("wuhua")
    nothing = {"提案": (), "建议": ()}
    assert own == replace(wuhua, name="minzheng", unit=own.unit, sessions=nothing)


def test_an_offices_own_default_comes_before_the_shipped_one(tmp_path: Path) -> None:
    _write(tmp_path, UNIT, "default")
    assert load_profile("default", tmp_path).unit.name == "青岚区民政局"
    assert load_profile("default").unit.name == "青岚区城市管理局"


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    assert load_profile("minzheng", _write(tmp_path, UNIT)).layout.sealed is True
    changed = _write(tmp_path, UNIT + "[layout]\nsealed = false\n")
    assert load_profile("minzheng", changed).layout.sealed is False


def test_a_file_saved_by_notepad_is_read(tmp_path: Path) -> None:
    (tmp_path / "minzheng.toml").write_text(UNIT.replace("\n", "\r\n"), "utf-8-sig", newline="")
    assert load_profile("minzheng", tmp_path).unit.short == "区民政局"


@pytest.mark.parametrize("name", ["nobody", "", "../default", "a/b", "default.toml", "..", "C:\\x"])
def test_an_unknown_name_is_refused_with_those_that_exist(name: str) -> None:
    with pytest.raises(UserError) as caught:
        load_profile(name)
    assert caught.value.message == f"没有名为“{name}”的单位设置。现有：default、wuhua。"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "“unit”未填写。"),
        (UNIT.replace('short = "区民政局"\n', ""), "“unit.short”未填写。"),
        (UNIT + '[layot]\nskin = "letter"\n', "“layot”不是可用的设置项，请检查拼写。"),
        (UNIT + '[layout]\nskn = "letter"\n', "“layout.skn”不是可用的设置项，请检查拼写。"),
        (UNIT + '[layout]\nskin = "函"\n', "“layout.skin”应为下列之一：letter、document。"),
        (UNIT + '[layout]\nsealed = "是"\n', "“layout.sealed”应为true 或 false。"),
        (UNIT + "[layout]\nsealed = 1\n", "“layout.sealed”应为true 或 false。"),
        (UNIT + "[titles]\nproposal = 3\n", "“titles.proposal”应为文字，写在引号里。"),
        (UNIT + "[deadlines]\nreply_months = true\n", "“deadlines.reply_months”应为整数。"),
        (UNIT + "[deadlines]\nreply_months = -1\n", "“deadlines.reply_months”不能为负数。"),
        (
            UNIT + '[copies.units]\n"提案" = "区政府办"\n',
            "“copies.units.提案”应为列表，写在方括号 [ ] 里。",
        ),
        (
            UNIT + '[copies.units]\n"议案" = []\n',
            "“copies.units.议案”不是可用的设置项，请检查拼写。",
        ),
        (UNIT + '[pronouns]\nby_ending = ["委"]\n', "“pronouns.by_ending[1]”应为一节，"),
        (
            UNIT + '[titles]\nproposal = "关于{{案好}}的答复"\n',
            "“titles.proposal”中的“{{案好}}”不能用在这里。可用：",
        ),
        (
            UNIT + '[titles]\nproposal = "关于{{案号}的答复"\n',
            "“titles.proposal”中的双花括号不成对或写法有误。",
        ),
        (
            UNIT + '[dispositions.wording]\n"采纳" = "{{x}}"\n',
            "“dispositions.wording”中的“{{x}}”不能用在这里。",
        ),
        (
            UNIT + '[classes]\nrules = [{ code = "D", when = "all", among = ["采纳"] }]\n',
            "“classes.rules”中的“D”不在类别 A、B、C 之中。",
        ),
        (UNIT + '[disclosure]\ndefault = "公开"\n', "“disclosure.default”“公开”不在"),
        ('based_on = "other"\n' + UNIT, "“based_on”应为随附的单位设置之一：default、wuhua。"),
        ("based_on = 3\n" + UNIT, "“based_on”应为随附的单位设置之一：default、wuhua。"),
        (UNIT + "[layout]\nskin = 信函\n", "不合 TOML 写法，请检查引号和等号。"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    said = _refused(tmp_path, text)
    assert said.startswith("单位设置文件 minzheng.toml：")
    assert message in said


def test_all_faults_of_a_text_are_told_with_their_lines() -> None:
    text = UNIT.replace('short = "区民政局"\n', "") + (
        "[layout]\nskn = 1\nsealed = 1\n[titles]\n"
        'proposal = "{% for x in 案号 %}{{x}}{% endfor %}"\ndeputy = "{{案好}}"\n'
    )
    profile, faults = read_profile(text, "minzheng")
    assert profile is None
    assert [(one.key, one.line) for one in faults] == [
        ("unit.short", 2),
        ("titles.proposal", 14),
        ("titles.deputy", 15),
        ("layout.skn", 11),
        ("layout.sealed", 12),
    ]
    assert faults[1].said == "“titles.proposal”中的双花括号里只能写空位的名字。"


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        (
            "format = 2\n" + UNIT,
            "format",
            "由更新版本的程序导出（格式 2，本程序为 1），请先升级程序。",
        ),
        ('format = "1"\n' + UNIT, "format", "应为整数。"),
        (f"x = {'[' * 5_000}{']' * 5_000}", "", "括号套得太深，不是单位设置。"),
        ("#" * 200_001, "", "超过 20 万字，不是单位设置。"),
        (
            UNIT + f'[titles]\nproposal = "{{{{ {"(" * 900}案号{")" * 900} }}}}"\n',
            "titles.proposal",
            "中的双花括号不成对或写法有误。",
        ),
        (UNIT + f'[titles]\nproposal = "{"好" * 2_001}"\n', "titles.proposal", "超过2000个字。"),
    ],
)
def test_what_would_not_end_or_is_of_another_version_is_told(
    text: str, key: str, said: str
) -> None:
    _, faults = read_profile(text, "minzheng")
    assert [(one.key, one.message) for one in faults] == [(key, said)]


def test_the_days_of_sessions_are_read(tmp_path: Path) -> None:
    text = UNIT + '[session_days]\n"区政协十届五次会议" = 2026-01-12\n'
    own = load_profile("minzheng", _write(tmp_path, text))
    assert own.session_days == {"区政协十届五次会议": dt.date(2026, 1, 12)}
    said = _refused(tmp_path, text.replace("2026-01-12", "2026"))
    assert "“session_days.区政协十届五次会议”应为日期" in said


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "minzheng.toml").write_bytes(UNIT.encode("gb18030"))
    with pytest.raises(UserError, match="不是 UTF-8 编码，请用 UTF-8 保存。"):
        load_profile("minzheng", tmp_path)


@pytest.mark.parametrize("code", ["案号.__class__", "案号 * 9", "案号|upper", "案号()", "案号[0]"])
def test_a_pattern_can_say_words_but_not_run_code(tmp_path: Path, code: str) -> None:
    text = UNIT + f'[titles]\nproposal = "关于{{{{{code}}}}}的答复"\n'
    assert "“titles.proposal”中的双花括号里只能写空位的名字。" in _refused(tmp_path, text)


def test_a_pattern_may_ask_whether_a_slot_is_filled(tmp_path: Path) -> None:
    pattern = "关于第{{案号}}号{% if 案由 %}（{{案由}}）{% endif %}的答复"
    own = load_profile("minzheng", _write(tmp_path, f'{UNIT}[titles]\nproposal = "{pattern}"\n'))
    assert fill(own.titles.proposal, {"案号": "12", "案由": ""}) == "关于第12号的答复"


# ------------------------------------------------------------------ tables


@pytest.mark.parametrize(
    ("dispositions", "code"),
    [
        (["采纳"], "A"),
        (["采纳", "采纳"], "A"),
        (["采纳", "列入计划"], "B"),
        (["部分采纳"], "B"),
        (["留作参考", "列入计划"], "B"),
        (["留作参考", "留作参考"], "C"),
        (["采纳", "留作参考"], "B"),
        (["采纳", None], None),
        ([], None),
    ],
)
def test_the_class_is_proposed_by_the_table(
    dispositions: list[Disposition | None], code: str | None
) -> None:
    assert class_code(DEFAULT, dispositions) == code


def test_no_class_is_guessed_where_no_rule_fits() -> None:
    rules = (ClassRule("A", "all", ("采纳",)),)
    profile = replace(DEFAULT, classes=replace(DEFAULT.classes, rules=rules))
    assert class_code(profile, ["留作参考"]) is None


@pytest.mark.parametrize(
    ("assigned", "kind", "due"),
    [
        (dt.date(2026, 9, 20), {}, dt.date(2026, 12, 20)),
        (dt.date(2026, 11, 30), {}, dt.date(2027, 2, 28)),
        (dt.date(2023, 11, 30), {}, dt.date(2024, 2, 29)),
        (dt.date(2026, 9, 20), {"extended": True}, dt.date(2027, 3, 20)),
        (dt.date(2026, 12, 31), {"role": "会办"}, dt.date(2027, 1, 31)),
        (dt.date(2026, 1, 31), {"role": "会办", "extended": True}, dt.date(2026, 2, 28)),
    ],
)
def test_the_term_runs_by_months(assigned: dt.date, kind: Any, due: dt.date) -> None:
    assert due_date(DEFAULT, assigned, **kind) == due


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_a_later_assignment_never_falls_due_earlier(day: dt.date) -> None:
    assert due_date(DEFAULT, day) <= due_date(DEFAULT, day + dt.timedelta(1))


# ------------------------------------------------------------------ documentation


def _keys(kind: type, prefix: str = "") -> Iterator[str]:
    """Every key that a profile may hold, as docs/profile.md writes it."""
    for one in dataclasses.fields(kind):
        path = f"{prefix}{one.name}"
        hint = get_type_hints(kind)[one.name]
        if dataclasses.is_dataclass(hint):
            yield from _keys(hint, f"{path}.")  # type: ignore[arg-type]
            continue
        yield path
        inner = get_args(hint)[0] if get_origin(hint) is tuple else None
        if dataclasses.is_dataclass(inner):
            yield from _keys(inner, f"{path}[].")  # type: ignore[arg-type]


def _slots(kind: type) -> Iterator[str]:
    for one in dataclasses.fields(kind):
        yield from one.metadata.get("slots", ())
        hint = get_type_hints(kind)[one.name]
        if dataclasses.is_dataclass(hint):
            yield from _slots(hint)  # type: ignore[arg-type]


def test_every_key_is_documented_and_no_other() -> None:
    page = (ROOT / "docs/profile.md").read_text("utf-8")
    documented = re.findall(r"^\| `([a-z0-9_.\[\]]+)` \|", page, re.MULTILINE)
    assert sorted(documented) == sorted(key for key in _keys(Profile) if key != "name")
    assert "`name`" in page and "based_on" in page


def test_every_slot_is_documented_and_no_other() -> None:
    page = (ROOT / "docs/profile.md").read_text("utf-8")
    documented = re.findall(r"^\| \S+ \| `\{\{(\w+)\}\}` \|", page, re.MULTILINE)
    assert sorted(documented) == sorted(set(_slots(Profile)))


def test_the_page_names_the_slots_that_each_key_takes() -> None:
    page = (ROOT / "docs/profile.md").read_text("utf-8")
    groups = dict[str, set[str]]()
    for group, slot in re.findall(r"^\| (\S+) \| `\{\{(\w+)\}\}` \|", page, re.MULTILINE):
        groups.setdefault(group, set()).add(slot)
    rows = re.findall(r"^\| `([a-z0-9_.]+)` \| .* \| ?([^|]*?) ?\|$", page, re.MULTILINE)
    told = {
        key: set().union(*(groups.get(word, {word}) for word in words.split("、") if word))
        for key, words in rows
    }
    for part in dataclasses.fields(Profile):
        kind = get_type_hints(Profile)[part.name]
        for one in dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ():
            key = f"{part.name}.{one.name}"
            assert told[key] == set(one.metadata.get("slots", ())), key


def test_the_example_of_the_page_is_a_profile(tmp_path: Path) -> None:
    page = (ROOT / "docs/profile.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example is not None
    own = load_profile("minzheng", _write(tmp_path, example[1]))
    assert own.titles.proposal == "青岚区民政局关于{{届次}}第{{案号}}号提案答复的函"


def test_a_profile_cannot_be_changed_by_those_who_share_it() -> None:
    assert isinstance(DEFAULT.copies.units, Mapping)
    assert isinstance(DEFAULT.copies.units, types.MappingProxyType)
