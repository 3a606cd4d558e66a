"""To whom a document is addressed: one deputy, several, a body, a unit, or all districts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from drafting.numbering import han_to_int
from drafting.reading.organs import is_handling_unit, is_political_body

HAN = "\u4e00-\u9fff〇\U00020000-\U0003ffff\u3400-\u4dbf"

Addressee = Literal["person", "body", "unit"]

_PERSONS = re.compile(
    rf"(?:尊敬的\s*)?(?P<names>[{HAN}·、，,\s]{{1,160}}?)(?:的(?=各位))?"
    r"\s*(?:[（(]?\s*等\s*(?:(?P<count>[\d一二三四五六七八九十]{1,3})\s*(?:名|位|人|个)?)?\s*[）)]?)?"
    r"\s*(?:各位|两位|三位|诸位|联名)?(?:省|市|区|县|州|全国)?(?:政协|人大|党)?(?P<noun>委员|代表)(?:们|同志)?"
    r"\s*(?:[（(][^（）()]{0,40}[）)])?\s*(?:[:：]|[，,]?\s*[您你]们?好\s*[:：！!。，,])\s*(?P<rest>.*)",
    re.DOTALL,
)
_TITLED = re.compile(
    rf"(?:尊敬的\s*)?[{HAN}]{{0,6}}?(?P<noun>委员|代表)\s*(?P<names>[{HAN}·]{{2,15}}?)(?:同志|先生|女士)"
    r"(?:[，,]?\s*您好)?\s*[:：]\s*(?P<rest>.*)",
    re.DOTALL,
)
_BODY = re.compile(
    rf"(?:尊敬的\s*)?(?P<names>[{HAN}（）()、，,·“”\s]{{2,80}}?)\s*[:：]\s*(?P<rest>.*)", re.DOTALL
)
_GOVERNED = re.compile(
    r"(?:人民政府|办事处|部门|机构|单位|局|署|委|办|厅|部|院|社|公司|企业|管委会|委员会|兵团|中心|"
    r"学校|大学|学院|医院|银行|集团|军区|总队|各[县市区镇]（[县市区街道]{1,2}）)"
    r"(?:[（(][^（）()]{1,12}[）)])?$"
)
# 建议政府相关部门： opens what a proposal asks for, and addresses nobody.
_ASKED = re.compile(r"(?:为此|因此|对此|故)?[，,]?(?:特|现)?(?:建议|希望|恳请|请求|呼吁|要求)")
# 甲和乙、丙: the word between two whole names, not a character of one (李和平).
_AND = rf"(?<=[{HAN}]{{2}})[并和及与](?=[{HAN}]{{2}})"
_OPENS_BODY = re.compile(
    r"你|您|贵|现将|关于|根据|经|为|《|[^：:]{0,40}(?:收悉|提出|答复如下|意见如下)"
)


@dataclass(frozen=True, slots=True)
class Salutation:
    """Who is addressed. ``count`` is the number printed with 等…名; ``rest`` follows the colon."""

    names: tuple[str, ...]
    addressee: Addressee
    noun: str | None = None
    count: int | None = None
    rest: str = ""


def parse_salutation(line: str) -> Salutation | None:
    """Return the addressee that ``line`` opens with, or ``None``."""
    if len(line) > 20 and not re.search("[:：好]", line[:200]):
        return None
    found = _PERSONS.match(line)
    if found and _plausible_rest(found["rest"]):
        names = _split_names(found["names"])
        if names or "各位" in found[0]:
            return Salutation(
                names, "person", found["noun"], _count(found["count"]), found["rest"].strip()
            )
    found = _TITLED.match(line)
    if found and _plausible_rest(found["rest"]):
        return Salutation((found["names"],), "person", found["noun"], rest=found["rest"].strip())
    found = _BODY.match(line)
    if not found or not _plausible_rest(found["rest"]):
        return None
    name = found["names"].strip()
    if is_political_body(name) and not re.search(r"[，,]", name):
        names = tuple(part.strip() for part in name.split("、"))
        return Salutation(names, "body", rest=found["rest"].strip())
    if is_handling_unit(name) and not re.search(r"^各|[，,]", name):
        units = tuple(part.strip() for part in name.split("、"))
        whole = all(map(is_handling_unit, units))
        return Salutation(units if whole else (name,), "unit", rest=found["rest"].strip())
    return None


def parse_recipients(line: str) -> tuple[str, ...]:
    """Return the units of a 主送机关 line (``各街道办事处，区政府各委办局：``), or ``()``.

    Classes are parted by ，; within one that has no ， the 、 parts units only where each is whole
    by itself (``各省、自治区、直辖市人民政府`` is one).
    """
    stripped = line.strip()
    if (
        not stripped.endswith(("：", ":"))
        or len(stripped) > 400
        or re.search(r"[。；！？《]", stripped)
    ):
        return ()
    names = [name.strip() for name in re.split(r"[，,]", stripped[:-1]) if name.strip()]
    if _ASKED.match(stripped):
        return ()
    if not names or not _GOVERNED.search(names[-1]) or re.search(r"如下|以下|下列", stripped):
        return ()
    if len(names) == 1:
        parts = [part.strip() for part in names[0].split("、")]
        if all(_GOVERNED.search(part) for part in parts):
            names = parts
    return tuple(names)


def _plausible_rest(rest: str) -> bool:
    return not rest or bool(_OPENS_BODY.match(rest.strip()))


def _split_names(text: str) -> tuple[str, ...]:
    parts = [part for part in re.split(rf"[、，,]|\s+|{_AND}", text) if part]
    if parts and all(len(part) == 1 for part in parts):
        return ("".join(parts),)
    names = tuple(re.sub(r"(?:政协)?(?:委员|代表)$", "", part) for part in parts)
    if any(not 2 <= len(name.replace("·", "")) <= 15 for name in names):
        return ()
    return tuple(name for name in names if name not in ("各位", "诸位"))


def _count(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else han_to_int(text)
