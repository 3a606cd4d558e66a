"""Replies to typeset: one reply in an invented district, and its variations by length and kind."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

from drafting.model import Attachment, Block, Reply
from drafting.writing.typesetting.pages import lay_out

LEAD = "云湖市青岚区城市管理局"
ISSUERS = (LEAD, "云湖市青岚区交通运输局", "云湖市公安局青岚分局")
COPIES = tuple(
    f"青岚区{name}"
    for name in (
        "政府办公室",
        "政协提案委员会",
        "人大常委会代表工作委员会",
        "发展和改革局",
        "财政局",
        "交通运输局",
        "自然资源局",
        "住房和城乡建设局",
        "公安分局",
        "教育体育局",
        "卫生健康局",
        "文化和旅游局",
    )
)
SENTENCES = (
    "区城市管理局会同有关单位，按照“挖潜、共享、新建”的思路推进公共停车设施建设——先摸清底数，再分片实施。",
    "二〇二五年以来，全区共完成十二处边角地改造，新增公共泊位一千二百个，其中路外泊位八百六十个。",
    "对群众反映集中的青岚大道、云溪路、学府巷等路段，实行错时停放，由属地街道负责日常引导；交通高峰时段加派力量。",
    "《青岚区停车设施建设三年行动计划》已经区政府常务会议审议通过，明确了年度任务、责任单位和完成时限。",
    "目前仍存在老旧小区改造空间不足、社会资本参与意愿不强、信息平台数据更新不及时等问题，需要逐步加以解决。",
    "2025年投入资金860万元，建成智能停车场6处，接入泊位3450个，平均周转率提高12.5%。",
)
NUMERALS = "一二三四五六七八九十"
THANKS = Block("paragraph", "感谢您对我区城市管理工作的关心和支持。")


def prose(start: int, count: int) -> str:
    return "".join(SENTENCES[(start + step) % len(SENTENCES)] for step in range(count))


def answers(count: int) -> tuple[Block, ...]:
    """An opening, ``count`` answers of about half a page each, and thanks."""
    blocks = [
        Block("paragraph", "您提出的《关于加强停车管理的提案》（第12号）收悉。经研究，现答复如下：")
    ]
    for number in range(count):
        blocks += [
            Block("heading", "关于“增加车位”的建议", 1, f"{NUMERALS[number % 10]}、"),
            Block("paragraph", prose(number, 3), 2, "（一）", "已开展的工作。"),
            Block("heading", "下一步工作打算", 2, "（二）"),
            Block("paragraph", prose(number + 3, 2), 3, "1.", "加快建设。"),
            Block(
                "paragraph", f"责任单位为区城市管理局，【待核实：完成时限】完成。{prose(number, 1)}"
            ),
        ]
    blocks.append(THANKS)
    return tuple(blocks)


LETTER = Reply(
    form="reply",
    skin="letter",
    title=f"{LEAD}关于对区政协十届三次会议第12号提案的答复",
    issuers=(LEAD,),
    body=answers(2),
    doc_no="青城管函〔2026〕12号",
    salutation="普绍平委员",
    signatures=(LEAD,),
    date=dt.date(2026, 5, 18),
    remark="联系人：李明远，电话：0789-8213306",
    copies_to=COPIES[:2],
    keywords=("提案", "停车"),
)
DOCUMENT = replace(
    LETTER,
    skin="document",
    printer="青岚区城市管理局办公室",
    printed_on=dt.date(2026, 5, 19),
)
SHORT = (Block("paragraph", "您提出的提案收悉，现答复如下：所提建议已经采纳。"),)
TABLE = Block(
    "table",
    rows=(
        ("序号", "项目", "泊位数", "责任单位"),
        ("1", "云湖路停车场", "120", "区城市管理局"),
        ("2", "青岚大道东侧老旧小区边角地停车场（含充电设施）", "86", "区住房和城乡建设局"),
    ),
)
FORM = Reply(
    form="consultation",
    skin="letter",
    title="青岚区政协提案办理情况征询意见表",
    issuers=(LEAD,),
    body=(
        Block(
            "table",
            rows=(
                ("编　号", "第12号", "类　别", "提案"),
                ("案　由", "关于加强停车管理的提案"),
                ("对办理态度的评价", "□满意　□基本满意　□不满意"),
                ("具体意见", ""),
                ("签　名", "", "日　期", ""),
            ),
        ),
        Block("paragraph", "注：本表一式两份。"),
    ),
)


def form(*rows: tuple[str, ...]) -> Reply:
    return replace(FORM, body=(Block("table", rows=rows),))


ROW = ("时间", "", "地点", "")
TALLER = ("建议一", "沿学府巷、云溪路增设夜间停车泊位", "沟通情况", "")
TALLEST = ("建议二", "利用边角地建设小型停车场，并向社会公布开放时间、收费标准", "沟通情况", "")
BRIMFUL = form(*[ROW] * 7, *[TALLEST] * 2, *[TALLER] * 3, ("提出者意见", ""))
"""A form that reaches to less than two points above the foot of 版心."""
ROOMS = form(
    ("编号", "第12号", "密级和紧急程度", ""),
    *[ROW] * 7,
    *((name, "") for name in ("签发意见", "会签意见", "核稿意见", "具体意见和建议")),
)
"""A form that fits its page only where the room to write by hand is less high."""


def joint(reply: Reply, count: int) -> Reply:
    return replace(reply, issuers=ISSUERS[:count], signatures=ISSUERS[:count])


CASES: dict[str, Reply] = {
    "letter-1": replace(LETTER, body=SHORT),
    "letter-2": replace(LETTER, body=answers(1)),
    "letter-3": replace(LETTER, body=answers(2), copies_to=COPIES),
    "letter-9": replace(LETTER, body=answers(11), copies_to=COPIES[:1]),
    "letter-joint": joint(LETTER, 2),
    "letter-labels": replace(
        LETTER,
        result_label="办理结果类别：A",
        disclosure_label="公开属性：主动公开",
        signer="王怀远",
        urgency="特急",
        copy_no="000001",
    ),
    "letter-unsealed": replace(LETTER, sealed=False),
    "letter-undated": replace(LETTER, date=None),
    **{
        f"letter-closer-{number}": replace(
            LETTER, copies_to=COPIES[:3], body=(Block("paragraph", prose(number, 4)), THANKS)
        )
        for number in (1, 7)
    },
    "letter-attachments": replace(
        LETTER,
        attachments=(
            Attachment("青岚区停车泊位建设计划表", (TABLE,)),
            Attachment("青岚区停车收费标准。", (Block("paragraph", SENTENCES[0]),)),
        ),
    ),
    "document-1": replace(
        DOCUMENT, body=SHORT, title="关于区政协十届三次会议第12号提案的答复", remark=None
    ),
    "document-2": replace(DOCUMENT, body=answers(1), copies_to=COPIES),
    "document-3": replace(DOCUMENT, body=answers(2)),
    "document-9": replace(DOCUMENT, body=answers(11)),
    "document-joint-2": replace(joint(DOCUMENT, 2), signer="王怀远", copies_to=COPIES),
    "document-joint-3": replace(joint(DOCUMENT, 3), copies_to=COPIES[:6]),
    "document-unsealed": replace(DOCUMENT, sealed=False, result_label="办理结果类别：A"),
    "consultation": FORM,
    "consultation-brimful": BRIMFUL,
    "consultation-rooms": ROOMS,
    "public": replace(LETTER, form="public", remark="此件公开发布"),
    "co-handling": replace(LETTER, form="co-handling", salutation="区交通运输局"),
}

HOSTILE = replace(
    LETTER,
    title="关于" * 20 + "\x00第12号\n提案的答复" + "长" * 70,
    issuers=("云湖市青岚区人民政府办公室（云湖市青岚区外事办公室、青岚区大数据发展管理中心）",),
    signatures=("云湖市青岚区人民政府办公室（云湖市青岚区外事办公室、青岚区大数据发展管理中心）",),
    salutation="、".join(["李甲", "王乙"] * 30) + "等60名代表",
    copies_to=COPIES * 5,
    doc_no="青城管函〔2026〕\t12号",
    body=(
        Block("paragraph", "<b>粗体</b> &amp; \x07控制\x1b符\ud800坏\uffff字"),
        Block("paragraph", "😀𠮷㛃 👩‍👩‍👧"),
        Block("paragraph", ""),
        Block("paragraph", "第一行\n第二行\r\n\x0b第三行\x0c\u2028第四行"),
        Block("heading", "", 1, "四、"),
        Block("heading", "没有编号的标题", 7),
        Block("table"),
        Block("table", rows=((), ("一",), ("二", "三", "四\n五"))),
        Block("paragraph", "长" * 3000),
        Block("paragraph", "https://example.invalid/" + "a" * 300),
        Block("paragraph", "【待核实：】【待核实：数【据】【待核实"),
    ),
)
EMPTY = Reply(form="reply", skin="document", title="", issuers=(), body=())

LENGTHS: dict[str, Reply] = {
    f"{reply.skin}-length-{number}": replace(
        reply,
        body=(*answers(number % 4), Block("paragraph", prose(number, number % 3 + 1))),
        copies_to=COPIES[: number + 1],
        sealed=number % 2 == 0,
    )
    for number in range(8)
    for reply in (LETTER, DOCUMENT)
}
"""Sixteen replies whose last pages fill up line by line."""


def crowded(skin: Reply, number: int) -> Reply:
    """A reply whose 版记 of sixty units takes most of a page."""
    text = Block("paragraph", prose(number, number % 8 + 1))
    body = (*answers(number // 8)[:-1], text, THANKS)
    return replace(skin, copies_to=COPIES * 5, body=body)


CROWDED: dict[str, Reply] = {
    f"{skin.skin}-crowded-{number}": crowded(skin, number)
    for skin, numbers in ((DOCUMENT, (5, 15, 27, 38, 49)), (LETTER, (6, 18, 29, 53)))
    for number in numbers
}

MIXED_SENTENCES = (
    Path(__file__).with_name("mixed_sentences.txt").read_text(encoding="utf-8").splitlines()
)


def mixed(seed: int) -> Reply:
    """A reply whose text mixes Chinese with figures, letters, marks, addresses and long tables."""
    draw = random.Random(seed)

    def sentences(count: int) -> str:
        return "".join(draw.choices(MIXED_SENTENCES, k=count))

    blocks = [Block("paragraph", sentences(2))]
    for number in range(draw.randint(2, 4)):
        blocks += [
            Block("heading", "关于完善“15分钟养老服务圈”布局的建议", 1, f"{NUMERALS[number]}、"),
            Block("paragraph", sentences(draw.randint(1, 4)), 2, "（一）", "稳步推进。"),
            Block("paragraph", sentences(draw.randint(1, 6))),
        ]
        if draw.random() < 0.4:
            rows = [(str(row), sentences(1)[:30], f"{row}20㎡") for row in range(1, 9)]
            blocks.append(Block("table", rows=(("序号", "项目", "规模"), *rows)))
    blocks.append(THANKS)
    reply = joint(draw.choice((LETTER, DOCUMENT)), draw.choice((1, 1, 2)))
    sealed, copies = draw.random() < 0.7, COPIES[: draw.randint(0, 8)]
    remark = draw.choice((reply.remark, None))
    return replace(reply, body=tuple(blocks), sealed=sealed, copies_to=copies, remark=remark)


MIXED = {f"mixed-{seed}": mixed(seed) for seed in range(30)}
"""Thirty such replies."""

LONG_LEAD = "云湖市青岚区综合行政执法和城市运行管理服务指挥中心办公室"
LONG_TITLE = (
    f"{LONG_LEAD}关于对中国人民政治协商会议云湖市青岚区第十届委员会第三次会议第20260112号"
    "《关于统筹推进老旧小区停车设施建设与错时共享的提案》的答复"
)


def of_pages(reply: Reply, count: int, share: float) -> Reply | None:
    """``reply`` with so much text that it fills ``count`` pages; ``None`` where it cannot.

    Of the texts that do, the one at ``share`` of the way from the shortest to the longest.
    """
    lead = max(0, count - 2)
    found = []
    for number in range(60):
        text = (Block("paragraph", prose(number, number)),) if number else ()
        longer = replace(reply, body=(*answers(lead)[:-1], *text, answers(0)[-1]))
        pages = len(lay_out(longer).pages)
        if pages == count:
            found.append(longer)
        if pages > count:
            break
    return found[int(share * (len(found) - 1))] if found else None


class Grid(Mapping[str, Reply]):
    """Lengths × skins × issuers, with one to twelve copied units, some with long names.

    Each is made when it is asked for: to find texts of so many pages takes seconds, which every
    process of the tests would wait for.
    """

    def __init__(self) -> None:
        """Name them, but for :attr:`left_out`: a page has no room for these."""
        every = product((1, 2, 3, 9), (LETTER, DOCUMENT), (1, 2, 3), (False, True))
        self._kinds = {
            f"{skin.skin}-{'long-' if long else ''}{issuers}-issuers-{count}-pages": (
                number, count, skin, issuers, long,
            )
            for number, (count, skin, issuers, long) in enumerate(every, 1)
        }  # fmt: skip
        self.left_out = {
            name
            for name, (_, count, skin, issuers, long) in self._kinds.items()
            if count == 1 and (skin is DOCUMENT or (long and issuers > 1))
        }
        self._made: dict[str, Reply | None] = {}

    def found(self, name: str) -> Reply | None:
        """That of a name, ``None`` where there can be none."""
        if name not in self._made:
            self._made[name] = self._make(*self._kinds[name])
        return self._made[name]

    def _make(self, number: int, count: int, skin: Reply, issuers: int, long: bool) -> Reply | None:
        reply = replace(joint(skin, issuers), copies_to=COPIES[: number % 12 + 1])
        if long:
            names = (LONG_LEAD, *reply.issuers[1:])
            reply = replace(reply, title=LONG_TITLE, issuers=names, signatures=names)
        return of_pages(replace(reply, sealed=number % 5 != 0), count, number % 4 / 3)

    def __getitem__(self, name: str) -> Reply:
        made = None if name in self.left_out else self.found(name)
        if made is None:
            raise KeyError(name)
        return made

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._kinds if name not in self.left_out)

    def __len__(self) -> int:
        return len(self._kinds) - len(self.left_out)


GRID = Grid()


def tabled(seed: int) -> Reply:
    """A reply with tables of every kind: many rows, merged cells, long cells, many columns."""
    chance = random.Random(seed)
    blocks: list[Block] = []
    for number in range(chance.randint(1, 3)):
        blocks.append(Block("paragraph", prose(chance.randrange(9), chance.randint(1, 6))))
        blocks.append(_random_table(chance, number, columns=(10 + seed if seed % 4 == 3 else 0)))
    blocks.append(Block("paragraph", prose(seed, chance.randint(1, 9))))
    return replace(LETTER if seed % 2 else DOCUMENT, body=(*blocks, THANKS))


def _random_table(chance: random.Random, number: int, columns: int) -> Block:
    count = chance.randint(3, 40)
    wide = columns if number == 0 and columns else chance.randint(0, 3)
    named = chance.random() < 0.7
    head = ("区域", "路段", *(f"第{month}期" for month in range(1, wide + 1)), "泊位数", "说明")
    rows, merged = [head], []
    for group in range(0, count, 4):
        height = min(4, count - group)
        for row in range(height):
            place = f"{number + 1}表{group + row + 1}号路段"
            note = prose(chance.randrange(9), 1) if chance.random() < 0.15 else "—"
            figures = (f"{chance.uniform(1, 999):.{chance.randint(0, 2)}f}" for _ in range(wide))
            total = str(chance.randint(1, 2000))
            rows.append((f"片区{group}" if row == 0 else "", place, *figures, total, note))
        if height > 1:
            merged.append((group + 1, 0, height, 1))
    return Block(
        "table",
        "停车泊位建设计划" if named else "",
        rows=tuple(rows),
        merged=tuple(merged),
        unit="个" if named else "",
        remarks=("注：数据截至2026年4月30日。",) if named else (),
    )


TABLED = {f"tabled-{seed}": tabled(seed) for seed in range(8)}
TABLED["tabled-attached"] = replace(
    tabled(1),
    skin="document",
    attachments=(
        Attachment("停车泊位分布图", enclosed=True),
        Attachment("停车泊位建设计划明细表", (*SHORT, *tabled(2).body[:2])),
        Attachment("停车泊位分期建设进度表", tabled(7).body[1:2]),
    ),
)
