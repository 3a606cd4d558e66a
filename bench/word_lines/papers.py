"""Sixty papers of an invented district: every form and skin, one to eleven pages, odd content.

The text is drawn from ``sentences.txt`` with figures, names and addresses of its own in each paper.
The first thirty are made of the first part of the sentences and served while the line model was
found; the last thirty are of the second part. Papers with tables: ``tabled.py``.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from drafting.model import Attachment, Block, Reply

HALF = 30
UNIT = "云湖市青岚区城市管理局"
UNITS = (
    "区城市管理局", "区住建局", "区发展和改革局", "区财政局", "市公安局青岚分局", "区交通运输局",
    "区卫生健康局", "白鹭街道办事处", "区教育体育局", "区民政局", "区政务服务和大数据管理局",
)  # fmt: skip
PLACES = (
    "学府巷", "云溪路", "青岚大道", "柳林新村", "石门", "白鹭洲湿地公园", "松岭", "南屏老街",
    "金沙高新技术产业园", "竹园小区", "凤台", "玉泉东路", "双河口",
)  # fmt: skip
COPIES = (
    "区政府办公室", "区政协提案委员会", "区人大常委会代表工作委员会", "区财政局", "区发展和改革局",
    "区交通运输局", "市公安局青岚分局", "区住房和城乡建设局", "区教育体育局", "白鹭街道办事处",
)  # fmt: skip
JOINT = ("云湖市青岚区交通运输局", "云湖市公安局青岚分局", "云湖市青岚区财政局")
TOPICS = (
    "加强停车管理",
    "推进“15分钟养老服务圈”建设",
    "加快5G网络覆盖",
    "改善空气质量",
    "整治积水点",
)
_NUMERALS = "一二三四五六七八九十"
DATE = dt.date(2026, 5, 18)


@lru_cache(maxsize=1)
def _sentences() -> tuple[tuple[str, ...], ...]:
    text = Path(__file__).with_name("sentences.txt").read_text("utf-8")
    parts: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.startswith("# ---"):
            parts.append([])
        elif line and not line.startswith("#"):
            parts[-1].append(line)
    return tuple(map(tuple, parts))


class Pen:
    """Draws sentences of one part, filled with figures and names by one seed."""

    def __init__(self, seed: int, part: int) -> None:
        self.draw = random.Random(seed)
        self.pool = _sentences()[part]

    def sentences(self, count: int) -> str:
        """Return so many sentences, joined."""
        return "".join(self._filled(self.draw.choice(self.pool)) for _ in range(count))

    def _filled(self, sentence: str) -> str:
        pieces = sentence.split("{")
        made = [pieces[0]]
        for piece in pieces[1:]:
            kind, _, rest = piece.partition("}")
            made += [self._word(kind), rest]
        return "".join(made)

    def _word(self, kind: str) -> str:
        draw = self.draw
        if set(kind) == {"d"}:
            return str(draw.randrange(10 ** (len(kind) - 1) + (kind == "d"), 10 ** len(kind)))
        number = draw.randrange(1_000, 99_999)
        return {
            "n": f"{number:,}" if draw.random() < 0.3 else f"{number}",
            "f": f"{draw.uniform(1, 99):.{draw.choice((1, 1, 2))}f}",
            "y": str(draw.randrange(2021, 2030)),
            "m": str(draw.randrange(1, 13)),
            "p": draw.choice(PLACES),
            "u": draw.choice(UNITS),
            "tel": f"0789-{draw.randrange(8_000_000, 8_999_999)}",
            "url": "www.qinglan.gov.invalid/" + draw.choice(("", "zwgk/", "hdjl/jytabl/"))
            + draw.choice(("", f"{number}.html", f"index.html?id={number}&type=2")),
            "mail": draw.choice(("qlcgj", "tousu_qinglan", "yhsqlqzf.bgs"))
            + "@" + draw.choice(("qinglan.gov.invalid", "mail.yunhu-qinglan.gov.invalid")),
        }[kind]  # fmt: skip

    def body(self, length: int) -> tuple[Block, ...]:
        """Return an opening, so many sentences under headings and leads, and thanks."""
        topic = self.draw.choice(TOPICS)
        blocks = [
            Block("paragraph", f"您提出的《关于{topic}的提案》（第{self.draw.randrange(1, 400)}号）"
                  "收悉，经研究，现答复如下：")
        ]  # fmt: skip
        written = part = 0
        while written < length:
            if length > 4:
                head = f"关于“{self.draw.choice(TOPICS)}”的建议"
                blocks.append(Block("heading", head, 1, f"{_NUMERALS[part % 10]}、"))
            for number in range(self.draw.randint(1, 3)):
                count = min(self.draw.randint(1, 4), max(1, length - written))
                text = self.sentences(count)
                written += count
                kind = self.draw.random()
                if kind < 0.3:
                    label = f"（{_NUMERALS[number]}）"
                    blocks.append(Block("paragraph", text, 2, label, "已开展的工作。"))
                elif kind < 0.4:
                    blocks.append(Block("paragraph", text, 3, f"{number + 1}.", "下一步打算。"))
                else:
                    blocks.append(Block("paragraph", text))
            part += 1
        thanks = "感谢您对我区工作的关心和支持。"
        return (*blocks, Block("paragraph", thanks))


LENGTHS = (1, 3, 5, 8, 12, 18, 26, 36, 50, 70, 92)
"""How many sentences: from one page to eleven."""


def papers() -> dict[str, Reply]:
    """All papers by name: the first half is ``a-…``, the second ``b-…``."""
    found: dict[str, Reply] = {}
    for part, letter in enumerate("ab"):
        for number in range(HALF):
            name, reply = _paper(number, 1_000 * part + number, part)
            found[f"{letter}-{number:02}-{name}"] = reply
    return found


def _paper(number: int, seed: int, part: int) -> tuple[str, Reply]:
    pen = Pen(seed, part)
    if number >= HALF - len(_ODD):
        return _ODD[number - (HALF - len(_ODD))](pen)
    skin = ("letter", "document")[number % 2]
    draw = pen.draw
    joint = number % 8 in (5, 6)
    issuers = (UNIT, *JOINT[: draw.randint(1, 3)]) if joint else (UNIT,)
    length = LENGTHS[number // 2]
    reply = Reply(
        form="reply",
        skin=skin,
        title=f"{UNIT}关于对区政协十届三次会议第{draw.randrange(1, 400)}号提案的答复",
        issuers=issuers,
        body=pen.body(length),
        doc_no=f"青城管函〔2026〕{draw.randrange(1, 99)}号",
        salutation=draw.choice(("普绍平委员", "路遥岑、井和平、蔺若溪委员", "区工商联")),
        signatures=issuers,
        date=DATE,
        sealed=draw.random() < 0.8,
        remark=draw.choice(("联系人：李明远，电话：0789-8213306", None)),
        copies_to=COPIES[: draw.randint(1, len(COPIES))],
    )
    if skin == "document":
        reply = replace(reply, printer="青岚区城市管理局办公室", printed_on=dt.date(2026, 5, 19))
    return skin + ("-joint" if joint else ""), reply


def _plain(pen: Pen, form: str, title: str, skin: str, length: int, **more: object) -> Reply:
    issuers = (UNIT,)
    reply = Reply(
        form=form, skin=skin, title=title, issuers=issuers, body=pen.body(length),  # type: ignore[arg-type]
        doc_no="青城管函〔2026〕7号", signatures=issuers, date=DATE, copies_to=COPIES[:2],
    )  # fmt: skip
    return replace(reply, **more)  # type: ignore[arg-type]


def _co_handling(pen: Pen) -> tuple[str, Reply]:
    title = "关于对区政协十届三次会议第76号提案会办意见的函"
    return "co-handling", _plain(pen, "co-handling", title, "letter", 4, salutation="区交通运输局")


def _extension(pen: Pen) -> tuple[str, Reply]:
    title = "关于申请延期办理区政协十届三次会议第76号提案的函"
    return "extension", _plain(pen, "extension", title, "document", 3, salutation="区政府办公室")


def _return(pen: Pen) -> tuple[str, Reply]:
    title = "关于申请退办区十七届人大二次会议第105号建议的函"
    return "return", _plain(pen, "return", title, "letter", 2, salutation="区人大常委会代表工委")


def _second(pen: Pen) -> tuple[str, Reply]:
    title = "关于对区政协十届三次会议第12号提案的再次答复"
    return "second-reply", _plain(
        pen, "second-reply", title, "document", 9, salutation="普绍平委员", signer="王怀远",
        result_label="办理结果类别：A", urgency="特急",
    )  # fmt: skip


def _public(pen: Pen) -> tuple[str, Reply]:
    title = "关于对区政协十届三次会议第12号提案的答复"
    return "public", _plain(
        pen, "public", title, "letter", 14, salutation="普绍平委员", remark="此件公开发布"
    )


def _attached(pen: Pen) -> tuple[str, Reply]:
    rows = [(str(row), pen.sentences(1)[:30], f"{row}20㎡") for row in range(1, 9)]
    table = Block("table", rows=(("序号", "项目", "规模"), *rows))
    attachments = (
        Attachment("青岚区2026年停车泊位建设计划表", (table,)),
        Attachment("青岚区停车收费标准", (Block("paragraph", pen.sentences(5)),)),
    )
    title = f"{UNIT}关于区政协十届三次会议第12号提案的答复"
    return "attachments", _plain(
        pen, "reply", title, "document", 10, salutation="普绍平委员", attachments=attachments
    )


def _form(name: str, title: str, rows: tuple[tuple[str, ...], ...]) -> tuple[str, Reply]:
    note = Block("paragraph", "注：本表一式2份，请于15个工作日内寄回。")
    body = (Block("table", rows=rows), note)
    return name, Reply(form=name, skin="letter", title=title, issuers=(UNIT,), body=body)  # type: ignore[arg-type]


def _consultation(pen: Pen) -> tuple[str, Reply]:
    rows = (
        ("编　号", "第12号", "类　别", "提案"),
        ("案　由", f"关于{pen.draw.choice(TOPICS)}的提案"),
        ("对办理态度的评价", "□满意　□基本满意　□不满意"),
        ("具体意见", ""),
        ("签　名", "", "日　期", ""),
    )
    return _form("consultation", "青岚区政协提案办理情况征询意见表", rows)


def _contact(pen: Pen) -> tuple[str, Reply]:
    rows = (
        ("时　间", "2026年4月2日15:30", "方　式", "座谈"),
        ("地　点", pen.draw.choice(PLACES), "参加人", "普绍平、李明远等6人"),
        ("沟通情况", pen.sentences(3)),
        ("委员意见", ""),
    )
    return _form("contact-record", "提案办理面商记录表", rows)


def _sign_off(pen: Pen) -> tuple[str, Reply]:
    rows = (
        ("标　题", "关于对区政协十届三次会议第12号提案的答复"),
        ("拟稿单位", "停车管理科", "拟稿人", "李明远"),
        ("核稿意见", ""),
        ("签发意见", ""),
    )
    return _form("sign-off", "发文稿纸", rows)


_ODD = (
    _co_handling, _extension, _return, _second, _public, _attached, _consultation, _contact,
    _sign_off,
)  # fmt: skip
