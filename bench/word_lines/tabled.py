"""Sixty papers with tables and attachments: every kind of table that offices paste.

Drawn from the third part of ``sentences.txt``; none of them served while lines were modelled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bench.word_lines.papers import COPIES, DATE, JOINT, LENGTHS, PLACES, TOPICS, UNIT, UNITS, Pen
from drafting.model import Attachment, Block, Reply, Stamp

COUNT = 60
_PART = 2
_YEARS = ("2023年", "2024年", "2025年")
_MORE_JOINT = (*JOINT, "云湖市青岚区人力资源和社会保障局", "云湖市青岚区住房和城乡建设局")
_Rows = tuple[tuple[str, ...], ...]


def tabled_papers() -> dict[str, Reply]:
    """All papers by name, ``c-…``."""
    found = {}
    for number in range(COUNT):
        reply = _paper(number, Pen(7_000 + number, _PART))
        found[f"c-{number:02}-{reply.form}-{reply.skin}"] = reply
    return found


def _paper(number: int, pen: Pen) -> Reply:
    draw = pen.draw
    form = ("reply", "reply", "reply", "co-handling", "public")[number % 5]
    skin = "document" if form == "reply" and number % 2 else "letter"
    issuers = (UNIT, *_MORE_JOINT[: draw.randint(1, 5)]) if number % 7 == 3 else (UNIT,)
    reply = Reply(
        form=form,  # type: ignore[arg-type]
        skin=skin,  # type: ignore[arg-type]
        title=f"{UNIT}关于区政协十届四次会议第{draw.randrange(1, 400)}号提案的答复",
        issuers=issuers,
        body=_with_tables(pen, LENGTHS[number * 3 % 9], draw.choice((0, 1, 1, 2, 3))),
        doc_no=f"青城管函〔2026〕{draw.randrange(1, 99)}号",
        salutation=draw.choice(("苏映川委员", "顾念慈、康怀瑾等5名委员", "区总工会")),
        signatures=issuers,
        date=DATE,
        sealed=number % 6 != 1,
        remark=draw.choice(("联系人：夏知秋，电话：0789-8213306", None)),
        attachments=tuple(_attachments(pen, draw.choice((0, 1, 1, 2, 4)))),
        copies_to=COPIES[: draw.randint(1, len(COPIES))],
    )
    if number % 11 == 7:
        reply = replace(reply, stamps=(Stamp("局长", "方启明"),), signatures=(UNIT,))
    if skin == "document":
        reply = replace(reply, printer="青岚区城市管理局办公室", printed_on=DATE)
    return reply


def _with_tables(pen: Pen, length: int, count: int) -> tuple[Block, ...]:
    body = list(pen.body(length))
    for _ in range(count):
        body.insert(pen.draw.randint(1, len(body) - 1), _table(pen))
    return tuple(body)


def _attachments(pen: Pen, count: int) -> list[Attachment]:
    found = []
    for _ in range(count):
        title = f"青岚区{pen.draw.choice(_YEARS)}{pen.draw.choice(TOPICS)}情况一览表"
        blocks: tuple[Block, ...] = (_table(pen),)
        if pen.draw.random() < 0.5:
            blocks = (Block("paragraph", pen.sentences(pen.draw.randint(1, 9))), *blocks)
        if pen.draw.random() < 0.2:
            blocks = (Block("paragraph", pen.sentences(6)),)
        found.append(Attachment(title, blocks, enclosed=pen.draw.random() < 0.15))
    return found


def _table(pen: Pen) -> Block:
    draw = pen.draw
    rows, head, merged = draw.choice(_KINDS)(pen)
    block = Block("table", rows=rows, head=head, merged=merged)
    if draw.random() < 0.6:
        block = replace(block, text=f"{draw.choice(_YEARS)}{draw.choice(TOPICS)}进展情况")
    if draw.random() < 0.3:
        block = replace(block, unit="万元")
    if draw.random() < 0.3:
        block = replace(block, remarks=(f"注：{pen.sentences(1)}",))
    return block


_Table = tuple[_Rows, int, tuple[tuple[int, int, int, int], ...]]


def _schedule(pen: Pen) -> _Table:
    """What is done by whom until when: up to forty rows."""
    rows = [
        (
            str(number),
            pen.sentences(1)[: pen.draw.randint(6, 60)],
            "、".join(pen.draw.sample(UNITS, pen.draw.randint(1, 3))),
            f"2026年{pen.draw.randint(1, 12)}月",
        )
        for number in range(1, pen.draw.choice((4, 9, 22, 41)))
    ]
    return (("序号", "重点任务", "责任单位", "完成时限"), *rows), 1, ()


def _figures(pen: Pen) -> _Table:
    """Figures by years, with a sum, under a head of two rows."""
    draw = pen.draw
    places = draw.sample(PLACES, 8)
    rows = [
        (place, *(f"{draw.uniform(1, 9_999):,.{draw.choice((0, 1, 2))}f}" for _ in range(4)))
        for place in (*places, "合计")
    ]
    heads = (("街道（片区）", "投资额", "", "泊位数", ""), ("", "计划", "完成", "计划", "完成"))
    return (*heads, *rows), 2, ((0, 0, 2, 1), (0, 1, 1, 2), (0, 3, 1, 2))


def _grouped(pen: Pen) -> _Table:
    """Rows under a name that stands once for several of them."""
    rows: list[tuple[str, ...]] = [("类别", "项目", "内容", "进展")]
    merged = []
    for topic in TOPICS:
        count = pen.draw.randint(1, 4)
        if count > 1:
            merged.append((len(rows), 0, count, 1))
        for number in range(count):
            name = f"{pen.draw.choice(PLACES)}项目"
            rows.append((topic * (number == 0), name, pen.sentences(1), f"{number * 25}%"))
    return tuple(rows), 1, tuple(merged)


def _long(pen: Pen) -> _Table:
    """A problem, what was done, what follows: whole sentences in the cells."""
    rows = [
        tuple(pen.sentences(pen.draw.randint(1, 3)) for _ in range(3))
        for _ in range(pen.draw.randint(2, 6))
    ]
    return (("委员建议", "办理情况", "下一步打算"), *rows), 1, ()


def _wide(pen: Pen) -> _Table:
    """So many columns that the type is smaller or the page turned."""
    count = pen.draw.choice((9, 13, 17, 24))
    head = ("街道", *(f"{number}月" for number in range(1, count)))
    rows = [
        (place, *(str(pen.draw.randint(1, 999)) for _ in range(1, count)))
        for place in pen.draw.sample(PLACES, 9)
    ]
    return (head, *rows), 1, ()


def _headless(pen: Pen) -> _Table:
    """A list without a head, with empty cells, dashes and line ends."""
    phone = f"0789-{pen.draw.randrange(8_000_000, 8_999_999)}"
    rows = [
        (unit, pen.draw.choice((phone, "—", "", f"{phone}\n{phone[:-1]}7", "www.qinglan.invalid")))
        for unit in pen.draw.sample(UNITS, 7)
    ]
    return tuple(rows), 0, ()


_KINDS: tuple[Callable[[Pen], _Table], ...] = (
    _schedule, _figures, _grouped, _long, _wide, _headless,
)  # fmt: skip
