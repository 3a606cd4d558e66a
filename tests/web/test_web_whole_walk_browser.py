"""One matter in Chromium from the clerk to the proposer's rating, each at his own desk.

Clerk, the 会办 unit and its leader, reviewer (who returns it once), leader on a telephone, the
supervisor's review (which changes the class), number, dispatch, rating by the link of the QR code.
At every turn it is asserted what those see whose it is not.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chromium_desk import needs_chromium, playwright_api
from days import today
from waitress.server import create_server
from web_fakes import set_up

from casework import Casework
from casework.procedure import ratings
from casework.procedure.stage import history, stage_of
from service.server import SERVING
from storage.configuration import Configuration, Server
from templates import PROFILES
from web import create_app

expect = playwright_api.expect
pytestmark = [*needs_chromium, pytest.mark.slow]

Page = playwright_api.Page
Window = Callable[..., playwright_api.BrowserContext]
SECRET = "青岚2026城管"
LEAD, OTHER, ABOVE = "青岚区城市管理局", "青岚区住房和城乡建设局", "青岚区政府督查室"
PEOPLE = {
    "沈知秋": (LEAD, "经办"),
    "林知远": (LEAD, "核稿"),
    "顾清和": (LEAD, "签发"),
    "苏念真": (OTHER, "经办"),
    "叶疏影": (OTHER, "签发"),
    "江晚晴": ("青岚区教育局", "经办"),
    "许闻笛": (ABOVE, "督办"),
}
BASE = "https://tian.example.cn"
SUBJECT = "关于规范小区停车的提案"
TEXT = f"""{SUBJECT}
届次：区政协十届五次会议
提案编号：第118号
案由：{SUBJECT}
提案者：路遥岑（经济界）
主办单位：{LEAD}
会办单位：区住建局
交办日期：{{:%Y年%m月%d日}}
建议：
1.清理占道车辆。建议把长期占道的车辆清走，把车位还给居民。
2.规范物业停车管理。建议督促物业公司公开车位的分配办法。
"""
OURS = "我局已会同社区清理占道车辆，车位由社区登记后交居民使用。"
THEIRS = "我局已督促物业公司在小区门口公开车位的分配办法。"
BETTER = "我局已会同街道和社区清理占道车辆，车位由社区登记后交居民使用。"
PHONE = {"width": 375, "height": 812}


@pytest.fixture
def noise() -> str:
    return "status of 4"


@pytest.fixture
def data_folder(tmp_path: Path, fill: Callable[[Path, str], Path]) -> Path:
    """Two units with settings of their own; the lead's replies are reviewed before 编号."""
    folder = set_up(fill(tmp_path / "data", "papers"))
    own = (PROFILES / "default.toml").read_text("utf-8")
    reviewed = own.replace('supervisor_review = "none"', 'supervisor_review = "before-number"')
    assert reviewed != own
    (folder / "profiles" / "default.toml").write_text(reviewed, "utf-8")
    theirs = own.replace(LEAD, OTHER).replace("区城管局", "区住建局")
    (folder / "profiles" / "住建局.toml").write_text(theirs, "utf-8")
    with Casework.open(folder) as casework:
        casework.people.add("管理员甲", SECRET, roles=["系统管理"])
        for name, (unit, role) in PEOPLE.items():
            casework.people.add(name, SECRET, unit=unit, roles=[role])  # type: ignore[list-item]
    return folder


@pytest.fixture
def address(data_folder: Path) -> Iterator[str]:
    app = create_app(data_folder, Configuration(Server(public_url=BASE)))
    server = create_server(app, host="127.0.0.1", port=0, threads=4, **SERVING)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@pytest.fixture
def casework(data_folder: Path) -> Iterator[Casework]:
    with Casework.open(data_folder) as opened:
        yield opened


class Office:
    """Everybody logged in, each in a browser of his own."""

    def __init__(self, window: Window, address: str) -> None:
        self.window, self.address = window, address
        self.pages: dict[str, Page] = {}

    def seat(self, name: str, **more: object) -> Page:
        """The page of somebody, who logs in when first asked for."""
        if name not in self.pages:
            page = self.window(self.address, **more).new_page()
            page.goto("/login")
            page.get_by_label("用户名").fill(name)
            page.get_by_label("密码", exact=True).fill(SECRET)
            page.get_by_role("button", name="登录").click()
            page.wait_for_url(lambda url: not url.endswith("/login"))
            self.pages[name] = page
        return self.pages[name]

    def waits(self, name: str, count: int) -> None:
        """The head of somebody's page says how many matters wait for him."""
        page = self.seat(name)
        page.goto("/today")
        expect(page.locator(".counts a").first).to_have_text(re.compile(rf"待办\s*{count}$"))

    def sees(self, matter: int, *names: str) -> None:
        """The matter is there for ``names``, and for nobody else."""
        for name in PEOPLE:
            answer = self.seat(name).request.get(f"{self.address}/matters/{matter}/procedure")
            assert answer.status == (200 if name in names else 404), name


def registered(page: Page) -> int:
    page.goto("/new")
    page.get_by_label("粘贴全文").fill(TEXT.format(today()))
    page.get_by_role("button", name="读取并核对建议").click()
    page.get_by_role("button", name="确认，从空白起草").click()
    page.wait_for_url(re.compile(r"/matters/\d+$"))
    return int(page.url.rsplit("/", 1)[1])


def write(page: Page, matter: int, place: int, done: str, *, whole: bool = True) -> None:
    """Write an answer and wait until the server has it."""
    page.goto(f"/matters/{matter}?s={place}")
    # What was drafted from the archive gives way.
    for name, words in (("done", done), ("next_step", ""), ("next_unit", ""), ("next_date", "")):
        page.locator(f"#f-{name}").fill(words)
    if whole:
        page.get_by_role("radio", name="采纳", exact=True).check()
    page.locator("#save").click()
    expect(page.locator("#status")).to_contain_text("保存于")


def contact(page: Page, matter: int, name: str) -> None:
    page.goto(f"/matters/{matter}/reply")
    page.get_by_label("联系人 1 姓名").fill(name)
    page.get_by_label("联系人 1 电话").fill("0000-1234567")
    if page.get_by_label("公开属性").count():
        page.get_by_label("公开属性").select_option("主动公开")
    page.get_by_role("button", name=re.compile("保存")).first.click()


def send(page: Page, matter: int, word: str) -> None:
    page.goto(f"/matters/{matter}/review")
    page.get_by_role("button", name=word, exact=True).click()
    expect(page.locator(".flash, [role=status]").first).to_contain_text(f"已{word}")


def co_handled(office: Office, matter: int) -> int:
    """The 会办 unit is asked on line, writes, has it signed and hands it in; its own matter."""
    clerk, theirs, leader = office.seat("沈知秋"), office.seat("苏念真"), office.seat("叶疏影")
    clerk.goto(f"/matters/{matter}/opinions")
    online = clerk.locator("#online")
    expect(online.get_by_label("账号单位")).to_have_value(OTHER)
    online.get_by_role("button", name="在线征求").click()
    expect(clerk.locator(".online")).to_contain_text("起草中")
    office.waits("苏念真", 1)
    office.waits("叶疏影", 0)
    theirs.goto("/?show=待办")
    theirs.get_by_role("link", name=SUBJECT).click()
    theirs.wait_for_url(re.compile(r"/matters/\d+$"))
    own = int(theirs.url.rsplit("/", 1)[1])
    assert own != matter
    office.sees(own, "苏念真", "叶疏影", "许闻笛")
    office.sees(matter, "沈知秋", "林知远", "顾清和", "许闻笛")
    for page in ("", "/intake", "/reply", "/review", "/versions", "/decide"):
        shown = theirs.request.get(f"{office.address}/matters/{own}{page}").text()
        assert "交居民使用" not in shown, page
    write(theirs, own, 2, THEIRS, whole=False)
    write(theirs, own, 1, "我局意见：同意由主办单位统一清理。", whole=False)
    contact(theirs, own, "苏念真")
    # A draft that is not handed in is not the lead unit's.
    clerk.goto(f"/matters/{matter}/opinions")
    expect(clerk.locator(".online")).to_contain_text("还没有交")
    assert "督促物业公司" not in clerk.locator("main").inner_text()
    send(theirs, own, "送审签")
    office.waits("苏念真", 0)
    office.waits("叶疏影", 1)
    leader.goto("/decide")
    expect(leader.locator(".sheet-side")).to_contain_text("公开车位的分配办法")
    leader.get_by_role("button", name="审签同意，送主办单位").click()
    expect(leader.locator("main")).to_contain_text("没有等您审阅的文稿")
    return own


def taken_in(clerk: Page, matter: int) -> None:
    """What was handed in stands beside its suggestion, and is put in by a press."""
    clerk.goto(f"/matters/{matter}/opinions")
    expect(clerk.locator(".online")).to_contain_text("已交")
    clerk.goto(f"/matters/{matter}?s=2")
    said = clerk.locator(".passages.opinions .passage")
    expect(said).to_have_count(1)
    said.get_by_role("button", name="插入").click()
    box = clerk.get_by_label("已开展的工作")
    expect(box).to_have_value(f"经商区住建局，{THEIRS.replace('我局', '该局')}")
    clerk.get_by_role("radio", name="采纳", exact=True).check()
    clerk.locator("#save").click()
    expect(clerk.locator("#status")).to_contain_text("保存于")


def returned_once(office: Office, matter: int) -> None:
    """The reviewer comments on a passage and returns it; the answer stays with the comment."""
    reviewer, clerk = office.seat("林知远"), office.seat("沈知秋")
    office.waits("顾清和", 0)
    office.waits("林知远", 1)
    reviewer.goto("/decide")
    place = reviewer.get_by_label(re.compile("^批注哪一段"))
    texts = place.locator("option").all_inner_texts()
    place.select_option(
        index=next(
            n for n, text in enumerate(texts) if text in OURS + "……" or text.startswith(OURS[:10])
        )
    )
    reviewer.locator("#comment-form").get_by_label("批注", exact=True).fill("请补上街道。")
    reviewer.get_by_role("button", name="记下批注").click()
    expect(reviewer.locator(".said-list .said").last).to_have_text("请补上街道。")
    reviewer.get_by_role("button", name="退回").click()
    expect(reviewer.locator("main")).to_contain_text("没有等您审阅的文稿")
    office.waits("沈知秋", 1)
    clerk.goto(f"/matters/{matter}?s=1")
    expect(clerk.locator(".comments .said")).to_have_text("请补上街道。")
    clerk.get_by_label("已开展的工作").fill(BETTER)
    clerk.get_by_label("对这条批注的答复").fill("已补上。")
    clerk.get_by_role("button", name="这条批注已处理").click()
    expect(clerk.locator(".comments")).to_have_count(0)
    send(clerk, matter, "送核稿")
    reviewer.goto("/decide")
    expect(reviewer.locator(".decide-bar .count")).to_have_text("与上次相比改动 1 处")
    expect(reviewer.locator(".page .added")).to_have_text("街道和")
    expect(reviewer.locator(".said-list .answer")).to_have_text("答：已补上。")
    reviewer.get_by_role("button", name="通过，送签发").click()
    expect(reviewer.locator("main")).to_contain_text("没有等您审阅的文稿")


def signed_on_a_telephone(office: Office, matter: int) -> None:
    small = office.seat("顾清和")
    office.waits("顾清和", 1)
    office.waits("许闻笛", 0)
    small.set_viewport_size(PHONE)  # type: ignore[arg-type]
    small.goto("/decide")
    assert small.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(small.locator(".sheet-side")).to_contain_text("经商区住建局")
    small.get_by_label("签发人").fill("顾清和")
    small.get_by_role("button", name="签发，送督审").click()
    expect(small.locator("main")).to_contain_text("没有等您审阅的文稿")
    assert small.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def reviewed(office: Office, matter: int) -> None:
    """The supervising office changes the class, and has to say why."""
    overseer, clerk = office.seat("许闻笛"), office.seat("沈知秋")
    office.waits("许闻笛", 1)
    clerk.goto(f"/matters/{matter}/decide")
    expect(clerk.get_by_role("button", name=re.compile("通过"))).to_have_count(0)
    overseer.goto(f"/matters/{matter}/decide")
    overseer.get_by_label("办理结果类别").select_option("B")
    overseer.get_by_role("button", name=re.compile("^通过，送编号")).click()
    expect(overseer.get_by_role("alert").first).to_contain_text("请写明理由")
    overseer.get_by_role("textbox", name=re.compile("^意见")).fill("分配办法还要看落实，改为B类。")
    overseer.get_by_label("办理结果类别").select_option("B")
    overseer.get_by_role("button", name=re.compile("^通过，送编号")).click()
    expect(overseer.locator(".notice.done")).to_contain_text("已办")
    clerk.goto(f"/matters/{matter}/procedure")
    expect(clerk.locator(".course")).to_contain_text("改为B")


def sent(clerk: Page, matter: int) -> None:
    clerk.goto(f"/matters/{matter}/procedure")
    clerk.get_by_role("button", name="编号", exact=True).click()
    expect(clerk.locator("main")).to_contain_text("青城管函〔")
    clerk.get_by_role("button", name="印送，征询意见").click()
    expect(clerk.locator("main h1").first).to_contain_text("征询中")


def rated(office: Office, casework: Casework, matter: int) -> None:
    """The proposer comes by the link of the code, once; who is not satisfied is answered again."""
    clerk = office.seat("沈知秋")
    clerk.goto(f"/matters/{matter}/feedback")
    clerk.get_by_role("button", name=re.compile("生成")).first.click()
    expect(clerk.locator("svg").first).to_be_visible()
    link = clerk.locator(f'input[value^="{BASE}/r/"]').first.input_value()
    guest = office.window(office.address, viewport=PHONE).new_page()
    guest.goto(link.removeprefix(BASE))
    for hidden in ("路遥岑", "分配办法", "沈知秋", "登录", "办理清单"):
        assert hidden not in guest.content(), hidden
    guest.get_by_role("radio", name="不满意").first.check()
    guest.get_by_label(re.compile("意见")).last.fill("车位怎么分配还没有公开。")
    guest.get_by_role("button", name="提交").click()
    expect(guest.locator("main")).to_contain_text("收到")
    guest.goto(link.removeprefix(BASE))
    expect(guest.locator("main")).to_contain_text("已经收到您的评价")
    (kept,) = ratings.of_matter(casework.db, matter, 1)
    assert (kept.proposer, kept.satisfaction) == ("路遥岑", "不满意")
    clerk.goto("/today")
    panel = clerk.locator(".panel", has_text="评价不满意")
    expect(panel).to_contain_text(SUBJECT)
    panel.get_by_role("link", name=re.compile(SUBJECT)).click()
    clerk.get_by_role("button", name="反馈不满意，重新办理").click()
    expect(clerk.locator("main h1").first).to_contain_text("第 2 次答复")
    assert stage_of(casework.db, matter).state == "起草"
    assert [step.move.id for step in history(casework.db, matter)] == [
        "take", "submit", "return-review", "submit", "pass", "approve-supervised",
        "supervised-signed", "number", "send", "dissatisfied",
    ]  # fmt: skip


def test_a_matter_from_the_clerk_to_the_proposer(
    window: Window, address: str, casework: Casework
) -> None:
    office = Office(window, address)
    clerk = office.seat("沈知秋")
    matter = registered(clerk)
    office.sees(matter, "沈知秋", "林知远", "顾清和", "许闻笛")
    write(clerk, matter, 1, OURS)
    theirs = co_handled(office, matter)
    taken_in(clerk, matter)
    contact(clerk, matter, "沈知秋")
    send(clerk, matter, "送核稿")
    returned_once(office, matter)
    signed_on_a_telephone(office, matter)
    reviewed(office, matter)
    sent(clerk, matter)
    rated(office, casework, matter)
    office.sees(matter, "沈知秋", "林知远", "顾清和", "许闻笛")
    office.sees(theirs, "苏念真", "叶疏影", "许闻笛")
