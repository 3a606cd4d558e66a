"""Sentences with one particular changed, as an unreliable model changes them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

Mutation = Callable[[str, random.Random], "str | None"]

_UNITS = "万元 亿元 个 处 户 人 家 公里 平方米 件 次 套 所 台 座 条".split()
_SYLLABLES = "云兴安和丰平光明华东西南北永康泰福宁清江河山石林花龙凤金银玉泉湖海天长青白红"
_OFFICES = (
    "教育局 民政局 水务局 财政局 公安局 文旅局 交通局 自然资源局 市场监管局 生态环境局".split()
)
_TWO = r"([\u4e00-\u9fff]{2})"
_GENERIC = "[各全我本该老旧城乡农辖校园小新美丽自示范管灰景服务等和与的在、]"


def _one(pattern: str, text: str, rng: random.Random) -> re.Match[str] | None:
    found = list(re.finditer(pattern, text))
    return rng.choice(found) if found else None


def _put(text: str, found: re.Match[str], group: int, words: str) -> str:
    return text[: found.start(group)] + words + text[found.end(group) :]


def _name(rng: random.Random, length: int) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(length))


def _digit(text: str, rng: random.Random) -> str | None:
    found = _one(r"(\d)(?=[\d.]*[^\d.年月日〕号A-Za-z])", text, rng)
    if not found:
        return None
    return _put(text, found, 1, rng.choice([one for one in "123456789" if one != found[1]]))


def _year(text: str, rng: random.Random) -> str | None:
    found = _one(r"(20\d\d)年", text, rng)
    return found and _put(text, found, 1, str(int(found[1]) + rng.choice((-2, -1, 1, 2))))


def _unit(text: str, rng: random.Random) -> str | None:
    found = _one(rf"(?<=\d)余?({'|'.join(_UNITS)})", text, rng)
    return found and _put(text, found, 1, rng.choice([one for one in _UNITS if one != found[1]]))


def _place(text: str, rng: random.Random) -> str | None:
    found = _one(
        r"([\u4e00-\u9fff]{2})(?:街道|社区|镇|乡|村|路|广场|公园|小区)(?![民居域级内])", text, rng
    )
    if not found or re.search(_GENERIC, found[1]):
        return None
    return _put(text, found, 1, _name(rng, 2))


def _title(text: str, rng: random.Random) -> str | None:
    found = _one(r"《[^《》]*?([\u4e00-\u9fff])[^《》]*》", text, rng)
    return found and _put(text, found, 1, rng.choice("市省三五年旧"))


def _office(text: str, rng: random.Random) -> str | None:
    found = _one(r"区([\u4e00-\u9fff]{2,6}?局)(?=[、，。在于对与联和会组印开牵制])", text, rng)
    return found and _put(text, found, 1, rng.choice([one for one in _OFFICES if one != found[1]]))


def _body(text: str, rng: random.Random) -> str | None:
    found = _one(
        r"([\u4e00-\u9fff]{2})(?:公司|集团|小学|中学|医院|大学|幼儿园|协会|银行)", text, rng
    )
    if not found or re.search(_GENERIC, found[1]):
        return None
    return _put(text, found, 1, _name(rng, 2))


MUTATIONS: Mapping[str, Mutation] = {
    "digit": _digit,
    "year": _year,
    "unit": _unit,
    "place": _place,
    "title": _title,
    "office": _office,
    "body": _body,
}
