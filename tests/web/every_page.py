"""Every page there is, for tests that look at all of them: taken from the routes themselves.

A page that is added is looked at from then on without being named here; what is named here are the
addresses that a route alone does not tell (a tab, a search, a version).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from chromium_desk import playwright_api

from web import create_app

Visit = Callable[[str], "playwright_api.Response | None"]

# Looked at besides the bare address of each route.
MORE = (
    "/?q=照明",
    "/?q=没有这件",
    "/?show=全部",
    "/search?q=停车泊位",
    "/search?q=没有这样的话",
    "/documents/1",
    "/documents/1/correct",
    "/没有这一页",
)
MORE_OF_A_MATTER = (
    "?s=1&tab=facts",
    "?s=1&tab=reuse",
    "?s=2",
    "/reply?skin=document",
    "/reply?form=sign-off",
    "/figures/new?give=1",
    "/compare?from=1&to=2",
    "/versions/1",
)


def visitor(page: playwright_api.Page) -> Visit:
    """Return what goes to an address and waits until all is there that the page asks for.

    Playwright's ``networkidle`` waits half a second more on each page, a minute on all of them.
    Of a file that is handed out instead of a page, the answer is ``None``.
    """
    asked: set[playwright_api.Request] = set()
    page.on("request", lambda one: asked.add(one))
    page.on("requestfinished", lambda one: asked.discard(one))
    page.on("requestfailed", lambda one: asked.discard(one))

    def visit(path: str) -> playwright_api.Response | None:
        try:
            answer = page.goto(path)
        except playwright_api.Error as error:
            if "Download is starting" not in error.message:
                raise
            answer = None
        while asked:
            page.wait_for_timeout(5)
        return answer

    return visit


def addresses(data_folder: Path, matter_id: int) -> Iterator[str]:
    """Yield the address of each page, those of the matter ``matter_id`` among them.

    Files, and parts that script puts into a page, are told by their answer: they are not HTML, or
    lack the head that every page has.
    """
    app = create_app(data_folder)
    app.testing = False
    client = app.test_client()
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set()))
    for rule in sorted(one.rule for one in rules if one.arguments <= {"matter_id"}):
        path = rule.replace("<id:matter_id>", str(matter_id))
        answer = client.get(path)
        if answer.status_code == 200 and b'<header class="top">' in answer.data:
            yield path
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/check").text)
    assert found is not None
    checked = client.post("/check", data={"csrf": found[1], "text": "我局以经新建泊位３００个,"})
    yield checked.headers["Location"]
    yield from MORE
    yield from (f"/matters/{matter_id}{part}" for part in MORE_OF_A_MATTER)
