"""From a profile's file or text to a :class:`Profile`, or to what is wrong with it, and where.

All faults of a text are found in one look, each with its key and line, so that whoever repairs it
need not try again after each. A profile with faults stops itself and no other.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from drafting.errors import UserError
from drafting.profile.nouns import Profile
from drafting.profile.patterns import face_fault, fault_of
from templates import PROFILES

FORMAT = 1
"""The format of the files, as their key ``format`` says it; one without the key is of the first."""
LONGEST = 200_000
"""Characters of a file: no unit has so many habits."""

_NAME = re.compile(r"[\w一-鿿][\w一-鿿-]*")  # no dots or slashes: a name is never a path
_UNINHERITED: Mapping[str, Any] = {"unit": None, "sessions": {"提案": [], "建议": []}}
"""What a unit says of itself alone, with what stands where it says nothing (``None``: it must)."""
_HEADER = re.compile(r"\s*\[\[?\s*(?P<path>[^\[\]]+?)\s*\]?\]")
_KEY = re.compile(r"""\s*(?P<key>[\w-]+|"[^"]*"|'[^']*')\s*=""")
_TYPES = {
    str: "文字，写在引号里",
    bool: "true 或 false",
    int: "整数",
    dt.date: "日期，如 2026-01-12，不写引号",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: at which key ("": the whole), and on which line (0: not known)."""

    key: str
    message: str
    line: int = 0

    @property
    def said(self) -> str:
        """The fault as a sentence, without its line."""
        return f"“{self.key}”{self.message}" if self.key else self.message


# --------------------------------------------------------------------------- by name


def list_profiles(folder: Path | None = None) -> list[str]:
    """Return the names of the profiles in ``folder`` and of those shipped, ``default`` first."""
    names = {path.stem for path in PROFILES.glob("*.toml")} | set(own_profiles(folder))
    return sorted(names, key=lambda name: (name != "default", name))


def own_profiles(folder: Path | None) -> list[str]:
    """Return the names of the profiles in ``folder``, which are the office's own."""
    if folder is None or not folder.is_dir():
        return []
    return sorted(path.stem for path in folder.glob("*.toml") if is_name(path.stem))


def is_name(name: str) -> bool:
    """Whether a profile can be called so: a name is no path."""
    return _NAME.fullmatch(name) is not None


def load_profile(name: str, folder: Path | None = None) -> Profile:
    """Read the profile ``name`` from ``folder`` or, where it is not there, as shipped.

    A profile says only what differs: all else but ``[unit]`` and ``[sessions]`` comes from the
    shipped profile that its key ``based_on`` names (``default`` where it names none). Raises
    :class:`UserError` naming file and key for an unknown name or key, a wrong type, a missing
    value, or a sentence with a slot that does not exist there.
    """
    path = _find(name, folder)
    state = path.stat()
    return _load(name, path, state.st_mtime_ns, state.st_size)


def _find(name: str, folder: Path | None) -> Path:
    if is_name(name):
        for place in (folder, PROFILES):
            path = place / f"{name}.toml" if place is not None else None
            if path is not None and path.is_file():
                return path
    known = "、".join(list_profiles(folder))
    raise UserError(f"没有名为“{name}”的单位设置。现有：{known}。", field="profile")


@lru_cache(maxsize=64)
def _load(name: str, path: Path, _mtime: int, _size: int) -> Profile:
    """Cached by the file's state, for the web asks again with every page."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(path.name, [Fault("", "不是 UTF-8 编码，请用 UTF-8 保存。")]) from error
    profile, faults = read_profile(text, name, shipped=path == PROFILES / path.name)
    if profile is None:
        raise _wrong(path.name, faults)
    return profile


def _wrong(file: str, faults: list[Fault]) -> UserError:
    more = f"（另有 {len(faults) - 1} 处有误）" if len(faults) > 1 else ""
    return UserError(f"单位设置文件 {file}：{faults[0].said}{more}", field="profile")


# --------------------------------------------------------------------------- by text


def read_profile(
    text: str, name: str, *, shipped: bool = False
) -> tuple[Profile | None, list[Fault]]:
    """Return the profile that ``text`` says, or ``None`` and what is wrong with it.

    ``shipped``: ``text`` is that of the shipped profile ``name``, which cannot stand on itself.
    """
    data, faults = parsed(text)
    if data is None:
        return None, faults
    whole, faults = _with_base(data, name if shipped else "")
    profile = _build(Profile, {"name": name, **whole}, "", faults)
    if not faults:
        _check_codes(profile, faults)
        _check_faces(profile, faults)
    if faults:
        places = _places(text)
        return None, [dataclasses.replace(one, line=_line_of(places, one.key)) for one in faults]
    return cast(Profile, profile), []


def parsed(text: str) -> tuple[dict[str, Any] | None, list[Fault]]:
    """Return the tables of a profile's text, or ``None`` and why it is no TOML."""
    if len(text) > LONGEST:
        return None, [Fault("", f"超过 {LONGEST // 10_000} 万字，不是单位设置。")]
    try:
        return tomllib.loads(text.replace("\r\n", "\n").removeprefix("\ufeff")), []
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"第{line[1]}行附近" if line else "末尾"
        said = f"{place}不合 TOML 写法，请检查引号和等号。"
        return None, [Fault("", said, int(line[1]) if line else 0)]
    except ValueError:
        # The one mistake that tomllib leaves to whoever made the number of it.
        return None, [Fault("", "里面有位数过多的数字，不是单位设置。")]
    except RecursionError:
        return None, [Fault("", "括号套得太深，不是单位设置。")]


def base_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of the profile on which ``data`` stands, without what is its own."""
    base_name = data.get("based_on", "default")
    path = PROFILES / f"{base_name}.toml"
    whole, _ = _with_base(tomllib.loads(path.read_text("utf-8")), str(base_name))
    for key, nothing in _UNINHERITED.items():
        whole.pop(key, None)
        if nothing is not None:
            whole[key] = nothing
    return whole


def merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return both together: tables key by key; a list or a value replaces what stood there."""
    result = dict(base)
    for key, value in own.items():
        under = result.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            value = merged(under, value)
        result[key] = value
    return result


def _with_base(data: dict[str, Any], shipped_as: str) -> tuple[dict[str, Any], list[Fault]]:
    own = dict(data)
    faults = _check_format(own.pop("format", FORMAT))
    base_name = own.pop("based_on", "default")
    if shipped_as == "default":
        return own, faults
    known = list_profiles()
    if not isinstance(base_name, str) or base_name not in known:
        faults.append(Fault("based_on", f"应为随附的单位设置之一：{'、'.join(known)}。"))
        base_name = "default"
    elif base_name == shipped_as:
        faults.append(Fault("based_on", "不能以自身为基础。"))
        base_name = "default"
    return merged(base_of({"based_on": base_name}), own), faults


def _check_format(value: object) -> list[Fault]:
    if type(value) is not int:
        return [Fault("format", "应为整数。")]
    if value <= FORMAT:
        return []
    return [
        Fault("format", f"由更新版本的程序导出（格式 {value}，本程序为 {FORMAT}），请先升级程序。")
    ]


_Places = Mapping[tuple[str, ...], tuple[int, int]]


def _places(text: str) -> _Places:
    """Return the first and the last line on which each table or key is named."""
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            path = table = tuple(part.strip().strip("\"'") for part in header["path"].split("."))
        elif one := _KEY.match(line):
            path = (*table, one["key"].strip("\"'"))
        else:
            continue
        found[path] = (found.get(path, (number, 0))[0], number)
    return found


def _line_of(places: _Places, key: str) -> int:
    """Return the line on which ``key`` is set, else that of the table it stands in, else 0."""
    wanted = tuple(key.split("[", 1)[0].split("."))
    if wanted in places:
        return places[wanted][0]
    above = (places.get(wanted[:many], (0, 0))[1] for many in range(1, len(wanted)))
    return max(above, default=0)


# --------------------------------------------------------------------------- one value


def _build(kind: Any, data: Any, key: str, faults: list[Fault]) -> Any:
    """Make ``kind`` of what TOML gave; what is wrong is added to ``faults`` under its key."""
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(cast(type, kind), data, key, faults)
    origin = get_origin(kind)
    if origin is tuple:
        if not isinstance(data, list):
            return faults.append(Fault(key, "应为列表，写在方括号 [ ] 里。"))
        item = get_args(kind)[0]
        return tuple(_build(item, one, f"{key}[{n}]", faults) for n, one in enumerate(data, 1))
    if origin is Literal:
        if data not in get_args(kind):
            return faults.append(Fault(key, f"应为下列之一：{'、'.join(get_args(kind))}。"))
        return data
    if origin is not None:
        return _build_mapping(kind, data, key, faults)
    # bool is an int to Python, but 1 is no yes to a clerk.
    if type(data) is not kind:
        return faults.append(Fault(key, f"应为{_TYPES[kind]}。"))
    if kind is int and data < 0:
        return faults.append(Fault(key, "不能为负数。"))
    return data


def _build_dataclass(kind: type, data: Any, key: str, faults: list[Fault]) -> Any:
    before = len(faults)
    if not _check_keys(data, {one.name for one in dataclasses.fields(kind)}, key, faults):
        return None
    hints = _hints(kind)
    values = {}
    for one in dataclasses.fields(kind):
        if one.name not in data:
            continue
        inner = f"{key}.{one.name}" if key else one.name
        at = len(faults)
        values[one.name] = _build(hints[one.name], data[one.name], inner, faults)
        if "slots" in one.metadata and len(faults) == at:
            _check_patterns(values[one.name], one.metadata["slots"], inner, faults)
    return kind(**values) if len(faults) == before else None


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build_mapping(kind: Any, data: Any, key: str, faults: list[Fault]) -> Mapping[str, Any] | None:
    of_key, of_value = get_args(kind)
    # Keys that are any word at all (rules of the proofreader) are taken as they come.
    names = get_args(of_key) or tuple(data if isinstance(data, dict) else ())
    if not _check_keys(data, set(names), key, faults):
        return None
    return MappingProxyType(
        {
            name: _build(of_value, data[name], f"{key}.{name}", faults)
            for name in names
            if name in data
        }
    )


def _check_keys(data: Any, known: set[str], key: str, faults: list[Fault]) -> bool:
    """Say which keys are unknown or missing; return whether there are keys at all."""
    if not isinstance(data, dict):
        faults.append(Fault(key, "应为一节，以方括号中的节名开头。"))
        return False
    prefix = f"{key}." if key else ""
    faults += [
        Fault(f"{prefix}{name}", "不是可用的设置项，请检查拼写。")
        for name in data
        if name not in known
    ]
    faults += [Fault(f"{prefix}{name}", "未填写。") for name in sorted(known) if name not in data]
    return True


def _check_patterns(value: Any, slots: frozenset[str], key: str, faults: list[Fault]) -> None:
    sentences = value.values() if isinstance(value, Mapping) else (value,)
    faults += [Fault(key, said) for one in sentences if (said := fault_of(one, slots))]


def _check_faces(profile: Profile, faults: list[Fault]) -> None:
    for one in dataclasses.fields(profile.style):
        face = getattr(profile.style, one.name)
        if one.name.endswith("_face") and (said := face_fault(face)):
            faults.append(Fault(f"style.{one.name}", said))


def _check_codes(profile: Profile, faults: list[Fault]) -> None:
    codes = [one.code for one in profile.classes.codes]
    known = "、".join(codes)
    faults += [
        Fault("classes.rules", f"中的“{rule.code}”不在类别 {known} 之中。")
        for rule in profile.classes.rules
        if rule.code not in codes
    ]
    disclosure = profile.disclosure
    values = "、".join(disclosure.values)
    for key, given in (
        ("default", (disclosure.default,) if disclosure.default else ()),
        ("never_published", disclosure.never_published),
    ):
        faults += [
            Fault(f"disclosure.{key}", f"“{value}”不在 {values} 之中。")
            for value in given
            if value not in disclosure.values
        ]
