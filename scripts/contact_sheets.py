"""Draw every page small, many to a picture, so that a person can look at all of them.

``python scripts/contact_sheets.py DIR [--way WAY]... [--page WORD]...`` in the virtualenv. A server
with the invented samples is started on a free port, filled by the steps of film_strip, then walked
through as the single user, as an office of several roles, and as one that is not set up. Each way
is a size or medium; DIR gets ``WAY-1.png`` and so on, and ``words-WAY.txt`` with all words.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import film_strip
import guide_pictures
import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress.server import create_server

from bench.pages import OF_MATTER, PLAIN
from casework import Casework
from casework.people.roles import UserRole
from web import create_app

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
PASSWORD = "青岚2026城管"
UNIT = "青岚区城市管理局"
LABEL = 22
NO_PAGE = (".docx", ".zip", ".xlsx", "as=csv", "/api/", "/pulse", "/side", "/strip")


@dataclass(frozen=True, slots=True)
class Way:
    """How pages are looked at: the window, how much of the page, how small, how many to a row."""

    wide: int
    high: int
    most_high: int
    scale: float
    columns: int
    rows: int
    printed: bool = False


WAYS = {
    "desk": Way(1366, 768, 1100, 0.58, 2, 2),
    "large": Way(1920, 1080, 1080, 0.41, 2, 3),
    "phone": Way(375, 812, 1700, 0.62, 6, 1),
    "twice": Way(683, 384, 1000, 0.58, 4, 2),
    "print": Way(794, 1123, 1123, 0.45, 4, 2, printed=True),
}

PEOPLE: dict[str, list[UserRole]] = {
    "经办员": ["经办"],
    "核稿人": ["核稿"],
    "签发人": ["签发"],
    "督办员": ["督办"],
    "管理员": ["系统管理"],
    "审计员": ["审计"],
}
OF_EACH = ("/", "/today", "/account", "/notices")
MORE = (
    "/?q=没有这件",
    "/search?q=没有这样的话",
    "/没有这一页",
    "/matters/99",
    "/manual?q=会办",
    "/matters/1/edited",
    "/matters/1/figures/new?give=1",
    "/matters/1/reply?skin=document",
    "/matters/2",
    "/matters/2/opinions",
    "/matters/2/figures",
    "/matters/2/materials",
    "/check/1",
)
EMPTY = (
    "/", "/today", "/new", "/search", "/search?q=停车", "/archive", "/archive/deleted",
    "/archive/failures", "/deleted", "/promises", "/numbers", "/statistics", "/check/ignored",
    "/holidays", "/people", "/log", "/notices/messages", "/people/sign-on", "/setup",
    "/setup/unit", "/setup/paper", "/setup/people", "/setup/archive", "/setup/sessions",
    "/setup/replies", "/settings",
)  # fmt: skip


def main() -> None:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--way", action="append", choices=list(WAYS))
    parser.add_argument("--page", action="append", default=[])
    parser.add_argument("--data", type=Path, help="keeps what was filled for the next run")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=film_strip.CHROMIUM, args=film_strip.ARGS
        )
        with _filled(browser, asked.data) as places:
            for name in asked.way or WAYS:
                _draw(browser, places, name, asked.folder, asked.page)
        browser.close()


@dataclass(frozen=True, slots=True)
class Place:
    """A page to look at: the service, the path, and who looks."""

    address: str
    path: str
    person: str = ""


@contextmanager
def _filled(browser: Browser, kept: Path | None) -> Iterator[list[Place]]:
    """Services over three folders, and the pages of each."""
    with tempfile.TemporaryDirectory() as name:
        root = kept or Path(name)
        alone, office, empty = root / "alone", root / "office", root / "empty"
        if not office.exists():
            _fill(browser, alone)
            empty.mkdir()
            shutil.copytree(alone, office)
            with Casework.open(office) as casework:
                for person, roles in PEOPLE.items():
                    casework.people.add(person, PASSWORD, unit=UNIT, roles=roles)
        with _served(alone) as one, _served(office) as two, _served(empty) as three:
            paths = [path for path in PLAIN if not any(part in path for part in NO_PAGE)]
            paths += [
                f"/matters/1{part.format(request=1)}"
                for part in OF_MATTER
                if not any(end in part for end in NO_PAGE)
            ]
            yield [
                *(Place(one, path) for path in (*paths, *MORE)),
                Place(two, "/login"),
                *(Place(two, path, person) for person in PEOPLE for path in OF_EACH),
                *(Place(two, "/matters/3/decide", one) for one in ("核稿人", "签发人")),
                *(Place(three, path) for path in EMPTY),
            ]


def _fill(browser: Browser, folder: Path) -> None:
    """Have the folder be that of an office in the middle of its work."""
    film_strip.set_up(folder)
    with _served(folder) as address:
        _work(browser, address)


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = create_server(create_app(folder), host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def _work(browser: Browser, address: str) -> None:
    """Do what a clerk does, so that every page has something on it."""
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=address
    )
    page = context.new_page()
    for _, _, act in film_strip.STEPS:
        act(page)
    guide_pictures._other_matters(page)
    guide_pictures._batch(page)
    page.goto("/check")
    page.get_by_label("粘贴文字").fill("我局今年以来共新建泊位３００个,以经完成改造。")
    page.get_by_role("button", name="校对").click()
    page.wait_for_load_state("networkidle")
    context.close()


def _draw(
    browser: Browser, places: Sequence[Place], name: str, folder: Path, only: Sequence[str]
) -> None:
    way = WAYS[name]
    contexts: dict[tuple[str, str], BrowserContext] = {}
    drawn, words, faults = [], [], []
    for place in places:
        if only and not any(part in f"{place.path} {place.person}" for part in only):
            continue
        key = (place.address, place.person)
        if key not in contexts:
            contexts[key] = _context(browser, place, way)
        page = contexts[key].new_page()
        page.goto(place.path)
        page.wait_for_load_state("networkidle")
        title = f"{place.path} {place.person}".strip()
        words.append(f"## {title}\n{page.inner_text('body')}\n")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > way.wide:
            faults.append(f"{title}: {wide} wide")
        drawn.append((title, _picture(page, way)))
        page.close()
    for context in contexts.values():
        context.close()
    for number, at in enumerate(range(0, len(drawn), way.columns * way.rows), 1):
        _sheet(drawn[at : at + way.columns * way.rows], way).save(folder / f"{name}-{number}.png")
    (folder / f"words-{name}.txt").write_text("\n".join(words), "utf-8")
    print(name, len(drawn), "pages", *faults, sep="\n  ")


def _context(browser: Browser, place: Place, way: Way) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": way.wide, "height": way.high}, locale="zh-CN", base_url=place.address
    )
    if place.person:
        page = context.new_page()
        page.goto("/login")
        page.locator("[name=name]").fill(place.person)
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        page.close()
    return context


def _picture(page: Page, way: Way) -> Image.Image:
    if way.printed:
        with pypdfium2.PdfDocument(page.pdf(format="A4")) as pdf:
            many = len(pdf)
            picture = pdf[0].render(scale=way.wide / pdf[0].get_width()).to_pil()
        ImageDraw.Draw(picture).text((way.wide - 90, 8), f"1/{many}", (200, 0, 0), _font(28))
        return picture
    high = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": way.wide, "height": way.high})
    data = page.screenshot(
        full_page=True, clip={"x": 0, "y": 0, "width": way.wide, "height": min(high, way.most_high)}
    )
    return Image.open(io.BytesIO(data)).convert("RGB")


def _sheet(drawn: Sequence[tuple[str, Image.Image]], way: Way) -> Image.Image:
    wide, high = round(way.wide * way.scale), round(way.most_high * way.scale)
    sheet = Image.new(
        "RGB", (way.columns * (wide + 8), way.rows * (high + LABEL + 8)), (120, 120, 120)
    )
    pen = ImageDraw.Draw(sheet)
    for place, (title, picture) in enumerate(drawn):
        x = place % way.columns * (wide + 8)
        y = place // way.columns * (high + LABEL + 8)
        pen.text((x + 4, y + 2), title, (255, 255, 0), _font(15))
        size = (wide, round(picture.height * way.scale))
        sheet.paste(picture.resize(size, Image.Resampling.LANCZOS), (x, y + LABEL))
    return sheet


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)


if __name__ == "__main__":
    main()
