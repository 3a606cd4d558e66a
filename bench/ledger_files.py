"""Ledgers with their papers, of any size, all invented: for the measurement and for tests."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

SURNAMES = "祁薄檀闻应路沈乔褚涂"
GIVEN = ("听雨", "望舒", "知秋", "明远", "静姝", "怀瑾", "疏影", "景行", "思齐", "若谷")
PLACES = tuple("梧桐路 银杏里 青石巷 松汀街 柳湾 望江台 竹溪 北苑 南桥 云台里".split())
TOPICS = (
    ("停车泊位", "新建公共停车泊位", "规范路内停车收费", "推动机关错时开放"),
    ("生活垃圾分类", "增设定时投放点", "健全分类收运体系", "加强入户宣传"),
    ("老旧小区加装电梯", "简化加装电梯审批", "设立专项补助", "明确后续维护责任"),
    ("河道水环境", "实施雨污分流改造", "建立河道巡查制度", "公开水质监测结果"),
    ("口袋公园建设", "利用边角地建设口袋公园", "增加无障碍设施", "引导居民参与设计"),
    ("夜间照明", "更换节能路灯", "补齐背街小巷照明", "定期检修照明设施"),
    ("餐饮油烟治理", "安装油烟在线监测", "划定油烟管控区域", "加强夜间执法检查"),
    ("流动摊贩管理", "设置便民疏导点", "实行备案管理", "错时开展巡查"),
    ("公厕布局", "增建移动公厕", "延长公厕开放时间", "统一公厕导视标识"),
    ("共享单车停放", "增划非机动车停放区", "实行总量控制", "落实企业清运责任"),
    ("建筑工地扬尘", "安装扬尘监测设备", "规范渣土车运输", "公布违规工地名单"),
    ("户外广告管理", "编制户外广告规划", "开展安全排查", "推行电子审批"),
    ("道路积水", "改造低洼路段管网", "建立积水预警", "储备抢险物资"),
    ("社区养老食堂", "扩大助餐服务范围", "引入社会化运营", "对高龄老人给予补贴"),
    ("环卫工人歇脚点", "增设环卫驿站", "完善驿站设施", "建立共享机制"),
    ("绿化养护", "更新枯死行道树", "推行精细修剪", "公开养护单位"),
    ("窨井盖安全", "更换破损井盖", "建立井盖台账", "推广防坠网"),
    ("噪声扰民", "设置噪声显示屏", "限制夜间施工", "联合开展整治"),
    ("犬类管理", "规范犬只登记", "设置宠物便箱", "加强不文明养犬处罚"),
    ("沿街立面整治", "统一店招设计", "清理空中线缆", "保留历史风貌"),
    ("农贸市场改造", "改造老旧农贸市场", "规范市场周边秩序", "推行明码标价"),
    ("充电设施", "增设电动自行车充电桩", "排查飞线充电", "降低充电服务费"),
    ("慢行系统", "贯通滨水步道", "修复破损人行道", "增加过街设施"),
    ("雨水口清掏", "汛前清掏雨水口", "建立清掏记录", "接受居民监督"),
    ("建筑垃圾处置", "设置装修垃圾投放点", "推行预约清运", "提高资源化利用率"),
    ("空地管理", "清理闲置空地", "临时绿化闲置空地", "明确管理主体"),
    ("城市家具", "维修破损座椅", "统一城市家具样式", "增加遮阳设施"),
    ("防汛能力", "开展防汛演练", "更新排涝泵站", "完善应急预案"),
    ("物业服务", "公开物业服务标准", "建立物业考评制度", "调处物业纠纷"),
    ("校园周边秩序", "增设接送停车区", "清理占道经营", "优化交通组织"),
)
SESSION = "区政协十届五次会议"


@dataclass(frozen=True, slots=True)
class Item:
    """An invented item, with all that its line and its paper say."""

    number: int
    subject: str
    proposers: tuple[str, ...]
    sector: str
    asks: tuple[str, ...]
    lead: str = "区城管局"
    co_units: str = ""
    due: dt.date = dt.date(2026, 12, 31)


def items(count: int) -> list[Item]:
    """Return so many different items; every fifth is signed by three, every ninth co-handled."""
    names = [first + last for last, first in product(GIVEN, SURNAMES)]
    found = []
    for place, (where, topic) in enumerate(product(PLACES, TOPICS)):
        if place == count:
            break
        people = 3 if place % 5 == 0 else 1
        found.append(
            Item(
                place + 1,
                f"关于加强{where}{topic[0]}工作的提案",
                tuple(names[(place * 3 + n) % len(names)] for n in range(people)),
                ("民建", "民盟", "九三", "经济", "教育")[place % 5],
                tuple(f"{one}。{where}一带居民反映较多，建议尽快研究落实。" for one in topic[1:]),
                "区住建局" if place % 9 == 4 else "区城管局",
                "区城管局" if place % 9 == 4 else ("区公安分局" if place % 3 == 0 else ""),
            )
        )
    return found


def table(found: Iterable[Item], title: str = f"{SESSION}提案交办表") -> list[list[object]]:
    """Return the rows of a ledger as an office types it: two head rows, a total at the end."""
    rows: list[list[object]] = [
        [title],
        ["交办日期：2026年3月2日"],
        ["序号", "提案号", "案  由", "提案者", None, "办理单位", None, "办理期限", "是否重点"],
        [None, None, None, "姓名", "界别", "主办", "会办", None, None],
    ]
    for one in found:
        rows.append(
            [
                one.number,
                f"第{one.number:03d}号",
                one.subject,
                "、".join(one.proposers),
                one.sector,
                one.lead,
                one.co_units or None,
                one.due.isoformat(),
                "是" if one.number % 25 == 0 else "否",
            ]
        )
    rows.append(["合计", None, f"共{len(rows) - 4}件"])
    return rows


MERGED = ("A1:I1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:G3", "H3:H4", "I3:I4")


def workbook(rows: Sequence[Sequence[object]], merged: Sequence[str] = MERGED) -> bytes:
    """Return an Excel file of one sheet."""
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for one in merged:
        book.active.merge_cells(one)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def paper(one: Item) -> bytes:
    """Return an item's paper as a Word file."""
    import docx

    document = docx.Document()
    for line in (
        f"{SESSION}第{one.number}号提案",
        f"案由：{one.subject}",
        f"提案者：{'、'.join(one.proposers)}",
        f"{one.subject[2:-3]}关系群众日常生活。调查中发现，设施不足、管理不细的问题仍然存在。",
        "为此建议：",
        *(f"{'一二三四五'[n]}、{ask}" for n, ask in enumerate(one.asks)),
    ):
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in files:
            container.writestr(name, content)
    return stream.getvalue()


def ledger_with_papers(count: int) -> bytes:
    """Return a zip file with a ledger of ``count`` items and their papers, named by number."""
    found = items(count)
    papers = ((f"提案正文/第{one.number}号.docx", paper(one)) for one in found)
    return packed([("交办表.xlsx", workbook(table(found))), *papers])
