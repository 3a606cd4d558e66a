"""Make eighty papers of our own and draw every page of them, for a typist's eye.

``python scripts/eighty_papers.py DIR [--seed N] [--count N]`` in the virtualenv. All forms, both
skins, one to eleven pages, one to five issuers, long and short names, tables, attachments; all of
it invented. LibreOffice makes the PDF; DIR gets each paper as .docx and .pdf, sheets of pages as
``sheet-01.png`` and so on, and ``flaws.txt`` with what can be found without looking.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from drafting.assembly import assemble
from drafting.model import (
    Answer,
    Contact,
    Draft,
    Extension,
    Form,
    FormerReply,
    HeadMarks,
    Opinion,
    OpinionState,
    Proposal,
    Proposer,
    Reply,
    Return,
    Skin,
    Suggestion,
)
from drafting.profile import Profile, load_profile
from drafting.writing import write_docx
from drafting.writing.printing.pdf import convert_all
from drafting.writing.typesetting.pages import Layout, lay_out

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
COLUMNS, ROWS, WIDE, LABEL, GAP = 5, 2, 400, 18, 6
FORMS: tuple[Form, ...] = (
    *["reply"] * 9,
    "second-reply",
    "public",
    "co-handling",
    "extension",
    "return",
    "consultation",
    "contact-record",
    "sign-off",
    "opinion-request",
    "public",
    "co-handling",
)
UNITS = (
    ("青岚区城市管理局", "区城管局"),
    ("青岚区农业农村和水务局", "区农业农村局"),
    ("青岚区文化广电旅游体育局", "区文广旅体局"),
    ("云湖市青岚区综合行政执法和城市运行管理服务指挥中心", "区指挥中心"),
    ("青岚区人民政府南屏街道办事处", "南屏街道"),
    ("青岚区卫生健康委员会", "区卫健委"),
    ("青岚区人力资源和社会保障局", "区人社局"),
)
OTHERS = (
    "区发改局 区财政局 区住建局 区自然资源局 区公安分局 区交通运输局 区教体局 南屏街道办事处"
).split()
SESSIONS = (
    "区政协十届五次会议",
    "区十八届人大五次会议",
    "云湖市青岚区第十八届人民代表大会第五次会议",
)
SUBJECTS = (
    "关于缓解老旧片区停车难的提案",
    "关于完善“15分钟养老服务圈”布局、加快补齐助餐短板的提案",
    "关于培育乡村采摘旅游的提案",
    "关于在白鹭镇卫生院门前增设公交站点的建议",
    "关于统筹推进老旧小区停车设施建设与错时共享、规范路内停车收费并公开收费标准的提案",
)
ASKS = (
    "盘活边角地、闲置地，增加公共停车泊位",
    "建议规范路内停车收费；公开收费标准",
    "推进机关单位停车场错时共享",
    "对占用消防通道的“僵尸车”集中清理",
    "加大助餐点补贴力度，支持社会力量参与运营",
    "建立部门联席会议制度，每季度通报一次进展情况，及时研究解决推进中遇到的困难和问题",
    "加强宣传",
    "在G338国道白鹭段、X215县道沿线增设12处公交站点",
)
SENTENCES = (
    "我局会同有关单位，按照“挖潜、共享、新建”的思路推进公共停车设施建设——先摸清底数，再分片实施。",
    "2025年以来，全区共完成12处边角地改造，新增公共泊位1,200个，其中路外泊位860个（含充电泊位96个）。",
    "对群众反映集中的青岚大道、云溪路、学府巷等路段，实行错时停放，由属地街道负责日常引导；高峰时段加派力量。",
    "《青岚区停车设施建设三年行动计划（2025—2027年）》（青政办发〔2025〕31号）明确了年度任务、责任单位和完成时限。",
    "目前仍存在老旧小区改造空间不足、社会资本参与意愿不强、信息平台数据更新不及时等问题。",
    "投入资金860.5万元，建成智能停车场6处，平均周转率提高12.5%，投诉量同比下降31.8%。",
    "市民可通过“青岚停车”APP、微信小程序或拨打0789-8213306查询泊位、缴费和投诉。",
    "经实地踏勘，该路段红线宽度6.5米，不满足港湾式停靠站设置条件（GB/T 36670—2018）。",
    "下一步，将于2027年6月底前完成。",
)
TABLE = """表1 公共停车泊位建设计划
单位：个
| 序号 | 项目名称 | 泊位 | 责任单位 | 完成时限 |
| 1 | 云湖路停车场 | 120 | 区城市管理局 | 2026年12月底前 |
| 2 | 青岚大道东侧老旧小区边角地停车场（含充电设施） | 86 | 区住房和城乡建设局 | 2027年6月底前 |
| 3 | 学府巷错时共享泊位 | 1,240 | 南屏街道办事处 | 2026年12月底前 |
注：含充电泊位。"""
NAMES = "路遥岑 井和平 蔺若溪 普绍平 纪占荣 杨文澜 何静秋 罗守正 白一鸣 涂序卓 薄望舒".split()
DIGITS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper with its name in the list, and how it is laid out."""

    name: str
    reply: Reply
    layout: Layout


def papers(seed: int, count: int) -> Iterator[Paper]:
    """Yield ``count`` papers, others for every ``seed``."""
    for number in range(count):
        draw = random.Random(seed * 1000 + number)
        form = FORMS[number % len(FORMS)]
        skin: Skin = "document" if draw.random() < 0.4 else "letter"
        unit = draw.choice(UNITS)
        profile = _profile(unit)
        draft = _draft(draw, unit, number)
        reply = assemble(draft, profile, form=form, skin=skin)
        name = f"{number:02}-{form}-{reply.skin}-{len(reply.issuers)}"
        yield Paper(name, reply, lay_out(reply))


def _profile(unit: tuple[str, str]) -> Profile:
    usual = load_profile("default")
    return replace(usual, unit=replace(usual.unit, name=unit[0], short=unit[1]))


def _draft(draw: random.Random, unit: tuple[str, str], number: int) -> Draft:
    matter = draw.choice(("提案", "提案", "建议"))
    many = draw.choice((1, 1, 1, 2, 3, 5, 12))
    kind = "委员" if matter == "提案" else "代表"
    people = tuple(Proposer(name, kind) for name in draw.sample(NAMES, min(many, len(NAMES))))
    asked = tuple(
        Suggestion(f"{place}.", text)
        for place, text in enumerate(draw.sample(ASKS, 1 + number % 7), start=1)
    )
    co_units = tuple(draw.sample(OTHERS, draw.choice((0, 0, 1, 2, 4))))
    proposal = Proposal(
        matter=matter,
        session=draw.choice(SESSIONS),
        item_no=draw.choice(("12", "118", "20260118", "B类第018号")),
        subject=draw.choice(SUBJECTS),
        proposers=people,
        handling_unit=unit[0],
        co_units=co_units,
        suggestions=asked,
        role="主办",
        assigned=dt.date(2026, 8, 20),
        due=dt.date(2026, 11, 20),
    )
    issuers = draw.choice(((), (), (), 2, 3, 4, 5))
    joint = (unit[0], *draw.sample(OTHERS, issuers - 1)) if isinstance(issuers, int) else ()
    return Draft(
        proposal,
        answers=tuple(_answer(draw, one, number) for one in asked),
        doc_no="青城管函〔2026〕12号",
        issuers=joint,
        date=dt.date(2026, draw.choice((1, 5, 11, 12)), draw.choice((6, 18, 20, 30))),
        contacts=tuple(
            Contact(name, "0789-8213306") for name in draw.sample(NAMES, draw.choice((1, 2, 3)))
        ),
        copies_to=tuple(draw.sample(OTHERS, draw.choice((1, 2, 5, 8)))),
        class_code=draw.choice(("A", "B", "C")),
        disclosure="主动公开",
        signer=draw.choice(("陆承安", None)),
        attachments=draw.choice(
            (
                (),
                (),
                (),
                ("老旧片区停车资源普查表",),
                ("公共停车泊位建设计划表", "收费标准公示牌设置点位"),
            )
        ),
        marks=HeadMarks(urgency=draw.choice(("", "", "加急"))),
        returning=Return(_prose(draw, 2), "区住建局", "青城管函〔2026〕15号"),
        extension=Extension(_prose(draw, 2), dt.date(2027, 1, 20), "青城管函〔2026〕16号"),
        former=FormerReply("青城管函〔2025〕31号", dt.date(2025, 9, 1), "没有说明何时建成"),
        opinions=(Opinion("核稿", "江一苇", "已核，请陆局长审签。", dt.date(2026, 11, 11)),),
        co_opinions=tuple(
            OpinionState(one, dt.date(2026, 9, 1), dt.date(2026, 10, 9), dt.date(2026, 9, 28))
            for one in co_units
        ),
    )


def _answer(draw: random.Random, asked: Suggestion, number: int) -> Answer:
    """An answer whose length hangs on the paper's number, so that all lengths come."""
    done = [_prose(draw, draw.randint(1, 3)) for _ in range(draw.randint(1, 1 + number % 5))]
    if draw.random() < 0.15:
        done.append(TABLE)
    return Answer(
        asked,
        done="\n".join(done),
        next_step=_prose(draw, draw.randint(1, 2)),
        next_unit="区城管局",
        next_date="2027年6月底前",
        disposition=draw.choice(("采纳", "部分采纳", "列入计划")),
        reason="受道路红线宽度限制",
    )


def _prose(draw: random.Random, count: int) -> str:
    return "".join(draw.sample(SENTENCES, count))


# ------------------------------------------------------------------ what needs no eye


def flaws(paper: Paper, printed: int) -> Iterator[str]:
    """Yield what a typist would send back, as far as lines and pages tell it."""
    layout = paper.layout
    if printed != len(layout.pages):
        yield f"{printed} pages in LibreOffice, {len(layout.pages)} in the preview"
    for number, page in enumerate(layout.pages, start=1):
        blanks = 0
        for row in page:
            item = layout.items[row.item]
            if item.role in ("paragraph", "heading", "remark") and row.end == len(item.full_text):
                last = item.full_text[row.start : row.end].strip()
                if row.start and len(last) <= 2:
                    yield f"page {number}: a {item.role} ends with a line “{last}”"
            blanks = blanks + 1 if item.role == "blank" else 0
            if blanks > 3:
                yield f"page {number}: {blanks} empty lines"


# ------------------------------------------------------------------ the pictures


def main() -> None:
    """Make them, draw them, say what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=80)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    made = list(papers(asked.seed, asked.count))
    files = {paper.name: write_docx(paper.reply) for paper in made}
    pdfs = convert_all(files, 600)
    pages: list[tuple[str, Image.Image]] = []
    said = []
    for paper in made:
        (asked.folder / f"{paper.name}.docx").write_bytes(files[paper.name])
        (asked.folder / f"{paper.name}.pdf").write_bytes(pdfs[paper.name])
        with pypdfium2.PdfDocument(pdfs[paper.name]) as pdf:
            pages += [
                (f"{paper.name} {place}/{len(pdf)}", page.render(scale=WIDE / 595).to_pil())
                for place, page in enumerate(pdf, start=1)
            ]
            said += [f"{paper.name}: {one}" for one in flaws(paper, len(pdf))]
    for number, at in enumerate(range(0, len(pages), COLUMNS * ROWS), start=1):
        sheet = _sheet(pages[at : at + COLUMNS * ROWS])
        sheet.save(asked.folder / f"sheet-{number:02}.png")
    (asked.folder / "flaws.txt").write_text("\n".join(said) + "\n", "utf-8")
    print(f"{len(made)} papers, {len(pages)} pages, {len(said)} found without looking")


def _sheet(pages: Sequence[tuple[str, Image.Image]]) -> Image.Image:
    high = max(picture.height for _, picture in pages)
    size = (COLUMNS * (WIDE + GAP), ROWS * (high + LABEL + GAP))
    sheet, font = Image.new("RGB", size, (120, 120, 120)), ImageFont.truetype(FONT, 13)
    pen = ImageDraw.Draw(sheet)
    for place, (name, picture) in enumerate(pages):
        x, y = place % COLUMNS * (WIDE + GAP), place // COLUMNS * (high + LABEL + GAP)
        pen.text((x + 2, y), name, (255, 255, 0), font)
        sheet.paste(picture, (x, y + LABEL))
    return sheet


if __name__ == "__main__":
    main()
