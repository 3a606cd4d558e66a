"""Draw docs/images/journey-*.png and docs/journey.md: a first reply, picture by picture.

Run ``python scripts/film_strip.py`` in the virtualenv. A server with the sample archive is
started on a free port, a real Chromium does what a clerk would do, and each step is a picture.
"""

from __future__ import annotations

import re
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright
from waitress.server import create_server

from corpus import Archive, import_samples
from web import create_app

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PAGE = ROOT / "docs" / "journey.md"
PROPOSAL = ROOT / "corpus" / "samples" / "proposals" / "laojiu-pianqu-tingche.txt"
OPINION = ROOT / "tests" / "opinions" / "zhujian.txt"
CHROMIUM = "/usr/bin/chromium"
ARGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking".split()
LARGEST = 150 * 1024

Step = tuple[str, str, Callable[[Page], None]]


def paste(page: Page) -> None:
    """Paste a proposal."""
    page.goto("/new")
    page.get_by_label("粘贴全文").fill(PROPOSAL.read_text("utf-8"))


def check(page: Page) -> None:
    """Have it read, and look where the second suggestion stands."""
    page.get_by_role("button", name="读取并核对建议").click()
    page.wait_for_url(re.compile("/intake$"))
    page.get_by_label("第 2 条建议").focus()


def first_draft(page: Page) -> None:
    """Confirm the suggestions and have a draft made."""
    page.get_by_role("button", name="确认，生成初稿").click()
    page.wait_for_url(re.compile(r"/matters/\d+$"))
    page.locator("#strip-paper .paper").wait_for()


def opinion(page: Page) -> None:
    """Take in what a 会办 unit wrote."""
    page.get_by_role("link", name="会办意见").click()
    unit = page.locator(".opinion").filter(has_text="区住建局")
    unit.get_by_text("收到意见：粘贴或上传").click()
    unit.get_by_label("或者选择文件").set_input_files(OPINION)
    unit.get_by_role("button", name="收下").click()
    page.locator(".parts").wait_for()


def answer(page: Page) -> None:
    """Write an answer with a passage from the opinion."""
    page.get_by_role("link", name="建议 1", exact=True).click()
    _settle(page)
    page.get_by_label("下一步工作").click()
    page.keyboard.press("Control+End")
    page.locator(".opinions .passage").first.get_by_role("button", name="插入").click()
    page.get_by_label("责任单位").fill("区城管局")
    page.get_by_label("完成时限").fill("2027年6月底前")
    page.get_by_label("采纳", exact=True).check()
    _saved(page)


def facts(page: Page) -> None:
    """Bring in a figure that is wrong, and open the list of facts."""
    done = page.get_by_label("已开展的工作")
    done.fill(f"{done.input_value()}2025年，全区新增公共停车泊位1250个。")
    _saved(page)
    page.get_by_role("link", name="事实", exact=True).click()
    page.locator(".facts-list").first.wait_for()


def review(page: Page) -> None:
    """Mend it and ask what is missing."""
    done = page.get_by_label("已开展的工作")
    done.fill(done.input_value().replace("2025年，全区新增公共停车泊位1250个。", ""))
    _saved(page)
    page.get_by_role("link", name="送核稿").click()
    page.locator(".obstacles").wait_for()


def paper(page: Page) -> None:
    """Write the rest and look at the paper."""
    _write_the_rest(page)
    page.get_by_role("link", name="文稿与下载").click()
    page.get_by_label("公开属性").select_option("主动公开")
    page.get_by_label("联系人 1 姓名").fill("林知远")
    page.get_by_label("联系人 1 电话").fill("0000-1234567")
    page.get_by_role("button", name="保存并刷新预览").click()
    page.locator(".preview .page").first.wait_for()


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
        "每条建议从往年答复和现行政策里配好初稿；旧数字一律标【待核实】。左边是清单和状态，中间是答复，"
        "下面是纸样，右边是依据。",
        first_draft,
    ),
    (
        "会办",
        "会办单位的意见上传或粘贴进来，逐段对上它回应的那条建议；逾期未到的用红字提示。",
        opinion,
    ),
    ("起草", "右边的会办意见、往年答复、政策，一按“插入”就写进答复，出处同时留下。", answer),
    (
        "事实",
        "每个数字、日期、文件、单位都有出处和状态；与别处数字不符的，标红并给出另一处。",
        facts,
    ),
    ("送核稿", "还有【待核实】就送不出去，逐处列出；确需先送的，要写理由，理由留存。", review),
    ("文稿", "补正之后看纸样，下载 Word 文件送签。", paper),
)


def _settle(page: Page) -> None:
    page.locator("#strip-paper .paper").wait_for()


def _saved(page: Page) -> None:
    page.keyboard.press("Control+S")
    expect(page.locator("#status")).to_contain_text("保存于", timeout=10_000)
    page.wait_for_timeout(400)


def _write_the_rest(page: Page) -> None:
    """Do what takes a clerk the most of ten minutes: look up what is marked, and mend it."""
    page.get_by_role("link", name="起草", exact=True).click()
    for number in range(1, 6):
        page.goto(f"{page.url.split('?')[0]}?s={number}")
        for label in ("已开展的工作", "下一步工作"):
            field = page.get_by_label(label)
            text = re.sub(r"【待核实：原文为(.+?)（\d{4}年）】", r"\1", field.input_value())
            text = re.sub(r"【待核实[^】]*】", "", text).strip()
            field.fill(text or "将继续抓好落实。")
        page.get_by_label("责任单位").fill("区城管局")
        page.get_by_label("完成时限").fill("2027年6月底前")
        page.get_by_label("采纳", exact=True).check()
        _saved(page)


def shoot(address: str) -> list[tuple[str, str, str, float]]:
    """Go the way step by step; return (file, title, text, seconds since the start) of each."""
    shots = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=address
        )
        page = context.new_page()
        started = time.monotonic()
        for number, (title, text, act) in enumerate(STEPS, 1):
            act(page)
            page.wait_for_timeout(500)
            name = f"journey-{number}.png"
            page.screenshot(path=IMAGES / name)
            fewer_colours(IMAGES / name)
            size = (IMAGES / name).stat().st_size
            if size > LARGEST:
                raise SystemExit(f"{name}: {size} bytes")
            shots.append((name, title, text, time.monotonic() - started))
        browser.close()
    return shots


def fewer_colours(path: Path, colours: int = 128) -> None:
    """Text in greys needs no more colours than these, and then a third of the room."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(colours).save(path, optimize=True)


def write(shots: list[tuple[str, str, str, float]]) -> None:
    """Write docs/journey.md around the pictures."""
    lines = [
        "# 第一件答复",
        "",
        "从收到提案到可以送签的 Word 文件，八步。画面是 1366×768 的真实界面，内容是虚构的样例；"
        "由 `scripts/film_strip.py` 在 Chromium 里走一遍画成，界面改了就重画。",
    ]
    for number, (name, title, text, _) in enumerate(shots, 1):
        lines += ["", f"## {number}. {title}", "", text, "", f"![{title}](images/{name})"]
    PAGE.write_text("\n".join([*lines, ""]), "utf-8")


def main() -> None:
    """Serve the samples from a folder that goes away afterwards, and draw."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = Archive.open(folder)
        import_samples(archive)
        archive.close()
        server = create_server(create_app(folder), host="127.0.0.1", port=0, threads=4)
        threading.Thread(target=server.run, daemon=True).start()
        shots = shoot(f"http://127.0.0.1:{server.effective_port}")
        server.close()
    write(shots)
    for name, title, _, seconds in shots:
        print(f"{seconds:6.1f} s  {title}  {(IMAGES / name).stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
