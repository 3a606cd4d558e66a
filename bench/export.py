"""Export of replies of five pages, beside a template filled by docxtpl with the same texts.

Every reply has a text of its own: what was broken into lines once is kept, and the same text again
would flatter the figure.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import multiprocessing
import random
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from bench.table import Row, median_ms, show
from drafting.model import Block, Reply

CLAUSES = (
    "我局会同{place}对全区停车设施逐一排查",
    "利用拆违腾空地、桥下空间建成公共停车场{few}处，新增泊位{many}个",
    "组织机关事业单位向居民错时开放泊位{many}个，接入“青岚停车”平台统一管理",
    "对{place}上报的{few}处堵点逐处踏勘，已完成改造{few}处",
    "投入资金{many}.{few}万元，更新公示牌{many}块",
    "由{place}负责日常引导，高峰时段加派{few}人——重点路段随到随疏",
)
PLACES = ("区发改局、区财政局", "区住建局", "南屏街道、北苑街道", "区交通运输局", "白鹭镇")

WARM_UP = 20


def five_pages(seed: int) -> Reply:
    """Return a reply that fills five pages, another text for every ``seed``."""
    draw = random.Random(seed)
    body = [Block("paragraph", "您提出的《关于缓解老旧片区停车难的提案》收悉，现答复如下：")]
    for number, label in enumerate("一二三四五", start=1):
        body.append(Block("heading", f"关于第{number}条建议的办理情况", 1, f"{label}、"))
        body += [Block("paragraph", _paragraph(draw)) for _ in range(4)]
    return Reply(
        form="reply",
        skin="letter",
        title="关于区政协十届五次会议第211号提案的答复",
        issuers=("青岚区城市管理局",),
        body=tuple(body),
        doc_no="青城管函〔2026〕12号",
        salutation="路遥岑、井和平、蔺若溪委员",
        signatures=("青岚区城市管理局",),
        date=dt.date(2026, 12, 20),
        remark="联系人：景程远，电话：0789-8213306",
        copies_to=("区政府办公室", "区政协提案委员会"),
    )


def _paragraph(draw: random.Random) -> str:
    clauses = draw.choices(CLAUSES, k=draw.choice((3, 4)))
    filled = (
        clause.format(
            place=draw.choice(PLACES), few=draw.randint(2, 60), many=draw.randint(100, 9999)
        )
        for clause in clauses
    )
    return f"{draw.randint(2021, 2026)}年以来，{'；'.join(filled)}。"


def _replies() -> Iterator[Reply]:
    return map(five_pages, itertools.count())


def main() -> None:
    """Print the time of one export and of 500, and what 500 leave in memory."""
    from drafting.writing import render_preview

    peer, shown = _docxtpl(), _replies()
    ours, theirs = median_ms(_ours()), median_ms(peer) if peer else None
    batch = _in_a_process_of_its_own("ours")
    peer_batch = _in_a_process_of_its_own("docxtpl") if peer else Batch(None, None)
    name = "docxtpl, same text"
    rows = [
        Row(".docx of five pages", ours, "ms", name, theirs, "≤ 30 ms"),
        Row("preview of five pages", median_ms(lambda: render_preview(next(shown))), "ms"),
        Row("500 .docx", batch.seconds or 0.0, "s", name, peer_batch.seconds, "≤ 20 s"),
        Row(
            "peak grown by the 500", batch.grown_mb or 0.0, "MB", name, peer_batch.grown_mb, "flat"
        ),
    ]
    show("export", rows)


class Batch(NamedTuple):
    """Seconds that 500 exports take, and by how many MB their process's peak grew meanwhile."""

    seconds: float | None
    grown_mb: float | None


def _in_a_process_of_its_own(who: str) -> Batch:
    # The peak is the process's whole: what another work has reached would hide this one's growth.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_many, who).result()


def _many(who: str) -> Batch:
    work = _ours() if who == "ours" else _docxtpl()
    assert work is not None
    for _ in range(WARM_UP):
        work()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    for _ in range(500):
        work()
    seconds = time.perf_counter() - start
    return Batch(seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)


def _ours() -> Callable[[], object]:
    from drafting.writing import write_docx

    replies = _replies()
    return lambda: write_docx(next(replies))


def _docxtpl() -> Callable[[], object] | None:
    """A filling of a template with a reply's lines; ``None`` where docxtpl is not installed."""
    try:
        from docxtpl import DocxTemplate
    except ImportError:
        return None
    from docx import Document

    document = Document()
    for line in (
        "{{ title }}",
        "{{ salutation }}：",
        "{%p for p in body %}",
        "{{ p }}",
        "{%p endfor %}",
    ):
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    replies = _replies()

    def fill() -> None:
        reply = next(replies)
        lines = [block.full_text for block in reply.body]
        template = DocxTemplate(io.BytesIO(stream.getvalue()))
        template.render({"title": reply.title, "salutation": reply.salutation, "body": lines})
        template.save(io.BytesIO())

    return fill
