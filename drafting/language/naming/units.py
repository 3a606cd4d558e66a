"""Units: what their names end in, how one is told from other short lines, and 我局, 贵委.

How a unit's name can be told depends on where it stands, so its ending is given in several
measures: a line of its own (:data:`ENDS`), a list of units (:data:`LISTED`), a sentence
(:data:`RUNNING`), a name in full within one (:data:`NAMED`). Which division a unit belongs to, and
whether two names are one unit's: :mod:`.offices`; who makes proposals: :mod:`.bodies`. Source:
domain notes 2.6 (how offices name themselves and others).
"""

from __future__ import annotations

import re

from drafting.language.late import late
from drafting.language.naming.bodies import is_political_body
from drafting.language.naming.places import ANY, DISTRICTS, YOURS

KINDS = (
    "局|委|办|厅|部门|部(?![分署])|署|院|中心|单位|公司|学校|校|镇|乡|街道|分局|大队|支队|管委会"
)
"""What stands behind 我, 本, 你 or 贵 for a unit."""

WE = rf"[我本](?:{KINDS})"
"""The unit that writes: 我局, 本单位."""

BUREAU = r"[我本](?:局(?!部)|委(?!员)|办(?![公理])|厅)"
"""The same where it is a bureau, a commission, an office or a department."""

YOU = rf"[你贵](?:{KINDS})"
"""The unit that is written to: 贵委."""

OFFICES = "局|委员会|委|办公室|办公厅|办事处|政府|中心|管委会|公司|部门|街道|协会"
"""What an office's name ends in within a sentence in which anything may follow it."""

RUNNING = rf"{OFFICES}|乡|镇"
"""What a unit's name ends in within a sentence; 城乡 ends so too. 办, 部 and 会 are not among
them: 承办, 全部 and 社会 would be units; where only a unit can stand, they are added
(:data:`LISTED`)."""

LISTED = rf"{RUNNING}|办|部|厅|会|大队|支队"
"""What a unit's name ends in where only units are named."""

NAMED = "局|委员会|办公室|街道办事处|人民政府|管委会"
"""What the full name of a unit ends in that is to be proven as a particular."""

ENDS = (
    "人民政府|政府|中央|办公室|办公厅|委员会|管委会|常委会|国务院|管理局|分局|总局|局|厅|部|委|署|院|法院|研究室|"
    "办事处|中心|总队|支队|大队|中队|调查队|救援队|工作站|服务站|车站|客运站|站|研究所|(?<![厕场处])所|办|处|党组|"
    "联合会|协会|学会|研究会|贸促会|红十字会|总会|工商联|妇联|残联|文联|侨联|社科联|科协|总工会|团委|总支部|总支|支部|"
    "总公司|有限公司|公司|集团|学校|党校|大学|学院|中学|小学|幼儿园|法庭|"
    "医院|卫生院|银行|支行|分行|图书馆|文化馆|博物馆|档案馆|纪念馆|体育馆|殡仪馆|文化宫|少年宫|电视台|总台|气象台|"
    "商会|合作社|供销社|联社|联合社|信用社|报社|林场|农场|监狱"
)
"""What the name of a unit ends in that is a line of its own: a signature, an issuer's mark."""

LAST = "局委办厅部院处科所站校司会府"
"""Of a character class: what the names of most units end with."""

UNIT = rf"[\u4e00-\u9fff〇（）()·]{{1,36}}?(?:{ENDS})(?:（[\u4e00-\u9fff]{{1,10}}）)?"
"""A unit's name, the shortest; what else may look like one is told by :func:`unit_names`."""

_LINE = late(rf"(?:{UNIT})(?:\s+{UNIT})*")
# Units that bear their territory's name alone: 双龙湖街道, 红旗镇, 经济技术开发区.
_TERRITORY = late(
    r"[\u4e00-\u9fff]{1,24}(?:街道|[镇乡]|苏木|开发区|高新区|新区|园区|示范区|度假区|风景区|管理区)"
)
# What a line that names no unit begins with. 三明, 四川, 本溪, 将乐, 经开区 begin with some of
# the same characters: each stands here with what makes a word or a sentence of it.
_OF_A_PLACE = rf"(?![全我本该各贵两你您{DISTRICTS}]|有关|相关)[\u4e00-\u9fff]{{1,3}}?(?:{ANY})"
_BEGINS_NO_NAME = late(
    r"^(?:关于|各|请|按|把|您|你|我|该|联系|主办|承办|发布|来源|首页|抄[送报]"
    r"|一(?:是|些|个|次|家|批|种|律|并|起|定|直|般|旦|切|条|项|件|位|方面|级)"
    r"|[二三四](?:是|个|次|项|条|类|者|大|级)"
    rf"|本(?!溪)|{YOU}|{YOURS}|贵(?=[部处站])"
    rf"|附(?!属|{_OF_A_PLACE})|对(?!外|口|{_OF_A_PLACE})|经(?!开|信|济|贸|商|管|营|发|侦|{_OF_A_PLACE})"
    rf"|为(?!民)|(?:由|在|将)(?!{_OF_A_PLACE}))"
)
_ENDS_NO_NAME = late(
    r"(?:网站|工作|负责|支持|建设|通知|意见|方案|全部|内部|各部|一部|局部|之处|好处|到位|会同)$"
)
_SEALED = late(r"[（(](?:盖章|公章|印章|签章|代章|章)[）)]")
_UNIT_END = late(rf"(?:{ENDS})$")
_LISTED_END = late(rf"(?:{LISTED})$")
_OURSELVES = late(WE)
# A person whose name ends so is not met; a section of an office is.
_SECTION = late(r"..(?:科|股|处|室|组|局|委|办|站|队|中心)$")


def unit_names(line: str) -> tuple[str, ...]:
    """Return the unit names that ``line`` consists of, or ``()`` where it says anything else."""
    line = _SEALED.sub("", line)
    if not 3 <= len(line) <= 90 or _is_no_name(line) or not _LINE.fullmatch(line):
        return ()
    return tuple(line.split())


def _is_no_name(line: str) -> bool:
    return bool(_BEGINS_NO_NAME.search(line) or _ENDS_NO_NAME.search(line))


def is_unit(name: str) -> bool:
    """Whether ``name`` is the name of one unit and nothing else."""
    return len(unit_names(name)) == 1


def is_territory(name: str) -> bool:
    """Whether ``name`` is that of a street, town or zone, as which its government signs."""
    return bool(_TERRITORY.fullmatch(name)) and not _is_no_name(name)


def is_handling_unit(name: str) -> bool:
    """Whether ``name`` is a unit that answers, as which the lead unit is addressed.

    That is one of government, a school, a company, a court, or a street, town or zone.
    """
    unit = bool(_TERRITORY.fullmatch(name)) or ends_alone(name)
    return unit and not is_political_body(name)


def is_bureau(name: str) -> bool:
    """Whether ``name`` is a department rather than a government, its office or a website."""
    return is_unit(name) and not re.search(
        r"(?:政府|办公室|办公厅|人大办|政府办|网|网站|融媒体中心|信息中心)$", name
    )


def ends_alone(name: str) -> bool:
    """Whether ``name`` ends as a unit's does that is addressed or signs, whatever it begins with.

    So do the classes of units that a circular is addressed to (区政府各委办局).
    """
    return bool(_UNIT_END.search(name)) and not _ENDS_NO_NAME.search(name)


def is_section(name: str) -> bool:
    """Whether ``name``, where persons are named, is a section of an office: 提案科, 综合处."""
    return bool(_SECTION.search(name))


def is_ourselves(unit: str) -> bool:
    """Whether a unit is named as 我局, 本委 and the like."""
    return bool(_OURSELVES.fullmatch(unit))


def ends_as_unit(name: str) -> bool:
    """Whether a name out of a list of units ends as a unit's does."""
    return bool(_LISTED_END.search(name))
