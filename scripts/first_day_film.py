"""Draw docs/images/first-day-*.png and docs/first-day.md: from an empty folder to a signed reply.

Run ``python scripts/first_day_film.py`` in the virtualenv. A server over an empty folder is started
on a free port, and a real Chromium does what an office does on its first day, without leaving the
browser. The three past replies and the proposal are in ``scripts/film``, invented for the film.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib

from film_strip import FILM, ROOT, Step, served, shoot, write
from playwright.sync_api import FilePayload, Page, expect

PAGE = ROOT / "docs" / "first-day.md"
INTRODUCTION = (
    "从一个空的数据文件夹到本单位第一件签发的答复，全在浏览器里。画面是 1366×768 的真实界面；"
    "单位、人名、数字都是虚构的。"
)
MATTER = "/matters/1"
WRITTEN = (
    (
        "我局已对望溪街道老旧小区的就餐需求逐户摸底，选定可用的场所。",
        "我局将新建社区食堂，并设送餐点。",
    ),
    (
        "我局按供餐人次对运营单位给予补助，补助办法已向社会公开。",
        "我局将修订补助办法，按服务评价分档补助。",
    ),
    ("各社区食堂已在门口公示菜单和价格。", "我局将每季度公开一次菜单、价格和评价结果。"),
)


def _past() -> list[FilePayload]:
    form = (FILM / "past-reply.txt").read_text("utf-8")
    replies = tomllib.loads((FILM / "past-replies.toml").read_text("utf-8"))["reply"]
    return [
        {
            "name": f"第{one['item']}号提案答复.txt",
            "mimeType": "text/plain",
            "buffer": form.format(**one).encode(),
        }
        for one in replies
    ]


def empty(page: Page) -> None:
    """Open the first page of an installation in which there is nothing."""
    page.goto("/")
    expect(page.get_by_role("heading", name="先设置本单位")).to_be_visible()


def past_replies(page: Page) -> None:
    """Have three replies of last year read for what they print."""
    page.get_by_role("link", name="选三件让程序先读").click()
    page.get_by_label("往年的答复").set_input_files(_past())
    page.get_by_role("button", name="读出来看看").click()
    expect(page.locator(".points")).to_contain_text("3 件印了，3 件一致")


def unit(page: Page) -> None:
    """Take what is right over, and look at the names."""
    page.get_by_role("button", name="采用打勾的各项").click()
    expect(page.get_by_label("发文机关代字")).to_have_value("青民函")


def paper(page: Page) -> None:
    """Go on to the paper, beside which a sample letter stands."""
    page.get_by_role("button", name="保存，下一步").click()
    page.wait_for_load_state()
    if page.get_by_text("已按全称填好").count():
        page.get_by_role("button", name="保存，下一步").click()
    expect(page.locator(".preview .page").first).to_contain_text("青岚区民政局")


def sessions(page: Page) -> None:
    """Enter the session that is answered this year."""
    page.get_by_role("button", name="保存，下一步").click()
    row = page.get_by_role("group", name="第 2 届")
    row.get_by_label("届次").fill("区政协十届五次会议")
    row.get_by_label("会议日期").fill("2026-01-12")


def archive(page: Page) -> None:
    """Leave the people for later, and put last year's files in."""
    page.get_by_role("button", name="保存，下一步").click()
    page.get_by_role("button", name="只有我一个人用，下一步").click()
    page.get_by_label("去年的文件").set_input_files(_past())
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_text(re.compile("导入 3 件"))).to_be_visible(timeout=30_000)


def done(page: Page) -> None:
    """Look at the five steps once more."""
    page.goto("/setup")
    expect(page.get_by_role("heading", name="设置好了")).to_be_visible()


def check(page: Page) -> None:
    """Register the first proposal and look at what was read."""
    page.get_by_role("link", name="登记第一件提案").click()
    page.get_by_label("粘贴全文").fill((FILM / "first-day-proposal.txt").read_text("utf-8"))
    page.get_by_role("button", name="读取并核对建议").click()
    page.wait_for_url(re.compile("/intake$"))


def draft(page: Page) -> None:
    """Have a first draft made out of the three replies."""
    page.get_by_role("button", name="确认，生成初稿").click()
    page.wait_for_url(re.compile(r"/matters/\d+$"))
    page.goto(f"{MATTER}?s=2")
    page.locator("#answer").wait_for()


def answers(page: Page) -> None:
    """Write the answers."""
    year = dt.date.today().year + 1
    for place, (now, then) in enumerate(WRITTEN, 1):
        page.goto(f"{MATTER}?s={place}")
        page.get_by_label("已开展的工作").fill(now)
        page.get_by_label("下一步工作").fill(then)
        page.get_by_label("责任单位").fill("区民政局")
        page.get_by_label("完成时限").fill(f"{year}年6月底前")
        page.get_by_label("采纳", exact=True).check()
        page.keyboard.press("Control+S")
        expect(page.locator("#status")).to_contain_text("保存于", timeout=10_000)
        page.wait_for_timeout(400)


def sheet(page: Page) -> None:
    """Look at the paper."""
    page.goto(f"{MATTER}/reply")
    page.get_by_label("公开属性").select_option("主动公开")
    page.get_by_label("联系人 1 姓名").fill("言知秋")
    page.get_by_label("联系人 1 电话").fill("0000-1234567")
    page.get_by_role("button", name="保存并刷新预览").click()
    expect(page.locator(".preview .page").first).to_contain_text("青岚区民政局")


def confirm(page: Page) -> None:
    """Confirm what has no source, and look at what is left."""
    page.goto(f"{MATTER}/review")
    waiting = page.locator("button[name=which]")
    for left in range(waiting.count(), 0, -1):
        page.get_by_label("确认人姓名").fill("言知秋")
        waiting.first.click()
        expect(waiting).to_have_count(left - 1)
    page.goto(f"{MATTER}/review")


def sign(page: Page) -> None:
    """Send it for review, pass it, and sign it."""
    page.goto(f"{MATTER}/procedure")
    at = page.locator(".track [aria-current=step]")
    moves = (
        ("送核稿", "核稿", "言知秋"),
        ("核稿通过，送签发", "签发", "石禾"),
        ("签发", "编号", "言知行"),
    )
    for button, then, who in moves:
        folded = page.locator("details.move:not([open]) > summary").filter(has_text=button)
        if folded.count():
            folded.first.click()
        form = page.locator("form", has=page.get_by_role("button", name=button, exact=True))
        name = form.get_by_label(re.compile("^姓名"))
        if name.count():
            name.first.fill(who)
        form.get_by_role("button", name=button, exact=True).click()
        expect(at).to_have_text(then)


STEPS: tuple[Step, ...] = (
    ("先设置本单位", "第一次打开，先问五件事：本单位、公文、届次、人员、档案。", empty),
    (
        "读三件往年的答复",
        "名称、代字、标题、抄送、类别和公开属性的写法，从三件往年答复里读出来，几件印了、几件一致都写明，"
        "逐项勾选。文件本身不保存。",
        past_replies,
    ),
    ("本单位", "读出的和按全称推出的，看过再保存。", unit),
    ("公文", "每一项印在纸上是什么样，右边就是样稿。", paper),
    ("届次", "本单位承办哪几次会议的提案、建议，不在其中的以后会提醒核对。", sessions),
    ("档案", "先放进去年的答复，起草时就有依据；也可以先用样例试试，一次移除。", archive),
    ("设置好了", "五步都可以回头改；以后在“单位设置”里改，每次改动都留着，可以恢复。", done),
    ("登记第一件", "贴进全文，读出要素和逐条建议，对照原文核对。", check),
    ("初稿", "三件往年答复里说到的，配进初稿；旧数字标【待核实】。", draft),
    ("答复", "逐条写实：做了什么、下一步、责任单位、时限、采纳情况。", answers),
    ("文稿", "版式、称呼、类别和抄送都是本单位的写法。", sheet),
    ("送核稿", "没有出处的逐处由具名的人确认。", confirm),
    ("签发", "核稿、签发一步一步记下来，只差编号和印送。", sign),
)


def main() -> None:
    """Serve an empty folder, and draw."""
    with served(samples=False) as address:
        shots = shoot(address, STEPS, "first-day")
    write(shots, PAGE, "第一天", INTRODUCTION)


if __name__ == "__main__":
    main()
