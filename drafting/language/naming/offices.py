"""Places and units: the division an office belongs to, and whether two names denote one office.

The divisions down to the county are a table (``divisions.tsv``; ``tools/build_divisions``). A name
may contain the whole chain (重庆市綦江区城市管理局), its end (綦江区城管局), or only the level
(区城管局); what is not printed is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from drafting.language.late import late
from drafting.language.naming.places import AUTONOMOUS, COUNTIES, DIVISION, TOWN
from drafting.language.spans import Span


class Rung(StrEnum):
    """The rung of government an office stands on."""

    NATION = "国家"
    PROVINCE = "省"
    CITY = "市"
    COUNTY = "县区"
    TOWN = "乡镇街道"


class Relation(StrEnum):
    """How the place of a source lies to ours."""

    SAME = "本地"
    SUPERIOR = "上级"
    BELOW = "下级"
    ELSEWHERE = "外地"
    UNKNOWN = "不明"


@dataclass(frozen=True, slots=True)
class Office:
    """An office's name taken apart.

    ``codes``: the divisions (GB/T 2260) that its place may be, several where the name stands for
    several (鼓楼区), none where none is printed; ``rungs`` what it may stand on, empty if unknown;
    ``stem`` what is left of the name (城市管理局).
    """

    codes: frozenset[str]
    rungs: frozenset[Rung]
    stem: str


_SHORTEST_SHORT = 2
_LONGEST_NAME = 15
_RUNG_CHAR = late(f"[{COUNTIES}]")
_COMMON = frozenset(("老城区", "新城区", "市中区"))
_BEHIND_ANOTHER = late(f"[{COUNTIES}]$")
_UNMISTAKABLE = 3
"""From so many characters on a short name is no common noun: 乌鲁木齐."""
_PROVINCE, _CITY, _COUNTY = 2, 4, 6
_RELATIVE = {
    "省": {Rung.PROVINCE},
    "市": {Rung.CITY, Rung.COUNTY},
    "州": {Rung.CITY},
    "盟": {Rung.CITY},
    "区": {Rung.COUNTY},
    "县": {Rung.COUNTY},
    "旗": {Rung.COUNTY},
    "镇": {Rung.TOWN},
    "乡": {Rung.TOWN},
}
_BEFORE = late(
    r"^(?:中共|中国共产党|政协|中国人民政治协商会议|第[一二三四五六七八九十]+届|关于|对|《)+"
)
_TOWN = late(
    rf"^(?P<town>[\u4e00-\u9fff]{{2,6}}?(?:{TOWN}))(?=人民政府|政府|党|办事处|$|[\u4e00-\u9fff]{{2}})"
)
_NATIONAL = late(
    r"^(?:国务院|国家|全国|中共中央|中央|中华人民共和国|最高人民|教育部|科技部|科学技术部"
    r"|工业和信息化部|公安部|民政部|司法部|财政部"
    r"|人力资源和?社会保障部|自然资源部|生态环境部|住房和?城乡建设部|交通运输部|水利部|农业农村部|商务部|文化和旅游部"
    r"|退役军人事务部|应急管理部|中国人民银行|市场监管总局|税务总局)"
)
_STEM_ENDS = (("委员会", "委"), ("办公室", "办"), ("人民政府", "政府"), ("办公厅", "办"))
_PEOPLES = (
    "(?:汉|蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西"
    "|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|怒|鄂温克|独龙|裕固|塔吉克|保安|各)族?"
)
_BRANCH = ("分局", "支队", "分中心")
_APPROVED = late(r"^国务院(?:办公厅)?关于(?:同意|批准)(?P<what>.+)$")
_NO_OFFICE = late(r"域|场(?!监)|民(?![政族委宗])|长|内|县|级")


@lru_cache(maxsize=1)
def _divisions() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return the names by code, and the codes by name and by short name (綦江 of 綦江区)."""
    names: dict[str, str] = {}
    for line in Path(__file__).with_name("divisions.tsv").read_text("utf-8").splitlines():
        code, name = line.split("\t")
        names[code] = name
    codes: dict[str, list[str]] = {}
    for code, name in names.items():
        codes.setdefault(name, []).append(code)
        if name.endswith("自治州"):
            codes.setdefault(f"{short_place(name)}州", []).append(code)
        short = short_place(name)
        if short != name and len(short) >= _SHORTEST_SHORT:
            codes.setdefault(short, []).append(code)
    return names, {name: tuple(found) for name, found in codes.items()}


def is_division(name: str) -> bool:
    """Whether ``name`` is a division's down to the county, in full or short: 鄞州区, 鄞州."""
    return name in _divisions()[1]


def find_divisions(text: str) -> Iterator[Span]:
    """Yield where divisions of the table stand under their full names, the longest at each place.

    Those that are also common nouns or parts of words (城区, 老城区, 示范县) must stand behind
    another.
    """
    names = frozenset(_divisions()[0].values())
    for end in _RUNG_CHAR.finditer(text):
        for length in range(_LONGEST_NAME, 1, -1):
            start = end.end() - length
            name = text[max(start, 0) : end.end()]
            if start < 0 or name not in names:
                continue
            common = length == _SHORTEST_SHORT or name in _COMMON
            if not common or _BEHIND_ANOTHER.search(text, max(start - 1, 0), start):
                yield start, end.end()
                break


def short_place(name: str) -> str:
    """Return a division's name without its rung: 綦江 of 綦江区, 红河 of 红河哈尼族彝族自治州."""
    found = re.match(
        rf"(?P<short>.{{2,}}?)(?:(?:{_PEOPLES})*{AUTONOMOUS}|新区|(?!州)(?:{DIVISION}))$",
        name,
    )
    return found["short"] if found else name


@lru_cache(maxsize=4096)
def office_of(name: str) -> Office:
    """Take an office's name apart; a name that prints no place has no ``codes``.

    A place that the table does not hold (renamed since, or invented) is ``@`` and its name, behind
    the code of the listed place above it, where one is printed: ``5301@青岚区``.
    """
    rest = _BEFORE.sub("", re.sub(r"\s+", "", name))
    if _NATIONAL.match(rest):
        return Office(frozenset(), frozenset({Rung.NATION}), rest)
    codes: frozenset[str] = frozenset()
    while (step := _next_place(rest, codes)) is not None:
        codes, length = step
        rest = rest[length:]
    chain, rest = _unlisted(rest)
    if chain:
        codes = frozenset(f"{code}@{chain}" for code in codes or ("",))
    rungs = set(_RELATIVE[chain[-1]]) if chain else {_rung_of(code) for code in codes}
    if not codes and rest[:1] in _RELATIVE and len(rest) > 2 and not _NO_OFFICE.match(rest[1:]):
        rungs, rest = set(_RELATIVE[rest[0]]), rest[1:]
    if (town := _TOWN.match(rest)) and len(rest) > len(town["town"]):
        rungs = {Rung.TOWN}
    return Office(codes, frozenset(rungs), rest)


def _next_place(rest: str, above: frozenset[str]) -> tuple[frozenset[str], int] | None:
    """Return the divisions that ``rest`` opens with, within those above, and the name's length."""
    _, by_name = _divisions()
    for length in range(min(len(rest), 14), _SHORTEST_SHORT - 1, -1):
        found = by_name.get(rest[:length])
        if not found:
            continue
        within = frozenset(
            code
            for code in found
            if not above or any(code.startswith(one) and code != one for one in above)
        )
        if within and _ends_well(rest, length):
            return within, length
    return None


# A place that the table does not hold: renamed since, or a sample's.
_UNLISTED = late(
    r"(?![我本全各该辖社园景校库])[\u4e00-\u9fff]{2,3}(?<![社园景校城库学辖片开新发])"
    rf"(?!省|盟)[{COUNTIES}](?!域|场(?!监)|民(?![政族委宗])|长|内|级)"
)


def _unlisted(rest: str) -> tuple[str, str]:
    """Return the places that ``rest`` opens with and the table does not hold, and what follows."""
    chain = ""
    while (found := _UNLISTED.match(rest)) and len(rest) > found.end() + 1:
        chain += found[0]
        rest = rest[found.end() :]
    return chain, rest


def _is(one: str, other: str) -> bool:
    """Whether two codes are one place; unlisted places are compared by the end of their chain."""
    first, _, chain = one.partition("@")
    second, _, others = other.partition("@")
    if not chain or not others:
        return one == other
    if first and second and first != second:
        return False
    return chain.endswith(others) or others.endswith(chain)


def _ends_well(rest: str, length: int) -> bool:
    """Whether a short name stands alone: 大理 of 大理州, 南川 of 南川区, not 大理石."""
    if rest[length - 1] in COUNTIES or length >= _UNMISTAKABLE:
        return True
    return (
        length == len(rest)
        or rest[length : length + 1]
        in "、市区县州政人教民财公住水农商文卫应审国统医市城交发经工信科环退"
    )


def _rung_of(code: str) -> Rung:
    return {_PROVINCE: Rung.PROVINCE, _CITY: Rung.CITY}.get(len(code), Rung.COUNTY)


def same_office(one: str, other: str) -> bool:
    """Whether two names may be one office's: a short name, a name without its place, the whole.

    区城市管理局 is 青岚区城市管理局, and no city's; 重庆市经信委 is not 綦江区经信委.
    """
    first, second = office_of(one), office_of(other)
    if first.stem.endswith(_BRANCH) != second.stem.endswith(_BRANCH):
        return False
    if not _same_stem(first.stem, second.stem):
        return False
    if first.codes and second.codes:
        return any(_is(a, b) for a in first.codes for b in second.codes)
    if first.rungs and second.rungs:
        return bool(first.rungs & second.rungs)
    return True


def _same_stem(one: str, other: str) -> bool:
    short, full = sorted((_folded(one), _folded(other)), key=len)
    if not short or short[-1] != full[-1] or short[0] != full[0]:
        return short == full
    rest = iter(full)
    return all(char in rest for char in short)


def _folded(stem: str) -> str:
    for long, short in _STEM_ENDS:
        if stem.endswith(long):
            return stem.removesuffix(long) + short
    return stem


def places_of(names: Iterable[str | None]) -> frozenset[str]:
    """Return the divisions that the names of units, sessions or titles print, the deepest of each.

    A name that stands for several (鼓楼区) is settled by the others where they print its city.
    """
    offices = [office_of(name) for name in names if name]
    sure = {code for one in offices if len(one.codes) == 1 for code in one.codes}
    found: set[str] = set(sure)
    for one in offices:
        if len(one.codes) > 1:
            within = {code for code in one.codes if any(code.startswith(place) for place in sure)}
            found |= within or one.codes
    return frozenset(
        code
        for code in found
        if not any(other != code and other.startswith(code) for other in found)
    )


def relation(source: str | None, ours: frozenset[str]) -> Relation:
    """Return how the place that a source's name or title prints lies to ours (see places_of).

    What names no place and no national body is unknown; a district's paper binds no city, and
    another city's binds no county.
    """
    if not source:
        return Relation.UNKNOWN
    if approved := _APPROVED.match(source):
        # What is approved for others binds them.
        for_whom = relation(approved["what"], ours)
        return Relation.SUPERIOR if for_whom is Relation.UNKNOWN else for_whom
    office = office_of(source)
    if Rung.NATION in office.rungs:
        return Relation.SUPERIOR
    if not office.codes or not ours:
        return Relation.UNKNOWN
    if any(_is(code, place) for code in office.codes for place in ours):
        return Relation.SAME
    if any(place.startswith(code) for place in ours for code in office.codes):
        return Relation.SUPERIOR
    if any(code.startswith(place) for place in ours for code in office.codes):
        return Relation.BELOW
    return Relation.ELSEWHERE


def name_of_place(name: str | None) -> str:
    """Return the place that an office's name or a title prints: 昆明市; ``""`` for none."""
    office = office_of(name or "")
    if len(office.codes) != 1:
        return ""
    (code,) = office.codes
    listed, _, chain = code.partition("@")
    if not chain:
        return _divisions()[0][listed]
    last = ""
    while found := _UNLISTED.match(chain):
        last, chain = found[0], chain[found.end() :]
    return last
