"""The time of a first draft from bad input, beside one search for the same words.

Invented archives (none; another province's office alone; ten thousand letters of citizens; a policy
of 2008 repealed in 2020) and proposals (a suggestion of one word, forty, two alike). The peer is
one search of the same archive for the proposal's whole text.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench.table import Row, show
from corpus import EVERYTHING, Archive
from drafting.answering.first_draft import first_draft
from drafting.model import Document, Draft, Kind, Proposal, Suggestion
from drafting.reading import read_bytes

LETTERS = 10_000
SEED = 20261128
_UNIT = "青岚区城市管理局"
_PLACES = "望湖路 南屏街 文昌巷 学府小区 双河社区 柳林路 松岭村 金沙广场 梅园小区 凤台路".split()
_COMPLAINTS = (
    "路灯坏了三个月没人修，晚上出行不安全",
    "小区门口乱停车，消防通道被占",
    "建筑工地夜间施工噪声扰民",
    "公交车班次太少，早高峰挤不上去",
    "老旧小区停车难，能不能划一些泊位",
    "垃圾桶没有及时清运，气味难闻",
    "老年食堂什么时候能开到我们社区",
    "孩子放学没人接，课后服务名额不够",
)
_SUGGESTIONS = (
    "增加老旧小区停车泊位", "推动机关单位停车场错时开放", "规范道路停车收费", "建设智慧停车平台",
    "清理占用消防通道的车辆", "更换损坏的路灯", "增加公交班次", "办好老年食堂",
)  # fmt: skip


def letters(count: int) -> Iterator[tuple[str, str]]:
    """Yield sources and texts of citizens' letters with the short answers that they got."""
    dice = random.Random(SEED)
    for number in range(count):
        place, words = dice.choice(_PLACES), dice.choice(_COMPLAINTS)
        house = dice.randint(1, 300)
        yield (
            f"来信{number}",
            (
                f"反映{place}{house}号附近{words}\n网友您好：您反映{place}{house}号附近的问题收悉。"
                f"经现场查看，情况属实，已通知责任单位处理，预计{dice.randint(1, 12)}月底前完成。"
                "感谢您的监督。"
            ),
        )


def replies(unit: str) -> Iterator[tuple[str, str]]:
    """Yield the replies of one office."""
    for number, words in enumerate(_SUGGESTIONS * 5):
        yield (
            f"答复{number}",
            (
                f"关于省政协十二届三次会议第{number + 1}号提案的答复\n薄望舒委员：\n"
                f"您提出的关于{words}的提案"
                f"收悉，现答复如下：\n一、已开展的工作\n"
                f"我局已{words}，完成投资{number + 3}00万元。\n"
                f"二、下一步打算\n我局将继续{words}。\n{unit}\n2025年6月1日"
            ),
        )


REPEALED = (
    (
        "办法",
        "青岚区人民政府关于印发青岚区停车泊位管理办法的通知\n青政发〔2008〕3号\n各街道办事处：\n"
        "现将办法印发给你们，请遵照执行。\n一、增加停车泊位。在老旧小区增加停车泊位，每年新增泊位200个。\n"
        "青岚区人民政府\n2008年3月1日",
    ),
    (
        "决定",
        "青岚区人民政府关于废止部分行政规范性文件的决定\n青政发〔2020〕5号\n各街道办事处：\n"
        "决定废止下列文件：\n一、青岚区停车泊位管理办法（青政发〔2008〕3号）\n青岚区人民政府\n2020年6月1日",
    ),
)


def asking(*texts: str, subject: str = "关于缓解老旧小区停车难的提案") -> Proposal:
    """Return a proposal to our unit with the suggestions ``texts``."""
    return Proposal(
        subject=subject,
        handling_unit=_UNIT,
        suggestions=tuple(Suggestion(f"{n}.", text) for n, text in enumerate(texts, 1)),
    )


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal over an archive."""

    name: str
    archive: str
    proposal: Proposal


FORTY = tuple(f"{_PLACES[n % 10]}{_SUGGESTIONS[n % 8]}" for n in range(40))
CASES = (
    Case("没有档案", "empty", asking(*_SUGGESTIONS[:3])),
    Case("只有外省一个单位的档案", "elsewhere", asking(*_SUGGESTIONS[:3])),
    Case("一万封群众来信", "letters", asking(*_SUGGESTIONS[:3])),
    Case("2008年的文件，2020年废止", "repealed", asking(_SUGGESTIONS[0])),
    Case("一个词的建议", "own", asking("停车", subject="停车")),
    Case("四十条建议，一万封来信", "letters", asking(*FORTY)),
    Case("四十条建议", "own", asking(*FORTY)),
    Case("两条一样的建议", "own", asking(_SUGGESTIONS[0], _SUGGESTIONS[0])),
)


def build(folder: Path, letters_count: int = LETTERS) -> dict[str, Archive]:
    """Return the archives of :data:`CASES` by name, made in ``folder``."""
    papers: dict[str, Callable[[], Iterator[tuple[str, str]]]] = {
        "empty": lambda: iter(()),
        "elsewhere": lambda: replies("杭州市城市管理局"),
        "own": lambda: replies(_UNIT),
        "letters": lambda: letters(letters_count),
        "repealed": lambda: iter(REPEALED),
    }
    found = {}
    for name, texts in papers.items():
        (folder / name).mkdir()
        archive = found[name] = Archive.open(folder / name)
        archive.db.execute("PRAGMA synchronous = OFF")
        for source, text in texts():
            archive.store(_read(text), source)
    return found


def _read(text: str) -> Document:
    document = read_bytes(text.encode(), "a.txt")
    if document.kind is not Kind.OTHER:
        return document
    # A ledger of letters says of its lines that they are replies.
    return replace(document, kind=Kind.REPLY, title=text.split("\n", 1)[0])


def main() -> None:
    """Build the archives, draft each case cold, and show the times beside one search."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        archives = build(Path(folder))
        for case in CASES:
            archive = archives[case.archive]
            words = "\n".join(one.text for one in case.proposal.suggestions)
            archive.reader(EVERYTHING).passages("预热", limit=1)
            searching, _ = _timed(lambda: archive.reader(EVERYTHING).passages(words, limit=40))  # noqa: B023
            drafting, draft = _timed(lambda: first_draft(case.proposal, archive.reader(EVERYTHING)))  # noqa: B023
            rows.append(Row(case.name, drafting, "s", "one search", searching, "< 3 s"))
            if "--show" in sys.argv:
                _print(case.name, draft)
        for archive in archives.values():
            archive.close()
    show("坏输入时的初稿", rows)


def _timed(act: Callable[[], object]) -> tuple[float, object]:
    start = time.perf_counter()
    made = act()
    return time.perf_counter() - start, made


def _print(name: str, draft: object) -> None:
    assert isinstance(draft, Draft)
    print(f"\n== {name}：{len(draft.answers)} 条")
    for answer in draft.answers[:6]:
        print(f"-- {answer.suggestion.text}\n{answer.done}\n{answer.next_step}")
        print("\n".join(f"   · {note}" for note in answer.notes))


if __name__ == "__main__":
    main()
