"""Names of units of government: how one is told from other short lines."""

from __future__ import annotations

import re

_SUFFIXES = (
    "人民政府|政府|中央|办公室|办公厅|委员会|管委会|国务院|管理局|分局|总局|局|厅|部|委|署|院|法院|"
    "办事处|中心|总队|支队|大队|工作站|服务站|车站|客运站|站|研究所|管理所|办|处|联合会|协会|"
    "工商联|妇联|总工会|团委|总支部|总支|支部|总公司|有限公司|公司|集团|学校|大学|学院|中学|小学|幼儿园|"
    "医院|卫生院|银行|支行|分行|图书馆|文化馆|博物馆|档案馆|派出所|供电所|电视台|商会|合作社|林场|监狱"
)
ORGAN = rf"[\u4e00-\u9fff〇（）()·]{{1,36}}?(?:{_SUFFIXES})(?:（[\u4e00-\u9fff]{{1,10}}）)?"
_LINE = re.compile(rf"(?:{ORGAN})(?:\s+{ORGAN})*")
_NOT_A_NAME = re.compile(
    r"^(?:关于|对|各|请|由|在|经|按|为|将|把|您|你|我|本|该|附|抄|联系|一|二|三|四|主办|承办|发布|来源|首页)"
    r"|(?:网站|工作|负责|支持|建设|通知|意见|方案|全部|内部|各部|一部|局部|之处|好处|到位|会同)$"
)
_SEALED = re.compile(r"[（(](?:盖章|公章|印章|签章|代章|章)[）)]")
_BUREAU_END = re.compile(
    r"(?:局|分局|委|厅|部|委员会|办|中心|院|站|队|公司|管委会|办事处|政府|办公室|办公厅)$"
)
_POLITICAL_BODY = re.compile(
    r"政协|人大|民革|民盟|民建|民进|农工|致公|九三|台盟|党派|工商联|界|总支|支部|妇联|团委|工会|"
    r"科协|侨联|台联|青联|提案|专委会|代表团|小组|社会和法制|学联|商会|协会|联合会"
)


def organ_names(line: str) -> tuple[str, ...]:
    """Return the unit names that ``line`` consists of, or ``()`` where it says anything else."""
    line = _SEALED.sub("", line)
    if not 3 <= len(line) <= 90 or _NOT_A_NAME.search(line) or not _LINE.fullmatch(line):
        return ()
    return tuple(line.split())


def is_organ(name: str) -> bool:
    """Whether ``name`` is the name of one unit."""
    return len(organ_names(name)) == 1


def is_political_body(name: str) -> bool:
    """Whether ``name`` is a body that makes proposals: a party, a committee of the 政协 …"""
    return bool(_POLITICAL_BODY.search(name))


def is_handling_unit(name: str) -> bool:
    """Whether ``name`` is a unit of government, as which the lead unit is addressed."""
    return bool(_BUREAU_END.search(name)) and not is_political_body(name)


def is_bureau(name: str) -> bool:
    """Whether ``name`` is a department rather than a government, its office or a website."""
    return is_organ(name) and not re.search(
        r"(?:政府|办公室|办公厅|人大办|网|网站|融媒体中心)$", name
    )
