"""Versions of a document: how many of those made by known edits are found, and how many wrongly.

Each family is a reply and one altered copy of it, all in one archive, always the same for the same
seed. A version is found where the archive names it; whatever else it names is a false one.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench.importing import sentences
from bench.table import Row, show
from corpus import EVERYTHING, Archive
from drafting.model import Document
from drafting.reading import read_pasted
from storage import transaction

FAMILIES = 150
_FURNITURE_ABOVE = (
    "首页 > 政务公开 > 建议提案办理\n"
    "索引号：QL-2025-{number} 发布机构：青岚区城市管理局 发布日期：2025-07-{day:02d}\n"
    "浏览次数：{number} 字体：大 中 小\n"
)
_FURNITURE_BELOW = (
    "\n上一篇：关于区政协十届四次会议第9号提案的答复\n下一篇：没有了\n分享到：\n"
    "主办：青岚区人民政府办公室 ICP备案：云ICP备20260101号"
)


def main() -> None:
    """Print the share found for each kind of edit, and the false ones."""
    rows = []
    for name, alter in _EDITS.items():
        found, wrong = _measured(alter)
        rows.append(Row(name, 100 * found / FAMILIES, "% found", higher_is_better=True))
        rows.append(Row(f"… named wrongly in {FAMILIES} families", wrong, ""))
    show(f"versions: {FAMILIES} families for each edit", rows)


def _measured(alter: Callable[[str, int, random.Random], Document]) -> tuple[int, int]:
    chance = random.Random(20261124)
    stock = sentences()
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.open(Path(folder))
        with transaction(archive.db):
            for number in range(FAMILIES):
                text = _reply(number, chance.sample(stock, chance.randint(8, 24)))
                archive.store(read_pasted(text), f"{number}/a")
                archive.store(alter(text, number, chance), f"{number}/b")
        found = wrong = 0
        for number, source in archive.db.execute("SELECT id, source FROM documents").fetchall():
            family = source.partition("/")[0]
            others = {
                one.source.partition("/")[0] for one in archive.reader(EVERYTHING).variants(number)
            }
            found += source.endswith("/b") and family in others
            wrong += len(others - {family})
        archive.close()
    return found, wrong


def _reply(number: int, parts: list[str], year: int = 2025) -> str:
    return (
        f"关于区政协十届四次会议第{number}号提案的答复\n薄望舒委员：\n"
        f"您提出的《关于第{number}项工作的提案》收悉，现答复如下：\n" + "".join(parts)
        + f"\n感谢您对我区工作的关心和支持。\n青岚区城市管理局\n{year}年6月{number % 28 + 1}日"
    )  # fmt: skip


def _drafted(share: float, *, numbered: bool) -> Callable[[str, int, random.Random], Document]:
    """Rewrite a share of the sentences; a draft bears no number yet."""

    def alter(text: str, number: int, chance: random.Random) -> Document:
        parts = re.split(r"(?<=。)", text)
        chosen = set(chance.sample(range(len(parts)), round(share * len(parts))))
        other = sentences()
        changed = "".join(
            chance.choice(other) if n in chosen and len(part) > 12 and "\n" not in part else part
            for n, part in enumerate(parts)
        )
        document = read_pasted(changed)
        return document if numbered else replace(document, session=None, item_no=None)

    return alter


def _touched(text: str, number: int, chance: random.Random) -> Document:
    """Change every figure, as a final does that was proofread."""
    changed = re.sub(r"(?<!第)\d{2,}(?!号)", lambda found: str(int(found[0]) + 1), text)
    return read_pasted(changed)


def _republished(text: str, number: int, chance: random.Random) -> Document:
    above = _FURNITURE_ABOVE.format(number=number, day=number % 28 + 1)
    return replace(read_pasted(above + text + _FURNITURE_BELOW), session=None, item_no=None)


def _continued(text: str, number: int, chance: random.Random) -> Document:
    parts = ["该提案续办情况如下。", *chance.sample(sentences(), 10)]
    return read_pasted(_reply(number, parts, 2026).replace("的答复\n", "续办情况的答复\n", 1))


_EDITS: dict[str, Callable[[str, int, random.Random], Document]] = {
    "published again, with a page's furniture": _republished,
    "every figure changed": _touched,
    "draft without number, 10 % of sentences rewritten": _drafted(0.1, numbered=False),
    "draft without number, 25 % rewritten": _drafted(0.25, numbered=False),
    "draft without number, 50 % rewritten": _drafted(0.5, numbered=False),
    "numbered, 50 % rewritten": _drafted(0.5, numbered=True),
    "taken up again (续办), all said anew": _continued,
}
