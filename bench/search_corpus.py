"""A hundred thousand documents of recombined real sentences, always the same for the same seed.

Sentences come from the samples and, where it stands beside the project, from ``../shared``. Each
document is written about one matter: most of its sentences are taken from one neighbourhood of the
pool, so that words keep company as they do in real papers; names of places, roads and firms are
made up, so that the vocabulary grows with the archive as a real one's does.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT / ".." / "shared"
SEED = 20260301

_SYLLABLES = (
    "青岚云湖白鹭溪桥南屏文昌学府棉纺工农石门双河柳林竹园松岭金沙龙泉凤台玉泉东升西关北苑中和兴隆"
    "安宁永平长乐新民建华光明胜利和平幸福团结红旗清水大塘小河古城新区开元宝山景阳梅园桂花荷塘枫林"
)
_UNITS = "教育局 民政局 财政局 交通运输局 城市管理局 卫生健康局".split()
_ENDINGS = "路 街 巷 社区 村 小区 广场 公园 学校 医院 公司 市场 大道 花园 新城".split()


def sentences() -> list[str]:
    """Return the pool of real sentences, neighbours side by side."""
    texts = [
        path.read_text("utf-8")
        for folder in ("replies", "policies", "proposals")
        for path in sorted((ROOT / "corpus" / "samples" / folder).glob("*.txt"))
    ]
    pairs = SHARED / "relevance" / "pairs-dev.jsonl"
    if pairs.exists():
        records = [json.loads(line) for line in pairs.read_text("utf-8").splitlines()]
        # Every fourth is kept out: those ask in the bench, and must not meet their own words.
        texts += [f"{one['body']}\n{one['reply']}" for n, one in enumerate(records) if n % 4]
    replies = SHARED / "replies" / "dev.jsonl"
    if replies.exists():
        records = [json.loads(line) for line in replies.read_text("utf-8").splitlines()]
        texts += [re.sub(r"<[^>]+>", "\n", str(one.get("html", ""))) for one in records]
    found = (part.strip() for text in texts for part in re.split(r"(?<=[。！？；])|\n", text))
    return [part for part in found if 8 <= len(part) <= 160]


def documents(count: int, seed: int = SEED) -> Iterator[dict[str, str]]:
    """Yield ``count`` documents as lines of a ledger; about 1,000 characters each."""
    pool = sentences()
    dice = random.Random(seed)
    for number in range(count):
        year = dice.choice(range(2015, 2027))
        kind = dice.choices(("reply", "policy"), (4, 1))[0]
        place = _name(dice)
        what = "答复" if kind == "reply" else "通知"
        length = min(4_000, max(200, int(dice.lognormvariate(6.75, 0.6))))
        yield {
            "source": f"b{number}",
            "kind": kind,
            "title": f"关于{place}{dice.choice(pool)[:18]}的{what}",
            "date": f"{year}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
            "issuer": f"青岚区{dice.choice(_UNITS)}",
            "text": _text(dice, pool, place, length),
        }


def questions(count: int, seed: int = SEED + 1) -> list[str]:
    """Return whole proposals of 1,500 characters, from the same pool."""
    pool = sentences()
    dice = random.Random(seed)
    return [_text(dice, pool, _name(dice), 1_600)[:1_500] for _ in range(count)]


def _text(dice: random.Random, pool: list[str], place: str, length: int) -> str:
    parts: list[str] = []
    size = 0
    home = dice.randrange(len(pool))
    while size < length:
        near = dice.random() < 0.6
        at = (home + dice.randrange(-25, 25)) % len(pool) if near else dice.randrange(len(pool))
        part = pool[at]
        if dice.random() < 0.25:
            part = f"{place}{_name(dice) if dice.random() < 0.5 else ''}，{part}"
        parts.append(part)
        size += len(part)
    lines = [parts[n : n + 4] for n in range(0, len(parts), 4)]
    return "\n".join("".join(line) for line in lines)


def _name(dice: random.Random) -> str:
    return "".join(dice.sample(_SYLLABLES, dice.choice((2, 2, 3)))) + dice.choice(_ENDINGS)
