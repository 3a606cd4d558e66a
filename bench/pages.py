"""Every page of the workbench by processor time and weight, beside an empty Flask page.

An archive of 10,000 documents; an ordinary matter, one of 40 suggestions, one with an answer of
20,000 characters and some 1,250 figures, and 1,000 matters on the list. What is measured is the
processor time of the request, so that others' work on the machine does not count, and the bytes as
served: the first call of the page in the process, the median of calls after a sentence more was
saved (where the page is one of a matter), and the median of calls with nothing changed.

``BENCH_DOCUMENTS`` and ``BENCH_MATTERS`` tell the sizes; ``BENCH_DATA`` names a folder in which
an archive is kept from one run to the next.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import random
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from bench.clerk import fields_of
from bench.search_corpus import documents, sentences

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from casework import Casework
    from drafting.model import Draft, Proposal

DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "10000"))
MATTERS = int(os.environ.get("BENCH_MATTERS", "1000"))
RUNS = 5
MARK_MS, MARK_KB = 100.0, 200.0
LONG = 20_000
TODAY = dt.date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Call:
    """A page: its name in the table, what is sent to it, and the matter whose page it is.

    ``form`` makes what is posted, anew each time; it is not part of what is timed.
    """

    what: str
    path: str
    matter: int = 0
    form: Callable[[FlaskClient], Mapping[str, object]] | None = None
    as_script: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page cost, in milliseconds: at first, after a change, again; its bytes, its status."""

    what: str
    first: float
    anew: float
    again: float
    size: int
    status: int

    @property
    def within(self) -> bool:
        """Whether it is within both marks, the first call in the process aside."""
        return max(self.anew, self.again) < MARK_MS and self.size < MARK_KB * 1000


def main() -> None:
    """Print the census, the slowest first, and how many are outside the marks."""
    with _folder() as data:
        costs = census(data, fill(data))
    empty = _empty_page()
    print(f"\n## pages: {DOCUMENTS:,} documents, {MATTERS:,} matters\n")
    print(f"An empty Flask page: {empty:.2f} ms of processor time.\n")
    print(
        "| page | first, ms | after a change, ms | again, ms | times an empty page | kB | within |"
    )
    print("|---|---|---|---|---|---|---|")
    for one in sorted(costs, key=lambda one: -max(one.anew, one.again)):
        slowest, within = max(one.anew, one.again), "yes" if one.within else "**no**"
        print(
            f"| {one.what} | {one.first:.0f} | {one.anew:.0f} | {one.again:.0f} "
            f"| {slowest / empty:.0f} | {one.size / 1000:.0f} | {within} |"
        )
    outside = [one for one in costs if not one.within]
    slow = [one for one in costs if one.first >= MARK_MS]
    print(f"\n{len(costs)} pages; {len(outside)} outside the marks, {len(slow)} at the first call.")
    for one in costs:
        if one.status != 200:
            print(f"{one.what}: {one.status}")


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    kept = os.environ.get("BENCH_DATA")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


# ------------------------------------------------------------------ what is in the folder


def fill(data: Path) -> dict[str, int]:
    """Put archive and matters into ``data``; return the numbers of the matters by name."""
    from casework import Casework, figures
    from corpus import EVERYTHING, Archive, import_paths, import_samples
    from drafting.answering.first_draft import first_draft
    from templates import PROFILES

    archive = Archive.open(data)
    if archive.reader(EVERYTHING).count() < DOCUMENTS:
        import_samples(archive)
        ledger = data / "ledger.jsonl"
        lines = (json.dumps(one, ensure_ascii=False) for one in documents(DOCUMENTS))
        ledger.write_text("\n".join(lines), "utf-8")
        import_paths(archive, [ledger])
        ledger.unlink()
    for old in data.glob("casework.db*"):
        old.unlink()
    (data / "profiles").mkdir(exist_ok=True)
    shutil.copy(PROFILES / "default.toml", data / "profiles")
    pool = [one for one in sentences() if re.fullmatch(r"[一-鿿，、]{10,40}。", one)]
    with Casework.open(data) as casework:

        def written(draft: Draft) -> Draft:
            return _planned(first_draft(draft.proposal, archive.reader(EVERYTHING), today=TODAY))

        made = {
            "usual": _matter(casework, _proposal(1, 5, pool), written),
            "forty": _matter(casework, _proposal(2, 40, pool), written),
            "long": _matter(casework, _proposal(3, 5, pool), _long),
        }
        for matter in made.values():
            asked = figures.Asking("2025年新增泊位数", "停车管理科")
            figures.ask(casework, matter, [asked], dt.date.today())
        for number in range(MATTERS - len(made)):
            _matter(casework, _proposal(100 + number, 3, pool), None)
    archive.close()
    return made


def _proposal(number: int, many: int, pool: list[str]) -> Proposal:
    from drafting.model import Proposal, Proposer, Suggestion

    chance = random.Random(number)
    asked = tuple(
        Suggestion(f"{place}.", chance.choice(pool).rstrip("。"), chance.choice(pool))
        for place in range(1, many + 1)
    )
    return Proposal(
        matter="提案",
        session="区政协十届五次会议",
        item_no=f"{1000 + number}",
        subject=f"关于第{number}项民生工作的提案",
        proposers=(Proposer("薄望舒"),),
        suggestions=asked,
        role="主办",
        text="\n".join(f"{one.text}。{one.detail}" for one in asked),
    )


def _matter(casework: Casework, proposal: Proposal, answer: Callable[[Draft], Draft] | None) -> int:
    from drafting.intake.nouns import FieldReading, Intake, Listing, ListReading

    fields = {name: FieldReading("读出") for name in ("session", "item_no", "subject", "proposers")}
    reading = Intake(proposal, fields, ListReading(Listing(proposal.suggestions)))
    original = ("提案.txt", proposal.text.encode())
    number = casework.create_matter(proposal, "default", original, reading=reading)
    found = casework.matter(number)
    assert found is not None
    casework.confirm_suggestions(number, answer(found.draft) if answer else found.draft, 1)
    return number


def _planned(draft: Draft) -> Draft:
    """Add to each answer what is done next: figures, dates, a plan."""
    answers = [
        replace(
            one,
            next_step=f"下一步，将于2026年12月底前再完成{20 + place}处改造，并按季度公布进度。",
            next_unit="青岚区城市管理局",
            next_date="2026年12月底前",
            disposition="采纳",
        )
        for place, one in enumerate(draft.answers)
    ]
    return replace(draft, answers=tuple(answers))


def _long(draft: Draft) -> Draft:
    """The same, the first answer 20,000 characters with a figure in every 16."""
    draft = _planned(draft)
    first = replace(draft.answers[0], done=long_text())
    return replace(draft, answers=(first, *draft.answers[1:]))


def long_text(seed: int = 7) -> str:
    """Return 20,000 characters, 200 a paragraph, in which some 1,250 different figures stand."""
    chance = random.Random(seed)
    what = "新建公共停车泊位 改造老旧小区 增设充电设施 整治背街小巷 建成口袋公园 走访居民".split()
    units = "个 处 台 条 座 户".split()
    places = "白鹭 石门 双河 柳林 竹园 松岭 金沙 龙泉".split()
    text, line = [], ""
    while sum(map(len, text)) < LONG:
        pick = chance.randrange(len(what))
        line += f"{chance.choice(places)}{what[pick]}{chance.randint(11, 9999)}{units[pick]}，"
        if len(line) > 200:
            text.append(f"2025年，{line[:-1]}。")
            line = ""
    return "\n".join(text)[:LONG]


# ------------------------------------------------------------------ the calls


PLAIN = {
    "/today": "今日",
    "/": "办理清单",
    "/?show=全部": "办理清单：全部",
    "/deleted": "已删除",
    "/new": "登记",
    "/new/typed": "登记：逐项填写",
    "/promises": "承诺",
    "/numbers": "发文簿",
    "/statistics": "统计",
    "/statistics/ledger.xlsx": "统计：台账",
    "/statistics/ledger?as=csv": "统计：台账 csv",
    "/holidays": "节假日",
    "/undo": "最近的操作",
    "/check": "校对",
    "/check/ignored": "不再提示",
    "/search": "检索档案",
    "/search?q=老旧小区停车难": "检索：老旧小区停车难",
    "/search?q=加装电梯 补贴&kind=policy": "检索：收窄",
    "/search?q=社区养老服务设施&order=newest": "检索：最新在前",
    "/api/search?q=夜间施工噪声": "接口：检索",
    "/archive": "档案",
    "/archive?page=80": "档案：后面的页",
    "/archive/deleted": "档案：已删除",
    "/archive/failures": "档案：未能导入",
    "/documents/5": "档案文件",
    "/documents/5/correct": "档案文件：更正",
    "/people": "用户",
    "/notices/messages": "消息发送",
    "/webhooks": "外部通知",
    "/packages": "交换包",
    "/systems": "接入系统",
    "/people/sign-on": "统一登录",
    "/log": "日志",
    "/manual": "使用手册",
    "/manual/keys": "键盘操作",
    "/settings": "单位设置",
    "/settings/default/history": "单位设置：历次改动",
    "/settings/default/toml": "单位设置：文件",
    "/setup": "设置向导",
    "/setup/replies": "设置向导：读往年答复",
    "/setup/unit": "设置向导：本单位",
    "/setup/paper": "设置向导：公文",
    "/setup/sessions": "设置向导：届次",
    "/setup/people": "设置向导：人员",
    "/setup/archive": "设置向导：档案",
    "/health": "健康",
}
OF_MATTER = {
    "": "起草",
    "?s=2": "起草：第2条",
    "?tab=facts": "起草：事实",
    "?tab=reuse": "起草：借用",
    "?q=停车泊位": "起草：检索依据",
    "/side?s=1&tab=facts": "右栏：事实",
    "/strip?s=1": "纸样",
    "/pulse": "心跳",
    "/intake": "核对建议",
    "/opinions": "会办意见",
    "/figures": "数据征集",
    "/figures/new?s=1": "新增征集",
    "/figures/{request}": "一项征集",
    "/review": "送核稿",
    "/check": "校对文稿",
    "/redraft": "重新生成",
    "/reply": "文稿",
    "/reply?form=sign-off": "文稿：签发单",
    "/reply.docx": "Word 文件",
    "/papers.zip": "全套文件",
    "/versions": "历次版本",
    "/versions/1": "一个版本",
    "/compare?from=1&to=2": "比较",
    "/procedure": "办理流程",
    "/decide": "审阅",
    "/units": "分派单位",
    "/feedback": "征询意见",
    "/materials": "办理材料",
    "/attachments": "附件",
}
_NAMES = {"usual": "", "forty": "，40条建议", "long": "，答复两万字"}


def calls(matters: dict[str, int]) -> Iterator[Call]:
    """Yield every page that a clerk opens, and the posts that she waits for most."""
    for path, what in PLAIN.items():
        yield Call(what, path)
    yield Call("校对：贴入一万字", "/check", 0, _pasted("/check", LONG // 2))
    yield Call("登记：贴入提案", "/new", 0, _pasted("/new", 2_000))
    yield Call("批量登记：80 件的清单", "/batches/1")
    for name, matter in matters.items():
        at, end = f"/matters/{matter}", _NAMES[name]
        for path, what in OF_MATTER.items():
            yield Call(what + end, at + path.format(request=matters[name]), matter)
        yield Call("保存答复" + end, f"{at}/answers/1", matter, _saving(at), as_script=True)
        yield Call("保存文稿信息" + end, f"{at}/reply", matter, _information(at))
        yield Call("核对：下移一条" + end, f"{at}/intake", matter, _correcting(at))


def _pasted(path: str, length: int) -> Callable[[FlaskClient], dict[str, str]]:
    """Make the form of a page with other sentences pasted each time."""
    texts = (one["text"] for one in documents(1_000, seed=length))

    def form(client: FlaskClient) -> dict[str, str]:
        text = ""
        while len(text) < length:
            text += f"{next(texts)}\n"
        return dict(fields_of(client.get(path).text)) | {"text": text[:length]}

    return form


def _saving(at: str) -> Callable[[FlaskClient], dict[str, str]]:
    """Make the form that the page's script sends, a sentence more in it each time."""
    numbers = count(3)

    def form(client: FlaskClient) -> dict[str, str]:
        found = dict(fields_of(client.get(at).text))
        return found | {"done": f"{found['done']}\n又新建泊位{next(numbers)}个。"}

    return form


def _information(at: str) -> Callable[[FlaskClient], dict[str, str]]:
    numbers = count(1)

    def form(client: FlaskClient) -> dict[str, str]:
        found = dict(fields_of(client.get(f"{at}/reply").text))
        return found | {"signer": f"第{next(numbers)}人"}

    return form


def _correcting(at: str) -> Callable[[FlaskClient], dict[str, object]]:
    """Make the form that the script of 核对 sends to have a row moved."""

    def form(client: FlaskClient) -> dict[str, object]:
        sent: dict[str, list[str]] = {}
        for name, value in fields_of(client.get(f"{at}/intake").text):
            sent.setdefault(name, []).append(value)
        return {**sent, "action": "down:0", "part": "lists"}

    return form


def census(data: Path, matters: dict[str, int]) -> list[Cost]:
    """Ask for each page; return what it cost."""
    from casework import Casework
    from web import create_app

    client = create_app(data).test_client()
    # Held open as the service does.
    with Casework.open(data) as casework:
        _begin_batch(casework, data)
        return [_cost(client, casework, one) for one in calls(matters)]


def _begin_batch(casework: Casework, data: Path) -> None:
    """Have a ledger of 80 wait to be confirmed."""
    from bench.ledger_files import items, table, workbook
    from casework.batches import Batches
    from desk.batch.work import BatchWork

    content = workbook(table(items(80)))
    number = Batches(casework).begin("", "", "default", [("交办表.xlsx", content)])
    work = BatchWork(data)
    while work.step_of(number):
        pass
    work.close()


def _cost(client: FlaskClient, casework: Casework, call: Call) -> Cost:
    first, answer = _timed(client, call)
    anew = []
    for _ in range(RUNS if call.matter else 0):
        _change(casework, call.matter)
        anew.append(_timed(client, call)[0])
    again = [_timed(client, call)[0] for _ in range(RUNS)]
    size = len(answer.data)
    return Cost(
        call.what, first, statistics.median(anew or again), statistics.median(again), size,
        answer.status_code,
    )  # fmt: skip


def _timed(client: FlaskClient, call: Call) -> tuple[float, TestResponse]:
    form = call.form(client) if call.form else None
    headers = {"Accept": "application/json"} if call.as_script else {}
    begun = time.process_time()
    if form is None:
        answer = client.get(call.path)
    else:
        answer = client.post(call.path, data=form, headers=headers, follow_redirects=True)
    return (time.process_time() - begun) * 1000, answer


def _change(casework: Casework, matter: int) -> None:
    """Write a sentence more into the first answer, as a save does."""
    found = casework.matter(matter)
    assert found is not None
    answer = found.draft.answers[0]
    done = f"{answer.done}\n另新增设施{found.version}处。"
    casework.save_answer(matter, 0, replace(answer, done=done), found.version)


def _empty_page() -> float:
    """Return the processor time of an empty page of Flask's, in milliseconds."""
    from flask import Flask

    app = Flask("empty")
    app.add_url_rule("/", view_func=lambda: "")
    client = app.test_client()
    client.get("/")
    begun = time.process_time()
    for _ in range(200):
        client.get("/")
    return (time.process_time() - begun) * 1000 / 200
