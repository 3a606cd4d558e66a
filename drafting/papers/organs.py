"""Names of units of government: how one is told from other short lines."""

from __future__ import annotations

import re

from drafting.language.late import late

_SUFFIXES = (
    "人民政府|政府|中央|办公室|办公厅|委员会|管委会|常委会|国务院|管理局|分局|总局|局|厅|部|委|署|院|法院|研究室|"
    "办事处|中心|总队|支队|大队|中队|调查队|救援队|工作站|服务站|车站|客运站|站|研究所|(?<![厕场处])所|办|处|党组|"
    "联合会|协会|学会|研究会|贸促会|红十字会|总会|工商联|妇联|残联|文联|侨联|社科联|科协|总工会|团委|总支部|总支|支部|"
    "总公司|有限公司|公司|集团|学校|党校|大学|学院|中学|小学|幼儿园|法庭|"
    "医院|卫生院|银行|支行|分行|图书馆|文化馆|博物馆|档案馆|纪念馆|体育馆|殡仪馆|文化宫|少年宫|电视台|总台|气象台|"
    "商会|合作社|供销社|联社|联合社|信用社|报社|林场|农场|监狱"
)
ORGAN = rf"[\u4e00-\u9fff〇（）()·]{{1,36}}?(?:{_SUFFIXES})(?:（[\u4e00-\u9fff]{{1,10}}）)?"
_LINE = late(rf"(?:{ORGAN})(?:\s+{ORGAN})*")
# Units that bear their territory's name alone: 双龙湖街道, 红旗镇, 经济技术开发区.
_TERRITORY = late(
    r"[\u4e00-\u9fff]{1,24}(?:街道|[镇乡]|苏木|开发区|高新区|新区|园区|示范区|度假区|风景区|管理区)"
)
# What a line that names no unit begins with. 三明, 四川, 本溪, 将乐, 经开区 begin with some of
# the same characters: each stands here with what makes a word or a sentence of it.
_DISTRICT = r"(?:省|市|自治区|自治州|地区|盟|州|县|区|旗|镇|乡|街道|苏木)"
_OF_A_PLACE = (
    rf"(?![全我本该各贵两你您省市县区州镇乡旗]|有关|相关)[\u4e00-\u9fff]{{1,3}}?{_DISTRICT}"
)
_NOT_A_NAME = late(
    r"^(?:关于|各|请|按|把|您|你|我|该|联系|主办|承办|发布|来源|首页|抄[送报]"
    r"|一(?:是|些|个|次|家|批|种|律|并|起|定|直|般|旦|切|条|项|件|位|方面|级)"
    r"|[二三四](?:是|个|次|项|条|类|者|大|级)"
    r"|本(?!溪)|贵(?=[局委办厅院部处站校县市区镇乡]|单位|中心|公司|街道)"
    rf"|附(?!属|{_OF_A_PLACE})|对(?!外|口|{_OF_A_PLACE})|经(?!开|信|济|贸|商|管|营|发|侦|{_OF_A_PLACE})"
    rf"|为(?!民)|(?:由|在|将)(?!{_OF_A_PLACE}))"
    r"|(?:网站|工作|负责|支持|建设|通知|意见|方案|全部|内部|各部|一部|局部|之处|好处|到位|会同)$"
)
_SEALED = late(r"[（(](?:盖章|公章|印章|签章|代章|章)[）)]")
_UNIT_END = late(rf"(?:{_SUFFIXES})$")
_POLITICAL_BODY = late(
    r"政协|人大|民革|(?<!人)民盟|(?<!人)民建|(?<!人)民进|农工(?!部|办|委)|致公|九三|台盟|党派|工商联|界(?:别|$)|总支|"
    r"支部|妇联|团委|工会|科协|侨联|台联|青联|提案|专委会|代表团|小组|社会和法制|学联|商会|协会|联合会"
)
# 张家界市教育局 and 人民建设路街道 hold a party's or a sector's name, and are neither.
_OF_GOVERNMENT = late(
    r"(?:[局厅署院镇乡]|人民政府|办事处|街道|公司|中心|学校|[中小大]学|[总支大中]队|[开新园]\w?区)$"
)


def organ_names(line: str) -> tuple[str, ...]:
    """Return the unit names that ``line`` consists of, or ``()`` where it says anything else."""
    line = _SEALED.sub("", line)
    if not 3 <= len(line) <= 90 or _NOT_A_NAME.search(line) or not _LINE.fullmatch(line):
        return ()
    return tuple(line.split())


def is_territory(name: str) -> bool:
    """Whether ``name`` is that of a street, town or zone, as which its government signs."""
    return bool(_TERRITORY.fullmatch(name)) and not _NOT_A_NAME.search(name)


def is_organ(name: str) -> bool:
    """Whether ``name`` is the name of one unit."""
    return len(organ_names(name)) == 1


def is_political_body(name: str) -> bool:
    """Whether ``name`` is a body that makes proposals: a party, a committee of the 政协 …"""
    return bool(_POLITICAL_BODY.search(name)) and not _OF_GOVERNMENT.search(name)


def is_handling_unit(name: str) -> bool:
    """Whether ``name`` is a unit that answers, as which the lead unit is addressed.

    That is one of government, a school, a company, a court, or a street, town or zone.
    """
    unit = _TERRITORY.fullmatch(name) or _UNIT_END.search(name)
    return bool(unit) and not is_political_body(name)


def is_bureau(name: str) -> bool:
    """Whether ``name`` is a department rather than a government, its office or a website."""
    return is_organ(name) and not re.search(
        r"(?:政府|办公室|办公厅|人大办|政府办|网|网站|融媒体中心|信息中心)$", name
    )
