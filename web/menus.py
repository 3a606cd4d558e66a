"""What the head of every page leads to, grouped by what a person does.

Few words stand open, the rest under a word that opens, so that the keyboard is at a page's work
after at most eight stops (``tests/web/test_web_every_page_browser.py`` counts them).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, g, request

from casework import Permission
from web.access import security


@dataclass(frozen=True, slots=True)
class Link:
    """A word of the navigation: where it leads, who sees it, on which pages it is the present one.

    ``here`` are names of blueprints (``batch``) or of endpoints (``lists.book``); the blueprint of
    ``endpoint`` counts by itself unless ``alone``. ``logged_in`` hides it from the single user.
    """

    word: str
    endpoint: str
    permission: Permission
    here: tuple[str, ...] = ()
    alone: bool = False
    logged_in: bool = False

    @property
    def is_offered(self) -> bool:
        """Whether the viewer may use it."""
        return security.allowed(self.permission) and not (self.logged_in and not g.user)

    @property
    def is_here(self) -> bool:
        """Whether the page that is shown belongs to it."""
        mine = {self.endpoint, *self.here}
        if not self.alone:
            mine.add(self.endpoint.split(".")[0])
        return not mine.isdisjoint({request.endpoint, request.blueprint})


@dataclass(frozen=True, slots=True)
class Menu:
    """Links under one word."""

    word: str
    links: tuple[Link, ...]

    @property
    def is_here(self) -> bool:
        """Whether the page that is shown belongs to one of its links."""
        return any(link.is_here for link in self.links)


NAVIGATION: tuple[Link | Menu, ...] = (
    Link("今日", "due.today", "查看提案", alone=True),
    Link("办理清单", "worklist.show", "查看提案"),
    Link("登记", "register.show", "登记提案", here=("batch",)),
    Menu(
        "档案和校对",
        (
            Link("检索档案", "archive.search", "查看档案", alone=True),
            Link("档案目录", "library.show", "查看档案", here=("archive.document",)),
            Link("校对文字", "check.start", "查看提案"),
        ),
    ),
)
OFFICE: tuple[Link, ...] = (
    Link("通知", "notices.show", "本人账号", logged_in=True, alone=True),
    Link("承诺事项", "lists.owed", "查看提案", alone=True),
    Link("统计", "statistics.show", "统计"),
    Link("发文编号", "lists.book", "查看提案", alone=True),
    Link("工作日历", "due.holidays", "查看提案", alone=True),
    Link("最近的操作", "undo.show", "本人账号", alone=True),
    Link("使用手册", "manual.show", "本人账号", alone=True),
    Link("键盘操作", "manual.keys", "本人账号", alone=True),
    Link("单位设置", "settings.show", "系统设置", here=("setup", "own_templates")),
    Link("用户", "people.show", "管理用户", logged_in=True),
    Link("操作日志", "logbook.show", "查看日志"),
    Link("本人账号", "account.show", "本人账号", logged_in=True),
)
"""What stands under the last word, which is the viewer's own name."""


def install(app: Flask) -> None:
    """Make the navigation known to the templates."""
    app.jinja_env.globals["navigation"] = navigation
    app.jinja_env.globals["own_menu"] = own_menu


def navigation() -> Iterator[Link | Menu]:
    """Yield what the viewer may use; a menu of one link is that link."""
    for one in NAVIGATION:
        if isinstance(one, Link):
            if one.is_offered:
                yield one
            continue
        links = tuple(link for link in one.links if link.is_offered)
        if links:
            yield Menu(one.word, links) if len(links) > 1 else links[0]


def own_menu() -> Menu | None:
    """Return what stands under the viewer's name; nothing before the login."""
    links = tuple(link for link in OFFICE if link.is_offered)
    return Menu(g.user or "更多", links) if links else None
