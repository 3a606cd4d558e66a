"""The settings as a page shows and takes them, and their tables as text."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.errors import UserError
from drafting.profile import own_profiles
from drafting.profile.loading import read_profile
from drafting.profile.nouns import Profile
from drafting.profile.patching import patched
from drafting.profile.settings import (
    Difference,
    differences,
    effective,
    groups,
    settings,
    shown,
    taken,
    with_values,
    without,
)
from drafting.profile.writing import to_toml

UNIT = {
    "name": "青岚区民政局",
    "short": "区民政局",
    "calls_itself": "我局",
    "calls_itself_jointly": "我们",
    "place": "我区",
    "work": "民政工作",
    "code": "青民函",
    "printer": "青岚区民政局办公室",
}
OWN: dict[str, Any] = {"unit": UNIT, "layout": {"skin": "document"}}

_keys = st.text(min_size=1, max_size=6).filter(str.strip)
_scalars = st.one_of(
    st.text(max_size=20), st.booleans(), st.integers(-(2**60), 2**60), st.dates(dt.date(1000, 1, 1))
)
_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_keys, inner, max_size=4)),
    max_leaves=12,
)


@given(st.dictionaries(_keys, _values, max_size=5))
def test_what_is_written_is_read_back(data: dict[str, Any]) -> None:
    assert tomllib.loads(to_toml(data)) == data


def test_a_file_changed_on_the_page_keeps_its_comments_and_its_order() -> None:
    text = """\ufeff# 民政局
based_on = "default"

[titles] # 标题
# 2026 年起
proposal = "甲#{{案号}}"   # 旧写法

[unit]
name = "乙局" # 全称
[copies.units]
"提案" = [
  "丙", # 必送
  "丁",
]
"""
    tables = tomllib.loads(text.removeprefix("\ufeff"))
    tables["titles"]["proposal"] = "戊{{案号}}"
    tables["titles"]["deputy"] = "己"
    tables["copies"]["units"] = {"提案": ["丙"], "建议": []}
    tables["classes"] = {"position": "end"}
    changed = """# 民政局
based_on = "default"

[titles] # 标题
# 2026 年起
proposal = "戊{{案号}}"  # 旧写法
deputy = "己"

[unit]
name = "乙局" # 全称
[copies.units]
# 必送
"提案" = ["丙"]
"建议" = []

[classes]
position = "end"
"""
    assert patched(text, tables) == changed
    del tables["copies"], tables["titles"]
    assert (
        patched(changed, tables)
        == """# 民政局
based_on = "default"

# 标题
# 2026 年起
# 旧写法

[unit]
name = "乙局" # 全称
# 必送

[classes]
position = "end"
"""
    )


def test_a_file_of_an_unknown_shape_is_written_anew_with_all_its_comments_at_its_head() -> None:
    text = '# 甲\n[unit]\n# 乙\nname = "丙"\n[[classes.codes]]\ncode = "A" # 丁\nlabel = "戊"\n'
    tables = tomllib.loads(text)
    tables["unit"]["name"] = "己"
    new = patched(text, tables)
    assert tomllib.loads(new) == tables
    assert [line for line in new.split("\n") if line.startswith("#")] == [
        "# 甲",
        "# 原文件中的注释：",
        "# 乙",
        "# 丁",
    ]


_tables = st.dictionaries(_keys, _values, max_size=5)


@given(_tables, _tables)
def test_a_changed_file_says_what_it_should(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert tomllib.loads(patched(to_toml(before, "# 甲"), after)) == after


@given(_tables, _tables)
def test_no_comment_is_lost(before: dict[str, Any], after: dict[str, Any]) -> None:
    lines = to_toml(before, "# 甲").split("\n")
    text = "\n".join(part for n, line in enumerate(lines) for part in (f"# 注{n}。", line))
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    new = patched(text, after)
    assert [n for n in range(len(lines)) if f"# 注{n}。" not in new] == []


def test_every_setting_shows_what_it_takes() -> None:
    tables = {**effective(OWN), "session_days": {"区政协十届五次会议": dt.date(2026, 1, 12)}}
    assert len(settings()) == sum(len(group.settings) for group in groups())
    for setting in settings().values():
        again = {key: taken(setting, shown(tables, setting)) for key in [setting.key]}
        assert shown(_with(again), setting) == shown(tables, setting), setting.key


def _with(values: dict[str, Any]) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    for key, value in values.items():
        *path, last = key.split(".")
        at = tables
        for part in path:
            at = at.setdefault(part, {})
        at[last] = value
    return tables


def test_only_what_differs_from_the_shipped_profile_is_written() -> None:
    own, errors = with_values(
        OWN,
        {
            "layout.skin": "letter",  # as shipped: no longer said
            "layout.sealed": "false",
            "salutation.names_at_most": "5",
            "copies.units.提案": " 区政府办公室 \r\n\r\n区政协提案委\r\n",
            "sessions.提案": "区政协十届五次会议",
            "session_days": "区政协十届五次会议 2026-01-12",
            "titles.proposal": "关于{{届次}}第{{案号}}号提案的答复",
        },
    )
    assert errors == {}
    assert own == {
        "unit": UNIT,
        "layout": {"sealed": False},
        "salutation": {"names_at_most": 5},
        "copies": {"units": {"提案": ["区政府办公室", "区政协提案委"]}},
        "sessions": {"提案": ["区政协十届五次会议"]},
        "session_days": {"区政协十届五次会议": dt.date(2026, 1, 12)},
    }
    profile, faults = read_profile(to_toml(own), "minzheng")
    assert profile is not None and faults == []
    assert profile.copies.units["提案"] == ("区政府办公室", "区政协提案委")


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("unit.name", "", "全称：未填写。"),
        ("layout.skin", "poster", "版式：请从列出的几项中选一项。"),
        ("deadlines.reply_months", "三", "答复期限（月）：应为整数。"),
        ("deadlines.reply_months", "-1", "答复期限（月）：应为整数。"),
        ("classes.codes", "A", "各类：“A”应有 2 项，中间空一格。"),
        ("session_days", "2026-01-12", "会议开幕的日期：“2026-01-12”应为届次、空格、日期。"),
        ("session_days", "十届五次 2026-02-30", "会议开幕的日期：“2026-02-30”不是日期，"),
        ("titles.proposal", "关于{{案好}}", "提案答复中的“{{案好}}”不能用在这里。"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_setting_and_what_stood_stays(
    key: str, text: str, said: str
) -> None:
    own, errors = with_values(OWN, {key: text})
    assert own == OWN
    assert list(errors) == [key] and errors[key].startswith(said)


def _leaves(kind: Any, key: str = "") -> Iterator[str]:
    """Yield the keys of the settings below ``kind``: of a table of free words the table's own."""
    if dataclasses.is_dataclass(kind):
        for one in dataclasses.fields(kind):
            yield from _leaves(get_type_hints(kind)[one.name], f"{key}.{one.name}".lstrip("."))
        return
    words = get_args(get_args(kind)[0]) if get_origin(kind) is Mapping else ()
    yield from (f"{key}.{word}" for word in words) if words else (key,)


def test_every_setting_of_a_profile_is_on_the_page() -> None:
    assert sorted(settings()) == sorted(key for key in _leaves(Profile) if key != "name")


def test_the_table_that_proposes_a_class_is_lines_with_words_for_its_terms() -> None:
    one = settings()["classes.rules"]
    assert shown(effective(OWN), one) == (
        "A 全部 采纳\nB 任一 列入计划、部分采纳\nC 全部 留作参考\nB 任一 采纳"
    )
    assert taken(one, "B 任一 列入计划，部分采纳\n甲 全部 采纳") == [
        {"code": "B", "when": "any", "among": ["列入计划", "部分采纳"]},
        {"code": "甲", "when": "all", "among": ["采纳"]},
    ]
    for line, said in (
        ("A 采纳", "按采纳情况提出：“A 采纳”应有 3 项，中间空一格。"),
        ("A 都 采纳", "按采纳情况提出：“都”不是全部、任一之一。"),
        ("A 全部 接受", "按采纳情况提出：“接受”不是采纳、部分采纳、列入计划、留作参考之一。"),
    ):
        with pytest.raises(UserError, match=said):
            taken(one, line)


def test_every_setting_shown_is_taken_as_it_is() -> None:
    whole = effective(OWN)
    for one in settings().values():
        text = shown(whole, one)
        if text or not one.key.startswith("unit."):
            assert shown({}, one) == "" and taken(one, text) == _value(whole, one.key), one.key


def _value(tables: Any, key: str) -> Any:
    for part in key.split("."):
        tables = tables[part]
    return tables


def test_differences_are_told_by_title_and_in_words() -> None:
    other = {"unit": {**UNIT, "code": "青民复"}, "checking": {"off": ["T28"]}, "other": {"key": 1}}
    assert differences(OWN, other) == [
        Difference("unit.code", "单位 · 发文机关代字", "青民函", "青民复"),
        Difference("layout.skin", "公文 · 版式", "文件格式", "信函格式"),
        Difference("checking.off", "校对规则 · 不查的规则", "", "T28"),
        Difference("other.key", "other.key", "", "1"),
    ]


def test_a_key_is_taken_out_with_what_it_leaves_empty() -> None:
    own = {"unit": UNIT, "layot": {"skin": "letter"}, "pronouns": {"by_ending": ["委"]}}
    assert without(own, "layot.skin") == {"unit": UNIT, "pronouns": {"by_ending": ["委"]}}
    assert without(own, "pronouns.by_ending[1]") == {"unit": UNIT, "layot": {"skin": "letter"}}


def test_own_profiles_are_those_of_the_folder(tmp_path: Any) -> None:
    assert own_profiles(None) == own_profiles(tmp_path / "none") == []
    (tmp_path / "民政.toml").write_text("", "utf-8")
    (tmp_path / "a.b.toml").write_text("", "utf-8")
    assert own_profiles(tmp_path) == ["民政"]
