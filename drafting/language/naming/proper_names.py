"""Names of places, persons and projects as a running text prints them.

Only what is told as a name by its own shape is taken: a division of the table of divisions or a
town behind it or in a list, a person beside a post, a project in quotes or of a place. What else
may be a name is left out: each one is shown to a clerk, who looks it up. Sources: GB/T 2260 and
GB/T 10114 (divisions); domain notes 2.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from drafting.language.late import late
from drafting.language.naming.names import HAN, is_person
from drafting.language.naming.offices import find_divisions
from drafting.language.naming.places import COUNTIES, TOWN
from drafting.language.naming.units import LAST
from drafting.language.spans import Span

_POSTS = (
    "书记|省长|市长|州长|区长|县长|旗长|镇长|乡长|局长|厅长|主任|主席|处长|科长|所长|站长|院长|校长|股长|队长|部长|会长|馆长"
    "|园长|行长|总经理|董事长|秘书长"
)
# 余兵局长: a name before a post, behind what leads up to it or what the post belongs to.
_BEFORE_POST = late(
    rf"(?:^|(?<=[，。；、：（(\s由经与和及请向{LAST}镇乡队组校]))(?P<name>[{HAN}]{{2,3}})(?:副|常务副)?(?:{_POSTS})"
    rf"(?![{HAN}]{{0,2}}(?:会议|负责|办公|信箱|热线|接待|制))"
)
_OFFICES = late(
    rf"^(?:常务|党组|党委|党总|党支|支部|时任|原任|总支|纪委|纪检|公室|办公|部门|分管|主管|相关|有关|各级"
    rf"|单位|项目|村|社区|街道|公安|司法|农技|经管|经开|国土|财政|民政|水利|城建|文化|交通|税务|教育"
    rf"|综治|信访|卫生|后勤|谢谢|[{COUNTIES}由向经于对与和及请])|[{LAST}组队副常总或长任为对等多次已]|负责"
)
_AFTER_POST = late(rf"(?:{_POSTS})(?=(?P<name>[{HAN}]{{2,4}}))")
# What goes on behind a name; else it is no name that can be told.
_GOES_ON = late(
    r"[，。；、：（）\s]|$|同志|先生|女士|带队|牵头|主持|率|召开|组织|亲自|批示|审签|审定|签发|任(?!务)|担任|等"
    r"|和|与|及|到|赴|就|对|多次|专门|现场|作|说|表示"
)
_CALLED = late(rf"(?P<name>[{HAN}]{{2,3}})(?:同志|先生|女士)")
_NO_NAME = late(r"[组长任为对和等多次已]|负责")
_NAME_LENGTHS = (3, 2)
# What lies in a division, behind its name; what is no name of a place by its first character.
_WITHIN = late(rf"[{HAN}]{{2,3}}?(?:{TOWN}|社区|村)(?![民委庄镇级])")
_LISTED = late(
    rf"(?:(?<=[、，。；：（\s])|(?<=[在于与和及到赴]))(?![与和及在于到赴])(?P<name>[{HAN}]{{2,3}}(?:{TOWN}|社区))(?=[、，。；）等的对开实进])"
)
_NO_PLACE = late(
    r"^[各全我本该每一两三四五六七八九十几数多其此这那有与及和从由对将向为在是]|乡镇|农村|城镇|中心镇|重点镇"
    r"|所属|辖区|老旧|城市|集镇|村社区|部分|城乡|小镇|古镇|有关|相关|重点"
)
_QUOTED_PROJECT = late(
    r"“[^“”，。；\n]{2,20}”(?:(?!的)[\u4e00-\u9fff]){0,6}?(?:工程|项目|行动|计划)"
)
_LED_PROJECT = late(
    rf"(?:实施|推进|启动|完成|建成|新建|开工建设|建设|列入|申报)了?"
    rf"(?P<name>(?![的了在])[{HAN}]{{2,10}}?(?:[镇乡村路街河桥]|小区|社区|大道|水库|学校|医院|公园)[{HAN}]{{0,12}}?"
    r"(?:[一二三四]期)?(?:工程|项目))"
)


def find_persons(text: str) -> Iterator[Span]:
    """Yield where persons are named: behind a post (副县长苏明远), before 同志."""
    for post in _AFTER_POST.finditer(text):
        for length in _NAME_LENGTHS:
            name = post["name"][:length]
            end = post.end() + length
            if len(name) == length and _is_name(name) and _GOES_ON.match(text, end):
                yield post.end(), end
                break
    for called in _CALLED.finditer(text):
        for length in _NAME_LENGTHS:
            name = called["name"][-length:]
            if len(name) == length and _is_name(name):
                yield called.end("name") - length, called.end("name")
                break

    for led in _BEFORE_POST.finditer(text):
        name = led["name"]
        if is_person(name) and not _OFFICES.search(name):
            yield led.span("name")


def _is_name(name: str) -> bool:
    return is_person(name) and not _NO_NAME.search(name)


def find_projects(text: str) -> Iterator[Span]:
    """Yield where projects are named: “雪亮”工程, 仙岩路改造二期工程 behind 实施."""
    for found in _QUOTED_PROJECT.finditer(text):
        yield found.span()
    for found in _LED_PROJECT.finditer(text):
        yield found.span("name")


def find_places(text: str) -> Iterator[Span]:
    """Yield where places are named: divisions of the table, with what lies in them; towns in a
    list of such."""
    for start, end in _chains(find_divisions(text)):
        town = _WITHIN.match(text, end)
        yield start, town.end() if town and not _NO_PLACE.search(town[0]) else end
    for found in _LISTED.finditer(text):
        if not _NO_PLACE.search(found["name"]):
            yield found.span("name")


def _chains(spans: Iterable[Span]) -> Iterator[Span]:
    """Join names that stand end to end: 云南省昆明市五华区."""
    begins, ends = 0, 0
    for start, end in spans:
        if start != ends or not ends:
            if ends:
                yield begins, ends
            begins = start
        ends = end
    if ends:
        yield begins, ends
