"""Names of persons: what can be one, and how a list of them is taken apart."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from drafting.language.late import late
from drafting.language.naming.places import DISTRICTS
from drafting.language.naming.units import LAST

HAN = "\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0003ffff"
_PERSON = late(rf"[{HAN}·]{{2,15}}")
_SHORT = late(rf"[{HAN}]{{2,4}}")
_FOREIGN = late(rf"[{HAN}]{{1,8}}(?:·[{HAN}]{{1,8}}){{1,3}}")
# Words that begin like a name and are none.
_NO_NAME = late(
    r"委员|代表|提案|建议|议案|政协|人大|我们|他们|政府|部门|单位|记者|编辑|本报|本网|本站|来源|姓名|界别|电话"
    r"|地址|签名|签章|有关|相关|方面|时间|日期|全国|全省|全市|全县|全区|同时|应该|应当|解决|关于|通过|加强|管理"
    r"|来自|和谐|高度|明确|公开|公共|安全|经济|教育|文化|广大|党员|社员|会员|盟员|群众|居民|农民|平台|查看|路上"
    r"|[的了是在]|[处室局站]$|主委|主席|主任|院长|校长|书记"
)


@lru_cache(maxsize=1)
def _surnames() -> tuple[frozenset[str], frozenset[str]]:
    table = Path(__file__).with_name("surnames.txt").read_text("utf-8")
    words = [
        word
        for line in table.splitlines()
        if not line.startswith("#")
        for word in (line.split() if " " in line else list(line))
    ]
    return (
        frozenset(word for word in words if len(word) == 1),
        frozenset(word for word in words if len(word) == 2),
    )


def has_surname(name: str) -> bool:
    """Whether ``name`` begins with a family name and goes on."""
    single, double = _surnames()
    return (name[:2] in double and len(name) > 2) or (name[:1] in single and len(name) > 1)


def may_be_person(name: str) -> bool:
    """Whether ``name`` can be a person's where a field says that it is one."""
    return bool(_PERSON.fullmatch(name)) and not re.search(
        r"委员证|姓名|界别|电话|地址|签名|签章|日期|代表团", name
    )


def is_person(name: str) -> bool:
    """Whether ``name`` reads as a person's by itself: a family name, two to four characters.

    Names with a middle dot (阿依古丽·买买提) have no family name and are longer.
    """
    if _FOREIGN.fullmatch(name):
        return True
    if not _SHORT.fullmatch(name) or _NO_NAME.search(name) or not has_surname(name):
        return False
    return len(name) < 4 or name[:2] in _surnames()[1] or name[2:] != name[:2]


def person_before(text: str) -> str | None:
    """Return the person's name that ``text`` ends with, or ``None``.

    What stands before the name must end as a title does (院长, 委员), or be no word at all.
    """
    for length in (3, 2, 4):
        name = text[-length:]
        before = text[: -len(name)]
        known = is_person(name) and (length < 4 or name[:2] in _surnames()[1])
        if len(name) == length and known and (not before or _TITLE_END.search(before)):
            return name
    found = re.search(rf"[{HAN}]{{2,8}}·[{HAN}]{{2,8}}$", text)
    return found[0] if found else None


def people_before(text: str) -> str | None:
    """Return the names that ``text`` ends with, joined by 、 as printed: 委员王某某、李某某."""
    text = re.sub(r"等?(?:\d{1,3}[名位])?(?:委员|代表)?(?:联合|共同)?$", "", text)
    *others, last = text.split("、")
    if not is_person(last):
        return person_before(text)
    names = [last]
    for part in reversed(others):
        if is_person(part):
            names.insert(0, part)
            continue
        if first := person_before(part):
            names.insert(0, first)
        break
    return "、".join(names)


_TITLE_END = late(
    rf"(?:委员|代表|[社会盟党]员|院长|校长|主席|主委|书记|主任|经理|董事长|[{DISTRICTS}{LAST}队厂社行村团]长|教授"
    r"|律师|医师|医生|教师|工程师|研究员|总裁|总监|理事|执行长|常委|专家|常务|馆长|园长|负责人|法人|护士|农民|创始人"
    r"|秘书|秘书长|干部|同志|先生|女士|学者|博士|[^\u4e00-\u9fff·])$"
)
