"""Draw docs/images/journey-*.png and docs/journey.md: a first reply, picture by picture.

Run ``python scripts/film_strip.py`` in the virtualenv. A server with the sample archive is
started on a free port, a real Chromium does what a clerk would do, and each step is a picture.
The proposal and the opinion are in ``scripts/film``: invented for the film, on a subject of which
the sample archive knows a part. Nothing is drawn that the pages did not do.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
import threading
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Locator, Page, expect, sync_playwright
from waitress.server import create_server

from corpus import Archive, import_samples
from drafting.writing.printing.pdf import to_pdf
from templates import PROFILES
from web import create_app

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PAGE = ROOT / "docs" / "journey.md"
FILM = ROOT / "scripts" / "film"
CHROMIUM = "/usr/bin/chromium"
ARGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking".split()
WIDE, HIGH = 1366, 768
LARGEST = 150 * 1024

MATTER = "/matters/1"
"""The first matter of a new data folder."""
OURS = "区城管局"
STALL_FUMES = 2
PARKING = 3
ASKED_FOR = "187个"
UNPROVEN = "2026年以来，我局检查夜市720次。"

OLD_FIGURE = re.compile(r"【待核实：原文为(?P<figure>.+?)（\d{4}年）】")
MARK = re.compile(r"【待核实[^】]*】")

Draw = Callable[[Path], object]
Step = tuple[str, str, Callable[[Page], Draw | None]]
"""A title, what is seen, and what is done; that may return what draws the picture."""


def paste(page: Page) -> None:
    """Paste a proposal."""
    page.goto("/new")
    page.get_by_label("粘贴全文").fill((FILM / "proposal.txt").read_text("utf-8"))


def check(page: Page) -> None:
    """Have it read, and look where the third suggestion stands."""
    page.get_by_role("button", name="读取并核对建议").click()
    page.wait_for_url(re.compile("/intake$"))
    page.get_by_label(f"第 {PARKING} 条建议").focus()


def first_draft(page: Page) -> None:
    """Confirm the suggestions, have a draft made, and look where an answer comes from."""
    page.get_by_role("button", name="确认，生成初稿").click()
    page.wait_for_url(re.compile(r"/matters/\d+$"))
    _settle(page)
    _suggestion(page, STALL_FUMES)
    came = page.locator(".came details")
    came.locator("summary").click()
    came.scroll_into_view_if_needed()


def asking(page: Page) -> None:
    """Make the letters that ask the 会办 units for their opinion, and note them as sent."""
    page.get_by_role("link", name="会办意见").click()
    letters = page.locator(".asking")
    letters.get_by_label("已发出，记为征求").check()
    with page.expect_download():
        letters.get_by_role("button", name="生成函件").click()
    page.get_by_text("已征求，待反馈").first.wait_for()


def opinion(page: Page) -> None:
    """Take in what a 会办 unit wrote."""
    _receive(page, "市生态环境局青岚分局", FILM / "opinion-environment.txt")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


def answer(page: Page) -> None:
    """Put a policy from the evidence list into the next step of an answer left empty."""
    _suggestion(page, PARKING)
    policy = page.locator(".passage").filter(has_text="夜间限时泊位")
    _take(page, policy.filter(has=page.get_by_text("现行", exact=True)).first)
    page.get_by_label("采纳", exact=True).check()
    _saved(page)


def figures(page: Page) -> None:
    """Ask a section for a figure that is marked, record what it gave and put it in its place."""
    page.goto(f"{MATTER}/figures")
    asked = page.locator("#pending")
    asked.get_by_label("向谁征集").fill("市容管理科")
    asked.get_by_role("button", name="列入征集").click()
    page.get_by_text("已列入征集").wait_for()
    page.locator(".asked a.row-link").filter(has_text=ASKED_FOR).first.click()
    page.get_by_label("数据（含单位）").fill("203个")
    page.get_by_label("截至哪一天").fill((dt.date.today() - dt.timedelta(days=3)).isoformat())
    page.get_by_label("由谁提供").fill("市容管理科 丰白榆")
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_role("button", name="填入答复", exact=True).click()
    page.get_by_text("已填入答复。").wait_for()


def facts(page: Page) -> None:
    """Bring in a figure without a source, and open the list of facts."""
    _suggestion(page, STALL_FUMES)
    done = page.get_by_label("已开展的工作")
    done.fill(f"{done.input_value()}{UNPROVEN}")
    _saved(page)
    page.get_by_role("link", name="事实", exact=True).click()
    page.locator(".right summary").filter(has_text="有出处").click()


def review(page: Page) -> None:
    """Take it out again and ask what is missing before it goes to whoever checks it."""
    done = page.get_by_label("已开展的工作")
    done.fill(done.input_value().replace(UNPROVEN, ""))
    _saved(page)
    page.get_by_role("link", name="送核稿").click()
    page.locator(".obstacles").wait_for()


def paper(page: Page) -> None:
    """Write the rest and look at the paper."""
    _write_the_rest(page)
    page.goto(f"{MATTER}/reply")
    page.get_by_label("公开属性").select_option("主动公开")
    page.get_by_label("联系人 1 姓名").fill("林知远")
    page.get_by_label("联系人 1 电话").fill("0000-1234567")
    page.get_by_role("button", name="保存并刷新预览").click()
    page.locator(".preview .page").first.wait_for()


def word(page: Page) -> Draw:
    """Download the paper, and draw its first page."""
    return lambda path: _download(page, path)


STEPS: tuple[Step, ...] = (
    ("登记", "把提案全文贴进来，或者上传文件。不必先排版，Word 和网页带来的格式会清掉。", paste),
    (
        "核对",
        "左边是原文，右边是读出的届次、案号、案由、提案者和逐条建议，光标到哪一项，原文就亮到哪里。"
        "核对确认后，这份清单就是答复的约定。",
        check,
    ),
    (
        "初稿",
        "每条建议从往年答复和现行政策里配初稿；旧数字一律标【待核实】，档案里没有的就空着。"
        "“这条怎么来的”写明用了哪一份，哪些相近而没有用、为什么。",
        first_draft,
    ),
    (
        "征求会办意见",
        "征求会办意见函一次生成，一家一函；发出后记为征求，反馈期限自动推算，逾期未到的用红字提示。",
        asking,
    ),
    ("会办意见", "会办单位的意见上传或粘贴进来，逐段对上它回应的那条建议。", opinion),
    (
        "插入",
        "初稿空着的这一条，右边有现行政策可用：按“插入”，它进到“下一步工作”，文件名称和文号、责任单位、"
        "年度目标一并带到；时限留待自己定。",
        answer,
    ),
    (
        "数据征集",
        "标了【待核实】的旧数字，向有关科室征集；谁提供的、截至哪一天登记下来，再一按填入答复。",
        figures,
    ),
    (
        "事实",
        "每个数字、日期、文件、单位都有状态：科室提供的注明本单位提供，没有出处的可以直接征集。",
        facts,
    ),
    (
        "送核稿",
        "还有【待核实】，或者有没有出处、没有人确认的数字和日期，就送不出去，逐处列出。",
        review,
    ),
    ("文稿", "收齐意见、逐处补正之后看纸样，校对结果在左边。", paper),
    (
        "Word 文件",
        "下载的 .docx 送核稿、送签，编号和日期待签发后填。下面是它的首页，由 LibreOffice 排出。",
        word,
    ),
)


def _settle(page: Page) -> None:
    page.locator("#answer").wait_for()


def _receive(page: Page, name: str, paper: Path) -> None:
    page.goto(f"{MATTER}/opinions")
    unit = page.locator(".opinion").filter(has_text=name)
    unit.get_by_text("收到意见：粘贴或上传").click()
    words = {"name": "会办意见.txt", "mimeType": "text/plain", "buffer": paper.read_bytes()}
    unit.get_by_label("或者选择文件").set_input_files([words])
    unit.get_by_role("button", name="收下").click()
    unit.locator(".parts").wait_for()


def _suggestion(page: Page, number: int) -> None:
    page.goto(f"{MATTER}?s={number}")
    _settle(page)


def _take(page: Page, passage: Locator) -> None:
    passage.get_by_role("button", name="插入").click()
    expect(page.locator("#told")).to_contain_text("已插入")


def _saved(page: Page) -> None:
    page.keyboard.press("Control+S")
    expect(page.locator("#status")).to_contain_text("保存于", timeout=10_000)
    page.wait_for_timeout(400)


def _write_the_rest(page: Page) -> None:
    """Do what takes a clerk the most of ten minutes: look up what is marked, and fix it."""
    _receive(page, "区市场监管局", FILM / "opinion-market.txt")
    texts = tomllib.loads((FILM / "answers.toml").read_text("utf-8"))["answer"]
    for text in texts:
        _suggestion(page, text["number"])
        for name, label in (("done", "已开展的工作"), ("next_step", "下一步工作")):
            field = page.get_by_label(label)
            field.fill(text.get(name) or _fixed(field.input_value(), text.get("now", {})))
        page.get_by_label("责任单位").fill(OURS)
        page.get_by_label("完成时限").fill(text["next_date"])
        page.get_by_label("采纳", exact=True).check()
        _saved(page)
        opinions = page.locator(".opinions .passage")
        if opinions.count():
            _take(page, opinions.first)
            _saved(page)


def _fixed(text: str, now: dict[str, str]) -> str:
    """The figures of today in place of those marked as old, and no other mark."""
    text = OLD_FIGURE.sub(lambda mark: now.get(mark["figure"], mark["figure"]), text)
    return MARK.sub("", text).strip()


def _first_page(docx: Path, picture: Path) -> None:
    """The first page of the .docx as a picture, as wide as the others."""
    with pypdfium2.PdfDocument(to_pdf(docx.read_bytes())) as pdf:
        page = pdf[0]
        page.render(scale=WIDE / 1.5 / page.get_width()).to_pil().save(picture)


def _download(page: Page, picture: Path) -> None:
    """Download the .docx of the matter and draw its first page."""
    with page.expect_download() as given:
        page.get_by_role("link", name="下载 Word 文件").click()
    with tempfile.TemporaryDirectory() as folder:
        docx = Path(folder) / "reply.docx"
        given.value.save_as(docx)
        _first_page(docx, picture)


def shoot(
    address: str, steps: Sequence[Step] = STEPS, prefix: str = "journey"
) -> list[tuple[str, str, str, float]]:
    """Go the way step by step; return (file, title, text, seconds since the start) of each."""
    shots = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        context = browser.new_context(
            viewport={"width": WIDE, "height": HIGH}, locale="zh-CN", base_url=address
        )
        page = context.new_page()
        started = time.monotonic()

        for number, (title, text, act) in enumerate(steps, 1):
            draw = act(page) or (lambda path: page.screenshot(path=path))
            page.wait_for_timeout(500)
            name = f"{prefix}-{number}.png"
            draw(IMAGES / name)
            smaller(IMAGES / name, LARGEST)
            shots.append((name, title, text, time.monotonic() - started))
        browser.close()
    return shots


def smaller(path: Path, largest: int, colours: int = 128) -> None:
    """Text in greys needs few colours, and then a third of the room. SystemExit where too large."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(colours).save(path, optimize=True)
    if path.stat().st_size > largest:
        raise SystemExit(f"{path.name}: {path.stat().st_size} bytes")


INTRODUCTION = (
    "从收到提案到可以送签的 Word 文件。画面是 1366×768 的真实界面；"
    "提案和会办意见是为本片另拟的，人名、单位、数字都是虚构的，样例档案只答得上其中一部分。"
)


def write(
    shots: list[tuple[str, str, str, float]],
    page: Path = PAGE,
    heading: str = "第一件答复",
    introduction: str = INTRODUCTION,
) -> None:
    """Write ``page`` around the pictures, and say how long each took."""
    lines = [f"# {heading}", "", introduction]
    for number, (name, title, text, _) in enumerate(shots, 1):
        lines += ["", f"## {number}. {title}", "", text, "", f"![{title}](images/{name})"]
    page.write_text("\n".join([*lines, ""]), "utf-8")
    for name, title, _, seconds in shots:
        print(f"{seconds:6.1f} s  {title}  {(IMAGES / name).stat().st_size // 1024} kB")


def set_up(folder: Path) -> None:
    """Have the folder be that of an office that is set up, with the samples in its archive."""
    (folder / "profiles").mkdir(parents=True)
    shutil.copy(PROFILES / "default.toml", folder / "profiles")
    archive = Archive.open(folder)
    import_samples(archive)
    archive.close()


@contextmanager
def served(samples: bool) -> Iterator[str]:
    """Serve a folder that goes away afterwards, empty or with the samples; yield the address."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if samples:
            set_up(folder)
        server = create_server(create_app(folder), host="127.0.0.1", port=0, threads=4)
        threading.Thread(target=server.run, daemon=True).start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.close()


def main() -> None:
    """Serve the samples, and draw."""
    with served(samples=True) as address:
        shots = shoot(address)
    write(shots)


if __name__ == "__main__":
    main()
