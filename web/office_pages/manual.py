"""使用手册: the guide of ``docs/`` inside the product, searched by words; and the list of keys.

The pages are Markdown files of this project, rendered once in a process; nobody else writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, render_template, request, send_from_directory
from markupsafe import Markup

from drafting.language.cleaning import typed_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

blueprint = Blueprint("manual", __name__)

FOLDER = Path(__file__).resolve().parent.parent / "manual"
PAGES = {"guide": "使用手册", "first-day": "第一天", "journey": "第一件答复"}
QUERY_MAX_CHARS = 60
EXCERPT_CHARS = 60


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the manual from one heading to the next: its anchor, its words, its HTML."""

    page: str
    anchor: str
    title: str
    level: int
    text: str
    html: Markup

    def excerpt(self, words: Sequence[str]) -> str:
        """Return what stands around the first of ``words``, or how the section begins."""
        at = min((n for word in words if (n := self.text.lower().find(word)) >= 0), default=0)
        start = max(0, at - EXCERPT_CHARS // 2)
        cut = self.text[start : start + 2 * EXCERPT_CHARS]
        return f"{'…' if start else ''}{cut}{'…' if len(self.text) > start + len(cut) else ''}"


@blueprint.get("/manual")
def show() -> str:
    """Show the manual (``page``), or the sections that hold all the words of ``q``."""
    page = request.args.get("page", "guide")
    if page not in PAGES:
        abort(404)
    query = typed_line(request.args.get("q", ""))[:QUERY_MAX_CHARS]
    words = query.lower().split()
    found = [one for name in PAGES for one in sections(name) if _holds(one, words)]
    return render_template(
        "manual.html",
        page=page,
        pages=PAGES,
        sections=sections(page),
        query=query,
        words=words,
        found=found if words else [],
    )


@blueprint.get("/manual/keys")
def keys() -> str:
    """Show every key that a page listens to."""
    return render_template("keys.html")


@blueprint.get("/manual/images/<filename>")
def image(filename: str) -> Response:
    """Return a picture of the manual."""
    return send_from_directory(FOLDER / "images", filename, max_age=3600)


@cache
def sections(page: str) -> tuple[Section, ...]:
    """Return the sections of one page of the manual, in its order."""
    # Takes a tenth of a second to load, and most processes never show the manual.
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("js-default", {"html": False, "linkify": False})
    tokens = markdown.parse((FOLDER / f"{page}.md").read_text("utf-8"))
    _relink(tokens)
    starts = [n for n, token in enumerate(tokens) if token.type == "heading_open"]
    made = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(tokens)
        body = tokens[start + 3 : end]
        made.append(
            Section(
                page,
                tokens[start + 1].content,
                tokens[start + 1].content,
                int(tokens[start].tag[1]),
                _text(body),
                Markup(markdown.renderer.render(body, markdown.options, {})),
            )
        )
    return tuple(made)


def _relink(tokens: Sequence[Token]) -> None:
    """Point pictures and the manual's own links to their routes, seen from ``/manual``: what is
    kept holds for every address of the service. Other links become plain text."""
    tag = "a"
    for token in tokens:
        if token.type == "image":
            name = str(token.attrs["src"]).rsplit("/", 1)[-1]
            token.attrs |= {"src": f"manual/images/{name}", "loading": "lazy"}
        elif token.type == "link_open":
            page = str(token.attrs["href"]).removesuffix(".md")
            tag = "a" if page in PAGES else "span"
            token.tag = tag
            token.attrs = {"href": f"manual?page={page}"} if page in PAGES else {}
        elif token.type == "link_close":
            token.tag = tag
        _relink(token.children or ())


def _text(tokens: Sequence[Token]) -> str:
    """Return the words of some tokens, without marks."""
    found = (
        child.content
        for token in tokens
        for child in (token.children or ())
        if child.type in ("text", "code_inline")
    )
    return re.sub(r"\s+", " ", "".join(found))


def _holds(section: Section, words: Sequence[str]) -> bool:
    """Whether a section holds each of the words."""
    whole = f"{section.title} {section.text}".lower()
    return all(word in whole for word in words)
