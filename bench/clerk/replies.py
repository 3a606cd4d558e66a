"""Three replies as a clerk makes them in Chromium: a web page, a form in Word, a deputy's prose.

From the list to 送核稿. The papers are real ones where ``../shared/proposals`` lies beside the
project, else invented ones; the archive holds the samples and, of each paper, a reply of this year
by the office itself in which the answers stand. The clerk reads what is read out and drafted,
corrects what is not as the labels say, chooses what is left open, and types nothing else but what
stands on the sheet with which the item was handed over. Counted are clicks, keys, characters typed,
and fields retyped that the product had read or been told before; the time is modelled
(:mod:`bench.clerk.hand`). The marks: 6 minutes and 25 clicks a reply, none retyped.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.clerk.hand import Hand, Tally
from bench.clerk.service import ROOT, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHARED = ROOT.parent / "shared" / "proposals" / "dev.jsonl"
CHOSEN = {"网页": "huanxian12", "Word 表格": "tinghu70", "代表的文章": "gusha"}
UNIT, CLERK, PASSWORD = "青岚区城市管理局", "林知远", "青岚2026城管"
WRITTEN = "此项工作正在按方案推进。"
TERM = f"{dt.date.today().year + 1}年6月底前"
FIELDS = (
    ("done", "已开展的工作"),
    ("next_step", "下一步工作"),
    ("next_unit", "责任单位"),
    ("next_date", "完成时限"),
)
CONTACT = ("林知远", "0000-1234567")
MOST_MINUTES, MOST_CLICKS = 6.0, 25
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-headless-shell")
ARGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking".split()


@dataclass(frozen=True, slots=True)
class Paper:
    """What comes in: how, its text, and what a person reads out of it (``None``: not printed)."""

    way: str
    text: str
    subject: str | None
    item_no: str | None
    suggestions: tuple[str, ...]


COVER = {"session": "区人大十届五次会议", "item_no": "157", "p_name": "纪春萍"}
"""What the sheet says with which an item is handed over, where the paper does not print it."""

INVENTED = (
    Paper(
        "网页",
        "当前位置：首页 > 提案选登\n关于加强背街小巷保洁工作的提案\n"
        "青岚区政协十届五次会议提案\n第71号\n提案者：蔺若溪\n"
        "内 容：背街小巷保洁次数少，垃圾收运不及时，居民反映较多。\n为此，建议：\n"
        "一、增加背街小巷保洁班次。每天不少于两次普扫。\n"
        "二、完善垃圾收运点布局。按每三百户一处设置。\n"
        "三、公开保洁标准和监督电话。在巷口张贴。\n扫一扫在手机打开当前页",
        "关于加强背街小巷保洁工作的提案",
        "71",
        ("增加背街小巷保洁班次", "完善垃圾收运点布局", "公开保洁标准和监督电话"),
    ),
    Paper(
        "Word 表格",
        "青岚区第十八届人民代表大会第五次会议代表建议\n编号：第38号\n"
        "题目：关于规范共享单车停放的建议\n领衔代表：纪春萍\n主办单位：区城管局\n"
        "建议内容：地铁口、菜场门口共享单车堆放，影响通行。建议：一是施划共享单车停放区；"
        "二是督促企业及时清运淤积车辆。",
        "关于规范共享单车停放的建议",
        "38",
        ("施划共享单车停放区", "督促企业及时清运淤积车辆"),
    ),
    Paper(
        "代表的文章",
        "关于整治户外广告的建议\n主干道两侧户外广告设置杂乱，有的年久失修，遇到大风有安全隐患，"
        "居民多次反映。我走访了三条街，看到不少招牌已经松动。为此，我建议：一是对户外广告全面排查登记，"
        "建立台账。二是对存在安全隐患的限期拆除。三是制定户外广告设置规划，统一标准。",
        "关于整治户外广告的建议",
        None,
        ("对户外广告全面排查登记", "对存在安全隐患的限期拆除", "制定户外广告设置规划"),
    ),
)


def main() -> None:
    """Print what each of the three took, and where its clicks went."""
    papers = list(_papers())
    print(f"\n## clerk: {len(papers)} replies ({'real' if SHARED.exists() else 'invented'})\n")
    print(
        "| reply | minutes | of which reading | clicks | keys | typed | retyped | pages | within |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for paper, tally in measure(papers):
        ok = tally.minutes <= MOST_MINUTES and tally.clicks <= MOST_CLICKS and not tally.retyped
        print(
            f"| {paper.way} | {tally.minutes:.1f} | {tally.read / 6.5 / 60:.1f} | {tally.clicks} "
            f"| {tally.keys} | {tally.typed} | {len(tally.retyped)} | {tally.pages} "
            f"| {'yes' if ok else '**no**'} |"
        )
        where = sorted(tally.by.items(), key=lambda one: -one[1])
        print("|  | " + "、".join(f"{name} {many}" for name, many in where) + " |")
        if tally.retyped:
            print("|  | retyped: " + "、".join(tally.retyped) + " |")


def measure(papers: Sequence[Paper], browser: Browser | None = None) -> list[tuple[Paper, Tally]]:
    """Have the clerk make a reply to each of the papers; return what each took.

    ``browser`` is one that runs already; without it one is started.
    """
    if browser is None:
        from playwright.sync_api import sync_playwright

        program = next(path for path in CHROMIUM if Path(path).exists())
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=program, args=ARGS)
            found = measure(papers, started)
            started.close()
        return found
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        _fill(data, papers)
        with running(data) as (_, port):
            context = browser.new_context(
                base_url=f"http://127.0.0.1:{port}",
                viewport={"width": 1366, "height": 768},
                locale="zh-CN",
            )
            found = _at_work(context.new_page(), papers, Path(name))
            context.close()
    return found


def _at_work(page: Page, papers: Sequence[Paper], folder: Path) -> list[tuple[Paper, Tally]]:
    _log_in(page)
    found, typed = [], set[str]()
    for paper in papers:
        page.goto("/")
        hand = Hand(page)
        reply(hand, paper, folder, typed)
        found.append((paper, hand.tally))
    return found


# ------------------------------------------------------------------ what lies there


def _papers() -> Iterator[Paper]:
    if not SHARED.exists():
        yield from INVENTED
        return
    rows = {one["id"]: one for one in map(json.loads, SHARED.read_text("utf-8").splitlines())}
    for way, name in CHOSEN.items():
        labels = rows[name]["labels"]
        yield Paper(
            way,
            rows[name]["text"],
            labels["subject"],
            labels["item_no"],
            tuple(one.partition("|")[0] for one in labels["suggestions"]),
        )


def _fill(data: Path, papers: Sequence[Paper]) -> None:
    """An office with a clerk, the samples, and for each paper a reply of its own to the same."""
    from casework import Casework
    from corpus import Archive, import_paths, import_samples
    from templates import PROFILES

    (data / "profiles").mkdir(parents=True)
    shutil.copy(PROFILES / "default.toml", data / "profiles")
    archive = Archive.open(data)
    import_samples(archive)
    folder = data.parent / "own"
    folder.mkdir()
    for number, paper in enumerate(papers, 901):
        (folder / f"答复{number}.txt").write_text(_own_reply(number, paper), "utf-8")
        (folder / f"方案{number}.txt").write_text(_policy(number, paper), "utf-8")
    import_paths(archive, [folder])
    archive.close()
    with Casework.open(data) as casework:
        casework.people.add(CLERK, PASSWORD, unit=UNIT, section="综合科", roles=["经办"])
        casework.people.add("核稿人", PASSWORD, unit=UNIT, section="综合科", roles=["核稿"])


def _own_reply(number: int, paper: Paper) -> str:
    """What the office answered lately to somebody who asked for the same."""
    subject = _subject(paper)
    day = dt.date.today() - dt.timedelta(days=20)
    parts = [
        f"办理结果类别：A\n公开属性：主动公开\n{UNIT}\n青城管函〔{day.year}〕{number}号\n"
        f"关于区政协十届五次会议第{number}号提案的答复\n蔺若溪委员：\n"
        f"您提出的《关于{subject}的提案》（第{number}号）收悉。现答复如下："
    ]
    for place, asked in zip("一二三四五六七八九", paper.suggestions, strict=False):
        parts.append(
            f"{place}、关于“{asked}”的建议\n"
            f"今年以来，我局{asked}，制定了实施方案，明确了责任科室，各街道已经全面推开。\n"
            f"下一步，我局将继续{asked}，定期督促检查，及时公布进展情况。"
        )
    parts.append(
        f"感谢您对我区城市管理工作的关心和支持。\n{UNIT}\n"
        f"{day.year}年{day.month}月{day.day}日\n（联系人：林知远，电话：0000-1234567）"
    )
    return "\n".join(parts)


def _policy(number: int, paper: Paper) -> str:
    """What the district has ordered: the measures that the answers go on from."""
    subject = _subject(paper)
    year = dt.date.today().year
    parts = [
        f"青岚区人民政府办公室关于印发青岚区{subject}工作方案的通知\n青政办发〔{year}〕{number}号\n"
        "各乡镇人民政府、各街道办事处，区政府各部门：\n"
        f"《青岚区{subject}工作方案》已经区人民政府同意，现印发给你们，请认真组织实施。\n"
        f"青岚区人民政府办公室\n{year}年2月10日\n青岚区{subject}工作方案\n二、主要任务"
    ]
    for place, asked in enumerate(paper.suggestions, 1):
        parts.append(
            f"{place}.{asked[:20]}。{asked}，制定标准，逐处落实，每季度检查一次。"
            "（牵头单位：区城管局）"
        )
    return "\n".join(parts)


def _subject(paper: Paper) -> str:
    subject = (paper.subject or "有关工作").removeprefix("关于")
    for end in ("的提案", "的建议", "的议案"):
        subject = subject.removesuffix(end)
    return subject


def _word(paper: Paper) -> bytes:
    """The paper as a form in Word: a table of two columns, the long texts across."""
    import docx

    made = docx.Document()
    lines = [line.strip() for line in paper.text.splitlines() if line.strip()]
    made.add_paragraph(lines[0])
    table = made.add_table(rows=0, cols=2)
    for line in lines[1:]:
        name, mark, text = line.partition("：") if "：" in line else line.partition(":")
        cells = table.add_row().cells
        if mark and len(name) <= 8:
            cells[0].text, cells[1].text = name, text
        else:
            cells[0].merge(cells[1]).text = line
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


# ------------------------------------------------------------------ what the clerk does


def _log_in(page: Page) -> None:
    page.goto("/login")
    page.locator("[name=name]").fill(CLERK)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def reply(hand: Hand, paper: Paper, folder: Path, typed: set[str]) -> None:
    """Make one reply, from the list to 送核稿; ``typed`` are the texts typed in earlier ones."""
    _register(hand, paper, folder)
    _check(hand, paper, typed)
    _answer(hand, typed)
    _look(hand, typed)
    _send(hand)


def _register(hand: Hand, paper: Paper, folder: Path) -> None:
    page = hand.page
    hand.click(page.locator(".top").get_by_role("link", name="登记", exact=True), "登记")
    if paper.way == "Word 表格":
        path = folder / "来件.docx"
        path.write_bytes(_word(paper))
        hand.choose_file(page.locator("#f-file"), path)
    else:
        field = page.get_by_label("粘贴全文")
        if not field.evaluate("(one) => one === document.activeElement"):
            hand.click(field, "到“粘贴全文”")
        hand.paste(field, paper.text)
    if "/intake" not in page.url:
        hand.click(page.get_by_role("button", name="读取并核对建议"), "读取并核对建议")
    page.wait_for_url("**/intake")


def _check(hand: Hand, paper: Paper, typed: set[str]) -> None:
    page = hand.page
    for name, right in (
        ("session", None),
        ("item_no", paper.item_no),
        ("subject", paper.subject),
        ("p_name", None),
    ):
        field = page.locator(f"[name={name}]").first
        stands = field.input_value()
        hand.read(stands)
        if right and _bare(right) not in _bare(stands):
            _type(hand, field, right, name, typed)
        elif not stands and name == "session":
            hand.pick(field, COVER[name], name)
        elif not stands and name in COVER:
            hand.type(field, COVER[name], name)
    listed = page.locator("textarea[name=s_text]").all()
    for one in listed:
        hand.read(one.input_value())
    hand.click(page.get_by_role("button", name="确认，生成初稿"), "确认，生成初稿")
    page.wait_for_url(lambda url: "/intake" not in url)


def _answer(hand: Hand, typed: set[str]) -> None:
    """Write what the draft leaves open, field after field by the keyboard, and go on."""
    page = hand.page
    many = page.locator("#states .state").count()
    for place in range(1, many + 1):
        page.locator("#answer").wait_for()
        hand.read("".join(page.locator(f"[name={name}]").input_value() for name, _ in FIELDS))
        for name, title in FIELDS:
            field = page.locator(f"[name={name}]")
            stands = field.input_value()
            if "【待核实" not in stands and (stands or name not in ("done", "next_step")):
                continue
            if name == "next_date":
                hand.pick(field, TERM, title)
            else:
                hand.type(field, WRITTEN, title)
        if not page.locator("[name=disposition]:checked").count():
            hand.press("Alt+1")
        hand.press("Control+Enter")
        page.wait_for_url(f"**s={place + 1}" if place < many else "**/reply*")


def _look(hand: Hand, typed: set[str]) -> None:
    """Look at the paper, fill what every paper of the office has, and go on."""
    page = hand.page
    hand.read(page.locator(".findings").inner_text())
    for row, (name, text) in enumerate(
        zip(("contact_name", "contact_phone"), CONTACT, strict=True)
    ):
        field = page.locator(f"[name={name}]").first
        if not field.input_value():
            _type(hand, field, text, f"联系人 {row + 1}", typed)
    disclosure = page.locator("[name=disclosure]")
    if not disclosure.input_value():
        hand.choose(disclosure, "主动公开", "公开属性")
    hand.click(page.get_by_role("button", name="保存，送核稿"), "保存，送核稿")
    page.wait_for_url("**/review")


def _send(hand: Hand) -> None:
    page = hand.page
    confirm = page.locator("button[name=which]")
    while many := confirm.count():
        hand.read(page.locator(".confirming li").first.inner_text())
        hand.click(confirm.first, "确认一处")
        page.wait_for_function(
            "(many) => document.querySelectorAll('button[name=which]').length < many", arg=many
        )
    hand.click(page.locator("#send button.primary"), "送核稿")
    page.get_by_text("已送核稿").first.wait_for()


def _type(hand: Hand, field: object, text: str, name: str, typed: set[str]) -> None:
    if text in typed:
        hand.tally.retyped.append(name)
    typed.add(text)
    hand.type(field, text, name)  # type: ignore[arg-type]


def _bare(text: str) -> str:
    return "".join(one for one in text if one.isalnum())


if __name__ == "__main__":
    main()
